"""Requests: one at a time under the lock of all state, and a line of log for each.

Some are questions about a rehearsal that AWS has no call for.
"""

import contextlib
import io
import json
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import parse_qs

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import make_server as make_werkzeug_server

from rehearsal.aws import failures, faults, givens, inventory, quotas, refusing, tokens
from rehearsal.aws.calls import LOG, Call, error_code, signed_for
from rehearsal.aws.clock import TIMELINE, parse_speed
from rehearsal.aws.eks.authentication import token_review
from rehearsal.aws.faults import FAULTS
from rehearsal.aws.permissions import authorization
from rehearsal.aws.saving import Saver
from spec.faults import OUTCOMES, Fault

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


def set_speed(value: str) -> dict[str, Any]:
    """Let what starts from now on take its real duration divided by this; ``max``: no time."""
    TIMELINE.speed = parse_speed(value)
    return {"speed": value}


# Faults whose call gets no answer.
UNANSWERED = ("time-out", "lost", "hang")
# What a rehearsal asks that AWS has no call for: method and path -> function of the query's fields,
# and of `body` where one comes along.
QUESTIONS: dict[tuple[str, str], Callable[..., Any]] = {
    ("GET", "/_rehearsal/calls"): LOG.since,
    ("GET", "/_rehearsal/faults"): FAULTS.told,
    ("PUT", "/_rehearsal/faults"): faults.put,
    ("PUT", "/_rehearsal/credentials"): givens.credentials,
    ("GET", "/_rehearsal/givens"): givens.missing,
    ("PUT", "/_rehearsal/givens"): givens.put,
    ("GET", "/_rehearsal/inventory"): inventory.resources,
    ("GET", "/_rehearsal/nodes"): inventory.nodes,
    ("GET", "/_rehearsal/wanted-nodes"): inventory.wanted_nodes,
    ("GET", "/_rehearsal/quotas"): quotas.quotas,
    ("PUT", "/_rehearsal/quotas"): quotas.set_quota,
    ("PUT", "/_rehearsal/speed"): set_speed,
    # What follows the path is given as `name`.
    ("POST", "/_rehearsal/token-review/"): token_review,
}

# Those that change the account.
CHANGES = ("/_rehearsal/credentials", "/_rehearsal/givens")


class _Handler(MotoRequestHandler):
    # Headers and body are two writes; waiting for the first one's acknowledgement costs 40 ms.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The gate logs, it knows more."""


class Answer:
    """An answer that is not sent yet.

    Attributes:
        started: what WSGI's ``start_response`` was called with.
        chunks: the body.
    """

    def __init__(self) -> None:
        self.started: tuple[Any, ...] = ()
        self.chunks: list[bytes] = []

    def start(self, *started: Any) -> None:
        """What the application calls instead of WSGI's ``start_response``."""
        self.started = started

    @property
    def status(self) -> int:
        """HTTP's status code; 0 if there is no answer."""
        return int(self.started[0].split(" ", 1)[0]) if self.started else 0

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self.chunks)


