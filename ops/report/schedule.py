"""When each step of a run begins and ends, and which chain of steps decides how long it takes."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence

from ops.report.events import Operation
from ops.report.graph import Graph


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step, placed in time.

    Attributes:
        operation: What the engine did.
        starts: When, in seconds from the start of the run.
        ends: When.
        after: Of the steps that it waited for, the one that ended last.
    """

    operation: Operation
    starts: float
    ends: float
    after: "Step | None"

    @property
    def takes(self) -> float:
        """In seconds."""
        return self.ends - self.starts

    @property
    def waited_for(self) -> "Step | None":
        """Of the steps that it waited for, the one that ended last and took any time."""
        step = self.after
        while step and not step.takes:
            step = step.after
        return step

    @property
    def idle(self) -> float:
        """How long it did not begin although nothing was left to wait for, in seconds."""
        return self.starts - (self.after.ends if self.after else 0.0)


def simulated(
    operations: Iterable[Operation], graph: Graph, seconds: Callable[[Operation], float]
) -> list[Step]:
    """The steps as they follow from their durations alone; nothing else takes time.

    Components take none, and are left out; they count for the order of deletions.

    As many as can be run side by side; the engine's own limit is four for each processor.

    Args:
        operations: What the engine did.
        graph: What waits for what.
        seconds: How long a step takes.

    Returns:
        The steps in the order in which they begin.
    """

    def place(operation: Operation, awaited: Step | None) -> Step:
        starts = awaited.ends if awaited else 0.0
        return Step(
            operation=operation, starts=starts, ends=starts + seconds(operation), after=awaited
        )

    return _placed(operations, graph, place)


def measured(operations: Iterable[Operation], graph: Graph) -> list[Step]:
    """The steps as the engine's clock has seen them, in whole seconds.

    Returns:
        The steps in the order in which they began.
    """
    steps = list(operations)
    begun = min((it.begun for it in steps), default=0.0)

    def place(operation: Operation, awaited: Step | None) -> Step:
        return Step(
            operation=operation,
            starts=operation.begun - begun,
            ends=operation.ended - begun,
            after=awaited,
        )

    return _placed(steps, graph, place)


def critical_path(steps: Sequence[Step]) -> list[Step]:
    """The chain of steps, each waiting for the one before, that ends last."""
    path: list[Step] = []
    step = max(steps, key=_end, default=None)
    while step:
        path.append(step)
        step = step.after
    return path[::-1]


def _placed(
    operations: Iterable[Operation],
    graph: Graph,
    place: Callable[[Operation, Step | None], Step],
) -> list[Step]:
    made: dict[str, Operation] = {}
    gone: dict[str, Operation] = {}
    for it in operations:
        (gone if it.kind == "delete" else made)[it.urn] = it
    before = _replaced_first(made, gone)
    steps = _forward(made, before, graph, place)
    # What is not needed any more is deleted at the end of a run, a wave at a time.
    last = _latest(steps)
    custom = set(graph.custom())
    for wave in graph.waves(gone.keys() - before.keys()):
        placed = [place(gone[urn], last) for urn in wave if urn in custom]
        steps += placed
        last = max((it for it in [*placed, last] if it), key=_end, default=None)
    return sorted(steps, key=lambda it: (it.starts, it.ends))


def _forward(
    made: Mapping[str, Operation],
    before: Mapping[str, Operation],
    graph: Graph,
    place: Callable[[Operation, Step | None], Step],
) -> list[Step]:
    """What is made and changed, each after what it depends on."""
    steps: list[Step] = []
    # Of what stays as it is, the step that it would have waited for: it hands its wait on.
    awaited: dict[str, Step | None] = {}
    for urn in graph.custom():
        last = _latest(step for it in graph.awaited(urn) if (step := awaited.get(it)))
        for operation in (before.get(urn), made.get(urn)):
            if operation:
                last = place(operation, last)
                steps.append(last)
        awaited[urn] = last
    return steps


def _replaced_first(
    made: Mapping[str, Operation], gone: Mapping[str, Operation]
) -> dict[str, Operation]:
    """The deletions of what is replaced and had to go before its successor was made."""
    return {
        urn: it
        for urn, it in gone.items()
        if urn in made and it.ended <= made[urn].begun and it.begun < made[urn].begun
    }


def _latest(steps: Iterable[Step]) -> Step | None:
    return max(steps, key=_end, default=None)


def _end(step: Step) -> tuple[float, float, str]:
    """What ends last; of those that end together, the longest, and always the same."""
    return step.ends, step.takes, step.operation.urn
