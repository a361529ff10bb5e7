"""A new VPC: its subnets in each zone, and the nodes' way out."""

import dataclasses
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network

import pulumi
import pulumi_aws as aws

from components.component import Component
from components.places import Places
from spec.addresses import ZoneSubnets
from spec.model import NetworkSpec

EVERYWHERE = "0.0.0.0/0"
EVERYWHERE_IPV6 = "::/0"

_IPV6_TIERS = {"private": 0, "public": 1, "intra": 2, "control-plane": 3}
"""Which sixteen of the 256 IPv6 subnets of a VPC are a tier's."""

_ROLE_TAGS = {
    "private": {"kubernetes.io/role/internal-elb": "1"},
    "public": {"kubernetes.io/role/elb": "1"},
}
"""How load balancers find their subnets.

https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Arguments of `Network`.

    Attributes:
        spec: What the network shall be.
        subnets: The blocks of the subnets in each zone, by zone name; at least two zones.
        zone_indices: Each zone's place in its region, from 0: its IPv6 subnets are numbered by it.
        pod_subnets: The blocks of pods' subnets by zone name; empty: pods have nodes' addresses.
        egress_after: What the way out waits for; VPC and subnets do not.
        private_tags: Further tags of the private subnets.
    """

    spec: NetworkSpec
    subnets: Mapping[str, ZoneSubnets]
    zone_indices: Mapping[str, int]
    pod_subnets: Mapping[str, IPv4Network] = dataclasses.field(
        default_factory=dict[str, IPv4Network]
    )
    egress_after: Sequence[pulumi.Input[pulumi.Resource]] = ()
    private_tags: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])


