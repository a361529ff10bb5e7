"""STS: whoever calls with keys that IAM did not make is the account's user ``rehearsal``."""

from typing import Any

import moto.sts.urls
from moto.sts.models import STSBackend
from moto.sts.responses import TokenResponse
from moto.utilities.utils import get_partition

from rehearsal.aws.replacing import urls

USER_NAME = "rehearsal"
# Of the form of a user's unique id; the documentation's example.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
USER_ID = "AIDAJQABLZS4A3QDU576Q"


class STS(STSBackend):
    """STS of one account."""

    @property
    def _url_module(self) -> Any:
        return urls(moto.sts.urls, TokenResponse)

    def get_caller_identity(self, access_key_id: str, region: str) -> tuple[str, str, str]:
        """https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html."""
        user_id, arn, account = super().get_caller_identity(access_key_id, region)
        if arn.endswith(":user/moto"):
            user_id = USER_ID
            arn = f"arn:{get_partition(region)}:iam::{account}:user/{USER_NAME}"
        return user_id, arn, account
