"""What IAM demands of names, policies and roles."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from rehearsal.aws.iam import errors
from rehearsal.aws.quotas import quota
from rehearsal.aws.rules import rule
from spec import facts

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
SERVICE = r"[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)"
SERVICE_LINKED = "/aws-service-role/"


@rule(errors.too_long)
def name_is_short(member: str, name: str) -> None:
    """Names have at most so many characters: 64 of a role, 128 of a policy or instance profile.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    maximum = facts.limits()[f"iam.{member}"].maximum
    if maximum is not None and len(name) > maximum:
        raise errors.too_long(member, name, maximum)


@rule(errors.invalid_principal)
def principals_exist(trust_policy: Any, account: str, arns: Collection[str]) -> None:
    """The principals of a trust policy exist: roles and users of the account, services of AWS.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    for kind, principal in _principals(trust_policy):
        own = re.fullmatch(rf"arn:[\w-]+:iam::{account}:(role|user)/.*", principal)
        if kind == "AWS" and own and principal not in arns:
            raise errors.invalid_principal(kind, principal)
        if kind == "Service" and not re.fullmatch(SERVICE, principal):
            raise errors.invalid_principal("SERVICE", principal)


@rule(errors.over_quota)
def policy_is_small(name: str, quota_name: str, policy: str) -> None:
    """A policy has at most as many characters as the quota allows, white space apart.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    if len(re.sub(r"\s", "", policy)) > quota(quota_name):
        raise errors.over_quota(name, quota(quota_name))


@rule(errors.over_quota)
def has_room_for_a_policy(attached: int) -> None:
    """A role has at most as many managed policies as the quota allows.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    if attached >= quota("iam.policies-per-role"):
        raise errors.over_quota("PoliciesPerRole", quota("iam.policies-per-role"))


@rule(errors.service_role_taken)
def service_role_is_new(role: str, there: Collection[str]) -> None:
    """An account has a service-linked role once.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceLinkedRole.html
    """
    if role in there:
        raise errors.service_role_taken(role)


@rule(errors.protected_role)
def is_the_accounts_own(role: str, path: str) -> None:
    """A service-linked role is its service's to change.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
    """
    if path.startswith(SERVICE_LINKED):
        raise errors.protected_role(role)


@rule(errors.policy_attached)
def is_attached_to_nothing(attachments: int) -> None:
    """A policy that is deleted is attached to nothing.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
    """
    if attachments:
        raise errors.policy_attached()


@rule(errors.policy_has_versions)
def has_one_version(versions: int) -> None:
    """A policy that is deleted has no version besides its default one.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html
    """
    if versions > 1:
        raise errors.policy_has_versions()


def _principals(policy: Any) -> Iterator[tuple[str, str]]:
    """Kind and name of each principal."""
    for statement in _listed(policy["Statement"]):
        principal = statement.get("Principal", {})
        if isinstance(principal, dict):
            for kind, names in principal.items():
                yield from ((kind, name) for name in _listed(names))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@rule(errors.no_boundary)
def boundary_exists(arn: str, policies: Collection[str]) -> None:
    """The permissions boundary of a role is a managed policy that exists.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """
    if arn not in policies:
        raise errors.no_boundary(arn)


@rule(errors.no_oidc_provider)
def oidc_provider_exists(arn: str, there: Collection[str]) -> None:
    """An OpenID Connect provider that is deleted or changed exists.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteOpenIDConnectProvider.html
    """
    if arn not in there:
        raise errors.no_oidc_provider(arn)
