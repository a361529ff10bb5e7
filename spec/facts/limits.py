"""What AWS, EKS and Kubernetes accept: lengths, ranges, patterns, address blocks."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class Limit:
    """What one value may be.

    Attributes:
        name: E.g. `cluster.name`.
        unit: What `minimum` and `maximum` count, e.g. `characters`, `GiB`, `prefix length`.
        minimum: Inclusive; None: not limited, or not published.
        maximum: Inclusive; None: not limited, or not published.
        pattern: A regular expression that the whole value matches.
        values: A fixed set, e.g. the address blocks that a value must lie in.
        default: What AWS takes if nothing is said.
        note: What else the source says.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    unit: str
    minimum: int | None
    maximum: int | None
    pattern: str | None
    values: tuple[str, ...]
    default: str | None
    note: str
    source: str
    date: str


@functools.cache
def limits() -> Mapping[str, Limit]:
    """Every limit by name."""
    return {
        row["name"]: Limit(
            row["name"],
            row["unit"],
            int(row["minimum"]) if row["minimum"] else None,
            int(row["maximum"]) if row["maximum"] else None,
            row["pattern"] or None,
            tuple(row["values"].split()),
            row["default"] or None,
            row["note"],
            row["source"],
            row["date"],
        )
        for row in tables.read("limits")
    }
