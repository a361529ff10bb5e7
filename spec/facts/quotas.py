"""How much of something an account may have, until AWS raises it."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class Quota:
    """How many of something there may be.

    Attributes:
        name: E.g. `vpcs`.
        counts: What is counted, and in what, e.g. `VPCs of a region`.
        value: How many of it an account may have that has never asked for more.
        sources: The public pages that say so.
        date: The day on which the newest of them did, ISO.
        note: What else they say.
    """

    name: str
    counts: str
    value: int
    sources: tuple[str, ...]
    date: str
    note: str


@functools.cache
def quotas() -> Mapping[str, Quota]:
    """Every quota by name."""
    return {
        row["name"]: Quota(
            row["name"],
            row["counts"],
            int(row["value"]),
            tuple(row["source"].split()),
            row["date"],
            row["note"],
        )
        for row in tables.read("quotas")
    }
