"""A small client of an HTTP API that speaks JSON."""

import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from ops.user_error import UserError

_TIMEOUT: Final = 30.0  # seconds
_ATTEMPTS: Final = 4
_PAUSE: Final = 1.0  # seconds; doubles
_REFUSED: Final = (401, 403, 404)


class RefusedError(UserError):
    """The token does not allow it, or there is no such thing for it to see."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: a redirect would carry the token along."""

    def redirect_request(  # noqa: PLR0917  the library calls it so
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None


class Api:
    """One API.

    Args:
        url: Its address, without a slash at the end.
        headers: What goes along with each call; the token among them.
    """

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url = url
        self._headers = headers
        self._opener = urllib.request.build_opener(_NoRedirect)

    def all(self, path: str) -> Iterator[Any]:
        """Each item of a list, of all its pages.

        Raises:
            RefusedError: The token does not allow it.
            UserError: The API fails.
        """
        separator = "&" if "?" in path else "?"
        url: str | None = f"{self._url}{path}{separator}per_page=100"
        while url:
            items, headers = self._call("GET", url, None)
            yield from items
            url = self._next(headers.get("Link") or "")

    def send(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """Changes something. Returns the answer.

        Raises:
            RefusedError: The token does not allow it.
            UserError: The API fails.
        """
        return self._call(method, f"{self._url}{path}", body)[0]

    def _next(self, link: str) -> str | None:
        """The next page, as https://www.rfc-editor.org/rfc/rfc8288 has it told."""
        found = re.search(r'<([^<>]+)>; *rel="?next"?', link)
        if found and urlsplit(found[1])[:2] != urlsplit(self._url)[:2]:
            raise UserError(f"{self._url} names a next page elsewhere: {found[1]}")
        return found[1] if found else None

    def _call(
        self, method: str, url: str, body: Mapping[str, Any] | None
    ) -> tuple[Any, Mapping[str, str]]:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise UserError(f"{url} is no address of an API")
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **self._headers}
        for attempt in range(1, _ATTEMPTS + 1):
            request = urllib.request.Request(url, data=data, headers=headers, method=method)  # noqa: S310
            try:
                with self._opener.open(request, timeout=_TIMEOUT) as answer:
                    return json.loads(answer.read() or b"null"), answer.headers
            except urllib.error.HTTPError as error:
                said = f"{method} {url}: {error.code} {_message(error)}"
                if error.code in _REFUSED:
                    raise RefusedError(said) from None
                # What was created and whose answer got lost would be there twice.
                passes = error.code == http.client.TOO_MANY_REQUESTS or (
                    error.code >= http.client.INTERNAL_SERVER_ERROR and method != "POST"
                )
                if not passes or attempt == _ATTEMPTS:
                    raise UserError(said) from None
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise UserError(f"{method} {url}: {error}") from None
            time.sleep(_PAUSE * 2 ** (attempt - 1))
        raise AssertionError


def _message(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(error.read())["message"])
    except (OSError, ValueError, LookupError, TypeError):
        return str(error.reason)
