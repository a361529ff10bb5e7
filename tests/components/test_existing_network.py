"""A VPC that is there: how it is found, what makes it unfit, which tags are put on it."""

import dataclasses
import re

import pytest

from tests.components.account import Account
from tests.components.program import RefusedError, of_kind, run
from tests.components.stacks import ACCOUNT_WITH_VPC, EXISTING, stack

TAG = "aws:ec2/tag:Tag"
SUBNETS = ACCOUNT_WITH_VPC.subnets
WITH_TAGGED_VPCS = dataclasses.replace(
    ACCOUNT_WITH_VPC,
    vpcs={
        "vpc-0123abcd": {"Name": "shared", "team": "network"},
        "vpc-4567cdef": {"Name": "other", "team": "network"},
    },
)


def ids(tier):
    return [f"subnet-{tier}000000{number}" for number in (1, 2, 3)]


def refusal(existing=None, account=ACCOUNT_WITH_VPC, **network):
    config = stack(network={"existing": EXISTING | (existing or {}), **network})
    with pytest.raises(RefusedError) as refused:
        run(config, account=account)
    return str(refused.value)


def altered(id_, **changes):
    """The account with one subnet that is different."""
    subnet = dataclasses.replace(SUBNETS[id_], **changes)
    return dataclasses.replace(ACCOUNT_WITH_VPC, subnets={**SUBNETS, id_: subnet})


def test_nothing_of_the_network_is_made():
    types = {it.type for it in of_kind("existing").registered}
    assert not {it for it in types if it.startswith(("aws:ec2/vpc", "aws:ec2/subnet"))}
    assert not types & {TAG, "aws:ec2/flowLog:FlowLog", "aws:ec2/natGateway:NatGateway"}


def test_subnets_are_used_by_their_ids():
    made = of_kind("existing")
    assert made.cluster.inputs["vpcConfig"]["subnetIds"] == ids(0)
    assert made.one("aws:eks/nodeGroup:NodeGroup").inputs["subnetIds"] == ids(0)
    assert made.outputs["vpcId"] == "vpc-0123abcd"
    assert made.outputs["subnets"] == {
        "private": {f"ap-northeast-2{zone}": [id_] for zone, id_ in zip("abc", ids(0), strict=True)}
    }


def test_subnets_are_found_by_tags_in_the_vpc_alone_and_in_one_order():
    made = of_kind("existing-by-tags")
    assert made.cluster.inputs["vpcConfig"]["subnetIds"] == ids(2)
    assert made.one("aws:eks/nodeGroup:NodeGroup").inputs["subnetIds"] == ids(0)
    zones = [f"ap-northeast-2{it}" for it in "abc"]
    assert made.outputs["subnets"]["pods"] == dict(zip(zones, [[it] for it in ids(3)], strict=True))


def test_the_vpc_is_found_by_tags_that_it_alone_has():
    for tags in ({"Name": "shared"}, {"Name": "shared", "team": "*"}):
        config = stack(network={"existing": EXISTING | {"vpc": {"tags": tags}}})
        assert run(config, account=WITH_TAGGED_VPCS).outputs["vpcId"] == "vpc-0123abcd"


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({"Name": "mine"}, "no VPC of this account and region has the tags Name=mine"),
        (
            {"team": "network"},
            "vpc-0123abcd, vpc-4567cdef all have the tags team=network; add a tag that only one of "
            "them has, or name its id",
        ),
    ],
)
def test_tags_of_no_vpc_or_of_several_are_refused(tags, message):
    assert f"network.existing.vpc: {message}" in refusal({"vpc": {"tags": tags}}, WITH_TAGGED_VPCS)


def test_role_tags_are_put_on_subnets_if_asked_for_and_nodes_wait_for_them():
    made = of_kind("existing-by-tags")
    tags = [it.inputs for it in made.of_type(TAG).values()]
    assert tags == [
        *(
            {"resourceId": it, "key": "kubernetes.io/role/internal-elb", "value": "1"}
            for it in ids(0)
        ),
        *({"resourceId": it, "key": "kubernetes.io/role/elb", "value": "1"} for it in ids(1)),
    ]


