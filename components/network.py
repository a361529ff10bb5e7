"""The VPC: a public and a private subnet in each zone, and the nodes' way out."""

import dataclasses
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws

from components.component import Component
from spec.addresses import ZoneSubnets


@dataclasses.dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Arguments of `Network`.

    Attributes:
        cidr: The VPC's block, /16 to /22.
        subnets: The blocks of the subnets in each zone, by zone name; at least two zones.
        single_nat_gateway: One NAT gateway for all zones instead of one in each.
        egress_after: What the way out waits for; VPC and subnets do not.
    """

    cidr: IPv4Network
    subnets: Mapping[str, ZoneSubnets]
    single_nat_gateway: bool = True
    egress_after: Sequence[pulumi.Resource] = ()


class Network(Component):
    """A VPC as EKS wants it.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html

    Nodes live in the private subnets and reach the internet through NAT gateways in the public
    ones; load balancers find both kinds by their role tags.

    Attributes:
        vpc: The VPC.
        private_subnets: Private subnets by zone name.
        public_subnets: Public subnets by zone name.
        egress: What a node needs in order to reach the internet: NAT gateways, routes and their
            associations. Node groups wait for these, the control plane does not.
    """

    vpc: aws.ec2.Vpc
    private_subnets: dict[str, aws.ec2.Subnet]
    public_subnets: dict[str, aws.ec2.Subnet]
    egress: list[pulumi.Resource]

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Network", name, opts)
        self.egress = []
        self._egress_after = args.egress_after
        self.vpc = aws.ec2.Vpc(
            name,
            cidr_block=str(args.cidr),
            # Nodes are named by their private DNS name.
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": name},
            opts=self.child(),
        )
        # A VPC comes with a group that lets its members talk to each other: nobody uses it, so it
        # is emptied.
        aws.ec2.DefaultSecurityGroup(
            name, vpc_id=self.vpc.id, tags={"Name": f"{name}-default-unused"}, opts=self.child()
        )
        self.public_subnets = self._subnets(args, "public", "kubernetes.io/role/elb")
        self.private_subnets = self._subnets(args, "private", "kubernetes.io/role/internal-elb")
        self._open_public_subnets(name)
        self._open_private_subnets(name, shared=args.single_nat_gateway)
        self.register_outputs({"vpcId": self.vpc.id})

    def _subnets(self, args: NetworkArgs, tier: str, role_tag: str) -> dict[str, aws.ec2.Subnet]:
        """One subnet in each zone; `role_tag` tells load balancer controllers what it is for."""
        subnets: dict[str, aws.ec2.Subnet] = {}
        for zone, blocks in args.subnets.items():
            logical_name = f"{self._name}-{tier}-{zone}"
            subnets[zone] = aws.ec2.Subnet(
                logical_name,
                vpc_id=self.vpc.id,
                availability_zone=zone,
                cidr_block=str(blocks.public if tier == "public" else blocks.private),
                map_public_ip_on_launch=False,
                tags={"Name": logical_name, role_tag: "1"},
                opts=self.child(),
            )
        return subnets

    def _open_public_subnets(self, name: str) -> None:
        gateway = aws.ec2.InternetGateway(
            name, vpc_id=self.vpc.id, tags={"Name": name}, opts=self.child()
        )
        table = self._route_table(f"{name}-public")
        route = aws.ec2.Route(
            f"{name}-public",
            route_table_id=table.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=gateway.id,
            opts=self._egress_child(),
        )
        self.egress.append(route)
        for zone, subnet in self.public_subnets.items():
            self._associate(f"{name}-public-{zone}", table, subnet)

    def _open_private_subnets(self, name: str, *, shared: bool) -> None:
        """Routes the private subnets to NAT gateways.

        Each zone has a route table of its own even when they share one gateway, so that a change
        between `single` and `perZone` changes routes only.
        """
        internet = list(self.egress)
        gateways: dict[str, aws.ec2.NatGateway] = {}
        for zone, public_subnet in self.public_subnets.items():
            if gateways and shared:
                gateways[zone] = next(iter(gateways.values()))
                continue
            logical_name = f"{name}-{zone}"
            address = aws.ec2.Eip(
                logical_name,
                domain="vpc",
                tags={"Name": f"{name}-nat-{zone}"},
                # An address cannot be released while its VPC's gateway still maps it.
                opts=self._egress_child(*internet),
            )
            gateways[zone] = aws.ec2.NatGateway(
                logical_name,
                subnet_id=public_subnet.id,
                allocation_id=address.allocation_id,
                tags={"Name": logical_name},
                opts=self._egress_child(*internet),
            )
            self.egress.append(gateways[zone])
        for zone, private_subnet in self.private_subnets.items():
            table = self._route_table(f"{name}-private-{zone}")
            route = aws.ec2.Route(
                f"{name}-private-{zone}",
                route_table_id=table.id,
                destination_cidr_block="0.0.0.0/0",
                nat_gateway_id=gateways[zone].id,
                opts=self._egress_child(),
            )
            self.egress.append(route)
            self._associate(f"{name}-private-{zone}", table, private_subnet)

    def _route_table(self, logical_name: str) -> aws.ec2.RouteTable:
        return aws.ec2.RouteTable(
            logical_name, vpc_id=self.vpc.id, tags={"Name": logical_name}, opts=self.child()
        )

    def _associate(
        self, logical_name: str, table: aws.ec2.RouteTable, subnet: aws.ec2.Subnet
    ) -> None:
        association = aws.ec2.RouteTableAssociation(
            logical_name, route_table_id=table.id, subnet_id=subnet.id, opts=self._egress_child()
        )
        self.egress.append(association)

    def _egress_child(self, *depends_on: pulumi.Resource) -> pulumi.ResourceOptions:
        """The options of a part of the way out."""
        return self.child(depends_on=[*self._egress_after, *depends_on])
