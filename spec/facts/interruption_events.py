"""Events by which Karpenter learns that an instance is about to go."""

import dataclasses
import functools

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class InterruptionEvent:
    """A kind of event of EventBridge that goes to Karpenter's queue.

    https://karpenter.sh/docs/reference/cloudformation/#interruption-handling

    Attributes:
        name: A short name, e.g. `spot-interruption`.
        event_source: The service that sends it, e.g. `aws.ec2`.
        detail_type: Its kind in the service's words.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    event_source: str
    detail_type: str
    source: str
    date: str


@functools.cache
def interruption_events() -> tuple[InterruptionEvent, ...]:
    """Every kind of event."""
    return tuple(
        InterruptionEvent(
            row["name"], row["event_source"], row["detail_type"], row["source"], row["date"]
        )
        for row in tables.read("interruption_events")
    )
