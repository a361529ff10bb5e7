"""Regions that have EKS, and their Availability Zones."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class Zone:
    """An Availability Zone.

    In regions opened before November 2012, accounts created before November 2025 have names of
    their own for the zones: another account's `us-east-1a` can be another place, so the id here is
    one account's view. Ids mean the same place everywhere.
    https://docs.aws.amazon.com/global-infrastructure/latest/regions/az-ids.html

    Attributes:
        name: E.g. `ap-northeast-2a`.
        id: E.g. `apne2-az1`.
        eks_supported: Whether a control plane may have a subnet there.
    """

    name: str
    id: str
    eks_supported: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Region:
    """A region that has EKS.

    Attributes:
        name: E.g. `ap-northeast-2`.
        partition: `aws`, `aws-cn` or `aws-us-gov`.
        description: E.g. `Asia Pacific (Seoul)`.
        zones: In the order of their names.
        unsupported_zone_ids: Zones where EKS places no control plane, also those that new
            accounts do not see any more.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    partition: str
    description: str
    zones: tuple[Zone, ...]
    unsupported_zone_ids: tuple[str, ...]
    source: str
    date: str


@functools.cache
def regions() -> Mapping[str, Region]:
    """Every region with EKS, by name."""
    return {row["name"]: _region(row) for row in tables.read("regions")}


def _region(row: tables.Row) -> Region:
    unsupported = tuple(row["unsupported_zone_ids"].split())
    zones = (pair.split("=") for pair in row["zones"].split())
    return Region(
        row["name"],
        row["partition"],
        row["description"],
        tuple(Zone(name, id_, id_ not in unsupported) for name, id_ in zones),
        unsupported,
        row["source"],
        row["date"],
    )
