"""The table of finders: how AWS is asked what became of a resource, type by type.

A resource with a name of its own is asked for by name; one without, such as a VPC, by the tags it
was made with. Rows stand in the order in which a cluster is made; deletion goes backwards.

Operations, filters and statuses are those of botocore's models of the services, the ids those of
the Terraform provider that Pulumi's bridges (https://github.com/hashicorp/terraform-provider-aws,
`Import` sections and `Create` functions); read 2026-11.
"""

import re
import zlib
from collections.abc import Mapping
from typing import Any, Final

from ops.recover.row import Delete, Finder, Listing, Scope

_NO_ENTITY: Final = frozenset({"NoSuchEntity"})
_NO_RESOURCE: Final = frozenset({"ResourceNotFoundException"})
# A cluster of the authentication mode CONFIG_MAP has no access entries, and refuses to tell of any.
# https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAccessEntry.html
_NO_ENTRY: Final = _NO_RESOURCE | {"InvalidRequestException"}
_TAG_LIST: Final = "Tags"
_TAG_MAP: Final = "tags"


def _described(operation: str, items: str) -> Listing:
    """EC2's question for all resources with certain tags."""
    return Listing(operation=operation, items=items, parameters={"Filters": "filters"})


def _deleted(operation: str, parameter: str, missing: str) -> tuple[Delete, ...]:
    return (Delete(operation=operation, parameters={parameter: "id"}, done=frozenset({missing})),)


def _ec2(
    type_: str,
    title: str,
    listing: Listing,
    identity: str,
    delete: tuple[Delete, ...],
    **match: str,
) -> Finder:
    """A row of an EC2 resource that is told from others of its kind by its tags."""
    return Finder(
        type=f"aws:ec2/{type_}",
        title=title,
        service="ec2",
        find=listing,
        sweep=listing,
        identity=f"item.{identity}",
        match=match,
        tags=_TAG_LIST,
        delete=delete,
    )


