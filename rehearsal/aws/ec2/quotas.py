"""What EC2 refuses because the account has as much of it as its quotas allow.

https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
"""

import re
from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.instance_types import INSTANCE_TYPES

from rehearsal.aws.ec2 import errors
from rehearsal.aws.quotas import quota
from rehearsal.aws.rules import rule

# Families that the quotas call standard: what stands before the generation, as in m of m7i.large.
# https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
STANDARD_FAMILIES = {"a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"}
COUNTED_NAT_GATEWAYS = {"pending", "available", "deleting"}


@rule(errors.too_many_vpcs)
def leaves_room_for_a_vpc(there: int) -> None:
    """A region has at most as many VPCs as the quota allows, the default VPC among them.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if there >= quota("vpcs"):
        raise errors.too_many_vpcs()


@rule(errors.too_many_subnets)
def leaves_room_for_a_subnet(there: int) -> None:
    """A VPC has at most as many subnets as the quota allows.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if there >= quota("subnets"):
        raise errors.too_many_subnets()


@rule(errors.too_many_addresses)
def leaves_room_for_an_address(there: int) -> None:
    """A region has at most as many Elastic IP addresses as the quota allows.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if there >= quota("elastic-ips"):
        raise errors.too_many_addresses()


@rule(errors.too_many_nat_gateways)
def leaves_room_for_a_nat_gateway(there: int) -> None:
    """An Availability Zone has at most as many NAT gateways as the quota allows.

    Those that are pending, available or deleting count.
    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if there >= quota("nat-gateways"):
        raise errors.too_many_nat_gateways(quota("nat-gateways"))


@rule(errors.too_many_internet_gateways)
def leaves_room_for_an_internet_gateway(there: int) -> None:
    """A region has at most as many internet gateways as the quota allows.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if there >= quota("internet-gateways"):
        raise errors.too_many_internet_gateways()


@rule(errors.too_many_egress_only_internet_gateways)
def leaves_room_for_an_egress_only_internet_gateway(there: int) -> None:
    """A region has at most as many egress-only internet gateways as the quota allows.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if there >= quota("egress-only-internet-gateways"):
        raise errors.too_many_egress_only_internet_gateways()


@rule(errors.too_many_route_tables)
def leaves_room_for_a_route_table(there: int) -> None:
    """A VPC has at most as many route tables as the quota allows, the main one among them.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if there >= quota("route-tables"):
        raise errors.too_many_route_tables()


@rule(errors.too_many_routes)
def leaves_room_for_a_route(there: int) -> None:
    """A route table has at most as many routes of an IP version as the quota allows.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if there >= quota("routes"):
        raise errors.too_many_routes()


@rule(errors.too_many_groups)
def leaves_room_for_a_group(there: int) -> None:
    """A region has at most as many security groups as the quota allows.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if there >= quota("security-groups"):
        raise errors.too_many_groups()


@rule(errors.too_many_rules)
def leaves_room_for_rules(there: int, more: int) -> None:
    """A security group has at most as many rules of a direction and IP version as the quota allows.

    A rule that names a group or a prefix list counts for both versions.
    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if more and there + more > quota("security-group.rules"):
        raise errors.too_many_rules()


@rule(errors.too_many_groups_of_interface)
def has_few_groups(groups: int) -> None:
    """A network interface has at most as many security groups as the quota allows.

    https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    """
    if groups > quota("interface.security-groups"):
        raise errors.too_many_groups_of_interface()


@rule(errors.too_many_vcpus)
def leaves_room_for_vcpus(running: int, more: int) -> None:
    """Running On-Demand instances of the standard families have at most so many vCPUs together.

    https://docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
    """
    if running + more > quota("vcpus.on-demand.standard"):
        raise errors.too_many_vcpus(quota("vcpus.on-demand.standard"))


@rule(errors.too_many_spot_vcpus)
def leaves_room_for_spot_vcpus(running: int, more: int) -> None:
    """Spot Instances of the standard families have at most so many vCPUs together.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-limits.html
    """
    if running + more > quota("vcpus.spot.standard"):
        raise errors.too_many_spot_vcpus()


