"""What EC2 refuses in the embedded AWS: one test a rule. Dependencies are in test_emulator_ec2."""

import pytest

from tests.rehearsal.emulator import REGION, refusal, unique, until

IMAGES = [{"Name": "name", "Values": ["amazon-eks-node-al2023-x86_64-standard-*"]}]
ADDRESS_LIMIT = ("AddressLimitExceeded", "The maximum number of addresses has been reached.")


@pytest.fixture
def ec2(aws):
    return aws.client("ec2")


@pytest.fixture
def vpc(aws):
    return aws.vpc()


@pytest.fixture
def subnet(aws, vpc):
    return aws.subnets(vpc, zones="a")[0]


@pytest.fixture
def gateway(ec2, vpc):
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    return gateway


@pytest.fixture
def table(ec2, vpc):
    return ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]


@pytest.fixture
def address(ec2):
    return ec2.allocate_address(Domain="vpc")["AllocationId"]


def group(ec2, vpc):
    return ec2.create_security_group(GroupName=unique("g"), Description="d", VpcId=vpc)["GroupId"]


def launch(ec2, **asked):
    image = ec2.describe_images(Filters=IMAGES)["Images"][0]["ImageId"]
    wish = {"ImageId": image, "InstanceType": "t3.medium", "MinCount": 1, "MaxCount": 1}
    return ec2.run_instances(**{**wish, **asked})["Instances"]


def nat_gateway(ec2, nat):
    return ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]


def free(ec2, subnet):
    return ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailableIpAddressCount"]


def routes(ec2, table):
    found = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    return {route["DestinationCidrBlock"]: route["State"] for route in found}


