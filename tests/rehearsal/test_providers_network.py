"""Networks under the real engine: IPv6, endpoints, secondary blocks, flow logs, questions.

Each class is one story: its tests go on where the ones before have stopped.
"""

import pytest

from tests.rehearsal.engine import REGION, Project, embedded_aws

DUAL_STACK = """
import ipaddress
dual = choose("DUAL", "yes") == "yes"
vpc = aws.ec2.Vpc(
    "net",
    cidr_block="10.0.0.0/16",
    assign_generated_ipv6_cidr_block=dual,
    enable_dns_hostnames=True,
    opts=mine,
)

def slash_64(block, number):
    return str(list(ipaddress.ip_network(block).subnets(new_prefix=64))[number])

subnets = [
    aws.ec2.Subnet(
        f"zone-{zone}",
        vpc_id=vpc.id,
        cidr_block=f"10.0.{i}.0/24",
        availability_zone=f"ap-northeast-2{zone}",
        ipv6_cidr_block=vpc.ipv6_cidr_block.apply(
            lambda block, i=i: slash_64(block, i + int(choose("SHIFT", "0")))
        ) if dual else None,
        assign_ipv6_address_on_creation=dual and choose("ASSIGN", "yes") == "yes",
        opts=mine,
    )
    for i, zone in enumerate("ac")
]
private = aws.ec2.RouteTable("private", vpc_id=vpc.id, opts=mine)
if dual:
    door = aws.ec2.EgressOnlyInternetGateway("out", vpc_id=vpc.id, opts=mine)
    aws.ec2.Route(
        "out6",
        route_table_id=private.id,
        destination_ipv6_cidr_block="::/0",
        egress_only_gateway_id=door.id,
        opts=mine,
    )
"""

ENDPOINTS = """
vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", enable_dns_hostnames=True, opts=mine)
subnets = [
    aws.ec2.Subnet(
        f"zone-{zone}",
        vpc_id=vpc.id,
        cidr_block=f"10.0.{i}.0/24",
        availability_zone=f"ap-northeast-2{zone}",
        opts=mine,
    )
    for i, zone in enumerate("ac")
]
tables = [aws.ec2.RouteTable(f"table-{i}", vpc_id=vpc.id, opts=mine) for i in range(2)]
open_to_vpc = aws.ec2.SecurityGroup(
    "endpoints", vpc_id=vpc.id, description="interface endpoints", opts=mine
)
aws.ec2.VpcEndpoint(
    "s3",
    vpc_id=vpc.id,
    service_name="com.amazonaws.ap-northeast-2.s3",
    route_table_ids=[table.id for table in tables[: int(choose("TABLES", "2"))]],
    tags={"Name": "s3"},
    opts=mine,
)
aws.ec2.VpcEndpoint(
    "registry",
    vpc_id=vpc.id,
    service_name=f"com.amazonaws.ap-northeast-2.{choose('SERVICE', 'ecr.api')}",
    vpc_endpoint_type="Interface",
    private_dns_enabled=choose("NAMES", "yes") == "yes",
    subnet_ids=[subnet.id for subnet in subnets[: int(choose("SUBNETS", "2"))]],
    security_group_ids=[open_to_vpc.id],
    opts=mine,
)
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    with embedded_aws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture
def project(tmp_path, cloud):
    return Project(tmp_path, cloud.url)


def story(program):
    """A fixture of one project for a whole class, deployed; it is destroyed at the end."""

    @pytest.fixture(scope="class")
    def deployed(tmp_path_factory, cloud):
        project = Project(tmp_path_factory.mktemp("story"), cloud.url)
        project.write(program)
        before = leftovers(cloud)
        project.up()
        yield project
        project.destroy()
        assert leftovers(cloud) == before

    return deployed


def leftovers(cloud):
    """Types and ids of all that an account's owner would see."""
    return sorted((item["type"], item["id"]) for item in cloud.inventory())


def output(project, name):
    return project.resources()[name]["outputs"]


def changes_nothing(project, **variables):
    assert project.plan(**variables) == {}
    project.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes", **variables)


