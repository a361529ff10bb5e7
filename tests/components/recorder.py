"""A stand-in for Pulumi's engine that records what the program registers.

Unlike `pulumi.runtime.Mocks` it keeps dependencies, options and full URNs, makes what the component
`pulumi_eks.Cluster` makes in its provider's process (as the rehearsals do), calls the program's
transforms for it, and knows nothing at preview that AWS alone can tell. It proves what the program
asks for; that an engine and AWS accept it is shown by the rehearsals.
"""

import asyncio
import contextvars
import dataclasses
import gc
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

import pulumi
from google.protobuf import empty_pb2, struct_pb2
from pulumi.provider.server import ProviderServicer
from pulumi.runtime import mocks, resource, rpc, settings
from pulumi.runtime._callbacks import _CallbackServicer
from pulumi.runtime.proto import provider_pb2, resource_pb2, source_pb2
from pulumi.runtime.stack import massage, run_pulumi_func

from rehearsal.providers.eks import cluster as eks_provider
from tests.components.account import Account
from tests.graph import Resource

UNKNOWN = rpc.UNKNOWN
"""What stands for a value that nobody knows yet."""

# Where in the program a resource is made is not recorded, and takes a fifth of the time to find.
resource._get_stack_trace = source_pb2.StackTrace

_STACK = "pulumi:pulumi:Stack"
_SIGNATURE = rpc._special_sig_key


@dataclasses.dataclass(frozen=True, kw_only=True)
class Registered:
    """One registered resource.

    Attributes:
        urn: The engine's URN of it.
        type: Its type.
        name: Its logical name.
        parent: Its parent's URN; empty below the stack.
        provider: `URN::id` of the provider that it was given.
        inputs: Its inputs, by their names on the wire.
        dependencies: URNs of what it depends on, by options and by inputs.
        references: URNs of the resources whose outputs an input is made of, by the input's name.
        options: Options that it was given, by their names on the wire.
    """

    urn: str
    type: str
    name: str
    parent: str
    provider: str
    inputs: dict[str, Any]
    dependencies: frozenset[str]
    references: dict[str, frozenset[str]]
    options: dict[str, Any]

    @property
    def tags(self) -> dict[str, str]:
        """Its tags; those of an Auto Scaling group are a list of their own kind."""
        tags = self.inputs.get("tags") or {}
        return {it["key"]: it["value"] for it in tags} if isinstance(tags, list) else tags


