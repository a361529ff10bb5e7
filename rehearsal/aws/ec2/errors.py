"""What EC2 answers when it refuses, in its own codes and words.

Each docstring names the page where AWS was seen to use the words. Where only the code is public,
it says so, and the words are ours. "Recorded by moto" means https://github.com/getmoto/moto/tree/5.2.5.
All codes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from moto.ec2.exceptions import EC2ClientError

# --- dependencies ---


def has_dependencies(kind: str, resource_id: str) -> EC2ClientError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/1081."""
    return EC2ClientError(
        "DependencyViolation",
        f"The {kind} '{resource_id}' has dependencies and cannot be deleted.",
    )


def group_has_dependencies(group_id: str) -> EC2ClientError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/1671."""
    return EC2ClientError("DependencyViolation", f"resource {group_id} has a dependent object")


def network_has_addresses(vpc_id: str) -> EC2ClientError:
    """Seen in https://github.com/hashicorp/terraform/issues/1303."""
    return EC2ClientError(
        "DependencyViolation",
        f"Network {vpc_id} has some mapped public address(es). Please unmap those public "
        "address(es) before detaching the gateway.",
    )


def default_group(group_id: str) -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "CannotDelete",
        f'the specified group: "{group_id}" name: "default" cannot be deleted by a user',
    )


def address_in_use(address: str) -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError("InvalidIPAddress.InUse", f"Address {address} is in use.")


def interface_in_use(interface_id: str) -> EC2ClientError:
    """Seen in https://github.com/gruntwork-io/cloud-nuke/pull/1132."""
    return EC2ClientError(
        "InvalidParameterValue", f"Network interface '{interface_id}' is currently in use."
    )


# --- placement groups ---


def placement_group_exists(name: str) -> EC2ClientError:
    """Seen in https://github.com/FDio/csit/issues/179."""
    return EC2ClientError(
        "InvalidPlacementGroup.Duplicate", f"The placement group '{name}' already exists."
    )


def no_placement_group(name: str) -> EC2ClientError:
    """Seen in https://github.com/bcbio/bcbio-nextgen-vm/issues/37."""
    return EC2ClientError(
        "InvalidPlacementGroup.Unknown", f"The Placement Group '{name}' is unknown."
    )


def placement_group_in_use(name: str) -> EC2ClientError:
    """Seen in https://github.com/scylladb/scylla-cluster-tests/issues/6742."""
    return EC2ClientError(
        "InvalidPlacementGroup.InUse",
        f"The placement group '{name}' is in use and may not be deleted.",
    )


def placement_group_in_another_zone(name: str, zone: str) -> EC2ClientError:
    """Seen in https://github.com/bcbio/bcbio-nextgen-vm/issues/45."""
    return EC2ClientError(
        "InvalidPlacementGroup.InUse",
        f"The placement group '{name}' is in use in another availability zone: {zone}",
    )


def member_of_another_strategy(member: str, strategy: str) -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "InvalidParameterCombination",
        f"The parameter {member} can only be used with the placement strategy {strategy}.",
    )


# --- names ---


def invalid_template_name(least: str, most: str) -> EC2ClientError:
    """Seen in https://github.com/github-aws-runners/terraform-aws-github-runner/issues/932."""
    return EC2ClientError(
        "InvalidLaunchTemplateName.MalformedException",
        f"A launch template name must be between {least} and {most} characters, and may contain "
        "letters, numbers, and the following characters: - ( ) . / _.",
    )


def group_named_like_an_id(name: str) -> EC2ClientError:
    """Seen in https://github.com/pulumi/pulumi-awsx/issues/328."""
    return EC2ClientError(
        "InvalidParameterValue",
        f"Value ({name}) for parameter GroupName is invalid. Group names may not be in the format "
        "sg-*.",
    )


def group_name_too_long(name: str, most: str) -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "InvalidParameterValue",
        f"Value ({name}) for parameter GroupName is invalid. It has more than {most} characters.",
    )


