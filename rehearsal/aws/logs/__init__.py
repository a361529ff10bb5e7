"""CloudWatch Logs: log groups whose key lets them, and retention in days that there are."""

import json
from typing import Any, Final

import moto.logs.urls
from moto.kms.models import kms_backends
from moto.logs.models import LogGroup, LogsBackend
from moto.logs.responses import LogsResponse as MotoLogsResponse

from rehearsal.aws.logs import rules
from rehearsal.aws.replacing import urls

STANDARD: Final = "STANDARD"


class Logs(LogsBackend):
    """CloudWatch Logs of one account and region."""

    @property
    def _url_module(self) -> Any:
        return urls(moto.logs.urls, LogsResponse)

    def create_log_group(self, log_group_name: str, tags: Any, **kwargs: Any) -> LogGroup:
        """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html."""
        rules.name_is_free(log_group_name, set(self.groups))
        if kwargs.get("kmsKeyId"):
            self._check_key(log_group_name, kwargs["kmsKeyId"])
        group: Any = super().create_log_group(log_group_name, tags, **kwargs)
        group.log_class = STANDARD
        return group

    def put_retention_policy(self, log_group_name: str, retention_in_days: Any) -> None:
        """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html."""
        rules.is_there(log_group_name, set(self.groups))
        rules.retention_is_offered(retention_in_days)
        super().put_retention_policy(log_group_name, retention_in_days)

    def set_kms_key(self, log_group_name: str, key: str | None) -> None:
        """Encrypt with another key from now on, or with none of the caller's.

        Raises:
            LogsError: there is no such log group, or the key may not be used.
        """
        rules.is_there(log_group_name, set(self.groups))
        if key is not None:
            self._check_key(log_group_name, key)
        self.groups[log_group_name].kms_key_id = key

    def _check_key(self, log_group_name: str, key: str) -> None:
        rules.key_is_named_by_arn(key)
        region, account = self.region_name, self.account_id
        arn = f"arn:{self.partition}:logs:{region}:{account}:log-group:{log_group_name}"
        kms: Any = kms_backends[account][region]
        # Its principal has the same domain in every partition.
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
        principal = f"logs.{region}.amazonaws.com"
        context = {"kms:EncryptionContext:aws:logs:arn": arn}
        rules.key_may_be_used(arn, kms.lets(key, principal, context))


class LogsResponse(MotoLogsResponse):
    """moto's answers, with the classes of log groups, and those about keys."""

    def create_log_group(self) -> str:
        """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html."""
        log_class = self._get_param("logGroupClass") or STANDARD
        rules.class_is_offered(log_class)
        answer = super().create_log_group()
        group: Any = self._logs.groups[self._get_param("logGroupName")]
        group.log_class = log_class
        return answer

    def describe_log_groups(self) -> str:
        """https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html."""
        answer = json.loads(super().describe_log_groups())
        for told in answer["logGroups"]:
            group = self._logs.groups[told["logGroupName"]]
            told["logGroupClass"] = getattr(group, "log_class", STANDARD)
        return json.dumps(answer)

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