class Recorder(mocks.MockMonitor):
    """Records every registration.

    Attributes:
        registered: Everything but the stack, in order.
        invoked: The tokens of all function calls.
        outputs: What the stack exports.
        told: What the program told the user.
    """

    def __init__(self, account: Account, *, preview: bool) -> None:
        super().__init__(mocks=_Nothing())
        self.registered: list[Registered] = []
        self.invoked: list[str] = []
        self.outputs: dict[str, Any] = {}
        self.told: list[str] = []
        self.callbacks = _Callbacks()
        self.loop = asyncio.new_event_loop()
        self.context = contextvars.copy_context()
        self._account, self._preview = account, preview
        self._states: dict[str, tuple[str, struct_pb2.Struct]] = {}
        self._parents: dict[str, str] = {}
        self._transforms: dict[str, list[Any]] = {}
        self._constructing: dict[tuple[str, str], Any] = {}

    def of_type(self, type_: str) -> dict[str, Registered]:
        """Registrations of one type, by logical name."""
        return {it.name: it for it in self.registered if it.type == type_}

    def one(self, type_: str) -> Registered:
        """The only registration of a type."""
        (found,) = self.of_type(type_).values()
        return found

    @property
    def cluster(self) -> Registered:
        """The EKS cluster as AWS would be asked for it."""
        return self.one("aws:eks/cluster:Cluster")

    def graph(self) -> list[Resource]:
        """The recorded graph."""
        return [
            Resource(
                urn=it.urn,
                parent=it.parent,
                waits_for=it.dependencies | ({it.parent} if it.parent else set()),
            )
            for it in self.registered
        ]

    def snapshot(self) -> dict[str, Any]:
        """All that was registered, to be compared with that of another program."""
        resources = {
            it.urn: (it.inputs, it.options, it.provider, sorted(it.dependencies))
            for it in self.registered
        }
        return {**resources, "outputs": self.outputs}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The engine's URN: the types of all parents below the stack, then the name."""
        if parent and f"::{_STACK}::" not in parent:
            type_ = f"{parent.split('::')[2]}${type_}"
        return f"urn:pulumi:test::eks-cluster::{type_}::{name}"

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        args = plain(request.args)
        response = resource_pb2.ResourceInvokeResponse()
        if request.tok == "pulumi:pulumi:getResource":
            id_, state = self._states[args["urn"]]
            getattr(response, "return").update({"urn": args["urn"], "id": id_})
            getattr(response, "return").fields["state"].struct_value.CopyFrom(state)
            return response
        self.invoked.append(request.tok)
        if self._account.refuses:
            response.failures.add(reason=self._account.refuses)
            return response
        if args.get("name") in self._account.missing_parameters:
            response.failures.add(reason="couldn't find resource", property="name")
            return response
        getattr(response, "return").update(self._account.answer(request.tok, args))
        return response

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802
        if request.type == _STACK:
            return resource_pb2.RegisterResourceResponse(
                urn=self.make_urn("", request.type, request.name)
            )
        if request.remote:
            self._constructing[request.type, request.name] = request
            return self._on_loop(self._construct(request))
        outside = self._constructing.get((request.type, request.name))
        urn = self.make_urn(request.parent, request.type, request.name)
        if urn in self._parents:
            raise AssertionError(f"{urn} is registered twice")
        self._parents[urn] = request.parent
        self._transforms[urn] = list((outside or request).transforms)
        request = self._transformed(urn, request)
        self._record(urn, outside or request)
        id_, state = self._made(request)
        self._states[urn] = id_, state
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id_, object=state)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        if f"::{_STACK}::" in request.urn:
            self.outputs = plain(request.outputs)
        return empty_pb2.Empty()

    def _on_loop(self, coroutine: Any) -> Any:
        """Runs a coroutine where the program runs, from a thread that answers it."""
        done: Future[Any] = Future()

        def start() -> None:
            asyncio.ensure_future(coroutine).add_done_callback(finish)

        def finish(task: asyncio.Future[Any]) -> None:
            if error := task.exception():
                done.set_exception(error)
            else:
                done.set_result(task.result())

        # The SDK keeps what it knows of the run in context variables, which threads do not have.
        self.loop.call_soon_threadsafe(start, context=self.context)
        return done.result()

    async def _construct(self, request: Any) -> Any:
        """Makes a component as its provider would."""
        if request.type != "eks:index:Cluster":
            raise LookupError(f"{request.type} is unknown here")
        options = ProviderServicer._construct_options(
            provider_pb2.ConstructRequest(
                parent=request.parent,
                dependencies=request.dependencies,
                providers=request.providers,
                protect=request.protect,
            )
        )
        inputs = await ProviderServicer._construct_inputs(
            request.object, request.propertyDependencies
        )
        made = eks_provider.Cluster(request.name, inputs, options)
        state = await rpc.serialize_properties(made.outputs, {})
        return resource_pb2.RegisterResourceResponse(urn=await made.urn.future(), object=state)

    def _transformed(self, urn: str, request: Any) -> Any:
        """A request after the transforms of the resource and of all its parents."""
        around: str | None = urn
        while around in self._parents:
            for callback in self._transforms[around]:
                request = self._on_loop(self.callbacks.applied(callback, request))
            around = self._parents[around]
        return request

    def _record(self, urn: str, request: Any) -> None:
        references = {
            name: frozenset(it.urns) for name, it in request.propertyDependencies.items() if it.urns
        }
        timeouts = request.customTimeouts
        options = {
            "ignoreChanges": sorted(request.ignoreChanges),
            "customTimeouts": {
                name: getattr(timeouts, name)
                for name in ("create", "update", "delete")
                if getattr(timeouts, name)
            },
            "protect": request.protect,
            "retainOnDelete": request.retainOnDelete,
            "deleteBeforeReplace": request.deleteBeforeReplace,
            "replaceOnChanges": sorted(request.replaceOnChanges),
            "formerParents": [it.spec.parentUrn for it in request.aliases if it.spec.parentUrn],
        }
        self.registered.append(
            Registered(
                urn=urn,
                type=request.type,
                name=request.name,
                parent=request.parent if f"::{_STACK}::" not in request.parent else "",
                provider=request.provider,
                inputs=plain(request.object),
                dependencies=frozenset(request.dependencies).union(*references.values()),
                references=references,
                options={name: value for name, value in options.items() if value},
            )
        )

    def _made(self, request: Any) -> tuple[str, struct_pb2.Struct]:
        """The id and state of a resource: at preview, what follows from its inputs."""
        state = struct_pb2.Struct()
        state.CopyFrom(request.object)
        inputs, name = plain(request.object), request.name
        if request.type == "aws:eks/cluster:Cluster":
            group = UNKNOWN if self._preview else f"sg-of-{name}"
            state["vpcConfig"]["clusterSecurityGroupId"] = group
        if self._preview or not request.custom:
            return "", state
        answers: dict[str, Any] = {
            "arn": f"arn:aws:test:::{name}",
            "tagsAll": {},
            **_ANSWERS.get(request.type, lambda _: {})(inputs),
        }
        for key, value in answers.items():
            if key not in state:
                state.update({key: value})
        return f"{name}-id", state


