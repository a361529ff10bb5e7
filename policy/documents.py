"""IAM policy documents, read."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

Statement = Mapping[str, Any]


def statements(document: str | Mapping[str, Any]) -> Iterator[Statement]:
    """The statements of a document that allow something."""
    read: Mapping[str, Any] = json.loads(document) if isinstance(document, str) else document
    for statement in as_list(read.get("Statement")):
        if statement.get("Effect") == "Allow":
            yield statement


def as_list(value: Any) -> list[Any]:
    """What IAM lets be one thing or a list of things, as a list."""
    if value is None:
        return []
    return cast("list[Any]", value) if isinstance(value, list) else [value]


def principals(statement: Statement) -> list[str]:
    """Whom a statement lets in: ARNs, account ids, services, `*`."""
    said = statement.get("Principal")
    if isinstance(said, Mapping):
        kinds = cast("Mapping[str, Any]", said)
        return [it for value in kinds.values() for it in as_list(value)]
    return as_list(said)