_ROUTE_DESTINATIONS: Final = {
    "destinationCidrBlock": "DestinationCidrBlock",
    "destinationIpv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}


def _route_id(scope: Scope) -> str:
    """A route's id: Terraform's hash of its destination."""
    destination = next(scope[name] for name in _ROUTE_DESTINATIONS if scope.get(name))
    return f"r-{scope['routeTableId']}{zlib.crc32(destination.encode())}"


_ROUTE_TABLE: Final = {"RouteTableIds": "[routeTableId]"}
_NO_ROUTE_TABLE: Final = frozenset({"InvalidRouteTableID.NotFound"})

_RULE: Final = {
    "cidrIpv4": "CidrIpv4",
    "cidrIpv6": "CidrIpv6",
    "fromPort": "FromPort",
    "ipProtocol": "IpProtocol",
    "prefixListId": "PrefixListId",
    "referencedSecurityGroupId": "ReferencedGroupInfo.GroupId",
    "toPort": "ToPort",
}


def _rule(direction: str, egress: str) -> Finder:
    return Finder(
        type=f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule",
        title=f"security group {direction.lower()} rule",
        service="ec2",
        find=Listing(
            operation="describe_security_group_rules",
            parameters={"Filters": "[{Name: 'group-id', Values: [securityGroupId]}]"},
            items=f"SecurityGroupRules[?IsEgress == `{egress}`]",
            missing=frozenset({"InvalidGroup.NotFound"}),
        ),
        identity="item.SecurityGroupRuleId",
        match=_RULE,
        tags=_TAG_LIST,
    )


_VPC: Final = _ec2(
    "vpc:Vpc",
    "VPC",
    _described("describe_vpcs", "Vpcs"),
    "VpcId",
    _deleted("delete_vpc", "VpcId", "InvalidVpcID.NotFound"),
    cidrBlock="CidrBlock",
)

_NETWORK: Final = (
    _VPC,
    Finder(
        type="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        title="default security group",
        service="ec2",
        find=Listing(
            operation="describe_security_groups",
            parameters={
                "Filters": (
                    "[{Name: 'vpc-id', Values: [vpcId]}, {Name: 'group-name', Values: ['default']}]"
                )
            },
            items="SecurityGroups",
        ),
        identity="item.GroupId",
    ),
    _ec2(
        "subnet:Subnet",
        "subnet",
        _described("describe_subnets", "Subnets"),
        "SubnetId",
        _deleted("delete_subnet", "SubnetId", "InvalidSubnetID.NotFound"),
        vpcId="VpcId",
        cidrBlock="CidrBlock",
        availabilityZone="AvailabilityZone",
    ),
    _ec2(
        "internetGateway:InternetGateway",
        "internet gateway",
        _described("describe_internet_gateways", "InternetGateways"),
        "InternetGatewayId",
        (
            Delete(
                operation="detach_internet_gateway",
                parameters={"InternetGatewayId": "id", "VpcId": "each.VpcId"},
                each=Listing(
                    operation="describe_internet_gateways",
                    parameters={"InternetGatewayIds": "[id]"},
                    items="InternetGateways[].Attachments[]",
                    missing=frozenset({"InvalidInternetGatewayID.NotFound"}),
                ),
                done=frozenset({"Gateway.NotAttached"}),
            ),
            *_deleted(
                "delete_internet_gateway", "InternetGatewayId", "InvalidInternetGatewayID.NotFound"
            ),
        ),
    ),
    _ec2(
        "egressOnlyInternetGateway:EgressOnlyInternetGateway",
        "egress-only internet gateway",
        _described("describe_egress_only_internet_gateways", "EgressOnlyInternetGateways"),
        "EgressOnlyInternetGatewayId",
        _deleted(
            "delete_egress_only_internet_gateway",
            "EgressOnlyInternetGatewayId",
            "InvalidGatewayID.NotFound",
        ),
        vpcId="Attachments[0].VpcId",
    ),
    Finder(
        type="aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
        title="secondary IPv4 block",
        service="ec2",
        find=Listing(
            operation="describe_vpcs",
            parameters={"VpcIds": "[vpcId]"},
            items="Vpcs[].CidrBlockAssociationSet[]",
            missing=frozenset({"InvalidVpcID.NotFound"}),
        ),
        identity="item.AssociationId",
        match={"cidrBlock": "CidrBlock"},
        status="CidrBlockState.State",
        busy=frozenset({"associating", "disassociating"}),
        failed=frozenset({"failed"}),
        gone=frozenset({"disassociated"}),
        settles="vpc.create",
    ),
    _ec2(
        "eip:Eip",
        "elastic IP",
        _described("describe_addresses", "Addresses"),
        "AllocationId",
        _deleted("release_address", "AllocationId", "InvalidAllocationID.NotFound"),
    ),
    Finder(
        type="aws:ec2/natGateway:NatGateway",
        title="NAT gateway",
        service="ec2",
        find=Listing(
            operation="describe_nat_gateways",
            parameters={"Filter": "filters"},
            items="NatGateways",
        ),
        sweep=Listing(
            operation="describe_nat_gateways",
            parameters={"Filter": "filters"},
            items="NatGateways",
        ),
        identity="item.NatGatewayId",
        match={
            "subnetId": "SubnetId",
            "allocationId": "NatGatewayAddresses[0].AllocationId",
        },
        tags=_TAG_LIST,
        status="State",
        busy=frozenset({"pending", "deleting"}),
        failed=frozenset({"failed"}),
        gone=frozenset({"deleted"}),
        settles="nat-gateway.create",
        delete=_deleted("delete_nat_gateway", "NatGatewayId", "NatGatewayNotFound"),
    ),
    _ec2(
        "routeTable:RouteTable",
        "route table",
        _described("describe_route_tables", "RouteTables"),
        "RouteTableId",
        (
            Delete(
                operation="disassociate_route_table",
                parameters={"AssociationId": "each.RouteTableAssociationId"},
                each=Listing(
                    operation="describe_route_tables",
                    parameters={"RouteTableIds": "[id]"},
                    items="RouteTables[].Associations[?!Main][]",
                    missing=_NO_ROUTE_TABLE,
                ),
                done=frozenset({"InvalidAssociationID.NotFound"}),
            ),
            *_deleted("delete_route_table", "RouteTableId", "InvalidRouteTableID.NotFound"),
        ),
        vpcId="VpcId",
    ),
    Finder(
        type="aws:ec2/route:Route",
        title="route",
        service="ec2",
        find=Listing(
            operation="describe_route_tables",
            parameters=_ROUTE_TABLE,
            items="RouteTables[].Routes[]",
            missing=_NO_ROUTE_TABLE,
        ),
        identity=_route_id,
        # Where it leads is not asked: a refresh tells, and the next `pulumi up` mends it.
        match=_ROUTE_DESTINATIONS,
    ),
    Finder(
        type="aws:ec2/routeTableAssociation:RouteTableAssociation",
        title="route table association",
        service="ec2",
        find=Listing(
            operation="describe_route_tables",
            parameters=_ROUTE_TABLE,
            items="RouteTables[].Associations[]",
            missing=_NO_ROUTE_TABLE,
        ),
        identity="item.RouteTableAssociationId",
        match={"subnetId": "SubnetId", "gatewayId": "GatewayId"},
    ),
    Finder(
        type="aws:ec2/tag:Tag",
        title="tag",
        service="ec2",
        find=Listing(
            operation="describe_tags",
            parameters={
                "Filters": (
                    "[{Name: 'resource-id', Values: [resourceId]}, {Name: 'key', Values: [key]}]"
                )
            },
            items="Tags",
        ),
        identity="join(',', [resourceId, key])",
        match={"key": "Key"},
    ),
)

_SECURITY: Final = (
    Finder(
        type="aws:ec2/securityGroup:SecurityGroup",
        title="security group",
        service="ec2",
        find=_described("describe_security_groups", "SecurityGroups"),
        # A VPC's default group goes with its VPC, and only so.
        sweep=_described("describe_security_groups", "SecurityGroups[?GroupName != 'default']"),
        identity="item.GroupId",
        match={"name": "GroupName", "vpcId": "VpcId"},
        tags=_TAG_LIST,
        name="name",
        delete=_deleted("delete_security_group", "GroupId", "InvalidGroup.NotFound"),
    ),
    _rule("Ingress", "false"),
    _rule("Egress", "true"),
)

# After the security groups that their interfaces have, which cannot be deleted before them.
_ENDPOINTS: Final = (
    Finder(
        type="aws:ec2/vpcEndpoint:VpcEndpoint",
        title="VPC endpoint",
        service="ec2",
        find=_described("describe_vpc_endpoints", "VpcEndpoints"),
        sweep=_described("describe_vpc_endpoints", "VpcEndpoints"),
        identity="item.VpcEndpointId",
        match={
            "vpcId": "VpcId",
            "serviceName": "ServiceName",
            "vpcEndpointType": "VpcEndpointType",
        },
        tags=_TAG_LIST,
        status="State",
        busy=frozenset({"pending", "deleting"}),
        failed=frozenset({"failed", "rejected", "expired"}),
        gone=frozenset({"deleted"}),
        settles="vpc-endpoint.interface.create",
        delete=(
            Delete(
                operation="delete_vpc_endpoints",
                parameters={"VpcEndpointIds": "[id]"},
                done=frozenset({"InvalidVpcEndpointId.NotFound"}),
            ),
        ),
    ),
)

_MADE_UP: Final = re.compile(r"-[0-9a-f]{7}$")
"""The end of a name that Pulumi has made up.

https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
"""

_GET_ROLE: Final = Listing(
    operation="get_role",
    parameters={"RoleName": "name"},
    items="[Role]",
    missing=_NO_ENTITY,
)


# Only names that Pulumi has made up, as of roles; a list tells no tags.
_POLICIES: Final = Listing(
    operation="list_policies",
    parameters={"Scope": "'Local'"},
    items=lambda page: [it for it in page["Policies"] if _MADE_UP.search(it["PolicyName"])],
    detail=Listing(
        operation="get_policy",
        parameters={"PolicyArn": "item.Arn"},
        items="[Policy]",
        missing=_NO_ENTITY | {"AccessDenied"},
    ),
)

_OIDC_PROVIDERS: Final = Listing(
    operation="list_open_id_connect_providers", items="OpenIDConnectProviderList"
)


def _of_role(operation: str, items: str) -> Listing:
    return Listing(
        operation=operation, parameters={"RoleName": "id"}, items=items, missing=_NO_ENTITY
    )


_IDENTITY: Final = (
    Finder(
        type="aws:iam/policy:Policy",
        title="IAM policy",
        service="iam",
        find=_POLICIES,
        sweep=_POLICIES,
        identity="item.Arn",
        match={"name": "PolicyName", "path": "Path"},
        tags=_TAG_LIST,
        name="name",
        delete=(
            Delete(
                operation="delete_policy_version",
                parameters={"PolicyArn": "id", "VersionId": "each.VersionId"},
                each=Listing(
                    operation="list_policy_versions",
                    parameters={"PolicyArn": "id"},
                    items="Versions[?!IsDefaultVersion]",
                    missing=_NO_ENTITY,
                ),
                done=_NO_ENTITY,
            ),
            *_deleted("delete_policy", "PolicyArn", "NoSuchEntity"),
        ),
    ),
    Finder(
        type="aws:iam/role:Role",
        title="IAM role",
        service="iam",
        find=_GET_ROLE,
        # Only names that Pulumi has made up: a role whose name the program fixes is found by it.
        # To look at the tags of all roles of an account can take minutes.
        sweep=Listing(
            operation="list_roles",
            items=lambda page: [it for it in page["Roles"] if _MADE_UP.search(it["RoleName"])],
            detail=Listing(
                operation="get_role",
                parameters={"RoleName": "item.RoleName"},
                items="[Role]",
                missing=_NO_ENTITY | {"AccessDenied"},
            ),
        ),
        identity="item.RoleName",
        match={"path": "Path"},
        tags=_TAG_LIST,
        name="name",
        delete=(
            Delete(
                operation="detach_role_policy",
                parameters={"RoleName": "id", "PolicyArn": "each.PolicyArn"},
                each=_of_role("list_attached_role_policies", "AttachedPolicies"),
                done=_NO_ENTITY,
            ),
            Delete(
                operation="delete_role_policy",
                parameters={"RoleName": "id", "PolicyName": "each"},
                each=_of_role("list_role_policies", "PolicyNames"),
                done=_NO_ENTITY,
            ),
            Delete(
                operation="remove_role_from_instance_profile",
                parameters={"RoleName": "id", "InstanceProfileName": "each.InstanceProfileName"},
                each=_of_role("list_instance_profiles_for_role", "InstanceProfiles"),
                done=_NO_ENTITY,
            ),
            *_deleted("delete_role", "RoleName", "NoSuchEntity"),
        ),
    ),
    Finder(
        type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        title="role policy attachment",
        service="iam",
        find=Listing(
            operation="list_attached_role_policies",
            parameters={"RoleName": "role"},
            items="AttachedPolicies",
            missing=_NO_ENTITY,
        ),
        identity="join('/', [role, policyArn])",
        match={"policyArn": "PolicyArn"},
    ),
    Finder(
        type="aws:iam/rolePolicy:RolePolicy",
        title="role policy",
        service="iam",
        find=Listing(
            operation="list_role_policies",
            parameters={"RoleName": "role"},
            items="PolicyNames",
            missing=_NO_ENTITY,
        ),
        identity="join(':', [role, name])",
        match={"name": "@"},
        name="name",
    ),
    Finder(
        type="aws:iam/instanceProfile:InstanceProfile",
        title="instance profile",
        service="iam",
        find=Listing(
            operation="get_instance_profile",
            parameters={"InstanceProfileName": "name"},
            items="[InstanceProfile]",
            missing=_NO_ENTITY,
        ),
        sweep=Listing(
            operation="list_instance_profiles",
            items=lambda page: [
                it for it in page["InstanceProfiles"] if _MADE_UP.search(it["InstanceProfileName"])
            ],
            detail=Listing(
                operation="get_instance_profile",
                parameters={"InstanceProfileName": "item.InstanceProfileName"},
                items="[InstanceProfile]",
                missing=_NO_ENTITY | {"AccessDenied"},
            ),
        ),
        identity="item.InstanceProfileName",
        match={"path": "Path"},
        tags=_TAG_LIST,
        name="name",
        delete=(
            Delete(
                operation="remove_role_from_instance_profile",
                parameters={"InstanceProfileName": "id", "RoleName": "each.RoleName"},
                each=Listing(
                    operation="get_instance_profile",
                    parameters={"InstanceProfileName": "id"},
                    items="InstanceProfile.Roles",
                    missing=_NO_ENTITY,
                ),
                done=_NO_ENTITY,
            ),
            *_deleted("delete_instance_profile", "InstanceProfileName", "NoSuchEntity"),
        ),
    ),
    Finder(
        type="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        title="OpenID Connect provider",
        service="iam",
        find=_OIDC_PROVIDERS,
        sweep=_OIDC_PROVIDERS,
        identity="item.Arn",
        match={"url": lambda item: "https://" + item["Arn"].partition(":oidc-provider/")[2]},
        tags=Listing(
            operation="list_open_id_connect_provider_tags",
            parameters={"OpenIDConnectProviderArn": "item.Arn"},
            items="Tags",
            missing=_NO_ENTITY | {"AccessDenied"},
        ),
        delete=_deleted(
            "delete_open_id_connect_provider", "OpenIDConnectProviderArn", "NoSuchEntity"
        ),
    ),
)

_KEY_TAGS: Final = Listing(
    operation="list_resource_tags",
    parameters={"KeyId": "item.KeyId"},
    items="Tags[].{Key: TagKey, Value: TagValue}",
    # Keys that others own, and keys that AWS owns.
    missing=frozenset({"AccessDeniedException", "NotFoundException"}),
)
_KEYS: Final = Listing(
    operation="list_keys",
    items="Keys",
    detail=Listing(
        operation="describe_key",
        parameters={"KeyId": "item.KeyId"},
        items="[KeyMetadata][?KeyManager == 'CUSTOMER']",
        missing=_KEY_TAGS.missing,
    ),
)

_ENCRYPTION: Final = (
    Finder(
        type="aws:kms/key:Key",
        title="KMS key",
        service="kms",
        find=_KEYS,
        sweep=_KEYS,
        identity="item.KeyId",
        match={"description": "Description"},
        tags=_KEY_TAGS,
        status="KeyState",
        gone=frozenset({"PendingDeletion", "PendingReplicaDeletion"}),
        delete=(
            Delete(
                operation="delete_alias",
                parameters={"AliasName": "each.AliasName"},
                each=Listing(operation="list_aliases", parameters={"KeyId": "id"}, items="Aliases"),
                done=frozenset({"NotFoundException"}),
            ),
            # Without a number of days AWS keeps it for 30, in which it can be brought back.
            *_deleted("schedule_key_deletion", "KeyId", "NotFoundException"),
        ),
    ),
    Finder(
        type="aws:kms/alias:Alias",
        title="KMS alias",
        service="kms",
        find=Listing(
            operation="list_aliases",
            parameters={"KeyId": "targetKeyId"},
            items="Aliases",
            missing=frozenset({"NotFoundException"}),
        ),
        identity="item.AliasName",
        match={"name": "AliasName"},
        name="name",
    ),
)


def _log_groups(prefix: str) -> Listing:
    return Listing(
        operation="describe_log_groups",
        parameters={"logGroupNamePrefix": prefix},
        items="logGroups",
    )


_LOGS: Final = (
    Finder(
        type="aws:cloudwatch/logGroup:LogGroup",
        title="log group",
        service="logs",
        find=_log_groups("name"),
        sweep=_log_groups("'/aws/eks/'"),
        identity="item.logGroupName",
        match={"name": "logGroupName"},
        tags=Listing(
            operation="list_tags_for_resource",
            # AWS writes the ARN of all streams in the group: the group's own lacks the `:*`.
            parameters={"resourceArn": lambda scope: scope["item"]["arn"].removesuffix(":*")},
            items="[tags]",
            missing=_NO_RESOURCE,
        ),
        name="name",
        delete=_deleted("delete_log_group", "logGroupName", "ResourceNotFoundException"),
    ),
)


_NO_QUEUE: Final = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})


