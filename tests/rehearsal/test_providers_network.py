"""Networks under the real engine: IPv6, endpoints, secondary blocks, flow logs, questions.

Each class is one story: its tests go on where the ones before have stopped.
"""

import json

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


PIECES = """
vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", tags={"Name": "pieces"}, opts=mine)
more = aws.ec2.VpcIpv4CidrBlockAssociation(
    "pods", vpc_id=vpc.id, cidr_block=choose("PODS", "100.64.0.0/16"), opts=mine
)
aws.ec2.Subnet(
    "pods",
    vpc_id=more.vpc_id,
    cidr_block=more.cidr_block.apply(lambda block: block.replace("/16", "/18")),
    opts=pulumi.ResourceOptions(provider=provider, delete_before_replace=True),
)
boundary = "arn:aws:iam::aws:policy/PowerUserAccess"
role = aws.iam.Role(
    "flow-logs",
    path="/network/",
    permissions_boundary=boundary if choose("BOUNDARY", "yes") == "yes" else None,
    assume_role_policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }],
    }),
    opts=mine,
)
aws.iam.RolePolicy(
    "flow-logs",
    role=role.name,
    policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": choose("ACTION", "logs:*"), "Resource": "*"}],
    }),
    opts=mine,
)
logs = aws.cloudwatch.LogGroup(
    "flow-logs",
    retention_in_days=int(choose("DAYS", "365")),
    log_group_class=choose("CLASS", "STANDARD"),
    opts=mine,
)
aws.cloudwatch.LogGroup("lambda", log_group_class="DELIVERY", retention_in_days=7, opts=mine)
aws.ec2.FlowLog(
    "flow-logs",
    vpc_id=vpc.id,
    traffic_type=choose("TRAFFIC", "REJECT"),
    iam_role_arn=role.arn,
    log_destination=logs.arn,
    max_aggregation_interval=60,
    tags={"Name": "flows"},
    opts=mine,
)
aws.ec2.Tag(
    "role",
    resource_id=os.environ["THEIRS"],
    key="kubernetes.io/role/internal-elb",
    value=choose("MARK", "1"),
    opts=mine,
)
aws.iam.OpenIdConnectProvider(
    "issuer",
    url="https://oidc.eks.ap-northeast-2.amazonaws.com/id/ABCDEF",
    client_id_lists=["sts.amazonaws.com", *choose("CLIENT", "").split()],
    opts=mine,
)
aws.kms.Key(
    "key",
    enable_key_rotation=True,
    rotation_period_in_days=int(choose("ROTATION", "365")),
    deletion_window_in_days=int(choose("WINDOW", "7")),
    policy=json.dumps({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "Owner",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "kms:*",
            "Resource": "*",
        }],
    }),
    opts=mine,
)
group = aws.ec2.SecurityGroup("own", vpc_id=vpc.id, description="rules of all kinds", opts=mine)
other = aws.ec2.SecurityGroup("other", vpc_id=vpc.id, description="named by a rule", opts=mine)
asking = pulumi.InvokeOptions(provider=provider)
s3 = aws.ec2.get_managed_prefix_list(name="com.amazonaws.ap-northeast-2.s3", opts=asking)
for name, target in {
    "to-ipv6": {"cidr_ipv6": choose("IPV6", "fd00::/8")},
    "to-s3": {"prefix_list_id": s3.id},
    "to-other": {"referenced_security_group_id": other.id},
}.items():
    aws.vpc.SecurityGroupEgressRule(
        name,
        security_group_id=group.id,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        description=choose("RULE", "https"),
        tags={"Name": name},
        opts=mine,
        **target,
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
        project.environment["THEIRS"] = somebody_elses_subnet(cloud)
        project.up()
        yield project
        project.destroy()
        assert leftovers(cloud) == before

    return deployed


def leftovers(cloud):
    """Types and ids of all that an account's owner would see."""
    return sorted((item["type"], item["id"]) for item in cloud.inventory())


def somebody_elses_subnet(cloud):
    return cloud.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]


def output(project, name):
    return project.resources()[name]["outputs"]


def changes_nothing(project, **variables):
    assert project.plan(**variables) == {}
    project.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes", **variables)


dual = story(DUAL_STACK)
later = story(DUAL_STACK.replace('"DUAL", "yes"', '"DUAL", "no"'))
endpoints = story(ENDPOINTS)
pieces = story(PIECES)


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


