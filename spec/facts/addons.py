"""EKS add-ons and their versions."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Literal, cast

from spec.facts import tables

Kind = Literal["DaemonSet", "Deployment"]
Phase = Literal["before-nodes", "after-nodes"]


@dataclasses.dataclass(frozen=True, slots=True)
class AddonVersion:
    """A version of an add-on that EKS offers for a Kubernetes version.

    Attributes:
        addon: E.g. `coredns`.
        kubernetes_version: E.g. `1.36`.
        version: E.g. `v1.14.3-eksbuild.16`.
        pinned: Whether it is the one we install.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    addon: str
    kubernetes_version: str
    version: str
    pinned: bool
    source: str
    date: str


@dataclasses.dataclass(frozen=True, slots=True)
class Addon:
    """An add-on that EKS manages.

    Attributes:
        name: As the EKS API knows it, e.g. `vpc-cni`.
        kind: Of its main workload. A DaemonSet is ACTIVE without nodes, a Deployment DEGRADED.
        phase: When it is installed. Nodes are not Ready without a CNI, so `before-nodes` is needed
            by nodes; `after-nodes` needs them.
        namespace: Of its workloads.
        service_account: The one that calls AWS, if any does.
        managed_policies: AWS's own policies for it, the parts of their ARNs after `policy/`.
        versions: Known versions by Kubernetes version, newest first.
        default: The version that we install, by Kubernetes version.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    kind: Kind
    phase: Phase
    namespace: str
    service_account: str | None
    managed_policies: tuple[str, ...]
    versions: Mapping[str, tuple[str, ...]]
    default: Mapping[str, str]
    source: str
    date: str


@functools.cache
def addon_versions() -> tuple[AddonVersion, ...]:
    """Every known version with its source, newest first within add-on and Kubernetes version."""
    return tuple(
        AddonVersion(
            row["addon"],
            row["kubernetes_version"],
            row["version"],
            row["pinned"] == "yes",
            row["source"],
            row["date"],
        )
        for row in tables.read("addon_versions")
    )


@functools.cache
def addons() -> Mapping[str, Addon]:
    """Every add-on by name, in the order in which they are installed."""
    versions: dict[str, dict[str, tuple[str, ...]]] = {}
    default: dict[str, dict[str, str]] = {}
    for known in addon_versions():
        of_addon = versions.setdefault(known.addon, {})
        of_addon[known.kubernetes_version] = (
            *of_addon.get(known.kubernetes_version, ()),
            known.version,
        )
        if known.pinned:
            default.setdefault(known.addon, {})[known.kubernetes_version] = known.version
    return {
        row["name"]: Addon(
            row["name"],
            cast("Kind", row["kind"]),
            cast("Phase", row["phase"]),
            row["namespace"],
            row["service_account"] or None,
            tuple(row["managed_policies"].split()),
            versions.get(row["name"], {}),
            default.get(row["name"], {}),
            row["source"],
            row["date"],
        )
        for row in tables.read("addons")
    }


def addon_version(name: str, kubernetes_version: str) -> str:
    """The version of an add-on that we install with a Kubernetes version.

    Raises:
        KeyError: There is no such add-on, or none of its versions is known for the Kubernetes
            version.
    """
    return addons()[name].default[kubernetes_version]
