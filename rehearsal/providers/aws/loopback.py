"""AWS clients that reach loopback and nothing else.

Whatever credentials, profiles, config files, proxies or endpoint variables lie around, they are
never read: the endpoint comes from AWS_ENDPOINT_URL alone, the credentials are dummies or keys that
the embedded AWS has made, and every request is checked once more before it leaves, so that a
rehearsal can never touch a real account.
"""

import ipaddress
import os
import threading
from typing import Any, Final
from urllib.parse import urlsplit

from rehearsal.providers.aws import retries
from spec.rehearsal import ACCESS_KEY_ID, CREDENTIALS_VARIABLE, SECRET_ACCESS_KEY

ENDPOINT_VARIABLE: Final = "AWS_ENDPOINT_URL"


class EndpointRefusedError(Exception):
    """An AWS endpoint that is missing or not on this machine."""


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine: `localhost` or a loopback address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return parts.scheme in {"http", "https"} and (
            host == "localhost" or ipaddress.ip_address(host).is_loopback
        )
    except ValueError:
        return False


def require_loopback(url: str, origin: str) -> str:
    """Return the URL when it is on loopback.

    Args:
        url: The endpoint.
        origin: Where it comes from, for the message.

    Raises:
        EndpointRefusedError: It names another host.
    """
    if not is_loopback(url):
        raise EndpointRefusedError(
            f"refused: {origin} is {url!r}, which is not on this machine. The rehearsal's aws "
            "provider talks to "
            "an embedded AWS on loopback only (http://127.0.0.1:PORT), never to a real account."
        )
    return url


def rehearsal_endpoint() -> str:
    """The embedded AWS's URL.

    Raises:
        EndpointRefusedError: AWS_ENDPOINT_URL is unset or names another host.
    """
    url = os.environ.get(ENDPOINT_VARIABLE, "")
    if not url:
        raise EndpointRefusedError(
            f"refused: {ENDPOINT_VARIABLE} is not set. The rehearsal's aws provider talks to an "
            "embedded AWS on "
            "loopback only; without that variable it would have to ask a real account. Start the "
            "rehearsal with its "
            "own command, or use the official aws provider for a real deployment."
        )
    return require_loopback(url, ENDPOINT_VARIABLE)


def _check_request(request: Any, **_: Any) -> None:
    require_loopback(request.url, "an AWS request's address")


def _credentials() -> dict[str, str]:
    """The keys of whoever the rehearsal deploys as, which its own variable tells; else dummies."""
    given = os.environ.get(CREDENTIALS_VARIABLE, "")
    key, secret, token = given.split(":") if given else (ACCESS_KEY_ID, SECRET_ACCESS_KEY, "")
    return {
        "aws_access_key_id": key,
        "aws_secret_access_key": secret,
        **({"aws_session_token": token} if token else {}),
    }


class Clients:
    """Makes one client per AWS service, when it is first needed, and keeps it.

    Args:
        region: The region that the provider is configured for.
    """

    def __init__(self, region: str) -> None:
        self.region = region
        self._clients: dict[str, Any] = {}
        self._session: Any = None
        self._lock = threading.Lock()

    def __getitem__(self, service: str) -> Any:
        """The client of a service, by its boto3 name.

        Raises:
            EndpointRefusedError: The endpoint is missing or not on loopback.
        """
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def _make(self, service: str) -> Any:
        endpoint = rehearsal_endpoint()
        # botocore is what boto3's clients are made of. It is imported late because it takes longer
        # to load
        # than the rest of the plugin, and a preview without changes needs little of it.
        import botocore.config  # noqa: PLC0415
        import botocore.session  # noqa: PLC0415

        if self._session is None:
            nothing = (None, None, None, None)
            self._session = botocore.session.Session(
                session_vars={
                    "profile": nothing,
                    "config_file": (None, None, os.devnull, None),
                    "credentials_file": (None, None, os.devnull, None),
                    "ca_bundle": nothing,
                }
            )
        client = self._session.create_client(
            service,
            region_name=self.region,
            endpoint_url=endpoint,
            **_credentials(),
            config=botocore.config.Config(
                proxies={},
                # botocore's own retries would multiply with those of the official provider.
                retries={"mode": "standard", "total_max_attempts": 1},
                read_timeout=retries.READ_TIMEOUT,
                max_pool_connections=64,
                inject_host_prefix=False,
                use_dualstack_endpoint=False,
                use_fips_endpoint=False,
                ignore_configured_endpoint_urls=True,
            ),
        )
        require_loopback(client.meta.endpoint_url, f"the endpoint of the {service} client")
        client.meta.events.register("before-send", _check_request)
        client.meta.events.register("needs-retry", retries.needs_retry)
        return client
