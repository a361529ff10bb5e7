"""What EKS demands of Fargate profiles."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from moto.iam.models import Role

from rehearsal.aws.eks import errors, roles
from rehearsal.aws.rules import rule

# https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html
PODS = "eks-fargate-pods.amazonaws.com"

# https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
MOST_SELECTORS, MOST_LABELS = 5, 5

BUSY = ("CREATING", "DELETING")


@rule(errors.fargate_profile_exists)
def name_is_free(cluster: str, name: str, names: Collection[str]) -> None:
    """A Fargate profile's name is unique in its cluster.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateFargateProfile.html
    """
    if name in names:
        raise errors.fargate_profile_exists(cluster)


@rule(errors.fargate_profile_cannot_be_made)
def is_made_alone(cluster: str, name: str, others: Mapping[str, str]) -> None:
    """No other Fargate profile is being made or deleted while one is made.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateFargateProfile.html

    Args:
        cluster: that it is in.
        name: of the profile.
        others: status by name of the other profiles.

    Raises:
        EKSError: another one is under way.
    """
    for other, status in others.items():
        if status in BUSY:
            raise errors.fargate_profile_cannot_be_made(cluster, name, other, status)


@rule(errors.fargate_profile_cannot_be_deleted)
def is_deleted_alone(cluster: str, name: str, others: Mapping[str, str]) -> None:
    """No other Fargate profile is being made or deleted while one is deleted.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteFargateProfile.html

    Args:
        cluster: that it is in.
        name: of the profile.
        others: status by name of the other profiles.

    Raises:
        EKSError: another one is under way.
    """
    for other, status in others.items():
        if status in BUSY:
            raise errors.fargate_profile_cannot_be_deleted(cluster, name, other, status)


@rule(errors.fargate_profile_not_active)
def is_active(status: str) -> None:
    """A Fargate profile is deleted while it is ACTIVE, or where its creation or deletion failed.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteFargateProfile.html
    """
    if status in BUSY:
        raise errors.fargate_profile_not_active()


@rule(
    errors.fargate_profile_without_selector,
    errors.too_many_fargate_selectors,
    errors.fargate_selector_without_namespace,
    errors.too_many_fargate_labels,
)
def selectors_are_allowed(selectors: Sequence[Mapping[str, Any]]) -> None:
    """A Fargate profile has one to five selectors, each a namespace and at most five labels.

    https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html
    https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
    """
    if not selectors:
        raise errors.fargate_profile_without_selector()
    if len(selectors) > MOST_SELECTORS:
        raise errors.too_many_fargate_selectors(str(MOST_SELECTORS))
    for selector in selectors:
        if not selector.get("namespace"):
            raise errors.fargate_selector_without_namespace()
        if len(selector.get("labels", {})) > MOST_LABELS:
            raise errors.too_many_fargate_labels()


@rule(errors.pod_execution_role_not_trusted)
def role_trusts_fargate(role: Role | None) -> None:
    """The pod execution role exists and trusts Fargate.

    https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html
    """
    if role is None or PODS not in roles.trusted_services(role):
        raise errors.pod_execution_role_not_trusted()


@rule(errors.subnet_not_private)
def subnet_is_private(subnet_id: str, private: bool) -> None:
    """The subnets of a Fargate profile have no route to an internet gateway.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateFargateProfile.html
    """
    if not private:
        raise errors.subnet_not_private(subnet_id)


@rule(errors.no_private_subnets)
def has_private_subnets(cluster: str, subnet_ids: Sequence[str]) -> None:
    """Without subnets of its own, a Fargate profile takes the cluster's private ones.

    https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html
    """
    if not subnet_ids:
        raise errors.no_private_subnets(cluster)
