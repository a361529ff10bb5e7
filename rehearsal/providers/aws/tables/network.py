"""VPCs, subnets, gateways, addresses and routes."""

import zlib
from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    block_set,
    flag,
    text,
)
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Wait
from rehearsal.providers.aws.session import AwsError, Session
from rehearsal.providers.aws.tables.ec2 import TAGGING, arn, each_attribute, tag_specification


def attributes(
    operation: str, target: str, names: dict[str, str], **initial: bool
) -> tuple[Setting, ...]:
    """Settings of one boolean each, left to calls of their own by creation as well."""
    return tuple(
        Setting(
            watches=(name,),
            call=call,
            title=name,
            on_create=True,
            initial={name: initial.get(name, False)},
        )
        for name, call in each_attribute(operation, target, names).items()
    )


VPC: Final = Resource(
    type="aws:ec2/vpc:Vpc",
    title="EC2 VPC",
    service="ec2",
    properties={
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
                "assignGeneratedIpv6CidrBlock": "length(Ipv6CidrBlockAssociationSet || `[]`) > `0`",
                "ipv6AssociationId": "Ipv6CidrBlockAssociationSet[0].AssociationId",
                "ipv6CidrBlock": "Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock",
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
    created=Wait(status="State", pending=frozenset({"pending"}), target=frozenset({"available"})),
    settings=attributes(
        "modify_vpc_attribute",
        "VpcId",
        {
            "enableDnsSupport": "EnableDnsSupport",
            "enableDnsHostnames": "EnableDnsHostnames",
            "enableNetworkAddressUsageMetrics": "EnableNetworkAddressUsageMetrics",
        },
        enableDnsSupport=True,
    ),
    tagging=TAGGING,
    delete=Call(
        operation="delete_vpc", parameters={"VpcId": "id"}, retry=frozenset({"DependencyViolation"})
    ),
    deleted=Wait(status="State", target=frozenset()),
    minutes=(20, 20, 5),
)

SUBNET: Final = Resource(
    type="aws:ec2/subnet:Subnet",
    title="EC2 Subnet",
    service="ec2",
    properties={
        "availabilityZone": text(computed=True, replaces=True),
        "availabilityZoneId": text(computed=True, replaces=True),
        "cidrBlock": text(replaces=True),
        "mapPublicIpOnLaunch": flag(),
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
                "ipv6CidrBlock": "Ipv6CidrBlockAssociationSet[0].Ipv6CidrBlock",
                "ipv6CidrBlockAssociationId": "Ipv6CidrBlockAssociationSet[0].AssociationId",
                "ipv6Native": "Ipv6Native",
                "mapPublicIpOnLaunch": "MapPublicIpOnLaunch",
                "ownerId": "OwnerId",
                "privateDnsHostnameTypeOnLaunch": "PrivateDnsNameOptionsOnLaunch.HostnameType",
                "vpcId": "VpcId",
            },
        ),
    ),
    created=Wait(status="State", pending=frozenset({"pending"}), target=frozenset({"available"})),
    settings=attributes(
        "modify_subnet_attribute",
        "SubnetId",
        {"mapPublicIpOnLaunch": "MapPublicIpOnLaunch"},
    ),
    tagging=TAGGING,
    delete=Call(
        operation="delete_subnet",
        parameters={"SubnetId": "id"},
        retry=frozenset({"DependencyViolation"}),
    ),
    deleted=Wait(status="State", target=frozenset()),
    minutes=(10, 20, 20),
)


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

_ROUTE_TARGETS: Final = {
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "gatewayId": "GatewayId",
    "natGatewayId": "NatGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "transitGatewayId": "TransitGatewayId",
    "vpcEndpointId": "VpcEndpointId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
}
"""Where a route may lead: EC2's parameter, by property."""

