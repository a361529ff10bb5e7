"""Pulumi's provider protocol: its messages, its values, and a server for a plugin.

The engine starts a plugin with its own address as the argument, reads a port number from the
plugin's
standard output and then speaks gRPC to it
(https://www.pulumi.com/docs/iac/guides/building-extending/providers/pulumi-providers/).

The plugins answer that protocol directly instead of through `pulumi.provider.experimental`, because
that server runs every call on one asyncio loop (a call that waits for AWS would hold up all
others),
hides the old inputs of an update, and has no way to report a resource that exists but failed to
become
ready. It is also leaner: the messages are loaded without importing the SDK, which takes a fifth of
a second.
"""

import importlib
import importlib.util
import os
import sys
import types
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import grpc
from google.protobuf import empty_pb2

from rehearsal.providers.lifetime import end_with_engine


def _load_messages() -> tuple[Any, Any, Any, Any]:
    """Load the SDK's generated protocol modules from its folder, without running the SDK itself."""
    sdk = importlib.util.find_spec("pulumi")
    if sdk is None or not sdk.submodule_search_locations:
        raise ModuleNotFoundError("the Pulumi SDK is not installed for " + sys.executable)
    package = types.ModuleType("rehearsal_protocol")
    package.__path__ = [os.path.join(sdk.submodule_search_locations[0], "runtime", "proto")]
    sys.modules.setdefault(package.__name__, package)
    names = ("provider_pb2", "provider_pb2_grpc", "plugin_pb2", "status_pb2")
    return tuple(importlib.import_module(f"{package.__name__}.{name}") for name in names)  # type: ignore[return-value]


messages, services, plugin_messages, status_messages = _load_messages()
Empty = empty_pb2.Empty

# How values that JSON lacks travel in a Struct: sdk/go/common/resource/plugin/rpc.go and sig/sig.go
# of https://github.com/pulumi/pulumi.
UNKNOWN_WIRE_VALUES: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # bool
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # string
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)
UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105  a marker in the protocol


class Unknown:
    """A value that is not known before the deployment has run; there is one, `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def has_unknown(value: Any) -> bool:
    """Whether the value is, or holds anywhere inside, something not known yet."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value is UNKNOWN


def decode(value: Any) -> Any:
    """Turn a protobuf `Value` into Python: whole numbers become int, secrets their plain value."""
    kind = value.WhichOneof("kind") or "null_value"
    result: Any = getattr(value, kind)
    match kind:
        case "string_value" if result in UNKNOWN_WIRE_VALUES:
            return UNKNOWN
        case "number_value" if result.is_integer():
            return int(result)
        case "list_value":
            return [decode(item) for item in result.values]
        case "struct_value":
            properties = decode_map(result)
            secret = properties.get(SIGNATURE_KEY) == SECRET_SIGNATURE
            return properties.get("value") if secret else properties
        case _:
            return None if kind == "null_value" else result


def decode_map(struct: Any) -> dict[str, Any]:
    """Turn a protobuf `Struct` into a dict, leaving nulls out."""
    items = {key: decode(value) for key, value in struct.fields.items()}
    return {key: value for key, value in items.items() if value is not None}


def encode(value: Any) -> Any:
    """Turn a Python value into what a protobuf `Struct` takes."""
    if value is UNKNOWN:
        return UNKNOWN_STRING
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple | set | frozenset):
        return [encode(item) for item in value]
    return value


def fill(struct: Any, properties: Mapping[str, Any]) -> None:
    """Put properties into a protobuf `Struct` field of a message."""
    struct.update(encode(properties))


def refuse_unimplemented(servicer: type) -> type:
    """Answer every method the class does not define with UNIMPLEMENTED, and without a traceback."""

    def unimplemented(_self: Any, _request: Any, context: grpc.ServicerContext) -> None:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not implemented by this provider")

    for name in vars(services.ResourceProviderServicer):
        if not name.startswith("_") and name not in vars(servicer):
            setattr(servicer, name, unimplemented)
    return servicer


def fail(context: grpc.ServicerContext, message: str) -> None:
    """End the call with an error that the engine shows as it is."""
    context.abort(grpc.StatusCode.UNKNOWN, message)


class _Status(grpc.Status):
    """A gRPC status with details, as `ServicerContext.abort_with_status` takes it."""

    def __init__(self, code: grpc.StatusCode, message: str, details: bytes) -> None:
        self.code = code
        self.details = message
        self.trailing_metadata = (("grpc-status-details-bin", details),)


def fail_initialization(
    context: grpc.ServicerContext,
    resource_id: str,
    properties: Mapping[str, Any],
    inputs: Mapping[str, Any],
    reason: str,
) -> None:
    """End a create or update whose resource exists, not as wanted: the engine keeps its state."""
    detail = messages.ErrorResourceInitFailed(id=resource_id, reasons=[reason])
    fill(detail.properties, properties)
    fill(detail.inputs, inputs)
    status = status_messages.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=reason)
    status.details.add().Pack(detail)
    context.abort_with_status(_Status(grpc.StatusCode.UNKNOWN, reason, status.SerializeToString()))


def serve(servicer: Any, threads: int = 128) -> None:
    """Serve a plugin on a free loopback port until it is interrupted or the engine is gone.

    Args:
        servicer: The provider.
        threads: How many calls run at the same time; creating and deleting mostly wait, so many are
            cheap.
    """
    end_with_engine()
    server = grpc.server(
        ThreadPoolExecutor(max_workers=threads),
        options=[("grpc.max_receive_message_length", 400 * 1024 * 1024), ("grpc.so_reuseport", 0)],
    )
    services.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()