class TestQuotas:
    def test_vpcs_of_a_region(self, aws):
        far = aws.client("ec2", "eu-west-3")
        there = len(far.describe_vpcs()["Vpcs"])
        assert there, "the default VPC counts"
        with aws.at_quota("vpcs", there + 1):
            made = far.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
            assert refusal(far.create_vpc, CidrBlock="10.0.0.0/16") == (
                "VpcLimitExceeded",
                "The maximum number of VPCs has been reached.",
            )
            far.delete_vpc(VpcId=made)
            far.create_vpc(CidrBlock="10.0.0.0/16")

    def test_subnets_of_a_vpc(self, aws, ec2, vpc, subnet):
        assert subnet
        with aws.at_quota("subnets", 1):
            code, _ = refusal(ec2.create_subnet, VpcId=vpc, CidrBlock="10.0.9.0/24")
        assert code == "SubnetLimitExceeded"

    def test_elastic_ip_addresses_of_a_region(self, aws):
        far = aws.client("ec2", "eu-west-3")
        with aws.at_quota("elastic-ips", 1):
            first = far.allocate_address(Domain="vpc")["AllocationId"]
            assert refusal(far.allocate_address, Domain="vpc") == ADDRESS_LIMIT
            far.release_address(AllocationId=first)
            far.allocate_address(Domain="vpc")

    @pytest.mark.usefixtures("gateway")
    def test_nat_gateways_of_a_zone(self, aws, ec2, vpc, subnet, address):
        before = [
            gateway
            for gateway in ec2.describe_nat_gateways()["NatGateways"]
            if gateway["State"] in {"pending", "available", "deleting"}
        ]
        with aws.at_quota("nat-gateways", len(before) + 1):
            ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)
            asked = {"SubnetId": subnet, "ConnectivityType": "private"}
            quota = len(before) + 1
            assert refusal(ec2.create_nat_gateway, **asked) == (
                "NatGatewayLimitExceeded",
                f"Performing this operation would exceed the limit of {quota} NAT gateways",
            )
            elsewhere = ec2.create_subnet(
                VpcId=vpc, CidrBlock="10.0.9.0/24", AvailabilityZone=f"{REGION}d"
            )["Subnet"]["SubnetId"]
            ec2.create_nat_gateway(SubnetId=elsewhere, ConnectivityType="private")

    def test_internet_gateways_of_a_region(self, aws):
        far = aws.client("ec2", "eu-west-3")
        with aws.at_quota("internet-gateways", 1):
            far.create_internet_gateway()
            assert refusal(far.create_internet_gateway) == (
                "InternetGatewayLimitExceeded",
                "The maximum number of internet gateways has been reached.",
            )

    def test_egress_only_internet_gateways_of_a_region(self, aws, ec2, vpc):
        with aws.at_quota("egress-only-internet-gateways", 0):
            code, _ = refusal(ec2.create_egress_only_internet_gateway, VpcId=vpc)
        assert code == "EgressOnlyInternetGatewayLimitExceeded"

    def test_route_tables_of_a_vpc(self, aws, ec2, vpc):
        with aws.at_quota("route-tables", 1):
            assert refusal(ec2.create_route_table, VpcId=vpc)[0] == "RouteTableLimitExceeded"

    def test_routes_of_a_table(self, aws, ec2, gateway, table):
        with aws.at_quota("routes", 1):
            ec2.create_route(
                RouteTableId=table, DestinationCidrBlock="1.0.0.0/8", GatewayId=gateway
            )
            asked = {"RouteTableId": table, "GatewayId": gateway}
            code, _ = refusal(ec2.create_route, DestinationCidrBlock="2.0.0.0/8", **asked)
            assert code == "RouteLimitExceeded"
            ec2.create_route(DestinationIpv6CidrBlock="::/0", **asked)

    def test_security_groups_of_a_region(self, aws, ec2, vpc):
        with aws.at_quota("security-groups", 1):
            asked = {"GroupName": unique("g"), "Description": "d", "VpcId": vpc}
            code, _ = refusal(ec2.create_security_group, **asked)
        assert code == "SecurityGroupLimitExceeded"

    def test_rules_of_a_security_group_by_ip_version(self, aws, ec2, vpc):
        with aws.at_quota("security-group.rules", 60):
            made = group(ec2, vpc)
            ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[blocks(60)])
            more = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1}
            v4 = {**more, "IpRanges": [{"CidrIp": "1.2.3.4/32"}]}
            v6 = {**more, "Ipv6Ranges": [{"CidrIpv6": "::1/128"}]}
            named = {**more, "UserIdGroupPairs": [{"GroupId": made}]}
            authorize = ec2.authorize_security_group_ingress
            expected = (
                "RulesPerSecurityGroupLimitExceeded",
                "The maximum number of rules per security group has been reached.",
            )
            assert refusal(authorize, GroupId=made, IpPermissions=[v4]) == expected
            assert refusal(authorize, GroupId=made, IpPermissions=[named]) == expected
            authorize(GroupId=made, IpPermissions=[v6])

    def test_security_groups_of_an_interface(self, aws, ec2, vpc, subnet):
        groups = [group(ec2, vpc) for _ in range(6)]
        expected = (
            "SecurityGroupsPerInterfaceLimitExceeded",
            "The maximum number of security groups per interface has been reached.",
        )
        with aws.at_quota("interface.security-groups", 5):
            create = ec2.create_network_interface
            assert refusal(create, SubnetId=subnet, Groups=groups) == expected
            made = create(SubnetId=subnet, Groups=groups[:5])["NetworkInterface"]
            asked = {"NetworkInterfaceId": made["NetworkInterfaceId"], "Groups": groups}
            assert refusal(ec2.modify_network_interface_attribute, **asked) == expected
            before = len(ec2.describe_instances()["Reservations"])
            assert refusal(launch, ec2=ec2, SubnetId=subnet, SecurityGroupIds=groups) == expected
            assert len(ec2.describe_instances()["Reservations"]) == before

    def test_vcpus_of_running_on_demand_instances(self, aws):
        far = aws.client("ec2", "eu-west-3")
        with aws.at_quota("vcpus.on-demand.standard", 4):
            launched = launch(far, MinCount=2, MaxCount=2)
            assert refusal(launch, ec2=far) == (
                "VcpuLimitExceeded",
                "You have requested more vCPU capacity than your current vCPU limit of 4 allows "
                "for the instance bucket that the specified instance type belongs to. Please "
                "visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to "
                "this limit.",
            )
            assert launch(far, InstanceType="g5.xlarge"), "of another bucket"
            far.terminate_instances(InstanceIds=[launched[0]["InstanceId"]])
            launch(far)

    def test_vcpus_of_spot_instances(self, aws):
        far = aws.client("ec2", "eu-west-3")
        spot = {"InstanceMarketOptions": {"MarketType": "spot"}}
        with aws.at_quota("vcpus.spot.standard", 2):
            launch(far, **spot)
            assert refusal(launch, ec2=far, **spot) == (
                "MaxSpotInstanceCountExceeded",
                "Max spot instance count exceeded",
            )

    def test_a_quota_is_raised_at_once(self, aws):
        far = aws.client("ec2", "eu-west-3")
        with aws.at_quota("elastic-ips", 0):
            assert refusal(far.allocate_address, Domain="vpc") == ADDRESS_LIMIT
            aws.set_quota("elastic-ips", 100)
            far.allocate_address(Domain="vpc")


