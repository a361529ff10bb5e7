"""What CloudWatch Logs demands of log groups."""

import re

from rehearsal.aws.logs import errors
from rehearsal.aws.rules import rule
from spec import facts


@rule(errors.group_exists)
def name_is_free(name: str, taken: set[str]) -> None:
    """A log group that is made is not there yet, such as from an earlier cluster of the same name.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
    """
    if name in taken:
        raise errors.group_exists()


@rule(errors.no_group)
def is_there(name: str, there: set[str]) -> None:
    """A log group that is changed exists.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
    """
    if name not in there:
        raise errors.no_group()


@rule(errors.no_key)
def key_is_named_by_arn(key: str) -> None:
    """The key of a log group is named by its ARN.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
    """
    if not re.fullmatch(r"arn:[\w-]+:kms:[\w-]+:\d+:key/.+", key):
        raise errors.no_key()


@rule(errors.key_not_allowed)
def key_may_be_used(log_group_arn: str, allowed: bool) -> None:
    """The key of a log group is enabled, and its policy lets the Logs service of its region use it.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
    """
    if not allowed:
        raise errors.key_not_allowed(log_group_arn)


@rule(errors.no_such_retention)
def retention_is_offered(days: int) -> None:
    """Logs are kept for one of a set of numbers of days.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    """
    allowed = facts.limits()["log-group.retention"].values
    if str(days) not in allowed:
        raise errors.no_such_retention(days, list(allowed))


@rule(errors.no_such_class)
def class_is_offered(log_class: str) -> None:
    """A log group is of one of a set of classes.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html
    """
    allowed = facts.limits()["log-group.class"].values
    if log_class not in allowed:
        raise errors.no_such_class(log_class, list(allowed))
