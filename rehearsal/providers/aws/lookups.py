"""Data sources about networks: subnets, VPCs, route tables and prefix lists.

What is found, and what is said when it is not one, is as in the data sources of the Terraform
provider (https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/ec2, read
2026-11).
"""

from collections.abc import Mapping
from typing import Any, Final

from rehearsal.providers.aws.partitions import partition_of
from rehearsal.providers.aws.session import AwsError, Session
from rehearsal.providers.aws.tables.ec2 import tag_map

Answer = dict[str, Any]


def _pages(session: Session, operation: str, items: str, **request: Any) -> list[Any]:
    """The items of all pages of an answer."""
    found: list[Any] = []
    more: dict[str, str] = {}
    while True:
        answer = session.api(operation, **request, **more)
        found += answer.get(items) or []
        if not answer.get("NextToken"):
            return found
        more = {"NextToken": answer["NextToken"]}


def _filters(args: Mapping[str, Any], **attributes: Any) -> dict[str, Any]:
    """EC2's filters: by attributes that are given, by tags, and the program's own."""
    filters = [
        {"Name": name.replace("__", ".").replace("_", "-"), "Values": [str(value)]}
        for name, value in attributes.items()
        if value not in (None, "")
    ]
    filters += [
        {"Name": f"tag:{key}", "Values": [value]}
        for key, value in sorted((args.get("tags") or {}).items())
    ]
    filters += [
        {"Name": item["name"], "Values": list(item["values"])} for item in args.get("filters") or []
    ]
    return {"Filters": filters} if filters else {}


def _the_only(title: str, found: list[Any]) -> Any:
    """The only item.

    Raises:
        LookupError: There are none, or several.
    """
    if not found:
        raise LookupError(f"no matching {title} found")
    if len(found) > 1:
        raise LookupError(
            f"multiple {title}s matched; use additional constraints to reduce matches to a single "
            f"{title}"
        )
    return found[0]


def _described(
    session: Session, operation: str, items: str, missing: str, **request: Any
) -> list[Any]:
    """What is described; nothing where AWS says that an id is not there."""
    try:
        return _pages(session, operation, items, **request)
    except AwsError as error:
        if error.code == missing:
            return []
        raise


def _own_tags(item: Any) -> dict[str, str]:
    return {key: value for key, value in tag_map(item).items() if not key.startswith("aws:")}


def _arn(item: Any, region: str, kind: str, resource: str) -> str:
    partition = partition_of(region)["partition"]
    return f"arn:{partition}:ec2:{region}:{item.get('OwnerId', '')}:{kind}/{resource}"


def subnets(session: Session, args: Mapping[str, Any], region: str) -> Answer:
    """The ids of all subnets that fit."""
    found = _pages(session, "ec2.describe_subnets", "Subnets", **_filters(args))
    return {
        "tags": {},
        **args,
        "id": region,
        "region": region,
        "ids": [item["SubnetId"] for item in found],
    }


def subnet(session: Session, args: Mapping[str, Any], region: str) -> Answer:
    """The one subnet that fits.

    Raises:
        LookupError: None does, or several do.
    """
    ids = {"SubnetIds": [args["id"]]} if args.get("id") else {}
    filters = _filters(
        args,
        availability_zone=args.get("availabilityZone"),
        availability_zone_id=args.get("availabilityZoneId"),
        cidr_block=args.get("cidrBlock"),
        default_for_az="true" if args.get("defaultForAz") else None,
        state=args.get("state"),
        vpc_id=args.get("vpcId"),
    )
    found = _described(
        session,
        "ec2.describe_subnets",
        "Subnets",
        "InvalidSubnetID.NotFound",
        **ids,
        **filters,
    )
    item = _the_only("EC2 Subnet", found)
    blocks = [
        block
        for block in item.get("Ipv6CidrBlockAssociationSet") or []
        if block["Ipv6CidrBlockState"]["State"] == "associated"
    ]
    names = item.get("PrivateDnsNameOptionsOnLaunch") or {}
    return {
        **args,
        "id": item["SubnetId"],
        "region": region,
        "arn": item["SubnetArn"],
        "assignIpv6AddressOnCreation": bool(item.get("AssignIpv6AddressOnCreation")),
        "availabilityZone": item["AvailabilityZone"],
        "availabilityZoneId": item["AvailabilityZoneId"],
        "availableIpAddressCount": item["AvailableIpAddressCount"],
        "cidrBlock": item.get("CidrBlock", ""),
        "customerOwnedIpv4Pool": item.get("CustomerOwnedIpv4Pool", ""),
        "defaultForAz": bool(item.get("DefaultForAz")),
        "enableDns64": bool(item.get("EnableDns64")),
        "enableLniAtDeviceIndex": item.get("EnableLniAtDeviceIndex", 0),
        "enableResourceNameDnsARecordOnLaunch": bool(names.get("EnableResourceNameDnsARecord")),
        "enableResourceNameDnsAaaaRecordOnLaunch": bool(
            names.get("EnableResourceNameDnsAAAARecord")
        ),
        "ipv6CidrBlock": blocks[0]["Ipv6CidrBlock"] if blocks else "",
        "ipv6CidrBlockAssociationId": blocks[0]["AssociationId"] if blocks else "",
        "ipv6Native": bool(item.get("Ipv6Native")),
        "mapCustomerOwnedIpOnLaunch": bool(item.get("MapCustomerOwnedIpOnLaunch")),
        "mapPublicIpOnLaunch": bool(item.get("MapPublicIpOnLaunch")),
        "outpostArn": item.get("OutpostArn", ""),
        "ownerId": item.get("OwnerId", ""),
        "privateDnsHostnameTypeOnLaunch": names.get("HostnameType", ""),
        "state": item["State"],
        "tags": _own_tags(item),
        "vpcId": item["VpcId"],
    }


