"""Runs workflows of GitHub step by step on this machine, as far as this project's go.

Each `run` is executed. A `uses` is stood in for by what it does here; one that is not known fails,
and so does one that is not pinned to a commit.
"""

import dataclasses
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.workflows.expressions import filled, holds, shown

SETUP = "./.github/actions/setup"


@dataclasses.dataclass
class Job:
    """A job that has run.

    Attributes:
        name: Its name, with what of the matrix it is for.
        status: `success`, `failure` or `skipped`.
        outputs: What it tells jobs that need it.
        output: What its steps have printed.
        ran: Its `run` steps that were executed.
        summary: What its page shows.
    """

    name: str
    status: str = "success"
    outputs: dict[str, str] = dataclasses.field(default_factory=dict)
    output: str = ""
    ran: list[str] = dataclasses.field(default_factory=list)
    summary: str = ""


class GitHub:
    """A repository on a GitHub of this machine.

    Args:
        origin: The repository.
        folder: An empty folder for what the runners leave behind.
        variables: `vars` of the repository.
        machine: The environment of the runners.
        cloud: What being a role in AWS puts into the environment.
        api: The address of the API.
        environment: Where the tools of `make setup` are.
    """

    def __init__(
        self,
        origin: Path,
        folder: Path,
        *,
        variables: Mapping[str, str],
        machine: Mapping[str, str],
        cloud: Mapping[str, str],
        api: str,
        environment: Path,
    ) -> None:
        self.origin, self._folder, self._variables = origin, folder, variables
        self._machine, self._cloud, self._api = machine, cloud, api
        self._environment = environment
        self._count = 0
        self._uses: dict[str, Callable[..., None]] = {
            "actions/checkout": self._checkout,
            "actions/upload-artifact": self._upload,
            "actions/download-artifact": self._download,
            "aws-actions/configure-aws-credentials": self._assume_role,
        }

    def run(
        self,
        workflow: str,
        event: str,
        payload: Mapping[str, Any] | None = None,
        inputs: Mapping[str, Any] | None = None,
        again: Mapping[str, Job] | None = None,
    ) -> dict[str, Job]:
        """Runs a workflow.

        Args:
            workflow: The name of its file.
            event: What it is run for.
            payload: The event.
            inputs: What a person or another workflow has given.
            again: An earlier run, whose failed jobs are run again.
        """
        text = (self.origin / ".github/workflows" / workflow).read_text()
        told = yaml.safe_load(text)
        assert event in told[True], f"{workflow} is not for {event}"  # YAML reads `on` as true
        github = {
            "event_name": event,
            "event": payload or {},
            "repository": "me/clusters",
            "ref": "refs/heads/main",
        }
        base = {"github": github, "vars": self._variables, "inputs": dict(inputs or {})}
        done: dict[str, Job] = {}
        for name, job in told["jobs"].items():
            before = (again or {}).get(name)
            if before and before.status == "success":
                done[name] = before
            else:
                done[name] = self._job(name, told, job, base, done)
        return done

    def _job(self, name, workflow, job, base, done) -> Job:
        needs = job.get("needs", [])
        needed = {it: done[it] for it in ([needs] if isinstance(needs, str) else needs)}
        contexts = base | {
            "needs": {it: {"outputs": of.outputs} for it, of in needed.items()},
            "matrix": {},
            "steps": {},
            "env": {},
        }
        failed = any(it.status != "success" for it in needed.values())
        if not holds(job.get("if", "success()"), contexts, failed=failed):
            return Job(name, "skipped")
        assert isinstance(job["timeout-minutes"], int)
        matrix = filled(job.get("strategy", {}).get("matrix", {}), contexts)
        (key, values), *others = list(matrix.items()) or [("", [""])]
        assert not others, "this runner knows one dimension"
        jobs = [
            _Runner(self, f"{name} {value}".strip(), workflow, job).run(
                contexts | {"matrix": {key: value} if key else {}}
            )
            for value in values
        ]
        (whole,) = jobs  # the tests have one stack
        return whole

    def stand_in(self, runner: "_Runner", step: Mapping[str, Any], given: Mapping[str, Any]):
        """Does what an action does."""
        uses = step["uses"]
        if uses == SETUP:
            # `make setup` of this very tree, which the tests run in.
            (runner.workspace / ".venv").symlink_to(self._environment)
            runner.path.insert(0, str(runner.workspace / ".venv" / "bin"))
            return
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", uses), f"{uses} is not pinned"
        self._uses[uses.partition("@")[0]](runner, given)

    def _checkout(self, runner, given):
        assert given["persist-credentials"] is False
        assert runner.permissions.get("contents") == "read"
        depth = given.get("fetch-depth", 1)
        url = f"file://{self.origin}"
        _git("clone", "--quiet", "--depth", str(depth), url, str(runner.workspace))

    def _upload(self, runner, given):
        target = self._folder / "artifacts" / given["name"]
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        found = [runner.workspace / it for it in given["path"].split()]
        assert all(it.exists() for it in found), found
        assert all(given["include-hidden-files"] for it in found if "/." in str(it))
        for it in found:
            shutil.copy2(it, target)

    def _download(self, runner, given):
        source = self._folder / "artifacts" / given["name"]
        shutil.copytree(source, runner.workspace / given["path"], dirs_exist_ok=True)

    def _assume_role(self, runner, given):
        assert runner.permissions.get("id-token") == "write", "no identity without it"
        assert given["aws-region"]
        assert re.fullmatch(r"arn:aws:iam::\d{12}:role/(preview|deploy)", given["role-to-assume"])
        if given["role-to-assume"].endswith("/deploy"):
            assert runner.environment, "the deploy role is bound to an environment"
        runner.variables |= self._cloud | {"AWS_REGION": given["aws-region"]}

    def place(self, name: str) -> Path:
        """A new folder for a job."""
        self._count += 1
        folder = self._folder / f"{self._count:02}-{name.replace(' ', '-')}"
        folder.mkdir(parents=True)
        return folder

    def base(self, runner: "_Runner", contexts: Mapping[str, Any]) -> dict[str, str]:
        """What a runner sets by itself."""
        github = contexts["github"]
        event = runner.folder / "event.json"
        event.write_text(json.dumps(github["event"]))
        return dict(self._machine) | {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self._api,
            "GITHUB_EVENT_NAME": github["event_name"],
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REPOSITORY": github["repository"],
        }


