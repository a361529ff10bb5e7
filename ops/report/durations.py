"""Which of AWS's typical durations a step of the engine takes."""

import functools
from collections.abc import Iterator
from pathlib import Path

from ops.report.events import Operation
from spec import facts

_TABLE = Path(__file__).with_name("operations.tsv")


def typical(operation: Operation) -> facts.Duration | None:
    """The duration of the table of facts that a step takes; None: it is quick."""
    durations = facts.durations()
    for row in _rows():
        properties = row["property"].split()
        if (
            (row["type"], row["operation"]) == (operation.type, operation.kind)
            and (not properties or not operation.changed.isdisjoint(properties))
            and (not row["kind"] or row["kind"] == _kind(operation))
        ):
            return durations[row["duration"]]
    return None


def _kind(operation: Operation) -> str:
    if operation.type == "aws:ec2/vpcEndpoint:VpcEndpoint":
        # The provider's default.
        return operation.inputs.get("vpcEndpointType") or "Gateway"
    known = facts.known_addons().get(operation.inputs.get("addonName") or "")
    return known.kind if known else ""


@functools.cache
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(_read())


def _read() -> Iterator[dict[str, str]]:
    lines = [it for it in _TABLE.read_text(encoding="utf-8").splitlines() if it[0] != "#"]
    columns = lines[0].split("\t")
    for line in lines[1:]:
        yield dict(zip(columns, line.split("\t"), strict=True))
