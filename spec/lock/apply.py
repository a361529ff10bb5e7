"""Fills the versions of a lock into a cluster."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from spec.lock.lock import Lock
from spec.lock.sources import BUNDLED, Source
from spec.lock.wanted import wanted
from spec.lock.write import written
from spec.model import ClusterSpec, NodesSpec
from spec.model.broken import Broken
from spec.model.instances import architecture_and_accelerator
from spec.problems import quoted

_Group = TypeVar("_Group", bound=NodesSpec)


def lacking(spec: ClusterSpec, lock: Lock) -> tuple[Broken, ...]:
    """What a cluster needs and its lock does not say; paths are of the lock file."""
    return tuple(_lacking(spec, lock))


def _lacking(spec: ClusterSpec, lock: Lock) -> Iterator[Broken]:
    if lock.kubernetes_version != spec.kubernetes_version:
        yield Broken(
            ("kubernetesVersion",),
            f"is {quoted(lock.kubernetes_version)}, while the stack file says "
            f"{quoted(spec.kubernetes_version)}",
        )
        return
    needs = wanted(spec)
    for name in needs.addons:
        if name not in lock.addons:
            yield Broken(("addons", name), "is missing: the add-on has no version")
    for name, groups in needs.images.items():
        if name not in lock.images:
            yield Broken(
                ("images", name),
                f"is missing: the image of node groups {', '.join(groups)} has no release",
            )
    groups = {name: it for (_, name), it in spec.all_groups.items()}
    for name in needs.selectors:
        if name not in lock.instance_types:
            yield Broken(
                ("instanceTypes", name),
                "is missing: the node group has an instanceSelector, and no instance types",
            )
        else:
            yield from _unfit(name, groups[name], lock)


def _unfit(name: str, group: NodesSpec, lock: Lock) -> Iterator[Broken]:
    """Instance types that need another node image than what the selector asks for."""
    selector = group.instance_selector
    needs = architecture_and_accelerator(lock.instance_types[name])
    if selector and needs != {(selector.architecture, selector.accelerator)}:
        yield Broken(
            ("instanceTypes", name),
            "are of another architecture or accelerator than the instanceSelector asks for",
        )


def applied(spec: ClusterSpec, lock: Lock) -> ClusterSpec:
    """The cluster with all versions said.

    Args:
        spec: The cluster, as its stack file says it.
        lock: Its lock, which lacks nothing.

    Raises:
        KeyError: The lock lacks something.
    """
    addons = {
        name: it if it.version else it.model_copy(update={"version": lock.addons[name]})
        for name, it in spec.all_addons.items()
    }
    left_out = {name: it for name, it in spec.addons.items() if name not in addons}
    return spec.model_copy(
        update={
            "addons": {**addons, **left_out},
            "node_groups": _groups(spec.node_groups, lock),
            "self_managed_node_groups": _groups(spec.self_managed_node_groups, lock),
        }
    )


def _groups(groups: Mapping[str, _Group], lock: Lock) -> dict[str, _Group]:
    return {name: _group(name, it, lock) for name, it in groups.items()}


def _group(name: str, group: _Group, lock: Lock) -> _Group:
    said: dict[str, object] = {}
    if group.instance_selector:
        said["instance_types"] = lock.instance_types[name]
    if not group.has_custom_image and group.image_release is None:
        said["image_release"] = lock.images[group.image.name]
    return group.model_copy(update=said) if said else group


def newest(spec: ClusterSpec, source: Source = BUNDLED) -> ClusterSpec:
    """The cluster with the newest versions, for programs that have no lock file."""
    return applied(spec, written(spec, source=source))
