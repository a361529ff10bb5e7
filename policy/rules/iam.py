"""Rules for IAM."""

import re
from collections.abc import Iterator

from policy.documents import Statement, as_list, principals, statements
from policy.resources import Resource, Resources
from policy.rule import Severity, rule

ROLE = "aws:iam/role:Role"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
POLICY = "aws:iam/policy:Policy"
USER_ATTACHMENT = "aws:iam/userPolicyAttachment:UserPolicyAttachment"
USER_POLICY = "aws:iam/userPolicy:UserPolicy"

_ADMINISTRATORS = ("AdministratorAccess", "IAMFullAccess")
_LOOKS_ONLY = re.compile(r"[a-z0-9-]+:(?:Describe|List)\w*\*?|pricing:GetProducts", re.IGNORECASE)
"""Actions that change nothing and show no content; prices are public, and no resources.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awspricelist.html
"""


@rule(ROLE, severity=Severity.HIGH)
def role_trust(role: Resource, _: Resources) -> Iterator[str]:
    """A role is taken on by somebody in particular: not by everybody, nor a whole account."""
    for statement in statements(role.properties["assumeRolePolicy"]):
        for principal in principals(statement):
            if principal == "*" or re.fullmatch(
                r"(?:arn:[\w-]+:iam::)?\d{12}(?::root)?", principal
            ):
                yield f"assumeRolePolicy trusts {principal}"


@rule(ROLE, ATTACHMENT, severity=Severity.HIGH)
def no_admin_policy(resource: Resource, _: Resources) -> Iterator[str]:
    """No role is an administrator of the account or of IAM."""
    attached = resource.properties.get("managedPolicyArns") or ()
    for arn in (resource.properties.get("policyArn"), *attached):
        if arn and arn.rpartition("/")[2] in _ADMINISTRATORS:
            yield f"has {arn}"


def _is_all(action: str) -> bool:
    """Whether an action is all of a service's, or all there are."""
    return action.partition(":")[2] in ("", "*")


@rule(ROLE_POLICY, POLICY, severity=Severity.HIGH)
def iam_actions(policy: Resource, _: Resources) -> Iterator[str]:
    """Policies name the actions they allow."""
    for statement in statements(policy.properties["policy"]):
        if "NotAction" in statement or "NotResource" in statement:
            yield "allows all but what it names"
        yield from (f"allows {it}" for it in as_list(statement.get("Action")) if _is_all(it))


def _on_everything(statement: Statement) -> Iterator[str]:
    if "*" in as_list(statement.get("Resource")) and not statement.get("Condition"):
        for action in as_list(statement.get("Action")):
            if not _is_all(action) and not _LOOKS_ONLY.fullmatch(action):
                yield f"allows {action} on everything"


@rule(ROLE_POLICY, POLICY, severity=Severity.HIGH)
def iam_resources(policy: Resource, _: Resources) -> Iterator[str]:
    """Policies name the resources where more is done than to look."""
    for statement in statements(policy.properties["policy"]):
        yield from _on_everything(statement)


@rule(USER_ATTACHMENT, USER_POLICY, severity=Severity.LOW)
def no_user_policies(_: Resource, __: Resources) -> Iterator[str]:
    """Nobody has policies as a user: users have them through groups and roles."""
    yield "is a policy of a user"
