"""What EC2 refuses of endpoints, blocks of addresses, flow logs and rules: one test a rule."""

import json

import pytest

from tests.rehearsal.emulator import REGION, refusal, unique, until

ECR = f"com.amazonaws.{REGION}.ecr.api"
S3 = f"com.amazonaws.{REGION}.s3"


@pytest.fixture
def ec2(aws):
    return aws.client("ec2")


@pytest.fixture
def vpc(aws):
    return aws.vpc()


def interface(ec2, vpc, subnets, service=ECR, **asked):
    wish = {"PrivateDnsEnabled": False, **asked}
    made = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName=service, VpcEndpointType="Interface", SubnetIds=subnets, **wish
    )
    return made["VpcEndpoint"]


def state(ec2, endpoint):
    found = ec2.describe_vpc_endpoints(Filters=[{"Name": "vpc-endpoint-id", "Values": [endpoint]}])[
        "VpcEndpoints"
    ]
    return found[0]["State"] if found else None


def table(ec2, vpc):
    return ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]


class TestEndpoints:
    def test_a_service_is_offered(self, ec2, vpc):
        name = f"com.amazonaws.{REGION}.no-such-service"
        assert refusal(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=name) == (
            "InvalidServiceName",
            f"The Vpc Endpoint Service '{name}' does not exist",
        )
        other = "com.amazonaws.eu-west-1.s3"
        code, _ = refusal(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=other)
        assert code == "InvalidServiceName", "it is another region's"

    def test_only_some_services_have_gateways(self, ec2, vpc):
        assert refusal(ec2.create_vpc_endpoint, VpcId=vpc, ServiceName=ECR) == (
            "InvalidParameter",
            "Endpoint type (Gateway) does not match available service types ([Interface]).",
        )

    def test_parts_fit_the_type(self, aws, ec2, vpc):
        subnet = aws.subnets(vpc, zones="a")
        asked = {"VpcId": vpc, "ServiceName": S3, "SubnetIds": subnet}
        code, said = refusal(ec2.create_vpc_endpoint, **asked)
        assert (code, said.partition(" are")[0]) == ("InvalidParameter", "Subnet IDs")
        code, said = refusal(interface, ec2=ec2, vpc=vpc, subnets=[], RouteTableIds=["rtb-1"])
        assert (code, said.partition(" are")[0]) == ("InvalidParameter", "Route table IDs")

    def test_parts_are_of_the_same_vpc(self, aws, ec2, vpc):
        subnets = aws.subnets(aws.vpc(), zones="a")
        code, _ = refusal(interface, ec2=ec2, vpc=vpc, subnets=subnets)
        assert code == "InvalidParameter"

    def test_a_table_has_one_gateway_to_a_service(self, ec2, vpc):
        routes = table(ec2, vpc)
        asked = {"VpcId": vpc, "ServiceName": S3, "RouteTableIds": [routes]}
        made = ec2.create_vpc_endpoint(**asked)["VpcEndpoint"]
        assert made["State"] == "available"
        code, said = refusal(ec2.create_vpc_endpoint, **asked)
        assert code == "RouteAlreadyExists"
        assert said.startswith(f"route table {routes} already has a route with destination-prefix")
        ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
        ec2.create_vpc_endpoint(**asked)

    def test_each_subnet_lies_in_another_zone(self, aws, ec2, vpc):
        first, second = aws.subnets(vpc, zones="aa")
        code, said = refusal(interface, ec2=ec2, vpc=vpc, subnets=[first, second])
        assert code == "DuplicateSubnetsInSameZone"
        assert f"in the availability zone of {second}." in said
        made = interface(ec2, vpc, [first])["VpcEndpointId"]
        asked = {"VpcEndpointId": made, "AddSubnetIds": [second]}
        assert refusal(ec2.modify_vpc_endpoint, **asked)[0] == "DuplicateSubnetsInSameZone"
        ec2.modify_vpc_endpoint(**asked, RemoveSubnetIds=[first])

    def test_private_names_need_dns_in_the_vpc(self, aws, ec2):
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = aws.subnets(vpc, zones="a")
        asked = {"ec2": ec2, "vpc": vpc, "subnets": subnets, "PrivateDnsEnabled": True}
        code, said = refusal(interface, **asked)
        assert code == "InvalidParameter"
        assert "requires both enableDnsSupport and enableDnsHostnames" in said
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        interface(**asked)

    def test_a_private_name_is_one_endpoints(self, aws, ec2, vpc):
        subnets = aws.subnets(vpc, zones="a")
        asked = {"ec2": ec2, "vpc": vpc, "subnets": subnets, "PrivateDnsEnabled": True}
        interface(**asked)
        assert refusal(interface, **asked) == (
            "InvalidParameter",
            "private-dns-enabled cannot be set because there is already a conflicting DNS domain "
            f"for api.ecr.{REGION}.amazonaws.com in the VPC {vpc}",
        )
        second = interface(ec2, vpc, subnets)["VpcEndpointId"]
        asked = {"VpcEndpointId": second, "PrivateDnsEnabled": True}
        assert refusal(ec2.modify_vpc_endpoint, **asked)[0] == "InvalidParameter"

    def test_private_names_of_s3_need_a_gateway(self, aws, ec2, vpc):
        subnets = aws.subnets(vpc, zones="a")
        asked = {"ec2": ec2, "vpc": vpc, "subnets": subnets, "service": S3}
        code, said = refusal(interface, **asked, PrivateDnsEnabled=True)
        assert code == "InvalidParameter"
        assert said.endswith("must have a Gateway endpoint for the service.")
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=S3)
        interface(**asked, PrivateDnsEnabled=True)

    def test_interfaces_hold_subnets_and_groups_until_they_are_gone(self, aws, ec2, vpc):
        (subnet,) = aws.subnets(vpc, zones="a")
        group = ec2.create_security_group(GroupName=unique("g"), Description="d", VpcId=vpc)
        group = group["GroupId"]
        with aws.at_speed(500):
            made = interface(ec2, vpc, [subnet], SecurityGroupIds=[group])["VpcEndpointId"]
            assert state(ec2, made) == "pending"
            until(lambda: state(ec2, made) == "available", "the endpoint is available")
            assert refusal(ec2.delete_subnet, SubnetId=subnet)[0] == "DependencyViolation"
            asked = {"GroupId": group}
            assert refusal(ec2.delete_security_group, **asked)[0] == "DependencyViolation"
            ec2.delete_vpc_endpoints(VpcEndpointIds=[made])
            assert state(ec2, made) == "deleting"
            assert refusal(ec2.delete_subnet, SubnetId=subnet)[0] == "DependencyViolation"
            until(lambda: state(ec2, made) is None, "the endpoint is gone")
        ec2.delete_subnet(SubnetId=subnet)
        ec2.delete_security_group(GroupId=group)

    def test_what_is_not_there_is_not_deleted(self, ec2):
        missing = "vpce-0123456789abcdef0"
        (failed,) = ec2.delete_vpc_endpoints(VpcEndpointIds=[missing])["Unsuccessful"]
        assert failed["Error"]["Code"] == "InvalidVpcEndpoint.NotFound"

    def test_interface_endpoints_of_a_vpc(self, aws, ec2, vpc):
        subnets = aws.subnets(vpc, zones="a")
        with aws.at_quota("vpc-endpoints.interface", 1):
            interface(ec2, vpc, subnets)
            code, _ = refusal(interface, ec2=ec2, vpc=vpc, subnets=subnets)
            assert code == "VpcEndpointLimitExceeded"

    def test_gateway_endpoints_of_a_region(self, aws):
        far = aws.client("ec2", "eu-west-3")
        vpc = far.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        asked = {"VpcId": vpc, "ServiceName": "com.amazonaws.eu-west-3.s3"}
        with aws.at_quota("vpc-endpoints.gateway", 1):
            far.create_vpc_endpoint(**asked)
            assert refusal(far.create_vpc_endpoint, **asked)[0] == "VpcEndpointLimitExceeded"


