"""Where a cluster is put: the ids of a VPC and of its subnets, whoever made them."""

import dataclasses
from collections.abc import Mapping, Sequence

import pulumi

Ids = Sequence[pulumi.Input[str]]
"""Subnet ids."""


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
        """All subnets of nodes."""
        return [subnet for ids in self.private.values() for subnet in ids]

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
