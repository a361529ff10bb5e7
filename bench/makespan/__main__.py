"""What the declared order costs: `python -m bench.makespan [--json]`.

Brings the dev stack up and down on an embedded AWS, takes what waits for what from the engine's
own record, and gives each step its typical time of `spec/facts/durations.tsv`; quick ones none.
Beside it stand the orders of others, read from their sources into `orders/`. All over the bound:
the chain that AWS forces on everyone. No clock is read, so the machine does not matter.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.makespan.orders import DIRECTIONS, makespan, read_order
from ops.embedded_aws import EmbeddedAws
from ops.engine import ROOT, Engine
from ops.report.durations import typical
from ops.report.events import Operation, read_events
from ops.report.graph import read_graph
from ops.report.schedule import Step, critical_path, simulated

GOAL = 1.05
OTHERS = ("terraform-aws-eks", "eksctl")


def main() -> int:
    """Measures and prints. Returns 0."""
    parser = argparse.ArgumentParser(prog="python -m bench.makespan", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the same as JSON")
    arguments = parser.parse_args()
    found = measure(_rehearsed())
    print(json.dumps(found, indent=2) if arguments.json else _table(found))
    return 0


def measure(ours: dict[str, list[Step]]) -> dict[str, Any]:
    """Makespans in seconds, over the bound, and what ours is made of.

    Args:
        ours: The steps of the dev stack by direction.
    """
    found: dict[str, Any] = {"goal": GOAL, "bound": {}, "orders": {}, "path": {}}
    for direction in DIRECTIONS:
        bound = makespan(read_order("bound", direction))
        found["bound"][direction] = bound
        totals = {name: makespan(read_order(name, direction)) for name in OTHERS}
        path = critical_path(ours[direction])
        totals = {"eks-cluster": path[-1].ends, **totals}
        for name, seconds in totals.items():
            said = {"seconds": seconds, "ratio": round(seconds / bound, 3)}
            found["orders"].setdefault(name, {})[direction] = said
        found["path"][direction] = [
            {"name": it.operation.name, "type": it.operation.type, "seconds": it.takes}
            for it in path
            if it.takes
        ]
    return found


def _rehearsed() -> dict[str, list[Step]]:
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        state = Path(folder)
        aws = EmbeddedAws(state, "max", kubernetes=False)
        aws.start()
        try:
            engine = Engine("dev", state, aws.url, output=log)
            engine.prepare(ROOT / "Pulumi.dev.yaml")
            steps: dict[str, list[Step]] = {}
            if engine.up("--skip-preview"):
                sys.exit(f"up failed:\n{(state / 'log').read_text()[-2000:]}")
            graph = read_graph([engine.checkpoint])
            steps["create"] = simulated(read_events(engine.events).operations, graph, _seconds)
            if engine.destroy():
                sys.exit(f"destroy failed:\n{(state / 'log').read_text()[-2000:]}")
            steps["destroy"] = simulated(read_events(engine.events).operations, graph, _seconds)
            return steps
        finally:
            aws.stop()


def _seconds(operation: Operation) -> float:
    fact = typical(operation)
    return fact.seconds if fact else 0.0


def _table(found: dict[str, Any]) -> str:
    lines = [f"{'ORDER':<20}{'CREATE':>10}{'RATIO':>8}{'DESTROY':>10}{'RATIO':>8}"]
    bound = found["bound"]
    lines.append(
        f"{'bound':<20}{bound['create']:>8.1f} s{1:>8.3f}{bound['destroy']:>8.1f} s{1:>8.3f}"
    )
    for name, by in found["orders"].items():
        create, destroy = by["create"], by["destroy"]
        lines.append(
            f"{name:<20}{create['seconds']:>8.1f} s{create['ratio']:>8.3f}"
            f"{destroy['seconds']:>8.1f} s{destroy['ratio']:>8.3f}"
        )
    lines.append(f"goal: at most {found['goal']}")
    for direction in DIRECTIONS:
        chain = (f"{it['name']} {it['seconds']:g} s" for it in found["path"][direction])
        lines.append(f"eks-cluster, {direction}: {', '.join(chain)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
