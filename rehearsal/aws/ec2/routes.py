"""Routes: to gateways that exist, from subnets that have one route table."""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend


class Routes(EC2Backend):
    """Routes and their associations."""

    def create_route(self, *args: Any, nat_gateway_id: str | None = None, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html."""
        if nat_gateway_id is not None and nat_gateway_id not in self.nat_gateways:
            raise EC2ClientError(
                "InvalidNatGatewayID.NotFound",
                f"The natGateway ID '{nat_gateway_id}' does not exist",
            )
        return super().create_route(*args, nat_gateway_id=nat_gateway_id, **kwargs)

    def associate_route_table(
        self, route_table_id: str, gateway_id: str | None = None, subnet_id: str | None = None
    ) -> str:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html."""
        for table in self.route_tables.values():
            if table.id != route_table_id and subnet_id in table._associations.values():
                raise EC2ClientError(
                    "Resource.AlreadyAssociated",
                    f"the specified association for route table {route_table_id} conflicts with "
                    "an existing association",
                )
        return super().associate_route_table(route_table_id, gateway_id, subnet_id)
