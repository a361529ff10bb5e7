"""Node images that EKS offers."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class AmiType:
    """A kind of EKS-optimized image.

    Attributes:
        name: As the EKS API spells it, e.g. `AL2023_x86_64_STANDARD`.
        architecture: Of the processors it runs on.
        accelerator: Whose drivers it carries: `nvidia`, `neuron` or `none`.
        root_device: The device name of its root volume.
        minimum_disk_gib: The size of that volume in the image; a smaller one cannot be made of it.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    architecture: str
    accelerator: str
    root_device: str
    minimum_disk_gib: int
    source: str
    date: str


@functools.cache
def ami_types() -> Mapping[tuple[str, str], AmiType]:
    """Every kind by architecture and accelerator."""
    return {
        (row["architecture"], row["accelerator"]): AmiType(
            row["name"],
            row["architecture"],
            row["accelerator"],
            row["root_device"],
            int(row["minimum_disk_gib"]),
            row["source"],
            row["date"],
        )
        for row in tables.read("ami_types")
    }
