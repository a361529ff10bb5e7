"""VPC endpoints: gateways to S3 and DynamoDB, and interfaces of other services."""

from collections.abc import Mapping
from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    flag,
    policy_document,
    text,
    text_set,
)
from rehearsal.providers.aws.resource import (
    Call,
    Read,
    Renewal,
    Resource,
    Scope,
    Setting,
    Wait,
)
from rehearsal.providers.aws.session import AwsError, Session
from rehearsal.providers.aws.tables.ec2 import TAGGING, arn, tag_specification

_MEMBERS: Final = {
    "routeTableIds": "RouteTableIds",
    "securityGroupIds": "SecurityGroupIds",
    "subnetIds": "SubnetIds",
}
"""What an endpoint has several of: EC2's parameter, by property."""

_AVAILABLE: Final = Wait(
    status="State", pending=frozenset({"pending", "Pending"}), target=frozenset({"available"})
)


def _is_no_interface(old: Mapping[str, Any], _: Mapping[str, Any]) -> bool:
    return old.get("vpcEndpointType") != "Interface"


def _modify(session: Session, scope: Scope) -> None:
    """Say what is added and what is removed: EC2 takes no whole lists."""
    old = scope["old"]
    request: dict[str, Any] = {}
    for name, parameter in _MEMBERS.items():
        before, after = set(old.get(name) or []), set(scope.get(name) or [])
        request[f"Add{parameter}"] = sorted(after - before)
        request[f"Remove{parameter}"] = sorted(before - after)
    for name, parameter in (
        ("privateDnsEnabled", "PrivateDnsEnabled"),
        ("ipAddressType", "IpAddressType"),
    ):
        if old.get(name) != scope.get(name):
            request[parameter] = scope.get(name)
    if policy_document(old.get("policy")) != policy_document(scope.get("policy")):
        request |= {"PolicyDocument": scope["policy"]} if scope.get("policy") else {}
    session.api(
        "modify_vpc_endpoint",
        VpcEndpointId=scope["id"],
        **{key: value for key, value in request.items() if value not in ([], None)},
    )


def _delete(session: Session, scope: Scope) -> None:
    answer = session.api("delete_vpc_endpoints", VpcEndpointIds=[scope["id"]])
    for item in answer.get("Unsuccessful") or []:
        error = item["Error"]
        if error["Code"] != "InvalidVpcEndpoint.NotFound":
            raise AwsError(
                f"{item['ResourceId']}: {error['Code']}: {error['Message']}",
                error["Code"],
                error["Message"],
            )


VPC_ENDPOINT: Final = Resource(
    type="aws:ec2/vpcEndpoint:VpcEndpoint",
    title="EC2 VPC Endpoint",
    service="ec2",
    properties={
        "ipAddressType": text(computed=True),
        "policy": text(computed=True, canonical=policy_document),
        "privateDnsEnabled": flag(computed=True, replaces_when=_is_no_interface),
        "routeTableIds": text_set(computed=True),
        "securityGroupIds": text_set(computed=True),
        "serviceName": text(replaces=True),
        "subnetIds": text_set(computed=True),
        "vpcEndpointType": text(default="Gateway", replaces=True),
        "vpcId": text(required=True, replaces=True),
        **REGION,
        **TAGS,
    },
    create=Call(
        operation="create_vpc_endpoint",
        parameters={
            "IpAddressType": "ipAddressType",
            "PolicyDocument": "policy",
            # EC2's default is true; the real provider says false when the program says nothing.
            "PrivateDnsEnabled": "privateDnsEnabled || `false`",
            **{parameter: name for name, parameter in _MEMBERS.items()},
            "ServiceName": "serviceName",
            "TagSpecifications": tag_specification("vpc-endpoint"),
            "VpcEndpointType": "vpcEndpointType",
            "VpcId": "vpcId",
        },
    ),
    labelled="serviceName",
    identity="answer.VpcEndpoint.VpcEndpointId",
    read=(
        Read(
            call=Call(operation="describe_vpc_endpoints", parameters={"VpcEndpointIds": "[id]"}),
            item="VpcEndpoints[0]",
            missing=frozenset({"InvalidVpcEndpointId.NotFound"}),
            gone="State == 'deleted'",
            outputs={
                "arn": arn("vpc-endpoint", "VpcEndpointId"),
                "dnsEntries": "DnsEntries[].{dnsName: DnsName, hostedZoneId: HostedZoneId}",
                "ipAddressType": "IpAddressType",
                "networkInterfaceIds": "NetworkInterfaceIds",
                "ownerId": "OwnerId",
                "policy": "PolicyDocument",
                "privateDnsEnabled": "PrivateDnsEnabled",
                "requesterManaged": "RequesterManaged",
                "routeTableIds": "RouteTableIds",
                "securityGroupIds": "Groups[].GroupId",
                "serviceName": "ServiceName",
                "state": "State",
                "subnetIds": "SubnetIds",
                "vpcEndpointType": "VpcEndpointType",
                "vpcId": "VpcId",
            },
        ),
        Read(
            call=Call(
                operation="describe_prefix_lists",
                parameters={"Filters": "[{Name: 'prefix-list-name', Values: [serviceName]}]"},
            ),
            item="PrefixLists[0]",
            outputs={"cidrBlocks": "Cidrs", "prefixListId": "PrefixListId"},
        ),
    ),
    created=_AVAILABLE,
    settings=(
        Setting(
            watches=("ipAddressType", "policy", "privateDnsEnabled", *_MEMBERS),
            call=_modify,
            wait=_AVAILABLE,
        ),
    ),
    renewed={"networkInterfaceIds": Renewal(watches=("subnetIds",))},
    tagging=TAGGING,
    delete=_delete,
    deleted=Wait(
        status="State",
        pending=frozenset({"available", "deleting", "pending"}),
        target=frozenset(),
    ),
    minutes=(10, 10, 10),
)

ROWS: Final = (VPC_ENDPOINT,)
