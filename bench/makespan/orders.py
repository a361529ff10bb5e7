"""Orders in which a cluster is made and destroyed, as tables: what waits for what."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from spec import facts

FOLDER = Path(__file__).with_name("orders")
DIRECTIONS = ("create", "destroy")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Step:
    """One slow step of an order.

    Attributes:
        name: E.g. `control plane`.
        seconds: What it takes: of `spec/facts/durations.tsv`, or a pause that is part of the order.
        after: The names of the steps that it waits for.
        source: Where it is written that it does.
    """

    name: str
    seconds: float
    after: tuple[str, ...]
    source: str


def read_order(name: str, direction: str) -> dict[str, Step]:
    """An order's steps by name, each after those that it waits for.

    Raises:
        ValueError: A step waits for one that does not precede it.
    """
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    header, *rows = [line.split("\t") for line in lines if not line.startswith("#")]
    steps: dict[str, Step] = {}
    for row in (dict(zip(header, cells, strict=True)) for cells in rows):
        if row["direction"] == direction:
            after = tuple(row["after"].split(", ")) if row["after"] else ()
            if not set(after) <= steps.keys():
                raise ValueError(f"{name}.tsv: {row['step']} precedes what it waits for")
            steps[row["step"]] = Step(
                name=row["step"],
                seconds=_seconds(row["duration"]),
                after=after,
                source=row["source"],
            )
    return steps


def makespan(steps: Mapping[str, Step]) -> float:
    """How long all of an order takes, in seconds, with as much side by side as it allows."""
    ends: dict[str, float] = {}
    for step in steps.values():
        ends[step.name] = step.seconds + max((ends[it] for it in step.after), default=0.0)
    return max(ends.values())


def _seconds(duration: str) -> float:
    known = facts.durations().get(duration)
    return known.seconds if known else float(duration)
