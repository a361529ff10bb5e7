"""The Kubernetes API of rehearsed clusters, as its own administrator sees it."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rehearsal.kubernetes.api import Api
from rehearsal.kubernetes.pki import Files
from tests.rehearsal.emulator import CONTROL_PLANE_PATIENCE, Emulator

PROGRAMS = Path(sys.prefix) / "kubernetes"
# Where the set-up could not get the programs it says why; then rehearsals go without them.
MISSING = Path(sys.prefix) / "kubernetes-missing"

needs_kubernetes = pytest.mark.skipif(
    MISSING.exists() and not PROGRAMS.exists(), reason=f"no Kubernetes: see {MISSING}"
)


def folder(state: Path, emulator: Emulator, cluster: str) -> Path:
    """Where the control plane of a cluster keeps what it has."""
    issuer = emulator.describe(cluster)["identity"]["oidc"]["issuer"]
    return state.parent / "kubernetes" / issuer.rpartition("/")[2]


def administrator(state: Path, emulator: Emulator, cluster: str) -> Api:
    """The API of a cluster, for which everything is allowed."""
    pki = folder(state, emulator, cluster) / "pki"
    client = Files(pki / "eks-control-plane.crt", pki / "eks-control-plane.key")
    return Api(emulator.describe(cluster)["endpoint"], str(pki / "ca.crt"), client)


def named(api: Api, path: str) -> dict[str, dict[str, Any]]:
    """What a collection holds, by name."""
    return {one["metadata"]["name"]: one for one in api.get(path)["items"]}


def eventually(look: Callable[[], Any], hope: str, patience: float = CONTROL_PLANE_PATIENCE) -> Any:
    """What a look finds, as soon as it finds something."""
    end = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < end, f"not within {patience} s: {hope}"
        time.sleep(0.1)
    return found
