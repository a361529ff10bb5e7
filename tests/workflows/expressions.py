"""What of GitHub's expressions the workflows use; anything else fails.

https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w-]*(?:\.[A-Za-z_*][\w-]*)*)"
    r"|(?P<operator>&&|\|\||==|!=|!|\(|\)|,))"
)


class Expression:
    """One expression.

    Args:
        text: What is between `${{` and `}}`.
        contexts: `github`, `inputs` ... by name.
        failed: Whether a step before has failed.
        cancelled: Whether the run was cancelled.
    """

    def __init__(
        self, text: str, contexts: Mapping[str, Any], *, failed: bool = False, cancelled=False
    ) -> None:
        self._tokens, place = [], 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            assert found, f"this runner does not know: {text[place:]!r}"
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            place = found.end()
        self._contexts = contexts
        self._functions = {
            "fromJSON": json.loads,
            "cancelled": lambda: cancelled,
            "success": lambda: not failed,
            "failure": lambda: failed,
            "always": lambda: True,
        }

    def value(self) -> Any:
        """What it comes to."""
        found = self._any()
        assert not self._tokens, f"this runner does not know: {self._tokens}"
        return found

    def _any(self) -> Any:
        found = self._all()
        while self._take("||"):
            other = self._all()
            found = found or other
        return found

    def _all(self) -> Any:
        found = self._equal()
        while self._take("&&"):
            other = self._equal()
            found = found and other
        return found

    def _equal(self) -> Any:
        found = self._one()
        if self._take("=="):
            return found == self._one()
        if self._take("!="):
            return found != self._one()
        return found

    def _one(self) -> Any:
        if self._take("!"):
            return not self._one()
        if self._take("("):
            found = self._any()
            assert self._take(")")
            return found
        kind, token = self._tokens.pop(0)
        if kind == "text":
            return token[1:-1].replace("''", "'")
        assert kind == "name", token
        if self._take("("):
            return self._functions[token](*self._arguments())
        if token in {"true", "false"}:
            return token == "true"  # noqa: S105  no password
        return self._looked_up(token)

    def _arguments(self) -> list[Any]:
        arguments = []
        while not self._take(")"):
            arguments.append(self._any())
            self._take(",")
        return arguments

    def _looked_up(self, name: str) -> Any:
        first, *rest = name.split(".")
        found: Any = self._contexts[first]  # an unknown context is a mistake, an unknown key empty
        for part in rest:
            found = found.get(part, "") if isinstance(found, Mapping) else ""
        return found

    def _take(self, operator: str) -> bool:
        if self._tokens and self._tokens[0] == ("operator", operator):
            self._tokens.pop(0)
            return True
        return False


def filled(value: Any, contexts: Mapping[str, Any], *, failed: bool = False) -> Any:
    """A value of a workflow with its expressions replaced by what they come to."""
    if isinstance(value, Mapping):
        return {key: filled(it, contexts, failed=failed) for key, it in value.items()}
    if isinstance(value, list):
        return [filled(it, contexts, failed=failed) for it in value]
    if not isinstance(value, str):
        return value
    whole = re.fullmatch(r"\$\{\{(.*)\}\}", value.strip(), re.DOTALL)
    if whole and "${{" not in whole[1]:
        return Expression(whole[1], contexts, failed=failed).value()
    return re.sub(
        r"\$\{\{(.*?)\}\}",
        lambda it: shown(Expression(it[1], contexts, failed=failed).value()),
        value,
    )


def holds(condition: str, contexts: Mapping[str, Any], *, failed: bool) -> bool:
    """Whether an `if` is met; without a function of status in it, only if nothing has failed."""
    text = re.sub(r"^\$\{\{(.*)\}\}$", r"\1", condition.strip())
    of_status = re.search(r"\b(success|failure|always|cancelled)\(", text)
    met = bool(Expression(text, contexts, failed=failed).value())
    return met if of_status else met and not failed


def shown(value: Any) -> str:
    """A value in a text or a variable."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
