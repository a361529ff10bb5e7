"""What EC2 demands of VPC endpoints.

https://docs.aws.amazon.com/vpc/latest/privatelink/what-is-privatelink.html
"""

from collections.abc import Collection, Mapping, Sequence

from rehearsal.aws.ec2 import errors
from rehearsal.aws.quotas import quota
from rehearsal.aws.rules import rule


@rule(errors.no_endpoint_service)
def service_is_offered(service: str, kinds: Collection[str]) -> None:
    """The service that an endpoint leads to is offered in the region.

    https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
    """
    if not kinds:
        raise errors.no_endpoint_service(service)


@rule(errors.endpoint_of_another_type)
def service_has_the_type(kind: str, kinds: Collection[str]) -> None:
    """An endpoint is of a type that its service has: only S3 and DynamoDB have gateways.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    """
    if kind not in kinds:
        raise errors.endpoint_of_another_type(kind, sorted(kinds))


@rule(errors.route_tables_of_an_interface_endpoint, errors.subnets_of_a_gateway_endpoint)
def parts_fit_the_type(kind: str, route_tables: Sequence[str], subnets: Sequence[str]) -> None:
    """A gateway endpoint has route tables, an interface endpoint has subnets.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
    """
    if kind != "Gateway" and route_tables:
        raise errors.route_tables_of_an_interface_endpoint()
    if kind == "Gateway" and subnets:
        raise errors.subnets_of_a_gateway_endpoint()


@rule(errors.endpoint_of_another_network)
def is_of_the_network(vpc_id: str, networks: Mapping[str, str]) -> None:
    """Subnets and route tables of an endpoint belong to its VPC.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html

    Args:
        vpc_id: the endpoint's.
        networks: the VPC of each of them, by id.
    """
    for resource, network in networks.items():
        if network != vpc_id:
            raise errors.endpoint_of_another_network(resource, vpc_id)


@rule(errors.prefix_list_has_a_route)
def table_has_no_gateway_to_service(
    route_table_id: str, prefix_list_id: str, destinations: Collection[str | None]
) -> None:
    """A route table leads to at most one gateway endpoint of a service.

    https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
    """
    if prefix_list_id in destinations:
        raise errors.prefix_list_has_a_route(route_table_id, prefix_list_id)


@rule(errors.endpoint_subnets_in_one_zone)
def has_one_subnet_per_zone(zones: Mapping[str, str]) -> None:
    """The subnets of an interface endpoint lie in different Availability Zones.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html

    Args:
        zones: the zone of each subnet, by its id.
    """
    seen: set[str] = set()
    for subnet, zone in zones.items():
        if zone in seen:
            raise errors.endpoint_subnets_in_one_zone(subnet)
        seen.add(zone)


@rule(errors.service_not_in_zone)
def service_is_in_the_zones(service: str, zones: Mapping[str, str], offered: set[str]) -> None:
    """The subnets of an interface endpoint lie in zones that its service has.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    for subnet, zone in zones.items():
        if zone not in offered:
            raise errors.service_not_in_zone(service, subnet)


@rule(errors.no_private_dns_in_network)
def network_resolves_private_names(vpc_id: str, resolves: bool) -> None:
    """A VPC whose endpoints take private DNS names has DNS support and DNS host names.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    if not resolves:
        raise errors.no_private_dns_in_network(vpc_id)


@rule(errors.private_name_is_taken)
def private_name_is_free(name: str, vpc_id: str, taken: Collection[str]) -> None:
    """One endpoint of a VPC at most has the private DNS name of a service.

    https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
    """
    if name in taken:
        raise errors.private_name_is_taken(name, vpc_id)


@rule(errors.no_gateway_endpoint_of_service)
def network_has_a_gateway_to_service(vpc_id: str, there: bool) -> None:
    """Private DNS of an interface endpoint to S3 needs a gateway endpoint to S3 in the VPC.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html
    """
    if not there:
        raise errors.no_gateway_endpoint_of_service(vpc_id)


@rule(errors.too_many_endpoints)
def leaves_room_for_an_interface_endpoint(there: int) -> None:
    """A VPC has at most as many interface endpoints as the quota allows.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
    """
    if there >= quota("vpc-endpoints.interface"):
        raise errors.too_many_endpoints()


@rule(errors.too_many_endpoints)
def leaves_room_for_a_gateway_endpoint(there: int) -> None:
    """A region has at most as many gateway endpoints as the quota allows.

    https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
    """
    if there >= quota("vpc-endpoints.gateway"):
        raise errors.too_many_endpoints()