def _queues(prefix: str | None) -> Listing:
    """Queues whose names begin in a way; SQS tells of a queue by its URL alone."""
    return Listing(
        operation="list_queues",
        parameters={"QueueNamePrefix": prefix} if prefix else {},
        items=lambda page: [
            {"url": url, "name": url.rpartition("/")[2]}
            for url in page.get("QueueUrls", ())
            if prefix or _MADE_UP.search(url)
        ],
    )


_QUEUES: Final = (
    Finder(
        type="aws:sqs/queue:Queue",
        title="queue",
        service="sqs",
        find=_queues("name"),
        sweep=_queues(None),
        identity="item.url",
        match={"name": "name"},
        tags=Listing(
            operation="list_queue_tags",
            parameters={"QueueUrl": "item.url"},
            items="[Tags]",
            missing=_NO_QUEUE,
        ),
        name="name",
        delete=_deleted("delete_queue", "QueueUrl", "AWS.SimpleQueueService.NonExistentQueue"),
    ),
    Finder(
        type="aws:sqs/queuePolicy:QueuePolicy",
        title="queue policy",
        service="sqs",
        find=Listing(
            operation="get_queue_attributes",
            parameters={"QueueUrl": "queueUrl", "AttributeNames": "['Policy']"},
            items="Attributes.Policy && [Attributes] || `[]`",
            missing=_NO_QUEUE,
        ),
        identity="queueUrl",
    ),
)


