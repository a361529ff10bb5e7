"""What waits for what, as Pulumi has recorded it: the event log does not tell.

https://www.pulumi.com/docs/iac/concepts/options/dependson/
"""

import dataclasses
import functools
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ops.user_error import UserError


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A resource of a stack's state.

    Attributes:
        urn: Its name in full.
        custom: Whether it is one of a provider; if not, it is a component.
        parent: The URN of its parent, or none.
        needs: The URNs that it was declared, or found, to depend on; its provider too.
    """

    urn: str
    custom: bool
    parent: str
    needs: frozenset[str]


class Graph:
    """The dependencies of a stack's resources.

    Args:
        resources: In the order of the state, where what is needed precedes what needs it.
    """

    def __init__(self, resources: Sequence[Recorded]) -> None:
        self._resources = {it.urn: it for it in resources}
        self._place = {urn: place for place, urn in enumerate(self._resources)}
        self._inside: dict[str, list[str]] = {}
        for it in self._resources.values():
            self._inside.setdefault(it.parent, []).append(it.urn)
        self._awaited = functools.cache(self._awaited_by)

    def __contains__(self, urn: str) -> bool:
        """Whether the state knows the resource."""
        return urn in self._resources

    def custom(self) -> list[str]:
        """All but components, in the order of the state."""
        return [it.urn for it in self._resources.values() if it.custom]

    def awaited(self, urn: str) -> frozenset[str]:
        """The resources, no components among them, that are there before this one is made.

        Whoever depends on a component waits for all that is in it; what is in a component waits
        for what the component waits for.
        """
        return self._awaited(urn)

    def waves(self, condemned: Collection[str]) -> list[list[str]]:
        """Resources in the order in which the engine deletes them: a wave at a time.

        A wave is what needs equally many others, one needing the next. The engine begins with the
        one that needs the most, and begins the next when all of it is gone, also what nothing in
        it stands in the way of.
        https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/deployment_executor.go
        """
        depths: dict[str, int] = {}
        waves: dict[int, list[str]] = {}
        for urn in self._resources:
            if urn in condemned:
                below = [depths[other] for other in self._below(urn) if other in depths]
                depths[urn] = 1 + max(below, default=0)
                waves.setdefault(depths[urn], []).append(urn)
        return [waves[depth] for depth in sorted(waves, reverse=True)]

    def _below(self, urn: str) -> Iterable[str]:
        """What may only be deleted after a resource; of a component also all that is in it."""
        it = self._resources[urn]
        yield it.parent
        waiting = list(it.needs)
        while waiting:
            needed = waiting.pop()
            yield needed
            if needed in self._resources and not self._resources[needed].custom:
                waiting += self._inside.get(needed, ())

    def _awaited_by(self, urn: str) -> frozenset[str]:
        it = self._resources[urn]
        found: set[str] = set()
        for needed in it.needs:
            found.update(self._within(needed))
        if it.parent in self._resources:
            parent = self._resources[it.parent]
            found.update({it.parent} if parent.custom else self._awaited(it.parent))
        place = self._place[urn]
        return frozenset(other for other in found if self._place[other] < place)

    def _within(self, urn: str) -> Iterable[str]:
        it = self._resources.get(urn)
        if it is None:
            return
        if it.custom:
            yield urn
        for child in self._inside.get(urn, ()) if not it.custom else ():
            yield from self._within(child)


def read_graph(files: Iterable[Path]) -> Graph:
    """The graph of states: what one has and those before it have not is added.

    Args:
        files: `pulumi stack export`, or the checkpoint of a file backend.

    Raises:
        UserError: One cannot be read, or is no state.
    """
    resources: dict[str, Recorded] = {}
    for file in files:
        for it in _read(file):
            resources.setdefault(it.urn, it)
    return Graph(list(resources.values()))


def _read(file: Path) -> list[Recorded]:
    try:
        return [recorded(it) for it in resources_of(json.loads(file.read_text(encoding="utf-8")))]
    except OSError as error:
        raise UserError(f"cannot read the state {file}: {error}") from error
    except (ValueError, LookupError, TypeError, AttributeError):
        raise UserError(f"{file} is no state: write one with `pulumi stack export`") from None


def resources_of(state: Any) -> list[Any]:
    """The resources of a state as it is written."""
    holds: Any = state["checkpoint"]["latest"] if "checkpoint" in state else state["deployment"]
    # A stack in which nothing was ever made has none of this at all.
    return holds["resources"] if holds and "resources" in holds else []


def recorded(state: Mapping[str, Any]) -> Recorded:
    """A resource of a state, or of a plan, which calls these the same."""
    needs: set[str] = set(state.get("dependencies") or ())
    by_property: Mapping[str, list[str] | None] = state.get("propertyDependencies") or {}
    for urns in by_property.values():
        needs.update(urns or ())
    if state.get("provider"):
        needs.add(state["provider"].rpartition("::")[0])  # less the provider's id
    if state.get("deletedWith"):
        needs.add(state["deletedWith"])
    return Recorded(
        urn=state["urn"],
        custom=bool(state.get("custom")),
        parent=state.get("parent") or "",
        needs=frozenset(needs),
    )
