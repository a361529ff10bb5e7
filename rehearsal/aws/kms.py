"""KMS: keys that remember how often they are to rotate."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import moto.kms.urls
from moto.kms.models import KmsBackend
from moto.kms.responses import KmsResponse as MotoKmsResponse

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


class KmsResponse(MotoKmsResponse):
    """moto's answers, with the rotation period."""

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
    def _rotation_days(self) -> dict[str, int]:
        backend: Any = self.kms_backend
        return backend.rotation_days

    def _key_id(self) -> str:
        return self.kms_backend.get_key_id(self._get_param("KeyId"))
