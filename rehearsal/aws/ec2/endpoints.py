"""VPC endpoints: their interfaces are a service's, their routes follow their route tables."""

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.vpcs import VPCEndPoint

from rehearsal.aws.ec2.interfaces import Interfaces


class Endpoints(Interfaces, EC2Backend):
    """VPC endpoints of a region."""

    def create_vpc_endpoint(self, *args: Any, **kwargs: Any) -> VPCEndPoint:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html."""
        endpoint: Any = super().create_vpc_endpoint(*args, **kwargs)
        self._adopt_interfaces(endpoint)
        return endpoint

    def modify_vpc_endpoint(  # noqa: PLR0917 - moto calls it by position
        self,
        vpc_id: str,
        policy_doc: str,
        add_subnets: list[str] | None,
        remove_subnets: list[str] | None,
        remove_route_tables: list[str] | None,
        add_route_tables: list[str] | None,
        add_security_groups: list[str] | None,
        remove_security_groups: list[str] | None,
    ) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html."""
        endpoint: Any = self.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])[0]
        super().modify_vpc_endpoint(
            vpc_id,
            policy_doc,
            add_subnets,
            remove_subnets,
            remove_route_tables,
            add_route_tables,
            add_security_groups,
            remove_security_groups,
        )
        prefix_list = endpoint.destination_prefix_list_id
        for table in add_route_tables or []:
            self.create_route(
                table, None, gateway_id=vpc_id, destination_prefix_list_id=prefix_list
            )
        for table in remove_route_tables or []:
            self.delete_route(table, prefix_list)
        if endpoint.network_interface_ids is not None:
            self._fit_interfaces(endpoint)

    def delete_vpc_endpoints(self, vpce_ids: list[str] | None = None) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpoints.html."""
        for endpoint_id in vpce_ids or []:
            endpoint: Any = self.vpc_end_points.pop(endpoint_id, None)
            if endpoint is None:
                continue
            for interface in endpoint.network_interface_ids or []:
                self.delete_service_interface(interface)
            for table in endpoint.route_table_ids or []:
                if table in self.route_tables:
                    self.delete_route(table, endpoint.destination_prefix_list_id)

    def _fit_interfaces(self, endpoint: Any) -> None:
        """One interface in each of its subnets."""
        there = {self.enis[eni].subnet.id: eni for eni in endpoint.network_interface_ids}
        for subnet in set(there) - set(endpoint.subnet_ids):
            self.delete_service_interface(there.pop(subnet))
        for subnet in endpoint.subnet_ids:
            if subnet not in there:
                there[subnet] = self.create_network_interface(subnet, None).id
        endpoint.network_interface_ids = list(there.values())
        self._adopt_interfaces(endpoint)

    def _adopt_interfaces(self, endpoint: Any) -> None:
        groups = [self.get_security_group_from_id(g) for g in endpoint.security_group_ids or []]
        default = self.get_default_security_group(endpoint.vpc_id)
        for interface_id in endpoint.network_interface_ids or []:
            interface = self.get_network_interface(interface_id)
            interface._group_set = groups or [default]
            self.hand_to_service(
                interface, f"VPC Endpoint Interface {endpoint.id}", kind="vpc_endpoint"
            )
