"""A VPC that is there: looked up, checked, and tagged if asked for."""

import dataclasses
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.component import Component
from components.places import Places
from spec import existing_network
from spec.existing_network import Found, FoundSubnet
from spec.model import ClusterSpec, ExistingNetworkSpec, SubnetsSpec, VpcSpec
from spec.model.broken import BrokenError
from spec.model.karpenter import DISCOVERY_TAG


def vpc_of(spec: VpcSpec, opts: pulumi.InvokeOptions) -> str:
    """The id of an existing VPC, which AWS is asked for where tags tell which it is.

    Args:
        spec: The VPC.
        opts: Whose provider asks.

    Raises:
        BrokenError: No VPC has the tags, or several have.
    """
    if spec.id is not None:
        return spec.id
    filters = [
        aws.ec2.GetVpcsFilterArgs(name=f"tag:{key}", values=[value])
        for key, value in spec.tags.items()
    ]
    found = sorted(aws.ec2.get_vpcs(filters=filters, opts=opts).ids)
    if broken := tuple(existing_network.not_one_vpc(spec.tags, found)):
        raise BrokenError(broken)
    return found[0]


def look_up(spec: ExistingNetworkSpec, vpc_id: str, opts: pulumi.InvokeOptions) -> Found:
    """Asks AWS for the subnets of an existing network.

    Args:
        spec: The network.
        vpc_id: Its VPC.
        opts: Whose provider asks.
    """
    ids = {field: _ids(vpc_id, subnets, opts) for field, subnets in spec.subnets.items()}
    # Fields may name the same subnet: each is asked for once.
    distinct = dict.fromkeys(id_ for of_field in ids.values() for id_ in of_field)
    found = {id_: _subnet(id_, opts) for id_ in distinct}
    return {field: [found[id_] for id_ in of_field] for field, of_field in ids.items()}


def _ids(vpc_id: str, subnets: SubnetsSpec, opts: pulumi.InvokeOptions) -> Sequence[str]:
    if subnets.ids:
        return subnets.ids
    filters = [
        aws.ec2.GetSubnetsFilterArgs(name="vpc-id", values=[vpc_id]),
        *(
            aws.ec2.GetSubnetsFilterArgs(name=f"tag:{key}", values=[value])
            for key, value in subnets.tags.items()
        ),
    ]
    return sorted(aws.ec2.get_subnets(filters=filters, opts=opts).ids)


def _subnet(id_: str, opts: pulumi.InvokeOptions) -> FoundSubnet:
    subnet = aws.ec2.get_subnet(id=id_, opts=opts)
    return FoundSubnet(
        id=subnet.id,
        vpc_id=subnet.vpc_id,
        zone=subnet.availability_zone,
        zone_id=subnet.availability_zone_id,
        free_addresses=subnet.available_ip_address_count,
        has_ipv6=bool(subnet.ipv6_cidr_block),
        tags=subnet.tags,
        default_route=_default_route(subnet.id, subnet.vpc_id, opts),
    )


def _default_route(subnet_id: str, vpc_id: str, opts: pulumi.InvokeOptions) -> str | None:
    """What 0.0.0.0/0 leads to; a subnet without a route table of its own has the VPC's main one."""
    of_subnet = aws.ec2.GetRouteTablesFilterArgs(name="association.subnet-id", values=[subnet_id])
    main = aws.ec2.GetRouteTablesFilterArgs(name="association.main", values=["true"])
    ids = (
        aws.ec2.get_route_tables(vpc_id=vpc_id, filters=[of_subnet], opts=opts).ids
        or aws.ec2.get_route_tables(vpc_id=vpc_id, filters=[main], opts=opts).ids
    )
    for id_ in ids:
        for route in aws.ec2.get_route_table(route_table_id=id_, opts=opts).routes:
            if route.cidr_block == "0.0.0.0/0":
                if route.nat_gateway_id:
                    return "nat"
                return "internet" if route.gateway_id.startswith("igw-") else "other"
    return None


@dataclasses.dataclass(frozen=True, kw_only=True)
class ExistingNetworkArgs:
    """Arguments of `ExistingNetwork`.

    Attributes:
        cluster: The cluster, whose network is an existing one.
        spec: That network.
    """

    cluster: ClusterSpec
    spec: ExistingNetworkSpec


class ExistingNetwork(Component):
    """A VPC and subnets that are there.

    Attributes:
        places: Their ids.
        tags: The tags that were put on subnets.
    """

    places: Places
    tags: list[pulumi.Resource]

    def __init__(
        self, name: str, args: ExistingNetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Looks the network up.

        Raises:
            BrokenError: It is not as EKS wants it.
        """
        super().__init__("ExistingNetwork", name, opts)
        invoke = pulumi.InvokeOptions(parent=self)
        vpc_id = vpc_of(args.spec.vpc, invoke)
        found = look_up(args.spec, vpc_id, invoke)
        if broken := tuple(existing_network.broken(args.cluster, vpc_id, found)):
            raise BrokenError(broken)
        zones = {field: existing_network.by_zone(subnets) for field, subnets in found.items()}
        control_plane = zones.get("controlPlaneSubnets", zones["privateSubnets"])
        self.places = Places(
            vpc_id=vpc_id,
            private=zones["privateSubnets"],
            public=zones.get("publicSubnets", {}),
            control_plane=[id_ for ids in control_plane.values() for id_ in ids],
            pods={zone: ids[0] for zone, ids in zones.get("podSubnets", {}).items()},
            others={"controlPlane": zones.get("controlPlaneSubnets", {})},
        )
        self.tags = []
        if args.spec.tag_subnets:
            for field, tag in existing_network.ROLE_TAGS.items():
                for subnet in found.get(field, ()):
                    self.tags.append(
                        aws.ec2.Tag(
                            f"{name}-{subnet.id}-{tag.rpartition('/')[2]}",
                            resource_id=subnet.id,
                            key=tag,
                            value="1",
                            opts=self.child(),
                        )
                    )
            if args.cluster.karpenter:
                for subnet in found["privateSubnets"]:
                    self.tags.append(
                        aws.ec2.Tag(
                            f"{name}-{subnet.id}-discovery",
                            resource_id=subnet.id,
                            key=DISCOVERY_TAG,
                            value=args.cluster.name,
                            opts=self.child(),
                        )
                    )
        self.register_outputs({"vpcId": vpc_id})
