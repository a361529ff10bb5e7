"""Scaling tiers of control planes."""

import dataclasses
import functools
from collections.abc import Mapping
from decimal import Decimal

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class ControlPlaneTier:
    """How much a control plane can bear; None is what no public page tells.

    https://docs.aws.amazon.com/eks/latest/userguide/eks-provisioned-control-plane.html

    Attributes:
        name: As the EKS API spells it, e.g. `tier-xl`.
        api_request_concurrency: Requests that its API servers handle at once, in seats.
        pods_per_second: How many pods its scheduler places.
        database_gb: Size of its etcd, GB.
        sla_percent: The share of a month that AWS commits to.
        hpa_concurrency: HorizontalPodAutoscalers that are looked at at once.
        note: What else the source says.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    api_request_concurrency: int | None
    pods_per_second: int | None
    database_gb: int
    sla_percent: Decimal
    hpa_concurrency: int | None
    note: str
    source: str
    date: str

    @property
    def provisioned(self) -> bool:
        """Whether its capacity is set aside; the standard one scales by itself."""
        return self.api_request_concurrency is not None


@functools.cache
def control_plane_tiers() -> Mapping[str, ControlPlaneTier]:
    """Every tier by name, smallest first."""
    return {
        row["name"]: ControlPlaneTier(
            row["name"],
            _number(row["api_request_concurrency"]),
            _number(row["pods_per_second"]),
            int(row["database_gb"]),
            Decimal(row["sla_percent"]),
            _number(row["hpa_concurrency"]),
            row["note"],
            row["source"],
            row["date"],
        )
        for row in tables.read("control_plane_tiers")
    }


def _number(cell: str) -> int | None:
    return int(cell) if cell else None
