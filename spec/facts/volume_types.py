"""Types of EBS volumes."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class VolumeType:
    """What a type of volume can be.

    https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html

    Attributes:
        name: E.g. `gp3`.
        gib: The least and the greatest size.
        iops: The fewest and the most operations a second that can be asked for; None: they follow
            from its size.
        iops_per_gib: The most for each GiB.
        throughput: The least and the greatest in MiB/s that can be asked for, in the same way.
        root: Whether an instance can start from it.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    gib: tuple[int, int]
    iops: tuple[int, int] | None
    iops_per_gib: int | None
    throughput: tuple[int, int] | None
    root: bool
    source: str
    date: str


@functools.cache
def volume_types() -> Mapping[str, VolumeType]:
    """Every type by name."""
    return {
        row["name"]: VolumeType(
            row["name"],
            (int(row["minimum_gib"]), int(row["maximum_gib"])),
            (int(row["minimum_iops"]), int(row["maximum_iops"])) if row["maximum_iops"] else None,
            int(row["iops_per_gib"]) if row["iops_per_gib"] else None,
            (int(row["minimum_throughput"]), int(row["maximum_throughput"]))
            if row["maximum_throughput"]
            else None,
            row["root"] == "yes",
            row["source"],
            row["date"],
        )
        for row in tables.read("volume_types")
    }
