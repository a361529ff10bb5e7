"""Whether a VPC that is there is as EKS wants it: judged from what AWS tells of it.

https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from spec import facts
from spec.model.base import limit
from spec.model.broken import Broken
from spec.model.cluster import ClusterSpec
from spec.model.karpenter import DISCOVERY_TAG
from spec.problems import listed

ROLE_TAGS: Mapping[str, str] = {
    "privateSubnets": "kubernetes.io/role/internal-elb",
    "publicSubnets": "kubernetes.io/role/elb",
}
"""The tag by which load balancers find subnets, by field.

https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class FoundSubnet:
    """A subnet as AWS describes it.

    Attributes:
        id: Its id.
        vpc_id: Its VPC.
        zone: The zone's name.
        zone_id: The zone's id, the same in every account.
        free_addresses: IPv4 addresses that nobody has.
        has_ipv6: Whether it has an IPv6 block.
        tags: Its tags.
        default_route: What leads out of it: `nat`, `internet`, `other` or None.
    """

    id: str
    vpc_id: str
    zone: str
    zone_id: str
    free_addresses: int
    has_ipv6: bool
    tags: Mapping[str, str]
    default_route: str | None


Found = Mapping[str, Sequence[FoundSubnet]]
"""What was found, by field of `network.existing`; fields that are not given are missing."""


def by_zone(subnets: Sequence[FoundSubnet]) -> dict[str, list[str]]:
    """Subnet ids by zone, both in order, so that no run differs from the last."""
    zones: dict[str, list[str]] = {}
    for subnet in sorted(subnets, key=lambda it: (it.zone, it.id)):
        zones.setdefault(subnet.zone, []).append(subnet.id)
    return zones


def not_one_vpc(tags: Mapping[str, str], found: Sequence[str]) -> Iterator[Broken]:
    """Whether a VPC that is looked up by tags is not found, or is not the only one.

    Args:
        tags: The tags that it is to have.
        found: The ids of the region's VPCs that have them.
    """
    said = listed(f"{key}={value}" for key, value in tags.items())
    if not found:
        yield _told("vpc", f"no VPC of this account and region has the tags {said}")
    elif len(found) > 1:
        yield _told(
            "vpc",
            f"{listed(found)} all have the tags {said}; add a tag that only one of them has, or "
            "name its id",
        )


def broken(cluster: ClusterSpec, vpc_id: str, found: Found) -> Iterator[Broken]:
    """What makes the subnets unfit for the cluster.

    Args:
        cluster: The cluster; its network is an existing one.
        vpc_id: The VPC that it is in.
        found: Its subnets.
    """
    existing = cluster.network.existing
    if existing is None:
        return
    for field, subnets in found.items():
        yield from _all_there(field, subnets, vpc_id)
        if field in ROLE_TAGS and not existing.tag_subnets:
            yield from _tagged(field, subnets)
    yield from _fit_for_nodes(found["privateSubnets"])
    if cluster.karpenter and existing.tag_subnets:
        yield from _of_no_other_cluster(cluster.name, found["privateSubnets"])
    field = "controlPlaneSubnets" if "controlPlaneSubnets" in found else "privateSubnets"
    yield from _fit_for_control_plane(cluster, field, found[field])
    if "podSubnets" in found:
        yield from _fit_for_pods(found["podSubnets"], found["privateSubnets"])
    if "publicSubnets" in found:
        for subnet in found["publicSubnets"]:
            if subnet.default_route != "internet":
                yield _told(
                    "publicSubnets",
                    f"{subnet.id} has no route to an internet gateway, so it is not public",
                )


def _told(field: str, message: str) -> Broken:
    return Broken(("network", "existing", field), message)


def _all_there(field: str, subnets: Sequence[FoundSubnet], vpc_id: str) -> Iterator[Broken]:
    if not subnets:
        yield _told(field, f"no subnet of {vpc_id} has these tags")
    for subnet in subnets:
        if subnet.vpc_id != vpc_id:
            yield _told(field, f"{subnet.id} is in {subnet.vpc_id}, not in {vpc_id}")


def _tagged(field: str, subnets: Sequence[FoundSubnet]) -> Iterator[Broken]:
    tag = ROLE_TAGS[field]
    untagged = [subnet.id for subnet in subnets if subnet.tags.get(tag) not in ("1", "")]
    if untagged:
        yield _told(
            field,
            f"load balancers find subnets by the tag {tag}: 1, which {listed(untagged)} "
            "do not have; set it, or say tagSubnets: true",
        )


def _fit_for_nodes(subnets: Sequence[FoundSubnet]) -> Iterator[Broken]:
    for subnet in subnets:
        if subnet.default_route is None:
            yield _told(
                "privateSubnets",
                f"{subnet.id} has no default route: nodes in it would reach neither the EKS API "
                "nor their images and never join",
            )
        elif subnet.default_route == "internet":
            yield _told(
                "privateSubnets",
                f"{subnet.id} routes to an internet gateway: nodes in it have no public addresses "
                "and would never join; name subnets that route to a NAT gateway",
            )


def _of_no_other_cluster(cluster: str, subnets: Sequence[FoundSubnet]) -> Iterator[Broken]:
    for subnet in subnets:
        other = subnet.tags.get(DISCOVERY_TAG, cluster)
        if other != cluster:
            yield _told(
                "privateSubnets",
                f"the tag {DISCOVERY_TAG} of {subnet.id} is {other}: tagSubnets would take the "
                "subnet away from the Karpenter there; leave tagSubnets out, and name subnets by "
                "their ids in EC2NodeClasses",
            )


def _fit_for_control_plane(
    cluster: ClusterSpec, field: str, subnets: Sequence[FoundSubnet]
) -> Iterator[Broken]:
    if not subnets:
        return
    zones = {subnet.zone for subnet in subnets}
    if len(zones) < (limit("cluster.subnets.zones").minimum or 0):
        yield _told(
            field,
            f"all are in {listed(zones)}; EKS needs subnets in at least two zones",
        )
    unsupported = facts.regions()[cluster.region].unsupported_zone_ids
    needed = limit("cluster.subnet.free-addresses").minimum or 0
    for subnet in subnets:
        if subnet.zone_id in unsupported:
            yield _told(
                field, f"{subnet.id} is in {subnet.zone_id}, where EKS has no control plane"
            )
        if subnet.free_addresses < needed:
            yield _told(
                field,
                f"{subnet.id} has {subnet.free_addresses} free addresses; EKS needs {needed} in "
                "each subnet of the control plane",
            )
        if cluster.network.ip_family == "ipv6" and not subnet.has_ipv6:
            yield _told(field, f"{subnet.id} has no IPv6 block, which an IPv6 cluster needs")


def _fit_for_pods(pods: Sequence[FoundSubnet], private: Sequence[FoundSubnet]) -> Iterator[Broken]:
    zones = by_zone(pods)
    for zone, ids in zones.items():
        if len(ids) > 1:
            yield _told("podSubnets", f"{listed(ids)} are all in {zone}; name one for each zone")
    missing = sorted({subnet.zone for subnet in private} - zones.keys())
    if missing:
        yield _told(
            "podSubnets",
            f"none is in {listed(missing)}, where privateSubnets has nodes: their pods would get "
            "no addresses",
        )
