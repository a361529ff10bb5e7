"""Subnets."""

from collections.abc import Callable, Mapping
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
    attributes,
    await_association,
    tag_specification,
)


def _subnet_blocks(session: Session, subnet: str) -> dict[str, str]:
    """The states of a subnet's IPv6 blocks by association."""
    found = session.api("describe_subnets", SubnetIds=[subnet])["Subnets"][0]
    return {
        item["AssociationId"]: item["Ipv6CidrBlockState"]["State"]
        for item in found.get("Ipv6CidrBlockAssociationSet", [])
    }


def _set_subnet_block(session: Session, scope: Scope) -> None:
    """Give a subnet another IPv6 block, or none.

    That the program says nothing of a block is no change by itself; but a change of something else
    then takes the block away, as the real provider does it.
    """
    subnet = scope["id"]
    old, new = scope["old"].get("ipv6CidrBlock"), scope["given"].get("ipv6CidrBlock")
    if old == new:
        return
    association = scope["old"].get("ipv6CidrBlockAssociationId")
    if association:
        session.api("disassociate_subnet_cidr_block", AssociationId=association)
        await_association(
            session, association, "disassociated", lambda: _subnet_blocks(session, subnet)
        )
    if new:
        answer = session.api("associate_subnet_cidr_block", SubnetId=subnet, Ipv6CidrBlock=new)
        association = answer["Ipv6CidrBlockAssociation"]["AssociationId"]
        await_association(
            session, association, "associated", lambda: _subnet_blocks(session, subnet)
        )


def _assign_ipv6(wanted: bool) -> Callable[[Session, Scope], None]:
    """Set whether new interfaces get an IPv6 address, if it is this that is wanted."""

    def apply(session: Session, scope: Scope) -> None:
        if bool(scope.get("assignIpv6AddressOnCreation")) is wanted:
            session.api(
                "modify_subnet_attribute",
                SubnetId=scope["id"],
                AssignIpv6AddressOnCreation={"Value": wanted},
            )

    return apply


def _was_assigning_ipv6(old: Mapping[str, Any], _: Mapping[str, Any]) -> bool:
    return bool(old.get("assignIpv6AddressOnCreation"))


SUBNET: Final = Resource(
    type="aws:ec2/subnet:Subnet",
    title="EC2 Subnet",
    service="ec2",
    properties={
        "assignIpv6AddressOnCreation": flag(default=False),
        "availabilityZone": text(computed=True, replaces=True),
        "availabilityZoneId": text(computed=True, replaces=True),
        "cidrBlock": text(computed=True, replaces=True),
        "ipv6CidrBlock": text(computed=True, replaces_when=_was_assigning_ipv6),
        "mapPublicIpOnLaunch": flag(default=False),
        "vpcId": text(required=True, replaces=True),
        **REGION,
        **TAGS,
    },
    create=Call(
        operation="create_subnet",
        parameters={
            "AvailabilityZone": "availabilityZone",
            "AvailabilityZoneId": "availabilityZoneId",
            "CidrBlock": "cidrBlock",
            "Ipv6CidrBlock": "ipv6CidrBlock",
            "VpcId": "vpcId",
            "TagSpecifications": tag_specification("subnet"),
        },
    ),
    identity="answer.Subnet.SubnetId",
    read=(
        Read(
            call=Call(operation="describe_subnets", parameters={"SubnetIds": "[id]"}),
            item="Subnets[0]",
            missing=frozenset({"InvalidSubnetID.NotFound"}),
            outputs={
                "arn": "SubnetArn",
                "assignIpv6AddressOnCreation": "AssignIpv6AddressOnCreation",
                "availabilityZone": "AvailabilityZone",
                "availabilityZoneId": "AvailabilityZoneId",
                "cidrBlock": "CidrBlock",
                "enableDns64": "EnableDns64",
                "enableResourceNameDnsARecordOnLaunch": (
                    "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord"
                ),
                "enableResourceNameDnsAaaaRecordOnLaunch": (
                    "PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord"
                ),
                "ipv6CidrBlock": f"{IPV6_BLOCKS} | [0].Ipv6CidrBlock",
                "ipv6CidrBlockAssociationId": f"{IPV6_BLOCKS} | [0].AssociationId",
                "ipv6Native": "Ipv6Native",
                "mapPublicIpOnLaunch": "MapPublicIpOnLaunch",
                "ownerId": "OwnerId",
                "privateDnsHostnameTypeOnLaunch": "PrivateDnsNameOptionsOnLaunch.HostnameType",
                "vpcId": "VpcId",
            },
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
        # Interfaces stop getting addresses before the block goes, and get some once it is there.
        Setting(watches=("assignIpv6AddressOnCreation",), call=_assign_ipv6(wanted=False)),
        Setting(
            watches=("ipv6CidrBlock", "assignIpv6AddressOnCreation", "mapPublicIpOnLaunch"),
            call=_set_subnet_block,
            title="IPv6 CIDR block",
        ),
        *attributes(
            "modify_subnet_attribute",
            "SubnetId",
            {"mapPublicIpOnLaunch": "MapPublicIpOnLaunch"},
        ),
        Setting(
            watches=("assignIpv6AddressOnCreation",),
            call=_assign_ipv6(wanted=True),
            title="assignIpv6AddressOnCreation",
            on_create=True,
            initial={"assignIpv6AddressOnCreation": False},
        ),
    ),
    renewed={"ipv6CidrBlockAssociationId": Renewal(watches=("ipv6CidrBlock",))},
    tagging=TAGGING,
    delete=Call(
        operation="delete_subnet",
        parameters={"SubnetId": "id"},
        retry=frozenset({"DependencyViolation"}),
    ),
    deleted=Wait(status="State", target=frozenset()),
    minutes=(10, 20, 20),
)

ROWS: Final = (SUBNET,)
