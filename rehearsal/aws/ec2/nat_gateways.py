"""NAT gateways: pending before they are available, deleting before they are deleted.

https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
"""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.nat_gateways import NatGateway

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.ec2.interfaces import Interfaces


class NatGateways(Interfaces, EC2Backend):
    """NAT gateways with a life in time."""

    def create_nat_gateway(
        self,
        subnet_id: str,
        allocation_id: str,
        tags: dict[str, str] | None = None,
        connectivity_type: str | None = None,
    ) -> NatGateway:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html."""
        gateway = super().create_nat_gateway(
            subnet_id, allocation_id, tags, connectivity_type or "public"
        )
        gateway.state = "pending"
        interface = self.get_network_interface(gateway.address_set[0]["networkInterfaceId"])
        self.hand_to_service(
            interface, f"Interface for NAT Gateway {gateway.id}", kind="nat_gateway"
        )
        subject = ("ec2.nat-gateway.created", self.region_name, gateway.id)
        TIMELINE.after("nat-gateway.create", *subject)
        return gateway

    def nat_gateway_created(self, gateway: Any) -> None:
        """Make it available; one that is public fails without a way to the internet."""
        attached = {i.vpc.id for i in self.internet_gateways.values() if i.vpc}
        if gateway.connectivity_type == "public" and gateway.vpc_id not in attached:
            gateway.state = "failed"
            gateway.failure_code = "Gateway.NotAttached"
            gateway.failure_message = f"Network {gateway.vpc_id} has no Internet gateway attached"
            self._free(gateway)
        else:
            gateway.state = "available"

    def delete_nat_gateway(self, nat_gateway_id: str) -> NatGateway:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNatGateway.html."""
        gateway = self._nat_gateway(nat_gateway_id)
        if gateway.state in {"pending", "available"}:
            gateway.state = "deleting"
            subject = ("ec2.nat-gateway.deleted", self.region_name, gateway.id)
            TIMELINE.after("nat-gateway.delete", *subject)
        return gateway

    def nat_gateway_deleted(self, gateway: NatGateway) -> None:
        """Give its interface and its address back."""
        gateway.state = "deleted"
        self._free(gateway)

    def describe_nat_gateways(
        self, filters: Any, nat_gateway_ids: list[str] | None
    ) -> list[NatGateway]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html."""
        for nat_gateway_id in nat_gateway_ids or []:
            self._nat_gateway(nat_gateway_id)
        return super().describe_nat_gateways(filters, nat_gateway_ids)

    def _nat_gateway(self, nat_gateway_id: str) -> NatGateway:
        if nat_gateway_id not in self.nat_gateways:
            raise EC2ClientError(
                "NatGatewayNotFound", f"NAT gateway {nat_gateway_id} was not found"
            )
        return self.nat_gateways[nat_gateway_id]

    def _free(self, gateway: NatGateway) -> None:
        for address in gateway.address_set:
            if address.get("associationId"):
                self.disassociate_address(association_id=address["associationId"])
            self.delete_service_interface(address["networkInterfaceId"])


@TIMELINE.carries_out("ec2.nat-gateway.created")
def _created(region: str, nat_gateway_id: str) -> None:
    ec2: Any = ec2_backends[ACCOUNT][region]
    gateway = ec2.nat_gateways[nat_gateway_id]
    if gateway.state == "pending":
        ec2.nat_gateway_created(gateway)


@TIMELINE.carries_out("ec2.nat-gateway.deleted")
def _deleted(region: str, nat_gateway_id: str) -> None:
    ec2: Any = ec2_backends[ACCOUNT][region]
    ec2.nat_gateway_deleted(ec2.nat_gateways[nat_gateway_id])
