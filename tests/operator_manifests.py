"""What deploy/operator comes to, for the tests of it."""

import functools
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
OPERATOR = ROOT / "deploy" / "operator"
OVERLAYS = sorted(it.name for it in (OPERATOR / "overlays").iterdir())
KUBECTL = str(Path(sys.executable).with_name("kubectl"))


@functools.cache
def rendered(overlay: str) -> str:
    """The manifests of an overlay, as `kubectl apply --kustomize` would apply them."""
    command = [KUBECTL, "kustomize", str(OPERATOR / "overlays" / overlay)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def manifests(overlay: str, kind: str | None = None) -> list[dict[str, Any]]:
    """Those of one kind, or all, in their order."""
    every = [it for it in yaml.safe_load_all(rendered(overlay)) if it]
    return [it for it in every if kind in (None, it["kind"])]
