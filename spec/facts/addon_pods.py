"""What EKS add-ons can be told, where their pods run, and add-ons that we do not install."""

import dataclasses
import functools
import json
from collections.abc import Mapping
from typing import Any, cast

from spec.facts import tables
from spec.facts.addons import Addon, Kind, addons


@dataclasses.dataclass(frozen=True, slots=True)
class AddonPods:
    """The main workload of an add-on.

    Attributes:
        name: Of the add-on, e.g. `coredns`.
        section: The part of its configuration values that is about these pods; empty for all.
        tolerations: Those it has unless told others, as Kubernetes writes them.
        actions: Of IAM, without which its pods do not start.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    section: str
    tolerations: tuple[Mapping[str, Any], ...]
    actions: tuple[str, ...]
    source: str
    date: str


@dataclasses.dataclass(frozen=True, slots=True)
class AddonSetting:
    """A setting that the configuration values of an add-on may have.

    Attributes:
        addon: E.g. `vpc-cni`.
        path: In the values, e.g. `("env", "WARM_ENI_TARGET")`.
        type: In the words of the table's head.
        required: Whether it cannot be left out where its parent is there.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    addon: str
    path: tuple[str, ...]
    type: str
    required: bool
    source: str
    date: str


@functools.cache
def addon_pods() -> Mapping[str, AddonPods]:
    """What is known of add-ons' pods, by add-on."""
    return {
        row["name"]: AddonPods(
            row["name"],
            row["section"],
            tuple(json.loads(row["tolerations"] or "[]")),
            tuple(row["actions"].split()),
            row["source"],
            row["date"],
        )
        for row in tables.read("addon_pods")
    }


@functools.cache
def addon_settings() -> tuple[AddonSetting, ...]:
    """Every known setting of every add-on."""
    return tuple(
        AddonSetting(
            row["addon"],
            tuple(row["setting"].split(".")),
            row["type"].removesuffix("!"),
            row["type"].endswith("!"),
            row["source"],
            row["date"],
        )
        for row in tables.read("addon_settings")
    )


@functools.cache
def other_addons() -> Mapping[str, Addon]:
    """Add-ons that EKS offers and that are installed on request, by name.

    The newest known version is the default; of some none is known.
    """
    rows = list(tables.read("other_addons"))
    found: dict[str, Addon] = {}
    for row in rows:
        versions: dict[str, tuple[str, ...]] = {}
        for other in rows:
            if other["name"] == row["name"] and other["version"]:
                place = other["kubernetes_version"]
                versions[place] = (*versions.get(place, ()), other["version"])
        found[row["name"]] = Addon(
            row["name"],
            cast("Kind", row["kind"]),
            "after-nodes",
            row["namespace"],
            row["service_account"] or None,
            tuple(row["managed_policies"].split()),
            versions,
            {place: known[0] for place, known in versions.items()},
            row["source"],
            row["date"],
        )
    return found


@functools.cache
def known_addons() -> Mapping[str, Addon]:
    """Every add-on by name: those that are always installed first."""
    return {**addons(), **other_addons()}
