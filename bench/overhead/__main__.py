"""What components, checks and the declared order cost: `python -m bench.overhead [ROUNDS]`.

Runs the dev stack and the floor (the same resources by plain calls in one file) in turn, each on
an embedded AWS of its own where nothing takes time, and prints the ratios of their medians. Only
ratios mean something: the machine is shared.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ops.embedded_aws import EmbeddedAws
from ops.engine import PROJECT, ROOT, Engine

GOAL = 1.15

_STACKS = {
    "dev": (PROJECT, ROOT / "Pulumi.dev.yaml"),
    "floor": (ROOT / "bench/overhead/floor", ROOT / "bench/overhead/floor/Pulumi.floor.yaml"),
}


def main() -> int:
    """Measures and prints. Returns 0, or 1 where a run failed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    seconds: dict[str, dict[str, list[float]]] = {}
    for number in range(rounds):
        for stack, (project, stack_file) in _STACKS.items():
            print(f"round {number + 1} of {rounds}: {stack}", file=sys.stderr)
            for step, taken in _measure(stack, project, stack_file).items():
                seconds.setdefault(step, {}).setdefault(stack, []).append(taken)
    print(f"{'STEP':<22}{'DEV':>8}{'FLOOR':>8}{'RATIO':>8}   goal: at most {GOAL}")
    for step, by_stack in seconds.items():
        dev, floor = (statistics.median(by_stack[stack]) for stack in _STACKS)
        print(f"{step:<22}{dev:>7.2f}s{floor:>7.2f}s{dev / floor:>8.2f}")
    return 0


def _measure(stack: str, project: Path, stack_file: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        state = Path(folder)
        aws = EmbeddedAws(state, "max", kubernetes=False)
        aws.start()
        try:
            engine = Engine(stack, state, aws.url, project=project, output=log)
            engine.prepare(stack_file)
            steps: dict[str, Callable[[], int]] = {
                "preview of all": engine.preview,
                "up": lambda: engine.up("--skip-preview"),
                "preview of no change": engine.preview,
                "destroy": engine.destroy,
            }
            return {step: _timed(run, state / "log") for step, run in steps.items()}
        finally:
            aws.stop()


def _timed(run: Callable[[], int], log: Path) -> float:
    begun = time.monotonic()
    if run():
        sys.exit(f"a run failed:\n{log.read_text()[-2000:]}")
    return time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main())
