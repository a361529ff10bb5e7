"""EC2 and VPC in the embedded AWS: what depends on what, and what moto alone would get wrong."""

import base64

import pytest

from spec import facts
from tests.rehearsal.emulator import REGION, refusal, unique, until


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
def address(ec2):
    return ec2.allocate_address(Domain="vpc")["AllocationId"]


def image(ec2):
    found = ec2.describe_images(
        Filters=[{"Name": "name", "Values": ["amazon-eks-node-al2023-x86_64-standard-*"]}]
    )
    return found["Images"][0]["ImageId"]


def launch(ec2, **asked):
    wish = {"ImageId": image(ec2), "InstanceType": "t3.medium", "MinCount": 1, "MaxCount": 1}
    return ec2.run_instances(**{**wish, **asked})["Instances"][0]


def nat_gateway(ec2, nat):
    return ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]


def violation(kind, resource):
    return (
        "DependencyViolation",
        f"The {kind} '{resource}' has dependencies and cannot be deleted.",
    )


class TestDependencies:
    def test_a_subnet_with_a_network_interface(self, ec2, subnet):
        interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]
        assert refusal(ec2.delete_subnet, SubnetId=subnet) == violation("subnet", subnet)
        ec2.delete_network_interface(NetworkInterfaceId=interface["NetworkInterfaceId"])
        ec2.delete_subnet(SubnetId=subnet)

    def test_a_subnet_with_an_instance_until_it_is_terminated(self, ec2, subnet):
        instance = launch(ec2, SubnetId=subnet)["InstanceId"]
        assert refusal(ec2.delete_subnet, SubnetId=subnet) == violation("subnet", subnet)
        ec2.terminate_instances(InstanceIds=[instance])
        ec2.delete_subnet(SubnetId=subnet)

    def test_a_deleted_subnet_leaves_its_route_table(self, ec2, vpc, subnet):
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        assert refusal(ec2.delete_route_table, RouteTableId=table) == violation("routeTable", table)
        ec2.delete_subnet(SubnetId=subnet)
        ec2.delete_route_table(RouteTableId=table)

    def test_the_main_route_table(self, ec2, vpc):
        filters = [{"Name": "vpc-id", "Values": [vpc]}]
        (main,) = ec2.describe_route_tables(Filters=filters)["RouteTables"]
        table = main["RouteTableId"]
        assert refusal(ec2.delete_route_table, RouteTableId=table) == violation("routeTable", table)

    def test_a_security_group_of_a_network_interface(self, ec2, vpc, subnet):
        group = self.group(ec2, vpc)
        ec2.create_network_interface(SubnetId=subnet, Groups=[group])
        assert refusal(ec2.delete_security_group, GroupId=group) == (
            "DependencyViolation",
            f"resource {group} has a dependent object",
        )

    def test_a_security_group_that_a_rule_of_another_names(self, ec2, vpc):
        named, naming = self.group(ec2, vpc), self.group(ec2, vpc)
        rule = {
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "UserIdGroupPairs": [{"GroupId": named}],
        }
        ec2.authorize_security_group_ingress(GroupId=naming, IpPermissions=[rule])
        assert refusal(ec2.delete_security_group, GroupId=named)[0] == "DependencyViolation"
        ec2.delete_security_group(GroupId=naming)
        ec2.delete_security_group(GroupId=named)

    def test_the_default_security_group(self, ec2, vpc):
        filters = [{"Name": "vpc-id", "Values": [vpc]}]
        (default,) = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
        code, _ = refusal(ec2.delete_security_group, GroupId=default["GroupId"])
        assert code == "CannotDelete"

    @staticmethod
    def group(ec2, vpc):
        made = ec2.create_security_group(GroupName=unique("group"), Description="d", VpcId=vpc)
        return made["GroupId"]

    @pytest.mark.parametrize("inside", ["subnet", "gateway", "group", "table", "nothing"])
    def test_a_vpc_with_anything_in_it(self, aws, ec2, vpc, inside):
        make = {
            "subnet": lambda: aws.subnets(vpc, zones="a"),
            "gateway": lambda: ec2.attach_internet_gateway(
                VpcId=vpc,
                InternetGatewayId=ec2.create_internet_gateway()["InternetGateway"][
                    "InternetGatewayId"
                ],
            ),
            "group": lambda: self.group(ec2, vpc),
            "table": lambda: ec2.create_route_table(VpcId=vpc),
            "nothing": lambda: None,
        }
        make[inside]()
        if inside == "nothing":
            ec2.delete_vpc(VpcId=vpc)
            assert refusal(ec2.describe_vpcs, VpcIds=[vpc])[0] == "InvalidVpcID.NotFound"
        else:
            assert refusal(ec2.delete_vpc, VpcId=vpc) == violation("vpc", vpc)

    def test_an_internet_gateway_that_is_attached(self, ec2, gateway):
        assert refusal(ec2.delete_internet_gateway, InternetGatewayId=gateway) == violation(
            "internetGateway", gateway
        )

    def test_what_a_nat_gateway_needs(self, ec2, vpc, subnet, gateway, address):
        made = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
        nat = made["NatGatewayId"]
        until(lambda: nat_gateway(ec2, nat)["State"] == "available", "it is available")
        assert refusal(ec2.detach_internet_gateway, InternetGatewayId=gateway, VpcId=vpc) == (
            "DependencyViolation",
            f"Network {vpc} has some mapped public address(es). Please unmap those public "
            "address(es) before detaching the gateway.",
        )
        assert refusal(ec2.delete_subnet, SubnetId=subnet) == violation("subnet", subnet)
        assert refusal(ec2.release_address, AllocationId=address)[0] == "InvalidIPAddress.InUse"
        ec2.delete_nat_gateway(NatGatewayId=nat)
        until(lambda: nat_gateway(ec2, nat)["State"] == "deleted", "it is deleted")
        ec2.release_address(AllocationId=address)
        ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        ec2.delete_subnet(SubnetId=subnet)

    def test_a_network_interface_in_use(self, ec2, subnet):
        instance = launch(ec2, SubnetId=subnet)
        interface = instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
        assert refusal(ec2.delete_network_interface, NetworkInterfaceId=interface) == (
            "InvalidParameterValue",
            f"Network interface '{interface}' is currently in use.",
        )


