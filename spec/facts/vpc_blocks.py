"""Which IPv4 blocks a VPC cannot be given besides those that it has."""

import functools
import ipaddress
from collections.abc import Mapping, Sequence

from spec.facts import tables

Network = ipaddress.IPv4Network


@functools.cache
def _restrictions(of: str) -> Mapping[Network, tuple[Network, ...]]:
    """What is restricted, by the range that a block of the VPC lies in."""
    return {
        Network(row["range"]): tuple(Network(block) for block in row["restricted"].split())
        for row in tables.read("vpc_blocks")
        if row["of"] == of
    }


def restricted_blocks(blocks: Sequence[str]) -> tuple[Network, ...]:
    """The ranges that a VPC gets no block of.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html

    Args:
        blocks: The IPv4 blocks that it has, the primary one first.
    """
    present = [Network(block, strict=False) for block in blocks]
    by_range = _restrictions("primary")
    narrowest = max(
        (it for it in by_range if present[0].subnet_of(it)), key=lambda it: it.prefixlen
    )
    found = list(by_range[narrowest])
    for area, restricted in _restrictions("any").items():
        if any(block.subnet_of(area) for block in present):
            found += restricted
    return tuple(found)
