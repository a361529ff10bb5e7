"""Tokens of `aws eks get-token`: what is read of them, and what is refused."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import botocore.session
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from rehearsal.aws.eks.tokens import InvalidTokenError, read

CLUSTER, KEY, SECRET = "dev", "AKIAEXAMPLE", "secret/of+it="
STS = "https://sts.ap-northeast-2.amazonaws.com/"
QUERY = "Action=GetCallerIdentity&Version=2011-06-15"


def encoded(url):
    return "k8s-aws-v1." + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def signed(
    url=f"{STS}?{QUERY}",
    *,
    cluster=CLUSTER,
    expires=60,
    session_token=None,
    service="sts",
    region="ap-northeast-2",
):
    headers = {"x-k8s-aws-id": cluster} if cluster else {}
    request = AWSRequest("GET", url, headers=headers)
    credentials = Credentials(KEY, SECRET, session_token)
    SigV4QueryAuth(credentials, service, region, expires=expires).add_auth(request)
    return request.url


def changed(**parameters):
    """A signed call with parameters of its query replaced, or left out where they are None."""
    parts = urlsplit(signed())
    query = dict(parse_qsl(parts.query)) | {k.replace("_", "-"): v for k, v in parameters.items()}
    return parts._replace(query=urlencode({k: v for k, v in query.items() if v})).geturl()


def now():
    return datetime.now(UTC)


def test_a_token_tells_its_key_and_is_verified_by_its_secret():
    token = read(encoded(signed(session_token="of the session")), now())  # noqa: S106
    assert (token.access_key_id, token.session_token) == (KEY, "of the session")
    token.check_signature(SECRET, CLUSTER)


@pytest.mark.parametrize(
    ("secret", "cluster"), [("other", CLUSTER), (SECRET, "other"), ("", CLUSTER)]
)
def test_another_secret_and_another_cluster_are_found_out(secret, cluster):
    with pytest.raises(InvalidTokenError, match="signature does not match"):
        read(encoded(signed()), now()).check_signature(secret, cluster)


def test_what_was_changed_after_it_was_signed_is_found_out():
    token = read(encoded(changed(Version="2011-06-16")), now())
    with pytest.raises(InvalidTokenError, match="signature does not match"):
        token.check_signature(SECRET, CLUSTER)


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("https://sts.amazonaws.com/", "us-east-1"),
        ("https://sts-fips.us-east-1.amazonaws.com/", "us-east-1"),
        ("https://sts.cn-north-1.amazonaws.com.cn/", "cn-north-1"),
        ("https://sts.eu-west-1.api.aws/", "eu-west-1"),
        ("http://127.0.0.1:12345/", "eu-west-1"),
    ],
)
def test_every_endpoint_of_sts_is_one_and_the_embedded_one_too(host, region):
    token = read(encoded(signed(f"{host}?{QUERY}", region=region)), now())
    token.check_signature(SECRET, CLUSTER)


def test_what_the_aws_cli_makes_is_a_token():
    session = botocore.session.get_session()
    sts = session.create_client(
        "sts", "ap-northeast-2", aws_access_key_id=KEY, aws_secret_access_key=SECRET
    )
    sts.meta.events.register(
        "before-sign.sts.GetCallerIdentity",
        lambda request, **_: request.headers.add_header("x-k8s-aws-id", CLUSTER),
    )
    url = sts.generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
    read(encoded(url), now()).check_signature(SECRET, CLUSTER)


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("k8s-aws-v1." + "a" * 4096, "token is too large"),
        ("k8s-aws-v2.aaaa", "is missing expected 'k8s-aws-v1.' prefix"),
        ("k8s-aws-v1.!", "is not base64url"),
        ("k8s-aws-v1.gICA", "is not base64url"),
        (encoded(signed().replace("https:", "http:")), "unexpected scheme 'http'"),
        (encoded(signed("https://127.0.0.1:1/?" + QUERY)), "unexpected scheme 'https'"),
        (encoded(signed("https://sts.example.com/?" + QUERY)), "unexpected hostname"),
        (encoded(signed("https://sts.amazonaws.com.example.com/?" + QUERY)), "unexpected hostname"),
        (encoded(signed(f"{STS}there?{QUERY}")), "unexpected path"),
        (encoded(changed(Action="AssumeRole")), "unexpected action parameter"),
        (encoded(changed(Action=None)), "unexpected action parameter"),
        (encoded(changed(Other="1")), "non-whitelisted query parameter 'other'"),
        (encoded(changed() + "&action=GetCallerIdentity"), "duplicate query parameter"),
        (encoded(signed(cluster=None)), "did not sign the x-k8s-aws-id header"),
        (encoded(changed(X_Amz_SignedHeaders="host;x;x-k8s-aws-id")), "headers are signed that do"),
        (encoded(changed(X_Amz_Expires="901")), "invalid X-Amz-Expires"),
        (encoded(changed(X_Amz_Expires="-1")), "invalid X-Amz-Expires"),
        (encoded(changed(X_Amz_Date=None)), "X-Amz-Date parameter must be present"),
        (encoded(changed(X_Amz_Date="today")), "error parsing X-Amz-Date"),
        (encoded(changed(X_Amz_Algorithm="none")), "not signed with AWS4-HMAC-SHA256"),
        (encoded(changed(X_Amz_Signature=None)), "it is not signed"),
        (encoded(changed(X_Amz_Credential="a/b")), "credential scope"),
        (encoded(signed(service="eks")), "credential scope"),
        (encoded(signed(region="eu-west-1")), "scoped to a valid region"),
        (encoded(signed(f"https://sts.amazonaws.com/?{QUERY}")), "scoped to a valid region"),
    ],
)
def test_a_token_that_is_not_as_it_has_to_be_is_refused(token, reason):
    with pytest.raises(InvalidTokenError, match=reason):
        read(token, now())


@pytest.mark.parametrize(
    ("passed", "reason"),
    [(timedelta(minutes=15, seconds=2), "is expired"), (-timedelta(minutes=6), "in the future")],
)
def test_a_token_is_for_a_quarter_of_an_hour(passed, reason):
    token = encoded(signed())
    read(token, now() + timedelta(minutes=14))
    with pytest.raises(InvalidTokenError, match=reason):
        read(token, now() + passed)