class TestNatGateways:
    def test_pending_before_available_and_deleting_before_deleted(
        self, aws, ec2, subnet, gateway, address
    ):
        assert gateway
        times = facts.durations()
        with aws.at_speed(times["nat-gateway.create"].seconds / 0.2):
            made = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
        nat = made["NatGatewayId"]
        assert made["State"] == "pending"
        assert nat_gateway(ec2, nat)["State"] == "pending"
        until(lambda: nat_gateway(ec2, nat)["State"] == "available", "it is available")
        with aws.at_speed(times["nat-gateway.delete"].seconds / 0.2):
            ec2.delete_nat_gateway(NatGatewayId=nat)
        assert nat_gateway(ec2, nat)["State"] == "deleting"
        until(lambda: nat_gateway(ec2, nat)["State"] == "deleted", "it is deleted")

    def test_its_interface_is_in_its_subnet_and_goes_with_it(self, ec2, subnet, gateway, address):
        assert gateway
        nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
        (own,) = nat["NatGatewayAddresses"]
        assert own["PrivateIp"] == "10.0.0.4", "the first address that is not AWS's"
        filters = [{"Name": "subnet-id", "Values": [subnet]}]
        (interface,) = ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
        assert interface["InterfaceType"] == "nat_gateway"
        assert interface["Description"] == f"Interface for NAT Gateway {nat['NatGatewayId']}"
        ec2.delete_nat_gateway(NatGatewayId=nat["NatGatewayId"])
        until(
            lambda: not ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"],
            "its interface is gone",
        )

    def test_without_an_internet_gateway_it_fails(self, ec2, subnet, address):
        nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
        until(lambda: nat_gateway(ec2, nat["NatGatewayId"])["State"] == "failed", "it fails")
        assert nat_gateway(ec2, nat["NatGatewayId"])["FailureCode"] == "Gateway.NotAttached"
        ec2.release_address(AllocationId=address)

    def test_one_that_is_not_there(self, ec2):
        nat = "nat-0123456789abcdef0"
        expected = ("NatGatewayNotFound", f"NAT gateway {nat} was not found")
        assert refusal(ec2.describe_nat_gateways, NatGatewayIds=[nat]) == expected
        assert refusal(ec2.delete_nat_gateway, NatGatewayId=nat) == expected


