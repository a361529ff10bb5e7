"""A plan as a reviewer and a pipeline need it: summary.json."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ops.pipeline.basis import Basis
from ops.pipeline.changes import Change
from ops.pipeline.costs import Cost
from ops.pipeline.folder import PlanFolder
from ops.pipeline.log import Finding
from ops.pipeline.risks import LEVELS
from ops.report.report import SLOW, Report
from ops.report.text import short_type
from ops.user_error import UserError
from spec.lock import Change as LockChange


@dataclass(frozen=True, kw_only=True)
class Time:
    """How long a run typically takes on AWS.

    Attributes:
        seconds: All of it.
        path: What decides it, each with its seconds.
    """

    seconds: float
    path: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, report: Report) -> "Time":
        """The time that a report tells."""
        slow = [it for it in report.path if it.takes >= SLOW]
        named = [(f"{it.operation.name} ({short_type(it)})", round(it.takes, 1)) for it in slow]
        return cls(seconds=round(report.total, 1), path=tuple(named))


@dataclass(frozen=True, kw_only=True)
class Summary:
    """A plan.

    Attributes:
        stack: The stack.
        made: When it was made, ISO.
        basis: What it is made of.
        plan: The hash of the file that the engine carries out; empty where the plan failed.
        changes: What changes, the gravest first.
        packs: The policy packs that were asked.
        findings: What policies have found.
        errors: What went wrong, in the engine's words.
        time: How long it takes; None: it is not known.
        cost: What the stack costs; None: it is not known.
        lock: What the change does to the lock file; None: nobody knows.
    """

    stack: str
    made: str
    basis: Basis
    plan: str
    changes: tuple[Change, ...]
    packs: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    errors: tuple[str, ...] = ()
    time: Time | None = None
    cost: Cost | None = None
    lock: tuple[LockChange, ...] | None = None

    @property
    def failed(self) -> bool:
        """Whether there is nothing to carry out."""
        return not self.plan

    @property
    def risk(self) -> str:
        """The gravest risk; empty where nothing changes."""
        found = {it.risk.level for it in self.changes}
        return next((it for it in LEVELS if it in found), "")

    def as_json(self) -> dict[str, Any]:
        """The plan for machines."""
        return {
            "stack": self.stack,
            "made": self.made,
            "basis": self.basis.as_json(),
            "plan": self.plan,
            "risk": self.risk,
            "changes": [it.as_json() for it in self.changes],
            "packs": list(self.packs),
            "findings": [asdict(it) for it in self.findings],
            "errors": list(self.errors),
            "time": asdict(self.time) if self.time else None,
            "cost": self.cost.as_json() if self.cost else None,
            "lock": None if self.lock is None else [it.as_json() for it in self.lock],
        }


def write_summary(folder: PlanFolder, summary: Summary) -> None:
    """Writes a plan's summary."""
    folder.summary.write_text(json.dumps(summary.as_json(), indent=2) + "\n", encoding="utf-8")


def read_summary(folder: PlanFolder) -> Summary:
    """Reads what is needed of a plan to carry it out.

    Raises:
        UserError: There is none, or it cannot be read.
    """
    try:
        told: Mapping[str, Any] = json.loads(folder.summary.read_text(encoding="utf-8"))
        changes: Sequence[Mapping[str, Any]] = told["changes"]
        return Summary(
            stack=told["stack"],
            made=told["made"],
            basis=Basis(**told["basis"]),
            plan=told["plan"],
            changes=tuple(Change.from_json(it) for it in changes),
        )
    except OSError:
        raise UserError(
            f"there is no plan in {folder.path}: run `python -m ops plan` first"
        ) from None
    except (ValueError, LookupError, TypeError):
        raise UserError(f"{folder.summary} is no summary of a plan; make the plan anew") from None