def _event_rules(prefix: str | None) -> Listing:
    return Listing(
        operation="list_rules",
        parameters={"NamePrefix": prefix} if prefix else {},
        items=lambda page: [it for it in page["Rules"] if prefix or _MADE_UP.search(it["Name"])],
    )


_EVENTS: Final = (
    Finder(
        type="aws:cloudwatch/eventRule:EventRule",
        title="event rule",
        service="events",
        find=_event_rules("name"),
        sweep=_event_rules(None),
        identity="item.Name",
        match={"name": "Name"},
        tags=Listing(
            operation="list_tags_for_resource",
            parameters={"ResourceARN": "item.Arn"},
            items="[Tags]",
            missing=_NO_RESOURCE,
        ),
        name="name",
        delete=(
            Delete(
                operation="remove_targets",
                parameters={"Rule": "id", "Ids": "[each.Id]"},
                each=Listing(
                    operation="list_targets_by_rule",
                    parameters={"Rule": "id"},
                    items="Targets",
                    missing=_NO_RESOURCE,
                ),
                done=_NO_RESOURCE,
            ),
            *_deleted("delete_rule", "Name", "ResourceNotFoundException"),
        ),
    ),
    Finder(
        type="aws:cloudwatch/eventTarget:EventTarget",
        title="event target",
        service="events",
        find=Listing(
            operation="list_targets_by_rule",
            parameters={"Rule": "rule"},
            items="Targets",
            missing=_NO_RESOURCE,
        ),
        identity="join('-', [rule, targetId])",
        match={"targetId": "Id", "arn": "Arn"},
    ),
)