def _of_vpc(inputs: Mapping[str, Any]) -> dict[str, Any]:
    has_ipv6 = inputs.get("assignGeneratedIpv6CidrBlock")
    return {"ipv6CidrBlock": "2001:db8:1234:1a00::/56"} if has_ipv6 else {}


def _of_cluster(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "arn": f"arn:aws:eks:ap-northeast-2:123456789012:cluster/{inputs['name']}",
        "endpoint": "https://127.0.0.1:1",
        "certificateAuthority": {"data": "LS0t"},
        "identities": [{"oidcs": [{"issuer": "https://oidc.example.invalid/id/1"}]}],
    }


_ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "aws:ec2/vpc:Vpc": _of_vpc,
    "aws:ec2/eip:Eip": lambda _: {"allocationId": "eipalloc-0123abcd"},
    "aws:ec2/launchTemplate:LaunchTemplate": lambda _: {"latestVersion": 1},
    "aws:eks/cluster:Cluster": _of_cluster,
    "aws:eks/nodeGroup:NodeGroup": lambda _: {
        "nodeGroupName": "named",
        "status": "ACTIVE",
        "resources": [{"autoscalingGroups": [{"name": "eks-named"}]}],
    },
    "aws:iam/role:Role": lambda _: {"name": "named"},
    "aws:kms/key:Key": lambda _: {"keyId": "1234abcd"},
}
"""What AWS adds to a resource's inputs, by its type."""


class _Callbacks(_CallbackServicer):
    """The program's transforms, called with the messages that an engine would send."""

    def __init__(self) -> None:
        self._callbacks, self._transforms, self._target = {}, {}, "recorder"

    async def applied(self, callback: Any, request: Any) -> Any:
        """A registration after a transform."""
        asked = resource_pb2.TransformRequest(
            type=request.type,
            name=request.name,
            custom=request.custom,
            parent=request.parent,
            properties=_with_outputs(request.object),
            options=resource_pb2.TransformResourceOptions(
                depends_on=request.dependencies,
                ignore_changes=request.ignoreChanges,
                provider=request.provider,
            ),
        )
        answer = resource_pb2.TransformResponse.FromString(
            (await self._callbacks[callback.token](asked.SerializeToString())).SerializeToString()
        )
        changed = resource_pb2.RegisterResourceRequest()
        changed.CopyFrom(request)
        changed.object.CopyFrom(_without_outputs(answer.properties))
        del changed.ignoreChanges[:]
        changed.ignoreChanges.extend(answer.options.ignore_changes)
        changed.customTimeouts.CopyFrom(answer.options.custom_timeouts)
        changed.protect = answer.options.protect
        return changed


