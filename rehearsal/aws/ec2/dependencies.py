"""What EC2 refuses to delete because something still needs it: ``DependencyViolation`` and its kin.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
"""

from collections.abc import Iterator, Sequence
from typing import Any

from moto.ec2.models import EC2Backend

from rehearsal.aws.ec2 import errors
from rehearsal.aws.rules import rule

ENDED_NAT_GATEWAY = {"deleted", "failed"}


@rule(errors.has_dependencies)
def nothing_needs(kind: str, resource_id: str, dependants: Sequence[str]) -> None:
    """What is deleted has nothing left in it or attached to it.

    https://docs.aws.amazon.com/vpc/latest/userguide/delete-vpc.html
    """
    if dependants:
        raise errors.has_dependencies(kind, resource_id)


@rule(errors.group_has_dependencies)
def nothing_has_group(group_id: str, dependants: Sequence[str]) -> None:
    """A security group that is deleted belongs to no interface, and no rule of another names it.

    https://docs.aws.amazon.com/vpc/latest/userguide/deleting-security-groups.html
    """
    if dependants:
        raise errors.group_has_dependencies(group_id)


@rule(errors.default_group)
def is_no_default_group(group_id: str, name: str) -> None:
    """The default security group of a VPC goes with the VPC only.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """
    if name == "default":
        raise errors.default_group(group_id)


@rule(errors.network_has_addresses)
def has_no_public_addresses(vpc_id: str, addresses: Sequence[str]) -> None:
    """A VPC has no public addresses any more when its internet gateway is detached.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html
    """
    if addresses:
        raise errors.network_has_addresses(vpc_id)


@rule(errors.address_in_use)
def is_not_associated(address: str, association: str | None) -> None:
    """An Elastic IP address is disassociated before it is released.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html
    """
    if association:
        raise errors.address_in_use(address)


class Dependencies(EC2Backend):
    """Deletions look for dependants first. Each ``*_dependants`` names them by id."""

    # --- subnets ---

    def subnet_dependants(self, subnet_id: str) -> list[str]:
        """Network interfaces in the subnet: of instances, of services, and free ones."""
        return [eni.id for eni in self.enis.values() if eni.subnet.id == subnet_id]

    def delete_subnet(self, subnet_id: str) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html."""
        self.get_subnet(subnet_id)
        nothing_needs("subnet", subnet_id, self.subnet_dependants(subnet_id))
        for route_table in self.route_tables.values():
            for association in [a for a, s in route_table._associations.items() if s == subnet_id]:
                route_table._associations.pop(association)
        return super().delete_subnet(subnet_id)

    # --- security groups ---

    def security_group_dependants(self, group_id: str) -> list[str]:
        """Network interfaces with the group, and other groups whose rules name it."""
        interfaces = [
            eni.id
            for eni in self.enis.values()
            if group_id in {group.id for group in eni.group_set}
        ]
        groups = [
            group.id
            for group in self._all_groups()
            if group.id != group_id and group_id in _groups_named_by(group)
        ]
        return interfaces + groups

    def _all_groups(self) -> Iterator[Any]:
        for groups in self.groups.values():
            yield from groups.values()

    def delete_security_group(self, name: str | None = None, group_id: str | None = None) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html."""
        group = self.get_security_group_by_name_or_id(group_id or name or "")
        if group:
            is_no_default_group(group.id, group.name)
            nothing_has_group(group.id, self.security_group_dependants(group.id))
        super().delete_security_group(name, group_id)

    # --- VPCs ---

    def vpc_dependants(self, vpc_id: str) -> list[str]:
        """All that has to go before the VPC can: what AWS made with it goes with it."""
        return [
            *(subnet.id for subnet in self.describe_subnets(filters={"vpc-id": vpc_id})),
            *(i.id for i in self.internet_gateways.values() if i.vpc and i.vpc.id == vpc_id),
            *(g.id for g in self.groups.get(vpc_id, {}).values() if g.name != "default"),
            *(
                table.id
                for table in self.route_tables.values()
                if table.vpc_id == vpc_id and not table.main_association_id
            ),
            *(
                nat.id
                for nat in self.nat_gateways.values()
                if nat.vpc_id == vpc_id and nat.state not in ENDED_NAT_GATEWAY
            ),
            *(e.id for e in self.egress_only_internet_gateways.values() if e.vpc_id == vpc_id),
            *(e.id for e in self.vpc_end_points.values() if e.vpc_id == vpc_id),
            *(eni.id for eni in self.enis.values() if eni.vpc_id == vpc_id),
            *(
                acl.id
                for acl in self.network_acls.values()
                if acl.vpc_id == vpc_id and not acl.default
            ),
        ]

    def delete_vpc(self, vpc_id: str) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html."""
        self.get_vpc(vpc_id)
        nothing_needs("vpc", vpc_id, self.vpc_dependants(vpc_id))
        # What came with the VPC no user can delete; it goes with it.
        self.groups.pop(vpc_id, None)
        for table in [t for t in self.route_tables.values() if t.vpc_id == vpc_id]:
            del self.route_tables[table.id]
        for acl in [a for a in self.network_acls.values() if a.vpc_id == vpc_id]:
            del self.network_acls[acl.id]
        return super().delete_vpc(vpc_id)

    # --- internet gateways and addresses ---

    def detach_internet_gateway(self, internet_gateway_id: str, vpc_id: str) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html."""
        own = (eni.public_ip for eni in self.enis.values() if eni.vpc_id == vpc_id)
        has_no_public_addresses(vpc_id, [address for address in own if address])
        super().detach_internet_gateway(internet_gateway_id, vpc_id)

    def delete_internet_gateway(self, internet_gateway_id: str) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInternetGateway.html."""
        vpc = self.get_internet_gateway(internet_gateway_id).vpc
        nothing_needs("internetGateway", internet_gateway_id, [vpc.id] if vpc else [])
        super().delete_internet_gateway(internet_gateway_id)

    def release_address(self, address: str | None = None, allocation_id: str | None = None) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html."""
        found = self.address_by_ip([address]) if address else []
        for elastic in found or self.address_by_allocation([allocation_id or ""]):
            is_not_associated(elastic.public_ip, elastic.association_id)
        super().release_address(address, allocation_id)

    # --- route tables ---

    def delete_route_table(self, route_table_id: str) -> None:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html."""
        table = self.get_route_table(route_table_id)
        main = [table.main_association_id] if table.main_association_id else []
        nothing_needs("routeTable", route_table_id, [*main, *table._associations])
        super().delete_route_table(route_table_id)


def _groups_named_by(group: Any) -> set[str]:
    rules = [*group.ingress_rules, *group.egress_rules]
    return {rule.source_group["GroupId"] for rule in rules if rule.source_group}
