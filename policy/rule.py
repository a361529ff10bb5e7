"""What a rule is, and what it finds."""

import dataclasses
import enum
import inspect
from collections.abc import Callable, Iterable, Iterator

from policy import unknown
from policy.resources import Resource, Resources


class Severity(enum.IntEnum):
    """How much is at stake, in trivy's words."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


Check = Callable[[Resource, Resources], Iterator[str]]
"""Says what is wrong with a resource among all resources, each fault in words."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rule:
    """One demand.

    Attributes:
        id: What it is called, e.g. `secrets_cmk`.
        demand: What it demands, in one sentence.
        severity: How much is at stake.
        types: Pulumi's types of the resources that it looks at; empty: all.
        check: Says what is wrong.
        where: Whether a resource of these types is looked at.
        of_stack: Whether more than the resource and its provider is looked at.
    """

    id: str
    demand: str
    severity: Severity
    types: tuple[str, ...]
    check: Check
    where: Callable[[Resource], bool] = lambda _: True
    of_stack: bool = False

    def looks_at(self, resource: Resource) -> bool:
        """Whether the rule has something to say of a resource."""
        return (not self.types or resource.type in self.types) and self.where(resource)

    def judge(self, resource: Resource, resources: Resources) -> "Verdict":
        """What the rule says of a resource that it looks at."""
        faults: list[str] = []
        with unknown.noticing() as met:
            try:
                for fault in self.check(resource, resources):
                    if met:
                        break
                    faults.append(fault)
            except Exception:
                if not met:  # else it is no wonder: a value that nobody knows is not what it seems
                    raise
        return Verdict(faults=tuple(faults), is_final=not met)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a rule says of a resource.

    Attributes:
        faults: What is wrong whatever the values are that nobody knows yet, in words.
        is_final: Whether none of those was met; else there may be more.
    """

    faults: tuple[str, ...]
    is_final: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Finding:
    """A resource that a rule does not hold for.

    Attributes:
        rule: The rule.
        resource: The resource.
        fault: What is wrong, in words.
    """

    rule: Rule
    resource: Resource
    fault: str

    def __str__(self) -> str:
        kind = self.resource.type.rpartition(":")[2]
        return (
            f"{self.rule.id} ({self.rule.severity.name}): {kind} {self.resource.name}: {self.fault}"
        )


def rule(
    *types: str,
    severity: Severity,
    where: Callable[[Resource], bool] = lambda _: True,
    of_stack: bool = False,
) -> Callable[[Check], Rule]:
    """Makes a rule of a check; the check's name is the rule's id, its docstring the demand.

    Args:
        types: Pulumi's types of the resources that it looks at; none: all.
        severity: How much is at stake.
        where: Whether a resource of these types is looked at.
        of_stack: Whether more than the resource and its provider is looked at.
    """

    def make(check: Check) -> Rule:
        demand = (inspect.getdoc(check) or "").partition("\n\n")[0].replace("\n", " ")
        return Rule(
            id=check.__name__,
            demand=demand,
            severity=severity,
            types=types,
            check=check,
            where=where,
            of_stack=of_stack,
        )

    return make


def judge(resources: Resources, rules: Iterable[Rule]) -> list[Finding]:
    """All that rules find in a stack, by rule and resource."""
    return [
        Finding(rule=one, resource=resource, fault=fault)
        for one in rules
        for resource in resources
        if one.looks_at(resource)
        for fault in one.judge(resource, resources).faults
    ]
