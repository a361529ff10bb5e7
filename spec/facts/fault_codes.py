"""What services answer where a call is refused without having been looked at."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables

ANY = "*"


@dataclasses.dataclass(frozen=True, slots=True)
class FaultCode:
    """How a service words a refusal.

    Attributes:
        action: What goes wrong, as a faults file names it, e.g. `throttling`.
        service: As in an ARN; `*` for all that have no row of their own.
        code: AWS's error code.
        status: HTTP's status code.
        message: AWS's message; `{caller}`, `{action}` and `{resource}` stand for what the call
            tells.
        verified: Whether public pages show code, status and message; `note` says what they do not.
        source: Such a page.
        date: The day on which it said so, ISO.
        note: What is not on the page.
    """

    action: str
    service: str
    code: str
    status: int
    message: str
    verified: bool
    source: str
    date: str
    note: str


@functools.cache
def fault_codes() -> Mapping[tuple[str, str], FaultCode]:
    """Every refusal by action and service."""
    return {
        (row["action"], row["service"]): FaultCode(
            row["action"],
            row["service"],
            row["code"],
            int(row["status"]),
            row["message"],
            row["verified"] == "yes",
            row["source"],
            row["date"],
            row["note"],
        )
        for row in tables.read("fault_codes")
    }


def fault_code(action: str, service: str) -> FaultCode:
    """How a service words a refusal.

    Raises:
        KeyError: The action is no refusal.
    """
    codes = fault_codes()
    return codes.get((action, service)) or codes[action, ANY]


@functools.cache
def health_issue_codes() -> Mapping[str, tuple[str, ...]]:
    """The codes of EKS's health issues by the operation that makes what has the issue."""
    codes: dict[str, tuple[str, ...]] = {}
    for row in tables.read("health_issues"):
        codes[row["operation"]] = (*codes.get(row["operation"], ()), row["code"])
    return codes
