"""What EKS demands of capabilities, the software that it runs for a cluster outside of it."""

from collections.abc import Collection, Mapping
from typing import Any

from moto.iam.models import Role

from rehearsal.aws.eks import errors, permissions
from rehearsal.aws.rules import rule

ARGO_CD = "ARGOCD"
CAPABILITIES = "capabilities.eks.amazonaws.com"
ACTIONS = ("sts:AssumeRole", "sts:TagSession")


@rule(errors.capability_exists, errors.capability_of_the_type_exists)
def is_the_first_of_its_type(cluster: str, name: str, kind: str, there: Mapping[str, str]) -> None:
    """A cluster has one capability of each type, and one of each name.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCapability.html

    Args:
        cluster: its name.
        name: of the capability.
        kind: its type.
        there: types of those that the cluster has, by name.

    Raises:
        EKSError: it is not.
    """
    if name in there:
        raise errors.capability_exists(cluster, name)
    if kind in there.values():
        raise errors.capability_of_the_type_exists(cluster, kind)


@rule(errors.capability_role_not_trusted)
def role_trusts_capabilities(arn: str, role: Role | None) -> None:
    """The role of a capability exists and trusts EKS's capabilities, which tag their sessions.

    https://docs.aws.amazon.com/eks/latest/userguide/capability-role.html
    """
    if role is None or not permissions.trusts(role, "Service", CAPABILITIES, ACTIONS):
        raise errors.capability_role_not_trusted(arn)


@rule(errors.capability_without_access_entries)
def access_entries_are_on(cluster: str, mode: str) -> None:
    """A capability works through an access entry: the mode is API or API_AND_CONFIG_MAP.

    https://docs.aws.amazon.com/eks/latest/userguide/capabilities-security.html
    """
    if mode == "CONFIG_MAP":
        raise errors.capability_without_access_entries(cluster)


@rule(errors.argo_cd_not_configured, errors.configuration_of_another_type)
def argo_cd_signs_in(cluster: str, kind: str, configuration: Mapping[str, Any]) -> None:
    """Argo CD, and it alone, is told which instance of IAM Identity Center its users sign in to.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_ArgoCdConfigRequest.html
    """
    if kind == ARGO_CD and not configuration.get("argoCd", {}).get("awsIdc"):
        raise errors.argo_cd_not_configured(cluster)
    if kind != ARGO_CD and "argoCd" in configuration:
        raise errors.configuration_of_another_type(cluster, kind)


@rule(errors.capability_busy)
def is_idle(cluster: str, name: str, status: str, idle: Collection[str]) -> None:
    """A capability is changed and deleted while nothing else happens to it.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateCapability.html
    """
    if status not in idle:
        raise errors.capability_busy(cluster, name, status)