def vpc(session: Session, args: Mapping[str, Any], region: str) -> Answer:
    """The one VPC that fits.

    Raises:
        LookupError: None does, or several do.
    """
    ids = {"VpcIds": [args["id"]]} if args.get("id") else {}
    filters = _filters(
        args,
        cidr=args.get("cidrBlock"),
        dhcp_options_id=args.get("dhcpOptionsId"),
        is_default="true" if args.get("default") else None,
        state=args.get("state"),
    )
    found = _described(
        session, "ec2.describe_vpcs", "Vpcs", "InvalidVpcID.NotFound", **ids, **filters
    )
    item = _the_only("EC2 VPC", found)
    vpc_id = item["VpcId"]

    def attribute(name: str) -> bool:
        wire = name[0].upper() + name[1:]
        answer = session.api("ec2.describe_vpc_attribute", VpcId=vpc_id, Attribute=name)
        return bool(answer[wire]["Value"])

    main = [
        {"Name": "vpc-id", "Values": [vpc_id]},
        {"Name": "association.main", "Values": ["true"]},
    ]
    tables = session.api("ec2.describe_route_tables", Filters=main)["RouteTables"]
    ipv6 = [
        {
            "associationId": block["AssociationId"],
            "ipSource": block.get("IpSource", ""),
            "ipv6AddressAttribute": block.get("Ipv6AddressAttribute", ""),
            "ipv6CidrBlock": block["Ipv6CidrBlock"],
            "ipv6Pool": block.get("Ipv6Pool", ""),
            "networkBorderGroup": block.get("NetworkBorderGroup", ""),
            "state": block["Ipv6CidrBlockState"]["State"],
        }
        for block in item.get("Ipv6CidrBlockAssociationSet") or []
    ]
    return {
        **args,
        "id": vpc_id,
        "region": region,
        "arn": _arn(item, region, "vpc", vpc_id),
        "cidrBlock": item["CidrBlock"],
        "cidrBlockAssociations": [
            {
                "associationId": block["AssociationId"],
                "cidrBlock": block["CidrBlock"],
                "state": block["CidrBlockState"]["State"],
            }
            for block in item.get("CidrBlockAssociationSet") or []
        ],
        "default": bool(item.get("IsDefault")),
        "dhcpOptionsId": item.get("DhcpOptionsId", ""),
        "enableDnsHostnames": attribute("enableDnsHostnames"),
        "enableDnsSupport": attribute("enableDnsSupport"),
        "enableNetworkAddressUsageMetrics": attribute("enableNetworkAddressUsageMetrics"),
        "instanceTenancy": item.get("InstanceTenancy", ""),
        "ipv6AssociationId": ipv6[0]["associationId"] if ipv6 else "",
        "ipv6CidrBlock": ipv6[0]["ipv6CidrBlock"] if ipv6 else "",
        "ipv6CidrBlockAssociations": ipv6,
        "mainRouteTableId": tables[0]["RouteTableId"] if tables else "",
        "ownerId": item.get("OwnerId", ""),
        "state": item["State"],
        "tags": _own_tags(item),
    }


def vpcs(session: Session, args: Mapping[str, Any], region: str) -> Answer:
    """The ids of all VPCs that fit."""
    found = _pages(session, "ec2.describe_vpcs", "Vpcs", **_filters(args))
    return {
        "tags": {},
        **args,
        "id": region,
        "region": region,
        "ids": [item["VpcId"] for item in found],
    }


def route_tables(session: Session, args: Mapping[str, Any], region: str) -> Answer:
    """The ids of all route tables that fit."""
    filters = _filters(args, vpc_id=args.get("vpcId"))
    found = _pages(session, "ec2.describe_route_tables", "RouteTables", **filters)
    return {
        "tags": {},
        **args,
        "id": region,
        "region": region,
        "ids": [item["RouteTableId"] for item in found],
    }


_ROUTE: Final = {
    "carrierGatewayId": "CarrierGatewayId",
    "cidrBlock": "DestinationCidrBlock",
    "coreNetworkArn": "CoreNetworkArn",
    "destinationPrefixListId": "DestinationPrefixListId",
    "egressOnlyGatewayId": "EgressOnlyInternetGatewayId",
    "gatewayId": "GatewayId",
    "instanceId": "InstanceId",
    "ipv6CidrBlock": "DestinationIpv6CidrBlock",
    "localGatewayId": "LocalGatewayId",
    "natGatewayId": "NatGatewayId",
    "networkInterfaceId": "NetworkInterfaceId",
    "odbNetworkArn": "OdbNetworkArn",
    "transitGatewayId": "TransitGatewayId",
    "vpcPeeringConnectionId": "VpcPeeringConnectionId",
}