def _of_bucket(kind: str, title: str, operation: str, there: str, code: str = "") -> Finder:
    """A row of what is set on a bucket, and is known by the bucket's name.

    Args:
        kind: Pulumi's name of it.
        title: What a person calls it.
        operation: Asks for it.
        there: What the answer has where it is set.
        code: The error code that means that it is not.
    """
    return Finder(
        type=f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}",
        title=title,
        service="s3",
        find=Listing(
            operation=operation,
            parameters={"Bucket": "bucket"},
            items=f"[{there}][?@]",
            missing=frozenset({"NoSuchBucket", code}),
        ),
        identity="bucket",
    )


_BUCKETS: Final = (
    Finder(
        type="aws:s3/bucket:Bucket",
        title="bucket",
        service="s3",
        find=Listing(operation="list_buckets", items="Buckets"),
        identity="item.Name",
        match={"bucket": "Name"},
        tags=Listing(
            operation="get_bucket_tagging",
            parameters={"Bucket": "item.Name"},
            items="[TagSet]",
            missing=frozenset({"NoSuchTagSet"}),
        ),
        name="bucket",
    ),
    _of_bucket("BucketVersioning", "bucket versioning", "get_bucket_versioning", "Status"),
    _of_bucket("BucketLogging", "bucket logging", "get_bucket_logging", "LoggingEnabled"),
    _of_bucket(
        "BucketPolicy", "bucket policy", "get_bucket_policy", "Policy", "NoSuchBucketPolicy"
    ),
    _of_bucket(
        "BucketPublicAccessBlock",
        "public access block",
        "get_public_access_block",
        "PublicAccessBlockConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
    ),
    _of_bucket(
        "BucketServerSideEncryptionConfiguration",
        "bucket encryption",
        "get_bucket_encryption",
        "ServerSideEncryptionConfiguration",
        "ServerSideEncryptionConfigurationNotFoundError",
    ),
    _of_bucket(
        "BucketLifecycleConfiguration",
        "bucket lifecycle",
        "get_bucket_lifecycle_configuration",
        "Rules",
        "NoSuchLifecycleConfiguration",
    ),
    _of_bucket(
        "BucketOwnershipControls",
        "bucket ownership",
        "get_bucket_ownership_controls",
        "OwnershipControls",
        "OwnershipControlsNotFoundError",
    ),
)