def blocks(count):
    ranges = [{"CidrIp": f"1.1.{number}.0/24"} for number in range(count)]
    return {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": ranges}


class TestNames:
    @pytest.mark.parametrize("name", ["ab", "t" * 129, "my template"])
    def test_of_a_launch_template(self, ec2, name):
        asked = {"LaunchTemplateData": {"InstanceType": "t3.medium"}}
        assert refusal(ec2.create_launch_template, LaunchTemplateName=name, **asked) == (
            "InvalidLaunchTemplateName.MalformedException",
            "A launch template name must be between 3 and 128 characters, and may contain letters, "
            "numbers, and the following characters: - ( ) . / _.",
        )

    def test_of_a_security_group_are_not_like_ids(self, ec2, vpc):
        asked = {"Description": "d", "VpcId": vpc}
        assert refusal(ec2.create_security_group, GroupName="sg-nodes", **asked) == (
            "InvalidParameterValue",
            "Value (sg-nodes) for parameter GroupName is invalid. Group names may not be in the "
            "format sg-*.",
        )

    def test_of_a_security_group_have_at_most_255_characters(self, ec2, vpc):
        asked = {"Description": "d", "VpcId": vpc}
        code, _ = refusal(ec2.create_security_group, GroupName="g" * 256, **asked)
        assert code == "InvalidParameterValue"


class TestAddressesOfASubnet:
    @pytest.fixture
    def small(self, ec2, vpc):
        asked = {"VpcId": vpc, "CidrBlock": "10.0.200.0/28", "AvailabilityZone": f"{REGION}a"}
        return ec2.create_subnet(**asked)["Subnet"]["SubnetId"]

    def test_all_kinds_of_interfaces_take_some(self, aws, ec2, vpc, small):
        assert free(ec2, small) == 11, "five of sixteen are AWS's"
        interface = ec2.create_network_interface(SubnetId=small)["NetworkInterface"]
        ec2.create_nat_gateway(SubnetId=small, ConnectivityType="private")
        endpoint = ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName=f"com.amazonaws.{REGION}.ecr.api",
            VpcEndpointType="Interface",
            SubnetIds=[small],
        )["VpcEndpoint"]["VpcEndpointId"]
        launch(ec2, SubnetId=small)
        assert free(ec2, small) == 7
        other = aws.subnets(vpc, zones="b")[0]
        aws.cluster([small, other])
        assert free(ec2, small) < 7, "EKS puts interfaces of its own there"
        before = free(ec2, small)
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
        ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        until(lambda: free(ec2, small) == before + 2, "both have given their address back")

    def test_a_full_subnet_launches_nothing(self, ec2, small):
        launch(ec2, SubnetId=small, MinCount=11, MaxCount=11)
        assert free(ec2, small) == 0
        expected = (
            "InsufficientFreeAddressesInSubnet",
            f"There are not enough free addresses in subnet '{small}' to satisfy the requested "
            "number of instances.",
        )
        assert refusal(launch, ec2=ec2, SubnetId=small) == expected
        assert refusal(ec2.create_network_interface, SubnetId=small)[0] == expected[0]


