"""Values that nobody knows yet, as at a preview, and whether a rule has met one."""

import contextlib
import contextvars
from collections.abc import Generator, Iterator, Mapping
from typing import Any, cast


class Unknown:
    """Stands for such a value. It is there, so it is true; nothing else can be told of it."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()
"""The one of its kind."""

_meetings: contextvars.ContextVar[list[None] | None] = contextvars.ContextVar("met", default=None)


@contextlib.contextmanager
def noticing() -> Generator[list[None]]:
    """Gives a list that is not empty any more once an unknown value was read."""
    met: list[None] = []
    token = _meetings.set(met)
    try:
        yield met
    finally:
        _meetings.reset(token)


def marked(value: Any) -> Any:
    """A value of mappings and lists whose unknown parts are noticed when they are read."""
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, Any]", value)
        return _Mapping({key: marked(it) for key, it in entries.items()})
    if isinstance(value, list):
        return _List(marked(it) for it in cast("list[Any]", value))
    return value


def _read(value: Any) -> Any:
    met = _meetings.get()
    if value is UNKNOWN and met is not None:
        met.append(None)
    return value


class _Mapping(dict[str, Any]):
    """A mapping that notices which of its values are read."""

    def __getitem__(self, key: str) -> Any:
        return _read(super().__getitem__(key))

    def get(self, key: str, default: Any = None) -> Any:
        return _read(super().get(key, default))

    def values(self) -> Any:
        return {key: _read(it) for key, it in super().items()}.values()

    def items(self) -> Any:
        return {key: _read(it) for key, it in super().items()}.items()


class _List(list[Any]):
    """A list that notices which of its values are read."""

    def __getitem__(self, index: Any) -> Any:
        return _read(super().__getitem__(index))

    def __iter__(self) -> Iterator[Any]:
        return map(_read, super().__iter__())

    def __contains__(self, value: object) -> bool:
        return any(it == value for it in self)