def _identity_provider(scope: Scope) -> dict[str, str]:
    """How the EKS API is asked for an identity provider: its name is in the block of its kind."""
    return {"type": "oidc", "name": scope["oidc"]["identityProviderConfigName"]}


_ALL_FLOW_LOGS: Final = Listing(
    operation="describe_flow_logs", items="FlowLogs", parameters={"Filter": "filters"}
)

_FLOW_LOGS: Final = (
    Finder(
        type="aws:ec2/flowLog:FlowLog",
        title="flow log",
        service="ec2",
        find=_ALL_FLOW_LOGS,
        sweep=_ALL_FLOW_LOGS,
        identity="item.FlowLogId",
        match={
            "vpcId": "ResourceId",
            "subnetId": "ResourceId",
            "eniId": "ResourceId",
            "trafficType": "TrafficType",
        },
        tags=_TAG_LIST,
        delete=(
            Delete(
                operation="delete_flow_logs",
                parameters={"FlowLogIds": "[id]"},
                done=frozenset({"InvalidFlowLogId.NotFound"}),
            ),
        ),
    ),
)


def _in_cluster(described: str, item: str, **parameters: str) -> Listing:
    return Listing(
        operation=described,
        parameters={"clusterName": "clusterName", **parameters},
        items=f"[{item}]",
        missing=_NO_RESOURCE,
    )


def _all_in_cluster(listed: str, names: str, detail: Listing, parameter: str) -> Listing:
    """Everything of one kind in a cluster that is being swept."""
    parameters: Mapping[str, Any] = {"clusterName": "name", parameter: "item"}
    return Listing(
        operation=listed,
        parameters={"clusterName": "name"},
        items=names,
        detail=Listing(
            operation=detail.operation,
            parameters=parameters,
            items=detail.items,
            missing=_NO_RESOURCE,
        ),
        missing=_NO_RESOURCE,
    )


_DESCRIBE_CLUSTER: Final = Listing(
    operation="describe_cluster",
    parameters={"name": "name"},
    items="[cluster]",
    missing=_NO_RESOURCE,
)
_DESCRIBE_GROUP: Final = _in_cluster(
    "describe_nodegroup", "nodegroup", nodegroupName="nodeGroupName"
)
_DESCRIBE_ADDON: Final = _in_cluster("describe_addon", "addon", addonName="addonName")
_DESCRIBE_CAPABILITY: Final = _in_cluster(
    "describe_capability", "capability", capabilityName="capabilityName"
)
_DESCRIBE_PROVIDER: Final = Listing(
    operation="describe_identity_provider_config",
    parameters={
        "clusterName": "clusterName",
        "identityProviderConfig": _identity_provider,
    },
    items="[identityProviderConfig.oidc]",
    missing=_NO_RESOURCE,
)
_DESCRIBE_PROFILE: Final = _in_cluster(
    "describe_fargate_profile", "fargateProfile", fargateProfileName="fargateProfileName"
)
_EKS_BUSY: Final = frozenset({"CREATING", "UPDATING", "DELETING", "PENDING"})

