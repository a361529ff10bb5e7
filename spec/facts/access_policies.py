"""Access policies of EKS, and the types of access entries that have them."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Literal, cast

from spec.facts import tables

AccessScope = Literal["cluster", "namespace"]


@dataclasses.dataclass(frozen=True, slots=True)
class AccessPolicy:
    """A set of Kubernetes permissions that EKS keeps, and that nobody else can change.

    https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html

    Attributes:
        name: E.g. `AmazonEKSViewPolicy`.
        description: What it allows; empty: nothing public tells.
        usual_scope: Where AWS says that it belongs; None: it does not say. EKS takes either.
        for_entry_types: Types of access entries that may have it. None at all: AWS keeps it for
            its service-linked roles.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    description: str
    usual_scope: AccessScope | None
    for_entry_types: tuple[str, ...]
    source: str
    date: str

    def arn(self, partition: str) -> str:
        """Its ARN in a partition, e.g. of `aws`."""
        return f"arn:{partition}:eks::aws:cluster-access-policy/{self.name}"


@dataclasses.dataclass(frozen=True, slots=True)
class AccessEntryType:
    """What an access entry is for.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html

    Attributes:
        name: As the EKS API spells it, e.g. `STANDARD`.
        for_nodes: Whether its principal is the role of nodes, in the cluster's own account.
        takes_groups: Whether it can have Kubernetes groups.
        takes_username: Whether it can have a user name of one's own.
        takes_policies: Whether access policies can be associated with it.
        note: What it is for.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    for_nodes: bool
    takes_groups: bool
    takes_username: bool
    takes_policies: bool
    note: str
    source: str
    date: str


@functools.cache
def access_policies() -> Mapping[str, AccessPolicy]:
    """Every access policy by name."""
    return {
        row["name"]: AccessPolicy(
            row["name"],
            row["description"],
            cast("AccessScope", row["usual_scope"]) if row["usual_scope"] else None,
            tuple(row["entry_types"].split()),
            row["source"],
            row["date"],
        )
        for row in tables.read("access_policies")
    }


@functools.cache
def access_entry_types() -> Mapping[str, AccessEntryType]:
    """Every type of access entry by name; the default, `STANDARD`, comes first."""
    return {
        row["name"]: AccessEntryType(
            row["name"],
            row["for_nodes"] == "yes",
            row["takes_groups"] == "yes",
            row["takes_username"] == "yes",
            row["takes_policies"] == "yes",
            row["note"],
            row["source"],
            row["date"],
        )
        for row in tables.read("access_entry_types")
    }
