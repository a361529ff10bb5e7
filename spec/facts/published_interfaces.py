"""What AWS's node images know of the network interfaces of instance types."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class PublishedInterfaces:
    """Network interfaces of an instance type, by which its nodes count their pods.

    Attributes:
        name: E.g. `g4ad.xlarge`.
        interfaces: How many its default network card can have.
        ipv4_per_interface: Addresses of each, the interface's own included.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    interfaces: int
    ipv4_per_interface: int
    source: str
    date: str


@functools.cache
def published_interfaces() -> Mapping[str, PublishedInterfaces]:
    """Every type of which AWS publishes what `instance_types` lacks, or something else."""
    return {
        row["name"]: PublishedInterfaces(
            row["name"],
            int(row["interfaces"]),
            int(row["ipv4_per_interface"]),
            row["source"],
            row["date"],
        )
        for row in tables.read("published_interfaces")
    }
