"""The check for an `aws` command, which kubeconfigs made by `eks.Cluster` run to get a token."""

import re
import shutil
import subprocess
from typing import Final

MINIMUM: Final = {1: (1, 24, 0), 2: (2, 7, 0)}
"""The oldest releases that are taken, by major version (pulumi-eks dependencies.ts, 2026-08)."""

_HELP: Final = (
    "See https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html "
    "for installation instructions."
)


class AwsCli:
    """Asks for the command's version, beginning early because the answer takes a while."""

    def __init__(self) -> None:
        path = shutil.which("aws")
        self._process = (
            subprocess.Popen(
                [path, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            if path
            else None
        )

    def require(self) -> None:
        """Wait for the answer.

        Raises:
            RuntimeError: There is no such command, or it is too old.
        """
        if not self._process:
            raise RuntimeError(f"Could not find aws CLI for EKS. {_HELP}")
        answer, _ = self._process.communicate()
        require_release(answer)


def require_release(answer: str) -> None:
    """Check what `aws --version` says.

    Args:
        answer: Its output, `aws-cli/1.44.0 Python/3.11.2 ...`.

    Raises:
        RuntimeError: It is too old, or no version at all.
    """
    found = re.match(r"aws-cli/(\d+)\.(\d+)\.(\d+)", answer)
    if not found:
        raise RuntimeError(f"`aws --version` says no version: {answer.strip()!r}. {_HELP}")
    version = tuple(int(part) for part in found.groups())
    minimum = MINIMUM.get(version[0], MINIMUM[2])
    if version < minimum:
        raise RuntimeError(
            f"At least v{'.'.join(map(str, minimum))} of aws-cli is required. "
            f"Current version is: {'.'.join(map(str, version))}. {_HELP}"
        )
