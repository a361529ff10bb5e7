"""Logs of the control plane."""

from typing import Annotated, Literal

from pydantic import Field

from spec.model.base import AsTuple, Model, Unique, arn, number, spelling

LogType = Literal["api", "audit", "authenticator", "controllerManager", "scheduler"]
LogGroupClass = Literal["STANDARD", "INFREQUENT_ACCESS"]

KeyArn = Annotated[str, arn("a KMS key's ARN", "kms", "key/[0-9a-zA-Z-]+", "key/1234abcd-12ab-...")]
"""The ARN of a KMS key."""


class LoggingSpec(Model):
    """Which logs of the control plane go to CloudWatch Logs, and how they are kept.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
    """

    types: Annotated[
        tuple[
            Annotated[LogType, spelling(LogType, kubecontrollermanager="controllerManager")], ...
        ],
        AsTuple,
        Unique,
    ] = ("api", "audit", "authenticator", "controllerManager", "scheduler")
    """Components whose logs are written. `[]`: none."""
    retention_days: Annotated[int, number("a retention", "log-group.retention")] = 365
    """Days that they are kept; one of the numbers that CloudWatch Logs offers."""
    class_: Annotated[LogGroupClass, spelling(LogGroupClass), Field(alias="class")] = "STANDARD"
    """`STANDARD`, or `INFREQUENT_ACCESS`, half the price with fewer ways to search. Another class
    is another log group."""
    key_arn: KeyArn | None = None
    """The KMS key that encrypts them, and flow logs. Its policy must let CloudWatch Logs use it.
    Default: the cluster's own."""
    keep_on_destroy: bool = False
    """Whether `pulumi destroy` leaves the log group."""