# --- networks ---


def too_few_addresses(subnet_id: str) -> EC2ClientError:
    """Seen in https://github.com/aws/karpenter-provider-aws/issues/3380."""
    return EC2ClientError(
        "InsufficientFreeAddressesInSubnet",
        f"There are not enough free addresses in subnet '{subnet_id}' to satisfy the requested "
        "number of instances.",
    )


def gateway_not_attached(vpc_id: str) -> dict[str, str]:
    """Seen in https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html."""
    return {
        "code": "Gateway.NotAttached",
        "message": f"Network {vpc_id} has no Internet gateway attached",
    }


def address_already_associated(allocation_id: str) -> dict[str, str]:
    """Seen in https://github.com/kubernetes-sigs/cluster-api-provider-aws/issues/1752.

    The code is seen in https://github.com/hashicorp/terraform-provider-aws/issues/709.
    """
    return {
        "code": "Resource.AlreadyAssociated",
        "message": f"Elastic IP address [{allocation_id}] is already associated",
    }


def no_address_for_nat() -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError("MissingParameter", "The request must contain the parameter AllocationId")


def no_nat_gateway(nat_gateway_id: str) -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError("NatGatewayNotFound", f"NAT gateway {nat_gateway_id} was not found")


def no_route_target(nat_gateway_id: str) -> EC2ClientError:
    """Seen in https://github.com/boto/boto3/issues/779."""
    return EC2ClientError(
        "InvalidNatGatewayID.NotFound", f"The natGateway ID '{nat_gateway_id}' does not exist"
    )


def gateway_of_another_network(gateway_id: str, route_table_id: str) -> EC2ClientError:
    """Seen in https://github.com/smoketurner/serverless-vpc-plugin/issues/147."""
    return EC2ClientError(
        "InvalidParameterValue",
        f"route table {route_table_id} and network gateway {gateway_id} belong to different "
        "networks",
    )


def subnet_has_a_table(route_table_id: str) -> EC2ClientError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/38960."""
    return EC2ClientError(
        "Resource.AlreadyAssociated",
        f"the specified association for route table {route_table_id} conflicts with an existing "
        "association",
    )


# --- zones ---


def no_zone_group(group: str) -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "InvalidParameterValue", f"Value ({group}) for parameter groupName is invalid."
    )


def opted_in_for_good(group: str) -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "UnsupportedOperation",
        f"To opt out of the zone group {group}, you must contact AWS Support.",
    )


# --- blocks of addresses ---


def block_is_restricted(block: str) -> EC2ClientError:
    """Seen in https://oji-cloud.net/2025/11/01/post-8552."""
    return EC2ClientError(
        "InvalidVpc.Range",
        f"The CIDR '{block}' is restricted. Use a CIDR from the same private address range as the "
        "current VPC CIDR, or use a publicly-routable CIDR. For additional restrictions, see "
        "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html",
    )


def no_size_of_a_network(block: str) -> EC2ClientError:
    """Recorded by moto: https://github.com/getmoto/moto/blob/5.2.5/moto/ec2/exceptions.py."""
    return EC2ClientError("InvalidVpc.Range", f"The CIDR '{block}' is invalid.")


def block_overlaps(block: str) -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "InvalidVpc.Range", f"The CIDR '{block}' conflicts with a CIDR block of the VPC"
    )


def too_many_blocks(vpc_id: str, most: int) -> EC2ClientError:
    """Recorded by moto: https://github.com/getmoto/moto/blob/5.2.5/moto/ec2/exceptions.py."""
    return EC2ClientError(
        "CidrLimitExceeded",
        f"This network {vpc_id} has met its maximum number of allowed CIDRs: {most}",
    )


def block_has_subnets(vpc_id: str, block: str) -> EC2ClientError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/29077."""
    return EC2ClientError(
        "InvalidCidrBlock.InUse",
        f"The vpc {vpc_id} currently has a subnet within CIDR block {block}",
    )


def no_range_of_a_subnet(block: str) -> EC2ClientError:
    """Recorded by moto: https://github.com/getmoto/moto/blob/5.2.5/moto/ec2/exceptions.py."""
    return EC2ClientError("InvalidSubnet.Range", f"The CIDR '{block}' is invalid.")