def _mapped(value: struct_pb2.Value, change: Callable[[struct_pb2.Value], Any]) -> Any:
    """A value with a change made to all that is in it, innermost last."""
    value = change(value)
    copy = struct_pb2.Value()
    match value.WhichOneof("kind"):
        case "struct_value":
            copy.struct_value.SetInParent()
            for key, inner in value.struct_value.fields.items():
                copy.struct_value.fields[key].CopyFrom(_mapped(inner, change))
        case "list_value":
            copy.list_value.SetInParent()
            for inner in value.list_value.values:
                copy.list_value.values.append(_mapped(inner, change))
        case _:
            copy.CopyFrom(value)
    return copy


def _with_outputs(properties: struct_pb2.Struct) -> struct_pb2.Struct:
    """Properties as the engine sends them to transforms: what is unknown is an output."""

    def change(value: struct_pb2.Value) -> struct_pb2.Value:
        if value.WhichOneof("kind") != "string_value" or value.string_value != UNKNOWN:
            return value
        changed = struct_pb2.Value()
        changed.struct_value.update({_SIGNATURE: rpc._special_output_value_sig})
        return changed

    return _mapped(struct_pb2.Value(struct_value=properties), change).struct_value


def _without_outputs(properties: struct_pb2.Struct) -> struct_pb2.Struct:
    """Properties as providers get them: outputs are their values, or unknown."""

    def change(value: struct_pb2.Value) -> struct_pb2.Value:
        fields = value.struct_value.fields if value.WhichOneof("kind") == "struct_value" else {}
        if _SIGNATURE not in fields:
            return value
        if fields[_SIGNATURE].string_value != rpc._special_output_value_sig:
            return value
        return fields["value"] if "value" in fields else struct_pb2.Value(string_value=UNKNOWN)

    return _mapped(struct_pb2.Value(struct_value=properties), change).struct_value


def plain(value: Any) -> Any:
    """What a message says, in Python's words: secrets opened, references to resources as URNs."""
    if isinstance(value, struct_pb2.Struct):
        value = struct_pb2.Value(struct_value=value)
    match value.WhichOneof("kind"):
        case "struct_value":
            fields = value.struct_value.fields
            signature = fields[_SIGNATURE].string_value if _SIGNATURE in fields else None
            if signature == rpc._special_resource_sig:
                return plain(fields["urn"])
            if signature is not None:
                return plain(fields["value"]) if "value" in fields else UNKNOWN
            return {key: plain(inner) for key, inner in fields.items()}
        case "list_value":
            return [plain(inner) for inner in value.list_value.values]
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case _:
            return None


class _Nothing(mocks.Mocks):
    """No answers: the recorder gives them itself."""

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise LookupError(args.token)

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        raise LookupError(args.typ)


class _Told(logging.Handler):
    """Keeps what a program tells the user."""

    def __init__(self, told: list[str]) -> None:
        super().__init__(logging.INFO)
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        self._told.append(record.getMessage())


def record(
    program: Callable[[], object],
    *,
    preview: bool = False,
    account: Account | None = None,
    into: list[Recorder] | None = None,
) -> Recorder:
    """Runs a program and returns what it registered.

    Args:
        program: The program.
        preview: Whether it is a preview, where nothing is known that AWS alone can tell.
        account: What AWS tells of the account.
        into: Where the recorder is put before the program runs, for programs that end badly.
    """
    recorder = Recorder(account or Account(), preview=preview)
    if into is not None:
        into.append(recorder)
    logger = logging.Logger("program", logging.INFO)
    logger.addHandler(_Told(recorder.told))
    asyncio.set_event_loop(recorder.loop)
    # Half of the time would go into looking for garbage in what all recordings share.
    collects = gc.isenabled()
    gc.disable()
    try:
        pulumi.runtime.set_mocks(
            _Nothing(),
            project="eks-cluster",
            stack="test",
            preview=preview,
            logger=logger,
            monitor=recorder,
        )
        settings.SETTINGS.callbacks = recorder.callbacks
        root = settings.get_root_resource()
        root.outputs = {}
        recorder.context = contextvars.copy_context()

        async def run() -> None:
            program()
            root.register_outputs(massage(root.outputs, []))

        recorder.loop.run_until_complete(run_pulumi_func(run))
    finally:
        if collects:
            gc.enable()
        recorder.loop.run_until_complete(recorder.loop.shutdown_default_executor())
        recorder.loop.close()
        asyncio.set_event_loop(asyncio.new_event_loop())
    return recorder
