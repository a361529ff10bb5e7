"""What goes wrong in a rehearsal: which of its calls AWS does not answer as it should.

The faults are those of a faults file, see :mod:`spec.faults`.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from rehearsal.aws.calls import Call
from spec.faults import Fault, Match, When, parse_faults

# The one action that is about launches, whoever asks for them, and not about calls.
LAUNCH = "insufficient-capacity"


@dataclass(frozen=True)
class Launch:
    """The launch of one instance."""

    region: str
    zone: str
    instance_type: str
    spot: bool

    def matches(self, match: Match) -> bool:
        """Whether a fault is about it."""
        return (
            fnmatchcase(self.region, match.region)
            and fnmatchcase(self.zone, match.zone)
            and fnmatchcase(self.instance_type, match.instance_type)
            and match.capacity_type in {None, "SPOT" if self.spot else "ON_DEMAND"}
        )


class Armed:
    """A fault, and how often it has been at work.

    Attributes:
        fault: what the file says.
        matched: how many calls it was about.
        fired: at how many of them it fired.
    """

    def __init__(self, fault: Fault, number: int) -> None:
        self.fault = fault
        self.number = number
        self.matched = 0
        self.fired = 0
        self._by_operation: Counter[str] = Counter()

    def is_due(self, call: Call) -> bool:
        """Count a call, and tell whether the fault is to fire at it."""
        if self.fault.action == LAUNCH or not _matches(self.fault, call):
            return False
        return self._count(f"{call.service}.{call.operation}")

    def is_due_at(self, launch: Launch) -> bool:
        """Count the launch of an instance, and tell whether the fault is to fire at it."""
        if self.fault.action != LAUNCH or not launch.matches(self.fault.match):
            return False
        return self._count(f"{launch.zone} {launch.instance_type}")

    def _count(self, name: str) -> bool:
        self.matched += 1
        self._by_operation[name] += 1
        return self._is_now(self.fault.when, name)

    def _is_now(self, when: When, name: str) -> bool:
        if when.nth is not None:
            return self.matched == when.nth
        if when.first is not None:
            return self.matched <= when.first
        if when.from_ is not None:
            return self.matched >= when.from_
        if when.rate is not None:
            # Of its own operation: calls of different operations overtake each other, so that
            # the n-th of all is another one in each run.
            place = f"{self.fault.seed} {self.number} {name} {self._by_operation[name]}"
            return _share(place) < when.rate
        return True

    def told(self) -> dict[str, Any]:
        """The fault and its counts."""
        return {
            "number": self.number,
            "fault": str(self.fault),
            "action": self.fault.action,
            "matched": self.matched,
            "fired": self.fired,
        }


class Faults:
    """The faults of a rehearsal."""

    def __init__(self) -> None:
        self._armed: Sequence[Armed] = ()

    def arm(self, faults: Sequence[Fault]) -> None:
        """Have these faults from now on, and forget the ones before."""
        self._armed = [Armed(fault, number) for number, fault in enumerate(faults, 1)]

    def judge(self, call: Call) -> Fault | None:
        """The fault that fires at a call, which is counted by every fault that it matches."""
        return _first([armed for armed in self._armed if armed.is_due(call)])

    def judge_launch(self, launch: Launch) -> Fault | None:
        """The fault that fires at the launch of an instance."""
        return _first([armed for armed in self._armed if armed.is_due_at(launch)])

    def told(self) -> list[dict[str, Any]]:
        """All faults with their counts, in the order of the file."""
        return [armed.told() for armed in self._armed]


def _first(due: list[Armed]) -> Fault | None:
    if not due:
        return None
    due[0].fired += 1
    return due[0].fault


FAULTS = Faults()


def put(body: bytes = b"", name: str = "faults") -> list[dict[str, Any]]:
    """Take over the faults of a file's text.

    Raises:
        ValueError: the text is no faults file.
    """
    FAULTS.arm(parse_faults(name, body.decode()))
    return FAULTS.told()


def _matches(fault: Fault, call: Call) -> bool:
    match = fault.match
    return (
        (call.writes or not fault.when.writes)
        and fnmatchcase(call.service, match.service)
        and fnmatchcase(call.operation, match.operation)
        and fnmatchcase(call.region, match.region)
        and all(
            any(fnmatchcase(value, pattern) for value in call.values(parameter))
            for parameter, pattern in match.parameters.items()
        )
    )


def _share(place: str) -> float:
    """A number from 0 up to 1 that looks like chance and is always the same for a place."""
    return int.from_bytes(hashlib.sha256(place.encode()).digest()[:8], "big") / 2**64
