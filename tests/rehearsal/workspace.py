"""A copy of the project in a folder of its own, to be rehearsed as a user would."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import botocore.session

from tests.stack_files import write_lock

ROOT = Path(__file__).parents[2]
_TIMEOUT = 300  # seconds; a rehearsal takes fifteen


class Workspace:
    """One copy, under version control like a fresh clone.

    Args:
        path: Where to make it; must not exist.
        kubernetes: Whether clusters have a Kubernetes API, which takes its time.
        stack: The stack that is rehearsed.
        policy: Whether the policy pack judges, which takes its time, and refuses what other tests
            are about.
    """

    def __init__(
        self, path: Path, *, kubernetes: bool = False, stack: str = "dev", policy: bool = False
    ) -> None:
        self.path = path
        self._policy = () if policy else ("--no-policy",)
        self.stack = stack
        self.environment = os.environ | ({} if kubernetes else {"EKS_CLUSTER_KUBERNETES": "no"})
        # As in the shells of most people.
        self.environment.pop("PYTHONUNBUFFERED", None)
        tracked = _git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard")
        for name in tracked.splitlines():
            if (ROOT / name).exists():
                (path / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, path / name)
        _git(path, "init", "--quiet")
        _git(path, "add", "--all")
        _git(path, "-c", "user.name=t", "-c", "user.email=t@t", "commit", "--quiet", "-m", "copy")

    @property
    def stack_file(self) -> Path:
        """The stack's file."""
        return self.path / f"Pulumi.{self.stack}.yaml"

    @property
    def state(self) -> Path:
        """The folder of the rehearsal."""
        return self.path / "rehearsal" / ".state" / self.stack

    @property
    def aws_process(self) -> int:
        """The id of the process of the embedded AWS."""
        return self._aws["pid"]

    @property
    def _aws(self) -> dict[str, Any]:
        return json.loads((self.state / "aws.json").read_text())

    def inventory(self) -> list[dict[str, Any]]:
        """What an account owner would see of what is made."""
        url = f"{self._aws['url']}/_rehearsal/inventory"
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as answer:  # noqa: S310
            return json.load(answer)

    def calls(self) -> set[tuple[str, str]]:
        """Service and operation of all calls of AWS so far."""
        with urllib.request.urlopen(f"{self._aws['url']}/_rehearsal/calls", timeout=_TIMEOUT) as it:  # noqa: S310
            return {(call["service"], call["operation"]) for call in json.load(it)}

    def client(self, service: str, region: str) -> Any:
        """A client of the embedded AWS, to look at what there is and to meddle with it."""
        return botocore.session.Session().create_client(
            service,
            region_name=region,
            endpoint_url=self._aws["url"],
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106  any will do
        )

    def edit(self, old: str, new: str) -> None:
        """Changes the stack file."""
        text = self.stack_file.read_text()
        assert old in text, f"{old!r} is not in the stack file"
        self.stack_file.write_text(text.replace(old, new))

    def git_status(self) -> str:
        """What git sees changed."""
        return _git(self.path, "status", "--porcelain")

    def rehearse(self, *arguments: str, speed: str = "max") -> subprocess.CompletedProcess[str]:
        """Runs `python -m ops rehearse` to its end."""
        return subprocess.run(
            self._command(*arguments, "--speed", speed),
            cwd=self.path,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )

    def end(self) -> None:
        """Takes down what is up; the embedded AWS ends even if something is left in it."""
        self.rehearse("--destroy", "--skip-preview")
        if (self.state / "aws.json").exists():
            os.kill(self.aws_process, signal.SIGTERM)

    def shell(self, command: str) -> str:
        """What a command says in a shell that has read the settings of the rehearsal."""
        return subprocess.run(
            ["sh", "-c", f". rehearsal/.state/{self.stack}/env; {command}"],
            cwd=self.path,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        ).stdout

    def kill_when(
        self, seen: str, signal_: signal.Signals, *arguments: str, called: str = ""
    ) -> str:
        """Starts a rehearsal and signals all of its processes once its output shows a text.

        Time passes slowly enough for the signal to come in the middle.

        Args:
            seen: The text.
            signal_: The signal.
            arguments: More of the command line.
            called: An operation of AWS that has to be carried out too, as a text comes before it.

        Returns:
            The output until its end.
        """
        log = self.path.parent / f"{self.path.name}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                self._command("--speed", "60", *arguments),
                cwd=self.path,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        _wait(lambda: seen in log.read_text() or process.poll() is not None)
        if called:
            calls = self.state / "aws.log"
            _wait(lambda: f"{called} 200" in calls.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        os.killpg(process.pid, signal_)
        process.wait(_TIMEOUT)
        return log.read_text()

    def deployment(self) -> dict[str, Any]:
        """What the engine has recorded."""
        checkpoint = self.state / f"backend/.pulumi/stacks/eks-cluster/{self.stack}.json"
        return json.loads(checkpoint.read_text())["checkpoint"]["latest"]

    def _command(self, *arguments: str) -> list[str]:
        if self.stack_file.exists():
            write_lock(self.stack_file)
        return [sys.executable, "-m", "ops", "rehearse", self.stack, *self._policy, *arguments]


def changes(output: str) -> dict[str, int]:
    """The last summary of an engine's output, e.g. {"updated": 1, "unchanged": 56}."""
    summary = output.rpartition("Resources:")[2].partition("Duration")[0]
    counts = re.findall(r"(\d+) (created|updated|deleted|replaced|unchanged|errored)", summary)
    return {kind: int(count) for count, kind in counts}


def succeeded(finished: subprocess.CompletedProcess[str]) -> str:
    """What a command has said that must have come to its end."""
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def table(output: str, heading: str) -> list[dict[str, str]]:
    """A table of the output as rows by column."""
    lines = output.partition(f"{heading}\n")[2].splitlines()
    columns = re.split(r" {3,}", lines[0])
    rows = [re.split(r" {3,}", line) for line in lines[1 : lines.index("")]]
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _git(path: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(path), *arguments], capture_output=True, text=True, check=True
    ).stdout


def _wait(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _TIMEOUT
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