_LAUNCH_TEMPLATE: Final = Finder(
    type="aws:ec2/launchTemplate:LaunchTemplate",
    title="launch template",
    service="ec2",
    find=_described("describe_launch_templates", "LaunchTemplates"),
    sweep=_described("describe_launch_templates", "LaunchTemplates"),
    identity="item.LaunchTemplateId",
    match={"name": "LaunchTemplateName"},
    tags=_TAG_LIST,
    name="name",
    delete=_deleted(
        "delete_launch_template", "LaunchTemplateId", "InvalidLaunchTemplateId.NotFound"
    ),
)

_PLACEMENT_GROUP: Final = Finder(
    type="aws:ec2/placementGroup:PlacementGroup",
    title="placement group",
    service="ec2",
    find=_described("describe_placement_groups", "PlacementGroups"),
    sweep=_described("describe_placement_groups", "PlacementGroups"),
    identity="item.GroupName",
    match={"name": "GroupName", "strategy": "Strategy"},
    tags=_TAG_LIST,
    name="name",
    status="State",
    gone=frozenset({"deleted"}),
    delete=(
        Delete(
            operation="delete_placement_group",
            parameters={"GroupName": "id"},
            done=frozenset({"InvalidPlacementGroup.Unknown"}),
        ),
    ),
)

