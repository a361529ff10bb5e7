"""A stack's state, as `pulumi stack export` writes it: what it knows, and what it does not."""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine writes for a value that is known only when its resource is made.

`UnknownStringValue` of
https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/plugin/rpc.go
"""


@dataclass(frozen=True)
class Record:
    """A resource as the engine records it: in its state, as an operation's subject, in a preview.

    Attributes:
        raw: The record.
    """

    raw: dict[str, Any]

    @property
    def urn(self) -> str:
        """Its URN."""
        return self.raw["urn"]

    @property
    def type(self) -> str:
        """Its type, e.g. `aws:ec2/vpc:Vpc`."""
        return self.raw["type"]

    @property
    def name(self) -> str:
        """Its logical name, e.g. `dev-general`."""
        return self.urn.rpartition("::")[2]

    @property
    def id(self) -> str:
        """Its id; empty if it has none yet."""
        return self.raw.get("id", "")

    @property
    def provider(self) -> str:
        """The URN of its provider."""
        return self.raw.get("provider", "").rpartition("::")[0]

    @property
    def inputs(self) -> dict[str, Any]:
        """What the program and the provider's defaults say of it, less what is unknown yet."""
        inputs: dict[str, Any] = self.raw.get("inputs") or {}
        return _plain(inputs)

    @property
    def tags(self) -> dict[str, str]:
        """The tags it was asked for with, the provider's default tags included.

        An Auto Scaling group has a list of them, each with whether instances get it too.
        """
        inputs = self.inputs
        tags: Any = inputs.get("tagsAll") or inputs.get("tags") or {}
        if isinstance(tags, list):
            return {it["key"]: it["value"] for it in cast("list[dict[str, str]]", tags)}
        return tags

    def is_made_up(self, name: str) -> bool:
        """Whether an input was chosen by the provider: another run chooses another one."""
        inputs: dict[str, Any] = self.raw.get("inputs") or {}
        return name in (inputs.get("__defaults") or [])

    def is_known(self) -> bool:
        """Whether all inputs are known; a preview shows neither what is not made nor secrets."""
        text = json.dumps(self.raw.get("inputs") or {})
        return UNKNOWN not in text and '"[secret]"' not in text


@dataclass(frozen=True)
class Provider:
    """An aws provider of a stack.

    Attributes:
        urn: Its URN.
        region: The region it works in.
        profile: The profile it takes credentials from; None: the environment's.
        accounts: The accounts it may work in; empty: any.
    """

    urn: str
    region: str
    profile: str | None
    accounts: tuple[str, ...]


class State:
    """A stack's state.

    Args:
        exported: What `pulumi stack export` wrote.
    """

    def __init__(self, exported: Mapping[str, Any]) -> None:
        self._exported: dict[str, Any] = copy.deepcopy(dict(exported))

    @property
    def exported(self) -> dict[str, Any]:
        """For `pulumi stack import`."""
        return self._exported

    @property
    def _deployment(self) -> dict[str, Any]:
        return self._exported["deployment"]

    @property
    def resources(self) -> list[Record]:
        """All resources in it."""
        raws: list[Any] = self._deployment.get("resources") or []
        return [Record(raw) for raw in raws]

    def pending(self, *kinds: str) -> list[Record]:
        """What operations that never ended were about, e.g. `creating`."""
        operations: list[Any] = self._deployment.get("pending_operations") or []
        return [Record(it["resource"]) for it in operations if it["type"] in kinds]

    @property
    def half_made(self) -> list[Record]:
        """Resources that AWS was still making when the engine stopped waiting for them."""
        return [it for it in self.resources if it.raw.get("initErrors")]

    @property
    def ids(self) -> set[str]:
        """The ids of all resources in it."""
        return {it.id for it in self.resources if it.id}

    @property
    def providers(self) -> dict[str, Provider]:
        """The aws providers by URN."""
        return {
            it.urn: Provider(
                it.urn,
                it.inputs.get("region", ""),
                it.inputs.get("profile"),
                tuple(_listed(it.inputs.get("allowedAccountIds"))),
            )
            for it in self.resources
            if it.type == "pulumi:providers:aws"
        }

    def adopt(self, record: Record, identity: str) -> None:
        """Takes in a resource that AWS has, as if its creation had been written down.

        Its outputs are its inputs until it is refreshed. They are not left empty: a provider takes
        a resource without outputs for an import, and would lose what AWS does not tell, such as
        `bootstrapSelfManagedAddons`, for which the next `pulumi up` would replace the cluster.
        """
        known = {it.urn for it in self.resources}
        raw = {
            key: value
            for key, value in record.raw.items()
            if key not in {"initErrors", "outputs", "pendingReplacement", "delete"}
        }
        raw |= {"id": identity, "custom": True, "outputs": record.inputs}
        direct: list[str] = raw.get("dependencies") or []
        raw["dependencies"] = [urn for urn in direct if urn in known]
        if raw.get("propertyDependencies"):
            needs: dict[str, list[str] | None] = raw["propertyDependencies"]
            raw["propertyDependencies"] = {
                key: [urn for urn in urns or [] if urn in known] for key, urns in needs.items()
            }
        resources: list[Any] = self._deployment.setdefault("resources", [])
        for other in resources:
            if other["urn"] == record.urn:
                other["delete"] = True  # its replacement is the one that is wanted
        self._deployment["resources"] = _in_order([*resources, raw])

    def has_parent_of(self, record: Record) -> bool:
        """Whether the resource's parent and provider are in it."""
        known = {it.urn for it in self.resources}
        parent = record.raw.get("parent")
        return (not parent or parent in known) and record.provider in known

    def forget_pending(self) -> None:
        """Takes out all operations that never ended."""
        self._deployment["pending_operations"] = []


def _in_order(resources: list[Any]) -> list[Any]:
    """Resources after all that they depend on, else as they were; those to be deleted last."""
    living = [it for it in resources if not it.get("delete")]
    by_urn = {it["urn"]: it for it in living}
    placed: dict[str, Any] = {}

    def place(resource: Any) -> None:
        if resource["urn"] in placed:
            return
        placed[resource["urn"]] = None  # a place of its own comes after what it needs
        for urn in _needs(resource):
            if urn in by_urn and urn not in placed:
                place(by_urn[urn])
        del placed[resource["urn"]]
        placed[resource["urn"]] = resource

    for resource in living:
        place(resource)
    return [*placed.values(), *(it for it in resources if it.get("delete"))]


def _needs(resource: Mapping[str, Any]) -> Iterator[str]:
    if resource.get("parent"):
        yield resource["parent"]
    if resource.get("provider"):
        yield resource["provider"].rpartition("::")[0]
    yield from resource.get("dependencies") or []
    by_property: dict[str, list[str] | None] = resource.get("propertyDependencies") or {}
    for urns in by_property.values():
        yield from urns or []
    if resource.get("deletedWith"):
        yield resource["deletedWith"]


def _plain(value: Any) -> Any:
    """Inputs without the engine's own marks, and without what is unknown."""
    if isinstance(value, dict):
        return {
            key: _plain(item)
            for key, item in cast("dict[str, Any]", value).items()
            if key != "__defaults" and item != UNKNOWN
        }
    if isinstance(value, list):
        return [_plain(item) for item in cast("list[Any]", value)]
    return value


def _listed(value: Any) -> list[str]:
    """A provider's list, which the engine records as JSON."""
    found: list[Any] | None = json.loads(value) if isinstance(value, str) else value
    return [str(it) for it in found or []]
