"""The address plan: which part of the VPC's CIDR each subnet gets.

    eighths of the VPC     0        1        2     ...    5        6             7
                        private  private  private      private  public    see below
                        zone a   zone b   zone c       zone f   zones a-f

    the last eighth        first half          third quarter            fourth quarter
                           intra, zones a-f    control plane, zones a-f  Local Zones

A zone's place follows from its place in the region, not from the zones that happen to be chosen, so
that adding or dropping a zone never moves, and so never replaces, the subnets of another. Private
subnets are large because the VPC CNI gives every pod an address of them; public ones hold only
NAT gateways and load balancers.
"""

import dataclasses
from ipaddress import IPv4Network

Block = IPv4Network
"""The IPv4 block of one subnet."""

_SLOT_BITS = 3
_PUBLIC_SLOT = 6
_LAST_SLOT = 7
_PUBLIC_BITS = 6
_INTRA_BITS = 7
_CONTROL_PLANE_BITS = 8
_PODS_BITS = 3

MAXIMUM_ZONES = 6
"""Zones that the plan has room for; no region has more (us-east-1 has six)."""

_SMALLEST_SUBNET_PREFIX = 28
LARGEST_PREFIX = 16
"""The largest VPC that AWS makes is a /16.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
"""

SMALLEST_PREFIX = _SMALLEST_SUBNET_PREFIX - _PUBLIC_BITS
"""The smallest VPC that the plan fits in: its public subnets become AWS's smallest, a /28."""

SMALLEST_WITH_INTRA = _SMALLEST_SUBNET_PREFIX - _INTRA_BITS
"""The smallest VPC that has room for intra subnets."""

SMALLEST_WITH_CONTROL_PLANE = _SMALLEST_SUBNET_PREFIX - _CONTROL_PLANE_BITS
"""The smallest VPC that has room for subnets of the control plane's own."""

SMALLEST_LOCAL_ZONE = _SMALLEST_SUBNET_PREFIX - 1
"""The smallest block of a Local Zone, which is halved."""

SMALLEST_PODS = _SMALLEST_SUBNET_PREFIX - _PODS_BITS - 1
"""The smallest block of pods: an eighth of it for each zone is still worth it."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ZoneSubnets:
    """The subnets of one availability zone.

    Attributes:
        private: For nodes.
        public: For NAT gateways and load balancers.
        intra: Without a route out; None where the VPC is too small for it.
        control_plane: For the control plane alone; None where the VPC is too small for it.
    """

    private: Block
    public: Block
    intra: Block | None
    control_plane: Block | None


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
    intra, rest = slots[_LAST_SLOT].subnets()
    control_plane, _ = rest.subnets()
    return ZoneSubnets(
        private=slots[zone_index],
        public=_part(slots[_PUBLIC_SLOT], cidr.prefixlen + _PUBLIC_BITS, zone_index),
        intra=_part_or_none(intra, cidr.prefixlen + _INTRA_BITS, zone_index),
        control_plane=_part_or_none(
            control_plane, cidr.prefixlen + _CONTROL_PLANE_BITS, zone_index
        ),
    )


def for_local_zones(cidr: IPv4Network) -> IPv4Network:
    """The part of a VPC that is kept for subnets in Local Zones."""
    slots = list(cidr.subnets(prefixlen_diff=_SLOT_BITS))
    return list(slots[_LAST_SLOT].subnets(prefixlen_diff=2))[3]


def pods(cidr: IPv4Network, zone_index: int) -> Block:
    """The subnet of a zone's pods in a block that is theirs alone.

    Args:
        cidr: The block of all pods.
        zone_index: The zone's place in its region, from 0.
    """
    return _part(cidr, cidr.prefixlen + _PODS_BITS, zone_index)


def _part(block: IPv4Network, prefix: int, index: int) -> Block:
    return list(block.subnets(new_prefix=prefix))[index]


def _part_or_none(block: IPv4Network, prefix: int, index: int) -> Block | None:
    return _part(block, prefix, index) if prefix <= _SMALLEST_SUBNET_PREFIX else None
