"""What the stack file names and is in the account already; all that is missing is told at once."""

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import TypeVar

import pulumi

from components.places import Ids, Places
from components.self_managed_node_group import image_of
from spec.model import ClusterSpec, NodeSubnetsSpec
from spec.model.broken import Broken, BrokenError

_Found = TypeVar("_Found")


def images(spec: ClusterSpec, invoke: pulumi.InvokeOptions) -> dict[str, str]:
    """The images of self-managed groups; of others, EKS knows them.

    Raises:
        BrokenError: Some are not there.
    """
    version = spec.kubernetes_version
    return _gathered(
        {
            ("selfManagedNodeGroups", name): functools.partial(image_of, it, version, invoke)
            for name, it in spec.self_managed_node_groups.items()
        }
    )


def subnets_of_groups(spec: ClusterSpec, places: Places) -> dict[str, Mapping[str, Ids]]:
    """The subnets of each node group by zone.

    Raises:
        BrokenError: A group names subnets that are not there.
    """
    return _subnets(places, {path: it.subnets for path, it in spec.all_groups.items()})


def subnets_of_profiles(spec: ClusterSpec, places: Places) -> dict[str, Mapping[str, Ids]]:
    """The private subnets of each Fargate profile by zone; Fargate takes no others.

    Raises:
        BrokenError: A profile names subnets that are not there.
    """
    return _subnets(
        places,
        {
            ("fargateProfiles", name): NodeSubnetsSpec(zones=it.subnets.zones)
            for name, it in spec.fargate_profiles.items()
        },
    )


def _subnets(
    places: Places, wished: Mapping[tuple[str, str], NodeSubnetsSpec]
) -> dict[str, Mapping[str, Ids]]:
    """Subnets by zone, of each entry of the stack file by its name.

    Raises:
        BrokenError: Some are not there.
    """
    return _gathered(
        {(*path, "subnets"): functools.partial(places.of, it) for path, it in wished.items()}
    )


def _gathered(wished: Mapping[tuple[str, ...], Callable[[], _Found]]) -> dict[str, _Found]:
    """What is looked up for each entry of the stack file by its name, which is second in its path.

    Raises:
        BrokenError: Some is not there; all of it is told.
    """
    found: dict[str, _Found] = {}
    broken: list[Broken] = []
    for path, look in wished.items():
        try:
            found[path[1]] = look()
        except BrokenError as error:
            broken += (dataclasses.replace(it, path=(*path, *it.path)) for it in error.broken)
    if broken:
        raise BrokenError(broken)
    return found
