"""Resources as the engine describes them to a policy pack."""

from typing import Any

from google.protobuf.struct_pb2 import Struct, Value
from pulumi.runtime.proto.analyzer_pb2 import AnalyzeRequest, AnalyzerResource

from policy import Resource
from policy.unknown import UNKNOWN, marked

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  marks one
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_UNKNOWN = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # text, or anything
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # a list
        "030794c1-ac77-496b-92df-f27374a8bd58",  # an asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # an archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
    }
)
"""How the engine says that it does not know a value yet, by its type.

https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/plugin/rpc.go
"""


def registered(request: AnalyzeRequest | AnalyzerResource) -> Resource:
    """A resource with what it is asked to be."""
    return Resource(
        urn=request.urn,
        type=request.type,
        name=request.name,
        properties=_properties(request.properties),
        provider=request.provider.urn,
    )


def provider_of(request: AnalyzeRequest) -> Resource:
    """The provider that makes a resource."""
    provider = request.provider
    return Resource(
        urn=provider.urn,
        type=provider.type,
        name=provider.name,
        properties=_properties(provider.properties),
    )


def references(resource: AnalyzerResource) -> dict[str, frozenset[str]]:
    """URNs of the resources that each property of a resource is made of."""
    return {name: frozenset(it.urns) for name, it in resource.propertyDependencies.items()}


def _properties(struct: Struct) -> Any:
    return marked({name: _plain(it) for name, it in struct.fields.items()})


def _plain(value: Value) -> Any:
    """A value without the engine's wrapping: secrets opened, whole numbers as such."""
    match value.WhichOneof("kind"):
        case "struct_value":
            return _unwrapped({key: _plain(it) for key, it in value.struct_value.fields.items()})
        case "list_value":
            return [_plain(it) for it in value.list_value.values]
        case "string_value":
            return UNKNOWN if value.string_value in _UNKNOWN else value.string_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "bool_value":
            return value.bool_value
        case _:
            return None


def _unwrapped(said: dict[str, Any]) -> Any:
    if said.get(_SIGNATURE) in (_SECRET, _OUTPUT):
        return said.get("value", UNKNOWN)
    return said