class _Runner:
    """One job on a machine of its own."""

    def __init__(self, github: GitHub, name: str, workflow, job) -> None:
        assert workflow["permissions"] == {}, "a job asks for what it needs"
        self.folder = github.place(name)
        self.workspace = self.folder / "work"
        self.permissions: dict[str, str] = job["permissions"]
        self.path: list[str] = []
        self.variables: dict[str, str] = {}
        self.environment = ""
        self._github, self._job, self._told = github, job, Job(name)

    def run(self, contexts: Mapping[str, Any]) -> Job:
        granted = ",".join(f"{key}={value}" for key, value in sorted(self.permissions.items()))
        contexts = contexts | {"github": contexts["github"] | {"token": f"token;{granted}"}}
        self.environment = filled(self._job.get("environment", ""), contexts)
        self.variables = self._github.base(self, contexts)
        self.variables |= {
            k: shown(v) for k, v in filled(self._job.get("env", {}), contexts).items()
        }
        steps: dict[str, Any] = {}
        for step in self._job["steps"]:
            failed = self._told.status == "failure"
            now = contexts | {"steps": steps, "env": self.variables}
            if not holds(step.get("if", "success()"), now, failed=failed):
                continue
            if "uses" in step:
                self._github.stand_in(self, step, filled(step.get("with", {}), now))
                continue
            outputs = self._execute(step, now)
            steps[step.get("id", "")] = {"outputs": outputs}
        self._told.outputs = filled(self._job.get("outputs", {}), contexts | {"steps": steps})
        return self._told

    def _execute(self, step: Mapping[str, Any], contexts: Mapping[str, Any]) -> dict[str, str]:
        assert "${{" not in step["run"], "an expression in a command can be an injection"
        output, summary = self.folder / "output", self.folder / "summary"
        output.write_text("")
        summary.touch()
        variables = {k: shown(v) for k, v in filled(step.get("env", {}), contexts).items()}
        path = os.pathsep.join([*self.path, self.variables["PATH"]])
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=self.workspace,
            env=self.variables
            | variables
            | {
                "PATH": path,
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(summary),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        self._told.output += f"$ {step['run']}\n{done.stdout}"
        self._told.ran.append(step["run"])
        self._told.summary = summary.read_text()
        if done.returncode:
            self._told.status = "failure"
        lines = output.read_text().splitlines()
        return {key: value for key, _, value in (line.partition("=") for line in lines)}


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True, text=True)
