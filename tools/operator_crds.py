"""The Pulumi Kubernetes Operator's CRDs, by which tests judge deploy/operator.

python -m tools.operator_crds     gets them, if they are not there, and says where they are

They lie in the cache of tools, by the operator's version. Once they are there, nothing leaves the
machine.
"""

import hashlib
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

from tools.toolchain import cache

VERSION = "2.9.0"
"""The operator's version, which deploy/operator is for."""

_URL = f"https://raw.githubusercontent.com/pulumi/pulumi-kubernetes-operator/v{VERSION}/deploy/crds"
_SHA256 = {
    "auto.pulumi.com_updates.yaml": (
        "13bcbdc4bb2b55208768aadd42f4b81eaca2f4aa4dd01d14b7cfd51d8d5f83a2"
    ),
    "auto.pulumi.com_workspaces.yaml": (
        "c3fb776a09544f555d2c650d32c1b13da816ec4500179fc6d9e3235d44945a9b"
    ),
    "pulumi.com_programs.yaml": (
        "40b73414f3fb84d5402f5f7883013cc49e397bea861a0231b3979725c36b425a"
    ),
    "pulumi.com_stacks.yaml": ("d8ce0513bb77d5d57753e521fd42e87a87bdaf7abda1be2584aa23c1c03ea290"),
}
_TIMEOUT = 10  # seconds


class UnavailableError(Exception):
    """There is no way to them, or they are not what they should be."""


def folder() -> Path:
    """The folder with the CRDs, one in a file; they are downloaded if they are not there.

    Raises:
        UnavailableError: They could not be had.
    """
    tools = cache.Cache(cache.folder(os.environ))
    name = f"pulumi-kubernetes-operator-crds-{VERSION}"
    if (tools.folder / name).is_dir():
        return tools.folder / name
    with tools.lock(lambda: None):
        if (tools.folder / name).is_dir():  # made while this one waited
            return tools.folder / name
        with tools.work() as work:
            finished = work / "finished"
            finished.mkdir()
            for file, sha256 in _SHA256.items():
                (finished / file).write_bytes(_download(f"{_URL}/{file}", sha256))
            return tools.keep(finished, name)


def _download(url: str, sha256: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as answer:  # noqa: S310  https
            content = answer.read()
    except (OSError, urllib.error.URLError) as error:
        raise UnavailableError(f"{url}: {error}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise UnavailableError(f"{url} has another checksum than it should have")
    return content


def main() -> int:
    """Get them and say where they are; returns 1 if they cannot be had."""
    try:
        print(folder())
    except UnavailableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
