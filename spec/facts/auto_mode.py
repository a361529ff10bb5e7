"""What EKS Auto Mode brings along."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class AutoModeNodePool:
    """A node pool that EKS Auto Mode makes if it is asked for.

    https://docs.aws.amazon.com/eks/latest/userguide/set-builtin-node-pools.html

    Attributes:
        name: As the EKS API spells it, e.g. `general-purpose`.
        architectures: Of its nodes, as Kubernetes spells them: `amd64`, `arm64`.
        taint: The key of the taint on its nodes; None: they have none.
        description: What it is for.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    architectures: tuple[str, ...]
    taint: str | None
    description: str
    source: str
    date: str


@functools.cache
def auto_mode_node_pools() -> Mapping[str, AutoModeNodePool]:
    """Every node pool of Auto Mode by name."""
    return {
        row["name"]: AutoModeNodePool(
            row["name"],
            tuple(row["architectures"].split()),
            row["taint"] or None,
            row["description"],
            row["source"],
            row["date"],
        )
        for row in tables.read("auto_mode_node_pools")
    }
