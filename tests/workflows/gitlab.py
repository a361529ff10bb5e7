"""Runs GitLab's jobs line by line on this machine, as far as this project's go."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.workflows.github import Job

FILE = "deploy/gitlab/.gitlab-ci.yml"
SET_UP = "make setup"  # stood in for: the tests run in what it makes


class GitLab:
    """A project on a GitLab of this machine.

    Args:
        origin: The repository.
        folder: An empty folder for what the runners leave behind.
        machine: The environment of the runners, with the project's own variables.
        cloud: What being a role in AWS puts into the environment.
        environment: Where the tools of `make setup` are.
    """

    def __init__(
        self,
        origin: Path,
        folder: Path,
        *,
        machine: Mapping[str, str],
        cloud: Mapping[str, str],
        environment: Path,
    ) -> None:
        self._origin, self._folder, self._machine = origin, folder, machine
        self._cloud, self._environment = cloud, environment
        self._told = yaml.safe_load((origin / FILE).read_text())

    def pipeline(self, **variables: str) -> dict[str, Job]:
        """Runs all jobs of a pipeline, those too that wait to be started by hand.

        Args:
            variables: What GitLab says of it, CI_PIPELINE_SOURCE for one.
        """
        self._folder.mkdir(exist_ok=True, parents=True)
        done: dict[str, Job] = {}
        for name, job in self._told.items():
            if not isinstance(job, dict) or "script" not in job:
                continue
            whole = self._whole(job)
            if any(_holds(it["if"], variables) for it in whole["rules"]):
                done[name] = self._run(name, whole, variables)
                if done[name].status == "failure":
                    break
        return done

    def _whole(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """A job with what it extends."""
        base = self._told[job["extends"]] if "extends" in job else {}
        if "extends" in base:
            base = self._whole(base)
        merged = {**base, **job}
        merged["variables"] = {**base.get("variables", {}), **job.get("variables", {})}
        return merged

    def _run(self, name: str, job: Mapping[str, Any], variables: Mapping[str, str]) -> Job:
        assert job["stage"] in self._told["stages"]
        told = Job(name)
        work = self._folder / f"{len(list(self._folder.iterdir())):02}-{name}"
        url = f"file://{self._origin}"
        subprocess.run(["git", "clone", "-q", url, str(work)], check=True, capture_output=True)
        (work / ".venv").symlink_to(self._environment)
        settings = {**self._machine, "CI": "true", "GITLAB_CI": "true", **variables}
        settings |= self._told["variables"]
        for matrix in job.get("parallel", {}).get("matrix", []):
            settings |= {key: value[0] for key, value in matrix.items()}
        settings |= job["variables"]
        settings = _expanded(settings)
        if "id_tokens" in job:
            settings |= dict.fromkeys(job["id_tokens"], "a token") | self._cloud
            role = settings["AWS_ROLE_ARN"].rpartition("/")[2]
            assert role == ("deploy" if "environment" in job else "preview")
        for need in job.get("needs", []):
            shutil.copytree(self._folder / f"artifacts-{need}", work, dirs_exist_ok=True)
        before = [it for it in self._told["default"]["before_script"] if it != SET_UP]
        self._lines([*before, *job["script"]], work, settings, told)
        self._lines(job.get("after_script", []), work, settings, told)
        for path in job.get("artifacts", {}).get("paths", []):
            found = Path(os.path.expandvars(path.replace("$STACK", settings["STACK"])))
            target = self._folder / f"artifacts-{name}" / found
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(work / found, target)
        return told

    def _lines(self, lines: list[str], work: Path, settings: Mapping[str, str], told: Job) -> None:
        if not lines:
            return
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", "\n".join(lines)],
            cwd=work,
            env=settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        told.ran += lines
        told.output += done.stdout
        if done.returncode:
            told.status = "failure"


def _expanded(settings: Mapping[str, str]) -> dict[str, str]:
    """Variables that name others, as GitLab expands them."""
    return {
        key: re.sub(r"\$(\w+)", lambda it: settings.get(it[1], ""), str(value))
        for key, value in settings.items()
    }


def _holds(condition: str, variables: Mapping[str, str]) -> bool:
    """A rule's `if`: comparisons joined by `&&`, or a variable that is there."""
    for part in condition.split("&&"):
        left, equals, right = (it.strip() for it in part.partition("=="))
        assert re.fullmatch(r"\$\w+", left), f"this runner does not know: {part!r}"
        value = variables.get(left[1:], "")
        if not equals:
            met = bool(value)
        elif right.startswith("$"):
            met = value == variables.get(right[1:], "")
        else:
            met = value == right.strip('"')
        if not met:
            return False
    return True