class Quotas(EC2Backend):
    """Calls that make something look at its quota first."""

    def create_vpc(self, *args: Any, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html."""
        leaves_room_for_a_vpc(len(self.vpcs))
        return super().create_vpc(*args, **kwargs)

    def create_subnet(self, vpc_id: str, *args: Any, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html."""
        leaves_room_for_a_subnet(len(self.describe_subnets(filters={"vpc-id": vpc_id})))
        return super().create_subnet(vpc_id, *args, **kwargs)

    def allocate_address(self, *args: Any, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html."""
        leaves_room_for_an_address(len(self.addresses))
        return super().allocate_address(*args, **kwargs)

    def create_nat_gateway(self, subnet_id: str, *args: Any, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html."""
        zone = self.get_subnet(subnet_id).availability_zone
        counted = [
            gateway
            for gateway in self.nat_gateways.values()
            if gateway.state in COUNTED_NAT_GATEWAYS
            and self.get_subnet(gateway.subnet_id).availability_zone == zone
        ]
        leaves_room_for_a_nat_gateway(len(counted))
        return super().create_nat_gateway(subnet_id, *args, **kwargs)

    def create_internet_gateway(self, *args: Any, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html."""
        leaves_room_for_an_internet_gateway(len(self.internet_gateways))
        return super().create_internet_gateway(*args, **kwargs)

    def create_egress_only_internet_gateway(self, *args: Any, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateEgressOnlyInternetGateway.html."""
        leaves_room_for_an_egress_only_internet_gateway(len(self.egress_only_internet_gateways))
        return super().create_egress_only_internet_gateway(*args, **kwargs)

    def create_route_table(self, vpc_id: str, *args: Any, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html."""
        own = [table for table in self.route_tables.values() if table.vpc_id == vpc_id]
        leaves_room_for_a_route_table(len(own))
        return super().create_route_table(vpc_id, *args, **kwargs)

    def create_route(
        self,
        route_table_id: str,
        destination_cidr_block: str | None,
        destination_ipv6_cidr_block: str | None = None,
        *args: Any,
        local: bool = False,
        **kwargs: Any,
    ) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html."""
        if not local:
            own = [
                route
                for route in self.get_route_table(route_table_id).routes
                if route.gateway_id != "local"
                and bool(route.destination_ipv6_cidr_block) == bool(destination_ipv6_cidr_block)
            ]
            leaves_room_for_a_route(len(own))
        return super().create_route(
            route_table_id,
            destination_cidr_block,
            destination_ipv6_cidr_block,
            *args,
            local=local,
            **kwargs,
        )

    def create_security_group(self, *args: Any, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html."""
        leaves_room_for_a_group(sum(len(groups) for groups in self.groups.values()))
        return super().create_security_group(*args, **kwargs)

    def _verify_group_will_respect_rule_count_limit(
        self,
        group: Any,
        current_rule_nb: int,
        ip_ranges: list[Any],
        source_groups: list[dict[str, str]] | None = None,
        egress: bool = False,
    ) -> None:
        there = group.egress_rules if egress else group.ingress_rules
        named = len(source_groups or [])
        ipv6 = sum("CidrIpv6" in block for block in ip_ranges or [] if isinstance(block, dict))
        ipv4 = len(ip_ranges or []) - ipv6
        of_ipv6 = sum("CidrIpv6" in rule.ip_range for rule in there)
        of_ipv4 = sum("CidrIp" in rule.ip_range for rule in there)
        of_both = len(there) - of_ipv6 - of_ipv4
        leaves_room_for_rules(of_ipv4 + of_both, ipv4 + named)
        leaves_room_for_rules(of_ipv6 + of_both, ipv6 + named)

    def create_network_interface(
        self,
        subnet: Any,
        private_ip_address: Any,
        private_ip_addresses: Any = None,
        group_ids: list[str] | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html."""
        has_few_groups(len(set(group_ids or [])))
        return super().create_network_interface(
            subnet, private_ip_address, private_ip_addresses, group_ids, *args, **kwargs
        )

    def modify_network_interface_attribute(
        self, eni_id: str, group_ids: list[str], *args: Any, **kwargs: Any
    ) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html."""
        has_few_groups(len(set(group_ids or [])))
        super().modify_network_interface_attribute(eni_id, group_ids, *args, **kwargs)

    def check_vcpus(self, instance_type: str, count: int, spot: bool) -> None:
        """See that so many more instances of a type may run.

        Raises:
            EC2ClientError: they may not.
        """
        more = count * _standard_vcpus(instance_type)
        if not more:
            return
        running = sum(
            _standard_vcpus(instance.instance_type)
            for instance in self.all_running_instances()
            if (instance.lifecycle == "spot") == spot
        )
        (leaves_room_for_spot_vcpus if spot else leaves_room_for_vcpus)(running, more)


def _standard_vcpus(instance_type: str) -> int:
    """Of one instance; 0 for a type that the quotas of standard instances do not count."""
    family = re.match("[a-z]*", instance_type)
    if instance_type not in INSTANCE_TYPES or not family or family[0] not in STANDARD_FAMILIES:
        return 0
    return INSTANCE_TYPES[instance_type]["VCpuInfo"]["DefaultVCpus"]