dual = story(DUAL_STACK)
later = story(DUAL_STACK.replace('"DUAL", "yes"', '"DUAL", "no"'))
endpoints = story(ENDPOINTS)


class TestDualStack:
    VPC = "aws:ec2/vpc:Vpc::net"
    SUBNET = "aws:ec2/subnet:Subnet::zone-a"

    def test_a_second_run_and_a_refresh_change_nothing(self, dual):
        changes_nothing(dual)

    def test_blocks_are_amazons_and_the_subnets_lie_in_them(self, dual):
        vpc, subnet = output(dual, self.VPC), output(dual, self.SUBNET)
        assert vpc["ipv6CidrBlock"].endswith("::/56")
        assert vpc["ipv6AssociationId"].startswith("vpc-cidr-assoc-")
        assert vpc["ipv6CidrBlockNetworkBorderGroup"] == REGION
        assert subnet["ipv6CidrBlock"] == vpc["ipv6CidrBlock"].replace("/56", "/64")
        assert subnet["ipv6CidrBlockAssociationId"].startswith("subnet-cidr-assoc-")
        assert subnet["assignIpv6AddressOnCreation"] is True

    def test_the_way_out_is_the_egress_only_gateway(self, dual, cloud):
        route = output(dual, "aws:ec2/route:Route::out6")
        assert route["egressOnlyGatewayId"].startswith("eigw-")
        assert route["state"] == "active"
        assert dual.resources()["aws:ec2/route:Route::out6"]["id"].startswith("r-rtb-")

    def test_another_block_makes_a_subnet_anew_that_gives_addresses(self, dual):
        assert dual.plan(SHIFT="4") == {"zone-a": "replace", "zone-c": "replace"}

    def test_without_that_a_block_is_changed_in_place(self, dual):
        off = {"ASSIGN": "no"}
        assert dual.plan(**off) == {"zone-a": "update", "zone-c": "update"}
        dual.up(**off)
        changes_nothing(dual, **off)
        moved = {**off, "SHIFT": "4"}
        assert dual.plan(**moved) == {"zone-a": "update", "zone-c": "update"}
        before = dual.resources()[self.SUBNET]["id"]
        dual.up(**moved)
        assert dual.resources()[self.SUBNET]["id"] == before
        assert output(dual, self.SUBNET)["ipv6CidrBlock"].endswith("04::/64")
        changes_nothing(dual, **moved)
        back = {"SHIFT": "4"}
        dual.up(**back)
        assert output(dual, self.SUBNET)["assignIpv6AddressOnCreation"] is True

    def test_a_block_that_subnets_use_is_not_taken_from_the_vpc(self, dual):
        said = dual.fail(DUAL="no")
        assert "InvalidCidrBlock.InUse: The vpc vpc-" in said
        assert "currently has a subnet within CIDR block" in said

    def test_ipv6_only_subnets_cannot_be_rehearsed(self, project):
        project.write(
            'vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", opts=mine)\n'
            'aws.ec2.Subnet("only", vpc_id=vpc.id, ipv6_native=True, opts=mine)\n'
        )
        said = project.fail()
        project.destroy()
        assert "`ipv6Native` is not a property" in said


class TestIpv6ComesLater:
    def test_it_is_an_update_in_place(self, later, cloud):
        plan = {"net": "update", "zone-a": "update", "zone-c": "update"}
        both = {"DUAL": "yes"}
        assert later.plan(**both) == {**plan, "out": "create", "out6": "create"}
        vpc = later.resources()["aws:ec2/vpc:Vpc::net"]["id"]
        later.up(**both)
        assert later.resources()["aws:ec2/vpc:Vpc::net"]["id"] == vpc
        changes_nothing(later, **both)

    def test_a_block_that_is_gone_is_seen_by_a_refresh(self, later, cloud):
        ec2 = cloud.client("ec2")
        subnet = later.resources()["aws:ec2/subnet:Subnet::zone-a"]["id"]
        ec2.modify_subnet_attribute(SubnetId=subnet, AssignIpv6AddressOnCreation={"Value": False})
        found = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]
        (block,) = found["Ipv6CidrBlockAssociationSet"]
        ec2.disassociate_subnet_cidr_block(AssociationId=block["AssociationId"])
        both = {"DUAL": "yes"}
        later.succeed("refresh", "--yes", "--skip-preview", **both)
        assert later.plan(**both) == {"zone-a": "update"}
        later.up(**both)
        assert output(later, "aws:ec2/subnet:Subnet::zone-a")["ipv6CidrBlock"]