class TestRoutes:
    def test_a_route_to_a_nat_gateway_that_is_not_there(self, ec2, vpc):
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        route = {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-0123456789abcdef0"}
        assert refusal(ec2.create_route, RouteTableId=table, **route) == (
            "InvalidNatGatewayID.NotFound",
            "The natGateway ID 'nat-0123456789abcdef0' does not exist",
        )

    def test_a_subnet_has_one_route_table(self, ec2, vpc, subnet):
        first, second = (
            ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _ in range(2)
        )
        made = ec2.associate_route_table(RouteTableId=first, SubnetId=subnet)["AssociationId"]
        again = ec2.associate_route_table(RouteTableId=first, SubnetId=subnet)["AssociationId"]
        assert again == made
        code, _ = refusal(ec2.associate_route_table, RouteTableId=second, SubnetId=subnet)
        assert code == "Resource.AlreadyAssociated"


class TestSubnets:
    def test_a_zone_of_another_region(self, ec2, vpc):
        asked = {"VpcId": vpc, "CidrBlock": "10.0.1.0/24", "AvailabilityZone": "us-east-1a"}
        code, message = refusal(ec2.create_subnet, **asked)
        assert code == "InvalidParameterValue"
        assert message.startswith("Value (us-east-1a) for parameter availabilityZone is invalid.")

    def test_a_zone_by_its_id(self, ec2, vpc):
        asked = {"VpcId": vpc, "CidrBlock": "10.0.1.0/24", "AvailabilityZoneId": "apne2-az3"}
        assert ec2.create_subnet(**asked)["Subnet"]["AvailabilityZone"] == f"{REGION}c"

    def test_without_a_zone_it_is_in_the_region(self, ec2, vpc):
        made = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]
        assert made["AvailabilityZone"].startswith(REGION)

    def test_the_state_of_an_ipv6_block_is_a_word(self, ec2):
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
        block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].replace("/56", "/64")
        made = ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.0.0.0/24", Ipv6CidrBlock=block)[
            "Subnet"
        ]
        (association,) = made["Ipv6CidrBlockAssociationSet"]
        assert association["Ipv6CidrBlockState"] == {"State": "associated"}

    def test_addresses_are_counted_and_given_back(self, ec2, subnet):
        def free():
            return ec2.describe_subnets(SubnetIds=[subnet])["Subnets"][0]["AvailableIpAddressCount"]

        assert free() == 251
        instance = launch(ec2, SubnetId=subnet)
        assert free() == 250
        ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
        assert free() == 251
        assert launch(ec2, SubnetId=subnet)["PrivateIpAddress"] == instance["PrivateIpAddress"]

    def test_host_names_by_resource_name(self, ec2, subnet):
        ec2.modify_subnet_attribute(SubnetId=subnet, PrivateDnsHostnameTypeOnLaunch="resource-name")
        (found,) = ec2.describe_subnets(SubnetIds=[subnet])["Subnets"]
        assert found["PrivateDnsNameOptionsOnLaunch"]["HostnameType"] == "resource-name"


