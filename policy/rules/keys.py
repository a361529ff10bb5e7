"""Rules for KMS keys."""

from collections.abc import Iterator

from policy.documents import principals, statements
from policy.resources import Resource, Resources
from policy.rule import Severity, rule

KEY = "aws:kms/key:Key"


@rule(KEY, severity=Severity.MEDIUM)
def kms_rotation(key: Resource, _: Resources) -> Iterator[str]:
    """Keys rotate."""
    if key.properties.get("enableKeyRotation") is not True:
        yield "enableKeyRotation is not true"


@rule(KEY, severity=Severity.HIGH)
def kms_policy(key: Resource, _: Resources) -> Iterator[str]:
    """Keys are on, and have a policy that does not let everybody in."""
    if key.properties.get("isEnabled") is False:
        yield "isEnabled is false"
    policy = key.properties.get("policy")
    if not policy:
        yield "policy is not said"
        return
    for statement in statements(policy):
        if "*" in principals(statement) and not statement.get("Condition"):
            yield f"policy lets everybody in ({statement.get('Sid', 'a statement')})"


@rule(KEY, severity=Severity.MEDIUM)
def kms_window(key: Resource, _: Resources) -> Iterator[str]:
    """It is said for how many days a deleted key can be brought back."""
    if not key.properties.get("deletionWindowInDays"):
        yield "deletionWindowInDays is not said"
