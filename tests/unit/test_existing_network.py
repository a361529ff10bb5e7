"""What is told of subnets that are there, as AWS describes them."""

import pytest

from spec.existing_network import FoundSubnet, broken, by_zone, not_one_vpc
from tests import strategies

VPC = "vpc-0123abcd"
INTERNAL, PUBLIC = "kubernetes.io/role/internal-elb", "kubernetes.io/role/elb"


def subnet(letter: str, **changes) -> FoundSubnet:
    fields = {
        "id": f"subnet-{letter}",
        "vpc_id": VPC,
        "zone": f"eu-west-1{letter}",
        "zone_id": f"euw1-az{ord(letter) - ord('a') + 1}",
        "free_addresses": 100,
        "has_ipv6": True,
        "tags": {INTERNAL: "1"},
        "default_route": "nat",
    }
    return FoundSubnet(**(fields | changes))


def cluster(region: str = "eu-west-1", ip_family: str = "ipv4", **existing):
    fields = {"vpc": VPC, "privateSubnets": {"tags": {"tier": "private"}}} | existing
    return strategies.cluster(
        {
            "aws:region": region,
            "cluster:kubernetesVersion": "1.36",
            "cluster:access": {"admins": ["creator"]},
            "cluster:network": {"existing": fields, "ipFamily": ip_family},
            "cluster:nodeGroups": {"a": {"instanceTypes": ["m7i.large"], "nodes": 1}},
        }
    )


def told(of=None, **found) -> list[str]:
    found = {"privateSubnets": [subnet("a"), subnet("b")]} | found
    return [
        f"{'.'.join(map(str, it.path))}: {it.message}" for it in broken(of or cluster(), VPC, found)
    ]


def test_what_is_right_is_right():
    public = [
        subnet(it, id=f"subnet-p{it}", tags={PUBLIC: ""}, default_route="internet") for it in "ab"
    ]
    plane = [subnet(it, id=f"subnet-c{it}", tags={}, default_route=None) for it in "ab"]
    pods = [subnet(it, id=f"subnet-x{it}", tags={}, default_route="nat") for it in "ab"]
    assert told(publicSubnets=public, controlPlaneSubnets=plane, podSubnets=pods) == []
    assert told(privateSubnets=[subnet(it, default_route="other") for it in "ab"]) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (["vpc-1"], []),
        ([], ["no VPC of this account and region has the tags a=b, c=*"]),
        (
            ["vpc-1", "vpc-2"],
            [
                "vpc-1, vpc-2 all have the tags a=b, c=*; add a tag that only one of "
                "them has, or name its id"
            ],
        ),
    ],
)
def test_tags_are_of_one_vpc(found, said):
    broken_ones = list(not_one_vpc({"a": "b", "c": "*"}, found))
    assert [it.message for it in broken_ones] == said
    assert all(it.path == ("network", "existing", "vpc") for it in broken_ones)


def test_a_new_network_is_not_judged():
    of = strategies.cluster(
        {
            "aws:region": "eu-west-1",
            "cluster:kubernetesVersion": "1.36",
            "cluster:access": {"admins": ["creator"]},
            "cluster:autoMode": {},
        }
    )
    assert list(broken(of, VPC, {})) == []


