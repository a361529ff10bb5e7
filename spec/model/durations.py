"""Durations such as `90s` or `1h30m`, as Pulumi and Kubernetes write them."""

import re
from typing import Annotated

from pydantic import Field

from spec.model.base import Check, limit, whole, wrong
from spec.problems import quoted

_SECONDS = {"h": 3600, "m": 60, "s": 1}
_NAMES = {60: "minutes"}


def seconds_of(value: str) -> int:
    """The seconds of a duration.

    Raises:
        PydanticCustomError: It is not written as one.
    """
    parts = re.findall(r"([0-9]+)([hms])", value)
    if not parts or "".join(amount + unit for amount, unit in parts) != value:
        raise wrong(f"{quoted(value)} is not a duration such as 30s, 5m or 1h30m")
    return sum(int(amount) * _SECONDS[unit] for amount, unit in parts)


def _pattern() -> dict[str, str]:
    return {"pattern": whole(f"(?:[0-9]+[{''.join(_SECONDS)}])+")}


def _written(seconds: int) -> str:
    """A duration in its largest unit, e.g. `10m`."""
    unit = next(unit for unit, length in _SECONDS.items() if seconds % length == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"


def within_seconds(what: str, name: str, step: int = 1) -> Check:
    """A check of a duration against a limit of `spec.facts` in seconds.

    Args:
        what: What it is the duration of.
        name: The limit's name.
        step: Seconds of which it must be a multiple.
    """

    def check(value: str) -> str:
        seconds, of = seconds_of(value), limit(name)
        if of.minimum is not None and seconds < of.minimum:
            raise wrong(f"{what} must be {_written(of.minimum)} or more, not {value}")
        if of.maximum is not None and seconds > of.maximum:
            raise wrong(f"{what} must be {_written(of.maximum)} or less, not {value}")
        if seconds % step:
            raise wrong(f"{what} must be whole {_NAMES[step]}, not {value}")
        return value

    return Check(check, _pattern)


def _at_least_a_minute(value: str) -> str:
    if seconds_of(value) < _SECONDS["m"]:
        raise wrong(f"must be a minute or more, not {value}: AWS takes minutes for it")
    return value


Timeout = Annotated[str, Check(_at_least_a_minute, _pattern), Field(examples=["45m"])]
"""How long to wait for AWS."""
