"""What a shell needs to use a rehearsed cluster: `kubectl` and `aws` as they are used on AWS."""

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ops.engine import OWN, Credentials, aws_environment

_LOOPBACK = "127.0.0.1"
# Whatever of AWS's settings is in the user's shell is meant for another AWS.
_HEAD = """\
# Lets kubectl and aws in this shell talk to the rehearsal: read it with the dot command.
for name in $(env | sed -n 's/^\\(AWS_[A-Z0-9_]*\\)=.*/\\1/p'); do unset "$name"; done
unset name
"""


def write_shell(
    state: Path, outputs: Mapping[str, Any], endpoint: str, credentials: Credentials = OWN
) -> Path | None:
    """Writes a stack's kubeconfig, and the file to source, for their owner's eyes only.

    Args:
        state: The stack's folder; the files go there.
        outputs: The stack's.
        endpoint: The embedded AWS.
        credentials: Who calls it.

    Returns:
        The file to source; None where the cluster has no Kubernetes API.
    """
    kubeconfig, env = state / "kubeconfig", state / "env"
    _write(kubeconfig, str(outputs["kubeconfig"]))
    settings = {
        **aws_environment(endpoint, credentials),
        # The one is what the AWS CLI 1 reads, the other what everything else does.
        "AWS_DEFAULT_REGION": str(outputs["region"]),
        "AWS_REGION": str(outputs["region"]),
        "KUBECONFIG": str(kubeconfig),
    }
    lines = [f"export {name}={shlex.quote(value)}" for name, value in settings.items()]
    lines.append(f'export PATH={shlex.quote(str(Path(sys.executable).parent))}:"$PATH"')
    lines += [
        # A proxy is for the internet; the rehearsal is on this machine.
        f'export {name}="{_LOOPBACK},localhost${{{name}:+,${name}}}"'
        for name in ("NO_PROXY", "no_proxy")
    ]
    _write(env, _HEAD + "\n".join(lines) + "\n")
    return env if urlsplit(str(outputs["endpoint"])).hostname == _LOOPBACK else None


def _write(file: Path, text: str) -> None:
    """Writes a file that is whole at all times."""
    beside = file.with_name(f"{file.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as output:
        output.write(text)
    beside.replace(file)
