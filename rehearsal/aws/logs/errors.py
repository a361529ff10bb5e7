"""What CloudWatch Logs answers when it refuses, in its own codes and words.

Each docstring names the page where AWS was seen to use the words. Where only the code is public,
it says so, and the words are ours.
"""

from moto.core.exceptions import ServiceException


class LogsError(ServiceException):
    """An error of the model of CloudWatch Logs."""


def group_exists() -> LogsError:
    """Recorded by moto: https://github.com/getmoto/moto/blob/5.2.5/moto/logs/exceptions.py."""
    return LogsError("ResourceAlreadyExistsException", "The specified log group already exists")


def no_group() -> LogsError:
    """Recorded by moto: https://github.com/getmoto/moto/blob/5.2.5/moto/logs/exceptions.py."""
    return LogsError("ResourceNotFoundException", "The specified log group does not exist.")


def key_not_allowed(log_group_arn: str) -> LogsError:
    """Seen in https://github.com/hashicorp/terraform-provider-aws/issues/29282."""
    return LogsError(
        "AccessDeniedException",
        "The specified KMS key does not exist or is not allowed to be used with Arn "
        f"'{log_group_arn}'",
    )


def no_key() -> LogsError:
    """Seen in https://github.com/hashicorp/terraform/issues/24194."""
    return LogsError("InvalidParameterException", "The specified KMS Key Id could not be found.")


def no_such_retention(days: int, allowed: list[str]) -> LogsError:
    """Only the code: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html."""
    return LogsError(
        "InvalidParameterException",
        f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy "
        f"constraint: Member must satisfy enum value set: [{', '.join(allowed)}]",
    )


def no_such_class(log_class: str, allowed: list[str]) -> LogsError:
    """Only the code: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html."""
    return LogsError(
        "InvalidParameterException",
        f"1 validation error detected: Value '{log_class}' at 'logGroupClass' failed to satisfy "
        f"constraint: Member must satisfy enum value set: [{', '.join(allowed)}]",
    )
