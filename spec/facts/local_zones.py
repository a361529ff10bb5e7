"""Local Zones: parts of a region elsewhere, which an account opts in to."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class LocalZone:
    """A Local Zone.

    Attributes:
        name: E.g. `us-west-2-lax-1a`.
        id: E.g. `usw2-lax1-az1`.
        group: What an account opts in to, e.g. `us-west-2-lax-1`; public addresses are told of on
            the internet under the same name.
        region: The region it is a part of.
        parent: The id of the zone that its control plane is in; empty if no source tells.
    """

    name: str
    id: str
    group: str
    region: str
    parent: str


@functools.cache
def local_zones() -> Mapping[str, LocalZone]:
    """Every known Local Zone by name."""
    return {
        row["zone"]: LocalZone(row["zone"], row["id"], row["group"], row["region"], row["parent"])
        for row in tables.read("local_zones")
    }