class Network(Component):
    """A VPC as EKS wants it.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html

    Nodes live in the private subnets and reach the internet through NAT gateways in the public
    ones; load balancers find both kinds by their role tags.

    Attributes:
        vpc: The VPC.
        places: Ids of the VPC and its subnets.
        subnets: All subnets, and what has to be there before them.
        route_tables: Route tables of subnets that are not public.
        egress: What a node needs in order to reach the internet: NAT gateways, routes and their
            associations. Node groups wait for these, the control plane does not.
    """

    vpc: aws.ec2.Vpc
    places: Places
    subnets: list[pulumi.Resource]
    route_tables: list[aws.ec2.RouteTable]
    egress: list[pulumi.Resource]

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Network", name, opts)
        self._name, self._args, self._spec = name, args, args.spec
        self.subnets, self.egress, self.route_tables = [], [], []
        self.vpc = aws.ec2.Vpc(
            name,
            cidr_block=str(args.spec.cidr),
            assign_generated_ipv6_cidr_block=True if args.spec.has_ipv6 else None,
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
        private = {
            zone: self._subnet("private", zone, it.private) for zone, it in args.subnets.items()
        }
        public = self._public_subnets()
        gateways = self._nat_gateways(public)
        self._open_private_subnets(private, gateways)
        others = {"intra": self._intra_subnets()}
        control_plane = self._control_plane_subnets(private, others["intra"])
        pods = self._pod_subnets()
        others |= self._local_zones(gateways)
        self.places = Places(
            vpc_id=self.vpc.id,
            private=_ids(private),
            public=_ids(public),
            control_plane=[subnet.id for subnet in control_plane.values()],
            pods={zone: subnet.id for zone, subnet in pods.items()},
            others={
                "controlPlane": _ids(control_plane)
                if args.spec.control_plane_subnets == "dedicated"
                else {},
                **{tier: _ids(subnets) for tier, subnets in others.items()},
            },
        )
        self.register_outputs({"vpcId": self.vpc.id})

    def _subnet(
        self,
        tier: str,
        zone: str,
        block: IPv4Network | None,
        after: list[pulumi.Resource] | None = None,
    ) -> aws.ec2.Subnet:
        """A subnet of a tier in a zone.

        Raises:
            ValueError: The VPC is too small for it.
        """
        if block is None:
            raise ValueError(f"{self._spec.cidr} has no room for {tier} subnets")
        name = f"{self._name}-{tier}-{zone}"
        number = self._args.zone_indices.get(zone)
        has_ipv6 = self._spec.has_ipv6 and tier in _IPV6_TIERS and number is not None
        subnet = aws.ec2.Subnet(
            name,
            vpc_id=self.vpc.id,
            availability_zone=zone,
            cidr_block=str(block),
            ipv6_cidr_block=self._ipv6_block(_IPV6_TIERS[tier] * 16 + (number or 0))
            if has_ipv6
            else None,
            assign_ipv6_address_on_creation=True if has_ipv6 else None,
            map_public_ip_on_launch=False,
            tags={
                "Name": name,
                **_ROLE_TAGS.get(tier.removeprefix("local-"), {}),
                **(self._args.private_tags if tier == "private" else {}),
            },
            opts=self.child(depends_on=after or []),
        )
        self.subnets.append(subnet)
        return subnet

    def _ipv6_block(self, number: int) -> pulumi.Output[str]:
        """The n-th /64 of the VPC's /56, which AWS gives it."""

        def nth(block: str) -> str:
            network = IPv6Network(block)
            return str(IPv6Network((int(network.network_address) + (number << 64), 64)))

        return self.vpc.ipv6_cidr_block.apply(nth)

    def _public_subnets(self) -> dict[str, aws.ec2.Subnet]:
        """The public subnets and their route to the internet gateway."""
        if not self._spec.has_public_subnets:
            return {}
        subnets = {
            zone: self._subnet("public", zone, it.public) for zone, it in self._args.subnets.items()
        }
        gateway = aws.ec2.InternetGateway(
            self._name, vpc_id=self.vpc.id, tags={"Name": self._name}, opts=self.child()
        )
        self._public_table = self._route_table(f"{self._name}-public")
        self._route(f"{self._name}-public", self._public_table, EVERYWHERE, gateway_id=gateway.id)
        if self._spec.has_ipv6:
            self._route(
                f"{self._name}-public-ipv6",
                self._public_table,
                EVERYWHERE_IPV6,
                gateway_id=gateway.id,
            )
        for zone, subnet in subnets.items():
            self._associate(f"{self._name}-public-{zone}", self._public_table, subnet)
        return subnets

    def _nat_gateways(self, public: Mapping[str, aws.ec2.Subnet]) -> dict[str, aws.ec2.NatGateway]:
        """The NAT gateway of each zone: its own, or the one that all share."""
        if self._spec.nat_gateways == "none":
            return {}
        internet = list(self.egress)
        gateways: dict[str, aws.ec2.NatGateway] = {}
        for zone, subnet in public.items():
            if gateways and self._spec.nat_gateways == "single":
                gateways[zone] = next(iter(gateways.values()))
                continue
            logical_name = f"{self._name}-{zone}"
            address = aws.ec2.Eip(
                logical_name,
                domain="vpc",
                tags={"Name": f"{self._name}-nat-{zone}"},
                # An address cannot be released while its VPC's gateway still maps it.
                opts=self.child(depends_on=internet),
            )
            gateways[zone] = aws.ec2.NatGateway(
                logical_name,
                subnet_id=subnet.id,
                allocation_id=address.allocation_id,
                tags={"Name": logical_name},
                opts=self.child(depends_on=internet),
            )
            self.egress.append(gateways[zone])
        return gateways

    def _open_private_subnets(
        self,
        private: Mapping[str, aws.ec2.Subnet],
        gateways: Mapping[str, aws.ec2.NatGateway],
    ) -> None:
        """Routes the private subnets to NAT gateways.

        Each zone has a route table of its own even when they share one gateway, so that a change
        between `single` and `perZone` changes routes only.
        """
        egress_only = (
            aws.ec2.EgressOnlyInternetGateway(
                self._name, vpc_id=self.vpc.id, tags={"Name": self._name}, opts=self.child()
            )
            if self._spec.has_ipv6 and self._spec.nat_gateways != "none"
            else None
        )
        self._private_tables: dict[str, aws.ec2.RouteTable] = {}
        for zone, subnet in private.items():
            name = f"{self._name}-private-{zone}"
            table = self._private_tables[zone] = self._route_table(name)
            self.route_tables.append(table)
            if zone in gateways:
                self._route(name, table, EVERYWHERE, nat_gateway_id=gateways[zone].id)
            if egress_only:
                self._route(
                    f"{name}-ipv6", table, EVERYWHERE_IPV6, egress_only_gateway_id=egress_only.id
                )
            self._associate(name, table, subnet)

    def _intra_subnets(self) -> dict[str, aws.ec2.Subnet]:
        """Subnets with no route out of the VPC, if there are to be any."""
        if not self._spec.intra_subnets:
            return {}
        table = self._route_table(f"{self._name}-intra")
        self.route_tables.append(table)
        subnets: dict[str, aws.ec2.Subnet] = {}
        for zone, it in self._args.subnets.items():
            subnets[zone] = self._subnet("intra", zone, it.intra)
            self._associate(f"{self._name}-intra-{zone}", table, subnets[zone])
        return subnets

    def _control_plane_subnets(
        self, private: Mapping[str, aws.ec2.Subnet], intra: Mapping[str, aws.ec2.Subnet]
    ) -> Mapping[str, aws.ec2.Subnet]:
        """The subnets of the control plane's network interfaces."""
        match self._spec.control_plane_subnets:
            case "private":
                return private
            case "intra":
                return intra
            case "dedicated":
                subnets: dict[str, aws.ec2.Subnet] = {}
                for zone, it in self._args.subnets.items():
                    subnets[zone] = self._subnet("control-plane", zone, it.control_plane)
                    self._associate(
                        f"{self._name}-control-plane-{zone}",
                        self._private_tables[zone],
                        subnets[zone],
                    )
                return subnets

    def _pod_subnets(self) -> dict[str, aws.ec2.Subnet]:
        """Subnets of a second block, whose addresses pods get; routed like the nodes'."""
        if not self._args.pod_subnets:
            return {}
        block = aws.ec2.VpcIpv4CidrBlockAssociation(
            f"{self._name}-pods",
            vpc_id=self.vpc.id,
            cidr_block=str(self._spec.pods.cidr),
            opts=self.child(),
        )
        subnets: dict[str, aws.ec2.Subnet] = {}
        for zone, cidr in self._args.pod_subnets.items():
            subnets[zone] = self._subnet("pods", zone, cidr, after=[block])
            self._associate(f"{self._name}-pods-{zone}", self._private_tables[zone], subnets[zone])
        return subnets

    def _local_zones(
        self, gateways: Mapping[str, aws.ec2.NatGateway]
    ) -> dict[str, dict[str, aws.ec2.Subnet]]:
        """A private and a public subnet in each Local Zone, with the region's gateways."""
        tiers: dict[str, dict[str, aws.ec2.Subnet]] = {"localPrivate": {}, "localPublic": {}}
        for zone, block in self._spec.local_zones.items():
            private_block, public_block = block.subnets()
            private = self._subnet("local-private", zone, private_block)
            name = f"{self._name}-local-private-{zone}"
            table = self._route_table(name)
            self.route_tables.append(table)
            if gateways:
                nearest = next(iter(gateways.values()))
                self._route(name, table, EVERYWHERE, nat_gateway_id=nearest.id)
            self._associate(name, table, private)
            public = self._subnet("local-public", zone, public_block)
            self._associate(f"{self._name}-local-public-{zone}", self._public_table, public)
            tiers["localPrivate"][zone] = private
            tiers["localPublic"][zone] = public
        return tiers

    def _route_table(self, logical_name: str) -> aws.ec2.RouteTable:
        return aws.ec2.RouteTable(
            logical_name, vpc_id=self.vpc.id, tags={"Name": logical_name}, opts=self.child()
        )

    def _route(
        self,
        logical_name: str,
        table: aws.ec2.RouteTable,
        destination: str,
        *,
        gateway_id: pulumi.Input[str] | None = None,
        nat_gateway_id: pulumi.Input[str] | None = None,
        egress_only_gateway_id: pulumi.Input[str] | None = None,
    ) -> None:
        is_ipv6 = ":" in destination
        route = aws.ec2.Route(
            logical_name,
            route_table_id=table.id,
            destination_cidr_block=None if is_ipv6 else destination,
            destination_ipv6_cidr_block=destination if is_ipv6 else None,
            gateway_id=gateway_id,
            nat_gateway_id=nat_gateway_id,
            egress_only_gateway_id=egress_only_gateway_id,
            opts=self.child(depends_on=self._args.egress_after),
        )
        self.egress.append(route)

    def _associate(
        self, logical_name: str, table: aws.ec2.RouteTable, subnet: aws.ec2.Subnet
    ) -> None:
        association = aws.ec2.RouteTableAssociation(
            logical_name,
            route_table_id=table.id,
            subnet_id=subnet.id,
            opts=self.child(depends_on=self._args.egress_after),
        )
        self.egress.append(association)


def _ids(subnets: Mapping[str, aws.ec2.Subnet]) -> dict[str, list[pulumi.Input[str]]]:
    return {zone: [subnet.id] for zone, subnet in subnets.items()}
