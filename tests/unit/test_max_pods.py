"""How many pods a node takes: what AWS publishes, and what AWS recommends."""

from pathlib import Path

import pytest

from spec import facts, max_pods
from spec.facts import tables
from spec.model import ClusterSpec, NodeGroupSpec
from spec.model.user_data import UserDataSpec

DATA = Path(__file__).parents[1] / "data"
"""Where AWS's own table is."""

UNKNOWN_TO_EC2 = {"bmn-sf1.metal", "c5a.metal", "c5ad.metal", "c7i.32xlarge"}
"""Types of AWS's table that the model of the EC2 API does not name: no group can have them."""

WITHOUT_NUMBERS = 22
"""How many types at most the model of the EC2 API names, of which AWS's table says nothing."""


def published() -> dict[str, int]:
    return {row["instance_type"]: int(row["pods"]) for row in tables.read("max_pods", DATA)}


def ours(name, **how) -> int | None:
    return max_pods.of_instance_type(facts.instance_types()[name], **how)


def test_awss_table_is_whole_and_has_a_source():
    assert len(published()) == 1391
    assert all(row["source"].startswith("https://") for row in tables.read("max_pods", DATA))


@pytest.mark.parametrize("name", sorted(published().keys() - UNKNOWN_TO_EC2))
def test_a_node_takes_as_many_pods_as_aws_publishes(name):
    assert ours(name) == published()[name]


def test_types_of_awss_table_that_are_not_compared_are_those_that_ec2_does_not_know():
    assert published().keys() - facts.instance_types().keys() == UNKNOWN_TO_EC2


def test_types_without_numbers_are_few_and_none_of_awss_table():
    without = {name for name in facts.instance_types() if ours(name) is None}
    assert not without & published().keys()
    assert len(without) <= WITHOUT_NUMBERS


def test_the_most_that_can_be_said_is_the_most_of_awss_table():
    most = max(published().values())
    assert UserDataSpec(max_pods=most).max_pods == most
    with pytest.raises(ValueError, match=f"less than or equal to {most}"):
        UserDataSpec(max_pods=most + 1)


def test_published_interfaces_are_only_those_that_say_something_else():
    """Each row of the table is needed: without it a number would be missing or another one."""
    for name, row in facts.published_interfaces().items():
        it = facts.instance_types()[name]
        known = (it.default_card_interfaces, it.ipv4_per_interface)
        assert known != (row.interfaces, row.ipv4_per_interface), name


@pytest.mark.parametrize(
    ("name", "pods"),
    [
        ("t3.small", 110),  # 3 interfaces of 3 blocks of 16 addresses
        ("t3.medium", 110),
        ("m5.4xlarge", 110),  # 16 processors
        ("m5.8xlarge", 250),  # 32
        ("c5.9xlarge", 250),  # 36
        ("m5.24xlarge", 250),
        ("t3.nano", 34),  # 2 interfaces of one block each: fewer than 110
    ],
)
def test_with_blocks_of_addresses_a_node_takes_what_aws_recommends(name, pods):
    """https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html: 110 for
    fewer than 30 processors, 250 for more."""
    assert ours(name, prefixes=True) == pods


@pytest.mark.parametrize(
    ("name", "pods"),
    [
        ("m5.large", 20),  # (3 - 1) * 9 + 2: the example of AWS's page
        ("t3.medium", 12),
        ("m5.24xlarge", 688),
        ("i7ie.48xlarge", 345),  # by the card that EC2 tells of, with 8 interfaces
    ],
)
def test_custom_networking_takes_the_first_interface_away(name, pods):
    """https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network-tutorial.html."""
    assert ours(name, custom_networking=True) == pods


def test_custom_networking_with_blocks_of_addresses():
    assert ours("m5.large", custom_networking=True, prefixes=True) == 110
    assert ours("t3.nano", custom_networking=True, prefixes=True) == 18  # 1 * 1 * 16 + 2
    assert ours("m5.8xlarge", custom_networking=True, prefixes=True) == 250


def test_what_nodes_are_told_is_never_more_than_they_have_addresses_for():
    for it in facts.instance_types().values():
        if it.default_card_interfaces and it.ipv4_per_interface:
            most = (it.default_card_interfaces - 1) * (it.ipv4_per_interface - 1)
            assert ours(it.name, custom_networking=True) <= most + 2, it.name
            blocks = it.default_card_interfaces * (it.ipv4_per_interface - 1) * 16
            assert ours(it.name, prefixes=True) <= min(blocks + 2, 250), it.name


def test_a_group_of_several_types_takes_what_its_smallest_does():
    assert max_pods.of_group(["m5.24xlarge", "m5.large", "m5.xlarge"]) == 29
    assert max_pods.of_group(["m5.24xlarge", "m5.4xlarge"], prefixes=True) == 110
    assert max_pods.of_group(["m5.8xlarge", "m5.24xlarge"], prefixes=True) == 250


def test_a_group_with_a_type_without_numbers_is_not_guessed():
    without = next(name for name in facts.instance_types() if ours(name) is None)
    assert max_pods.of_group(["m5.large", without]) is None
    assert max_pods.of_group([]) is None


# What a cluster's nodes are told


def cluster(network, **group) -> tuple[ClusterSpec, NodeGroupSpec]:
    group = {"instanceTypes": ["m5.large", "m5.xlarge"], "nodes": 2, **group}
    spec = ClusterSpec.model_validate(
        {
            "name": "dev",
            "region": "eu-central-1",
            "kubernetesVersion": "1.36",
            "access": {"admins": ["creator"]},
            "network": network,
            "nodeGroups": {"general": {"instanceTypes": ["m5.large"], "nodes": 2}, "it": group},
        }
    )
    return spec, spec.node_groups["it"]


@pytest.mark.parametrize(
    ("network", "pods"),
    [
        ({}, None),  # EKS and the image work it out
        ({"pods": {"prefixDelegation": True}}, 110),
        ({"pods": {"cidr": "100.64.0.0/16"}}, 20),
        ({"pods": {"cidr": "100.64.0.0/16", "prefixDelegation": True}}, 110),
        ({"ipFamily": "ipv6"}, 110),
    ],
)
def test_nodes_are_told_where_they_would_count_wrongly_by_themselves(network, pods):
    spec, group = cluster(network)
    assert spec.max_pods_of(group) == pods


def test_windows_nodes_are_told_nothing():
    """Neither formula is theirs: all their pods share one network interface.

    https://docs.aws.amazon.com/eks/latest/userguide/windows-support.html
    """
    spec, group = cluster(
        {}, imageFamily="WINDOWS_CORE_2022", instanceTypes=["m5.large"], amiId="ami-0123abcd"
    )
    assert spec.max_pods_of(group) is None
