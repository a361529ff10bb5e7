"""What KMS demands of key policies and of the state of keys."""

from collections.abc import Collection

from rehearsal.aws.kms import errors, policies
from rehearsal.aws.rules import rule

# https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
NOT_WHILE_PENDING_DELETION = {
    "CreateAlias",
    "CreateGrant",
    "Decrypt",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ScheduleKeyDeletion",
    "UpdateKeyDescription",
}
NOT_WHILE_DISABLED = {
    "CreateGrant",
    "Decrypt",
    "EnableKeyRotation",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
}


@rule(errors.no_policy)
def is_a_policy(policy: str) -> None:
    """A key policy is a policy document.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
    """
    try:
        policies.statements(policy)
    except ValueError:
        raise errors.no_policy() from None


@rule(errors.locks_out)
def keeps_its_door_open(policy: str, callers: Collection[str], bypass: bool) -> None:
    """A key policy lets its author change it later, unless the call bypasses that check.

    The account's root stands for all of its principals.
    https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
    """
    if not bypass and not policies.allows(
        policy, "kms:PutKeyPolicy", [("AWS", caller) for caller in callers]
    ):
        raise errors.locks_out()


@rule(errors.pending_deletion, errors.disabled)
def state_allows(operation: str, arn: str, state: str) -> None:
    """A key that is disabled or pending deletion encrypts nothing and changes little.

    https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
    """
    if state == "PendingDeletion" and operation in NOT_WHILE_PENDING_DELETION:
        raise errors.pending_deletion(arn)
    if state == "Disabled" and operation in NOT_WHILE_DISABLED:
        raise errors.disabled(arn)
