"""VPCs and their blocks of addresses."""

from typing import Any, Final

from rehearsal.providers.aws.properties import REGION, TAGS, flag, text
from rehearsal.providers.aws.resource import (
    Call,
    Read,
    Renewal,
    Resource,
    Scope,
    Setting,
    Wait,
)
from rehearsal.providers.aws.session import Session
from rehearsal.providers.aws.tables.ec2 import (
    IPV6_BLOCKS,
    TAGGING,
    arn,
    attributes,
    await_association,
    tag_specification,
)


def _vpc_blocks(session: Session, vpc: str) -> dict[str, str]:
    """The states of a VPC's IPv6 blocks by association."""
    found = session.api("describe_vpcs", VpcIds=[vpc])["Vpcs"][0]
    return {
        item["AssociationId"]: item["Ipv6CidrBlockState"]["State"]
        for item in found.get("Ipv6CidrBlockAssociationSet", [])
    }


def _set_vpc_block(session: Session, scope: Scope) -> None:
    """Take a VPC's IPv6 block away, or have Amazon give it one."""
    vpc = scope["id"]
    old = scope["old"].get("ipv6AssociationId")
    if old:
        session.api("disassociate_vpc_cidr_block", AssociationId=old)
        await_association(session, old, "disassociated", lambda: _vpc_blocks(session, vpc))
    if scope.get("assignGeneratedIpv6CidrBlock"):
        answer = session.api(
            "associate_vpc_cidr_block", VpcId=vpc, AmazonProvidedIpv6CidrBlock=True
        )
        new = answer["Ipv6CidrBlockAssociation"]["AssociationId"]
        await_association(session, new, "associated", lambda: _vpc_blocks(session, vpc))


_NEW_BLOCK: Final = Renewal(watches=("assignGeneratedIpv6CidrBlock",))

VPC: Final = Resource(
    type="aws:ec2/vpc:Vpc",
    title="EC2 VPC",
    service="ec2",
    properties={
        "assignGeneratedIpv6CidrBlock": flag(),
        "cidrBlock": text(computed=True, replaces=True),
        "enableDnsHostnames": flag(computed=True),
        "enableDnsSupport": flag(default=True),
        "enableNetworkAddressUsageMetrics": flag(computed=True),
        "instanceTenancy": text(default="default", replaces_when_changed=True),
        **REGION,
        **TAGS,
    },
    create=Call(
        operation="create_vpc",
        parameters={
            "AmazonProvidedIpv6CidrBlock": "assignGeneratedIpv6CidrBlock || `false`",
            "CidrBlock": "cidrBlock",
            "InstanceTenancy": "instanceTenancy",
            "TagSpecifications": tag_specification("vpc"),
        },
    ),
    identity="answer.Vpc.VpcId",
    read=(
        Read(
            call=Call(operation="describe_vpcs", parameters={"VpcIds": "[id]"}),
            item="Vpcs[0]",
            missing=frozenset({"InvalidVpcID.NotFound"}),
            outputs={
                "arn": arn("vpc", "VpcId"),
                "cidrBlock": "CidrBlock",
                "dhcpOptionsId": "DhcpOptionsId",
                "instanceTenancy": "InstanceTenancy",
                "ownerId": "OwnerId",
                "assignGeneratedIpv6CidrBlock": f"{IPV6_BLOCKS} | [0].Ipv6Pool == 'Amazon'",
                "ipv6AssociationId": f"{IPV6_BLOCKS} | [0].AssociationId",
                "ipv6CidrBlock": f"{IPV6_BLOCKS} | [0].Ipv6CidrBlock",
                "ipv6CidrBlockNetworkBorderGroup": f"{IPV6_BLOCKS} | [0].NetworkBorderGroup",
            },
        ),
        *(
            Read(
                call=Call(
                    operation="describe_vpc_attribute",
                    parameters={"VpcId": "id", "Attribute": f"'{name}'"},
                ),
                outputs={name: f"{key}.Value"},
            )
            for name, key in (
                ("enableDnsHostnames", "EnableDnsHostnames"),
                ("enableDnsSupport", "EnableDnsSupport"),
                ("enableNetworkAddressUsageMetrics", "EnableNetworkAddressUsageMetrics"),
            )
        ),
        *(
            Read(
                call=Call(
                    operation=operation,
                    parameters={"Filters": filters},
                ),
                item=item,
                outputs=outputs,
            )
            for operation, filters, item, outputs in (
                (
                    "describe_network_acls",
                    "[{Name: 'vpc-id', Values: [id]}, {Name: 'default', Values: ['true']}]",
                    "NetworkAcls[0]",
                    {"defaultNetworkAclId": "NetworkAclId"},
                ),
                (
                    "describe_route_tables",
                    "[{Name: 'vpc-id', Values: [id]}, {Name: 'association.main', Values: "
                    "['true']}]",
                    "RouteTables[0]",
                    {"mainRouteTableId": "RouteTableId", "defaultRouteTableId": "RouteTableId"},
                ),
                (
                    "describe_security_groups",
                    "[{Name: 'vpc-id', Values: [id]}, {Name: 'group-name', Values: ['default']}]",
                    "SecurityGroups[0]",
                    {"defaultSecurityGroupId": "GroupId"},
                ),
            )
        ),
    ),
    created=Wait(
        status=(
            "Ipv6CidrBlockAssociationSet[?Ipv6CidrBlockState.State == 'associating'] && 'pending' "
            "|| State"
        ),
        pending=frozenset({"pending"}),
        target=frozenset({"available"}),
    ),
    settings=(
        *attributes(
            "modify_vpc_attribute",
            "VpcId",
            {
                "enableDnsSupport": "EnableDnsSupport",
                "enableDnsHostnames": "EnableDnsHostnames",
                "enableNetworkAddressUsageMetrics": "EnableNetworkAddressUsageMetrics",
            },
            enableDnsSupport=True,
        ),
        Setting(
            watches=("assignGeneratedIpv6CidrBlock",), call=_set_vpc_block, title="IPv6 CIDR block"
        ),
    ),
    renewed=dict.fromkeys(
        ("ipv6AssociationId", "ipv6CidrBlock", "ipv6CidrBlockNetworkBorderGroup"), _NEW_BLOCK
    ),
    tagging=TAGGING,
    delete=Call(
        operation="delete_vpc", parameters={"VpcId": "id"}, retry=frozenset({"DependencyViolation"})
    ),
    deleted=Wait(status="State", target=frozenset()),
    minutes=(20, 20, 5),
)


