"""VPCs, subnets, gateways, routes, endpoints."""

from typing import Any

from bench.fidelity.checks import (
    ANYWHERE,
    REGION,
    check,
    gateway,
    group,
    named,
    nat_gateway,
    refused,
    subnet,
    table,
    tagged,
    tags,
    unique,
)
from tests.rehearsal.emulator import Emulator, until

IPV6 = "::/0"


@check("ec2", "CreateVpc ipv6+tags")
def vpc_with_ipv6(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    made = ec2.create_vpc(
        CidrBlock="10.0.0.0/16",
        AmazonProvidedIpv6CidrBlock=True,
        TagSpecifications=tagged("vpc", Name="check"),
    )["Vpc"]
    (found,) = ec2.describe_vpcs(VpcIds=[made["VpcId"]])["Vpcs"]
    assert found["State"] == "available"
    assert found["Tags"] == tags(Name="check")
    (block,) = found["Ipv6CidrBlockAssociationSet"]
    assert block["Ipv6CidrBlock"].endswith("/56")
    assert block["Ipv6CidrBlockState"]["State"] == "associated"


@check("ec2", "ModifyVpcAttribute/DescribeVpcAttribute")
def vpc_attributes(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]

    def value(attribute: str) -> bool:
        answer = ec2.describe_vpc_attribute(VpcId=vpc, Attribute=attribute)
        return answer[attribute[0].upper() + attribute[1:]]["Value"]

    assert (value("enableDnsSupport"), value("enableDnsHostnames")) == (True, False)
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    assert value("enableDnsHostnames") is True


@check("ec2", "Associate/DisassociateVpcCidrBlock")
def second_block(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = aws.vpc()
    made = ec2.associate_vpc_cidr_block(VpcId=vpc, CidrBlock="100.64.0.0/16")
    association = made["CidrBlockAssociation"]["AssociationId"]
    (found,) = ec2.describe_vpcs(VpcIds=[vpc])["Vpcs"]
    assert {one["CidrBlock"] for one in found["CidrBlockAssociationSet"]} == {
        "10.0.0.0/16",
        "100.64.0.0/16",
    }
    ec2.create_subnet(VpcId=vpc, CidrBlock="100.64.0.0/24")
    other = aws.vpc()
    made = ec2.associate_vpc_cidr_block(VpcId=other, CidrBlock="100.64.0.0/16")
    association = made["CidrBlockAssociation"]["AssociationId"]
    gone = ec2.disassociate_vpc_cidr_block(AssociationId=association)
    state = gone["CidrBlockAssociation"]["CidrBlockState"]["State"]
    assert state in {"disassociating", "disassociated"}


@check("ec2", "DescribeVpcs unknown id")
def no_vpc(aws: Emulator) -> None:
    refused(
        "InvalidVpcID.NotFound", aws.client("ec2").describe_vpcs, VpcIds=["vpc-0123456789abcdef0"]
    )


@check("ec2", "CreateVpc bad cidr")
def vpc_with_a_bad_block(aws: Emulator) -> None:
    create = aws.client("ec2").create_vpc
    refused(("InvalidVpc.Range", "InvalidParameterValue"), create, CidrBlock="10.0.0.0/8")


@check("ec2", "CreateSubnet x6 (+ipv6,tags)")
def six_subnets(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    free = {20: 4091, 24: 251, 28: 11}
    for number, (prefix, letter) in enumerate(
        (prefix, letter) for prefix in free for letter in "ac"
    ):
        made = ec2.create_subnet(
            VpcId=vpc["VpcId"],
            CidrBlock=f"10.0.{number * 16}.0/{prefix}",
            Ipv6CidrBlock=block.replace("00::/56", f"0{number}::/64"),
            AvailabilityZone=f"{REGION}{letter}",
            TagSpecifications=tagged("subnet", Name=f"s{number}"),
        )["Subnet"]
        assert made["AvailableIpAddressCount"] == free[prefix]
        assert made["State"] in {"pending", "available"}
        (association,) = made["Ipv6CidrBlockAssociationSet"]
        assert association["Ipv6CidrBlockState"]["State"] in {"associating", "associated"}
        assert made["Tags"] == tags(Name=f"s{number}")


@check("ec2", "CreateSubnet conflict")
def subnets_that_overlap(aws: Emulator) -> None:
    vpc, _ = subnet(aws)
    create = aws.client("ec2").create_subnet
    refused("InvalidSubnet.Conflict", create, VpcId=vpc, CidrBlock="10.0.0.0/25")


@check("ec2", "CreateSubnet out of range")
def subnet_outside(aws: Emulator) -> None:
    create = aws.client("ec2").create_subnet
    refused("InvalidSubnet.Range", create, VpcId=aws.vpc(), CidrBlock="10.1.0.0/24")


@check("ec2", "CreateSubnet bad AZ")
def subnet_nowhere(aws: Emulator) -> None:
    create = aws.client("ec2").create_subnet
    asked = {"VpcId": aws.vpc(), "CidrBlock": "10.0.0.0/24", "AvailabilityZone": "us-east-1a"}
    refused("InvalidParameterValue", create, **asked)


@check("ec2", "ModifySubnetAttribute public/ipv6")
def subnet_attributes(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]
    (block,) = vpc["Ipv6CidrBlockAssociationSet"]
    place = ec2.create_subnet(
        VpcId=vpc["VpcId"],
        CidrBlock="10.0.0.0/24",
        Ipv6CidrBlock=block["Ipv6CidrBlock"].replace("/56", "/64"),
    )["Subnet"]["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=place, MapPublicIpOnLaunch={"Value": True})
    ec2.modify_subnet_attribute(SubnetId=place, AssignIpv6AddressOnCreation={"Value": True})
    (found,) = ec2.describe_subnets(SubnetIds=[place])["Subnets"]
    assert found["MapPublicIpOnLaunch"] is True
    assert found["AssignIpv6AddressOnCreation"] is True


@check("ec2", "ModifySubnetAttribute dns-name options")
def subnet_names(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    _, place = subnet(aws)
    ec2.modify_subnet_attribute(SubnetId=place, PrivateDnsHostnameTypeOnLaunch="resource-name")
    ec2.modify_subnet_attribute(
        SubnetId=place, EnableResourceNameDnsARecordOnLaunch={"Value": True}
    )
    (found,) = ec2.describe_subnets(SubnetIds=[place])["Subnets"]
    options = found["PrivateDnsNameOptionsOnLaunch"]
    assert options["HostnameType"] == "resource-name"
    assert options["EnableResourceNameDnsARecord"] is True


@check("ec2", "DescribeSubnets tag filters")
def subnets_by_tag(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = aws.vpc()
    first, second = aws.subnets(vpc, zones="ab")
    ec2.create_tags(Resources=[first], Tags=[{"Key": "kubernetes.io/role/elb", "Value": "1"}])

    def found(**filters: str) -> list[str]:
        asked = [*named(vpc_id=vpc), *({"Name": n, "Values": [v]} for n, v in filters.items())]
        return [one["SubnetId"] for one in ec2.describe_subnets(Filters=asked)["Subnets"]]

    assert found(**{"tag:kubernetes.io/role/elb": "1"}) == [first]
    assert found(**{"tag-key": "kubernetes.io/role/elb"}) == [first]
    assert found(**{"availability-zone": f"{REGION}b"}) == [second]


@check("ec2", "IGW create/attach/describe")
def internet_gateway(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = aws.vpc()
    made = gateway(aws, vpc)
    (found,) = ec2.describe_internet_gateways(
        Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}]
    )["InternetGateways"]
    assert found["InternetGatewayId"] == made
    assert found["Attachments"] == [{"State": "available", "VpcId": vpc}]


@check("ec2", "IGW delete while attached")
def internet_gateway_in_use(aws: Emulator) -> None:
    made = gateway(aws, aws.vpc())
    delete = aws.client("ec2").delete_internet_gateway
    refused("DependencyViolation", delete, InternetGatewayId=made)


@check("ec2", "IGW second attach")
def internet_gateway_twice(aws: Emulator) -> None:
    made = gateway(aws, aws.vpc())
    attach = aws.client("ec2").attach_internet_gateway
    refused("Resource.AlreadyAssociated", attach, InternetGatewayId=made, VpcId=aws.vpc())


def _egress_only(aws: Emulator) -> tuple[str, str]:
    ec2 = aws.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)["Vpc"]["VpcId"]
    made = ec2.create_egress_only_internet_gateway(VpcId=vpc)["EgressOnlyInternetGateway"]
    return vpc, made["EgressOnlyInternetGatewayId"]


@check("ec2", "EgressOnlyInternetGateway")
def egress_only_gateway(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc, made = _egress_only(aws)
    ids = {"EgressOnlyInternetGatewayIds": [made]}
    (found,) = ec2.describe_egress_only_internet_gateways(**ids)["EgressOnlyInternetGateways"]
    assert found["Attachments"] == [{"State": "attached", "VpcId": vpc}]
    ec2.delete_egress_only_internet_gateway(EgressOnlyInternetGatewayId=made)
    assert not ec2.describe_egress_only_internet_gateways(**ids)["EgressOnlyInternetGateways"]


def _routes(aws: Emulator, route_table: str) -> dict[str, dict[str, Any]]:
    (found,) = aws.client("ec2").describe_route_tables(RouteTableIds=[route_table])["RouteTables"]
    return {
        route.get("DestinationCidrBlock")
        or route.get("DestinationIpv6CidrBlock")
        or route["DestinationPrefixListId"]: route
        for route in found["Routes"]
    }


@check("ec2", "RouteTable+routes+associate")
def route_table(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc, place = subnet(aws)
    made, igw = table(aws, vpc), gateway(aws, vpc)
    ec2.create_route(RouteTableId=made, DestinationCidrBlock=ANYWHERE, GatewayId=igw)
    association = ec2.associate_route_table(RouteTableId=made, SubnetId=place)["AssociationId"]
    routes = _routes(aws, made)
    assert routes["10.0.0.0/16"]["GatewayId"] == "local"
    assert routes[ANYWHERE]["GatewayId"] == igw
    assert routes[ANYWHERE]["State"] == "active"
    assert routes[ANYWHERE]["Origin"] == "CreateRoute"
    (found,) = ec2.describe_route_tables(
        Filters=[{"Name": "association.subnet-id", "Values": [place]}]
    )["RouteTables"]
    assert found["Associations"][0]["RouteTableAssociationId"] == association


@check("ec2", "CreateRoute duplicate")
def route_twice(aws: Emulator) -> None:
    vpc = aws.vpc()
    made, igw = table(aws, vpc), gateway(aws, vpc)
    asked = {"RouteTableId": made, "DestinationCidrBlock": ANYWHERE, "GatewayId": igw}
    aws.client("ec2").create_route(**asked)
    refused("RouteAlreadyExists", aws.client("ec2").create_route, **asked)


@check("ec2", "DeleteRouteTable in use")
def route_table_in_use(aws: Emulator) -> None:
    vpc, place = subnet(aws)
    made = table(aws, vpc)
    aws.client("ec2").associate_route_table(RouteTableId=made, SubnetId=place)
    refused("DependencyViolation", aws.client("ec2").delete_route_table, RouteTableId=made)


@check("ec2", "AssociateRouteTable twice (same subnet, other table)")
def two_tables(aws: Emulator) -> None:
    vpc, place = subnet(aws)
    associate = aws.client("ec2").associate_route_table
    associate(RouteTableId=table(aws, vpc), SubnetId=place)
    asked = {"RouteTableId": table(aws, vpc), "SubnetId": place}
    refused("Resource.AlreadyAssociated", associate, **asked)


@check("ec2", "CreateRoute to missing NAT")
def route_to_nowhere(aws: Emulator) -> None:
    asked = {
        "RouteTableId": table(aws, aws.vpc()),
        "DestinationCidrBlock": ANYWHERE,
        "NatGatewayId": "nat-0123456789abcdef0",
    }
    refused("InvalidNatGatewayID.NotFound", aws.client("ec2").create_route, **asked)


@check("ec2", "DescribeRouteTables main filter")
def main_table(aws: Emulator) -> None:
    vpc = aws.vpc()
    table(aws, vpc)
    filters = [*named(vpc_id=vpc), {"Name": "association.main", "Values": ["true"]}]
    (found,) = aws.client("ec2").describe_route_tables(Filters=filters)["RouteTables"]
    assert found["Associations"][0]["Main"] is True


@check("ec2", "ReplaceRouteTableAssociation")
def table_replaced(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc, place = subnet(aws)
    old, new = table(aws, vpc), table(aws, vpc)
    before = ec2.associate_route_table(RouteTableId=old, SubnetId=place)["AssociationId"]
    after = ec2.replace_route_table_association(AssociationId=before, RouteTableId=new)
    assert after["NewAssociationId"] != before
    ec2.delete_route_table(RouteTableId=old)


@check("ec2", "EIP AllocateAddress")
def address(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    made = ec2.allocate_address(Domain="vpc", TagSpecifications=tagged("elastic-ip", Name="a"))
    assert made["AllocationId"].startswith("eipalloc-")
    (found,) = ec2.describe_addresses(AllocationIds=[made["AllocationId"]])["Addresses"]
    assert found["PublicIp"] == made["PublicIp"]
    assert "AssociationId" not in found
    assert found["Tags"] == tags(Name="a")
    ec2.release_address(AllocationId=made["AllocationId"])
    refused(
        "InvalidAllocationID.NotFound",
        ec2.describe_addresses,
        AllocationIds=[made["AllocationId"]],
    )


@check("ec2", "CreateNatGateway + states")
def nat_states(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc, place = subnet(aws)
    gateway(aws, vpc)
    eip = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=place, AllocationId=eip)["NatGateway"]
    assert made["State"] == "pending"
    ids = [made["NatGatewayId"]]

    def state() -> str:
        return ec2.describe_nat_gateways(NatGatewayIds=ids)["NatGateways"][0]["State"]

    until(lambda: state() == "available", "it is available")
    (found,) = ec2.describe_nat_gateways(NatGatewayIds=ids)["NatGateways"]
    (own,) = found["NatGatewayAddresses"]
    assert own["AllocationId"] == eip
    assert own["PrivateIp"].startswith("10.0.0.")
    interface = ec2.describe_network_interfaces(NetworkInterfaceIds=[own["NetworkInterfaceId"]])
    assert interface["NetworkInterfaces"][0]["InterfaceType"] == "nat_gateway"
    ec2.delete_nat_gateway(NatGatewayId=ids[0])
    until(lambda: state() == "deleted", "it is deleted")


@check("ec2", "Routes via NAT / eigw")
def routes_out(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc, _, _, nat = nat_gateway(aws)
    private = table(aws, vpc)
    ec2.create_route(RouteTableId=private, DestinationCidrBlock=ANYWHERE, NatGatewayId=nat)
    assert _routes(aws, private)[ANYWHERE]["NatGatewayId"] == nat
    vpc6, egress = _egress_only(aws)
    dual = table(aws, vpc6)
    ec2.create_route(
        RouteTableId=dual, DestinationIpv6CidrBlock=IPV6, EgressOnlyInternetGatewayId=egress
    )
    assert _routes(aws, dual)[IPV6]["EgressOnlyInternetGatewayId"] == egress


@check("ec2", "ReleaseAddress in use by NAT")
def address_in_use(aws: Emulator) -> None:
    _, _, eip, _ = nat_gateway(aws)
    release = aws.client("ec2").release_address
    refused(("InvalidIPAddress.InUse", "AuthFailure"), release, AllocationId=eip)


@check("ec2", "DetachInternetGateway with mapped EIP")
def gateway_with_addresses(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc, _, _, _ = nat_gateway(aws)
    (igw,) = ec2.describe_internet_gateways(
        Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}]
    )["InternetGateways"]
    asked = {"InternetGatewayId": igw["InternetGatewayId"], "VpcId": vpc}
    refused("DependencyViolation", ec2.detach_internet_gateway, **asked)


@check("ec2", "DeleteSubnet with NAT ENI")
def subnet_with_a_nat_gateway(aws: Emulator) -> None:
    _, place, _, _ = nat_gateway(aws)
    refused("DependencyViolation", aws.client("ec2").delete_subnet, SubnetId=place)


@check("ec2", "DeleteVpc with subnets")
def vpc_with_subnets(aws: Emulator) -> None:
    vpc, _ = subnet(aws)
    refused("DependencyViolation", aws.client("ec2").delete_vpc, VpcId=vpc)


@check("ec2", "DeleteVpc with only a non-default SG")
def vpc_with_a_group(aws: Emulator) -> None:
    vpc = aws.vpc()
    group(aws, vpc)
    refused("DependencyViolation", aws.client("ec2").delete_vpc, VpcId=vpc)


@check("ec2", "DeleteVpc with only an attached IGW")
def vpc_with_a_gateway(aws: Emulator) -> None:
    vpc = aws.vpc()
    gateway(aws, vpc)
    refused("DependencyViolation", aws.client("ec2").delete_vpc, VpcId=vpc)


S3 = f"com.amazonaws.{REGION}.s3"
ECR = f"com.amazonaws.{REGION}.ecr.api"


def _prefix_list(aws: Emulator) -> str:
    found = aws.client("ec2").describe_managed_prefix_lists(Filters=named(prefix_list_name=S3))
    return found["PrefixLists"][0]["PrefixListId"]


@check("ec2", "CreateVpcEndpoint gateway s3")
def gateway_endpoint(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = aws.vpc()
    routes = table(aws, vpc)
    made = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName=S3, RouteTableIds=[routes], VpcEndpointType="Gateway"
    )["VpcEndpoint"]
    assert made["State"] == "available"
    assert _routes(aws, routes)[_prefix_list(aws)]["GatewayId"] == made["VpcEndpointId"]
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])
    assert _prefix_list(aws) not in _routes(aws, routes)


@check("ec2", "CreateVpcEndpoint interface ecr.api")
def interface_endpoint(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc, place = subnet(aws)
    own = group(aws, vpc)
    made = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=ECR,
        VpcEndpointType="Interface",
        SubnetIds=[place],
        SecurityGroupIds=[own],
        PrivateDnsEnabled=True,
    )["VpcEndpoint"]
    found = ec2.describe_network_interfaces(NetworkInterfaceIds=made["NetworkInterfaceIds"])
    (interface,) = found["NetworkInterfaces"]
    assert interface["SubnetId"] == place
    assert interface["InterfaceType"] == "vpc_endpoint"
    assert [one["GroupId"] for one in interface["Groups"]] == [own]
    (seen,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[made["VpcEndpointId"]])["VpcEndpoints"]
    assert seen["DnsEntries"][0]["DnsName"]
    refused("DependencyViolation", ec2.delete_subnet, SubnetId=place)


@check("ec2", "DescribeVpcEndpointServices")
def endpoint_services(aws: Emulator) -> None:
    found = aws.client("ec2").describe_vpc_endpoint_services(ServiceNames=[S3])
    assert S3 in found["ServiceNames"]
    kinds = {kind["ServiceType"] for one in found["ServiceDetails"] for kind in one["ServiceType"]}
    assert "Gateway" in kinds


@check("ec2", "DescribePrefixLists s3")
def prefix_lists(aws: Emulator) -> None:
    found = aws.client("ec2").describe_prefix_lists(Filters=named(prefix_list_name=S3))
    (one,) = found["PrefixLists"]
    assert one["PrefixListId"].startswith("pl-")
    assert one["Cidrs"]


@check("ec2", "DescribeManagedPrefixLists s3")
def managed_prefix_lists(aws: Emulator) -> None:
    found = aws.client("ec2").describe_managed_prefix_lists(Filters=named(prefix_list_name=S3))
    (one,) = found["PrefixLists"]
    assert one["OwnerId"] == "AWS"


@check("ec2", "ModifyVpcEndpoint")
def endpoint_modified(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc = aws.vpc()
    first, second = table(aws, vpc), table(aws, vpc)
    made = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=S3, RouteTableIds=[first])
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[second])
    (found,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint])["VpcEndpoints"]
    assert set(found["RouteTableIds"]) == {first, second}
    assert _prefix_list(aws) in _routes(aws, second)


@check("ec2", "CreateFlowLogs")
def flow_logs(aws: Emulator) -> None:
    ec2, logs, iam = (aws.client(service) for service in ("ec2", "logs", "iam"))
    name = unique("/vpc/flow")
    logs.create_log_group(logGroupName=name)
    role = aws.role("vpc-flow-logs.amazonaws.com")
    assert iam
    made = ec2.create_flow_logs(
        ResourceIds=[aws.vpc()],
        ResourceType="VPC",
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogGroupName=name,
        DeliverLogsPermissionArn=role,
        TagSpecifications=tagged("vpc-flow-log", Name="f"),
    )
    (found,) = ec2.describe_flow_logs(FlowLogIds=made["FlowLogIds"])["FlowLogs"]
    assert found["FlowLogStatus"] == "ACTIVE"
    assert found["Tags"] == tags(Name="f")
    ec2.delete_flow_logs(FlowLogIds=made["FlowLogIds"])


@check("ec2", "Network ACL create/entry/associate")
def network_acl(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc, place = subnet(aws)
    by_subnet = {"Filters": [{"Name": "association.subnet-id", "Values": [place]}]}
    (default,) = ec2.describe_network_acls(**by_subnet)["NetworkAcls"]
    assert default["IsDefault"] is True
    own = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    ec2.create_network_acl_entry(
        NetworkAclId=own,
        RuleNumber=100,
        Protocol="-1",
        RuleAction="allow",
        Egress=False,
        CidrBlock=ANYWHERE,
    )
    association = next(a for a in default["Associations"] if a["SubnetId"] == place)
    ec2.replace_network_acl_association(
        AssociationId=association["NetworkAclAssociationId"], NetworkAclId=own
    )
    (found,) = ec2.describe_network_acls(**by_subnet)["NetworkAcls"]
    assert found["NetworkAclId"] == own
    assert any(entry["RuleNumber"] == 100 for entry in found["Entries"])


@check("ec2", "DeleteNetworkAcl in use")
def network_acl_in_use(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc, place = subnet(aws)
    by_subnet = {"Filters": [{"Name": "association.subnet-id", "Values": [place]}]}
    (default,) = ec2.describe_network_acls(**by_subnet)["NetworkAcls"]
    own = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    association = next(a for a in default["Associations"] if a["SubnetId"] == place)
    ec2.replace_network_acl_association(
        AssociationId=association["NetworkAclAssociationId"], NetworkAclId=own
    )
    refused("DependencyViolation", ec2.delete_network_acl, NetworkAclId=own)


@check("ec2", "full VPC teardown")
def teardown(aws: Emulator) -> None:
    ec2 = aws.client("ec2")
    vpc, place, eip, nat = nat_gateway(aws)
    routes = table(aws, vpc)
    ec2.create_route(RouteTableId=routes, DestinationCidrBlock=ANYWHERE, NatGatewayId=nat)
    endpoint = ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=S3)["VpcEndpoint"]["VpcEndpointId"]
    ec2.modify_vpc_endpoint(VpcEndpointId=endpoint, AddRouteTableIds=[routes])
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    ec2.delete_nat_gateway(NatGatewayId=nat)
    until(
        lambda: (
            ec2.describe_nat_gateways(NatGatewayIds=[nat])["NatGateways"][0]["State"] == "deleted"
        ),
        "the NAT gateway is deleted",
    )
    ec2.release_address(AllocationId=eip)
    ec2.delete_route_table(RouteTableId=routes)
    ec2.delete_subnet(SubnetId=place)
    (igw,) = ec2.describe_internet_gateways(
        Filters=[{"Name": "attachment.vpc-id", "Values": [vpc]}]
    )["InternetGateways"]
    ec2.detach_internet_gateway(InternetGatewayId=igw["InternetGatewayId"], VpcId=vpc)
    ec2.delete_internet_gateway(InternetGatewayId=igw["InternetGatewayId"])
    assert not ec2.describe_network_interfaces(Filters=named(vpc_id=vpc))["NetworkInterfaces"]
    ec2.delete_vpc(VpcId=vpc)
