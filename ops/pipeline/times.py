"""How long a planned run typically takes on AWS, and what decides it."""

import graphlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ops.pipeline.log import Step
from ops.pipeline.risks import first_part
from ops.report.events import Operation, Run
from ops.report.graph import Graph, recorded, resources_of
from ops.report.report import Report, make_report

_KINDS: Final = {
    "create": "create",
    "create-replacement": "create",
    "import": "create",
    "update": "update",
    "delete": "delete",
    "delete-replaced": "delete",
}


def times(steps: Iterable[Step], plan: Path, state: Any) -> Report:
    """Places what is planned in time, by the typical durations of `spec.facts`.

    Args:
        steps: What is planned.
        plan: The plan: it tells what waits for what.
        state: What `pulumi stack export` says: the same of what goes away.

    Raises:
        UserError: Neither plan nor state know of something that is planned.
    """
    operations = tuple(_operations(it for it in steps if it.custom))
    goals = json.loads(plan.read_text(encoding="utf-8"))["resourcePlans"]
    # What is not known yet takes no time of its own: only what AWS is known to be slow with does.
    return make_report(Run(operations=operations, failed=False), _graph(goals, state), float("inf"))


def _graph(goals: Mapping[str, Any], state: Any) -> Graph:
    of_state = {it["urn"]: recorded(it) for it in resources_of(state)}
    of_plan = {
        urn: recorded({**it["goal"], "urn": urn}) for urn, it in goals.items() if it.get("goal")
    }
    known = of_state | of_plan
    needs = {urn: sorted({*it.needs, it.parent} & known.keys()) for urn, it in known.items()}
    return Graph([known[urn] for urn in graphlib.TopologicalSorter(needs).static_order()])


def _operations(steps: Iterable[Step]) -> Iterator[Operation]:
    """The steps as a run would tell them, in order; none has been measured."""
    for place, it in enumerate(steps):
        # A replacement is told as a whole, too; its two halves are what takes time.
        if it.engine_operation in _KINDS:
            yield Operation(
                urn=it.urn,
                type=it.type,
                kind=_KINDS[it.engine_operation],
                begun=float(place),
                ended=float(place),
                inputs=it.new or it.old,
                changed=frozenset(first_part(path) for path in it.keys),
            )
