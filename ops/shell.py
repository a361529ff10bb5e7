"""What a shell needs to use a rehearsed cluster: `kubectl` and `aws` as they are used on AWS."""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ops.engine import ROOT, aws_environment

KUBECONFIG, ENV = "kubeconfig", "env"
_LOOPBACK = "https://127.0.0.1:"


def write_shell(state: Path, outputs: Mapping[str, Any], endpoint: str) -> Path | None:
    """Writes what a shell needs. Returns the file to source; None without a Kubernetes API.

    Args:
        state: The stack's folder; the files go there, for their owner's eyes only.
        outputs: The stack's.
        endpoint: The embedded AWS.
    """
    if not str(outputs.get("endpoint", "")).startswith(_LOOPBACK):
        return None
    kubeconfig, env = state / KUBECONFIG, state / ENV
    _write(kubeconfig, str(outputs["kubeconfig"]))
    set_there = {
        **aws_environment(endpoint),
        # The one is what the AWS CLI 1 reads, the other what everything else does.
        "AWS_DEFAULT_REGION": str(outputs["region"]),
        "AWS_REGION": str(outputs["region"]),
        "KUBECONFIG": str(kubeconfig),
    }
    lines = [
        "# Lets kubectl and aws in this shell talk to the rehearsal: read it with the dot command.",
        # Whoever's these are, they are not meant here.
        "unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN",
        *(f"export {name}={shlex.quote(value)}" for name, value in set_there.items()),
        f'export PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"',
    ]
    _write(env, "\n".join(lines) + "\n")
    return env.relative_to(ROOT)


def _write(file: Path, text: str) -> None:
    beside = file.with_name(f"{file.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as output:
        output.write(text)
    beside.replace(file)