def subnets_overlap(block: str) -> EC2ClientError:
    """Seen in https://github.com/pulumi/pulumi-awsx/issues/910."""
    return EC2ClientError(
        "InvalidSubnet.Conflict", f"The CIDR '{block}' conflicts with another subnet"
    )


def subnet_gives_addresses(association_id: str) -> EC2ClientError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/3562."""
    return EC2ClientError(
        "InvalidCidrBlock.InUse",
        f"The subnet IPv6 CIDR block with association ID {association_id} may not be "
        "disassociated, because its subnet has assign-ipv6-address-on-creation set to true.",
    )


def no_addresses_to_give(subnet_id: str) -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "InvalidParameterValue",
        f"Invalid value 'true' for assignIpv6AddressOnCreation: the subnet {subnet_id} has no IPv6 "
        "CIDR block",
    )


def route_exists(destination: str) -> EC2ClientError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/23866."""
    return EC2ClientError(
        "RouteAlreadyExists", f"The route identified by {destination} already exists."
    )


# --- endpoints ---


def no_endpoint_service(service: str) -> EC2ClientError:
    """Seen in https://github.com/aws-samples/aws-network-firewall-terraform/issues/4."""
    return EC2ClientError(
        "InvalidServiceName", f"The Vpc Endpoint Service '{service}' does not exist"
    )


def endpoint_of_another_type(kind: str, available: list[str]) -> EC2ClientError:
    """Seen in https://github.com/hashicorp/terraform/issues/24478."""
    return EC2ClientError(
        "InvalidParameter",
        f"Endpoint type ({kind}) does not match available service types "
        f"([{', '.join(available)}]).",
    )


def route_tables_of_an_interface_endpoint() -> EC2ClientError:
    """Seen in https://github.com/ansible-collections/amazon.aws/issues/576."""
    return EC2ClientError(
        "InvalidParameter", "Route table IDs are only supported for Gateway type VPC Endpoint."
    )


def subnets_of_a_gateway_endpoint() -> EC2ClientError:
    """Seen in https://github.com/nanlabs/terraform-aws-starter/issues/18."""
    return EC2ClientError(
        "InvalidParameter",
        "Subnet IDs are only supported for Interface and GatewayLoadBalancer type VPC Endpoints.",
    )


def prefix_list_has_a_route(route_table_id: str, prefix_list_id: str) -> EC2ClientError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/2510."""
    return EC2ClientError(
        "RouteAlreadyExists",
        f"route table {route_table_id} already has a route with destination-prefix-list-id "
        f"{prefix_list_id}",
    )


def endpoint_subnets_in_one_zone(subnet_id: str) -> EC2ClientError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/583."""
    return EC2ClientError(
        "DuplicateSubnetsInSameZone",
        f"Found another VPC endpoint subnet in the availability zone of {subnet_id}. VPC endpoint "
        "subnets should be in different availability zones supported by the VPC endpoint service.",
    )


def service_not_in_zone(service: str, subnet_id: str) -> EC2ClientError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/785."""
    return EC2ClientError(
        "InvalidParameter",
        f"The VPC endpoint service {service} does not support the availability zone of the "
        f"subnet: {subnet_id}.",
    )


def no_private_dns_in_network(vpc_id: str) -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "InvalidParameter",
        "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes "
        f"set to true for {vpc_id}",
    )


def private_name_is_taken(name: str, vpc_id: str) -> EC2ClientError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/17535."""
    return EC2ClientError(
        "InvalidParameter",
        "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
        f"{name} in the VPC {vpc_id}",
    )


