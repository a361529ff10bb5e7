"""The new VPC: subnets, routes, IPv6, blocks of pods, Local Zones."""

from ipaddress import IPv6Network

import pytest

from tests.components.program import of_kind, run
from tests.components.recorder import UNKNOWN
from tests.components.stacks import stack

ZONES = ("ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c")
SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
TABLE = "aws:ec2/routeTable:RouteTable"
NAT = "aws:ec2/natGateway:NatGateway"
EIP = "aws:ec2/eip:Eip"
VPC = "aws:ec2/vpc:Vpc"
INTERNET = "aws:ec2/internetGateway:InternetGateway"
EGRESS_ONLY = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"


def counts(recorder):
    return {
        kind.partition("/")[0].removeprefix("aws:ec2") + kind.rpartition(":")[2]: len(
            recorder.of_type(kind)
        )
        for kind in (VPC, SUBNET, TABLE, ROUTE, ASSOCIATION, NAT, EIP, INTERNET, EGRESS_ONLY)
    }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("development", (1, 6, 4, 4, 6, 1, 1, 1, 0)),
        ("private", (1, 3, 3, 0, 3, 0, 0, 0, 0)),
        ("private-with-public-subnets", (1, 9, 5, 1, 9, 0, 0, 1, 0)),
        ("ipv6", (1, 6, 4, 8, 6, 1, 1, 1, 1)),
        ("dual-stack", (1, 6, 4, 8, 6, 3, 3, 1, 1)),
        ("pods-block", (1, 9, 4, 4, 9, 1, 1, 1, 0)),
        ("local-zones", (1, 8, 5, 5, 8, 1, 1, 1, 0)),
        ("everything", (1, 15, 5, 8, 15, 3, 3, 1, 1)),
        ("existing", (0, 0, 0, 0, 0, 0, 0, 0, 0)),
    ],
)
def test_there_is_what_the_network_needs_and_no_more(kind, expected):
    assert tuple(counts(of_kind(kind)).values()) == expected


def test_every_subnet_has_one_route_table():
    for kind in ("everything", "local-zones", "private-with-public-subnets"):
        made = of_kind(kind)
        subnets = {f"{name}-id" for name in made.of_type(SUBNET)}
        associated = [it.inputs["subnetId"] for it in made.of_type(ASSOCIATION).values()]
        assert sorted(associated) == sorted(subnets)


def test_the_vpc_names_its_nodes_and_its_own_group_lets_nobody_talk():
    made = of_kind("development")
    vpc = made.one(VPC).inputs
    assert vpc["cidrBlock"] == "10.0.0.0/16"
    assert vpc["enableDnsSupport"] is True
    assert vpc["enableDnsHostnames"] is True
    assert "assignGeneratedIpv6CidrBlock" not in vpc
    group = made.one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs
    assert group.keys() == {"vpcId", "tags"}, "rules would be those of the group"


def test_routes_lead_where_each_tier_goes():
    made = of_kind("development")
    routes = {name: it.inputs for name, it in made.of_type(ROUTE).items()}
    assert routes["dev-public"] == {
        "routeTableId": "dev-public-id",
        "destinationCidrBlock": "0.0.0.0/0",
        "gatewayId": "dev-id",
    }
    for zone in ZONES:
        assert routes[f"dev-private-{zone}"] == {
            "routeTableId": f"dev-private-{zone}-id",
            "destinationCidrBlock": "0.0.0.0/0",
            "natGatewayId": "dev-ap-northeast-2a-id",
        }


def test_nat_gateways_and_their_addresses_wait_for_the_internet():
    made = of_kind("development")
    for it in (*made.of_type(NAT).values(), *made.of_type(EIP).values()):
        awaited = {urn.rpartition("::")[2] for urn in it.dependencies if "route:Route::" in urn}
        assert awaited == {"dev-public"}


def test_a_private_network_has_no_way_out():
    made = of_kind("private")
    assert not made.of_type(ROUTE)
    assert not made.of_type(INTERNET)


def test_intra_subnets_have_a_table_without_routes():
    made = of_kind("private-with-public-subnets")
    assert [it.inputs["routeTableId"] for it in made.of_type(ROUTE).values()] == ["dev-public-id"]
    assert made.cluster.inputs["vpcConfig"]["subnetIds"] == [f"dev-intra-{it}-id" for it in ZONES]


