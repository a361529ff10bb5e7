"""Drawn stacks, made ready to be recorded: with all versions, and in an account that they fit."""

from collections.abc import Iterator, Mapping
from typing import Any

from spec import facts
from spec.lock import newest
from spec.model import ClusterSpec
from spec.model.network import ExistingNetworkSpec
from tests.components.account import Account, Subnet

_NAT, _INTERNET = "nat-0123abcd", "igw-0123abcd"


class _AllKnown:
    """Tells a version of whatever is asked for; no test here is about which it is."""

    def addon(self, name: str, kubernetes_version: str) -> str | None:
        return "v1.0.0-eksbuild.1"

    def image(self, kind: facts.AmiType, kubernetes_version: str) -> str | None:
        return f"{kubernetes_version}.0-20260101"


def versioned(spec: ClusterSpec) -> ClusterSpec:
    """A cluster with all versions said, also those that nobody knows."""
    return newest(spec, source=_AllKnown())


def account_of(spec: ClusterSpec) -> Account:
    """An account in which a cluster can be made.

    Whoever deploys is one of its administrators, and an existing network is as EKS wants it.
    """
    admins = [it for it in spec.access.admins if it != "creator"]
    caller = f"arn:{spec.partition}:iam::123456789012:user/somebody"
    if admins and len(admins) == len(spec.access.admins):
        caller = admins[0]
    existing = spec.network.existing
    if existing is None:
        return Account(caller=caller)
    vpc_id = existing.vpc.id or "vpc-0123abcd"
    return Account(
        caller=caller,
        vpcs={vpc_id: existing.vpc.tags},
        subnets=dict(_subnets(spec, existing, vpc_id)),
    )


def _subnets(
    spec: ClusterSpec, existing: ExistingNetworkSpec, vpc_id: str
) -> Iterator[tuple[str, Subnet]]:
    """Two subnets for each tier that is looked up by tags, else those that are named."""
    zones = [it for it in facts.regions()[spec.region].zones if it.eks_supported]
    for field, subnets in existing.subnets.items():
        role: Mapping[str, Any] = {
            "privateSubnets": {"kubernetes.io/role/internal-elb": "1"},
            "publicSubnets": {"kubernetes.io/role/elb": "1"},
        }.get(field, {})
        for index, id_ in enumerate(subnets.ids or (f"subnet-{field}-0", f"subnet-{field}-1")):
            zone = zones[index % 2]
            yield (
                id_,
                Subnet(
                    zone=zone.name,
                    zone_id=zone.id,
                    vpc_id=vpc_id,
                    tags={**subnets.tags, **role},
                    ipv6="2001:db8::/64" if spec.network.has_ipv6 else "",
                    route=_INTERNET if field == "publicSubnets" else _NAT,
                ),
            )
