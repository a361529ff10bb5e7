"""Rules for queues."""

from collections.abc import Iterator

from policy.documents import as_list, principals, statements
from policy.resources import Resource, Resources
from policy.rule import Severity, rule

QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"


@rule(QUEUE, severity=Severity.HIGH)
def queue_encrypted(queue: Resource, _: Resources) -> Iterator[str]:
    """Queues are encrypted, with SQS's own keys or the customer's."""
    properties = queue.properties
    if not properties.get("sqsManagedSseEnabled") and not properties.get("kmsMasterKeyId"):
        yield "neither sqsManagedSseEnabled is true nor kmsMasterKeyId said"


@rule(QUEUE, QUEUE_POLICY, severity=Severity.HIGH)
def queue_not_public(queue: Resource, _: Resources) -> Iterator[str]:
    """Queues let nobody in but whom their policies name, and those not to do everything."""
    for statement in statements(queue.properties.get("policy") or "{}"):
        name = statement.get("Sid", "a statement")
        if "*" in principals(statement):
            yield f"policy lets everybody in ({name})"
        if {"*", "sqs:*"} & {*as_list(statement.get("Action"))}:
            yield f"policy allows everything ({name})"
