"""What EKS demands of access entries and of the policies associated with them."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from rehearsal.aws.eks import errors
from rehearsal.aws.rules import rule
from spec import facts

STANDARD = "STANDARD"

IAM_PRINCIPAL = re.compile(r"arn:[a-z-]+:iam::\d{12}:(root|(role|user)/.+)")
SERVICE_LINKED_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/aws-service-role/.+")

RESERVED_PREFIXES = ("system:", "eks:", "aws:", "amazon:", "iam:")


@rule(errors.access_entries_off)
def access_entries_are_on(mode: str) -> None:
    """Access entries are for clusters whose authentication mode is API or API_AND_CONFIG_MAP.

    https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html
    """
    if mode == "CONFIG_MAP":
        raise errors.access_entries_off()


@rule(errors.access_entry_exists)
def principal_is_new(principal: str, principals: Collection[str]) -> None:
    """A principal has one access entry in a cluster.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    if principal in principals:
        raise errors.access_entry_exists()


@rule(errors.unknown_entry_type)
def type_is_known(kind: str) -> None:
    """The type of an access entry is one that EKS has.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
    """
    if kind not in facts.access_entry_types():
        raise errors.unknown_entry_type(kind)


@rule(errors.principal_of_wrong_form)
def principal_is_of_iam(principal: str) -> None:
    """A principal is a role, a user or the root of an account, not a session of a role.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
    """
    if not IAM_PRINCIPAL.fullmatch(principal):
        raise errors.principal_of_wrong_form()


@rule(errors.service_linked_principal)
def principal_is_not_service_linked(principal: str) -> None:
    """A principal is not a service-linked role.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    if SERVICE_LINKED_ROLE.fullmatch(principal):
        raise errors.service_linked_principal()


@rule(errors.principal_not_a_role)
def nodes_have_a_role(kind: str, principal: str) -> None:
    """The principal of an access entry for nodes is a role.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
    """
    if facts.access_entry_types()[kind].for_nodes and ":role/" not in principal:
        raise errors.principal_not_a_role(kind)


@rule(errors.invalid_principal)
def principal_exists(exists: bool) -> None:
    """A principal exists.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    if not exists:
        raise errors.invalid_principal()


@rule(errors.username_of_nodes, errors.reserved_username, errors.session_name_without_colon)
def username_is_allowed(kind: str, username: str | None) -> None:
    """A user name of one's own is for STANDARD entries, and does not begin like one of AWS's.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    if username is None:
        return
    for prefix in RESERVED_PREFIXES:
        if username.startswith(prefix):
            raise errors.reserved_username(prefix)
    if not facts.access_entry_types()[kind].takes_username:
        raise errors.username_of_nodes(kind)
    before, session, _ = username.partition("{{SessionName")
    if session and ":" not in before:
        raise errors.session_name_without_colon()


@rule(errors.groups_of_nodes, errors.reserved_group)
def groups_are_allowed(kind: str, groups: Iterable[str]) -> None:
    """Groups are for STANDARD entries, and do not begin with system:.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    for group in groups:
        if group.startswith("system:"):
            raise errors.reserved_group(group)
        if not facts.access_entry_types()[kind].takes_groups:
            raise errors.groups_of_nodes(kind)


# --- policies ---


@rule(errors.no_access_policy)
def policy_exists(arn: str, policies: Collection[str]) -> None:
    """An access policy is one of EKS's, not of IAM's.

    https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
    """
    if arn not in policies:
        raise errors.no_access_policy(arn)


@rule(errors.policy_for_nodes)
def entry_takes_policies(kind: str) -> None:
    """Policies are associated with entries of type STANDARD, or EC2 for nodes of Auto Mode.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
    https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html
    """
    if not facts.access_entry_types()[kind].takes_policies:
        raise errors.policy_for_nodes(kind)


@rule(errors.scope_without_namespaces, errors.namespaces_beside_cluster_scope)
def scope_says_where(scope: Mapping[str, Any]) -> None:
    """A scope of namespaces names them, a scope of the cluster does not.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_AccessScope.html
    """
    namespaces: Sequence[str] = scope.get("namespaces") or ()
    if scope.get("type") == "namespace" and not namespaces:
        raise errors.scope_without_namespaces()
    if scope.get("type") == "cluster" and namespaces:
        raise errors.namespaces_beside_cluster_scope()


@rule(errors.access_policy_not_associated)
def policy_is_associated(arn: str, policies: Collection[str]) -> None:
    """A policy that is dissociated was associated.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_DisassociateAccessPolicy.html
    """
    if arn not in policies:
        raise errors.access_policy_not_associated()
