"""The provider: Pulumi's protocol on one side, the table of resource types on the other."""

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

import grpc

from rehearsal.providers import protocol
from rehearsal.providers.aws.check import check
from rehearsal.providers.aws.configuration import (
    Configuration,
    ConfigurationError,
    configuration,
    parse,
)
from rehearsal.providers.aws.diff import Change, compare
from rehearsal.providers.aws.invokes import INVOKES
from rehearsal.providers.aws.lifecycle import Lifecycle, OperationError, PartialError, planned
from rehearsal.providers.aws.loopback import Clients, EndpointRefusedError, rehearsal_endpoint
from rehearsal.providers.aws.partitions import partition_of
from rehearsal.providers.aws.properties import is_blank
from rehearsal.providers.aws.resource import Resource
from rehearsal.providers.aws.session import (
    AwsError,
    Session,
    WaitError,
    first_line_of_failure,
)
from rehearsal.providers.aws.tables import RESOURCES
from rehearsal.providers.protocol import messages

RELEASE: Final = "7.51.1"
"""The release of the official provider whose resources these are."""

INVOKE_SECONDS: Final = 60.0


def resource_type(urn: str) -> str:
    """The type in a URN."""
    return urn.split("::")[2].rpartition("$")[2]


def resource_name(urn: str) -> str:
    """The logical name in a URN."""
    return urn.split("::", 3)[3]


