"""Stack files that tests write, and what is said of them."""

import contextlib
import re
from pathlib import Path

import pytest

from ops import lock
from spec.lock import lock_path, read_lock, written
from spec.problems import StackFileError
from spec.stack_file import Stack, read_stack_file, read_unpinned

GOOD = """\
config:
  aws:region: ap-northeast-2
  cluster:kubernetesVersion: "1.36"
  cluster:network:
    cidr: 10.0.0.0/16
    availabilityZones: 3
    natGateways: single
  cluster:access: {admins: [creator]}
  cluster:nodeGroups:
    general:
      instanceTypes: [t3.medium]
      nodes: 2
"""

_LEAST = """\
  aws:region: ap-northeast-2
  cluster:kubernetesVersion: "1.36"
  cluster:access: {admins: [creator]}
  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2}}
"""

Cases = dict[str, tuple[str, list[str]]]
"""By name: lines that are added to the least stack file, and the first lines of the messages.

A line whose key the least stack file has too takes its place, at the end.
"""

FILE = Path("Pulumi.dev.yaml")


def stack_file(lines: str) -> str:
    """The least stack file with other lines."""
    added = lines.splitlines()
    keys = {_key(line) for line in added}
    kept = [line for line in _LEAST.splitlines() if _key(line) not in keys]
    return "\n".join(["config:", *kept, *added]) + "\n"


def _key(line: str) -> str:
    found = re.match(r"  [a-z]+:\w+", line)
    return found.group() if found else line


def read(text: str) -> Stack:
    """The stack of a file in the current folder, with the newest versions in its lock file."""
    FILE.write_text(text, encoding="utf-8")
    write_lock(FILE)
    return read_stack_file(FILE)


def write_lock(stack_file: Path) -> None:
    """Writes what the lock file of a stack file lacks; nothing where the stack file is wrong."""
    with contextlib.suppress(StackFileError):
        there = lock_path(stack_file).exists()
        old = read_lock(stack_file)[0] if there else None
        lock.write(stack_file, written(read_unpinned(stack_file).cluster, old))


def messages(text: str) -> list[str]:
    """The first line of each problem of a file, without the file's name."""
    with pytest.raises(StackFileError) as raised:
        read(text)
    lines = [str(problem).splitlines()[0] for problem in raised.value.problems]
    assert all(line.startswith(f"{FILE}:") for line in lines)
    return [line.removeprefix(f"{FILE}:") for line in lines]
