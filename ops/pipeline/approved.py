"""Whether what is left to do was approved, when a plan was carried out in part."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from ops.pipeline.changes import Change

_COVERS: Final = {
    # What did not exist when it was approved may be half made now: mended, or made anew.
    "create": {"create", "update", "replace"},
    "replace": {"replace", "create", "delete", "update"},
    "update": {"update"},
    "delete": {"delete"},
}


def not_approved(approved: Iterable[Change], now: Iterable[Change]) -> Iterator[Change]:
    """The changes that a plan did not have.

    Commit, program, stack file and lock file are the same: what is wanted is what was wanted. Only
    what there is may have changed, by the run that was interrupted, or by somebody.

    Args:
        approved: What was planned, and approved.
        now: What would be done now.
    """
    before = {it.urn: it for it in approved}
    for it in now:
        old = before.get(it.urn)
        if old is None or not _covers(old, it):
            yield it


def _covers(old: Change, new: Change) -> bool:
    if new.operation not in _COVERS[old.operation]:
        return False
    return old.operation != "update" or _keys(new.keys) <= _keys(old.keys)


def _keys(told: Collection[str]) -> set[str]:
    return {it.partition(": ")[0] for it in told}