def test_dedicated_subnets_of_the_control_plane_are_small_and_go_where_nodes_go():
    made = of_kind("everything")
    subnets = {n: it for n, it in made.of_type(SUBNET).items() if n.startswith("all-control-plane")}
    assert [it.inputs["cidrBlock"] for it in subnets.values()] == [
        "10.0.240.0/24",
        "10.0.241.0/24",
        "10.0.242.0/24",
    ]
    assert made.cluster.inputs["vpcConfig"]["subnetIds"] == [f"{name}-id" for name in subnets]
    assert made.outputs["subnets"]["controlPlane"] == {
        zone: [f"all-control-plane-{zone}-id"] for zone in ZONES
    }


@pytest.mark.parametrize("kind", ["ipv6", "dual-stack", "everything"])
def test_ipv6_subnets_are_apart_and_of_the_vpc(kind):
    made = of_kind(kind)
    assert made.one(VPC).inputs["assignGeneratedIpv6CidrBlock"] is True
    blocks = {
        name: IPv6Network(it.inputs["ipv6CidrBlock"])
        for name, it in made.of_type(SUBNET).items()
        if "-pods-" not in name
    }
    assert all(it.prefixlen == 64 for it in blocks.values())
    assert all(it.subnet_of(IPv6Network("2001:db8:1234:1a00::/56")) for it in blocks.values())
    assert len(set(blocks.values())) == len(blocks)
    assert all(
        it.inputs["assignIpv6AddressOnCreation"] is True
        for name, it in made.of_type(SUBNET).items()
        if name in blocks
    )


def test_the_number_of_an_ipv6_subnet_follows_from_its_zone():
    def blocks(zones):
        made = run(stack(network={"ipFamily": "ipv6", "availabilityZones": zones}))
        return {name: it.inputs["ipv6CidrBlock"] for name, it in made.of_type(SUBNET).items()}

    two, four = blocks(["ap-northeast-2b", "ap-northeast-2d"]), blocks(4)
    assert two.items() <= four.items()
    assert two["dev-private-ap-northeast-2b"] == "2001:db8:1234:1a01::/64"
    assert two["dev-public-ap-northeast-2b"] == "2001:db8:1234:1a11::/64"


def test_ipv6_of_private_subnets_goes_out_only():
    made = of_kind("ipv6")
    routes = {n: it.inputs for n, it in made.of_type(ROUTE).items() if n.endswith("-ipv6")}
    assert routes["dev-public-ipv6"]["gatewayId"] == "dev-id"
    assert all(it["destinationIpv6CidrBlock"] == "::/0" for it in routes.values())
    for zone in ZONES:
        assert routes[f"dev-private-{zone}-ipv6"]["egressOnlyGatewayId"] == "dev-id"


def test_at_preview_nobody_knows_the_ipv6_block():
    subnets = of_kind("ipv6", preview=True).of_type(SUBNET)
    assert {it.inputs["ipv6CidrBlock"] for it in subnets.values()} == {UNKNOWN}


def test_subnets_of_pods_are_made_in_a_block_of_their_own_that_is_there():
    made = of_kind("pods-block")
    block = made.one("aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation")
    assert block.inputs == {"vpcId": "dev-id", "cidrBlock": "100.64.0.0/16"}
    pods = {n: it for n, it in made.of_type(SUBNET).items() if n.startswith("dev-pods")}
    assert [it.inputs["cidrBlock"] for it in pods.values()] == [
        "100.64.0.0/19",
        "100.64.32.0/19",
        "100.64.64.0/19",
    ]
    assert all(block.urn in it.dependencies for it in pods.values())
    tables = {it.inputs["subnetId"]: it for it in made.of_type(ASSOCIATION).values()}
    for zone in ZONES:
        inputs = tables[f"dev-pods-{zone}-id"].inputs
        assert inputs["routeTableId"] == f"dev-private-{zone}-id"


def test_a_local_zone_has_a_private_and_a_public_subnet_that_the_control_plane_does_not_get():
    made = of_kind("local-zones")
    zone = "us-west-2-lax-1a"
    subnets = made.of_type(SUBNET)
    private, public = (subnets[f"dev-local-{it}-{zone}"].inputs for it in ("private", "public"))
    assert (private["cidrBlock"], public["cidrBlock"]) == ("10.0.252.0/24", "10.0.253.0/24")
    assert private["tags"]["kubernetes.io/role/internal-elb"] == "1"
    assert public["tags"]["kubernetes.io/role/elb"] == "1"
    ids = made.cluster.inputs["vpcConfig"]["subnetIds"]
    assert not [it for it in ids if zone in it]
    group = made.one("aws:eks/nodeGroup:NodeGroup").inputs["subnetIds"]
    assert not [it for it in group if zone in it]
    assert made.outputs["subnets"]["localPrivate"] == {zone: [f"dev-local-private-{zone}-id"]}
