"""What is at risk with a change, by the table `change_risks.tsv`."""

import functools
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from spec.facts import tables

LEVELS: Final = ("data loss", "high", "medium", "low")
"""From grave to harmless."""


@dataclass(frozen=True)
class Risk:
    """What is at risk.

    Attributes:
        level: One of `LEVELS`.
        reason: Why, in a sentence or two.
        source: The page that it rests on.
    """

    level: str
    reason: str
    source: str


def risk(type_: str, operation: str, keys: Collection[str]) -> Risk:
    """What is at risk with a change.

    Args:
        type_: The resource's type.
        operation: `create`, `update`, `replace` or `delete`.
        keys: The paths of the properties that change.
    """
    changed = {first_part(it) for it in keys}
    for row in _rows():
        properties = set(row["property"].split())
        # That only tags change is harmless; that tags change too says nothing.
        of_all = row["type"] == "*" and properties
        fits = changed <= properties if of_all else not properties.isdisjoint(changed)
        if (
            row["type"] in {"*", type_}
            and row["operation"] == operation
            and (not properties or (changed and fits))
        ):
            return Risk(row["risk"], row["reason"], row["source"])
    raise ValueError(f"change_risks.tsv has no row for {operation}")


def first_part(path: str) -> str:
    """The property that a path begins with: `vpcConfig` of `vpcConfig.subnetIds[0]`."""
    return path.replace("[", ".").split(".")[0]


@functools.cache
def _rows() -> tuple[tables.Row, ...]:
    return tuple(tables.read("change_risks", Path(__file__).parent))
