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


@given(vpcs())
def test_no_two_subnets_overlap_and_all_lie_in_the_vpc(cidr):
    plans = [addresses.plan(cidr, zone) for zone in ALL_ZONES]
    subnets = [subnet for plan in plans for subnet in (plan.private, plan.public)]
    assert all(subnet.subnet_of(cidr) for subnet in subnets)
    assert not [(a, b) for a, b in combinations(subnets, 2) if a.overlaps(b)]


@given(vpcs())
def test_every_subnet_is_of_a_size_that_aws_makes(cidr):
    for zone in ALL_ZONES:
        plan = addresses.plan(cidr, zone)
        assert 16 <= plan.private.prefixlen <= 28
        assert 16 <= plan.public.prefixlen <= 28


def test_the_last_eighth_stays_free():
    cidr = IPv4Network("10.0.0.0/16")
    free = IPv4Network("10.0.224.0/19")
    plans = [addresses.plan(cidr, zone) for zone in ALL_ZONES]
    assert not any(p.private.overlaps(free) or p.public.overlaps(free) for p in plans)


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
