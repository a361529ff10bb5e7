"""What KMS answers when it refuses, in its own codes and words.

Each docstring names the page where AWS was seen to use the words. Where only the code is public,
it says so, and the words are ours.
"""

from moto.core.exceptions import ServiceException


class KMSError(ServiceException):
    """An error of KMS's model."""


def locks_out() -> KMSError:
    """Seen in https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2843."""
    return KMSError(
        "MalformedPolicyDocumentException",
        "The new key policy will not allow you to update the key policy in the future.",
    )


def no_policy() -> KMSError:
    """Only the code: https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html."""
    return KMSError("MalformedPolicyDocumentException", "The policy is no valid key policy.")


def pending_deletion(arn: str) -> KMSError:
    """Seen in https://github.com/eksctl-io/eksctl/issues/8606."""
    return KMSError("KMSInvalidStateException", f"{arn} is pending deletion.")


def disabled(arn: str) -> KMSError:
    """Seen in https://github.com/hashicorp/terraform/pull/14029."""
    return KMSError("DisabledException", f"{arn} is disabled.")
