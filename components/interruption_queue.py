"""A queue by which Karpenter learns that an instance is about to go."""

import dataclasses
import json

import pulumi
import pulumi_aws as aws

from components import policies
from components.component import Component
from spec import facts
from spec.names import AUTONAME_LENGTH, fitting

RETENTION_SECONDS = 300
"""How long a message is kept, as Karpenter's template has it: older ones are of no use."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class InterruptionQueueArgs:
    """Arguments of `InterruptionQueue`.

    Attributes:
        label: The cluster's name, for descriptions.
        partition: The AWS partition.
        region: The AWS region.
        account: The account's id.
    """

    label: str
    partition: str
    region: str
    account: str


class InterruptionQueue(Component):
    """An encrypted queue, and rules of EventBridge that write to it.

    https://karpenter.sh/docs/reference/cloudformation/#interruption-handling

    Attributes:
        queue: The queue.
    """

    queue: aws.sqs.Queue

    def __init__(
        self, name: str, args: InterruptionQueueArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("InterruptionQueue", name, opts)
        queue_name = fitting(f"{name}-karpenter", _longest("queue.name"))
        self.queue = aws.sqs.Queue(
            queue_name,
            message_retention_seconds=RETENTION_SECONDS,
            sqs_managed_sse_enabled=True,
            tags={"Name": queue_name},
            opts=self.child(),
        )
        policy = aws.sqs.QueuePolicy(
            queue_name,
            queue_url=self.queue.url,
            policy=self.queue.arn.apply(
                lambda arn: policies.interruption_queue(
                    queue_arn=arn,
                    partition=args.partition,
                    region=args.region,
                    account=args.account,
                )
            ),
            opts=self.child(),
        )
        for event in facts.interruption_events():
            rule_name = fitting(f"{name}-karpenter-{event.name}", _longest("event-rule.name"))
            rule = aws.cloudwatch.EventRule(
                rule_name,
                description=f"{event.detail_type}: tells Karpenter of {args.label}",
                event_pattern=json.dumps(
                    {"source": [event.event_source], "detail-type": [event.detail_type]}
                ),
                tags={"Name": rule_name},
                opts=self.child(),
            )
            aws.cloudwatch.EventTarget(
                rule_name,
                rule=rule.name,
                target_id="karpenter",
                arn=self.queue.arn,
                # What comes earlier would be refused.
                opts=self.child(depends_on=[policy]),
            )
        self.register_outputs({"queueName": self.queue.name})


def _longest(limit: str) -> int:
    """How long a name may be for Pulumi to make an AWS name of it."""
    return (facts.limits()[limit].maximum or 0) - AUTONAME_LENGTH