@protocol.refuse_unimplemented
class AwsProvider(protocol.services.ResourceProviderServicer):
    """Answers the engine."""

    def __init__(self) -> None:
        self._configuration: Configuration | None = None
        self._clients: dict[str, Clients] = {}
        self._lock = threading.Lock()
        self._cancelled = threading.Event()

    # The provider itself.

    def Handshake(self, _request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Say which forms of values are understood: plain ones, as the bridged provider does."""
        return messages.ProviderHandshakeResponse(supports_autonaming_configuration=True)

    def GetPluginInfo(self, _request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """The release that is stood in for."""
        return protocol.plugin_messages.PluginInfo(version=RELEASE)

    def GetSchema(self, _request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """The package's name; programs bring their SDK with them."""
        return messages.GetSchemaResponse(schema=f'{{"name": "aws", "version": "{RELEASE}"}}')

    def Cancel(self, _request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Stop waiting: every operation under way answers with what it has."""
        self._cancelled.set()
        return protocol.Empty()

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Validate the provider's configuration; refuse whatever is not on this machine."""
        values = protocol.decode_map(request.news)
        response = messages.CheckResponse()
        try:
            rehearsal_endpoint()
            if not protocol.has_unknown(values):
                configuration(values, os.environ)
        except (EndpointRefusedError, ConfigurationError) as error:
            response.failures.add(reason=str(error))
            return response
        response.inputs.CopyFrom(request.news)
        return response

    def DiffConfig(self, request: Any, _context: grpc.ServicerContext) -> Any:  # noqa: N802
        """What a change of the configuration does: an update, whatever it means for resources."""
        old, new = protocol.decode_map(request.olds), protocol.decode_map(request.news)
        changed = sorted(
            key for key in {*old, *new} - {"version"} if parse(old).get(key) != parse(new).get(key)
        )
        return messages.DiffResponse(
            changes=messages.DiffResponse.DIFF_SOME if changed else messages.DiffResponse.DIFF_NONE,
            diffs=changed,
        )

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Take the configuration. Nothing is asked of AWS unless accounts are limited."""
        values = protocol.decode_map(request.args)
        for key, value in request.variables.items():
            values.setdefault(key.rpartition(":")[2], value)
        try:
            rehearsal_endpoint()
            self._configuration = configuration(values, os.environ)
            self._check_account(self._configuration)
        except (EndpointRefusedError, ConfigurationError, AwsError) as error:
            protocol.fail(context, str(error))
        return messages.ConfigureResponse(
            supportsPreview=True, supports_autonaming_configuration=True
        )

    def _check_account(self, config: Configuration) -> None:
        if not config.allowed_accounts and not config.forbidden_accounts:
            return
        account = self._session("sts", config.region, INVOKE_SECONDS).api("get_caller_identity")[
            "Account"
        ]
        if account in config.forbidden_accounts or (
            config.allowed_accounts and account not in config.allowed_accounts
        ):
            raise ConfigurationError(f"AWS account ID not allowed: {account}")

    def _session(self, service: str, region: str, seconds: float) -> Session:
        with self._lock:
            clients = self._clients.setdefault(region, Clients(region))
        return Session(clients, service, seconds, self._cancelled)

    def _row(self, urn: str, context: grpc.ServicerContext) -> Resource:
        token = resource_type(urn)
        if token not in RESOURCES:
            protocol.fail(
                context,
                f"{token} cannot be rehearsed yet: the stand-in aws provider serves "
                f"{len(RESOURCES)} resource types "
                f"and this is none of them. The official provider has it.",
            )
        return RESOURCES[token]

    def _lifecycle(
        self, row: Resource, properties: Mapping[str, Any], timeout: float, default_minutes: float
    ) -> Lifecycle:
        assert self._configuration is not None  # noqa: S101  the engine configures first
        region = str(properties.get("region") or self._configuration.region)
        facts = {"region": region, "partition": partition_of(region)["partition"]}
        session = self._session(row.service, region, timeout or default_minutes * 60)
        return Lifecycle(row, session, facts, self._configuration.default_tags)

    def _placed(self, row: Resource, inputs: dict[str, Any]) -> dict[str, Any]:
        """The inputs with the region: a resource lives where the provider works, or is told to."""
        assert self._configuration is not None  # noqa: S101  the engine configures first
        if "region" in row.properties:
            inputs.setdefault("region", self._configuration.region)
        return inputs

    # Its resources.

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Complete and validate a resource's inputs."""
        assert self._configuration is not None  # noqa: S101  the engine configures first
        row = self._row(request.urn, context)
        inputs, failures = check(
            row,
            resource_name(request.urn),
            protocol.decode_map(request.news),
            protocol.decode_map(request.olds),
            seed=request.randomSeed,
            default_tags=self._configuration.default_tags,
            proposed_name=request.autonaming.proposed_name or None,
        )
        response = messages.CheckResponse(
            failures=[messages.CheckFailure(reason=reason) for reason in failures]
        )
        protocol.fill(response.inputs, inputs)
        return response

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Compare what exists with what is wanted."""
        row = self._row(request.urn, context)
        olds = protocol.decode_map(request.olds)
        news = self._placed(row, protocol.decode_map(request.news))
        self._refuse_contradictions(row, context, request.urn, olds, news)
        changes = compare(row.properties, olds, news, request.ignoreChanges)
        replaces = sorted({change.top for change in changes if change.replaces})
        response = messages.DiffResponse(
            changes=messages.DiffResponse.DIFF_SOME if changes else messages.DiffResponse.DIFF_NONE,
            diffs=sorted({change.top for change in changes}),
            replaces=replaces,
            stables=sorted(
                name
                for name, prop in row.properties.items()
                if prop.replaces and name not in replaces
            ),
            deleteBeforeReplace=bool(replaces) and self._old_goes_first(row, request, replaces),
            hasDetailedDiff=True,
        )
        for change in changes:
            response.detailedDiff[change.path].kind = _diff_kind(change)
        return response

    @staticmethod
    def _refuse_contradictions(
        row: Resource,
        context: grpc.ServicerContext,
        urn: str,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
    ) -> None:
        """Fail as the bridged provider does when it cannot plan a resource."""
        wrong = row.contradiction(olds, news) if row.contradiction else None
        if wrong:
            protocol.fail(context, f"diffing {urn}: {first_line_of_failure(ValueError(wrong))}")

    @staticmethod
    def _old_goes_first(row: Resource, request: Any, replaces: list[str]) -> bool:
        """A resource whose name the program fixes cannot exist twice."""
        if row.delete_before_replace:
            return True
        if row.autoname is None or row.autoname in replaces:
            return False
        filled = protocol.decode_map(request.news).get("__defaults", [])
        return row.autoname not in filled

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Make a resource, or say at preview what making it will give."""
        row = self._row(request.urn, context)
        inputs = protocol.decode_map(request.properties)
        self._refuse_contradictions(row, context, request.urn, {}, inputs)
        if request.preview:
            response = messages.CreateResponse()
            protocol.fill(response.properties, planned(row, None, inputs))
            return response
        lifecycle = self._lifecycle(row, inputs, request.timeout, row.minutes[0])
        resource_id, state = self._guarded(
            context, "creating", request.urn, inputs, lambda: lifecycle.create(inputs)
        )
        response = messages.CreateResponse(id=resource_id)
        protocol.fill(response.properties, state)
        return response

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Read a resource's present state; without an id when it does not exist."""
        row = self._row(request.urn, context)
        known = protocol.decode_map(request.properties)
        inputs = protocol.decode_map(request.inputs)
        lifecycle = self._lifecycle(row, known, request.timeout, row.minutes[0])
        state = self._guarded(
            context, "refreshing", request.urn, inputs, lambda: lifecycle.read(request.id, known)
        )
        response = messages.ReadResponse()
        if state is None:
            return response
        response.id = request.id
        protocol.fill(response.properties, state)
        protocol.fill(response.inputs, _inputs_of(row, inputs, state, imported=not known))
        return response

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Change a resource in place, or say at preview what that will give."""
        row = self._row(request.urn, context)
        olds, news = protocol.decode_map(request.olds), protocol.decode_map(request.news)
        changes = compare(row.properties, olds, news, request.ignoreChanges)
        response = messages.UpdateResponse()
        if request.preview:
            protocol.fill(response.properties, planned(row, olds, news, changes))
            return response
        lifecycle = self._lifecycle(row, olds, request.timeout, row.minutes[1])
        state = self._guarded(
            context,
            "updating",
            request.urn,
            news,
            lambda: lifecycle.update(request.id, olds, news, changes),
        )
        protocol.fill(response.properties, state)
        return response

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Take a resource away."""
        row = self._row(request.urn, context)
        state = protocol.decode_map(request.properties)
        lifecycle = self._lifecycle(row, state, request.timeout, row.minutes[2])
        self._guarded(
            context, "deleting", request.urn, {}, lambda: lifecycle.delete(request.id, state)
        )
        return protocol.Empty()

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: N802
        """Answer a question."""
        assert self._configuration is not None  # noqa: S101  the engine configures first
        if request.tok not in INVOKES:
            protocol.fail(
                context,
                f"{request.tok} cannot be rehearsed yet: the stand-in aws provider answers "
                f"{', '.join(sorted(INVOKES))}",
            )
        args = protocol.decode_map(request.args)
        region = str(args.get("region") or self._configuration.region)
        session = self._session("ec2", region, INVOKE_SECONDS)
        response = messages.InvokeResponse()
        try:
            answer = INVOKES[request.tok](session, args, region)
            protocol.fill(getattr(response, "return"), answer)
        except (AwsError, WaitError, LookupError, EndpointRefusedError) as error:
            protocol.fail(context, f"invoking {request.tok}: {first_line_of_failure(error)}")
        return response

    @staticmethod
    def _guarded(
        context: grpc.ServicerContext,
        doing: str,
        urn: str,
        inputs: Mapping[str, Any],
        operation: Callable[[], Any],
    ) -> Any:
        """Do an operation; tell the engine of a failure in the form it knows."""
        try:
            return operation()
        except PartialError as error:
            protocol.fail_initialization(
                context,
                error.resource_id,
                error.state,
                inputs,
                f"{doing} {urn}: {first_line_of_failure(error)}",
            )
        except OperationError as error:
            # The bridged provider names the resource only where there is one to name.
            where = f"{doing} {urn}: " if doing in {"deleting", "refreshing"} else ""
            protocol.fail(context, where + first_line_of_failure(error))
        except EndpointRefusedError as error:
            protocol.fail(context, str(error))


def _diff_kind(change: Change) -> int:
    name = f"{change.kind}_REPLACE" if change.replaces else change.kind
    return int(getattr(messages.PropertyDiff, name))


def _inputs_of(
    row: Resource, inputs: Mapping[str, Any], state: Mapping[str, Any], *, imported: bool
) -> dict[str, Any]:
    """The inputs that would have given a state: those there were; for an import, all there are."""
    if imported:
        return {
            name: value
            for name, value in state.items()
            if name in row.properties and name != "tagsAll" and not is_blank(value)
        }
    return {
        name: _refreshed(value, state.get(name)) for name, value in inputs.items() if name in state
    }


def _refreshed(old: Any, new: Any) -> Any:
    """A block keeps to the members that were given."""
    if isinstance(old, dict) and isinstance(new, dict) and "__defaults" in old:
        return {
            name: _refreshed(value, new.get(name)) for name, value in old.items() if name in new
        }
    return new


def main() -> None:
    """Serve."""
    protocol.serve(AwsProvider())
