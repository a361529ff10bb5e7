"""What many node groups cost: `python -m bench.scale [--groups 1,10,50,100] [--rounds N] [--json]`.

Previews and makes a cluster with that many node groups, by the program and by the floor (the same
AWS resources by plain calls in one file), in turn, each on an embedded AWS of its own where nothing
takes time and whose quotas are raised. Prints times, processor time of engine, plugins and program,
memory, and what one more group costs. Only ratios mean something: the machine is shared.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.scale.memory import Peak
from ops.embedded_aws import EmbeddedAws
from ops.engine import PROJECT, ROOT, Engine

GROUPS = (1, 10, 50, 100)
STEPS = ("preview of all", "up", "preview of no change")
_FLOOR = ROOT / "bench/overhead/floor"
_QUOTAS = {"eks.node-groups": 1000, "vcpus.on-demand.standard": 10_000}
_STACK_FILE = """\
config:
  aws:region: ap-northeast-2
  cluster:kubernetesVersion: "1.36"
  cluster:access: {admins: [creator]}
  cluster:nodeGroups:
"""
_GROUP = "    group-{number}: {{instanceTypes: [t3.medium], nodes: 2}}\n"

UNITS = ("seconds", "cpu", "mib")

Sample = dict[str, tuple[float, ...]]
"""By step what `UNITS` name: seconds, processor seconds and MiB."""


def main() -> int:
    """Measures and prints. Returns 0."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--groups", type=_numbers, default=GROUPS, help="default: 1,10,50,100")
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    parser.add_argument("--json", action="store_true", help="the same as JSON")
    arguments = parser.parse_args()
    samples: dict[tuple[str, int], list[Sample]] = {}
    for number in range(arguments.rounds):
        for groups in arguments.groups:
            for stack in ("dev", "floor"):
                print(f"round {number + 1}: {stack}, {groups} groups", file=sys.stderr)
                samples.setdefault((stack, groups), []).append(_measure(stack, groups))
    found = summarise(samples)
    print(json.dumps(found, indent=2) if arguments.json else _table(found))
    return 0


def summarise(samples: dict[tuple[str, int], list[Sample]]) -> list[dict[str, Any]]:
    """The medians by step and number of groups, and what one more group costs.

    Args:
        samples: By stack and number of groups, one for each round.

    Returns:
        Rows with the units of both stacks and their ratios. Where `groups` is `each more`,
        they are for one group, between the smallest and the largest number of groups.
    """
    numbers = sorted({groups for _, groups in samples})
    first, last = numbers[0], numbers[-1]
    rows: list[dict[str, Any]] = []
    for step in STEPS:
        medians = {
            key: tuple(
                statistics.median(units) for units in zip(*(it[step] for it in rounds), strict=True)
            )
            for key, rounds in samples.items()
        }
        for groups in numbers:
            by_stack = (medians[stack, groups] for stack in ("dev", "floor"))
            rows.append(_row(step, groups, *by_stack))
        if first < last:
            more = (
                tuple(
                    (many - few) / (last - first)
                    for many, few in zip(medians[stack, last], medians[stack, first], strict=True)
                )
                for stack in ("dev", "floor")
            )
            rows.append(_row(step, "each more", *more))
    return rows


def _row(step: str, groups: int | str, dev: Any, floor: Any) -> dict[str, Any]:
    return {"step": step, "groups": groups} | {
        unit: {"dev": ours, "floor": least, "ratio": _ratio(ours, least)}
        for unit, ours, least in zip(UNITS, dev, floor, strict=True)
    }


def _ratio(dev: float, floor: float) -> float | None:
    # A floor that did not grow at all is noise, and nothing can be compared with it.
    return round(dev / floor, 2) if floor > 0 else None


def _measure(stack: str, groups: int) -> Sample:
    os.environ["FLOOR_NODE_GROUPS"] = str(groups)
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("w") as log:
        state = Path(folder)
        stack_file = _FLOOR / "Pulumi.floor.yaml"
        if stack == "dev":
            stack_file = state / "stack.yaml"
            lines = (_GROUP.format(number=number) for number in range(groups))
            stack_file.write_text(_STACK_FILE + "".join(lines))
        aws = EmbeddedAws(state, "max", kubernetes=False)
        aws.start()
        try:
            for name, value in _QUOTAS.items():
                _put(f"{aws.url}/_rehearsal/quotas?name={name}&value={value}")
            project = PROJECT if stack == "dev" else _FLOOR
            engine = Engine(stack, state, aws.url, project=project, output=log)
            engine.prepare(stack_file)
            runs: dict[str, Callable[[], int]] = {
                "preview of all": engine.preview,
                "up": lambda: engine.up("--skip-preview"),
                "preview of no change": engine.preview,
            }
            apart = int(json.loads((state / "aws.json").read_text())["pid"])
            return {step: _watched(runs[step], apart, state / "log") for step in STEPS}
        finally:
            aws.stop()


def _watched(run: Callable[[], int], apart: int, log: Path) -> tuple[float, ...]:
    with Peak(os.getpid(), [apart]) as peak:
        begun, worked = time.monotonic(), _processor_seconds()
        if run():
            sys.exit(f"a run failed:\n{log.read_text()[-2000:]}")
        seconds, work = time.monotonic() - begun, _processor_seconds() - worked
    return seconds, work, peak.mib


def _processor_seconds() -> float:
    """What processes below this one that have ended have worked: the embedded AWS still runs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _put(url: str) -> None:
    request = urllib.request.Request(url, method="PUT")  # noqa: S310  our own
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(request, timeout=10).close()


def _numbers(text: str) -> tuple[int, ...]:
    try:
        numbers = tuple(int(it) for it in text.split(","))
    except ValueError:
        numbers = ()
    if not numbers or min(numbers) < 1:
        raise argparse.ArgumentTypeError(f"must be numbers like 1,10,50, not {text!r}")
    return numbers


def _table(rows: list[dict[str, Any]]) -> str:
    pair = f"{'DEV':>13}{'FLOOR':>13}{'RATIO':>7}"
    lines = [f"{'STEP':<22}{'GROUPS':>10}{pair * len(UNITS)}"]
    for row in rows:
        line = f"{row['step']:<22}{row['groups']:>10}"
        for unit, name in zip(UNITS, ("s", "s", "MiB"), strict=True):
            it = row[unit]
            ratio = "-" if it["ratio"] is None else f"{it['ratio']:.2f}"
            dev, floor = (f"{it[stack]:.2f} {name}" for stack in ("dev", "floor"))
            line += f"{dev:>13}{floor:>13}{ratio:>7}"
        lines.append(line)
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