P = "network.existing.privateSubnets"
CASES = {
    "none found": (
        [],
        [f"{P}: no subnet of {VPC} has these tags"],
    ),
    "another VPC": (
        [subnet("a", vpc_id="vpc-9"), subnet("b")],
        [f"{P}: subnet-a is in vpc-9, not in {VPC}"],
    ),
    "no tags for load balancers": (
        [subnet("a", tags={}), subnet("b", tags={INTERNAL: "0"})],
        [
            f"{P}: load balancers find subnets by the tag {INTERNAL}: 1, which subnet-a, subnet-b "
            "do not have; set it, or say tagSubnets: true"
        ],
    ),
    "no route": (
        [subnet("a", default_route=None), subnet("b")],
        [
            f"{P}: subnet-a has no default route: nodes in it would reach neither the EKS API nor "
            "their images and never join"
        ],
    ),
    "public": (
        [subnet("a", default_route="internet"), subnet("b")],
        [
            f"{P}: subnet-a routes to an internet gateway: nodes in it have no public addresses "
            "and would never join; name subnets that route to a NAT gateway"
        ],
    ),
    "one zone": (
        [subnet("a"), subnet("a", id="subnet-a2")],
        [f"{P}: all are in eu-west-1a; EKS needs subnets in at least two zones"],
    ),
    "few addresses": (
        [subnet("a", free_addresses=5), subnet("b", free_addresses=6)],
        [
            f"{P}: subnet-a has 5 free addresses; EKS needs 6 in each subnet of the control plane",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_wrong_is_told(case):
    subnets, expected = CASES[case]
    assert told(privateSubnets=subnets) == expected


def test_tags_that_are_put_on_need_not_be_there():
    of = cluster(tagSubnets=True)
    assert told(of, privateSubnets=[subnet(it, tags={}) for it in "ab"]) == []


def test_zones_without_control_planes_are_told():
    subnets = [subnet("a", zone="us-east-1a", zone_id="use1-az3"), subnet("b", zone="us-east-1b")]
    assert told(cluster("us-east-1"), privateSubnets=subnets) == [
        f"{P}: subnet-a is in use1-az3, where EKS has no control plane"
    ]


def test_an_ipv6_cluster_needs_ipv6_blocks():
    subnets = [subnet("a", has_ipv6=False), subnet("b")]
    assert told(cluster(ip_family="ipv6"), privateSubnets=subnets) == [
        f"{P}: subnet-a has no IPv6 block, which an IPv6 cluster needs"
    ]


def test_the_control_plane_is_judged_where_it_is():
    plane = [subnet("a", free_addresses=1), subnet("b")]
    assert told(controlPlaneSubnets=plane) == [
        "network.existing.controlPlaneSubnets: subnet-a has 1 free addresses; EKS needs 6 in each "
        "subnet of the control plane"
    ]
    private = [subnet("a", free_addresses=1)]
    assert told(privateSubnets=private, controlPlaneSubnets=[subnet("a"), subnet("b")]) == []


def test_public_subnets_are_public():
    public = [subnet("a", tags={PUBLIC: "1"}), subnet("b", tags={}, default_route="internet")]
    assert told(publicSubnets=public) == [
        f"network.existing.publicSubnets: load balancers find subnets by the tag {PUBLIC}: 1, "
        "which subnet-b do not have; set it, or say tagSubnets: true",
        "network.existing.publicSubnets: subnet-a has no route to an internet gateway, so it is "
        "not public",
    ]


def test_pods_have_a_subnet_in_each_zone_of_the_nodes():
    pods = [subnet("a", id="subnet-x1"), subnet("a", id="subnet-x2")]
    assert told(podSubnets=pods) == [
        "network.existing.podSubnets: subnet-x1, subnet-x2 are all in eu-west-1a; name one for "
        "each zone",
        "network.existing.podSubnets: none is in eu-west-1b, where privateSubnets has nodes: "
        "their pods would get no addresses",
    ]


def test_zones_and_subnets_come_in_their_order():
    subnets = [subnet("b"), subnet("a", id="subnet-z"), subnet("a")]
    assert list(by_zone(subnets).items()) == [
        ("eu-west-1a", ["subnet-a", "subnet-z"]),
        ("eu-west-1b", ["subnet-b"]),
    ]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["vpc-1"], []),
        ([], ["no VPC of this account and region has the tags Name=shared, tier=*"]),
        (
            ["vpc-1", "vpc-2"],
            [
                "vpc-1, vpc-2 all have the tags Name=shared, tier=*; add a tag that only one of "
                "them has, or name its id"
            ],
        ),
    ],
)
def test_a_vpc_that_is_found_by_tags_is_the_only_one(found, expected):
    problems = list(not_one_vpc({"Name": "shared", "tier": "*"}, found))
    assert [it.message for it in problems] == expected
    assert {it.path for it in problems} <= {("network", "existing", "vpc")}
