"""NAT gateways: pending before they are available, deleting before they are deleted.

https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
"""

from collections.abc import Collection
from typing import Any

from moto.ec2.models import EC2Backend, ec2_backends
from moto.ec2.models.nat_gateways import NatGateway

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.ec2 import errors
from rehearsal.aws.ec2.interfaces import Interfaces
from rehearsal.aws.rules import rule

Failure = dict[str, str]


@rule(errors.gateway_not_attached)
def reaches_the_internet(vpc_id: str, attached: Collection[str]) -> Failure | None:
    """The VPC of a public NAT gateway has an internet gateway, or the NAT gateway fails.

    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
    """
    return None if vpc_id in attached else errors.gateway_not_attached(vpc_id)


@rule(errors.address_already_associated)
def has_its_own_address(allocation_id: str, associated: bool) -> Failure | None:
    """The Elastic IP address of a NAT gateway is free, or the NAT gateway fails.

    https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
    """
    return errors.address_already_associated(allocation_id) if associated else None


@rule(errors.no_nat_gateway)
def is_there(nat_gateway_id: str, there: bool) -> None:
    """A NAT gateway that is described or deleted exists.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html
    """
    if not there:
        raise errors.no_nat_gateway(nat_gateway_id)


@rule(errors.no_address_for_nat)
def has_an_address(connectivity: str, allocation_id: str | None) -> None:
    """A public NAT gateway is made with an Elastic IP address.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html
    """
    if connectivity == "public" and not allocation_id:
        raise errors.no_address_for_nat()


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
        connectivity_type = connectivity_type or "public"
        has_an_address(connectivity_type, allocation_id)
        taken = False
        if allocation_id:
            taken = bool(self.address_by_allocation([allocation_id])[0].association_id)
        # One whose address is another's is made all the same, and fails without it.
        gateway: Any = super().create_nat_gateway(
            subnet_id, "" if taken else allocation_id, tags, connectivity_type
        )
        gateway.state = "pending"
        gateway.doomed = has_its_own_address(allocation_id, taken) if taken else None
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
        failure = gateway.doomed
        if gateway.connectivity_type == "public" and not failure:
            failure = reaches_the_internet(gateway.vpc_id, attached)
        if failure:
            gateway.state = "failed"
            gateway.failure_code, gateway.failure_message = failure["code"], failure["message"]
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
        is_there(nat_gateway_id, nat_gateway_id in self.nat_gateways)
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