def _find_block(session: Session, scope: Scope) -> Any:
    """A VPC's IPv4 block by the id of its association."""
    filters = [{"Name": "cidr-block-association.association-id", "Values": [scope["id"]]}]
    for vpc in session.api("describe_vpcs", Filters=filters)["Vpcs"]:
        for block in vpc.get("CidrBlockAssociationSet", []):
            if block["AssociationId"] == scope["id"]:
                return {**block, "VpcId": vpc["VpcId"]}
    return None


VPC_IPV4_CIDR_BLOCK_ASSOCIATION: Final = Resource(
    type="aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
    title="EC2 VPC IPv4 CIDR Block Association",
    service="ec2",
    properties={
        "cidrBlock": text(computed=True, replaces=True),
        "vpcId": text(required=True, replaces=True),
        **REGION,
    },
    create=Call(
        operation="associate_vpc_cidr_block",
        parameters={"CidrBlock": "cidrBlock", "VpcId": "vpcId"},
    ),
    labelled="vpcId",
    identity="answer.CidrBlockAssociation.AssociationId",
    read=(
        Read(
            call=_find_block,
            gone="CidrBlockState.State == 'disassociated'",
            missing=frozenset({"InvalidVpcCidrBlockAssociationID.NotFound"}),
            outputs={"cidrBlock": "CidrBlock", "vpcId": "VpcId"},
        ),
    ),
    created=Wait(
        status="CidrBlockState.State",
        pending=frozenset({"associating", "disassociated", "disassociating"}),
        target=frozenset({"associated"}),
        problem="CidrBlockState.StatusMessage",
    ),
    delete=Call(
        operation="disassociate_vpc_cidr_block",
        parameters={"AssociationId": "id"},
        ignore=frozenset({"InvalidVpcCidrBlockAssociationID.NotFound"}),
    ),
    deleted=Wait(
        status="CidrBlockState.State",
        pending=frozenset({"associated", "disassociating"}),
        target=frozenset(),
        problem="CidrBlockState.StatusMessage",
    ),
    minutes=(10, 20, 10),
)

ROWS: Final = (VPC, VPC_IPV4_CIDR_BLOCK_ASSOCIATION)
