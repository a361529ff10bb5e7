"""Rules for log groups."""

from collections.abc import Iterator

from policy.resources import Resource, Resources
from policy.rule import Severity, rule

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"

_YEAR = 365


@rule(LOG_GROUP, severity=Severity.LOW)
def log_retention(group: Resource, _: Resources) -> Iterator[str]:
    """It is said how long logs are kept."""
    if group.properties.get("retentionInDays") is None:
        yield "retentionInDays is not said"


@rule(LOG_GROUP, severity=Severity.LOW)
def log_retention_year(group: Resource, _: Resources) -> Iterator[str]:
    """Logs are kept for a year or longer; 0 is for ever."""
    days = group.properties.get("retentionInDays") or 0
    if 0 < days < _YEAR:
        yield f"retentionInDays is {days}"


@rule(LOG_GROUP, severity=Severity.LOW)
def log_kms(group: Resource, _: Resources) -> Iterator[str]:
    """Logs are encrypted with a KMS key of the customer's."""
    if not group.properties.get("kmsKeyId"):
        yield "kmsKeyId is not said"