class TestEndpoints:
    S3 = "aws:ec2/vpcEndpoint:VpcEndpoint::s3"
    REGISTRY = "aws:ec2/vpcEndpoint:VpcEndpoint::registry"

    def test_a_second_run_and_a_refresh_change_nothing(self, endpoints):
        changes_nothing(endpoints)

    def test_a_gateway_is_a_route_to_a_prefix_list(self, endpoints, cloud):
        gateway = output(endpoints, self.S3)
        assert gateway["vpcEndpointType"] == "Gateway"
        assert gateway["prefixListId"].startswith("pl-")
        assert gateway["cidrBlocks"]
        assert gateway["state"] == "available"
        assert len(gateway["routeTableIds"]) == 2
        assert gateway["tagsAll"] == {"Name": "s3", "owner": "tests"}
        tables = cloud.client("ec2").describe_route_tables(RouteTableIds=gateway["routeTableIds"])
        for table in tables["RouteTables"]:
            routes = {route.get("DestinationPrefixListId") for route in table["Routes"]}
            assert gateway["prefixListId"] in routes

    def test_an_interface_endpoint_has_an_interface_in_each_subnet(self, endpoints, cloud):
        registry = output(endpoints, self.REGISTRY)
        assert len(registry["networkInterfaceIds"]) == 2
        assert registry["privateDnsEnabled"] is True
        assert registry["dnsEntries"][0]["dnsName"].startswith("vpce-")
        found = cloud.client("ec2").describe_network_interfaces(
            NetworkInterfaceIds=registry["networkInterfaceIds"]
        )["NetworkInterfaces"]
        assert {item["InterfaceType"] for item in found} == {"vpc_endpoint"}
        assert {item["SubnetId"] for item in found} == set(registry["subnetIds"])

    def test_tables_subnets_and_names_change_in_place(self, endpoints):
        change = {"TABLES": "1", "SUBNETS": "1", "NAMES": "no"}
        assert endpoints.plan(**change) == {"s3": "update", "registry": "update"}
        endpoints.up(**change)
        assert len(output(endpoints, self.S3)["routeTableIds"]) == 1
        registry = output(endpoints, self.REGISTRY)
        assert len(registry["networkInterfaceIds"]) == 1
        assert registry["privateDnsEnabled"] is False
        changes_nothing(endpoints, **change)
        endpoints.up()

    def test_another_service_is_another_endpoint(self, endpoints):
        assert endpoints.plan(SERVICE="sts") == {"registry": "replace"}
        before = endpoints.resources()[self.REGISTRY]["id"]
        endpoints.up(SERVICE="sts")
        assert endpoints.resources()[self.REGISTRY]["id"] != before
        endpoints.up()

    def test_drift_is_seen(self, endpoints, cloud):
        name = endpoints.resources()[self.REGISTRY]["id"]
        cloud.client("ec2").modify_vpc_endpoint(VpcEndpointId=name, PrivateDnsEnabled=False)
        endpoints.succeed("refresh", "--yes", "--skip-preview")
        assert endpoints.plan() == {"registry": "update"}
        endpoints.up()
        cloud.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[name])
        endpoints.succeed("refresh", "--yes", "--skip-preview")
        assert endpoints.plan() == {"registry": "create"}
        endpoints.up()

    def test_what_aws_refuses_is_told_in_its_words(self, endpoints):
        said = endpoints.fail(SERVICE="no-such-service")
        endpoints.up()
        assert (
            "creating EC2 VPC Endpoint (com.amazonaws.ap-northeast-2.no-such-service): operation "
            "error EC2: CreateVpcEndpoint" in said
        )
        assert (
            "InvalidServiceName: The Vpc Endpoint Service 'com.amazonaws.ap-northeast-2."
            "no-such-service' does not exist" in said
        )