_INLINE_DESTINATIONS: Final = {
    "cidrBlock": "DestinationCidrBlock",
    "ipv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}
_DESTINATIONS: Final = {
    "destinationCidrBlock": "DestinationCidrBlock",
    "destinationIpv6CidrBlock": "DestinationIpv6CidrBlock",
    "destinationPrefixListId": "DestinationPrefixListId",
}


def _route_parameters(route: Any, names: dict[str, str]) -> dict[str, Any]:
    return {api: route[name] for name, api in names.items() if route.get(name)}


def _set_inline_routes(session: Session, scope: Scope) -> None:
    """Make a table's inline routes what they should be: take old ones away, then add new ones."""
    before = list(scope["old"].get("routes") or [])
    after = list(scope.get("routes") or [])

    def key(route: Any) -> tuple[Any, ...]:
        return tuple(sorted(_route_parameters(route, _INLINE_DESTINATIONS).items()))

    wanted = {key(route): route for route in after}
    for route in before:
        if key(route) not in wanted:
            session.api(
                "delete_route",
                RouteTableId=scope["id"],
                **_route_parameters(route, _INLINE_DESTINATIONS),
            )
    existing = {key(route): route for route in before}
    for destination, route in wanted.items():
        target = _route_parameters(route, _ROUTE_TARGETS)
        if destination not in existing:
            operation = "create_route"
        elif _route_parameters(existing[destination], _ROUTE_TARGETS) != target:
            operation = "replace_route"
        else:
            continue
        session.api(operation, RouteTableId=scope["id"], **dict(destination), **target)


def _inline_routes(scope: Scope) -> list[dict[str, Any]]:
    """A table's routes as its inline ones, without the local route and what gateways propagate."""
    names = {**_INLINE_DESTINATIONS, **_ROUTE_TARGETS}
    return [
        {name: route[api] for name, api in names.items() if route.get(api)}
        for route in scope["item"].get("Routes", [])
        if route.get("GatewayId") != "local" and route.get("Origin") != "EnableVgwRoutePropagation"
    ]


def _delete_route_table(session: Session, scope: Scope) -> None:
    """Delete a table after taking it off what it is associated with."""
    answer = session.api("describe_route_tables", RouteTableIds=[scope["id"]])
    for table in answer["RouteTables"]:
        for association in table.get("Associations", []):
            if not association.get("Main"):
                session.api(
                    "disassociate_route_table",
                    AssociationId=association["RouteTableAssociationId"],
                )
    session.api("delete_route_table", RouteTableId=scope["id"])


ROUTE_TABLE: Final = Resource(
    type="aws:ec2/routeTable:RouteTable",
    title="EC2 Route Table",
    service="ec2",
    properties={
        "routes": block_set(
            {name: text() for name in (*_INLINE_DESTINATIONS, *_ROUTE_TARGETS)}, computed=True
        ),
        "vpcId": text(required=True, replaces=True),
        **REGION,
        **TAGS,
    },
    create=Call(
        operation="create_route_table",
        parameters={"VpcId": "vpcId", "TagSpecifications": tag_specification("route-table")},
    ),
    identity="answer.RouteTable.RouteTableId",
    read=(
        Read(
            call=Call(operation="describe_route_tables", parameters={"RouteTableIds": "[id]"}),
            item="RouteTables[0]",
            missing=frozenset({"InvalidRouteTableID.NotFound"}),
            outputs={
                "arn": arn("route-table", "RouteTableId"),
                "ownerId": "OwnerId",
                "propagatingVgws": "PropagatingVgws[].GatewayId",
                "routes": _inline_routes,
                "vpcId": "VpcId",
            },
        ),
    ),
    settings=(
        Setting(watches=("routes",), call=_set_inline_routes, title="routes", on_create=True),
    ),
    tagging=TAGGING,
    delete=_delete_route_table,
    deleted=Wait(status="RouteTableId", target=frozenset()),
    minutes=(5, 2, 5),
)


def _destination(scope: Scope) -> str:
    return str(next(scope[name] for name in _DESTINATIONS if scope.get(name)))


def _route_in(answer: Any, destination: str) -> Any:
    tables = answer["RouteTables"]
    routes = tables[0].get("Routes", []) if tables else []
    return next(
        (
            route
            for route in routes
            if destination in {route.get(api) for api in _DESTINATIONS.values()}
        ),
        None,
    )


def _find_route(session: Session, scope: Scope) -> Any:
    answer = session.api("describe_route_tables", RouteTableIds=[scope["routeTableId"]])
    return _route_in(answer, _destination(scope))


def _parts_of_route(imported: str) -> dict[str, Any]:
    """`rtb-ID_DESTINATION`, as the real provider imports routes."""
    table, _, destination = imported.partition("_")
    if destination.startswith("pl-"):
        return {"routeTableId": table, "destinationPrefixListId": destination}
    name = "destinationIpv6CidrBlock" if ":" in destination else "destinationCidrBlock"
    return {"routeTableId": table, name: destination}


_ROUTE_KEYS: Final = {
    "RouteTableId": "routeTableId",
    **{api: name for name, api in _DESTINATIONS.items()},
}
_ROUTE: Final = {**_ROUTE_KEYS, **{api: name for name, api in _ROUTE_TARGETS.items()}}

ROUTE: Final = Resource(
    type="aws:ec2/route:Route",
    title="EC2 Route",
    service="ec2",
    properties={
        **{name: text(replaces=True) for name in _DESTINATIONS},
        **{name: text() for name in _ROUTE_TARGETS},
        "routeTableId": text(required=True, replaces=True),
        **REGION,
    },
    create=Call(
        operation="create_route",
        parameters=_ROUTE,
        retry=frozenset({"InvalidRouteTableID.NotFound"}),
    ),
    # The id is a hash of the destination, as the real provider's:
    # https://pkg.go.dev/hash/crc32#ChecksumIEEE
    identity=lambda scope: f"r-{scope['routeTableId']}{zlib.crc32(_destination(scope).encode())}",
    labelled=lambda scope: scope["routeTableId"],
    read=(
        Read(
            call=_find_route,
            missing=frozenset({"InvalidRouteTableID.NotFound"}),
            outputs={
                **_DESTINATIONS,
                **_ROUTE_TARGETS,
                "origin": "Origin",
                "state": "State",
            },
        ),
    ),
    settings=(
        Setting(
            watches=tuple(_ROUTE_TARGETS),
            call=Call(operation="replace_route", parameters=_ROUTE),
            title="target",
        ),
    ),
    delete=Call(
        operation="delete_route",
        parameters=_ROUTE_KEYS,
        ignore=frozenset({"InvalidRoute.NotFound", "InvalidRouteTableID.NotFound"}),
    ),
    deleted=Wait(status="State", target=frozenset()),
    parts=_parts_of_route,
    minutes=(5, 2, 5),
)


def _find_association(session: Session, scope: Scope) -> Any:
    """An association, by its id, or for an import by its two ends."""
    imported = "/" in scope["id"]
    filters = (
        [{"Name": "route-table-id", "Values": [scope["routeTableId"]]}]
        if imported
        else [{"Name": "association.route-table-association-id", "Values": [scope["id"]]}]
    )
    for table in session.api("describe_route_tables", Filters=filters)["RouteTables"]:
        for association in table.get("Associations", []):
            ends = {association.get("SubnetId"), association.get("GatewayId")}
            if association["RouteTableAssociationId"] == scope["id"] or (
                imported and (scope.get("subnetId") or scope.get("gatewayId")) in ends
            ):
                return association
    return None


def _replace_association(session: Session, scope: Scope) -> Any:
    try:
        return session.api(
            "replace_route_table_association",
            AssociationId=scope["id"],
            RouteTableId=scope["routeTableId"],
        )
    except AwsError as error:
        if error.code != "InvalidAssociationID.NotFound":
            raise
        return session.api(
            "associate_route_table",
            RouteTableId=scope["routeTableId"],
            **_route_parameters(scope, {"subnetId": "SubnetId", "gatewayId": "GatewayId"}),
        )


def _parts_of_association(imported: str) -> dict[str, Any]:
    end, _, table = imported.partition("/")
    return {"subnetId" if end.startswith("subnet-") else "gatewayId": end, "routeTableId": table}


ROUTE_TABLE_ASSOCIATION: Final = Resource(
    type="aws:ec2/routeTableAssociation:RouteTableAssociation",
    title="EC2 Route Table Association",
    service="ec2",
    properties={
        "gatewayId": text(replaces=True),
        "routeTableId": text(required=True),
        "subnetId": text(replaces=True),
        **REGION,
    },
    create=Call(
        operation="associate_route_table",
        parameters={
            "RouteTableId": "routeTableId",
            "SubnetId": "subnetId",
            "GatewayId": "gatewayId",
        },
        retry=frozenset({"InvalidRouteTableID.NotFound"}),
    ),
    identity="answer.AssociationId",
    read=(
        Read(
            call=_find_association,
            missing=frozenset({"InvalidAssociationID.NotFound"}),
            outputs={
                "gatewayId": "GatewayId",
                "routeTableId": "RouteTableId",
                "subnetId": "SubnetId",
            },
        ),
    ),
    settings=(Setting(watches=("routeTableId",), call=_replace_association, title="route table"),),
    delete=Call(
        operation="disassociate_route_table",
        parameters={"AssociationId": "id"},
        ignore=frozenset({"InvalidAssociationID.NotFound"}),
    ),
    deleted=Wait(status="AssociationState.State", target=frozenset()),
    parts=_parts_of_association,
    minutes=(5, 2, 5),
)

ROWS: Final = (
    VPC,
    SUBNET,
    INTERNET_GATEWAY,
    EIP,
    NAT_GATEWAY,
    ROUTE_TABLE,
    ROUTE,
    ROUTE_TABLE_ASSOCIATION,
)
