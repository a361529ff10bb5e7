"""Runs Pulumi on the bootstrap's stack, with its state in one place or another."""

import dataclasses
import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from ops.running import run_to_its_end
from ops.user_error import UserError

PROJECT_NAME = "eks-cluster-bootstrap"
_SECRETS_SETTINGS = ("encryptedkey:", "encryptionsalt:", "secretsprovider:")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """One place for the state of a stack.

    Attributes:
        name: The stack's name.
        folder: That of `Pulumi.yaml` and the stack's file.
        environment: Of all that is run, `PULUMI_BACKEND_URL` among it.
    """

    name: str
    folder: Path
    environment: Mapping[str, str]

    def __post_init__(self) -> None:
        if not shutil.which("pulumi", path=self.environment.get("PATH")):
            raise UserError(
                "there is no `pulumi` command: https://www.pulumi.com/docs/iac/download-install/"
            )

    def exists(self) -> bool:
        """Whether the stack is known here."""
        known: Any = json.loads(self._told("stack", "ls", "--json", "--project", PROJECT_NAME))
        return any(str(it["name"]).rpartition("/")[2] == self.name for it in known)

    def init(self, secrets_provider: str) -> None:
        """Makes the stack, with nothing in it, unless it is there."""
        if not self.exists():
            self._told("stack", "init", self.name, "--secrets-provider", secrets_provider)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs."""
        return json.loads(self._told("stack", "output", "--json", "--stack", self.name))

    def deployment(self) -> dict[str, Any]:
        """All that Pulumi knows of the stack; it has no secrets, so that none is told."""
        told = self._told("stack", "export", "--show-secrets", "--stack", self.name)
        return json.loads(told)

    def take_over(self, deployment: Mapping[str, Any]) -> None:
        """Makes what another place knows of the stack what is known here.

        How secrets are encrypted is this place's own; none are among what is taken over.
        """
        inner = {**deployment["deployment"], "secrets_providers": self._secrets_provider()}
        told = json.dumps({**deployment, "deployment": inner})
        self._told("stack", "import", "--stack", self.name, told=told)

    def _secrets_provider(self) -> dict[str, Any]:
        """How secrets are encrypted here, as records of stacks have it.

        https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/apitype/core.go
        """
        file = self.folder / f"Pulumi.{self.name}.yaml"
        said: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
        if "secretsprovider" in said and said["secretsprovider"] != "passphrase":
            state = {"url": said["secretsprovider"], "encryptedkey": said["encryptedkey"]}
            return {"type": "cloud", "state": state}
        return {"type": "passphrase", "state": {"salt": said["encryptionsalt"]}}

    def run(self, operation: str, *options: str) -> int:
        """`pulumi up` or `destroy`, as its user would see it. Returns its exit code."""
        command = ["pulumi", "-C", str(self.folder), operation, "--stack", self.name, *options]
        return run_to_its_end(command, environment=self.environment)

    def _told(self, *arguments: str, told: str | None = None) -> str:
        command = ["pulumi", "-C", str(self.folder), "--non-interactive", *arguments]
        finished = subprocess.run(
            command,
            env=dict(self.environment),
            input=told,
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode:
            said = f"{finished.stdout}{finished.stderr}".strip()
            raise UserError(f"`pulumi {' '.join(arguments)}` failed:\n{said}")
        return finished.stdout


def resources(deployment: Mapping[str, Any]) -> dict[str, Any]:
    """What makes two records of a stack the same: each resource by its URN."""
    found: Any = deployment.get("deployment", {}).get("resources") or []
    return {
        str(it["urn"]): {key: it.get(key) for key in ("type", "id", "inputs", "outputs", "protect")}
        for it in found
    }


def copy_project(
    original: Path, folder: Path, *, virtualenv: Path, plugins: list[dict[str, str]]
) -> None:
    """Writes a `Pulumi.yaml` that runs the program of another folder.

    Args:
        original: The folder of the program.
        folder: Where to.
        virtualenv: The Python environment that it runs in.
        plugins: Provider plugins, by name and path; none: the official ones.
    """
    project: Any = yaml.safe_load((original / "Pulumi.yaml").read_text(encoding="utf-8"))
    project["main"] = str(original)
    project["runtime"]["options"]["virtualenv"] = str(virtualenv)
    if plugins:
        project["plugins"] = {"providers": plugins}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Pulumi.yaml").write_text(yaml.safe_dump(project), encoding="utf-8")


def copy_settings(stack_file: Path, copy: Path) -> None:
    """Copies a stack's file, but for how secrets are encrypted: of that the copy keeps its own."""
    own = _secrets_of(copy) if copy.exists() else []
    lines = stack_file.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(_SECRETS_SETTINGS)]
    copy.write_text("\n".join([*kept, *own]) + "\n", encoding="utf-8")


def forget_secrets(stack_file: Path) -> None:
    """Takes out of a stack's file how secrets are encrypted: the key is gone."""
    lines = stack_file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(_SECRETS_SETTINGS)]
    if kept != lines:
        stack_file.write_text("".join(kept), encoding="utf-8")


def _secrets_of(stack_file: Path) -> list[str]:
    lines = stack_file.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith(_SECRETS_SETTINGS)]


def plugins_of(project: Path) -> list[dict[str, str]]:
    """The provider plugins that a project's `Pulumi.yaml` names, with whole paths."""
    said: Any = yaml.safe_load((project / "Pulumi.yaml").read_text(encoding="utf-8"))
    named = cast("list[dict[str, str]]", said["plugins"]["providers"])
    return [{**it, "path": str((project / it["path"]).resolve())} for it in named]
