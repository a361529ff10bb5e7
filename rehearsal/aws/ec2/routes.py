"""Routes: to gateways of the same network that exist, from subnets that have one route table."""

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.route_tables import Route

from rehearsal.aws.ec2 import errors
from rehearsal.aws.rules import rule


@rule(errors.no_route_target)
def is_there(nat_gateway_id: str, there: bool) -> None:
    """The NAT gateway that a route leads to exists.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
    """
    if not there:
        raise errors.no_route_target(nat_gateway_id)


@rule(errors.gateway_of_another_network)
def is_of_the_network(gateway_id: str, route_table_id: str, of_gateway: str, of_table: str) -> None:
    """The internet gateway that a route leads to is attached to the VPC of the route table.

    https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
    """
    if of_gateway != of_table:
        raise errors.gateway_of_another_network(gateway_id, route_table_id)


@rule(errors.subnet_has_a_table)
def is_the_only_table(route_table_id: str, others: list[str]) -> None:
    """A subnet is associated with one route table at a time.

    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
    """
    if others:
        raise errors.subnet_has_a_table(route_table_id)


class Routes(EC2Backend):
    """Routes and their associations."""

    def create_route(
        self,
        route_table_id: str,
        *args: Any,
        gateway_id: str | None = None,
        nat_gateway_id: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html."""
        if nat_gateway_id is not None:
            is_there(nat_gateway_id, nat_gateway_id in self.nat_gateways)
        if gateway_id in self.internet_gateways:
            vpc = self.internet_gateways[gateway_id].vpc
            is_of_the_network(
                gateway_id,
                route_table_id,
                vpc.id if vpc else "",
                self.get_route_table(route_table_id).vpc_id,
            )
        return super().create_route(
            route_table_id, *args, gateway_id=gateway_id, nat_gateway_id=nat_gateway_id, **kwargs
        )

    def associate_route_table(
        self, route_table_id: str, gateway_id: str | None = None, subnet_id: str | None = None
    ) -> str:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html."""
        others = [
            table.id
            for table in self.route_tables.values()
            if table.id != route_table_id and subnet_id in table._associations.values()
        ]
        is_the_only_table(route_table_id, others)
        return super().associate_route_table(route_table_id, gateway_id, subnet_id)


def route_state(route: Route) -> str:
    """``blackhole`` where a route leads to something that is gone.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html
    """
    ec2 = route.route_table.ec2_backend
    nat, gateway = route.nat_gateway, route.gateway
    if nat is not None and nat.state in {"deleting", "deleted", "failed"}:
        return "blackhole"
    vpc = getattr(gateway, "vpc", route.route_table)
    if gateway is not None and (vpc is None or not _is_kept(ec2, gateway.id)):
        return "blackhole"
    if route.egress_only_igw and route.egress_only_igw.id not in ec2.egress_only_internet_gateways:
        return "blackhole"
    if route.interface and route.interface.id not in ec2.enis:
        return "blackhole"
    return "active"


def _is_kept(ec2: Any, gateway_id: str) -> bool:
    kept = (ec2.internet_gateways, ec2.vpc_end_points, ec2.vpn_gateways)
    return any(gateway_id in gateways for gateways in kept)
