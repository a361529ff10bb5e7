"""What an instance reaches from where it is: routes, gateways, endpoints, security groups.

Network ACLs are not looked at, and what a transit gateway, a peering or an appliance leads to is
taken to lead everywhere, as nothing here can tell.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rehearsal.aws.ec2 import EC2

EVERYWHERE = "0.0.0.0/0"
HTTPS = 443


@dataclass(frozen=True)
class WayOut:
    """A way to the internet.

    Attributes:
        address: what the internet sees of who takes it; None if that cannot be told.
    """

    address: str | None


def route_table(ec2: "EC2", subnet: Any) -> Any:
    """The route table of a subnet: its own, or its VPC's main one.

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
    """
    tables = [table for table in ec2.route_tables.values() if table.vpc_id == subnet.vpc_id]
    for table in tables:
        if subnet.id in table._associations.values():
            return table
    return next(table for table in tables if table.main_association_id)


def is_public(ec2: "EC2", subnet: Any) -> bool:
    """Whether a subnet's way out is an internet gateway."""
    route = _default_route(ec2, subnet)
    return route is not None and _internet_gateway(route, subnet.vpc_id)


def way_out(ec2: "EC2", subnet: Any, public_address: str | None) -> WayOut | None:
    """How an instance of a subnet gets to the internet, if it does.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html

    Args:
        ec2: where the subnet is.
        subnet: of the instance.
        public_address: of the instance, if it has one.
    """
    route = _default_route(ec2, subnet)
    if route is None:
        return None
    if route.gateway and str(route.gateway.id).startswith("igw-"):
        attached = _internet_gateway(route, subnet.vpc_id)
        return WayOut(public_address) if attached and public_address else None
    if route.nat_gateway:
        return _through(ec2, route.nat_gateway)
    return WayOut(None)


def _through(ec2: "EC2", gateway: Any) -> WayOut | None:
    if gateway.state != "available" or gateway.connectivity_type != "public":
        return None
    addresses = [place.get("publicIp") for place in gateway.address_set if place.get("publicIp")]
    if not addresses or not is_public(ec2, ec2.get_subnet(gateway.subnet_id)):
        return None
    return WayOut(addresses[0])


def _default_route(ec2: "EC2", subnet: Any) -> Any:
    routes = route_table(ec2, subnet).routes
    return next((r for r in routes if r.destination_cidr_block == EVERYWHERE), None)


def _internet_gateway(route: Any, vpc_id: str) -> bool:
    """Whether the route leads to an internet gateway that the VPC still has."""
    gateway = route.gateway
    if not gateway or not str(gateway.id).startswith("igw-"):
        return False
    return bool(gateway.vpc and gateway.vpc.id == vpc_id)


# --- endpoints in the VPC ---


def answers_private_names(vpc: Any) -> bool:
    """Whether names of private endpoints are resolved in the VPC.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
    """
    return on(vpc.enable_dns_support) and on(vpc.enable_dns_hostnames)


def interface_endpoint(ec2: "EC2", vpc: Any, service: str) -> Any:
    """The endpoint that a service's usual name leads to in the VPC, if it has one.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html

    Args:
        ec2: where the VPC is.
        vpc: the VPC.
        service: as ``ecr.api``.
    """
    if not answers_private_names(vpc):
        return None
    for endpoint in _endpoints(ec2, vpc.id, service, "Interface"):
        # It is on unless it is turned off.
        if endpoint.private_dns_enabled is None or on(endpoint.private_dns_enabled):
            return endpoint
    return None


def has_gateway_endpoint(ec2: "EC2", subnet: Any, service: str) -> bool:
    """Whether the subnet's route table leads to a gateway endpoint of the service.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html
    """
    table = route_table(ec2, subnet).id
    endpoints = _endpoints(ec2, subnet.vpc_id, service, "Gateway")
    return any(table in (endpoint.route_table_ids or []) for endpoint in endpoints)


def _endpoints(ec2: "EC2", vpc_id: str, service: str, kind: str) -> list[Any]:
    name = f"com.amazonaws.{ec2.region_name}.{service}"
    return [
        endpoint
        for endpoint in ec2.vpc_end_points.values()
        if endpoint.vpc_id == vpc_id
        and endpoint.service_name == name
        and (endpoint.vpc_endpoint_type or "Gateway").lower() == kind.lower()
        and endpoint.state == "available"
    ]


def on(value: Any) -> bool:
    """Whether a flag is set, which moto may keep as it got it: as text."""
    return str(value).lower() == "true"


# --- security groups ---


@dataclass(frozen=True)
class Party:
    """One end of a connection.

    Attributes:
        groups: ids of its security groups.
        address: private; None stands for any on the internet.
    """

    groups: frozenset[str]
    address: str | None


def may_connect(ec2: "EC2", source: Party, target: Party, port: int = HTTPS) -> bool:
    """Whether security groups let one party open a TCP connection to the other.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    return may_leave(ec2, source, target, port) and any(
        _covers(rule, source, port) for rule in _rules(ec2, target.groups, "ingress_rules")
    )


def may_leave(ec2: "EC2", source: Party, target: Party, port: int = HTTPS) -> bool:
    """Whether the source's security groups let it open a TCP connection to the target."""
    rules = _rules(ec2, source.groups, "egress_rules")
    return any(_covers(rule, target, port) for rule in rules)


def _rules(ec2: "EC2", groups: Iterable[str], kind: str) -> Iterable[Any]:
    for group_id in groups:
        group = ec2.get_security_group_from_id(group_id)
        if group is not None:
            yield from getattr(group, kind)


def _covers(rule: Any, other: Party, port: int) -> bool:
    if rule.ip_protocol not in {"-1", "tcp"}:
        return False
    if rule.ip_protocol == "tcp" and not rule.from_port <= port <= rule.to_port:
        return False
    if rule.source_group.get("GroupId") in other.groups:
        return True
    block = rule.ip_range.get("CidrIp")
    if not block:
        # The addresses of a prefix list are AWS's.
        return rule.prefix_list_id is not None and other.address is None
    if other.address is None:
        return block == EVERYWHERE
    return contains(block, other.address)


def contains(block: str, address: str) -> bool:
    """Whether an IPv4 block has the address."""
    network = ipaddress.ip_network(block, strict=False)
    return network.version == 4 and ipaddress.ip_address(address) in network
