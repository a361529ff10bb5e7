"""What a key policy allows, as far as a rehearsal has to know.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

import fnmatch
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

Statement = Mapping[str, Any]


def statements(policy: str) -> list[Statement]:
    """The statements of a policy.

    Raises:
        ValueError: it is not a policy.
    """
    try:
        document = json.loads(policy)
        found = _listed(document["Statement"])
    except (TypeError, KeyError) as error:
        raise ValueError(f"not a policy: {error}") from error
    if not all(isinstance(statement, dict) and "Effect" in statement for statement in found):
        raise ValueError("not a statement")
    return found


def allows(
    policy: str,
    action: str,
    principals: Collection[tuple[str, str]],
    context: Mapping[str, str] | None = None,
) -> bool:
    """Whether one of the principals may do something to the key, and no statement denies it.

    Args:
        policy: of the key.
        action: such as ``kms:PutKeyPolicy``.
        principals: kind and name, such as ``("Service", "logs.eu-west-1.amazonaws.com")``.
        context: condition keys that are known, with their values; conditions on others hold.
    """
    effects = {
        statement["Effect"]
        for statement in statements(policy)
        if _is_about(statement, action)
        and any(_names(statement, principal) for principal in principals)
        and _holds(statement.get("Condition", {}), context or {})
    }
    return effects == {"Allow"}


def _is_about(statement: Statement, action: str) -> bool:
    if "NotAction" in statement:
        return not _matches(action, _listed(statement["NotAction"]))
    return _matches(action, _listed(statement.get("Action", [])))


def _names(statement: Statement, principal: tuple[str, str]) -> bool:
    named = statement.get("Principal", {})
    if named == "*":
        return True
    kind, name = principal
    return any(_is(name, pattern) for pattern in _listed(named.get(kind, [])))


def _is(name: str, named: str) -> bool:
    # An account may be named by its number, and all of its principals by its root.
    return named in {"*", name} or (named.isdecimal() and name == _root(name, named))


def _root(arn: str, account: str) -> str:
    return f"{':'.join(arn.split(':')[:4])}:{account}:root"


def _holds(conditions: Mapping[str, Any], context: Mapping[str, str]) -> bool:
    return all(
        _matches(context[key], values) == ("Not" not in operator)
        for operator, key, values in _conditions(conditions)
        if key in context
    )


def _conditions(conditions: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    for operator, tests in conditions.items():
        for key, values in tests.items():
            yield operator, key, _listed(values)


def _matches(value: str, patterns: Collection[str]) -> bool:
    return any(fnmatch.fnmatchcase(value.lower(), pattern.lower()) for pattern in patterns)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
