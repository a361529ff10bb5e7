"""What of the APIs of GitHub and GitLab this project uses, on this machine.

Pages are of two items, so that whoever does not turn them is found out. A token is let do what it
says that it may.
"""

import contextlib
import http.server
import json
import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 2


class Forge:
    """Both APIs.

    Attributes:
        comments: Those on the one pull or merge request there is, number 7.
        issues: All issues.
        calls: Method and path of each call.
    """

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = [
            {"id": number, "body": f"comment {number}"} for number in range(1, 6)
        ]
        self.issues: list[dict[str, Any]] = [
            {"number": 1, "iid": 1, "body": "broken", "state": "open"},
            {
                "number": 7,
                "iid": 99,
                "body": "the pull request",
                "state": "open",
                "pull_request": {},
            },
        ]
        self.calls: list[str] = []
        self.url = ""

    def of_plan(self) -> list[str]:
        """The comments that tell a plan."""
        return [it["body"] for it in self.comments if "eks-cluster plan" in it["body"]]

    def of_drift(self) -> list[dict[str, Any]]:
        """The issues that tell a drift."""
        return [it for it in self.issues if "eks-cluster drift" in it["body"]]

    def answer(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """The answer to a call; None where there is no such thing."""
        body = {**body, "body": body.get("body") or body.get("description")}
        if body["body"] is None:
            del body["body"]
        if re.search(r"/(issues|merge_requests)/7/(comments|notes)$", path):
            return self._listed(self.comments, method, body)
        if found := re.search(r"/(?:comments|notes)/(\d+)$", path):
            return self._changed(self.comments, "id", int(found[1]), body)
        if found := re.search(r"/issues/(\d+)/(?:comments|notes)$", path):
            return {"id": 1, **body}
        if found := re.search(r"/issues/(\d+)$", path):
            if body.get("state_event") == "close":
                body["state"] = "closed"
            return self._changed(self.issues, "number", int(found[1]), body)
        if path.endswith("/issues"):
            return self._listed(self.issues, method, {"state": "open", **body})
        return None

    def _listed(self, items: list[dict[str, Any]], method: str, body: dict[str, Any]) -> Any:
        if method == "GET":
            return [it for it in items if it.get("state", "open") == "open"]
        number = 100 + len(items)
        items.append({"id": number, "number": number, "iid": number, **body})
        return items[-1]

    def _changed(self, items: list[dict[str, Any]], key: str, number: int, body: Any) -> Any:
        (found,) = [it for it in items if it[key] == number]
        found.update(body)
        return found


def _may(token: str, path: str) -> bool:
    if token.startswith("gitlab"):
        return True
    granted = dict(it.split("=") for it in token.partition(";")[2].split(","))
    on_request = re.search(r"/issues/(7/comments|comments)", path)
    needed = "pull-requests" if on_request else "issues"
    return granted.get(needed) == "write" or granted.get("issues") == "write"


class _Handler(http.server.BaseHTTPRequestHandler):
    forge: Forge

    def _serve(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length) or b"null") or {}
        self.forge.calls.append(f"{self.command} {url.path}")
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if not _may(bearer or self.headers.get("PRIVATE-TOKEN", ""), url.path):
            return self._send(403, {"message": "Resource not accessible by integration"})
        told = self.forge.answer(self.command, url.path, body)
        if told is None:
            return self._send(404, {"message": "Not Found"})
        if not isinstance(told, list):
            return self._send(200, told)
        page = int(parse_qs(url.query).get("page", ["1"])[0])
        link = ""
        if len(told) > page * PAGE:
            link = f'<{self.forge.url}{url.path}?page={page + 1}>; rel="next"'
        return self._send(200, told[(page - 1) * PAGE : page * PAGE], link)

    do_GET = do_POST = do_PATCH = do_PUT = _serve  # noqa: N815  the library's names

    def _send(self, status: int, told: Any, link: str = "") -> None:
        content = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        if link:
            self.send_header("Link", link)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextlib.contextmanager
def serving() -> Iterator[Forge]:
    """The APIs on a free port, as long as the block lasts."""
    forge = Forge()
    handler = type("Handler", (_Handler,), {"forge": forge})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    forge.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield forge
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
