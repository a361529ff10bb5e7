"""What a recovery found and did, for people and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

COLUMNS: Final = {"RESOURCE": "name", "TYPE": "title", "ID": "id", "WHAT IS DONE": "action"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """What becomes of one resource.

    Attributes:
        action: What is done, a word of `ACTIONS`.
        title: What a person calls its type.
        type: Pulumi's name of its type.
        name: Its logical name, or its `Name` tag.
        id: Its id; empty for what does not exist.
        note: What else there is to know.
    """

    action: str
    title: str
    type: str
    name: str
    id: str = ""
    note: str = ""

    def as_json(self) -> dict[str, str]:
        """The line for a program."""
        return {
            "action": self.action,
            "type": self.type,
            "name": self.name,
            "id": self.id,
            "note": self.note,
        }


ACTIONS: Final = {
    "adopt": "adopted into the state",
    "make-anew": "not made: `pulumi up` will make it",
    "delete-failed": "AWS gave it up: deleted",
    "wait": "AWS is at work on it: awaited",
    "refresh": "read again",
    "orphan": "in no state: left alone",
    "delete-orphan": "in no state: deleted",
    "unknown": "cannot be looked up: see docs/recovery.md",
}
"""What is done to a resource, in words."""


@dataclass(kw_only=True)
class Report:
    """All that a recovery found.

    Attributes:
        stack: The stack.
        account: The account it is in; empty where AWS was not asked.
        lines: What becomes of each resource.
        changed: Whether it was done, and not only shown.
    """

    stack: str
    account: str = ""
    lines: list[Line] = field(default_factory=list[Line])
    changed: bool = False

    def text(self) -> str:
        """The report for people."""
        rows = [
            {
                "name": line.name,
                "title": line.title,
                "id": line.id or "-",
                "action": ACTIONS[line.action] + (f" ({line.note})" if line.note else ""),
            }
            for line in self.lines
        ]
        return table(rows, COLUMNS)

    def as_json(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "stack": self.stack,
            "account": self.account,
            "changed": self.changed,
            "resources": [line.as_json() for line in self.lines],
        }


def table(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> str:
    """Rows under the given headings, as kubectl prints them."""
    cells = [list(columns), *([str(row[key]) for key in columns.values()] for row in rows)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(columns))]
    return "\n".join(
        "   ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )
