"""`python -m ops lock`: writes down what AWS would otherwise choose."""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ops.user_error import UserError
from spec.lock import (
    BUNDLED,
    Change,
    Lock,
    Source,
    UnknownVersionError,
    changes,
    lacking,
    lock_path,
    read_lock,
    rendered,
    written,
)
from spec.problems import Problem, StackFileError
from spec.stack_file import Stack, read_stack_file, read_unpinned

SourceOf = Callable[[Stack], Source]


def bundled(_: Stack) -> Source:
    """The tables of `spec.facts`."""
    return BUNDLED


def from_aws(stack: Stack) -> Source:
    """AWS, in the stack's region and with its profile."""
    from ops.lock_aws import AwsVersions  # noqa: PLC0415  takes half a second

    return AwsVersions(stack.cluster.region, stack.aws.profile)


def lock(
    files: Sequence[str],
    *,
    update: bool = False,
    check: bool = False,
    as_json: bool = False,
    source: SourceOf = bundled,
) -> int:
    """Writes lock files, or looks whether they say all that is needed.

    Args:
        files: Stack files, or names of stacks of the current folder; none: all of this folder.
        update: Move everything to the newest.
        check: Write nothing.
        as_json: Print what changes as one JSON list on standard output.
        source: Who tells the newest versions.

    Returns:
        0; 1 where a stack file cannot be used, a version is not known, or `check` finds a lock file
        that lacks something.
    """
    paths = [_path(it) for it in files] or sorted(Path().glob("Pulumi.*.yaml"))
    told: list[dict[str, str | None]] = []
    failed = False
    for path in paths or [Path("Pulumi.dev.yaml")]:
        try:
            if check:
                read_stack_file(path)
                found: Sequence[Change] = ()
            else:
                found = _write_one(path, update=update, source=source)
        except StackFileError as error:
            print(error, file=sys.stderr)
            failed = True
            continue
        told += [{"file": str(lock_path(path)), **it.as_json()} for it in found]
        if not as_json:
            _show(lock_path(path), found, check=check)
    if as_json:
        print(json.dumps(told, indent=2))
    return 1 if failed else 0


def _path(given: str) -> Path:
    """A stack file, by its path or its stack's name."""
    path = Path(given)
    return path if path.suffix == ".yaml" or path.exists() else Path(f"Pulumi.{given}.yaml")


def _write_one(path: Path, *, update: bool, source: SourceOf) -> Sequence[Change]:
    stack = read_unpinned(path)
    try:
        old = read_lock(path)[0] if lock_path(path).exists() else None
        new = written(stack.cluster, old, source(stack), update=update)
    except UnknownVersionError as error:
        raise StackFileError(_unknown(path, error)) from None
    if broken := lacking(stack.cluster, new):  # what was there before, and does not fit any more
        raise StackFileError(
            Problem(
                message=f"{it.path[-1]} {it.message}; remove the line or say --update",
                file=str(lock_path(path)),
            )
            for it in broken
        )
    if new != old:
        write(path, new)
    return changes(stack.cluster, old, new)


def _unknown(path: Path, error: UnknownVersionError) -> list[Problem]:
    return [
        Problem(
            message="no version is known here; ask AWS with --aws, or write one into the file by "
            "hand",
            path=what,
            file=str(lock_path(path)),
        )
        for what in error.what
    ]


def _show(path: Path, found: Sequence[Change], *, check: bool) -> None:
    if not found:
        print(f"{path}: {'says all that is needed' if check else 'nothing changes'}")
        return
    print(f"{path}:")
    risk = None
    for it in found:
        if it.risk != risk:
            risk = it.risk
            print(f"  {risk}")
        if it.old is None or it.new is None:
            print(f"    {it.path}: {it.new or it.old}")
        else:
            print(f"    {it.path}: {it.old} -> {it.new}: {it.effect}")


def write(stack_file: Path, content: Lock) -> None:
    """Writes a stack's lock file: whole, or not at all.

    Raises:
        UserError: It cannot be written.
    """
    path = lock_path(stack_file)
    temporary: Path | None = None
    try:
        path.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8"
        ) as file:
            temporary = Path(file.name)
            file.write(rendered(path.stem, content))
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}") from None
    finally:
        if temporary:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
