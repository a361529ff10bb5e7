"""Runs Pulumi's engine for a rehearsal, cut off from the user's own Pulumi and AWS settings."""

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

from ops.report import keep_state
from ops.running import run_to_its_end
from ops.user_error import UserError
from spec.rehearsal import ACCESS_KEY_ID, CREDENTIALS_VARIABLE, SECRET_ACCESS_KEY

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "rehearsal"
POLICY_PACK = ROOT / "policy"

# Secrets of a rehearsal protect nothing: they exist only because the engine wants a passphrase.
_PASSPHRASE = "rehearsal"  # noqa: S105
_SECRETS_SETTINGS = ("encryptedkey:", "encryptionsalt:", "secretsprovider:")


@dataclasses.dataclass(frozen=True)
class Credentials:
    """With what calls of AWS are signed.

    Attributes:
        access_key_id: The key's id.
        secret_access_key: The key.
        session_token: Of a role's session; empty for a user.
    """

    access_key_id: str
    secret_access_key: str
    session_token: str = ""


OWN = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY)
"""Those of a rehearsal's own user."""


class Engine:
    """The `pulumi` command for one rehearsed stack.

    Args:
        stack: The stack's name.
        state: The folder that holds the engine's state and settings.
        endpoint: The embedded AWS.
        project: The folder of the `Pulumi.yaml` that names the stand-in plugins.
        output: Where the engine's display goes; None: to this process's own output.
        credentials: Who deploys.

    Raises:
        UserError: There is no `pulumi`.
    """

    def __init__(
        self,
        stack: str,
        state: Path,
        endpoint: str,
        *,
        project: Path = PROJECT,
        output: IO[str] | None = None,
        credentials: Credentials = OWN,
    ) -> None:
        self._stack = stack
        self._state = state
        self._project = project
        self._output = output
        self._environment = environment(state, endpoint, credentials)
        if not shutil.which("pulumi", path=self._environment["PATH"]):
            raise UserError("there is no `pulumi` command; run `make setup` first")

    def prepare(self, stack_file: Path) -> None:
        """Makes the stack if it is not there, and takes over the user's stack file.

        The engine writes into the stack file that it is given, so it is given a copy, and with
        secrets settings of the rehearsal's own instead of those of the real stack.
        """
        settings = self._state / "project"
        salt_file = settings / f"Pulumi.{self._stack}.yaml"
        if not salt_file.exists():
            settings.mkdir(parents=True, exist_ok=True)
            (settings / "Pulumi.yaml").write_text("name: eks-cluster\nruntime: python\n")
            (self._state / "backend").mkdir(exist_ok=True)
            self._run("-C", str(settings), "stack", "init", self._stack)
        lines = stack_file.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith(_SECRETS_SETTINGS)]
        kept.append(salt_file.read_text(encoding="utf-8"))
        self._copy.write_text("\n".join(kept), encoding="utf-8")

    @property
    def prepared(self) -> bool:
        """Whether `prepare` has come to its end before."""
        return self._copy.exists()

    @property
    def _copy(self) -> Path:
        return self._state / f"Pulumi.{self._stack}.yaml"

    def kept(self) -> set[str]:
        """Ids of what `destroy` leaves in AWS because the stack file says so.

        Of a log group that says `skipDestroy`, the provider only forgets that it made it.
        """
        checkpoint: Any = json.loads(self.checkpoint.read_text(encoding="utf-8"))["checkpoint"]
        latest: Any = checkpoint.get("latest") or {}
        return {
            str(it["id"])
            for it in latest.get("resources") or ()
            if it.get("outputs", {}).get("skipDestroy") is True
        }

    @property
    def events(self) -> Path:
        """The engine's events of the newest run, one JSON object a line."""
        return self._state / "events.json"

    @property
    def checkpoint(self) -> Path:
        """What the engine has recorded of the stack."""
        stacks = self._state / "backend" / ".pulumi" / "stacks" / "eks-cluster"
        return stacks / f"{self._stack}.json"

    @property
    def unfinished(self) -> bool:
        """Whether the newest run has failed, was interrupted, or was killed."""
        return self._mark.exists()

    @property
    def _mark(self) -> Path:
        return self._state / "unfinished"

    def preview(self, *options: str) -> int:
        """`pulumi preview`. Returns its exit code."""
        return self._operate("preview", *options)

    def up(self, *options: str) -> int:
        """`pulumi up`. Returns its exit code."""
        return self._change("up", *options)

    def refresh(self, *options: str) -> int:
        """`pulumi refresh`. Returns its exit code."""
        return self._operate("refresh", "--yes", *options)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, as the last `up` has left them."""
        told = self._run("-C", str(self._project), "stack", "output", "--json", "-s", self._stack)
        return json.loads(told)

    def destroy(self, *options: str) -> int:
        """`pulumi destroy`. Returns its exit code."""
        return self._change("destroy", *options)

    def _change(self, *arguments: str) -> int:
        self.events.unlink(missing_ok=True)
        keep_state(self.checkpoint, self._state)
        self._mark.touch()
        code = self._operate(*arguments, "--yes", "--event-log", str(self.events))
        if code == 0:
            self._mark.unlink()
        return code

    def recover(self) -> int:
        """Makes good what an earlier run left behind, as one does on AWS. Returns an exit code."""
        self._mend_backend()
        self._unlock()
        command = [sys.executable, "-m", "ops", "recover", self._stack]
        command += ["--cwd", str(self._project), "--config-file", str(self._copy)]
        # The embedded AWS tells at once what it has; and what it holds is nobody else's.
        command += ["--patience", "0", "--yes", "--delete-orphans"]
        if not self._has_failed_operations():
            command.append("--no-preview")
        finished = subprocess.run(
            command,
            cwd=ROOT,
            env=self._environment,
            stdout=self._output,
            stderr=self._output,
            check=False,
        )
        if finished.returncode == 0:
            self._mark.unlink(missing_ok=True)
        return finished.returncode

    def _has_failed_operations(self) -> bool:
        """Whether the engine took something for failed in the newest run; AWS may hold it."""
        if not self.events.exists():
            return True
        return '"resOpFailedEvent"' in self.events.read_text(encoding="utf-8", errors="replace")

    def _mend_backend(self) -> None:
        """Mends what was half written when the engine was killed.

        The file backend keeps a file of attributes beside each of its own, which can be done
        without, and the last checkpoint as `.bak`. Going back by one loses nothing: before it
        calls AWS, the engine has written down that it is going to.
        https://github.com/google/go-cloud/blob/v0.46.0/blob/fileblob/attrs.go
        """
        for attributes in (self._state / "backend").rglob("*.attrs"):
            if not _is_json(attributes):
                attributes.unlink()
        checkpoint = self.checkpoint
        backup = checkpoint.with_name(f"{checkpoint.name}.bak")
        if _is_json(backup) and not _is_json(checkpoint):
            shutil.copyfile(backup, checkpoint)

    def _unlock(self) -> None:
        """Releases the lock that a killed engine left behind."""
        if any((self._state / "backend" / ".pulumi").glob("locks/**/*.json")):
            self._run("-C", str(self._project), "cancel", "--yes", "--stack", self._stack)

    def _operate(self, *arguments: str) -> int:
        command = ["pulumi", "-C", str(self._project), *arguments]
        command += ["--stack", self._stack, "--config-file", str(self._copy)]
        return run_to_its_end(command, environment=self._environment, output=self._output)

    def _run(self, *arguments: str) -> str:
        finished = subprocess.run(
            ["pulumi", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode:
            what = " ".join(arguments)
            said = f"{finished.stdout}{finished.stderr}".strip()
            raise UserError(f"`pulumi {what}` failed:\n{said}")
        return finished.stdout


def _is_json(file: Path) -> bool:
    """Whether a file is there and whole."""
    try:
        json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True


def aws_environment(endpoint: str, credentials: Credentials = OWN) -> dict[str, str]:
    """What has AWS's tools talk to the embedded AWS, whatever the user's own settings.

    Args:
        endpoint: The embedded AWS.
        credentials: Who calls.
    """
    token = credentials.session_token
    return {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        **({"AWS_SESSION_TOKEN": token} if token else {}),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint,
    }


def environment(state: Path, endpoint: str, credentials: Credentials = OWN) -> dict[str, str]:
    """The environment of engine and plugins: the user's, less all that names an AWS or a Pulumi.

    Args:
        state: The folder that holds the engine's state and settings.
        endpoint: The embedded AWS.
        credentials: Who calls it.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PULUMI_"))
    }
    tools = Path(sys.executable).parent
    return kept | {
        # pulumi, aws and the interpreter that the program runs on
        "PATH": f"{tools}{os.pathsep}{kept.get('PATH', '')}",
        **aws_environment(endpoint, credentials),
        CREDENTIALS_VARIABLE: ":".join(dataclasses.astuple(credentials)),
        # A proxy is for the internet; the embedded AWS is on this machine.
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PULUMI_BACKEND_URL": f"file://{state / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": _PASSPHRASE,
        "PULUMI_DEBUG_COMMANDS": "true",  # the engine hides --event-log without it
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(state / "pulumi"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
