"""What a run of the engine changes, in words that a reviewer needs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from ops.pipeline.log import Step
from ops.pipeline.risks import LEVELS, Risk, first_part, risk
from ops.recover.finders import FINDERS
from ops.recover.state import UNKNOWN

OPERATIONS: Final = ("replace", "delete", "update", "create")
"""From grave to harmless."""

# Of these the values are shown; of all others only that they change: they may tell what is secret.
_SHOWN: Final = frozenset(
    {
        "addonVersion",
        "instanceTypes",
        "launchTemplate.version",
        "releaseVersion",
        "retentionInDays",
        "scalingConfig.desiredSize",
        "scalingConfig.maxSize",
        "scalingConfig.minSize",
        "version",
        "vpcConfig.endpointPublicAccess",
        "vpcConfig.endpointPrivateAccess",
    }
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What becomes of one resource.

    Attributes:
        urn: The resource.
        type: E.g. `aws:eks/cluster:Cluster`.
        title: What people call its type.
        name: Its name in the program.
        operation: One of `OPERATIONS`.
        keys: The paths of the properties that change, each with old and new value where they are
            harmless to show.
        risk: What is at risk.
    """

    urn: str
    type: str
    title: str
    name: str
    operation: str
    keys: tuple[str, ...]
    risk: Risk

    def as_json(self) -> dict[str, Any]:
        """The change for machines."""
        return {
            "operation": self.operation,
            "type": self.type,
            "title": self.title,
            "name": self.name,
            "keys": list(self.keys),
            "risk": self.risk.level,
            "reason": self.risk.reason,
            "source": self.risk.source,
            "urn": self.urn,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Change":
        """What `as_json` has written."""
        return cls(
            urn=told["urn"],
            type=told["type"],
            title=told["title"],
            name=told["name"],
            operation=told["operation"],
            keys=tuple(told["keys"]),
            risk=Risk(told["risk"], told["reason"], told["source"]),
        )


def changes(steps: Iterable[Step]) -> tuple[Change, ...]:
    """One change for each resource of a provider, the gravest first; components are left out."""
    by_urn: dict[str, list[Step]] = {}
    for it in steps:
        if it.custom:
            by_urn.setdefault(it.urn, []).append(it)
    found = [_change(of_one) for of_one in by_urn.values()]
    return tuple(sorted(found, key=_gravity))


def counted(found: Iterable[Change]) -> str:
    """How many of each kind: `1 replaced, 2 updated`."""
    done = {
        "replace": "replaced",
        "delete": "deleted",
        "update": "updated",
        "create": "created",
    }
    all_ = [it.operation for it in found]
    counts = {operation: all_.count(operation) for operation in OPERATIONS}
    told = [f"{number} {done[operation]}" for operation, number in counts.items() if number]
    return ", ".join(told) or "nothing"


def title(type_: str) -> str:
    """What people call a type: `node group`."""
    finder = FINDERS.get(type_)
    if finder:
        return finder.title
    return "provider" if type_.startswith("pulumi:providers:") else type_


def _gravity(change: Change) -> tuple[int, int, str, str]:
    place = OPERATIONS.index(change.operation)
    return LEVELS.index(change.risk.level), place, change.type, change.name


def _change(steps: list[Step]) -> Change:
    # Of a replacement, the engine tells several steps; one says what makes it one.
    step = max(steps, key=lambda it: (it.operation == "replace", len(it.keys)))
    keys = tuple(_paths(step)) if step.operation in {"update", "replace"} else ()
    return Change(
        urn=step.urn,
        type=step.type,
        title=title(step.type),
        name=step.name,
        operation=step.operation,
        keys=tuple(f"{it}{_values(step, it)}" for it in keys),
        risk=risk(step.type, step.operation, keys),
    )


def _paths(step: Step) -> Iterator[str]:
    tags = {"tags", "tagsAll"}
    others = [it for it in step.keys if first_part(it) != "tagsAll"]
    # All tags are told twice: as they are set, and with those that the provider adds.
    yield from others if any(first_part(it) in tags for it in others) else step.keys


def _values(step: Step, path: str) -> str:
    if path not in _SHOWN:
        return ""
    old, new = _at(step.old, path), _at(step.new, path)
    return f": {old} -> {new}" if old and new else ""


def _at(inputs: Mapping[str, Any], path: str) -> str:
    value: Any = inputs
    for part in path.split("."):
        value = cast("Mapping[str, Any]", value).get(part) if isinstance(value, dict) else None
    if isinstance(value, list):
        many = cast("list[Any]", value)
        return ", ".join(str(it) for it in many) if all(isinstance(it, str) for it in many) else ""
    if value == UNKNOWN:
        return "known only then"
    return str(value) if isinstance(value, str | int | bool) else ""