def no_gateway_endpoint_of_service(vpc_id: str) -> EC2ClientError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/982."""
    return EC2ClientError(
        "InvalidParameter",
        f"To set PrivateDnsOnlyForInboundResolverEndpoint to true, the VPC {vpc_id} must have a "
        "Gateway endpoint for the service.",
    )


def endpoint_of_another_network(resource_id: str, vpc_id: str) -> EC2ClientError:
    """Only the kind of code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "InvalidParameter", f"{resource_id} does not belong to the VPC {vpc_id} of the endpoint"
    )


# --- security groups ---


def rule_of_another_type(rule_id: str, wanted: list[str]) -> EC2ClientError:
    """Recorded by moto: https://github.com/getmoto/moto/blob/5.2.5/moto/ec2/models/security_groups.py."""
    return EC2ClientError(
        "InvalidParameterValue",
        f"Invalid rule type for security group rule '{rule_id}'. You may not specify "
        f"{' and '.join(wanted)} for an existing rule of another type.",
    )


# --- flow logs ---


def role_not_assumed(role_arn: str) -> EC2ClientError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/29323."""
    return EC2ClientError("InvalidParameter", f"Unable to assume given IAM role: '{role_arn}'")


# --- quotas ---


def too_many_vpcs() -> EC2ClientError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-vpc/issues/429."""
    return EC2ClientError("VpcLimitExceeded", "The maximum number of VPCs has been reached.")


def too_many_subnets() -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError("SubnetLimitExceeded", "The maximum number of subnets has been reached.")


def too_many_addresses() -> EC2ClientError:
    """Seen in https://github.com/hashicorp/terraform/issues/6018."""
    return EC2ClientError(
        "AddressLimitExceeded", "The maximum number of addresses has been reached."
    )


def too_many_nat_gateways(quota: int) -> EC2ClientError:
    """Seen in https://github.com/openshift/openshift-docs, support/rosa-troubleshooting."""
    return EC2ClientError(
        "NatGatewayLimitExceeded",
        f"Performing this operation would exceed the limit of {quota} NAT gateways",
    )


def too_many_internet_gateways() -> EC2ClientError:
    """Seen in https://github.com/canonical/bundle-kubeflow/issues/1171."""
    return EC2ClientError(
        "InternetGatewayLimitExceeded", "The maximum number of internet gateways has been reached."
    )


def too_many_egress_only_internet_gateways() -> EC2ClientError:
    """Only the kind of code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "EgressOnlyInternetGatewayLimitExceeded",
        "The maximum number of egress-only internet gateways has been reached.",
    )


def too_many_route_tables() -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "RouteTableLimitExceeded", "The maximum number of route tables has been reached."
    )


def too_many_routes() -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError("RouteLimitExceeded", "The maximum number of routes has been reached.")


def too_many_groups() -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "SecurityGroupLimitExceeded", "The maximum number of security groups has been reached."
    )


def too_many_rules() -> EC2ClientError:
    """Seen in https://github.com/aws-samples/aws-cloudfront-samples/issues/53."""
    return EC2ClientError(
        "RulesPerSecurityGroupLimitExceeded",
        "The maximum number of rules per security group has been reached.",
    )


def too_many_groups_of_interface() -> EC2ClientError:
    """Seen in https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/682."""
    return EC2ClientError(
        "SecurityGroupsPerInterfaceLimitExceeded",
        "The maximum number of security groups per interface has been reached.",
    )


def too_many_endpoints() -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "VpcEndpointLimitExceeded", "The maximum number of VPC endpoints has been reached."
    )


def too_many_vcpus(quota: int) -> EC2ClientError:
    """Seen in https://github.com/scrapoxy/scrapoxy/issues/202."""
    return EC2ClientError(
        "VcpuLimitExceeded",
        f"You have requested more vCPU capacity than your current vCPU limit of {quota} allows "
        "for the instance bucket that the specified instance type belongs to. Please visit "
        "http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
    )


def too_many_spot_vcpus() -> EC2ClientError:
    """Seen in https://github.com/meadowdata/meadowrun/issues/84."""
    return EC2ClientError("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded")
