"""Policies that AWS manages, and that the roles of a cluster need."""

import dataclasses
import functools
from typing import Literal, cast

from spec.facts import tables

ClusterRole = Literal["cluster", "node", "auto-mode-node", "hybrid-node", "pod-execution"]
RolePurpose = Literal[
    "always",
    "auto-mode",
    "security-groups-for-pods",
    "session-manager",
    "ssm-activation",
    "windows",
]


@dataclasses.dataclass(frozen=True, slots=True)
class RolePolicy:
    """A managed policy of IAM that a role of a cluster needs.

    https://docs.aws.amazon.com/eks/latest/userguide/security-iam-awsmanpol.html

    Attributes:
        role: `cluster`: the control plane's; `node`: of nodes; `auto-mode-node`: of the nodes of
            Auto Mode; `hybrid-node`: of nodes outside of AWS; `pod-execution`: with which Fargate
            runs pods.
        name: E.g. `AmazonEKSClusterPolicy`.
        needed_for: What the role needs it for.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    role: ClusterRole
    name: str
    needed_for: tuple[RolePurpose, ...]
    source: str
    date: str

    def arn(self, partition: str) -> str:
        """Its ARN in a partition, e.g. of `aws`."""
        return f"arn:{partition}:iam::aws:policy/{self.name}"


@functools.cache
def role_policies() -> tuple[RolePolicy, ...]:
    """Every policy that a role needs."""
    return tuple(
        RolePolicy(
            cast("ClusterRole", row["role"]),
            row["policy"],
            cast("tuple[RolePurpose, ...]", tuple(row["needed_for"].split())),
            row["source"],
            row["date"],
        )
        for row in tables.read("role_policies")
    )
