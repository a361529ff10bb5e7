"""What a change does to the stack's lock file."""

import subprocess
from pathlib import Path

from spec.lock import Change, Lock, changes, lock_path, parse_lock, read_lock
from spec.problems import StackFileError
from spec.stack_file import read_unpinned
from spec.yaml_file import parse_yaml


def lock_changes(stack_file: Path, base: str) -> tuple[Change, ...] | None:
    """What differs from the lock file of another commit.

    Args:
        stack_file: The stack file.
        base: The commit, in any way that git knows it.

    Returns:
        The changes; None: that commit is not here, or its lock file cannot be read.
    """
    path = lock_path(stack_file)
    if _git("rev-parse", "--verify", "--quiet", f"{base}^{{commit}}") is None:
        return None
    before = _git("show", f"{base}:./{path}")
    try:
        old: Lock | None = parse_lock(parse_yaml(str(path), before)) if before else None
        # As the stack file has it: with the lock applied, nothing is left to be locked.
        return changes(read_unpinned(stack_file).cluster, old, read_lock(stack_file)[0])
    except StackFileError:
        return None


def _git(*arguments: str) -> str | None:
    try:
        told = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return told.stdout if told.returncode == 0 else None
