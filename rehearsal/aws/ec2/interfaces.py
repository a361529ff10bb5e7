"""Network interfaces: addresses of their subnet, names of their region, their owner's life."""

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.security_groups import SecurityGroup

from rehearsal.aws.ec2 import errors, subnets
from rehearsal.aws.rules import rule


@rule(errors.interface_in_use)
def is_free(interface_id: str, used: bool) -> None:
    """A network interface that is deleted is attached to nothing and belongs to no service.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInterface.html
    """
    if used:
        raise errors.interface_in_use(interface_id)


class Interfaces(EC2Backend):
    """Network interfaces as EC2 makes them."""

    def create_network_interface(
        self, subnet: Any, private_ip_address: Any, *args: Any, **kwargs: Any
    ) -> NetworkInterface:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html.

        Raises:
            EC2ClientError: the subnet has no free address.
        """
        place = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        if not private_ip_address or not subnets.holds(place, private_ip_address):
            private_ip_address = subnets.take_address(place)
        interface = super().create_network_interface(place, private_ip_address, *args, **kwargs)
        if hasattr(interface, "private_dns_name"):
            interface.private_dns_name = self.private_dns_name(private_ip_address)
            for address in interface.private_ip_addresses:
                if address.get("Primary"):
                    address["PrivateDnsName"] = interface.private_dns_name
        return interface

    def private_dns_name(self, address: str) -> str:
        """The name that EC2's resolver has for a private address.

        https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
        """
        domain = (
            "ec2.internal"
            if self.region_name == "us-east-1"
            else f"{self.region_name}.compute.internal"
        )
        return f"ip-{address.replace('.', '-')}.{domain}"

    def delete_network_interface(self, eni_id: str) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInterface.html.

        Raises:
            EC2ClientError: it is attached, or a service's.
        """
        interface = self.get_network_interface(eni_id)
        owner = interface.instance
        is_free(eni_id, interface.requester_managed or bool(owner and owner.state == "running"))
        self._remove(interface)

    def _remove(self, interface: NetworkInterface) -> None:
        super().delete_network_interface(interface.id)
        for address in interface.private_ip_addresses:
            interface.subnet.del_subnet_ip(address["PrivateIpAddress"])

    def create_service_interface(
        self, subnet: Any, description: str, group_ids: list[str], kind: str = "interface"
    ) -> NetworkInterface:
        """An interface that an AWS service makes for itself, and that only it can delete."""
        interface = self.create_network_interface(
            subnet, None, group_ids=group_ids, description=description
        )
        self.hand_to_service(interface, description, kind)
        return interface

    def hand_to_service(self, interface: NetworkInterface, description: str, kind: str) -> None:
        """Mark an interface as one that belongs to an AWS service."""
        interface.description = description
        interface.interface_type = kind
        interface.requester_managed = True
        interface.status = "in-use"

    def delete_service_interface(self, eni_id: str) -> None:
        """Delete an interface of a service, by the service."""
        self._remove(self.get_network_interface(eni_id))

    def allow_within(self, group: SecurityGroup) -> None:
        """Let all that has a security group talk to each other."""
        self.authorize_security_group_ingress(
            group.id, "-1", "-1", "-1", [], source_groups=[{"GroupId": group.id}]
        )