_EKS: Final = (
    Finder(
        type="aws:eks/cluster:Cluster",
        title="EKS cluster",
        service="eks",
        find=_DESCRIBE_CLUSTER,
        sweep=Listing(
            operation="list_clusters",
            items="clusters",
            detail=Listing(
                operation="describe_cluster",
                parameters={"name": "item"},
                items="[cluster]",
                missing=_NO_RESOURCE,
            ),
        ),
        identity="item.name",
        tags=_TAG_MAP,
        name="name",
        status="status",
        busy=_EKS_BUSY,
        failed=frozenset({"FAILED"}),
        settles="cluster.create",
        delete=_deleted("delete_cluster", "name", "ResourceNotFoundException"),
    ),
    Finder(
        type="aws:eks/accessEntry:AccessEntry",
        title="access entry",
        service="eks",
        find=Listing(
            operation="describe_access_entry",
            parameters={"clusterName": "clusterName", "principalArn": "principalArn"},
            items="[accessEntry]",
            missing=_NO_ENTRY,
        ),
        identity="join(':', [clusterName, principalArn])",
        tags=_TAG_MAP,
    ),
    Finder(
        type="aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        title="access policy association",
        service="eks",
        find=Listing(
            operation="list_associated_access_policies",
            parameters={"clusterName": "clusterName", "principalArn": "principalArn"},
            items="associatedAccessPolicies",
            missing=_NO_ENTRY,
        ),
        identity="join('#', [clusterName, principalArn, policyArn])",
        match={"policyArn": "policyArn"},
    ),
    Finder(
        type="aws:eks/podIdentityAssociation:PodIdentityAssociation",
        title="pod identity association",
        service="eks",
        find=Listing(
            operation="list_pod_identity_associations",
            parameters={
                "clusterName": "clusterName",
                "namespace": "namespace",
                "serviceAccount": "serviceAccount",
            },
            items="associations",
            missing=_NO_RESOURCE,
        ),
        identity="item.associationId",
        match={"namespace": "namespace", "serviceAccount": "serviceAccount"},
    ),
    Finder(
        type="aws:eks/identityProviderConfig:IdentityProviderConfig",
        title="identity provider config",
        service="eks",
        find=_DESCRIBE_PROVIDER,
        identity="join(':', [item.clusterName, item.identityProviderConfigName])",
        tags=_TAG_MAP,
        status="status",
        busy=_EKS_BUSY,
        settles="identity-provider.associate",
    ),
    Finder(
        type="aws:eks/capability:Capability",
        title="capability",
        service="eks",
        find=_DESCRIBE_CAPABILITY,
        sweep=_all_in_cluster(
            "list_capabilities",
            "capabilities[].capabilityName",
            _DESCRIBE_CAPABILITY,
            "capabilityName",
        ),
        within="aws:eks/cluster:Cluster",
        identity="join(',', [item.clusterName, item.capabilityName])",
        tags=_TAG_MAP,
        name="capabilityName",
        status="status",
        busy=_EKS_BUSY,
        failed=frozenset({"CREATE_FAILED"}),
        settles="capability.create",
        delete=(
            Delete(
                operation="delete_capability",
                parameters={"clusterName": "clusterName", "capabilityName": "capabilityName"},
                done=_NO_RESOURCE,
            ),
        ),
    ),
    _PLACEMENT_GROUP,
    _LAUNCH_TEMPLATE,
    Finder(
        type="aws:eks/nodeGroup:NodeGroup",
        title="node group",
        service="eks",
        find=_DESCRIBE_GROUP,
        sweep=_all_in_cluster("list_nodegroups", "nodegroups", _DESCRIBE_GROUP, "nodegroupName"),
        within="aws:eks/cluster:Cluster",
        identity="join(':', [item.clusterName, item.nodegroupName])",
        tags=_TAG_MAP,
        name="nodeGroupName",
        status="status",
        busy=_EKS_BUSY,
        failed=frozenset({"CREATE_FAILED"}),
        settles="nodegroup.create",
        delete=(
            Delete(
                operation="delete_nodegroup",
                parameters={"clusterName": "clusterName", "nodegroupName": "nodegroupName"},
                done=_NO_RESOURCE,
            ),
        ),
    ),
    Finder(
        type="aws:autoscaling/group:Group",
        title="Auto Scaling group",
        service="autoscaling",
        find=Listing(
            operation="describe_auto_scaling_groups",
            parameters={"AutoScalingGroupNames": "[name]"},
            items="AutoScalingGroups",
        ),
        sweep=Listing(
            operation="describe_auto_scaling_groups",
            items=lambda page: [
                it
                for it in page["AutoScalingGroups"]
                if _MADE_UP.search(it["AutoScalingGroupName"])
            ],
        ),
        identity="item.AutoScalingGroupName",
        match={"name": "AutoScalingGroupName"},
        tags=_TAG_LIST,
        name="name",
        delete=(
            Delete(
                operation="delete_auto_scaling_group",
                parameters={
                    "AutoScalingGroupName": "id",
                    "ForceDelete": "`true`",
                },
                done=frozenset({"ValidationError"}),
            ),
        ),
    ),
    Finder(
        type="aws:autoscaling/lifecycleHook:LifecycleHook",
        title="lifecycle hook of an Auto Scaling group",
        service="autoscaling",
        find=Listing(
            operation="describe_lifecycle_hooks",
            parameters={
                "AutoScalingGroupName": "autoscalingGroupName",
                "LifecycleHookNames": "[name]",
            },
            items="LifecycleHooks",
            missing=frozenset({"ValidationError"}),
        ),
        identity="join('/', [autoscalingGroupName, name])",
        name="name",
    ),
    Finder(
        type="aws:autoscaling/tag:Tag",
        title="tag of an Auto Scaling group",
        service="autoscaling",
        find=Listing(
            operation="describe_tags",
            parameters={
                "Filters": (
                    "[{Name: 'auto-scaling-group', Values: [autoscalingGroupName]},"
                    " {Name: 'key', Values: [tag.key]}]"
                )
            },
            items="Tags",
        ),
        identity="join(',', [autoscalingGroupName, tag.key])",
    ),
    Finder(
        type="aws:eks/fargateProfile:FargateProfile",
        title="Fargate profile",
        service="eks",
        find=_DESCRIBE_PROFILE,
        sweep=_all_in_cluster(
            "list_fargate_profiles", "fargateProfileNames", _DESCRIBE_PROFILE, "fargateProfileName"
        ),
        within="aws:eks/cluster:Cluster",
        identity="join(':', [item.clusterName, item.fargateProfileName])",
        tags=_TAG_MAP,
        name="fargateProfileName",
        status="status",
        busy=_EKS_BUSY,
        failed=frozenset({"CREATE_FAILED", "DELETE_FAILED"}),
        settles="fargate-profile.create",
        delete=(
            Delete(
                operation="delete_fargate_profile",
                parameters={
                    "clusterName": "clusterName",
                    "fargateProfileName": "fargateProfileName",
                },
                done=_NO_RESOURCE,
            ),
        ),
    ),
    Finder(
        type="aws:eks/addon:Addon",
        title="add-on",
        service="eks",
        find=_DESCRIBE_ADDON,
        sweep=_all_in_cluster("list_addons", "addons", _DESCRIBE_ADDON, "addonName"),
        within="aws:eks/cluster:Cluster",
        identity="join(':', [item.clusterName, item.addonName])",
        tags=_TAG_MAP,
        name="addonName",
        status="status",
        busy=_EKS_BUSY,
        failed=frozenset({"CREATE_FAILED"}),
        settles="addon.create.deployment",
        delete=(
            Delete(
                operation="delete_addon",
                parameters={"clusterName": "clusterName", "addonName": "addonName"},
                done=_NO_RESOURCE,
            ),
        ),
    ),
)

FINDERS: Final = {
    row.type: row
    for row in (
        *_NETWORK,
        *_SECURITY,
        *_ENDPOINTS,
        *_IDENTITY,
        *_ENCRYPTION,
        *_BUCKETS,
        *_LOGS,
        *_QUEUES,
        *_EVENTS,
        *_FLOW_LOGS,
        *_EKS,
    )
}
"""The rows by Pulumi's type, in the order in which a cluster is made."""
