"""What the engine says in an event log of what it is going to do, or has done.

https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/apitype/events.go
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ops.report.events import parse_event
from ops.user_error import UserError

_OPERATIONS: Final = {
    "create": "create",
    "import": "create",
    "update": "update",
    "delete": "delete",
    "create-replacement": "replace",
    "replace": "replace",
    "delete-replaced": "replace",
}
_COLOURS: Final = re.compile(r"<\{%[^%]*%\}>|\x1b\[[0-9;]*m")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the engine.

    Attributes:
        urn: The resource.
        type: E.g. `aws:eks/cluster:Cluster`.
        operation: `create`, `update`, `replace` or `delete`.
        engine_operation: The engine's own word, e.g. `delete-replaced`.
        custom: Whether it is a resource of a provider; if not, it is a component.
        old: Its inputs before.
        new: Its inputs after.
        keys: The paths of the properties that change.
    """

    urn: str
    type: str
    operation: str
    engine_operation: str
    custom: bool
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    keys: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name in the program."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a policy has found.

    Attributes:
        policy: The policy's name.
        pack: That of its pack.
        level: `advisory`, `mandatory` or `remediate`.
        urn: The resource; empty where it concerns the whole stack.
        message: What the policy says.
    """

    policy: str
    pack: str
    level: str
    urn: str
    message: str


@dataclass(kw_only=True)
class Log:
    """An event log.

    Attributes:
        steps: What is, or was, done, in order; what stays as it is is left out.
        drifted: What a refresh has found to be another than the state says.
        findings: What policies have found.
        errors: What went wrong, in the engine's words.
        packs: The policy packs that were asked.
    """

    steps: list[Step] = field(default_factory=list[Step])
    drifted: list[Step] = field(default_factory=list[Step])
    findings: list[Finding] = field(default_factory=list[Finding])
    errors: list[str] = field(default_factory=list[str])
    packs: tuple[str, ...] = ()


def read_log(file: Path) -> Log:
    """Reads an event log; what a killed engine left of one too.

    Raises:
        UserError: It is not there.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UserError(f"cannot read the event log {file}: {error}") from None
    log = Log()
    for line in lines:
        event = parse_event(line)
        if event:
            _take(log, event)
    return log


def _take(log: Log, event: Mapping[str, Any]) -> None:
    if "resourcePreEvent" in event:
        log.steps += _step(event["resourcePreEvent"]["metadata"])
    elif "resOutputsEvent" in event:
        log.drifted += _step(event["resOutputsEvent"]["metadata"])
    elif "policyEvent" in event:
        log.findings.append(_finding(event["policyEvent"]))
    elif "diagnosticEvent" in event:
        told = event["diagnosticEvent"]
        message = plain(told.get("message") or "")
        if told.get("severity") == "error" and message and message not in log.errors:
            log.errors.append(message)
    elif "summaryEvent" in event:
        log.packs = tuple(event["summaryEvent"].get("PolicyPacks") or ())


def _step(told: Mapping[str, Any]) -> Iterator[Step]:
    operation = _OPERATIONS.get(told["op"])
    if operation:
        old: Mapping[str, Any] = told.get("old") or {}
        new: Mapping[str, Any] = told.get("new") or {}
        if old.get("initErrors") and operation == "update":
            operation = "create"  # it is half made, and has to be made whole
        paths = [*(told.get("detailedDiff") or ()), *(told.get("keys") or ())]
        yield Step(
            urn=told["urn"],
            type=told["type"],
            operation=operation,
            engine_operation=told["op"],
            custom=bool((new or old).get("custom")),
            old=old.get("inputs") or {},
            new=new.get("inputs") or {},
            keys=tuple(dict.fromkeys(paths or told.get("diffs") or ())),
        )


def _finding(told: Mapping[str, Any]) -> Finding:
    return Finding(
        policy=told.get("policyName") or "",
        pack=told.get("policyPackName") or "",
        level=told.get("enforcementLevel") or "",
        urn=told.get("resourceUrn") or "",
        message=plain(told.get("message") or ""),
    )


def plain(text: str) -> str:
    """A text without the engine's colours."""
    return _COLOURS.sub("", text).strip()
