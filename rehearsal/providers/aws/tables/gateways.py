"""Gateways and public addresses."""

from typing import Final

from rehearsal.providers.aws.properties import REGION, TAGS, text
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Wait
from rehearsal.providers.aws.session import Session
from rehearsal.providers.aws.tables.ec2 import TAGGING, arn, tag_specification


def _move_gateway(session: Session, scope: Scope) -> None:
    """Detach a gateway from the VPC it was at, attach it to the one it is wanted at."""
    if scope["old"].get("vpcId"):
        detach = Call(
            operation="detach_internet_gateway",
            parameters={"InternetGatewayId": "id", "VpcId": "old.vpcId"},
            ignore=frozenset({"Gateway.NotAttached"}),
            retry=frozenset({"DependencyViolation"}),
        )
        session.run(detach, scope)
    if scope.get("vpcId"):
        session.api("attach_internet_gateway", InternetGatewayId=scope["id"], VpcId=scope["vpcId"])


def _delete_gateway(session: Session, scope: Scope) -> None:
    _move_gateway(session, {**scope, "old": scope, "vpcId": None})
    session.run(
        Call(
            operation="delete_internet_gateway",
            parameters={"InternetGatewayId": "id"},
            ignore=frozenset({"InvalidInternetGatewayID.NotFound"}),
            retry=frozenset({"DependencyViolation"}),
        ),
        scope,
    )


INTERNET_GATEWAY: Final = Resource(
    type="aws:ec2/internetGateway:InternetGateway",
    title="EC2 Internet Gateway",
    service="ec2",
    properties={"vpcId": text(computed=True), **REGION, **TAGS},
    create=Call(
        operation="create_internet_gateway",
        parameters={"TagSpecifications": tag_specification("internet-gateway")},
    ),
    identity="answer.InternetGateway.InternetGatewayId",
    read=(
        Read(
            call=Call(
                operation="describe_internet_gateways", parameters={"InternetGatewayIds": "[id]"}
            ),
            item="InternetGateways[0]",
            missing=frozenset({"InvalidInternetGatewayID.NotFound"}),
            outputs={
                "arn": arn("internet-gateway", "InternetGatewayId"),
                "ownerId": "OwnerId",
                "vpcId": "Attachments[0].VpcId",
            },
        ),
    ),
    settings=(Setting(watches=("vpcId",), call=_move_gateway, title="attachment", on_create=True),),
    tagging=TAGGING,
    delete=_delete_gateway,
)

EGRESS_ONLY_INTERNET_GATEWAY: Final = Resource(
    type="aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    title="EC2 Egress-only Internet Gateway",
    service="ec2",
    properties={"vpcId": text(required=True, replaces=True), **REGION, **TAGS},
    create=Call(
        operation="create_egress_only_internet_gateway",
        parameters={
            "VpcId": "vpcId",
            "TagSpecifications": tag_specification("egress-only-internet-gateway"),
        },
    ),
    identity="answer.EgressOnlyInternetGateway.EgressOnlyInternetGatewayId",
    read=(
        Read(
            call=Call(
                operation="describe_egress_only_internet_gateways",
                parameters={"EgressOnlyInternetGatewayIds": "[id]"},
            ),
            item="EgressOnlyInternetGateways[0]",
            missing=frozenset({"InvalidGatewayID.NotFound"}),
            outputs={"vpcId": "Attachments[?State == 'attached'] | [0].VpcId"},
        ),
    ),
    tagging=TAGGING,
    delete=Call(
        operation="delete_egress_only_internet_gateway",
        parameters={"EgressOnlyInternetGatewayId": "id"},
        ignore=frozenset({"InvalidGatewayID.NotFound"}),
    ),
)

