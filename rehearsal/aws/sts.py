"""STS: whoever calls with keys that IAM did not make is the account's user ``rehearsal``."""

import json
from typing import Any

import moto.sts.urls
from moto.core.responses import ActionResult
from moto.iam.models import iam_backends
from moto.sts.models import STSBackend
from moto.sts.responses import TokenResponse
from moto.utilities.utils import get_partition

from rehearsal.aws.permissions import web_identity
from rehearsal.aws.replacing import urls

USER_NAME = "rehearsal"
# Of the form of a user's unique id; the documentation's example.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
USER_ID = "AIDAJQABLZS4A3QDU576Q"
# https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
DEFAULT_SECONDS = 3600


class STS(STSBackend):
    """STS of one account."""

    @property
    def _url_module(self) -> Any:
        return urls(moto.sts.urls, STSAnswers)

    def get_caller_identity(self, access_key_id: str, region: str) -> tuple[str, str, str]:
        """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html."""
        user_id, arn, account = super().get_caller_identity(access_key_id, region)
        if arn.endswith(":user/moto"):
            user_id = USER_ID
            arn = f"arn:{get_partition(region)}:iam::{account}:user/{USER_NAME}"
        return user_id, arn, account


class STSAnswers(TokenResponse):
    """moto's answers, once it is known that a token opens a role."""

    def assume_role_with_web_identity(self) -> ActionResult:
        """https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html."""
        claims = web_identity.claims_of(str(self._get_param("WebIdentityToken")))
        iam: Any = iam_backends[self.current_account][self.partition]
        providers = {it.url.removeprefix("https://"): it for it in iam.open_id_providers.values()}
        clients = {issuer: it.client_id_list for issuer, it in providers.items()}
        web_identity.is_of_a_provider(claims, clients)
        arn = self._get_param("RoleArn")
        role = next((it for it in iam.roles.values() if it.arn == arn), None)
        if role is None:
            raise web_identity.not_authorized()
        provider = providers[claims["iss"].removeprefix("https://")]
        trust = role.assume_role_policy_document
        web_identity.is_trusted(
            json.loads(trust) if isinstance(trust, str) else trust, provider.arn, claims
        )
        seconds = self._get_int_param("DurationSeconds", DEFAULT_SECONDS)
        web_identity.lasts_no_longer(seconds, int(role.max_session_duration or DEFAULT_SECONDS))
        return super().assume_role_with_web_identity()
