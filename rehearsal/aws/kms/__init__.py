"""KMS: keys that cannot be locked out of, have a state, and remember how often to rotate."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import moto.kms.urls
from moto.core.common_types import TYPE_RESPONSE
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult
from moto.kms.models import Key, KmsBackend
from moto.kms.responses import KmsResponse as MotoKmsResponse
from moto.sts.models import sts_backends

from rehearsal.aws.kms import policies, rules
from rehearsal.aws.replacing import urls

# https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
DEFAULT_ROTATION_DAYS = 365


class KMS(KmsBackend):
    """KMS of one account and region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.rotation_days: dict[str, int] = {}

    @property
    def _url_module(self) -> Any:
        return urls(moto.kms.urls, KmsResponse)

    def find(self, key: str) -> Key | None:
        """The key with that id, ARN or alias, if there is one in this region."""
        found = self.keys.get(self.get_key_id(key))
        if found is None and self.alias_exists(key):
            found = self.keys.get(self.get_key_id_from_alias(key) or "")
        return found

    def lets(self, key: str, service: str, context: dict[str, str]) -> bool:
        """Whether a service may encrypt with a key, which is enabled.

        Args:
            key: its id, ARN or alias.
            service: its principal.
            context: condition keys with their values.
        """
        found = self.find(key)
        return (
            found is not None
            and found.key_state == "Enabled"
            and policies.allows(found.policy, "kms:Encrypt", [("Service", service)], context)
        )


class KmsResponse(MotoKmsResponse):
    """moto's answers, with the rotation period."""

    def call_action(self) -> TYPE_RESPONSE:
        """Answer, once it is known that the state of the key allows it."""
        try:
            key = self._backend.find(
                str(self._get_param("KeyId") or self._get_param("TargetKeyId"))
            )
            if key is not None:
                rules.state_allows(self._get_action(), key.arn, key.key_state)
        except ServiceException as refusal:
            status, headers, body = self.serialized(ActionResult(refusal))
            return status, {**headers, "status": str(status)}, body
        return super().call_action()

    def create_key(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html."""
        if self._get_param("Policy"):
            self._check_policy(self._get_param("Policy"))
        return super().create_key()

    def put_key_policy(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html."""
        self._check_policy(self._get_param("Policy"))
        return super().put_key_policy()

    def _check_policy(self, policy: str) -> None:
        sts = sts_backends[self.current_account][self.partition]
        caller = sts.get_caller_identity(self.access_key, self.region)[1]
        root = f"arn:{self.partition}:iam::{self.current_account}:root"
        rules.is_a_policy(policy)
        bypass = bool(self._get_param("BypassPolicyLockoutSafetyCheck"))
        rules.keeps_its_door_open(policy, [caller, root], bypass)

    def enable_key_rotation(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html."""
        answer = super().enable_key_rotation()
        days = self._get_param("RotationPeriodInDays") or DEFAULT_ROTATION_DAYS
        self._rotation_days[self._key_id()] = int(days)
        return answer

    def get_key_rotation_status(self) -> str:
        """https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html."""
        status: dict[str, Any] = json.loads(super().get_key_rotation_status())
        key = self.kms_backend.keys[self._key_id()]
        status["KeyId"] = key.id
        if status["KeyRotationEnabled"]:
            days = self._rotation_days.get(key.id, DEFAULT_ROTATION_DAYS)
            created = datetime.fromtimestamp(key.creation_date, UTC)
            status["RotationPeriodInDays"] = days
            status["NextRotationDate"] = (created + timedelta(days=days)).timestamp()
        return json.dumps(status)

    @property
    def _backend(self) -> KMS:
        backend: Any = self.kms_backend
        return backend

    @property
    def _rotation_days(self) -> dict[str, int]:
        return self._backend.rotation_days

    def _key_id(self) -> str:
        return self.kms_backend.get_key_id(self._get_param("KeyId"))
