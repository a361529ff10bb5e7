"""The rules of `policy`, as far as a stack file speaks of them: what they are called, how strict.

These are no facts about AWS but decisions of ours: their table has no sources.
"""

import dataclasses
import functools

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class Guardrail:
    """A rule.

    Attributes:
        rule: What it is called.
        is_mandatory: Whether a stack that breaks it is refused; else it is told only.
        never_waived: Why nothing excuses a stack that breaks it; empty where a waiver does.
    """

    rule: str
    is_mandatory: bool
    never_waived: str


@functools.cache
def guardrails() -> dict[str, Guardrail]:
    """All rules, by what they are called."""
    return {
        row["rule"]: Guardrail(row["rule"], row["level"] == "mandatory", row["never_waived"])
        for row in tables.read("rules", tables.FOLDER / "guardrails")
    }
