"""The address plan."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec import addresses

ALL_ZONES = range(addresses.MAXIMUM_ZONES)


@st.composite
def vpcs(draw):
    prefix = draw(st.integers(addresses.LARGEST_PREFIX, addresses.SMALLEST_PREFIX))
    network = draw(st.integers(0, 2**prefix - 1))
    return IPv4Network((network << (32 - prefix), prefix))


def blocks_of(plan: addresses.ZoneSubnets) -> list[IPv4Network]:
    every = (plan.private, plan.public, plan.intra, plan.control_plane)
    return [block for block in every if block is not None]


@given(vpcs())
def test_no_two_subnets_overlap_and_all_lie_in_the_vpc(cidr):
    subnets = [it for zone in ALL_ZONES for it in blocks_of(addresses.plan(cidr, zone))]
    subnets.append(addresses.for_local_zones(cidr))
    assert all(subnet.subnet_of(cidr) for subnet in subnets)
    assert not [(a, b) for a, b in combinations(subnets, 2) if a.overlaps(b)]


@given(vpcs())
def test_every_subnet_is_of_a_size_that_aws_makes(cidr):
    for zone in ALL_ZONES:
        assert all(16 <= it.prefixlen <= 28 for it in blocks_of(addresses.plan(cidr, zone)))
    assert addresses.for_local_zones(cidr).prefixlen <= addresses.SMALLEST_LOCAL_ZONE


@given(vpcs())
def test_further_kinds_are_there_as_soon_as_there_is_room(cidr):
    plan = addresses.plan(cidr, 0)
    assert (plan.intra is not None) == (cidr.prefixlen <= addresses.SMALLEST_WITH_INTRA)
    has_own = cidr.prefixlen <= addresses.SMALLEST_WITH_CONTROL_PLANE
    assert (plan.control_plane is not None) == has_own


@given(st.integers(addresses.LARGEST_PREFIX, addresses.SMALLEST_PODS))
def test_pods_have_a_block_in_each_zone(prefix):
    cidr = IPv4Network(f"100.64.0.0/{prefix}")
    blocks = [addresses.pods(cidr, zone) for zone in ALL_ZONES]
    assert all(block.subnet_of(cidr) and block.prefixlen <= 28 for block in blocks)
    assert not [(a, b) for a, b in combinations(blocks, 2) if a.overlaps(b)]


def test_the_last_eighth_is_divided():
    cidr = IPv4Network("10.0.0.0/16")
    plan = addresses.plan(cidr, 5)
    assert plan.intra == IPv4Network("10.0.234.0/23")
    assert plan.control_plane == IPv4Network("10.0.245.0/24")
    assert addresses.for_local_zones(cidr) == IPv4Network("10.0.248.0/21")


def test_a_slash_16_gives_each_zone_eight_thousand_pod_addresses():
    plan = addresses.plan(IPv4Network("10.0.0.0/16"), 2)
    assert plan.private == IPv4Network("10.0.64.0/19")
    assert plan.public == IPv4Network("10.0.200.0/22")


@pytest.mark.parametrize(
    ("cidr", "zone"), [("10.0.0.0/15", 0), ("10.0.0.0/23", 0), ("10.0.0.0/16", 6)]
)
def test_what_the_plan_does_not_cover_is_refused(cidr, zone):
    with pytest.raises(ValueError, match="is not between"):
        addresses.plan(IPv4Network(cidr), zone)
