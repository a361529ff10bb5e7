"""What came of a resource whose creation was never written down, and what belongs to nobody."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from ops.recover.aws import Aws, ec2_filters, evaluate
from ops.recover.finders import FINDERS
from ops.recover.row import Finder
from ops.recover.state import Record


@dataclass(frozen=True)
class Found:
    """A resource that AWS has.

    Attributes:
        finder: Its row.
        id: Its id, as Pulumi knows it.
        item: What AWS says of it.
        tags: Its tags.
    """

    finder: Finder
    id: str
    item: Any
    tags: Mapping[str, str]

    @property
    def status(self) -> str:
        """Its status; empty for a type that has none."""
        return str(evaluate(self.finder.status, self.item)) if self.finder.status else ""

    @property
    def is_busy(self) -> bool:
        """Whether AWS is at work on it."""
        return self.status in self.finder.busy

    @property
    def has_failed(self) -> bool:
        """Whether AWS has given it up."""
        return self.status in self.finder.failed


def find(aws: Aws, record: Record) -> list[Found]:
    """What AWS has that a record's inputs would have made.

    A resource with tags has to carry all that were asked for, this stack's among them; without
    such tags nothing is found, as it could be anyone's.
    """
    finder = FINDERS[record.type]
    wanted = record.tags
    if finder.tags is not None and not wanted:
        return []
    scope = {**record.inputs, "filters": ec2_filters(wanted)}
    found = [
        _found(aws, finder, scope, item)
        for item in aws.items(finder, finder.find, scope)
        if _matches(finder, record, item)
    ]
    return [it for it in found if wanted.items() <= it.tags.items() or finder.tags is None]


def _matches(finder: Finder, record: Record, item: Any) -> bool:
    inputs = record.inputs
    return all(
        inputs.get(name) in (None, "") or evaluate(source, item) == inputs[name]
        for name, source in finder.match.items()
    )


def _found(aws: Aws, finder: Finder, scope: Mapping[str, Any], item: Any) -> Found:
    identity = evaluate(finder.identity, {**scope, "item": item})
    return Found(finder, str(identity), item, aws.tags(finder, item))


def orphans(aws: Aws, tags: Mapping[str, str], known: Set[str]) -> list[Found]:
    """What carries these tags and is not known, in the order in which it can be deleted."""
    found: list[Found] = []
    for finder in FINDERS.values():
        for scope in _swept_in(aws, finder, tags, found):
            assert finder.sweep is not None  # noqa: S101  else there is no such scope
            items = aws.items(finder, finder.sweep, scope)
            every = [_found(aws, finder, scope, item) for item in items]
            found += [it for it in every if tags.items() <= it.tags.items()]
    return [it for it in reversed(found) if it.id not in known]


def _swept_in(
    aws: Aws, finder: Finder, tags: Mapping[str, str], found: list[Found]
) -> Iterator[dict[str, Any]]:
    """The scopes in which resources of a type are looked for."""
    if finder.sweep is None:
        return
    if finder.within is None:
        yield {"filters": ec2_filters(tags)}
        return
    for parent in found:
        if parent.finder.type == finder.within:
            yield dict(parent.item)