@pytest.mark.parametrize(
    ("existing", "account", "message"),
    [
        (
            {},
            altered("subnet-00000002", vpc_id="vpc-4567cdef"),
            "subnet-00000002 is in vpc-4567cdef",
        ),
        ({}, altered("subnet-00000002", route=""), "subnet-00000002 has no default route"),
        ({}, altered("subnet-00000002", route="igw-0123abcd"), "routes to an internet gateway"),
        ({}, altered("subnet-00000002", tags={}), "which subnet-00000002 do not have"),
        ({}, altered("subnet-00000002", free=5), "has 5 free addresses; EKS needs 6"),
        (
            {"privateSubnets": ["subnet-00000001"], "controlPlaneSubnets": ["subnet-20000001"]},
            ACCOUNT_WITH_VPC,
            "EKS needs subnets in at least two zones|names one subnet",
        ),
        (
            {"publicSubnets": ["subnet-10000001"]},
            altered("subnet-10000001", route="nat-0123abcd"),
            "so it is not public",
        ),
        (
            {"podSubnets": ["subnet-30000001", "subnet-30000002"]},
            ACCOUNT_WITH_VPC,
            "podSubnets: none is in ap-northeast-2c",
        ),
        (
            {"podSubnets": [*ids(3), "subnet-40000001"]},
            ACCOUNT_WITH_VPC,
            "are all in ap-northeast-2a",
        ),
        ({"publicSubnets": {"tags": {"tier": "none"}}}, ACCOUNT_WITH_VPC, "has these tags"),
    ],
)
def test_what_makes_subnets_unfit_is_told_before_anything_is_made(existing, account, message):
    said = refusal(existing, account)
    assert re.search(message, said), said
    assert "network.existing" in said


def test_a_subnet_without_a_table_of_its_own_has_the_routes_of_the_main_one():
    private = dataclasses.replace(SUBNETS["subnet-00000002"], own_table=False)
    main = {id_: it for id_, it in SUBNETS.items() if it.own_table}
    good = Account(subnets={**main, "subnet-00000002": private})
    assert run(stack(network={"existing": EXISTING}), account=good).cluster
    bad = Account(subnets={**main, "subnet-00000002": dataclasses.replace(private, route="")})
    assert "subnet-00000002 has no default route" in refusal(account=bad)


def test_ipv6_needs_subnets_with_ipv6():
    assert "has no IPv6 block" in refusal(ipFamily="ipv6")
    both = {id_: dataclasses.replace(it, ipv6="2001:db8::/64") for id_, it in SUBNETS.items()}
    config = stack(network={"existing": EXISTING, "ipFamily": "ipv6"})
    assert run(config, account=Account(subnets=both)).cluster


def test_the_vpc_is_found_by_its_tags():
    existing = {
        "vpc": {"tags": {"Name": "second"}},
        "privateSubnets": {"tags": {"tier": "private"}},
    }
    made = run(stack(network={"existing": existing}), account=ACCOUNT_WITH_VPC)
    assert made.outputs["vpcId"] == "vpc-4567cdef"
    assert made.cluster.inputs["vpcConfig"]["subnetIds"] == ids(5)


@pytest.mark.parametrize("tags", [{"Name": "third"}, {"Name": "*"}])
def test_tags_that_tell_no_vpc_or_several_are_refused(tags):
    said = refusal({"vpc": {"tags": tags}, "privateSubnets": {"tags": {"tier": "private"}}})
    assert "network.existing.vpc" in said


def test_tags_that_are_asked_for_need_not_be_there():
    bare = altered("subnet-00000002", tags={})
    config = stack(network={"existing": EXISTING | {"tagSubnets": True}})
    assert len(run(config, account=bare).of_type(TAG)) == 3
