"""Requests: one at a time under the lock of all state, and a line of log for each.

Some are questions about a rehearsal that AWS has no call for.
"""

import io
import json
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer
from werkzeug.serving import make_server as make_werkzeug_server

from rehearsal.aws import failures, inventory, quotas
from rehearsal.aws.clock import TIMELINE, parse_speed

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


def set_speed(value: str) -> dict[str, Any]:
    """Let what starts from now on take its real duration divided by this; ``max``: no time."""
    TIMELINE.speed = parse_speed(value)
    return {"speed": value}


# What a rehearsal asks that AWS has no call for: method and path -> function of the query.
QUESTIONS: dict[tuple[str, str], Callable[..., Any]] = {
    ("GET", "/_rehearsal/inventory"): inventory.resources,
    ("GET", "/_rehearsal/nodes"): inventory.nodes,
    ("GET", "/_rehearsal/quotas"): quotas.quotas,
    ("PUT", "/_rehearsal/quotas"): quotas.set_quota,
    ("PUT", "/_rehearsal/speed"): set_speed,
}


class _Handler(MotoRequestHandler):
    # Headers and body are two writes; waiting for the first one's acknowledgement costs 40 ms.
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """The gate logs, it knows more."""


class Gate:
    """What every request passes before it reaches AWS's services."""

    def __init__(self, aws: Application) -> None:
        self._aws = aws

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        started = time.monotonic()
        # Read before the lock is taken: a slow client must not hold up the others.
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        answered = "-"

        def start(status: str, *rest: Any) -> Any:
            nonlocal answered
            answered = status.split(" ", 1)[0]
            return start_response(status, *rest)

        with TIMELINE.lock:
            question = QUESTIONS.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
            if question:
                chunks = _answer(question, environ, start)
            else:
                chunks = self._ask_aws(environ, body, start)
        milliseconds = (time.monotonic() - started) * 1000
        print(_call(environ, body), answered, f"{milliseconds:.1f}ms", file=sys.stderr, flush=True)
        return chunks

    def _ask_aws(self, environ: Environ, body: bytes, start_response: StartResponse) -> list[bytes]:
        try:
            return list(self._aws(environ, start_response))
        except Exception as error:
            traceback.print_exc()
            status, headers, answer = failures.answer(error, _signed_for(environ)[0], body)
            start_response(status, headers)
            return [answer]


def make_server(listener: socket.socket, application: Application) -> BaseWSGIServer:
    """A server of one thread a connection on the socket that already listens."""
    host, port = listener.getsockname()
    return make_werkzeug_server(
        host,
        port,
        Gate(application),
        threaded=True,
        request_handler=_Handler,
        fd=listener.fileno(),
    )


def _answer(
    question: Callable[..., Any], environ: Environ, start_response: StartResponse
) -> list[bytes]:
    asked = {name: values[-1] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    try:
        status, answer = "200 OK", question(**asked)
    except (TypeError, ValueError) as error:
        status, answer = "400 Bad Request", {"message": f"{environ['PATH_INFO']}: {error}"}
    body = json.dumps(answer).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(status, headers)
    return [body]


def _call(environ: Environ, body: bytes) -> str:
    """The call as AWS's reference names it where the request says so, else its method and path."""
    service, region = _signed_for(environ)
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target:
        action = target.rpartition(".")[2]
    elif body.startswith(b"Action="):
        action = parse_qs(body.decode())["Action"][0]
    else:
        action = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
    return " ".join(part for part in (service, region, action) if part)


def _signed_for(environ: Environ) -> tuple[str, str]:
    """Service and region of a Signature Version 4 header; empty strings without one."""
    scope = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")[2].split(",")[0]
    parts = scope.split("/")
    return (parts[3], parts[2]) if len(parts) == 5 else ("", "")