class Gate:
    """What every request passes before it reaches AWS's services."""

    def __init__(self, aws: Application, saver: Saver | None = None) -> None:
        self._aws = aws
        self._saver = saver

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it.

        Raises:
            ConnectionAbortedError: a fault keeps the answer back; the server closes the connection.
        """
        started = time.monotonic()
        # Read before the lock is taken: a slow client must not hold up the others.
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        name = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        question = _question(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        answer, fault, change = Answer(), None, 0
        if question:
            with TIMELINE.lock:
                answer.chunks = _answer(question, environ, body, answer.start)
                if self._saver and name.removeprefix("PUT ") in CHANGES:
                    change = self._saver.changed()
        else:
            call = Call(environ, body)
            name = str(call)
            with TIMELINE.lock:
                fault = self._carry_out(call, environ, body, answer)
                if call.writes and answer.started:
                    TIMELINE.when_changed()
                    change = self._saver.changed() if self._saver else 0
        if self._saver and change and answer.status < HTTPStatus.BAD_REQUEST:
            self._saver.wait(change)
        milliseconds = (time.monotonic() - started) * 1000
        happened = f"{answer.status or ''} {fault.action}".lstrip() if fault else answer.status
        print(name, happened, f"{milliseconds:.1f}ms", file=sys.stderr, flush=True)
        if fault and fault.action in UNANSWERED:
            _keep_back(fault.action, environ["werkzeug.socket"])
        start_response(*answer.started)
        return answer.chunks

    def _carry_out(self, call: Call, environ: Environ, body: bytes, answer: Answer) -> Fault | None:
        """Have AWS answer a call, or not, and log it; the fault that fired at it."""
        entry = LOG.add(call)
        fault = FAULTS.judge(call)
        entry.fault = fault.action if fault else ""
        if fault and refusing.refuses(fault.action):
            *started, told = refusing.refused(fault.action, call)
            answer.start(*started)
            answer.chunks = [told]
        elif denied := authorization.denied(call):
            *started, told = refusing.denied(call, denied)
            answer.start(*started)
            answer.chunks = [told]
        elif not fault or fault.action != "time-out":
            self._answer_once(call, environ, body, answer)
        if answer.started:
            entry.status = answer.status
            entry.code = error_code(answer.body) if answer.status >= HTTPStatus.BAD_REQUEST else ""
        if fault and fault.action in OUTCOMES and answer.status < HTTPStatus.BAD_REQUEST:
            # Only now: EKS itself is loaded at its first call.
            from rehearsal.aws import outcomes  # noqa: PLC0415

            outcomes.let_end(fault, call)
        return fault

    def _answer_once(self, call: Call, environ: Environ, body: bytes, answer: Answer) -> None:
        """Have AWS answer a call, unless it has answered it before."""
        has_token = tokens.carries_token(call, body)
        before = tokens.answered(call) if has_token else None
        if before is None:
            answer.chunks = self._ask_aws(environ, body, answer.start)
            if has_token and answer.status < HTTPStatus.BAD_REQUEST:
                tokens.remember(call, answer.started, answer.body)
        elif before.is_for(call):
            answer.start(*before.started)
            answer.chunks = [before.body]
        else:
            *started, told = failures.refusal(call, *tokens.MISMATCH)
            answer.start(*started)
            answer.chunks = [told]

    def _ask_aws(self, environ: Environ, body: bytes, start_response: StartResponse) -> list[bytes]:
        try:
            return list(self._aws(environ, start_response))
        except Exception as error:
            traceback.print_exc()
            status, headers, answer = failures.answer(error, signed_for(environ)[0], body)
            start_response(status, headers)
            return [answer]


def _question(method: str, path: str) -> Callable[..., Any] | None:
    if (method, path) in QUESTIONS:
        return QUESTIONS[method, path]
    folder, slash, name = path.rpartition("/")
    found = QUESTIONS.get((method, f"{folder}{slash}"))
    return partial(found, name=name) if found else None


def _keep_back(action: str, connection: socket.socket) -> NoReturn:
    """Leave a client without its answer."""
    with contextlib.suppress(OSError):
        while action != "lost" and connection.recv(1):
            pass
        # The server itself would wait for the connection's next request.
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError(action)


def make_server(
    listener: socket.socket, application: Application, saver: Saver | None = None
) -> BaseWSGIServer:
    """A server of one thread a connection on the socket that already listens."""
    host, port = listener.getsockname()
    return make_werkzeug_server(
        host,
        port,
        Gate(application, saver),
        threaded=True,
        request_handler=_Handler,
        fd=listener.fileno(),
    )


def _answer(
    question: Callable[..., Any], environ: Environ, body: bytes, start_response: StartResponse
) -> list[bytes]:
    asked: dict[str, Any] = {
        name: values[-1] for name, values in parse_qs(environ["QUERY_STRING"]).items()
    }
    if body:
        asked["body"] = body
    try:
        status, answer = "200 OK", question(**asked)
    except (TypeError, ValueError) as error:
        status, answer = "400 Bad Request", {"message": f"{environ['PATH_INFO']}: {error}"}
    told = json.dumps(answer).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(told)))]
    start_response(status, headers)
    return [told]