def _routes(table: Any) -> list[Answer]:
    """A table's routes, without those that it has by itself: local, propagated, of endpoints."""
    routes = []
    for item in table.get("Routes") or []:
        gateway = item.get("GatewayId", "")
        of_endpoint = gateway.startswith("vpce-")
        if (
            gateway == "local"
            or item.get("Origin") == "EnableVgwRoutePropagation"
            or (of_endpoint and item.get("DestinationPrefixListId"))
        ):
            continue
        route = {name: item.get(key, "") for name, key in _ROUTE.items()}
        route["vpcEndpointId"] = gateway if of_endpoint else ""
        if of_endpoint:
            route["gatewayId"] = ""
        routes.append(route)
    return routes


def route_table(session: Session, args: Mapping[str, Any], region: str) -> Answer:
    """The one route table that fits.

    A subnet without a table of its own has none here: its VPC's main table is not associated with
    it.

    Raises:
        LookupError: None fits, or several do, or nothing is asked for.
    """
    if not any(
        args.get(name)
        for name in ("routeTableId", "vpcId", "subnetId", "gatewayId", "filters", "tags")
    ):
        raise LookupError(
            "one of route_table_id, vpc_id, subnet_id, gateway_id, filters, or tags must be "
            "assigned"
        )
    filters = _filters(
        args,
        route_table_id=args.get("routeTableId"),
        vpc_id=args.get("vpcId"),
        association__subnet_id=args.get("subnetId"),
        association__gateway_id=args.get("gatewayId"),
    )
    found = _pages(session, "ec2.describe_route_tables", "RouteTables", **filters)
    if not found:
        raise LookupError(
            "query returned no results. Please change your search criteria and try again"
        )
    if len(found) > 1:
        raise LookupError(
            "multiple Route Tables matched; use additional constraints to reduce matches to a "
            "single Route Table"
        )
    item = found[0]
    return {
        "gatewayId": "",
        "subnetId": "",
        **args,
        "id": item["RouteTableId"],
        "region": region,
        "arn": _arn(item, region, "route-table", item["RouteTableId"]),
        "associations": [
            {
                "gatewayId": association.get("GatewayId", ""),
                "main": bool(association.get("Main")),
                "routeTableAssociationId": association["RouteTableAssociationId"],
                "routeTableId": association["RouteTableId"],
                "subnetId": association.get("SubnetId", ""),
            }
            for association in item.get("Associations") or []
        ],
        "ownerId": item.get("OwnerId", ""),
        "routeTableId": item["RouteTableId"],
        "routes": _routes(item),
        "tags": _own_tags(item),
        "vpcId": item["VpcId"],
    }


def managed_prefix_list(session: Session, args: Mapping[str, Any], region: str) -> Answer:
    """The one prefix list that fits.

    Raises:
        LookupError: None does, or several do.
    """
    ids = {"PrefixListIds": [args["id"]]} if args.get("id") else {}
    found = _described(
        session,
        "ec2.describe_managed_prefix_lists",
        "PrefixLists",
        "InvalidPrefixListID.NotFound",
        **ids,
        **_filters({"filters": args.get("filters")}, prefix_list_name=args.get("name")),
    )
    item = _the_only("EC2 Managed Prefix List", found)
    entries = _pages(
        session,
        "ec2.get_managed_prefix_list_entries",
        "Entries",
        PrefixListId=item["PrefixListId"],
    )
    return {
        **args,
        "id": item["PrefixListId"],
        "region": region,
        "addressFamily": item["AddressFamily"],
        "arn": item["PrefixListArn"],
        "entries": [
            {"cidr": entry["Cidr"], "description": entry.get("Description", "")}
            for entry in entries
        ],
        "maxEntries": item.get("MaxEntries", 0),
        "name": item["PrefixListName"],
        "ownerId": item.get("OwnerId", ""),
        "tags": _own_tags(item),
        "version": item.get("Version", 0),
    }


def prefix_list(session: Session, args: Mapping[str, Any], region: str) -> Answer:
    """The one prefix list of a service that fits.

    Raises:
        LookupError: None does, or several do.
    """
    ids = {"PrefixListIds": [args["prefixListId"]]} if args.get("prefixListId") else {}
    found = _described(
        session,
        "ec2.describe_prefix_lists",
        "PrefixLists",
        "InvalidPrefixListId.NotFound",
        **ids,
        **_filters({"filters": args.get("filters")}, prefix_list_name=args.get("name")),
    )
    item = _the_only("EC2 Prefix List", found)
    return {
        **args,
        "id": item["PrefixListId"],
        "region": region,
        "cidrBlocks": item.get("Cidrs") or [],
        "name": item["PrefixListName"],
    }