EIP: Final = Resource(
    type="aws:ec2/eip:Eip",
    title="EC2 EIP",
    service="ec2",
    properties={
        "domain": text(computed=True, replaces=True),
        "networkBorderGroup": text(computed=True, replaces=True),
        "publicIpv4Pool": text(computed=True, replaces=True),
        **REGION,
        **TAGS,
    },
    create=Call(
        operation="allocate_address",
        parameters={
            "Domain": "domain || 'vpc'",
            "NetworkBorderGroup": "networkBorderGroup",
            "PublicIpv4Pool": "publicIpv4Pool",
            "TagSpecifications": tag_specification("elastic-ip"),
        },
    ),
    identity="answer.AllocationId",
    read=(
        Read(
            call=Call(operation="describe_addresses", parameters={"AllocationIds": "[id]"}),
            item="Addresses[0]",
            missing=frozenset({"InvalidAllocationID.NotFound", "InvalidAddress.NotFound"}),
            outputs={
                "allocationId": "AllocationId",
                "associationId": "AssociationId",
                "domain": "Domain",
                "networkBorderGroup": "NetworkBorderGroup",
                "networkInterface": "NetworkInterfaceId",
                "privateIp": "PrivateIpAddress",
                "publicIp": "PublicIp",
                "publicIpv4Pool": "PublicIpv4Pool",
            },
        ),
        Read(
            call=Call(operation="sts.get_caller_identity"),
            outputs={
                "arn": lambda scope: (
                    f"arn:{scope['partition']}:ec2:{scope['region']}:{scope['item']['Account']}:"
                    f"elastic-ip/{scope['id']}"
                )
            },
        ),
    ),
    tagging=TAGGING,
    delete=Call(
        operation="release_address",
        parameters={"AllocationId": "id"},
        ignore=frozenset({"InvalidAllocationID.NotFound", "InvalidAddress.NotFound"}),
        retry=frozenset({"AuthFailure", "InvalidIPAddress.InUse"}),
    ),
    minutes=(15, 5, 3),
)

NAT_GATEWAY: Final = Resource(
    type="aws:ec2/natGateway:NatGateway",
    title="EC2 NAT Gateway",
    service="ec2",
    properties={
        "allocationId": text(replaces=True),
        "connectivityType": text(default="public", replaces=True),
        "privateIp": text(computed=True, replaces=True),
        "subnetId": text(replaces=True),
        **REGION,
        **TAGS,
    },
    create=Call(
        operation="create_nat_gateway",
        parameters={
            "AllocationId": "allocationId",
            "ConnectivityType": "connectivityType",
            "PrivateIpAddress": "privateIp",
            "SubnetId": "subnetId",
            "TagSpecifications": tag_specification("natgateway"),
        },
    ),
    identity="answer.NatGateway.NatGatewayId",
    read=(
        Read(
            call=Call(operation="describe_nat_gateways", parameters={"NatGatewayIds": "[id]"}),
            item="NatGateways[0]",
            missing=frozenset({"NatGatewayNotFound", "InvalidNatGatewayID.NotFound"}),
            gone="State == 'deleted'",
            outputs={
                "allocationId": "NatGatewayAddresses[0].AllocationId",
                "associationId": "NatGatewayAddresses[0].AssociationId",
                "connectivityType": "ConnectivityType",
                "networkInterfaceId": "NatGatewayAddresses[0].NetworkInterfaceId",
                "privateIp": "NatGatewayAddresses[0].PrivateIp",
                "publicIp": "NatGatewayAddresses[0].PublicIp",
                "subnetId": "SubnetId",
                "vpcId": "VpcId",
            },
        ),
    ),
    created=Wait(
        status="State",
        pending=frozenset({"pending"}),
        target=frozenset({"available"}),
        problem="join(': ', [FailureCode || '', FailureMessage || ''])",
    ),
    tagging=TAGGING,
    delete=Call(operation="delete_nat_gateway", parameters={"NatGatewayId": "id"}),
    deleted=Wait(status="State", pending=frozenset({"deleting"}), target=frozenset()),
    minutes=(10, 10, 30),
)

ROWS: Final = (INTERNET_GATEWAY, EGRESS_ONLY_INTERNET_GATEWAY, EIP, NAT_GATEWAY)
