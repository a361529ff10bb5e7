"""The tables of this folder: what scanners call our rules, and how a stack keeps them."""

import dataclasses
import datetime
import functools
from pathlib import Path

from spec.facts import tables

_FOLDER = Path(__file__).parent


@dataclasses.dataclass(frozen=True, slots=True)
class ScannerRule:
    """A scanner's rule.

    Attributes:
        rule: Our rule, or a demand that concerns nothing of ours.
        scanner: The scanner, e.g. `checkov`.
        id: What the scanner calls it.
        note: How it differs from ours; may be empty.
    """

    rule: str
    scanner: str
    id: str
    note: str


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """How a stack keeps a rule.

    Attributes:
        rule: The rule.
        by_default: Whether a stack keeps it that says nothing.
        setting: The fields of the stack file that decide, in words.
    """

    rule: str
    by_default: bool
    setting: str


@dataclasses.dataclass(frozen=True, slots=True)
class Elsewhere:
    """A demand that concerns nothing that a stack makes.

    Attributes:
        rule: What it is called.
        types: Pulumi's types that it concerns.
        demand: The demand.
        reason: Why no stack has them.
    """

    rule: str
    types: tuple[str, ...]
    demand: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Allowed:
    """A finding that example stacks keep.

    Attributes:
        scanner: Whose finding.
        id: The scanner's rule.
        stacks: The example stacks.
        reason: Why.
        until: When that has to be looked at again.
    """

    scanner: str
    id: str
    stacks: tuple[str, ...]
    reason: str
    until: datetime.date


@functools.cache
def scanner_rules() -> tuple[ScannerRule, ...]:
    """What scanners call our rules."""
    return tuple(
        ScannerRule(row["rule"], row["scanner"], row["id"], row["note"])
        for row in tables.read("scanners", _FOLDER)
    )


@functools.cache
def settings() -> dict[str, Setting]:
    """How a stack keeps each rule, by rule."""
    return {
        row["rule"]: Setting(row["rule"], row["by_default"] == "yes", row["setting"])
        for row in tables.read("settings", _FOLDER)
    }


@functools.cache
def elsewhere() -> tuple[Elsewhere, ...]:
    """Demands that concern nothing that a stack makes."""
    return tuple(
        Elsewhere(row["rule"], tuple(row["types"].split()), row["demand"], row["reason"])
        for row in tables.read("elsewhere", _FOLDER)
    )


@functools.cache
def allowed() -> tuple[Allowed, ...]:
    """Findings that example stacks keep."""
    return tuple(
        Allowed(
            scanner=row["scanner"],
            id=row["id"],
            stacks=tuple(row["stacks"].split()),
            reason=row["reason"],
            until=datetime.date.fromisoformat(row["until"]),
        )
        for row in tables.read("allowed", _FOLDER)
    )