class TestNatGateways:
    def test_a_public_one_has_an_address(self, ec2, subnet):
        assert refusal(ec2.create_nat_gateway, SubnetId=subnet) == (
            "MissingParameter",
            "The request must contain the parameter AllocationId",
        )

    def test_an_address_that_is_not_there(self, ec2, subnet):
        missing = "eipalloc-0123456789abcdef0"
        code, _ = refusal(ec2.create_nat_gateway, SubnetId=subnet, AllocationId=missing)
        assert code == "InvalidAllocationID.NotFound"

    def test_a_subnet_that_is_not_there(self, ec2, address):
        missing = "subnet-0123456789abcdef0"
        code, _ = refusal(ec2.create_nat_gateway, SubnetId=missing, AllocationId=address)
        assert code == "InvalidSubnetID.NotFound"

    def test_without_an_internet_gateway_it_fails(self, ec2, vpc, subnet, address):
        nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
        nat = nat["NatGatewayId"]
        until(lambda: nat_gateway(ec2, nat)["State"] == "failed", "it fails")
        found = nat_gateway(ec2, nat)
        assert (found["FailureCode"], found["FailureMessage"]) == (
            "Gateway.NotAttached",
            f"Network {vpc} has no Internet gateway attached",
        )

    @pytest.mark.usefixtures("gateway")
    def test_with_the_address_of_another_it_fails(self, ec2, subnet, address):
        asked = {"SubnetId": subnet, "AllocationId": address}
        first, second = (
            ec2.create_nat_gateway(**asked)["NatGateway"]["NatGatewayId"] for _ in range(2)
        )
        until(lambda: nat_gateway(ec2, second)["State"] == "failed", "it fails")
        found = nat_gateway(ec2, second)
        assert (found["FailureCode"], found["FailureMessage"]) == (
            "Resource.AlreadyAssociated",
            f"Elastic IP address [{address}] is already associated",
        )
        until(lambda: nat_gateway(ec2, first)["State"] == "available", "the first is available")
        filters = [{"Name": "subnet-id", "Values": [subnet]}]
        assert len(ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]) == 1


class TestRoutes:
    def test_a_gateway_of_another_network(self, aws, ec2, gateway):
        other = ec2.create_route_table(VpcId=aws.vpc())["RouteTable"]["RouteTableId"]
        asked = {"RouteTableId": other, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway}
        assert refusal(ec2.create_route, **asked) == (
            "InvalidParameterValue",
            f"route table {other} and network gateway {gateway} belong to different networks",
        )

    def test_a_gateway_that_is_not_attached(self, ec2, table):
        loose = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        asked = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": loose}
        assert refusal(ec2.create_route, **asked)[0] == "InvalidParameterValue"

    def test_the_same_destination_twice(self, ec2, gateway, table):
        asked = {"RouteTableId": table, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway}
        ec2.create_route(**asked)
        assert refusal(ec2.create_route, **asked)[0] == "RouteAlreadyExists"

    @pytest.mark.usefixtures("gateway")
    def test_a_deleted_nat_gateway_leaves_a_black_hole(self, ec2, subnet, address, table):
        nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
        nat = nat["NatGatewayId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=nat)
        assert routes(ec2, table) == {"10.0.0.0/16": "active", "0.0.0.0/0": "active"}
        ec2.delete_nat_gateway(NatGatewayId=nat)
        assert routes(ec2, table) == {"10.0.0.0/16": "active", "0.0.0.0/0": "blackhole"}

    def test_a_detached_internet_gateway_leaves_a_black_hole(self, ec2, vpc, gateway, table):
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        assert routes(ec2, table)["0.0.0.0/0"] == "active"
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        assert routes(ec2, table)["0.0.0.0/0"] == "blackhole"


class TestEndpoints:
    def test_route_tables_come_and_go(self, ec2, vpc, table):
        service = f"com.amazonaws.{REGION}.s3"
        endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=service)["VpcEndpoint"]
        endpoint = endpoint["VpcEndpointId"]

        def leads():
            (found,) = ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"]
            return [route.get("GatewayId") for route in found["Routes"]]

        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[table])
        assert endpoint in leads()
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, RemoveRouteTableIds=[table])
        assert endpoint not in leads()
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[table])
        ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
        assert endpoint not in leads()
        ec2.delete_route_table(RouteTableId=table)
        ec2.delete_vpc(VpcId=vpc)

    def test_its_interfaces_are_its_own(self, ec2, vpc, subnet):
        made = ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName=f"com.amazonaws.{REGION}.ecr.api",
            VpcEndpointType="Interface",
            SubnetIds=[subnet],
            SecurityGroupIds=[group(ec2, vpc)],
        )["VpcEndpoint"]
        (interface,) = made["NetworkInterfaceIds"]
        code, _ = refusal(ec2.delete_network_interface, NetworkInterfaceId=interface)
        assert code == "InvalidParameterValue"
        held = made["Groups"][0]["GroupId"]
        assert refusal(ec2.delete_security_group, GroupId=held)[0] == "DependencyViolation"
        assert refusal(ec2.delete_subnet, SubnetId=subnet)[0] == "DependencyViolation"
        ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
        ec2.delete_security_group(GroupId=held)
        ec2.delete_subnet(SubnetId=subnet)
