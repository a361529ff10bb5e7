"""What EKS demands of a pod identity association."""

from collections.abc import Iterable

from rehearsal.aws.eks import errors
from rehearsal.aws.rules import rule

# Who has to be let to take the role, and how.
# https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
PODS = "pods.eks.amazonaws.com"
TRUST_ACTIONS = ("sts:AssumeRole", "sts:TagSession")


@rule(errors.no_pod_role)
def role_exists(role: str, found: bool) -> None:
    """The role of a pod identity association exists.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html
    """
    if not found:
        raise errors.no_pod_role(role)


@rule(errors.pod_role_not_trusted)
def role_lets_pods_take_it(trusted: bool) -> None:
    """The role lets pods.eks.amazonaws.com take it, with sts:AssumeRole and sts:TagSession.

    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
    """
    if not trusted:
        raise errors.pod_role_not_trusted()


@rule(errors.pod_identity_exists)
def service_account_has_no_role_yet(
    namespace: str, account: str, others: Iterable[tuple[str, str, str]]
) -> None:
    """A service account has one pod identity association at most.

    https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html

    Args:
        namespace: of the service account.
        account: its name.
        others: namespace, account and id of each association that there is.
    """
    for other_namespace, other_account, association in others:
        if (other_namespace, other_account) == (namespace, account):
            raise errors.pod_identity_exists(association)


@rule(errors.policy_with_session_tags)
def session_policy_comes_without_session_tags(policy: bool, tags_disabled: bool) -> None:
    """An association with a policy of its own has session tags turned off.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html
    """
    if policy and not tags_disabled:
        raise errors.policy_with_session_tags()
