"""Roles that whoever has a token of an OpenID Connect provider takes on.

The token's signature is not looked at, as its issuer is not asked for anything: a token of a
rehearsal is made by the rehearsal.
"""

import base64
import binascii
import json
import time
from collections.abc import Collection, Mapping
from typing import Any

from moto.core.exceptions import ServiceException

from rehearsal.aws.permissions.evaluation import Effect, Request, decide
from rehearsal.aws.rules import rule

ACTION = "sts:AssumeRoleWithWebIdentity"
# What IAM reads of a token, of GitHub's besides.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
CLAIMS = ("amr", "aud", "sub")
GITHUB = "token.actions.githubusercontent.com"
GITHUB_CLAIMS = (
    "actor",
    "actor_id",
    "enterprise_id",
    "environment",
    "job_workflow_ref",
    "ref",
    "repository",
    "repository_id",
    "workflow",
)


class STSError(ServiceException):
    """An error of STS's model."""


def no_provider(issuer: str) -> STSError:
    """Seen in https://github.com/aws-actions/configure-aws-credentials/issues/280."""
    return STSError(
        "InvalidIdentityToken", f"No OpenIDConnect provider found in your account for {issuer}"
    )


def wrong_audience() -> STSError:
    """Seen in https://github.com/awslabs/amazon-eks-irsa-cfn/pull/18."""
    return STSError("InvalidIdentityToken", "Incorrect token audience")


def no_token() -> STSError:
    """Only the code.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    """
    return STSError("InvalidIdentityToken", "The token is no JSON Web Token.")


def expired() -> STSError:
    """Only the code.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
    """
    return STSError("ExpiredTokenException", "The token has expired.")


def not_authorized() -> STSError:
    """Seen in https://github.com/aws-actions/configure-aws-credentials/issues/1293."""
    return STSError("AccessDenied", f"Not authorized to perform {ACTION}")


def too_long() -> STSError:
    """Seen in https://github.com/kreuzwerker/awsu/issues/27."""
    return STSError(
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )


def claims_of(token: str) -> dict[str, Any]:
    """What a token says.

    Raises:
        STSError: it is no token.
    """
    try:
        body = token.split(".")[1]
        said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return {**said, "iss": str(said["iss"])}
    except (IndexError, ValueError, KeyError, TypeError, binascii.Error):
        raise no_token() from None


@rule(no_provider, wrong_audience, expired)
def is_of_a_provider(claims: Mapping[str, Any], providers: Mapping[str, Collection[str]]) -> None:
    """A token is of a provider that the account has, is meant for it, and has not expired.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html

    Args:
        claims: of the token.
        providers: client ids by issuer, without its scheme.
    """
    issuer = claims["iss"].removeprefix("https://")
    if issuer not in providers:
        raise no_provider(claims["iss"])
    if not set(_listed(claims.get("aud"))) & set(providers[issuer]):
        raise wrong_audience()
    if claims.get("exp", 0) < time.time():
        raise expired()


@rule(not_authorized)
def is_trusted(trust_policy: Mapping[str, Any], provider: str, claims: Mapping[str, Any]) -> None:
    """The role's trust policy lets in whoever has a token that says so.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
    """
    issuer = claims["iss"].removeprefix("https://")
    readable = (*CLAIMS, *(GITHUB_CLAIMS if issuer == GITHUB else ()))
    context = {
        f"{issuer}:{name}": str(_listed(claims[name])[0]) if claims.get(name) else None
        for name in readable
    }
    request = Request(action=ACTION, context=context, principals=[("Federated", provider)])
    if decide(trust_policy, request) is not Effect.ALLOW:
        raise not_authorized()


@rule(too_long)
def lasts_no_longer(seconds: int, maximum: int) -> None:
    """A session lasts at most as long as its role says.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html
    """
    if seconds > maximum:
        raise too_long()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
