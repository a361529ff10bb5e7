"""What a request asks of AWS, in the words of AWS's own models, and the log of all calls."""

import contextlib
import io
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError
from moto.core.model import OperationModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

Environ = dict[str, Any]

# Operations that begin so change nothing; all others are writes. AWS names them by rule:
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
READS = (
    *("Describe", "List", "Get", "Head", "BatchGet", "Search", "Lookup", "Simulate", "Assume"),
    "Decrypt",
)
# Far more than a rehearsal makes in a day; the oldest go first.
KEPT = 200_000

ERROR_CODE = re.compile(rb"<Code>([^<]+)</Code>|\"__type\": ?\"([^\"]+)\"")


class Call:
    """One request.

    Attributes:
        service: as it is signed for, such as `ec2`; empty for a request without a signature.
        region: as it is signed for.
        operation: as AWS's reference names it; method and path where no model knows it.
    """

    def __init__(self, environ: Environ, body: bytes) -> None:
        self._environ = environ
        self._body = body
        self.service, self.region = signed_for(environ)
        self._path_parameters: dict[str, Any] = {}
        self.operation = self._named()

    def __str__(self) -> str:
        return " ".join(part for part in (self.service, self.region, self.operation) if part)

    @property
    def access_key(self) -> str:
        """The id of the key that it is signed with; empty for a request without a signature."""
        return _credential(self._environ).partition("/")[0]

    @property
    def writes(self) -> bool:
        """Whether it is of a kind that changes something."""
        return bool(self.service) and not self.operation.startswith((*READS, "GET ", "HEAD "))

    @cached_property
    def model(self) -> OperationModel | None:
        """The operation in botocore's model; None if it is not there."""
        try:
            return get_service_model(self.service).operation_model(self.operation)
        except (UnknownServiceError, OperationNotFoundError):
            return None

    @property
    def protocol(self) -> str:
        """The wire protocol: `ec2`, `query`, `json` or `rest-json`."""
        model = get_service_model(self.service)
        return determine_request_protocol(model, self._environ.get("CONTENT_TYPE", ""))

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        """The request's members, by the names of AWS's reference."""
        if self.model is None:
            return {}
        request = self._request()
        parser = PROTOCOL_PARSERS[self.protocol](self.model)
        return parser.parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": request.data,
                "url_path": request.path,
                "url_params": self._path_parameters,
            }
        )

    def values(self, parameter: str) -> Iterator[str]:
        """All values of a parameter, at whatever depth of the request it stands."""
        return _values(self.parameters, parameter)

    def _named(self) -> str:
        target = self._environ.get("HTTP_X_AMZ_TARGET", "")
        if target:
            return target.rpartition(".")[2]
        if self._body.startswith(b"Action="):
            return parse_qs(self._body.decode())["Action"][0]
        if self.service:
            with contextlib.suppress(NotFound, NotImplementedError, UnknownServiceError):
                operation, self._path_parameters = get_service_router(self.service).match(
                    self._request()
                )
                return str(operation.name)
        return f"{self._environ['REQUEST_METHOD']} {self._environ['PATH_INFO']}"

    def _request(self) -> Request:
        return Request({**self._environ, "wsgi.input": io.BytesIO(self._body)})


def signed_for(environ: Environ) -> tuple[str, str]:
    """Service and region of a Signature Version 4 header; empty strings without one."""
    parts = _credential(environ).split("/")
    return (parts[3], parts[2]) if len(parts) == 5 else ("", "")


def _credential(environ: Environ) -> str:
    return environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split(",")[0]


def _values(given: Any, parameter: str) -> Iterator[str]:
    if isinstance(given, Mapping):
        for name, value in given.items():
            if name == parameter:
                yield from _scalars(value)
            else:
                yield from _values(value, parameter)
    elif isinstance(given, list):
        for item in given:
            yield from _values(item, parameter)


def _scalars(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _scalars(item)
    elif isinstance(value, bool):
        yield str(value).lower()
    elif not isinstance(value, Mapping):
        yield str(value)


@dataclass
class Entry:
    """One call of the log.

    Attributes:
        serial: counts the calls from 1 in the order in which they were judged.
        service: as it is signed for.
        region: as it is signed for.
        operation: as AWS's reference names it.
        kind: `write` or `read`.
        status: of HTTP; None as long as nothing was answered.
        code: AWS's error code; empty for a call that was carried out.
        fault: the action of the fault that fired at it; empty if none did.
    """

    serial: int
    service: str
    region: str
    operation: str
    kind: str
    status: int | None = None
    code: str = ""
    fault: str = ""


class Log:
    """All calls since the start."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._serial = 0

    def add(self, call: Call) -> Entry:
        """Enter a call that comes in."""
        self._serial += 1
        kind = "write" if call.writes else "read"
        entry = Entry(self._serial, call.service, call.region, call.operation, kind)
        self._entries.append(entry)
        return entry

    def since(self, after: str = "0", kind: str = "") -> list[dict[str, Any]]:
        """The calls with a serial above `after`; of one kind, if that is named."""
        return [
            asdict(entry)
            for entry in self._entries
            if entry.serial > int(after) and kind in {"", entry.kind}
        ]


def error_code(answer: bytes) -> str:
    """AWS's error code in the body of an answer; empty if there is none."""
    found = ERROR_CODE.search(answer)
    return (found[1] or found[2]).decode().rpartition("#")[2] if found else ""


LOG = Log()
