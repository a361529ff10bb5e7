"""What is pinned: packages in the requirements files, the engine by the version of its SDK."""

import hashlib
import platform
import re
import sys
from pathlib import Path
from typing import NamedTuple, Self

ROOT = Path(__file__).resolve().parent.parent.parent

# The Go modules that the programs of a control plane are built of, and the names of the programs.
KUBERNETES = Path(__file__).parent / "go" / "kubernetes"
KUBERNETES_PROGRAMS = (
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok",
)

REQUIREMENTS = "requirements-dev.txt"
_PINS = ("requirements.txt", REQUIREMENTS, "constraints.txt")


class Version(NamedTuple):
    """A version of three numbers."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @classmethod
    def find(cls, text: str) -> Self | None:
        """The first version in a text such as `v3.259.0` or `go1.26`; missing numbers are 0."""
        found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
        return cls(int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


# The oldest engine that is taken from PATH: older ones were not tried with the SDK.
OLDEST_PULUMI = Version(3, 259, 0)


def pulumi(root: Path) -> Version:
    """The engine's version: that of the Python SDK in `requirements.txt`."""
    requirements = (root / "requirements.txt").read_text(encoding="utf-8")
    pinned = re.search(r"^pulumi==(\S+)", requirements, re.MULTILINE)
    version = Version.find(pinned[1]) if pinned else None
    if version is None:
        raise ValueError("requirements.txt does not pin pulumi")
    return version


def kubernetes() -> Version:
    """The version of Kubernetes that rehearsals use."""
    return kubernetes_module("k8s.io/kubernetes")


def kubernetes_module(name: str) -> Version:
    """The version of a Go module that the programs of a control plane are built of."""
    text = (KUBERNETES / "go.mod").read_text(encoding="utf-8")
    required = re.search(rf"^\s*{re.escape(name)} (v\S+)", text, re.MULTILINE)
    version = Version.find(required[1]) if required else None
    if version is None:
        raise ValueError(f"go.mod requires no {name}")
    return version


def suits(version: Version, pinned: Version) -> bool:
    """Whether an engine that the machine already has may be used."""
    return version.major == pinned.major and version >= OLDEST_PULUMI


def fingerprint(root: Path) -> str:
    """Changes with the pins, the Python that runs this, and the kind of machine."""
    digest = hashlib.sha256(f"{python()} {platform.machine()}".encode())
    for name in _PINS:
        digest.update(b"\0" + name.encode() + b"\0" + (root / name).read_bytes())
    return digest.hexdigest()


def python() -> str:
    """The Python that runs this, such as 3.12."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"