class TestPieces:
    FLOW_LOG = "aws:ec2/flowLog:FlowLog::flow-logs"
    PODS = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation::pods"
    LOGS = "aws:cloudwatch/logGroup:LogGroup::flow-logs"
    ISSUER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider::issuer"
    ROLE = "aws:iam/role:Role::flow-logs"
    TAG = "aws:ec2/tag:Tag::role"

    def test_a_second_run_and_a_refresh_change_nothing(self, pieces):
        changes_nothing(pieces)

    def test_outputs_are_those_of_the_official_provider(self, pieces):
        log = output(pieces, self.FLOW_LOG)
        assert log["arn"].endswith(f"vpc-flow-log/{pieces.resources()[self.FLOW_LOG]['id']}")
        assert log["logDestination"] == output(pieces, self.LOGS)["arn"]
        assert log["logFormat"].startswith("${version}")
        assert pieces.resources()[self.PODS]["id"].startswith("vpc-cidr-assoc-")
        assert pieces.resources()[self.TAG]["id"].endswith(",kubernetes.io/role/internal-elb")
        issuer = output(pieces, self.ISSUER)
        assert issuer["url"] == "oidc.eks.ap-northeast-2.amazonaws.com/id/ABCDEF"
        assert issuer["arn"] == pieces.resources()[self.ISSUER]["id"]
        assert len(issuer["thumbprintLists"]) == 1
        role = output(pieces, self.ROLE)
        assert ":role/network/flow-logs-" in role["arn"]
        assert role["permissionsBoundary"] == "arn:aws:iam::aws:policy/PowerUserAccess"
        assert output(pieces, "aws:kms/key:Key::key")["rotationPeriodInDays"] == 365

    def test_the_tag_is_on_what_is_somebody_elses(self, pieces, cloud):
        found = cloud.client("ec2").describe_subnets(SubnetIds=[pieces.environment["THEIRS"]])
        tags = {tag["Key"]: tag["Value"] for tag in found["Subnets"][0]["Tags"]}
        assert tags == {"kubernetes.io/role/internal-elb": "1"}

    def test_what_changes_in_place(self, pieces):
        change = {
            "BOUNDARY": "no",
            "ACTION": "logs:Put*",
            "DAYS": "30",
            "MARK": "0",
            "CLIENT": "somebody",
            "ROTATION": "180",
            "IPV6": "fd00:1::/32",
            "RULE": "TLS",
        }
        plan = pieces.plan(**change)
        assert set(plan.values()) == {"update"}
        assert set(plan) == {
            *("flow-logs", "role", "issuer", "key", "to-ipv6", "to-s3", "to-other"),
        }
        pieces.up(**change)
        assert "permissionsBoundary" not in output(pieces, self.ROLE)
        assert set(output(pieces, self.ISSUER)["clientIdLists"]) == {
            "sts.amazonaws.com",
            "somebody",
        }
        assert output(pieces, self.LOGS)["retentionInDays"] == 30
        assert output(pieces, "aws:kms/key:Key::key")["rotationPeriodInDays"] == 180
        changes_nothing(pieces, **change)
        pieces.up()

    def test_what_replaces(self, pieces):
        plan = pieces.plan(TRAFFIC="ALL", PODS="100.65.0.0/16")
        assert plan == {"flow-logs": "replace", "pods": "replace"}
        before = pieces.resources()
        change = {"TRAFFIC": "ALL", "CLASS": "INFREQUENT_ACCESS"}
        pieces.up(**change)
        after = pieces.resources()
        for name in (self.FLOW_LOG, self.LOGS):
            assert after[name]["id"] != before[name]["id"]
        assert output(pieces, self.LOGS)["logGroupClass"] == "INFREQUENT_ACCESS"
        changes_nothing(pieces, **change)
        pieces.up()

    def test_drift_is_seen(self, pieces, cloud):
        resources = pieces.resources()
        ec2 = cloud.client("ec2")
        ec2.delete_flow_logs(FlowLogIds=[resources[self.FLOW_LOG]["id"]])
        ec2.delete_tags(
            Resources=[pieces.environment["THEIRS"]],
            Tags=[{"Key": "kubernetes.io/role/internal-elb"}],
        )
        cloud.client("iam").delete_role_permissions_boundary(RoleName=resources[self.ROLE]["id"])
        pieces.succeed("refresh", "--yes", "--skip-preview")
        plan = pieces.plan()
        assert plan == {"flow-logs": "create", "role": "create"}
        pieces.up()
        changes_nothing(pieces)


