"""Tokens that name an IAM principal to a cluster: `aws eks get-token` makes them.

A token is a call of STS's GetCallerIdentity that its bearer has signed and not made. EKS makes it,
with the cluster's name in a header that has to be signed too, and so learns who has signed it.
https://docs.aws.amazon.com/eks/latest/userguide/cluster-auth.html ; what is refused is what
https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go refuses
(read 2026-11-23), and what STS itself does.
"""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

PREFIX = "k8s-aws-v1."
CLUSTER_HEADER = "x-k8s-aws-id"
LONGEST = 4096  # bytes
LIFETIME = timedelta(minutes=15)
# "Signature not yet current": how far clocks may be apart.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
SKEW = timedelta(minutes=5)
MOST_EXPIRES = 900  # seconds
PARAMETERS = {
    "action",
    "version",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-signedheaders",
}
# Of STS: the global one, a region's, with FIPS, and with both address families.
# https://docs.aws.amazon.com/general/latest/gr/sts.html
STS_HOST = re.compile(
    r"sts(-fips)?(\.(?P<region>[a-z0-9-]+))?\.amazonaws\.com(\.cn)?"
    r"|sts\.(?P<dual>[a-z0-9-]+)\.api\.(aws|amazonwebservices\.com\.cn)"
)
GLOBAL_REGION = "us-east-1"
# The embedded AWS's own: where AWS_ENDPOINT_URL says so, the AWS CLI signs for it.
OWN_HOST = "127.0.0.1"


class InvalidTokenError(Exception):
    """It is not to be trusted; the message says why."""


@dataclass(frozen=True)
class Token:
    """A token that is well formed; who has signed it is not known yet.

    Attributes:
        url: The signed call.
        parameters: Its query, by names in small letters.
        signed_at: When.
    """

    url: str
    parameters: dict[str, str]
    signed_at: datetime

    @property
    def access_key_id(self) -> str:
        """Whose key is said to have signed it."""
        return self._scope[0]

    @property
    def session_token(self) -> str | None:
        """What comes with the key of a session."""
        return self.parameters.get("x-amz-security-token")

    @property
    def region(self) -> str:
        """Of the endpoint that it is said to be for."""
        return self._scope[2]

    @property
    def _scope(self) -> list[str]:
        return self.parameters["x-amz-credential"].split("/")

    def check_signature(self, secret: str, cluster: str) -> None:
        """See that the key with this secret has signed it, for this cluster.

        Raises:
            InvalidTokenError: it has not.
        """
        _, _, region, service, _ = self._scope
        credentials = Credentials(self.access_key_id, secret)
        signer = SigV4QueryAuth(credentials, service, region)
        headers = {CLUSTER_HEADER: cluster}
        request = AWSRequest("GET", _without_signature(self.url), headers=headers)
        request.context["timestamp"] = self.parameters["x-amz-date"]
        canonical = signer.canonical_request(request)
        expected: Any = signer.signature(signer.string_to_sign(request, canonical), request)
        given = self.parameters["x-amz-signature"]
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise InvalidTokenError(
                "the signature does not match: it is of another secret access key, or for another "
                "cluster"
            )


def read(text: str, now: datetime) -> Token:
    """A token, if it is well formed and of now.

    Raises:
        InvalidTokenError: it is not.
    """
    if len(text) > LONGEST:
        raise InvalidTokenError("token is too large")
    if not text.startswith(PREFIX):
        raise InvalidTokenError(f"token is missing expected {PREFIX!r} prefix")
    url = _decoded(text.removeprefix(PREFIX))
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidTokenError(f"token is not a URL: {error}") from None
    own = parts.hostname == OWN_HOST
    if parts.scheme != ("http" if own else "https"):
        raise InvalidTokenError(f"unexpected scheme {parts.scheme!r} in pre-signed URL")
    host = STS_HOST.fullmatch(parts.netloc)
    if not own and not host:
        raise InvalidTokenError(f"unexpected hostname {parts.netloc!r} in pre-signed URL")
    if parts.path != "/":
        raise InvalidTokenError("unexpected path in pre-signed URL")
    parameters = _parameters(parts.query)
    token = Token(url, parameters, _signed_at(parameters, now))
    region = (host["region"] or host["dual"] or GLOBAL_REGION) if host else token.region
    if token.region != region:
        raise InvalidTokenError(f"credential should be scoped to a valid region, which is {region}")
    return token


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(
            text + "=" * (-len(text) % 4), altchars=b"-_", validate=True
        ).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidTokenError(f"token is not base64url: {error}") from None


def _parameters(query: str) -> dict[str, str]:
    pairs = [(name.lower(), value) for name, value in parse_qsl(query, keep_blank_values=True)]
    parameters = dict(pairs)
    if len(parameters) != len(pairs):
        raise InvalidTokenError("duplicate query parameter found")
    for name in parameters:
        if name not in PARAMETERS:
            raise InvalidTokenError(f"non-whitelisted query parameter {name!r}")
    if parameters.get("action") != "GetCallerIdentity":
        raise InvalidTokenError("unexpected action parameter in pre-signed URL")
    signed = parameters.get("x-amz-signedheaders", "").lower().split(";")
    if CLUSTER_HEADER not in signed:
        raise InvalidTokenError(
            f"client did not sign the {CLUSTER_HEADER} header in the pre-signed URL"
        )
    if set(signed) != {"host", CLUSTER_HEADER}:
        raise InvalidTokenError(f"headers are signed that do not come: {';'.join(signed)}")
    expires = parameters.get("x-amz-expires", "")
    if not expires.isdecimal() or int(expires) > MOST_EXPIRES:
        raise InvalidTokenError(f"invalid X-Amz-Expires parameter in pre-signed URL: {expires}")
    if parameters.get("x-amz-algorithm") != "AWS4-HMAC-SHA256":
        raise InvalidTokenError("it is not signed with AWS4-HMAC-SHA256")
    if not parameters.get("x-amz-signature"):
        raise InvalidTokenError("it is not signed")
    return parameters


def _signed_at(parameters: dict[str, str], now: datetime) -> datetime:
    date = parameters.get("x-amz-date", "")
    if not date:
        raise InvalidTokenError("X-Amz-Date parameter must be present in pre-signed URL")
    try:
        signed_at = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidTokenError(f"error parsing X-Amz-Date parameter {date}") from None
    scope = parameters.get("x-amz-credential", "").split("/")
    if scope[1:2] + scope[3:] != [date[:8], "sts", "aws4_request"]:
        raise InvalidTokenError("the credential scope is not one of STS on the day it was signed")
    if now > signed_at + LIFETIME:
        raise InvalidTokenError("X-Amz-Date parameter is expired (15 minute expiration)")
    if signed_at > now + SKEW:
        raise InvalidTokenError("it was signed in the future: signature not yet current")
    return signed_at


def _without_signature(url: str) -> str:
    """The URL as it was when it was signed; what is percent-encoded stays as it is."""
    parts = urlsplit(url)
    kept = [it for it in parts.query.split("&") if not it.lower().startswith("x-amz-signature=")]
    return parts._replace(query="&".join(kept)).geturl()
