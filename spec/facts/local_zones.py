"""Local Zones: zones near cities, outside of a region's own."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables
from spec.facts.regions import regions


@dataclasses.dataclass(frozen=True, slots=True)
class LocalZone:
    """A Local Zone. Node groups can have subnets in it, control planes and Fargate cannot.

    https://docs.aws.amazon.com/eks/latest/userguide/local-zones.html

    Attributes:
        name: E.g. `us-west-2-lax-1a`.
        id: E.g. `usw2-lax1-az1`.
        region: That it belongs to, e.g. `us-west-2`.
        parent_zone_id: The zone of the region that it leans on, e.g. `usw2-az2`.
        group: What an account opts in to before it can use it, e.g. `us-west-2-lax-1`.
        on_request: Whether AWS Support has to open it.
        description: E.g. `US West (Los Angeles)`.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    id: str
    region: str
    parent_zone_id: str
    group: str
    on_request: bool
    description: str
    source: str
    date: str

    @property
    def parent_zone(self) -> str | None:
        """The name of the parent zone, as one account sees it (see `Zone`); None: not known."""
        zones = regions()[self.region].zones
        return next((zone.name for zone in zones if zone.id == self.parent_zone_id), None)


@functools.cache
def local_zones() -> Mapping[str, LocalZone]:
    """Every Local Zone by name."""
    return {
        row["name"]: LocalZone(
            row["name"],
            row["id"],
            row["region"],
            row["parent_zone_id"],
            row["group"],
            row["on_request"] == "yes",
            row["description"],
            row["source"],
            row["date"],
        )
        for row in tables.read("local_zones")
    }