class TestBlocks:
    @pytest.mark.parametrize(
        ("first", "second", "code"),
        [
            ("10.2.0.0/16", "10.3.0.0/16", None),
            ("10.2.0.0/16", "100.64.0.0/16", None),
            ("10.2.0.0/16", "198.18.0.0/16", None),
            ("10.2.0.0/16", "192.168.0.0/16", "InvalidVpc.Range"),
            ("10.2.0.0/16", "172.20.0.0/16", "InvalidVpc.Range"),
            ("10.2.0.0/16", "198.19.0.0/16", "InvalidVpc.Range"),
            ("10.2.0.0/16", "10.0.0.0/16", None),
            ("10.1.0.0/16", "10.0.0.0/16", "InvalidVpc.Range"),
            ("172.20.0.0/16", "172.31.0.0/16", "InvalidVpc.Range"),
            ("100.64.0.0/16", "10.0.0.0/16", "InvalidVpc.Range"),
            ("10.2.0.0/16", "100.64.0.0/10", "InvalidVpc.Range"),
            ("10.2.0.0/16", "10.2.1.0/24", "InvalidVpc.Range"),
        ],
    )
    def test_a_second_block_goes_with_the_first(self, ec2, first, second, code):
        vpc = ec2.create_vpc(CidrBlock=first)["Vpc"]["VpcId"]
        asked = {"VpcId": vpc, "CidrBlock": second}
        if code:
            assert refusal(ec2.associate_vpc_cidr_block, **asked)[0] == code
        else:
            ec2.associate_vpc_cidr_block(**asked)

    def test_blocks_of_a_vpc(self, aws, ec2, vpc):
        with aws.at_quota("vpc.ipv4-blocks", 2):
            ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="100.64.0.0/16")
            asked = {"VpcId": vpc, "CidrBlock": "100.65.0.0/16"}
            assert refusal(ec2.associate_vpc_cidr_block, **asked)[0] == "CidrLimitExceeded"

    def test_a_block_with_subnets_stays(self, ec2, vpc):
        made = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="100.64.0.0/16")
        association = made["CidrBlockAssociation"]["AssociationId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="100.64.0.0/18")["Subnet"]["SubnetId"]
        assert refusal(ec2.disassociate_vpc_cidr_block, AssociationId=association) == (
            "InvalidCidrBlock.InUse",
            f"The vpc {vpc} currently has a subnet within CIDR block 100.64.0.0/16",
        )
        ec2.delete_subnet(SubnetId=subnet)
        ec2.disassociate_vpc_cidr_block(AssociationId=association)
        asked = {"VpcId": vpc, "CidrBlock": "100.64.0.0/18"}
        assert refusal(ec2.create_subnet, **asked)[0] == "InvalidSubnet.Range"

    def test_ipv6_blocks_of_subnets_lie_in_the_vpcs(self, ec2):
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
        (own,) = vpc["Ipv6CidrBlockAssociationSet"]
        block = own["Ipv6CidrBlock"].replace("/56", "/64")
        asked = {"VpcId": vpc["VpcId"], "CidrBlock": "10.0.0.0/24"}
        code, _ = refusal(ec2.create_subnet, **asked, Ipv6CidrBlock="2600:1f00::/64")
        assert code == "InvalidSubnet.Range"
        code, _ = refusal(ec2.create_subnet, **asked, Ipv6CidrBlock=block.replace("/64", "/66"))
        assert code == "InvalidSubnet.Range"
        ec2.create_subnet(**asked, Ipv6CidrBlock=block)
        asked = {"VpcId": vpc["VpcId"], "CidrBlock": "10.0.1.0/24"}
        assert refusal(ec2.create_subnet, **asked, Ipv6CidrBlock=block) == (
            "InvalidSubnet.Conflict",
            f"The CIDR '{block}' conflicts with another subnet",
        )
        code, _ = refusal(ec2.disassociate_vpc_cidr_block, AssociationId=own["AssociationId"])
        assert code == "InvalidCidrBlock.InUse"

    def test_a_subnet_gives_addresses_only_of_a_block_it_has(self, ec2):
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
        block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"].replace("/56", "/64")
        made = ec2.create_subnet(VpcId=vpc["VpcId"], CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        give = {"SubnetId": made, "AssignIpv6AddressOnCreation": {"Value": True}}
        assert refusal(ec2.modify_subnet_attribute, **give)[0] == "InvalidParameterValue"
        answer = ec2.associate_subnet_cidr_block(SubnetId=made, Ipv6CidrBlock=block)
        association = answer["Ipv6CidrBlockAssociation"]["AssociationId"]
        ec2.modify_subnet_attribute(**give)
        code, said = refusal(ec2.disassociate_subnet_cidr_block, AssociationId=association)
        assert code == "InvalidCidrBlock.InUse"
        assert said.endswith("has assign-ipv6-address-on-creation set to true.")


class TestFlowLogs:
    def test_the_role_lets_the_service_in(self, aws, ec2, vpc):
        arn = f"arn:aws:logs:{REGION}:123456789012:log-group:{unique('flows')}"
        asked = {
            "ResourceIds": [vpc],
            "ResourceType": "VPC",
            "TrafficType": "REJECT",
            "LogDestination": arn,
        }
        missing = "arn:aws:iam::123456789012:role/nobody"
        assert refusal(ec2.create_flow_logs, **asked, DeliverLogsPermissionArn=missing) == (
            "InvalidParameter",
            f"Unable to assume given IAM role: '{missing}'",
        )
        of_ec2 = aws.role("ec2.amazonaws.com")
        code, _ = refusal(ec2.create_flow_logs, **asked, DeliverLogsPermissionArn=of_ec2)
        assert code == "InvalidParameter"
        role = aws.role("vpc-flow-logs.amazonaws.com")
        made = ec2.create_flow_logs(**asked, DeliverLogsPermissionArn=role)["FlowLogIds"]
        (log,) = ec2.describe_flow_logs(FlowLogIds=made)["FlowLogs"]
        assert log["DeliverLogsStatus"] == "FAILED", "there is no such log group"
        ec2.delete_flow_logs(FlowLogIds=made)
        aws.client("logs").create_log_group(logGroupName=arn.rpartition(":")[2])
        made = ec2.create_flow_logs(**asked, DeliverLogsPermissionArn=role)["FlowLogIds"]
        (log,) = ec2.describe_flow_logs(FlowLogIds=made)["FlowLogs"]
        assert (log["DeliverLogsStatus"], log["LogDestination"]) == ("SUCCESS", arn)


class TestSecurityGroupRules:
    def test_a_rule_keeps_its_type(self, ec2, vpc):
        group = ec2.create_security_group(GroupName=unique("g"), Description="d", VpcId=vpc)
        made = ec2.authorize_security_group_ingress(
            GroupId=group["GroupId"],
            IpPermissions=[
                {"IpProtocol": "-1", "Ipv6Ranges": [{"CidrIpv6": "fd00::/8", "Description": "a"}]}
            ],
        )["SecurityGroupRules"][0]["SecurityGroupRuleId"]

        def wanted(**peer):
            rule = {"IpProtocol": "-1", "Description": "b", **peer}
            return {
                "GroupId": group["GroupId"],
                "SecurityGroupRules": [{"SecurityGroupRuleId": made, "SecurityGroupRule": rule}],
            }

        code, _ = refusal(ec2.modify_security_group_rules, **wanted(CidrIpv4="10.0.0.0/8"))
        assert code == "InvalidParameterValue"
        ec2.modify_security_group_rules(**wanted(CidrIpv6="fd00:1::/32"))
        (rule,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[made])[
            "SecurityGroupRules"
        ]
        assert (rule["CidrIpv6"], rule["Description"]) == ("fd00:1::/32", "b")


class TestIdentity:
    def test_a_boundary_exists(self, aws):
        iam = aws.client("iam")
        missing = "arn:aws:iam::123456789012:policy/no-boundary"
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ec2.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
        asked = {"RoleName": unique("role"), "AssumeRolePolicyDocument": json.dumps(trust)}
        code, _ = refusal(iam.create_role, **asked, PermissionsBoundary=missing)
        assert code == "NoSuchEntity"
        iam.create_role(**asked)
        change = {"RoleName": asked["RoleName"], "PermissionsBoundary": missing}
        assert refusal(iam.put_role_permissions_boundary, **change)[0] == "NoSuchEntity"

    def test_a_provider_of_identities_exists(self, aws):
        iam = aws.client("iam")
        arn = "arn:aws:iam::123456789012:oidc-provider/example.com"
        asked = {"OpenIDConnectProviderArn": arn}
        assert refusal(iam.delete_open_id_connect_provider, **asked)[0] == "NoSuchEntity"


class TestLogs:
    def test_classes_of_log_groups(self, aws):
        logs = aws.client("logs")
        name = unique("group")
        code, _ = refusal(logs.create_log_group, logGroupName=name, logGroupClass="CHEAP")
        assert code == "InvalidParameterException"
        logs.create_log_group(logGroupName=name, logGroupClass="INFREQUENT_ACCESS")
        (group,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        assert group["logGroupClass"] == "INFREQUENT_ACCESS"


class TestLocalZones:
    ZONE, GROUP = "us-west-2-lax-1a", "us-west-2-lax-1"

    def test_they_are_there_for_who_opts_in(self, aws):
        far = aws.client("ec2", "us-west-2")

        def zones(**asked):
            found = far.describe_availability_zones(**asked)["AvailabilityZones"]
            return {zone["ZoneName"]: zone["OptInStatus"] for zone in found}

        assert self.ZONE not in zones()
        assert zones(AllAvailabilityZones=True)[self.ZONE] == "not-opted-in"
        vpc = far.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        asked = {"VpcId": vpc, "CidrBlock": "10.0.0.0/24", "AvailabilityZone": self.ZONE}
        code, said = refusal(far.create_subnet, **asked)
        assert code == "InvalidParameterValue"
        assert f"Value ({self.ZONE}) for parameter availabilityZone is invalid." in said
        asked_in = {"OptInStatus": "opted-in"}
        code, _ = refusal(
            far.modify_availability_zone_group, GroupName="us-west-2-xyz-1", **asked_in
        )
        assert code == "InvalidParameterValue"
        far.modify_availability_zone_group(GroupName=self.GROUP, **asked_in)
        assert zones()[self.ZONE] == "opted-in"
        local = [{"Name": "zone-type", "Values": ["local-zone"]}]
        assert set(zones(Filters=local)) == {self.ZONE, "us-west-2-lax-1b"}
        made = far.create_subnet(**asked)["Subnet"]
        assert (made["AvailabilityZone"], made["AvailabilityZoneId"]) == (
            self.ZONE,
            "usw2-lax1-az1",
        )
        far.delete_subnet(SubnetId=made["SubnetId"])
        asked_out = {"GroupName": self.GROUP, "OptInStatus": "not-opted-in"}
        assert refusal(far.modify_availability_zone_group, **asked_out)[0] == "UnsupportedOperation"

    def test_no_control_plane_is_in_one(self, aws):
        far = aws.client("ec2", "us-west-2")
        far.modify_availability_zone_group(GroupName=self.GROUP, OptInStatus="opted-in")
        vpc = far.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            far.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=zone)[
                "Subnet"
            ]["SubnetId"]
            for number, zone in enumerate(("us-west-2a", self.ZONE))
        ]
        code, said = refusal(
            aws.client("eks", "us-west-2").create_cluster,
            name=unique("cluster"),
            roleArn=aws.role("eks.amazonaws.com"),
            resourcesVpcConfig={"subnetIds": subnets},
        )
        assert code == "UnsupportedAvailabilityZoneException"
        assert self.ZONE in said
