"""What AWS charges for what a stack makes, as far as a public source tells."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables
from spec.facts.regions import regions

HOURS = 730
"""Of a month: the twelfth part of 365 days."""


@dataclasses.dataclass(frozen=True, slots=True)
class Price:
    """What one of a thing costs as long as it is there, without what depends on its use.

    Attributes:
        name: E.g. `eks.cluster.standard`, `nat-gateway`, or an EC2 instance type.
        region: A region, or a partition whose regions all cost the same.
        usd_per_month: In US dollars.
        source: The public pages that say so.
        date: The day on which they did, ISO.
        note: What is, and is not, in it.
    """

    name: str
    region: str
    usd_per_month: float
    source: str
    date: str
    note: str


def price(name: str, region: str) -> Price | None:
    """The price of a thing in a region; None: no source tells it.

    Args:
        name: As in `Price`.
        region: E.g. `us-east-1`.
    """
    known = regions().get(region)
    found = _prices().get((name, region))
    return found or (_prices().get((name, known.partition)) if known else None)


@functools.cache
def _prices() -> Mapping[tuple[str, str], Price]:
    return {(it.name, it.region): it for it in (*_of_services(), *_of_instances())}


def _of_services() -> list[Price]:
    return [
        Price(
            row["price"],
            row["region"],
            float(row["usd"]) * (HOURS if row["per"] == "hour" else 1),
            row["source"],
            row["date"],
            row["note"],
        )
        for row in tables.read("prices")
    ]


def _of_instances() -> list[Price]:
    return [
        Price(
            row["instance_type"],
            region,
            float(row[region]) * HOURS,
            row["source"],
            row["date"],
            "on demand, with Linux",
        )
        for row in tables.read("ec2_prices")
        for region in regions()
        if row.get(region)
    ]
