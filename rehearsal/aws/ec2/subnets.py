"""Subnets: in a zone of their own region, with addresses that are taken and given back."""

import ipaddress
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidAvailabilityZoneError
from moto.ec2.models import EC2Backend
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses import EC2Response

from rehearsal.aws.ec2 import errors
from rehearsal.aws.rules import rule


class Subnets(EC2Backend):
    """Subnets of this region's zones."""

    def create_subnet(  # noqa: PLR0917 - moto calls it by position
        self,
        vpc_id: str,
        cidr_block: str,
        ipv6_cidr_block: str | None = None,
        availability_zone: str | None = None,
        availability_zone_id: str | None = None,
        ipv6_native: bool = False,
        tags: dict[str, dict[str, str]] | None = None,
    ) -> Subnet:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html."""
        names = {zone.name: zone.zone_id for zone in self._zones()}
        if availability_zone_id and not availability_zone:
            ids = {zone_id: name for name, zone_id in names.items()}
            availability_zone = ids.get(availability_zone_id, availability_zone_id)
        availability_zone = availability_zone or next(iter(names))
        if availability_zone not in names:
            raise InvalidAvailabilityZoneError(availability_zone, ", ".join(names))
        return super().create_subnet(
            vpc_id, cidr_block, ipv6_cidr_block, availability_zone, None, ipv6_native, tags
        )

    def _zones(self) -> list[Any]:
        return RegionsAndZonesBackend.zones[self.region_name]


class SubnetAnswers(EC2Response):
    """Answers that know how instances of a subnet are to be named."""

    def modify_subnet_attribute(self) -> ActionResult:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html."""
        answer = super().modify_subnet_attribute()
        options = self.ec2_backend.get_subnet(
            self._get_param("SubnetId")
        ).private_dns_name_options_on_launch
        hostname_type = self._get_param("PrivateDnsHostnameTypeOnLaunch")
        if hostname_type:
            options["HostnameType"] = hostname_type
        ipv6_records = self._get_param("EnableResourceNameDnsAAAARecordOnLaunch.Value")
        if ipv6_records is not None:
            options["EnableResourceNameDnsAAAARecord"] = ipv6_records
        return answer


def holds(subnet: Subnet, address: str) -> bool:
    """Whether the address is one of the subnet's."""
    return ipaddress.ip_address(address) in subnet.cidr


@rule(errors.too_few_addresses)
def has_free_addresses(subnet: Subnet, wanted: int) -> None:
    """A subnet has as many free addresses as are wanted.

    Every network interface takes some: of instances, NAT gateways, endpoints, control planes.
    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    if subnet.available_ip_address_count < wanted:
        raise errors.too_few_addresses(subnet.id)


def take_address(subnet: Subnet) -> str:
    """The next free address of a subnet, which is free no more.

    Raises:
        EC2ClientError: there is none.
    """
    has_free_addresses(subnet, 1)
    return subnet.get_available_subnet_ip(None)  # type: ignore[arg-type]


def ipv6_associations(subnet: Subnet) -> list[dict[str, Any]]:
    """What DescribeSubnets answers of IPv6 blocks: their state is a word, not a structure."""
    return [
        {
            "ipv6CidrBlock": association["ipv6CidrBlock"],
            "associationId": association["associationId"],
            "ipv6CidrBlockState": {"state": association["ipv6CidrBlockState"]["State"]},
        }
        for association in subnet.ipv6_cidr_block_associations.values()
        if association["ipv6CidrBlockState"]["State"] == "associated"
    ]
