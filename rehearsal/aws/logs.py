"""CloudWatch Logs: log groups whose key can change, and retention in days that there are."""

from typing import Any

import moto.logs.urls
from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.models import LogsBackend
from moto.logs.responses import LogsResponse as MotoLogsResponse

from rehearsal.aws.replacing import urls
from spec import facts


class Logs(LogsBackend):
    """CloudWatch Logs of one account and region."""

    @property
    def _url_module(self) -> Any:
        return urls(moto.logs.urls, LogsResponse)

    def put_retention_policy(self, log_group_name: str, retention_in_days: Any) -> None:
        """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html.

        Raises:
            InvalidParameterException: not one of the numbers of days there are.
        """
        allowed = facts.limits()["log-group.retention"].values
        if str(retention_in_days) not in allowed:
            raise InvalidParameterException(
                constraint=f"Member must satisfy enum value set: [{', '.join(allowed)}]",
                parameter="retentionInDays",
                value=retention_in_days,
            )
        super().put_retention_policy(log_group_name, retention_in_days)

    def set_kms_key(self, log_group_name: str, key: str | None) -> None:
        """Encrypt with another key from now on, or with none of the caller's.

        Raises:
            ResourceNotFoundException: there is no such log group.
        """
        if log_group_name not in self.groups:
            raise ResourceNotFoundException
        self.groups[log_group_name].kms_key_id = key


class LogsResponse(MotoLogsResponse):
    """moto's answers, and those about keys."""

    def associate_kms_key(self) -> str:
        """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html."""
        self._logs.set_kms_key(self._get_param("logGroupName"), self._get_param("kmsKeyId"))
        return ""

    def disassociate_kms_key(self) -> str:
        """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html."""
        self._logs.set_kms_key(self._get_param("logGroupName"), None)
        return ""

    @property
    def _logs(self) -> Logs:
        backend: Any = self.logs_backend
        return backend
