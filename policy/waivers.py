"""Waivers: findings that a stack keeps for a while, with the reason."""

import dataclasses
import datetime
import json
from collections.abc import Iterable
from typing import Any

from policy.rule import Finding
from spec import facts


@dataclasses.dataclass(frozen=True, kw_only=True)
class Waiver:
    """A waiver of a stack file.

    Attributes:
        rule: The rule that is not kept.
        resource: The logical name of the resource that does not keep it; None: of any.
        reason: Why.
        until: The last day on which it holds.
    """

    rule: str
    resource: str | None
    reason: str
    until: datetime.date

    def is_of(self, finding: Finding) -> bool:
        """Whether a finding is what it is about."""
        return self.rule == finding.rule.id and self.resource in (None, finding.resource.name)


def read(text: str) -> tuple[Waiver, ...]:
    """The waivers of a stack.

    Args:
        text: `cluster:policy` as the engine has it: JSON. The program has checked it.
    """
    said: dict[str, Any] = json.loads(text)
    return tuple(
        Waiver(
            rule=it["rule"],
            resource=it.get("resource"),
            reason=it["reason"],
            # YAML's date becomes a text with a time in the engine.
            until=datetime.date.fromisoformat(it["until"][:10]),
        )
        for it in said.get("waivers", ())
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Ruling:
    """What becomes of a finding.

    Attributes:
        finding: The finding.
        is_mandatory: Whether it stops the engine.
        note: What a waiver has to do with it, in a sentence; empty where there is none.
    """

    finding: Finding
    is_mandatory: bool
    note: str


def ruling(finding: Finding, waivers: Iterable[Waiver], today: datetime.date) -> Ruling:
    """What becomes of a finding under a stack's waivers: it is told in any case.

    Args:
        finding: The finding.
        waivers: The stack's waivers; of several that are of it, the one that holds longest counts.
        today: The day.
    """
    guardrail = facts.guardrails()[finding.rule.id]
    own = [it for it in waivers if it.is_of(finding) and not guardrail.never_waived]
    waiver = max(own, key=lambda it: it.until, default=None)
    if waiver is None:
        return Ruling(finding=finding, is_mandatory=guardrail.is_mandatory, note="")
    if waiver.until < today:
        note = f"Its waiver ended on {waiver.until}: {waiver.reason}"
        return Ruling(finding=finding, is_mandatory=guardrail.is_mandatory, note=note)
    note = f"Waived until {waiver.until}: {waiver.reason}"
    return Ruling(finding=finding, is_mandatory=False, note=note)
