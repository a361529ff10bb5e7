"""Blocks of addresses of VPCs: secondary ones, IPv6 ones, and when they can go.

https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
"""

import ipaddress
from collections.abc import Collection, Sequence
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.vpcs import VPC

from rehearsal.aws.ec2 import errors
from rehearsal.aws.quotas import quota
from rehearsal.aws.rules import rule
from spec import facts

GONE = "disassociated"


@rule(errors.no_size_of_a_network)
def has_the_size_of_a_network(block: str) -> None:
    """An IPv4 block of a VPC is a /16 at most and a /28 at least.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """
    limit = facts.limits()["vpc.cidr"]
    length = ipaddress.ip_network(block, strict=False).prefixlen
    if not (limit.minimum or 0) <= length <= (limit.maximum or 0):
        raise errors.no_size_of_a_network(block)


@rule(errors.block_is_restricted)
def block_goes_with_the_others(block: str, others: Sequence[str]) -> None:
    """A secondary IPv4 block is of a range that goes with those of the VPC's others.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """
    wanted = ipaddress.IPv4Network(block, strict=False)
    there = [ipaddress.IPv4Network(other, strict=False) for other in others]
    if any(facts.refused_secondary_cidr(wanted, other) for other in there):
        raise errors.block_is_restricted(block)


@rule(errors.block_overlaps)
def block_overlaps_none(block: str, others: Collection[str]) -> None:
    """A secondary IPv4 block overlaps no block that the VPC has.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """
    wanted = ipaddress.ip_network(block, strict=False)
    if any(wanted.overlaps(ipaddress.ip_network(other, strict=False)) for other in others):
        raise errors.block_overlaps(block)


@rule(errors.too_many_blocks)
def leaves_room_for_a_block(vpc_id: str, there: int) -> None:
    """A VPC has at most as many IPv4 blocks as the quota allows.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if there >= quota("vpc.ipv4-blocks"):
        raise errors.too_many_blocks(vpc_id, quota("vpc.ipv4-blocks"))


@rule(errors.block_has_subnets)
def block_is_unused(vpc_id: str, block: str, subnets: Collection[str]) -> None:
    """A block that is taken from a VPC has no subnet in it.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateVpcCidrBlock.html

    Args:
        vpc_id: the VPC's.
        block: the one that is taken away.
        subnets: blocks of the VPC's subnets.
    """
    area = ipaddress.ip_network(block, strict=False)
    for subnet in subnets:
        network: Any = ipaddress.ip_network(subnet, strict=False)
        if network.version == area.version and network.subnet_of(area):
            raise errors.block_has_subnets(vpc_id, block)


class Blocks(EC2Backend):
    """Blocks of VPCs."""

    def associate_vpc_cidr_block(
        self, vpc_id: str, cidr_block: str, amazon_provided_ipv6_cidr_block: bool
    ) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateVpcCidrBlock.html."""
        vpc = self.get_vpc(vpc_id)
        ipv6 = str(amazon_provided_ipv6_cidr_block).lower() == "true"
        if not ipv6:
            others = ipv4_blocks(vpc)
            has_the_size_of_a_network(cidr_block)
            leaves_room_for_a_block(vpc_id, len(others))
            block_overlaps_none(cidr_block, others)
            block_goes_with_the_others(cidr_block, others)
            cidr_block = str(ipaddress.ip_network(cidr_block, strict=False))
        return super().associate_vpc_cidr_block(vpc_id, cidr_block, ipv6)

    def disassociate_vpc_cidr_block(self, association_id: str) -> dict[str, Any]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateVpcCidrBlock.html."""
        for vpc in self.vpcs.values():
            association = vpc._cidr_block_association_set.get(association_id)
            if association and association["cidr_block"] != vpc.cidr_block:
                subnets = self.describe_subnets(filters={"vpc-id": [vpc.id]})
                used = [subnet.cidr_block for subnet in subnets if subnet.cidr_block]
                used += [
                    block["ipv6CidrBlock"]
                    for subnet in subnets
                    for block in subnet.ipv6_cidr_block_associations.values()
                    if block["ipv6CidrBlockState"]["State"] == "associated"
                ]
                block_is_unused(vpc.id, association["cidr_block"], used)
        return super().disassociate_vpc_cidr_block(association_id)


def ipv4_blocks(vpc: VPC) -> list[str]:
    """A VPC's own IPv4 blocks, the primary one first."""
    blocks = [
        association["cidr_block"]
        for association in vpc.get_cidr_block_association_set(ipv6=False)
        if association["cidr_block_state"]["state"] != GONE
    ]
    return sorted(blocks, key=lambda block: block != vpc.cidr_block)


def ipv6_blocks(vpc: VPC) -> list[str]:
    """A VPC's own IPv6 blocks."""
    return [
        association["cidr_block"]
        for association in vpc.get_cidr_block_association_set(ipv6=True)
        if association["cidr_block_state"]["state"] != GONE
    ]


def ipv6_block_associations(vpc: VPC) -> list[dict[str, Any]]:
    """What DescribeVpcs answers of IPv6 blocks, with where they are told of on the internet."""
    return [
        {
            "associationId": association["association_id"],
            "ipv6CidrBlock": association["cidr_block"],
            "ipv6CidrBlockState": association["cidr_block_state"],
            "networkBorderGroup": vpc.ec2_backend.region_name,
            "ipv6Pool": association.get("ipv6_pool"),
        }
        for association in vpc.get_cidr_block_association_set(ipv6=True)
    ]
