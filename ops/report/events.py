"""Reads the event log of Pulumi's engine: what `pulumi up --event-log FILE` writes.

One JSON object a line, with a time in whole seconds. The engine shows the option where
PULUMI_DEBUG_COMMANDS=true.
https://www.pulumi.com/docs/iac/cli/environment-variables/
"""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from ops.user_error import UserError

_KINDS = {
    "create": "create",
    "create-replacement": "create",
    "update": "update",
    "delete": "delete",
    "delete-replaced": "delete",
    "import": "create",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What the engine did to one resource.

    Attributes:
        urn: The resource.
        type: E.g. `aws:eks/cluster:Cluster`.
        kind: `create`, `update` or `delete`.
        begun: When, in seconds since the epoch.
        ended: When; a component ends when its outputs are known.
        inputs: The resource's inputs; of a deleted one, its last.
        changed: The first part of each property that an update changed.
    """

    urn: str
    type: str
    kind: str
    begun: float
    ended: float
    inputs: Mapping[str, Any]
    changed: frozenset[str]

    @property
    def name(self) -> str:
        """The name in the program."""
        return self.urn.rpartition("::")[2]

    @property
    def measured(self) -> float:
        """How long it took, in seconds."""
        return self.ended - self.begun


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of the engine.

    Attributes:
        operations: What it did, in the order in which it began; what stayed as it was is left out.
        failed: Whether it came to its end with an error, or to none.
    """

    operations: tuple[Operation, ...]
    failed: bool


def read_events(file: Path) -> Run:
    """The run that an event log tells of; a preview before it is left out.

    Raises:
        UserError: There is no such file, or it is empty, cut off, or no event log.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read the event log {file}: {error}") from error
    if not lines:
        raise UserError(f"{file} is empty: the engine has written no event; was the run killed?")
    log = _Log()
    for number, line in enumerate(lines, 1):
        event = parse_event(line)
        if not event and number == len(lines) > 1:
            raise UserError(
                f"{file}:{number}: the last event is cut off: the run was killed, or goes on"
            )
        if not event:
            raise UserError(
                f"{file}:{number}: not an event of Pulumi's engine; write an event log with "
                "`PULUMI_DEBUG_COMMANDS=true pulumi up --event-log FILE`"
            )
        log.take(event)
    return Run(operations=tuple(log.operations), failed=log.failed)


def parse_event(line: str) -> dict[str, Any] | None:
    """The event of a line of the log; None: it is none, or cut off."""
    try:
        event: Any = json.loads(line)
    except ValueError:
        return None
    known = isinstance(event, dict) and "sequence" in event and "timestamp" in event
    return cast("dict[str, Any]", event) if known else None


class _Log:
    def __init__(self) -> None:
        self._open: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._begun: dict[tuple[str, str], float] = {}
        self._ended: dict[tuple[str, str], float] = {}
        self.failed = True  # until a summary says otherwise

    @property
    def operations(self) -> list[Operation]:
        return [
            _operation(self._open[key], begun, self._ended[key], key[1])
            for key, begun in self._begun.items()
            if key in self._ended
        ]

    def take(self, event: Mapping[str, Any]) -> None:
        begun: Mapping[str, Any] | None = event.get("resourcePreEvent")
        ended: Mapping[str, Any] | None = event.get("resOutputsEvent")
        told = begun or ended
        if "summaryEvent" in event:
            if event["summaryEvent"].get("isPreview"):
                self.__init__()
            else:
                self.failed = event["summaryEvent"].get("result") == "failed"
        elif "resOpFailedEvent" in event:
            self.failed = True
        elif told:
            step: Mapping[str, Any] = told["metadata"]
            kind = _KINDS.get(step["op"])
            if kind:
                key = (step["urn"], kind)
                times = self._begun if begun else self._ended
                self._open.setdefault(key, step)
                times.setdefault(key, float(event["timestamp"]))


def _operation(step: Mapping[str, Any], begun: float, ended: float, kind: str) -> Operation:
    state: Mapping[str, Any] = step.get("new") or step.get("old") or {}
    changed = [*(step.get("diffs") or ()), *(step.get("detailedDiff") or ())]
    return Operation(
        urn=step["urn"],
        type=step["type"],
        kind=kind,
        begun=begun,
        ended=ended,
        inputs=state.get("inputs") or {},
        changed=frozenset(path.replace("[", ".").split(".")[0] for path in changed),
    )
