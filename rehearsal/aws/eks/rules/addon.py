"""What EKS demands of an add-on."""

import re
from collections.abc import Collection, Sequence

from rehearsal.aws.eks import errors, issues
from rehearsal.aws.eks.issues import Obstacle
from rehearsal.aws.rules import rule

# https://datatracker.ietf.org/doc/html/rfc1123
LONGEST_LABEL = 63
# What CreateAddon does where the caller does not say, and what it does not know.
# https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html
NONE, PRESERVE = "NONE", "PRESERVE"


@rule(errors.addon_not_supported)
def is_an_addon_of_eks(name: str, kubernetes_version: str, known: Collection[str]) -> None:
    """EKS offers the add-on for the cluster's Kubernetes version.

    https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
    """
    if name not in known:
        raise errors.addon_not_supported(name, kubernetes_version)


@rule(errors.addon_version_not_supported)
def version_fits_the_cluster(name: str, version: str | None, offered: Collection[str]) -> None:
    """The version of an add-on is one that EKS offers for the cluster's Kubernetes version.

    https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html
    """
    if version not in offered:
        raise errors.addon_version_not_supported(name)


@rule(errors.addon_version_not_supported)
def version_is_of_eks(name: str, version: str) -> None:
    """The version of an add-on is spelled as EKS's builds are, as v1.22.4-eksbuild.3.

    https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html
    """
    if not re.fullmatch(r"v\d+\.\d+\.\d+-eksbuild\.\d+", version):
        raise errors.addon_version_not_supported(name)


@rule(errors.invalid_addon_namespace)
def namespace_is_a_label(namespace: str) -> None:
    """The namespace of an add-on is a DNS label of RFC 1123.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonNamespaceConfigRequest.html
    """
    if len(namespace) > LONGEST_LABEL or not re.fullmatch(
        r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", namespace
    ):
        raise errors.invalid_addon_namespace(namespace)


@rule(errors.addon_exists)
def is_not_there_yet(cluster: str, name: str, existing: Collection[str]) -> None:
    """A cluster has an add-on once at most.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html
    """
    if name in existing:
        raise errors.addon_exists(cluster, name)


@rule(errors.addon_busy)
def is_not_busy(cluster: str, name: str, status: str) -> None:
    """An add-on is updated once at a time, and not while it is created or deleted.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAddon.html
    """
    if status not in {"ACTIVE", "DEGRADED", "UPDATE_FAILED"}:
        raise errors.addon_busy(cluster, name, status)


@rule(errors.configuration_not_readable)
def configuration_is_readable(problem: str) -> None:
    """Configuration values are JSON or YAML.

    https://docs.aws.amazon.com/eks/latest/userguide/updating-an-add-on.html
    """
    if problem:
        raise errors.configuration_not_readable(problem)


@rule(errors.configuration_not_supported)
def configuration_fits_the_schema(problems: Sequence[str]) -> None:
    """Configuration values are what DescribeAddonConfiguration says that they may be.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonConfiguration.html
    """
    if problems:
        raise errors.configuration_not_supported(list(problems))


@rule(errors.preserve_at_creation)
def nothing_is_preserved_at_creation(resolve_conflicts: str) -> None:
    """Conflicts are resolved by PRESERVE in updates only.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAddon.html
    """
    if resolve_conflicts == PRESERVE:
        raise errors.preserve_at_creation()


@rule(issues.conflicts)
def does_not_change_what_is_there(objects: Sequence[str], resolve_conflicts: str) -> None:
    """What an add-on changes in the cluster is told to be overwritten, or preserved.

    https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-field-management.html

    Args:
        objects: whose fields the add-on wants otherwise than they are.
        resolve_conflicts: what the caller says to do with them.
    """
    if objects and resolve_conflicts == NONE:
        raise Obstacle(issues.conflicts(list(objects)), "other fields are there already")


@rule(errors.pod_identity_not_for_addon)
def service_account_is_the_addons(name: str, account: str, own: str | None) -> None:
    """A pod identity association of an add-on is for a service account of its own.

    https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html
    """
    if account != own:
        raise errors.pod_identity_not_for_addon(account, name)


@rule(issues.too_few_replicas)
def has_its_replicas(runs: bool) -> None:
    """The pods of a Deployment have a Ready node that takes them, and the rights they need.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html
    """
    if not runs:
        raise Obstacle(issues.too_few_replicas(), "no Ready node takes its pods, or they crash")