QUESTIONS = """
asking = pulumi.InvokeOptions(provider=provider)
vpc, private, public = (os.environ[name] for name in ("VPC", "PRIVATE", "PUBLIC"))

def told(answer):
    properties = vars(type(answer).__mro__[1])
    return {name: getattr(answer, name) for name in properties if not name.startswith("_")}

of_vpc = [{"name": "vpc-id", "values": [vpc]}]
answers = {
    "vpc": aws.ec2.get_vpc(id=vpc, opts=asking),
    "subnets": aws.ec2.get_subnets(filters=of_vpc, tags={"role": "private"}, opts=asking),
    "subnet": aws.ec2.get_subnet(id=private, opts=asking),
    "tables": aws.ec2.get_route_tables(vpc_id=vpc, opts=asking),
    "table": aws.ec2.get_route_table(subnet_id=private, opts=asking),
    "list": aws.ec2.get_prefix_list(name="com.amazonaws.ap-northeast-2.s3", opts=asking),
    "role": aws.iam.get_session_context(arn=os.environ["SESSION"], opts=asking),
    "user": aws.iam.get_session_context(
        arn=aws.get_caller_identity(opts=asking).arn, opts=asking
    ),
}
for name, answer in answers.items():
    pulumi.export(name, told(answer))
if choose("ASK", "") == "main table":
    aws.ec2.get_route_table(subnet_id=public, opts=asking)
if choose("ASK", "") == "no subnet":
    aws.ec2.get_subnet(id="subnet-0123456789abcdef0", opts=asking)
if choose("ASK", "") == "many subnets":
    aws.ec2.get_subnet(filters=of_vpc, opts=asking)
if choose("ASK", "") == "no role":
    arn = "arn:aws:sts::123456789012:assumed-role/nobody/me"
    aws.iam.get_session_context(arn=arn, opts=asking)
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory, cloud):
    """A project that asks about a network which something else has made."""
    ec2, iam = cloud.client("ec2"), cloud.client("iam")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="100.64.0.0/16")
    private, public = (
        ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=f"{REGION}a",
            TagSpecifications=[
                {"ResourceType": "subnet", "Tags": [{"Key": "role", "Value": role}]}
            ],
        )["Subnet"]["SubnetId"]
        for number, role in enumerate(("private", "public"))
    )
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=private)
    nat = ec2.create_nat_gateway(SubnetId=private, ConnectivityType="private")["NatGateway"]
    ec2.create_route(
        RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat["NatGatewayId"]
    )
    role = iam.create_role(
        RoleName="deployers",
        Path="/teams/",
        AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", '
        '"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}',
    )["Role"]["Arn"]
    project = Project(tmp_path_factory.mktemp("asked"), cloud.url)
    project.environment |= {
        "VPC": vpc,
        "PRIVATE": private,
        "PUBLIC": public,
        "SESSION": "arn:aws:sts::123456789012:assumed-role/deployers/me",
    }
    project.write(QUESTIONS)
    project.up()
    answers = json.loads(project.succeed("stack", "output", "--json"))
    return project, answers, {"table": table, "nat": nat["NatGatewayId"], "role": role}


class TestQuestions:
    def test_every_field_of_an_answer_is_told(self, asked):
        _, answers, _ = asked
        untold = {
            (name, field)
            for name, answer in answers.items()
            for field, value in answer.items()
            # What was asked by, not what was answered.
            if value is None and field not in {"filters", "prefix_list_id"}
        }
        assert untold == set()

    def test_a_network_is_described(self, asked):
        project, answers, made = asked
        vpc, subnet = answers["vpc"], answers["subnet"]
        blocks = [block["cidr_block"] for block in vpc["cidr_block_associations"]]
        assert blocks == ["10.0.0.0/16", "100.64.0.0/16"]
        assert vpc["ipv6_cidr_block"].endswith("::/56")
        assert vpc["enable_dns_support"] is True
        assert answers["subnets"]["ids"] == [project.environment["PRIVATE"]]
        assert subnet["available_ip_address_count"] == 250, "a NAT gateway has one"
        assert subnet["availability_zone_id"] == "apne2-az1"
        assert subnet["tags"] == {"role": "private"}
        assert subnet["map_public_ip_on_launch"] is False
        assert made["table"] in answers["tables"]["ids"]
        assert len(answers["tables"]["ids"]) == 2
        (route,) = answers["table"]["routes"]
        assert (route["cidr_block"], route["nat_gateway_id"]) == ("0.0.0.0/0", made["nat"])
        assert answers["list"]["cidr_blocks"]

    def test_a_session_is_its_roles_with_the_path(self, asked):
        _, answers, made = asked
        assert answers["role"]["issuer_arn"] == made["role"]
        assert ":role/teams/deployers" in made["role"]
        assert answers["role"]["session_name"] == "me"
        assert answers["user"]["issuer_arn"] == answers["user"]["arn"]
        assert answers["user"]["issuer_name"] == ""

    @pytest.mark.parametrize(
        ("ask", "said"),
        [
            ("main table", "query returned no results. Please change your search criteria and try"),
            ("no subnet", "no matching EC2 Subnet found"),
            ("many subnets", "multiple EC2 Subnets matched; use additional constraints to reduce"),
            ("no role", "unable to get role (nobody)"),
        ],
    )
    def test_what_is_not_there_is_an_error(self, asked, ask, said):
        project, _, _ = asked
        assert said in project.fail(ASK=ask)
