"""What a run takes, and what it waits for: the facts that table, JSON and picture show."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

from ops.report.durations import typical
from ops.report.events import Operation, Run
from ops.report.graph import Graph
from ops.report.schedule import Step, critical_path, measured, simulated
from ops.user_error import UserError
from spec.facts import Duration

SLOW = 5.0
"""Seconds; what takes less is quick, and waits for others rather than others for it."""


@dataclasses.dataclass(frozen=True)
class Report:
    """A run, placed in time.

    Attributes:
        steps: What the engine did, in the order in which it begins; components are left out.
        speed: None: it ran on AWS, and times are measured. If not, it was a rehearsal at this
            many times AWS's pace, and times are those of `spec/facts/durations.tsv`.
    """

    steps: tuple[Step, ...]
    speed: float | None

    @property
    def total(self) -> float:
        """How long all of it takes, in seconds."""
        return max((it.ends for it in self.steps), default=0.0)

    @functools.cached_property
    def path(self) -> tuple[Step, ...]:
        """The critical path: what it takes less makes the whole take less."""
        return tuple(critical_path(self.steps))

    @property
    def slow(self) -> tuple[Step, ...]:
        """The steps that take long."""
        return tuple(it for it in self.steps if it.takes >= SLOW)

    @property
    def destroys(self) -> bool:
        """Whether nothing was made or changed."""
        return all(it.operation.kind == "delete" for it in self.steps)

    @property
    def unverified(self) -> tuple[str, ...]:
        """The durations it rests on that no public page reports, e.g. `nodegroup.update-config`."""
        if self.speed is None:
            return ()
        used = (typical(it.operation) for it in self.steps)
        return tuple(sorted({it.operation for it in used if it and not it.verified}))

    def scaled(self, step: Step) -> float | None:
        """What a step took in the rehearsal, at AWS's pace, in seconds; None: nobody knows."""
        if self.speed is None or self.speed == float("inf"):
            return None
        return step.operation.measured * self.speed

    def as_json(self) -> dict[str, Any]:
        """All of it, for machines; times are in seconds from the start of the run."""
        return {
            "total": round(self.total, 2),
            "source": "measured" if self.speed is None else "durations",
            "speed": str(self.speed) if self.speed == float("inf") else self.speed,
            "unverified": list(self.unverified),
            "criticalPath": [it.operation.urn for it in self.path],
            "resources": [self._as_json(it) for it in self.steps],
        }

    def _as_json(self, step: Step) -> Mapping[str, Any]:
        fact = typical(step.operation) if self.speed is not None else None
        scaled = self.scaled(step)
        return {
            "urn": step.operation.urn,
            "name": step.operation.name,
            "type": step.operation.type,
            "operation": step.operation.kind,
            "starts": round(step.starts, 2),
            "takes": round(step.takes, 2),
            "ends": round(step.ends, 2),
            "waitedFor": step.waited_for.operation.urn if step.waited_for else None,
            "idle": round(step.idle, 2),
            "duration": fact.operation if fact else None,
            "measured": step.operation.measured,
            "measuredAtPaceOfAws": None if scaled is None else round(scaled, 2),
            "critical": step in self.path,
        }


def make_report(run: Run, graph: Graph, speed: float | None) -> Report:
    """Places a run in time.

    Args:
        run: What the engine did.
        graph: What waits for what.
        speed: As in `Report`.

    Raises:
        UserError: The graph does not know what the run has touched: it is of another stack, or
            of another time.
    """
    unknown = [it.name for it in run.operations if it.urn not in graph]
    if unknown:
        more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
        raise UserError(
            f"the state does not know {unknown[0]}{more}: give --state the state from after an "
            "`up`, or from before a `destroy` (`pulumi stack export`); both where in doubt"
        )
    if speed is None:
        steps = measured(run.operations, graph)
    else:
        steps = simulated(run.operations, graph, _seconds)
    return Report(tuple(steps), speed)


def _seconds(operation: Operation) -> float:
    fact: Duration | None = typical(operation)
    return fact.seconds if fact else operation.measured
