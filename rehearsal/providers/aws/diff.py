"""What a change of inputs does to a resource: nothing, an update in place, or a replacement."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from rehearsal.providers.aws.properties import Kind, Property, canonical, is_blank
from rehearsal.providers.protocol import UNKNOWN


@dataclass(frozen=True)
class Change:
    """One difference between what exists and what is wanted.

    Attributes:
        path: The property, as Pulumi writes it: `vpcConfig.subnetIds[1]`.
        kind: What happens to it.
        replaces: Whether the resource must be made anew for it.
    """

    path: str
    kind: Literal["ADD", "DELETE", "UPDATE"]
    replaces: bool

    @property
    def top(self) -> str:
        """The resource's property that the path begins with."""
        return self.path.split(".")[0].split("[")[0]


def compare(
    properties: Mapping[str, Property],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    ignored: Iterable[str] = (),
) -> list[Change]:
    """List what differs.

    Args:
        properties: The resource's properties.
        old: Its state: what exists.
        new: Its inputs: what is wanted.
        ignored: Paths whose changes do not count.
    """
    skip = tuple(ignored)
    found: list[Change] = []
    for name, prop in properties.items():
        if prop.ignored_when and prop.ignored_when(old, new):
            continue
        changes = _compare(name, prop, old.get(name), new.get(name), given=name in new)
        if prop.replaces_when and prop.replaces_when(old, new):
            changes = (replace(change, replaces=True) for change in changes)
        found += changes
    return [change for change in found if not _is_under(change.path, skip)]


def _is_under(path: str, roots: Iterable[str]) -> bool:
    return any(path == root or path.startswith((root + ".", root + "[")) for root in roots)


def _compare(path: str, prop: Property, old: Any, new: Any, *, given: bool) -> Iterator[Change]:
    if new is UNKNOWN:
        yield Change(path, "ADD" if is_blank(old) else "UPDATE", prop.replaces)
        return
    if prop.computed and not given:
        return
    if new is None:
        new = prop.default
    if prop.kind is Kind.BLOCK and prop.canonical is None:
        yield from _compare_blocks(path, prop, old, new)
        return
    if canonical(prop, old) == canonical(prop, new):
        return
    replaces = (
        prop.replaces
        or (prop.replaces_when_removed and is_blank(new))
        or (prop.replaces_when_changed and not is_blank(old))
    )
    if prop.kind in {Kind.LIST, Kind.SET}:
        yield from _compare_items(path, prop, old or [], new or [], replaces=replaces)
    elif prop.kind is Kind.MAP:
        yield from _compare_maps(path, old or {}, new or {}, replaces=replaces)
    elif is_blank(old):
        yield Change(path, "ADD", replaces)
    else:
        yield Change(path, "DELETE" if is_blank(new) else "UPDATE", replaces)


def _compare_blocks(path: str, prop: Property, old: Any, new: Any) -> Iterator[Change]:
    old, new = old or {}, new or {}
    if not new and not old:
        return  # members' defaults are those of a block that is there
    if not new:
        if canonical(prop, old) is not None:
            replaces = (
                prop.replaces
                or prop.replaces_when_removed
                or any(
                    member.replaces and not is_blank(old.get(name))
                    for name, member in prop.members.items()
                )
            )
            yield Change(path, "DELETE", replaces)
        return
    for name, member in prop.members.items():
        inner = _compare(f"{path}.{name}", member, old.get(name), new.get(name), given=name in new)
        for change in inner:
            judged = member.replaces_when is not None and member.replaces_when(old, new)
            yield Change(change.path, change.kind, change.replaces or prop.replaces or judged)


def _compare_items(
    path: str, prop: Property, old: list[Any], new: list[Any], *, replaces: bool
) -> Iterator[Change]:
    single = Property(kind=prop.item, members=prop.members)
    before = [canonical(single, item) for item in old]
    after = [canonical(single, item) for item in new]
    if prop.kind is Kind.SET:
        removed = [i for i, item in enumerate(before) if item not in after]
        added = [i for i, item in enumerate(after) if item not in before]
    else:
        common = min(len(before), len(after))
        changed = [i for i in range(common) if before[i] != after[i]]
        for index in changed:
            yield Change(f"{path}[{index}]", "UPDATE", replaces)
        removed, added = list(range(common, len(before))), list(range(common, len(after)))
    for index in removed:
        yield Change(f"{path}[{index}]", "UPDATE" if index in added else "DELETE", replaces)
    for index in added:
        if index not in removed:
            yield Change(f"{path}[{index}]", "ADD", replaces)


def _compare_maps(
    path: str, old: Mapping[str, Any], new: Mapping[str, Any], *, replaces: bool
) -> Iterator[Change]:
    for key in sorted({*old, *new}):
        if key not in new:
            kind: Literal["ADD", "DELETE", "UPDATE"] = "DELETE"
        elif key not in old:
            kind = "ADD"
        elif old[key] == new[key]:
            continue
        else:
            kind = "UPDATE"
        plain = key.replace("_", "a").replace("-", "a").isalnum()
        yield Change(f"{path}.{key}" if plain else f'{path}["{key}"]', kind, replaces)
