"""The `pulumi` command, run where the user runs it."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from ops.running import run_to_its_end
from ops.user_error import UserError


class Pulumi:
    """`pulumi` on one stack.

    Args:
        stack: The stack's name.
        folder: The project's folder.
        config_file: The stack file; None: the one that Pulumi takes by itself.

    Raises:
        UserError: There is no `pulumi`.
    """

    def __init__(self, stack: str, folder: Path, config_file: Path | None = None) -> None:
        if not shutil.which("pulumi"):
            raise UserError(
                "there is no `pulumi` command: https://www.pulumi.com/docs/iac/download-install/"
            )
        self._stack = stack
        self._command = ("pulumi", "-C", str(folder), "--non-interactive")
        self._config = ("--config-file", str(config_file)) if config_file else ()

    def export(self) -> Any:
        """The stack's state."""
        return json.loads(self._run("stack", "export"))

    def import_(self, exported: Any) -> None:
        """Makes this the stack's state."""
        with tempfile.TemporaryDirectory(prefix="recover-") as folder:
            file = Path(folder) / "state.json"
            file.touch(mode=0o600)
            file.write_text(json.dumps(exported))
            self._run("stack", "import", "--file", str(file))

    def wanted(self) -> list[Any]:
        """The records of resources that the next `pulumi up` would make."""
        answer = self._run("preview", "--json", *self._config)
        steps: list[Any] = json.loads(answer).get("steps") or []
        return [it["newState"] for it in steps if it["op"] == "create"]

    def refresh(self, output: TextIO) -> int:
        """Has the state say what AWS has, and shows how. Returns the exit code.

        Args:
            output: A file where the display goes.
        """
        command = [*self._command, "refresh", "--yes", "--skip-preview", *self._config]
        command += ["--stack", self._stack]
        return run_to_its_end(command, environment=os.environ, output=output)

    def last_result(self) -> str:
        """How the newest run of the stack ended, e.g. `succeeded`; empty: there was none."""
        told = self._run("stack", "history", "--json", "--page", "1", "--page-size", "1")
        runs: list[Any] = json.loads(told) or []
        return str(runs[0].get("result", "")) if runs else ""

    def release_lock(self) -> None:
        """Releases the lock that a run which never ended has left behind."""
        self._run("cancel", "--yes")

    def operate(self, *arguments: str, events: Path, output: TextIO | None = None) -> int:
        """Runs `preview`, `up`, `refresh` or `destroy`. Returns its exit code.

        Args:
            arguments: The command and its options.
            events: Where the engine writes its events.
            output: A file where the display goes; None: to this process's own output.
        """
        events.unlink(missing_ok=True)
        command = [*self._command, "--color", "never", *arguments, *self._config]
        command += ["--stack", self._stack, "--event-log", str(events)]
        return run_to_its_end(command, environment=_environment(), output=output)

    def _run(self, *arguments: str) -> str:
        finished = subprocess.run(
            [*self._command, *arguments, "--stack", self._stack],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
        )
        if finished.returncode == 0:
            return finished.stdout
        said = (finished.stderr.strip() or finished.stdout.strip()) or "it says nothing"
        if _is_locked(said):
            raise UserError(
                f"the stack {self._stack} is locked by a run that never ended. If nobody runs "
                f"`pulumi` on it now, `pulumi cancel --stack {self._stack}` releases it; then run "
                "this again"
            )
        raise UserError(f"`pulumi {_shown(arguments)}` failed:\n{said}")


def _environment() -> dict[str, str]:
    # The engine hides --event-log without the second.
    return {
        **os.environ,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DEBUG_COMMANDS": "true",
    }


def _shown(arguments: Sequence[str]) -> str:
    return " ".join(arguments[:2])


def _is_locked(said: str) -> bool:
    """Whether it is the lock that the engine complains about, of a file or of Pulumi Cloud.

    https://www.pulumi.com/docs/support/troubleshooting/common-issues/update-conflicts/
    """
    return "currently locked by" in said or "Another update is currently in progress" in said
