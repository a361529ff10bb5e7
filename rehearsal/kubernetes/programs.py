"""The programs that a control plane is made of, and what they can do."""

import os
import re
import subprocess
from pathlib import Path

NAMES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok")
# "the emulated version ... must be between" the binary's own and three minors below it.
# https://github.com/kubernetes/enhancements/tree/master/keps/sig-architecture/4330-compatibility-versions
OLDER_MINORS = 3


class UnusableError(Exception):
    """There is no control plane to be had with these programs; the message says why."""


class Programs:
    """The folder with the programs.

    Args:
        folder: Holds an executable for each of `NAMES`.

    Raises:
        UnusableError: one is missing, or does not run.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        missing = [name for name in NAMES if not os.access(folder / name, os.X_OK)]
        if missing:
            raise UnusableError(f"{folder} lacks {', '.join(missing)}")
        self.version = _version(folder / "kube-apiserver")

    def __getitem__(self, name: str) -> str:
        return str(self._folder / name)

    def emulated(self, version: str) -> str:
        """The version to emulate for a cluster of a version such as ``1.35``: the nearest."""
        major, minor = self.version
        wanted = int(version.partition(".")[2])
        return f"{major}.{min(max(wanted, minor - OLDER_MINORS), minor)}"


def _version(apiserver: Path) -> tuple[int, int]:
    try:
        told = subprocess.run(
            [apiserver, "--version"], capture_output=True, text=True, timeout=30, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise UnusableError(f"{apiserver} does not run: {error}") from error
    found = re.search(r"v(\d+)\.(\d+)\.", told)
    if not found:
        raise UnusableError(f"{apiserver} does not tell its version, but: {told.strip()[:80]}")
    return int(found[1]), int(found[2])
