"""Route tables, their routes, and what uses them."""

import zlib
from typing import Any, Final

from rehearsal.providers.aws.properties import REGION, TAGS, block_set, text
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Wait
from rehearsal.providers.aws.session import AwsError, Session
from rehearsal.providers.aws.tables.ec2 import TAGGING, arn, tag_specification

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

ROWS: Final = (ROUTE_TABLE, ROUTE, ROUTE_TABLE_ASSOCIATION)
