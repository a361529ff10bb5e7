"""What one lock changes of another, the gravest first."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from spec.lock.lock import Lock
from spec.lock.wanted import wanted
from spec.model import ClusterSpec
from spec.problems import listed

Risk = Literal["replaces nodes", "new behaviour", "fixes", "first time", "no longer needed"]
"""From grave to harmless."""

_RISKS: tuple[Risk, ...] = get_args(Risk)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change:
    """One entry that is another.

    Attributes:
        risk: How grave it is.
        path: Of the entry, e.g. `addons.coredns`.
        old: What it was; None: there was none.
        new: What it is; None: it is gone.
        effect: What the next `pulumi up` does about it.
    """

    risk: Risk
    path: str
    old: str | None
    new: str | None
    effect: str

    def as_json(self) -> dict[str, str | None]:
        """The change for machines."""
        return dataclasses.asdict(self)


def changes(spec: ClusterSpec, old: Lock | None, new: Lock) -> tuple[Change, ...]:
    """Everything that differs, the gravest first.

    Args:
        spec: The cluster that both are of.
        old: The lock before; None: there was none.
        new: The lock after.
    """
    found = sorted(_changes(spec, old, new), key=lambda it: _RISKS.index(it.risk))
    return tuple(found)


def _changes(spec: ClusterSpec, old: Lock | None, new: Lock) -> Iterator[Change]:
    types_before = {name: listed(it) for name, it in old.instance_types.items()} if old else {}
    types_after = {name: listed(it) for name, it in new.instance_types.items()}
    for name, before, after in _different(types_before, types_after):
        effect = f"replaces the node group {name}: a new one is made first"
        yield _change("replaces nodes", f"instanceTypes.{name}", before, after, effect)
    groups = wanted(spec).images
    for name, before, after in _different(old.images if old else {}, new.images):
        effect = f"replaces every node of {listed(groups.get(name, ()))}, a few at a time"
        yield _change("replaces nodes", f"images.{name}", before, after, effect)
    for name, before, after in _different(old.addons if old else {}, new.addons):
        path, minor = f"addons.{name}", _minor(before) != _minor(after)
        if before and after and _number(after) < _number(before):
            yield _change("new behaviour", path, before, after, "goes back to an older version")
        elif minor:
            yield _change("new behaviour", path, before, after, "updates to another minor version")
        else:
            yield _change("fixes", path, before, after, "updates within its minor version")


def _different(
    old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[tuple[str, str | None, str | None]]:
    for name in dict.fromkeys((*new, *old)):
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)


def _change(risk: Risk, path: str, old: str | None, new: str | None, effect: str) -> Change:
    if old is None:
        return Change(risk="first time", path=path, old=old, new=new, effect="is pinned")
    if new is None:
        return Change(risk="no longer needed", path=path, old=old, new=new, effect="is left out")
    return Change(risk=risk, path=path, old=old, new=new, effect=effect)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(it) for it in re.findall("[0-9]+", version))


def _minor(version: str | None) -> tuple[int, ...]:
    return _number(version)[:2] if version else ()
