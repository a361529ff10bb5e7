"""Resources as rules see them."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, kw_only=True)
class Resource:
    """One registered resource.

    Attributes:
        urn: Pulumi's URN.
        type: Pulumi's type, e.g. `aws:ec2/vpc:Vpc`.
        name: The logical name.
        properties: The inputs, by Pulumi's names; secrets opened; those that nobody knows yet are
            `policy.unknown.UNKNOWN`, in what `policy.unknown.marked` made of the others.
        references: URNs of the resources whose outputs a property is made of, by its name.
        provider: The provider's URN; it may be followed by `::` and an id.
    """

    urn: str
    type: str
    name: str
    properties: Mapping[str, Any]
    references: Mapping[str, frozenset[str]] = dataclasses.field(
        default_factory=dict[str, frozenset[str]]
    )
    provider: str = ""

    @property
    def referred_to(self) -> frozenset[str]:
        """URNs of all resources that properties are made of."""
        return frozenset[str]().union(*self.references.values())

    def part(self, name: str) -> Mapping[str, Any]:
        """A property that is an object; empty where it is not said."""
        return self.properties.get(name) or {}


class Resources:
    """All resources of a stack."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._resources = {it.urn: it for it in resources}

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._resources.values())

    def get(self, urn: str) -> Resource | None:
        """The resource of a URN."""
        return self._resources.get(urn)

    def referring_to(self, resource: Resource, *types: str) -> list[Resource]:
        """The resources of some types, or of any, that have a property made of a resource."""
        return [
            it for it in self if resource.urn in it.referred_to and (not types or it.type in types)
        ]

    def provider_of(self, resource: Resource) -> Resource | None:
        """The provider that makes a resource, if it is one of the stack."""
        return self.get(resource.provider) or self.get(resource.provider.rpartition("::")[0])
