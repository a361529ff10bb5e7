"""The address plan: which part of the VPC's CIDR each subnet gets.

    eighths of the VPC     0        1        2     ...    5        6        7
                        private  private  private      private  public    free
                        zone a   zone b   zone c       zone f   zones a-f

A zone's place follows from its place in the region, not from the zones that happen to be chosen, so
that adding or dropping a zone never moves, and so never replaces, the subnets of another. Private
subnets are large because the VPC CNI gives every pod an address of them; public ones hold only
NAT gateways and load balancers. The last eighth stays free for what is added later.
"""

import dataclasses
from ipaddress import IPv4Network

_SLOT_BITS = 3
_PUBLIC_SLOT = 6
_PUBLIC_BITS = 6

MAXIMUM_ZONES = 6
"""Zones that the plan has room for; no region has more (us-east-1 has six)."""

_SMALLEST_SUBNET_PREFIX = 28
LARGEST_PREFIX = 16
"""The largest VPC that AWS makes is a /16.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
"""

SMALLEST_PREFIX = _SMALLEST_SUBNET_PREFIX - _PUBLIC_BITS
"""The smallest VPC that the plan fits in: its public subnets become AWS's smallest, a /28."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ZoneSubnets:
    """The subnets of one availability zone."""

    private: IPv4Network
    public: IPv4Network


def plan(cidr: IPv4Network, zone_index: int) -> ZoneSubnets:
    """The subnets of one zone of a VPC.

    Args:
        cidr: The VPC's block, /16 to /22.
        zone_index: The zone's place in its region, from 0: 2 for `ap-northeast-2c`.

    Raises:
        ValueError: The block or the index is outside of what the plan covers.
    """
    if not LARGEST_PREFIX <= cidr.prefixlen <= SMALLEST_PREFIX:
        raise ValueError(f"{cidr} is not between a /{LARGEST_PREFIX} and a /{SMALLEST_PREFIX}")
    if not 0 <= zone_index < MAXIMUM_ZONES:
        raise ValueError(f"zone {zone_index} is not between 0 and {MAXIMUM_ZONES - 1}")
    slots = list(cidr.subnets(prefixlen_diff=_SLOT_BITS))
    public = slots[_PUBLIC_SLOT].subnets(prefixlen_diff=_PUBLIC_BITS - _SLOT_BITS)
    return ZoneSubnets(private=slots[zone_index], public=list(public)[zone_index])
