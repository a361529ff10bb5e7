"""Where a cluster is put: the ids of a VPC and of its subnets, whoever made them."""

import dataclasses
from collections.abc import Mapping, Sequence

import pulumi

from spec.model import NodeSubnetsSpec
from spec.model.broken import Broken, BrokenError
from spec.problems import listed

Ids = Sequence[pulumi.Input[str]]
"""Subnet ids."""


def all_of(by_zone: Mapping[str, Ids]) -> Ids:
    """The subnets of all zones."""
    return [subnet for ids in by_zone.values() for subnet in ids]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Places:
    """A VPC and its subnets.

    Attributes:
        vpc_id: The VPC.
        private: Subnets of nodes, by zone.
        public: Subnets of internet-facing load balancers, by zone; empty if there are none.
        control_plane: Subnets of the control plane's network interfaces.
        pods: The subnet that pods get their addresses from, by zone; empty where they get the
            nodes' own.
        others: Further subnets by tier and zone, for the outputs.
    """

    vpc_id: pulumi.Input[str]
    private: Mapping[str, Ids]
    public: Mapping[str, Ids]
    control_plane: Ids
    pods: Mapping[str, pulumi.Input[str]]
    others: Mapping[str, Mapping[str, Ids]] = dataclasses.field(
        default_factory=dict[str, Mapping[str, Ids]]
    )

    @property
    def nodes(self) -> Ids:
        """All private subnets."""
        return all_of(self.private)

    def of(self, wished: NodeSubnetsSpec) -> Mapping[str, Ids]:
        """Subnets of a tier in some zones, by zone.

        Raises:
            BrokenError: There are none in one of them; paths are below the wish. The zones of a VPC
                that is there are not known before AWS was asked.
        """
        tiers = {"private": self.private, "public": self.public, **self.others}
        there = tiers.get(wished.tier, {})
        zones = wished.zones or tuple(there)
        broken = [
            Broken(
                ("zones", index),
                f"there is no {wished.tier} subnet in {zone}; there are some in {listed(there)}",
            )
            for index, zone in enumerate(wished.zones)
            if zone not in there
        ]
        if not there:
            broken = [Broken(("tier",), f"there are no {wished.tier} subnets")]
        if broken:
            raise BrokenError(broken)
        return {zone: there[zone] for zone in zones}

    @property
    def outputs(self) -> dict[str, dict[str, list[pulumi.Input[str]]]]:
        """Subnet ids by tier and zone."""
        pods = {zone: [subnet] for zone, subnet in self.pods.items()}
        tiers = {"private": self.private, "public": self.public, **self.others, "pods": pods}
        return {
            tier: {zone: list(ids) for zone, ids in by_zone.items()}
            for tier, by_zone in tiers.items()
            if by_zone
        }
