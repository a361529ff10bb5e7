"""What a plan is made of: whoever carries it out has to have the very same."""

import hashlib
import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ops.engine import ROOT
from ops.report.graph import resources_of
from spec.lock import lock_path

_PROGRAM: Final = ("Pulumi.yaml", "__main__.py", "requirements.txt", "constraints.txt")
_PACKAGES: Final = ("components", "spec", "policy")
_WHAT: Final = {
    "commit": "commit",
    "program": "program (its files, hashed)",
    "stack_file": "stack file",
    "lock": "lock file",
}


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What a plan is made of; hashes are SHA-256.

    Attributes:
        commit: The commit; empty outside of git.
        program: Of the program's files.
        stack_file: Of the stack file.
        lock: Of its lock file.
        state: Of what the stack was made of when it was planned.
    """

    commit: str
    program: str
    stack_file: str
    lock: str
    state: str

    def as_json(self) -> dict[str, str]:
        """The basis for machines."""
        return asdict(self)

    def differences(self, here: "Basis") -> Iterator[str]:
        """How what is here differs from it, the state aside, in words."""
        for name, what in _WHAT.items():
            planned, found = getattr(self, name), getattr(here, name)
            if planned != found:
                yield f"{what}: planned {_short(planned)}, here {_short(found)}"


def basis(stack_file: Path, state: Any) -> Basis:
    """What a plan would be made of now.

    Args:
        stack_file: The stack file.
        state: What `pulumi stack export` says.
    """
    program = [ROOT / name for name in _PROGRAM]
    program += [it for name in _PACKAGES for it in (ROOT / name).rglob("*")]
    return Basis(
        commit=_commit(),
        program=_hash(it for it in sorted(program) if _is_source(it)),
        stack_file=_hash([stack_file]),
        lock=_hash([lock_path(stack_file)]),
        state=_hash_of_state(state),
    )


def file_hash(file: Path) -> str:
    """The hash of one file."""
    return _hash([file])


def _is_source(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for it in files:
        content = it.read_bytes() if it.exists() else b""
        digest.update(f"{it.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _hash_of_state(state: Any) -> str:
    """Changes with what there is; what is encrypted looks different each time it is written."""
    known = [
        (it["urn"], it.get("id"), it.get("modified"), bool(it.get("initErrors")))
        for it in resources_of(state)
    ]
    deployment: Mapping[str, Any] = state["deployment"] or {}
    pending: list[Any] = deployment.get("pending_operations") or []
    told = json.dumps([known, [it["resource"]["urn"] for it in pending]])
    return hashlib.sha256(told.encode()).hexdigest()


def _commit() -> str:
    try:
        told = subprocess.run(
            ["git", "-C", str(ROOT), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""


def _short(told: str) -> str:
    return told[:12] or "none"
