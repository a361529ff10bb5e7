"""One operation on one resource: AWS calls, waiting, and the words for what goes wrong."""

import datetime
import functools
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

from rehearsal.providers.aws import retries
from rehearsal.providers.aws.loopback import Clients
from rehearsal.providers.aws.resource import Call, Read, Scope, Source, Step, Wait

SHORTEST_PAUSE: Final = 0.05
"""Seconds between the first two looks at something that is awaited."""

LONGEST_PAUSE: Final = 3.0
"""Seconds between two looks, at most."""

PAUSE_GROWTH: Final = 0.1
"""A pause is this part of the time waited so far: quick things are noticed at once."""


class AwsError(Exception):
    """AWS refused a call.

    Attributes:
        code: AWS's error code.
        message: AWS's message.
    """

    def __init__(self, text: str, code: str = "", message: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.message = message

    def is_one_of(self, hints: Iterable[str]) -> bool:
        """Whether its code is one of these, or its message says one of these."""
        return any(hint == self.code or hint in self.message for hint in hints)


class WaitError(Exception):
    """What was awaited did not come: another state did, or the end of the time or deployment."""


@functools.cache
def _compiled(expression: str) -> Any:
    import jmespath  # noqa: PLC0415  a preview without changes needs none

    return jmespath.compile(expression)


def evaluate(source: Source, scope: Any) -> Any:
    """The value of a table's expression."""
    return source(scope) if callable(source) else _compiled(source).search(scope)


def plain(value: Any) -> Any:
    """An answer of AWS as JSON: times in RFC 3339."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return value


def pruned(value: Any) -> Any:
    """A request without what is not given."""
    if isinstance(value, dict):
        return {key: pruned(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [pruned(item) for item in value]
    return value


def go_duration(seconds: float) -> str:
    """A duration as Go writes it: 1h2m3s."""
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    head = f"{hours}h" if hours else ""
    return f"{head}{minutes}m{rest}s" if head or minutes else f"{rest}s"


def first_line_of_failure(error: Exception) -> str:
    """An error in the form the bridged providers give: a list of one."""
    return f"1 error occurred:\n\t* {error}\n\n"


class Session:
    """The calls of one operation, all of them under one deadline.

    Args:
        clients: The clients of the resource's region.
        service: The service that calls go to when they name none.
        seconds: The time for the whole operation.
        cancelled: Set when the deployment is called off.
    """

    def __init__(
        self, clients: Clients, service: str, seconds: float, cancelled: threading.Event
    ) -> None:
        self.clients = clients
        self.service = service
        self.seconds = seconds
        self._cancelled = cancelled
        self._start = time.monotonic()

    def api(self, operation: str, /, **parameters: Any) -> Any:
        """Call AWS.

        Args:
            operation: The operation in boto3's spelling; `service.operation` for another service.
            parameters: What it takes.

        Raises:
            AwsError: AWS refuses, or cannot be reached.
        """
        service, _, method = operation.rpartition(".")
        client = self.clients[service or self.service]
        model = client.meta.service_model
        wire = client.meta.method_to_api_mapping[method]
        prefix = f"operation error {model.service_id}: {wire}, "
        import botocore.exceptions  # noqa: PLC0415  loaded by the client already
        import botocore.parsers  # noqa: PLC0415

        try:
            return plain(getattr(client, method)(**parameters))
        except botocore.exceptions.ClientError as error:
            answer: Any = error.response
            code, message = answer["Error"]["Code"], answer["Error"].get("Message", "")
            meta = answer.get("ResponseMetadata", {})
            known = model.shape_for_error_code(code) is not None
            attempts = retries.attempts_of(meta, code)
            in_vain = f"exceeded maximum number of attempts, {attempts}, " if attempts else ""
            status, request = meta.get("HTTPStatusCode", 0), meta.get("RequestId", "")
            raise AwsError(
                f"{prefix}{in_vain}https response error "
                f"StatusCode: {status}, RequestID: {request}, "
                f"{'' if known else 'api error '}{code}: {message}",
                code,
                message,
            ) from error
        except botocore.exceptions.ParamValidationError as error:
            raise AwsError(f"{prefix}{error}") from error
        except (botocore.exceptions.BotoCoreError, botocore.parsers.ResponseParserError) as error:
            attempts = retries.maximum_attempts(error)
            raise AwsError(
                f"{prefix}exceeded maximum number of attempts, {attempts}, {error}"
            ) from error

    def run(self, step: Step, scope: Scope) -> Any:
        """Do a table's step; the answer of the last call."""
        if not isinstance(step, Call):
            return step(self, scope)
        if step.each is None:
            return self._call(step, scope)
        answer: Any = None
        for item in evaluate(step.each, scope) or []:
            answer = self._call(step, {**scope, "item": item})
        return answer

    def _call(self, call: Call, scope: Scope) -> Any:
        given = pruned({name: evaluate(source, scope) for name, source in call.parameters.items()})

        refusal = AwsError("")

        def attempt() -> tuple[Any] | None:
            nonlocal refusal
            try:
                return (self.api(call.operation, **given),)
            except AwsError as error:
                if error.is_one_of(call.ignore):
                    return (None,)
                if error.is_one_of(call.retry):
                    refusal = error
                    return None
                raise

        return self.poll(attempt, lambda _: refusal)[0]

    def poll(self, look: Callable[[], Any], too_late: Callable[[float], Exception]) -> Any:
        """Look again and again, ever less often, until there is something to see.

        Raises:
            WaitError: The deployment is called off.
            Exception: What `too_late` makes of the time limit in seconds, when the time is over.
        """
        begin = time.monotonic()
        while True:
            seen = look()
            if seen is not None:
                return seen
            if time.monotonic() - self._start > self.seconds:
                raise too_late(self.seconds)
            waited = time.monotonic() - begin
            if self._cancelled.wait(min(max(waited * PAUSE_GROWTH, SHORTEST_PAUSE), LONGEST_PAUSE)):
                raise WaitError("context canceled")

    def item(self, read: Read, scope: Scope) -> Any:
        """What AWS has; None when it has nothing."""
        try:
            answer = self.run(read.call, scope)
        except AwsError as error:
            if error.code in read.missing:
                return None
            raise
        item = evaluate(read.item, answer)
        if not item or (read.gone is not None and evaluate(read.gone, item)):
            return None
        return item

    def outputs(self, read: Read, item: Any, scope: Scope) -> dict[str, Any]:
        """The properties that an item tells."""
        full = {**scope, "item": item}
        return {
            name: evaluate(source, full if callable(source) else item)
            for name, source in read.outputs.items()
        }

    def wait(self, wait: Wait, read: Read, scope: Scope) -> None:
        """Wait until a resource, or an update of it, has the wanted status.

        Raises:
            WaitError: It has failed, or not come in time.
        """
        last = ""

        def look() -> bool | None:
            nonlocal last
            item = self.item(wait.read or read, scope)
            status = "" if item is None else str(evaluate(wait.status, item))
            if status in wait.target:
                return True
            last = status
            if status and wait.pending and status not in wait.pending:
                problem = evaluate(wait.problem, item) if wait.problem else None
                tail = f". last error: {problem}" if problem else ""
                raise WaitError(
                    f"unexpected state '{status}', wanted target '{_listed(wait.target)}'{tail}"
                )
            return None

        def too_late(seconds: float) -> Exception:
            return WaitError(
                f"timeout while waiting for state to become '{_listed(wait.target)}' "
                f"(last state: '{last}', timeout: {go_duration(seconds)})"
            )

        self.poll(look, too_late)

    def wait_gone(self, wait: Wait, read: Read, scope: Scope) -> None:
        """Wait until a resource is not there any more.

        Raises:
            WaitError: It cannot be deleted, or not in time.
        """
        last = ""

        def look() -> bool | None:
            nonlocal last
            item = self.item(wait.read or read, scope)
            if item is None:
                return True
            last = str(evaluate(wait.status, item))
            if last in wait.target:
                return True
            if wait.pending and last not in wait.pending:
                problem = evaluate(wait.problem, item) if wait.problem else None
                tail = f". last error: {problem}" if problem else ""
                raise WaitError(f"unexpected state '{last}', wanted target ''{tail}")
            return None

        def too_late(seconds: float) -> Exception:
            return WaitError(
                f"timeout while waiting for resource to be gone (last state: '{last}', "
                f"timeout: {go_duration(seconds)})"
            )

        self.poll(look, too_late)


def _listed(states: frozenset[str]) -> str:
    return ", ".join(sorted(states))