class TestInstances:
    def test_names_are_of_the_region(self, ec2, subnet):
        instance = launch(ec2, SubnetId=subnet)
        dashed = instance["PrivateIpAddress"].replace(".", "-")
        name = f"ip-{dashed}.{REGION}.compute.internal"
        assert instance["PrivateDnsName"] == name
        interface = instance["NetworkInterfaces"][0]["NetworkInterfaceId"]
        (found,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[interface])[
            "NetworkInterfaces"
        ]
        assert found["PrivateDnsName"] == name

    def test_a_terminated_instance_takes_interfaces_and_volumes_along(self, ec2, subnet):
        instance = launch(ec2, SubnetId=subnet)
        (volume,) = (device["Ebs"]["VolumeId"] for device in instance["BlockDeviceMappings"])
        ended = ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
        (change,) = ended["TerminatingInstances"]
        assert change["PreviousState"]["Name"] == "running"
        filters = [{"Name": "subnet-id", "Values": [subnet]}]
        assert ec2.describe_network_interfaces(Filters=filters)["NetworkInterfaces"] == []
        assert refusal(ec2.describe_volumes, VolumeIds=[volume])[0] == "InvalidVolume.NotFound"

    def test_a_launch_template_says_all_that_the_request_does_not(self, ec2, vpc, subnet):
        group = ec2.create_security_group(GroupName=unique("g"), Description="d", VpcId=vpc)
        name = unique("template")
        ec2.create_launch_template(
            LaunchTemplateName=name,
            LaunchTemplateData={
                "ImageId": image(ec2),
                "InstanceType": "m7i.large",
                "NetworkInterfaces": [{"DeviceIndex": 0, "Groups": [group["GroupId"]]}],
                "MetadataOptions": {"HttpTokens": "required"},
                "InstanceMarketOptions": {"MarketType": "spot"},
                "UserData": base64.b64encode(b"hello").decode(),
                "TagSpecifications": [
                    {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "of template"}]}
                ],
            },
        )
        launched = ec2.run_instances(
            LaunchTemplate={"LaunchTemplateName": name},
            InstanceType="m7i.xlarge",
            SubnetId=subnet,
            MinCount=1,
            MaxCount=1,
        )["Instances"][0]
        (instance,) = ec2.describe_instances(InstanceIds=[launched["InstanceId"]])["Reservations"][
            0
        ]["Instances"]
        assert instance["InstanceType"] == "m7i.xlarge", "the request comes before the template"
        assert [g["GroupId"] for g in instance["SecurityGroups"]] == [group["GroupId"]]
        assert instance["MetadataOptions"]["HttpTokens"] == "required"
        assert instance["InstanceLifecycle"] == "spot"
        assert len(instance["BlockDeviceMappings"]) == 1
        assert {"Key": "Name", "Value": "of template"} in instance["Tags"]

    def test_instance_types_and_images_that_are_not_there(self, ec2, subnet):
        code, _ = refusal(launch, ec2=ec2, SubnetId=subnet, InstanceType="t33.medium")
        assert code == "InvalidInstanceType.NotFound"
        code, _ = refusal(launch, ec2=ec2, SubnetId=subnet, ImageId="ami-0123456789abcdef0")
        assert code == "InvalidAMIID.NotFound"


class TestLaunchTemplates:
    def test_one_that_is_not_there(self, ec2):
        missing = "lt-0123456789abcdef0"
        assert refusal(ec2.describe_launch_templates, LaunchTemplateIds=[missing]) == (
            "InvalidLaunchTemplateId.NotFound",
            f"The specified launch template, with template ID {missing}, does not exist.",
        )

    def test_a_version_is_built_on_its_source(self, ec2):
        name = unique("template")
        data = {"InstanceType": "t3.medium", "EbsOptimized": True}
        ec2.create_launch_template(LaunchTemplateName=name, LaunchTemplateData=data)
        made = ec2.create_launch_template_version(
            LaunchTemplateName=name,
            SourceVersion="1",
            LaunchTemplateData={"InstanceType": "t3.large"},
        )["LaunchTemplateVersion"]
        assert made["VersionNumber"] == 2
        assert made["LaunchTemplateData"] == {"InstanceType": "t3.large", "EbsOptimized": True}

    def test_its_own_tags_are_not_in_its_data(self, ec2):
        name = unique("template")
        tags = [{"ResourceType": "launch-template", "Tags": [{"Key": "a", "Value": "b"}]}]
        data = {"InstanceType": "t3.medium"}
        made = ec2.create_launch_template(
            LaunchTemplateName=name, LaunchTemplateData=data, TagSpecifications=tags
        )["LaunchTemplate"]
        assert made["Tags"] == tags[0]["Tags"]
        versions = ec2.describe_launch_template_versions(LaunchTemplateName=name)
        assert versions["LaunchTemplateVersions"][0]["LaunchTemplateData"] == data


def test_a_rule_that_names_a_group_keeps_description_and_owner(ec2, vpc):
    group = ec2.create_security_group(GroupName=unique("g"), Description="d", VpcId=vpc)["GroupId"]
    pair = {"GroupId": group, "Description": "nodes to nodes"}
    made = ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [pair]}]
    )["SecurityGroupRules"][0]
    (rule,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[made["SecurityGroupRuleId"]])[
        "SecurityGroupRules"
    ]
    assert rule["Description"] == "nodes to nodes"
    assert rule["GroupOwnerId"] == "123456789012"
    assert rule["ReferencedGroupInfo"]["GroupId"] == group
