"""What IAM answers when it refuses, in its own codes and words.

Each docstring names the page where AWS was seen to use the words.
"""

from moto.iam.exceptions import (
    DeleteConflictException,
    IAMException,
    LimitExceededException,
    MalformedPolicyDocument,
    NotFoundException,
    ValidationError,
)


def too_long(member: str, value: str, maximum: int) -> IAMException:
    """Seen in https://github.com/keikoproj/instance-manager/issues/202.

    The words are those of every service of AWS for what its API's model forbids.
    """
    return ValidationError(
        f"1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: "
        f"Member must have length less than or equal to {maximum}"
    )


def invalid_principal(kind: str, principal: str) -> IAMException:
    """Seen in https://github.com/opstrace/opstrace/issues/88."""
    return MalformedPolicyDocument(f'Invalid principal in policy: "{kind}":"{principal}"')


def over_quota(name: str, quota: int) -> IAMException:
    """Seen in https://github.com/kubeflow/kubeflow/issues/6687."""
    return LimitExceededException(f"Cannot exceed quota for {name}: {quota}")


def service_role_taken(role: str) -> IAMException:
    """Seen in https://github.com/chanzuckerberg/cztack/pull/897."""
    return IAMException(
        "InvalidInput",
        f"Service role name {role} has been taken in this account, please try a different suffix.",
    )


def protected_role(role: str) -> IAMException:
    """Seen in https://github.com/gruntwork-io/cloud-nuke/issues/880."""
    return IAMException(
        "UnmodifiableEntity",
        f"Cannot perform the operation on the protected role '{role}' - this role is only "
        "modifiable by AWS",
    )


def policy_attached() -> IAMException:
    """Only the code: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html."""
    return DeleteConflictException("Cannot delete a policy attached to entities.")


def policy_has_versions() -> IAMException:
    """Seen in https://github.com/rebuy-de/aws-nuke/issues/1."""
    return DeleteConflictException(
        "This policy has more than one version. Before you delete a policy, you must "
        "delete the policy's versions. The default version is deleted with the policy."
    )


def no_boundary(arn: str) -> IAMException:
    """Only the code: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html."""
    return NotFoundException(f"Scope ARN: {arn} does not exist or is not attachable.")


def no_oidc_provider(arn: str) -> IAMException:
    """Recorded by moto: https://github.com/getmoto/moto/blob/5.2.5/moto/iam/models.py."""
    return NotFoundException(f"OpenIDConnect Provider not found for arn {arn}")
