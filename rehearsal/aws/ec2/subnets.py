"""Subnets: in a zone of their own region, with addresses that are taken and given back."""

import ipaddress
from collections.abc import Sequence
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidAvailabilityZoneError
from moto.ec2.models import EC2Backend
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.models.subnets import Subnet
from moto.ec2.responses import EC2Response

from rehearsal.aws.ec2 import blocks, errors
from rehearsal.aws.rules import rule

# https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
IPV6_LENGTHS = range(44, 65, 4)


@rule(errors.no_range_of_a_subnet)
def lies_in_a_block(block: str, blocks_of_vpc: Sequence[str]) -> None:
    """The IPv4 block of a subnet lies in one that is associated with its VPC.

    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    try:
        wanted = ipaddress.IPv4Network(block, strict=False)
    except ValueError:
        return  # moto says what is wrong with it
    if not any(wanted.subnet_of(ipaddress.IPv4Network(it, strict=False)) for it in blocks_of_vpc):
        raise errors.no_range_of_a_subnet(block)


@rule(errors.no_range_of_a_subnet)
def lies_in_an_ipv6_block(block: str, blocks_of_vpc: Sequence[str]) -> None:
    """The IPv6 block of a subnet is a /44 to /64, in steps of four, inside one of its VPC.

    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    try:
        wanted = ipaddress.IPv6Network(block)
    except ValueError:
        raise errors.no_range_of_a_subnet(block) from None
    inside = any(wanted.subnet_of(ipaddress.IPv6Network(it)) for it in blocks_of_vpc)
    if not inside or wanted.prefixlen not in IPV6_LENGTHS:
        raise errors.no_range_of_a_subnet(block)


@rule(errors.subnets_overlap)
def overlaps_no_subnet(block: str, others: Sequence[str]) -> None:
    """The IPv6 blocks of a VPC's subnets do not overlap.

    https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    wanted = ipaddress.IPv6Network(block)
    if any(wanted.overlaps(ipaddress.IPv6Network(other)) for other in others):
        raise errors.subnets_overlap(block)


@rule(errors.subnet_gives_addresses)
def gives_no_addresses(association_id: str, gives: bool) -> None:
    """A subnet that loses its IPv6 block gives new interfaces no IPv6 addresses.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateSubnetCidrBlock.html
    """
    if gives:
        raise errors.subnet_gives_addresses(association_id)


@rule(errors.no_addresses_to_give)
def has_addresses_to_give(subnet_id: str, has_block: bool) -> None:
    """A subnet that gives new interfaces IPv6 addresses has an IPv6 block.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html
    """
    if not has_block:
        raise errors.no_addresses_to_give(subnet_id)


def is_on(flag: Any) -> bool:
    """Whether a flag is set, which moto may keep as it got it: as text."""
    return str(flag).lower() == "true"


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
        zones = {zone.name: zone for zone in self.describe_availability_zones()}
        if availability_zone_id and not availability_zone:
            ids = {zone.zone_id: name for name, zone in zones.items()}
            availability_zone = ids.get(availability_zone_id, availability_zone_id)
        availability_zone = availability_zone or next(iter(zones))
        if availability_zone not in zones:
            raise InvalidAvailabilityZoneError(availability_zone, ", ".join(zones))
        if cidr_block:
            lies_in_a_block(cidr_block, blocks.ipv4_blocks(self.get_vpc(vpc_id)))
        if ipv6_cidr_block:
            self._check_ipv6(vpc_id, ipv6_cidr_block)
        # moto knows no zones beside those of the region; this one may be elsewhere.
        known = RegionsAndZonesBackend.zones[self.region_name][0].name
        subnet: Any = super().create_subnet(
            vpc_id, cidr_block, ipv6_cidr_block, known, None, ipv6_native, tags
        )
        self.subnets[known].pop(subnet.id)
        self.subnets[availability_zone][subnet.id] = subnet
        subnet._availability_zone = zones[availability_zone]
        # Only the subnets that AWS puts into a default VPC are a zone's default.
        subnet.default_for_az = subnet.map_public_ip_on_launch = self.get_vpc(vpc_id).is_default
        return subnet

    def associate_subnet_cidr_block(self, subnet_id: str, ipv6_cidr_block: str) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSubnetCidrBlock.html."""
        self._check_ipv6(self.get_subnet(subnet_id).vpc_id, ipv6_cidr_block)
        return super().associate_subnet_cidr_block(subnet_id, ipv6_cidr_block)

    def disassociate_subnet_cidr_block(self, association_id: str) -> tuple[str, dict[str, str]]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateSubnetCidrBlock.html."""
        subnet = self.get_subnet_from_ipv6_association(association_id)
        if subnet:
            gives_no_addresses(association_id, is_on(subnet.assign_ipv6_address_on_creation))
        return super().disassociate_subnet_cidr_block(association_id)

    def modify_subnet_attribute(self, subnet_id: str, attr_name: str, attr_value: Any) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html."""
        if attr_name == "assign_ipv6_address_on_creation" and is_on(attr_value):
            has_addresses_to_give(subnet_id, bool(ipv6_associations(self.get_subnet(subnet_id))))
        super().modify_subnet_attribute(subnet_id, attr_name, attr_value)

    def _check_ipv6(self, vpc_id: str, block: str) -> None:
        lies_in_an_ipv6_block(block, blocks.ipv6_blocks(self.get_vpc(vpc_id)))
        others = [
            association["ipv6CidrBlock"]
            for subnet in self.describe_subnets(filters={"vpc-id": [vpc_id]})
            for association in ipv6_associations(subnet)
        ]
        overlaps_no_subnet(block, others)


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
