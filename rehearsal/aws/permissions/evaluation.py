"""What a policy of IAM, or of a resource, says about a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import fnmatch
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

Statement = Mapping[str, Any]


class Effect(Enum):
    """What a policy says."""

    ALLOW = auto()
    DENY = auto()
    NOTHING = auto()


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of AWS.

    Attributes:
        action: such as ``s3:GetObject``.
        resource: its ARN; None where the call does not tell: any is as good.
        context: values of condition keys; None for a key that the request does not have. A
            condition on a key that is not here, which nobody knows of, does not count in a
            statement that allows, and keeps one from denying. So does one whose operator is none
            of those of texts, ARNs and booleans.
        principals: kind and name of each way to name the caller, for policies of resources.
    """

    action: str
    resource: str | None = None
    context: Mapping[str, str | None] = field(default_factory=dict)
    principals: Collection[tuple[str, str]] = ()


def decide(policy: Mapping[str, Any], request: Request) -> Effect:
    """What one policy says."""
    effects = {it["Effect"] for it in _listed(policy["Statement"]) if _is_about(it, request)}
    if "Deny" in effects:
        return Effect.DENY
    return Effect.ALLOW if effects else Effect.NOTHING


def _is_about(statement: Statement, request: Request) -> bool:
    return (
        _names(statement, "Action", request.action)
        and (request.resource is None or _names(statement, "Resource", request.resource))
        and _is_of(statement, request.principals)
        and _holds(statement, request.context)
    )


def _names(statement: Statement, element: str, value: str) -> bool:
    fold = element == "Action"
    if f"Not{element}" in statement:
        return not _matches(value, statement[f"Not{element}"], fold=fold)
    # A trust policy has no resource: it is its role's.
    return element not in statement or _matches(value, statement[element], fold=fold)


def _is_of(statement: Statement, principals: Collection[tuple[str, str]]) -> bool:
    named: Any = statement.get("Principal")
    if named is None or named == "*":
        return True
    return any(
        pattern in {"*", name} or (kind == "AWS" and pattern.endswith(":root"))
        for kind, name in principals
        for pattern in _listed(named.get(kind, []))
    )


def _holds(statement: Statement, context: Mapping[str, str | None]) -> bool:
    known = {key.lower(): value for key, value in context.items()}
    results = (
        _test(operator, known[key.lower()], values) if key.lower() in known else None
        for operator, key, values in _conditions(statement)
    )
    return all(statement["Effect"] == "Allow" if it is None else it for it in results)


def _conditions(statement: Statement) -> Iterator[tuple[str, str, list[Any]]]:
    for operator, tests in statement.get("Condition", {}).items():
        for key, values in tests.items():
            yield operator, key, _listed(values)


def _test(operator: str, value: str | None, wanted: list[Any]) -> bool | None:
    """One condition; None: nobody knows."""
    name = operator.removeprefix("ForAnyValue:").removeprefix("ForAllValues:")
    if_exists, name = name.endswith("IfExists"), name.removesuffix("IfExists")
    wishes = [_text(it) for it in wanted]
    if name == "Null":
        return (value is None) == (wishes == ["true"])
    is_negated = "Not" in name
    compare = _OPERATORS.get(name.replace("Not", ""))
    if compare is None:
        return None
    if value is None:
        return if_exists or is_negated
    return any(compare(value, it) for it in wishes) != is_negated


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _matches(value: str, patterns: Any, *, fold: bool) -> bool:
    """Whether a value is one of the patterns; the names of actions know no case."""
    if fold:
        return any(_like(value.lower(), str(it).lower()) for it in _listed(patterns))
    return any(_like(value, str(it)) for it in _listed(patterns))


def _like(value: str, pattern: str) -> bool:
    # IAM knows * and ? alone, not the brackets of file names.
    return fnmatch.fnmatchcase(value, pattern.replace("[", "[[]"))


_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda value, wish: value == wish,
    "StringEqualsIgnoreCase": lambda value, wish: value.lower() == wish.lower(),
    "StringLike": _like,
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    "ArnEquals": _like,
    "ArnLike": _like,
    "Bool": lambda value, wish: value.lower() == wish.lower(),
}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
