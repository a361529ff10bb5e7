"""Which further IPv4 blocks a VPC can have beside those that it has."""

import dataclasses
import functools
from ipaddress import IPv4Network

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class SecondaryCidrRule:
    """What a VPC with a block of one range cannot have beside it.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions

    Attributes:
        existing: The range that one of the VPC's blocks lies in.
        refused: Ranges that no further block may come from.
        note: What else the source says.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    existing: IPv4Network
    refused: tuple[IPv4Network, ...]
    note: str
    source: str
    date: str


@functools.cache
def secondary_cidr_rules() -> tuple[SecondaryCidrRule, ...]:
    """Every rule. That of 0.0.0.0/0 is for blocks that lie in none of the other ranges."""
    return tuple(
        SecondaryCidrRule(
            IPv4Network(row["existing"]),
            tuple(IPv4Network(block) for block in row["refused"].split()),
            row["note"],
            row["source"],
            row["date"],
        )
        for row in tables.read("secondary_cidr_rules")
    )


def refused_secondary_cidr(block: IPv4Network, existing: IPv4Network) -> IPv4Network | None:
    """The range for which EC2 refuses a further block beside one that the VPC has, or None.

    Args:
        block: That the VPC is to have, too.
        existing: One of those that it has.
    """
    of_existing = [rule for rule in secondary_cidr_rules() if existing.overlaps(rule.existing)]
    narrow = [rule for rule in of_existing if rule.existing.prefixlen] or of_existing
    refused = (one for rule in narrow for one in rule.refused)
    return next((one for one in refused if block.overlaps(one)), None)
