"""CloudWatch log groups."""

from collections.abc import Mapping
from typing import Any, Final

from rehearsal.providers.aws.properties import REGION, TAGS, flag, number, text
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Tagging
from rehearsal.providers.aws.session import Session

DELIVERY: Final = "DELIVERY"
MISSING: Final = frozenset({"ResourceNotFoundException"})


def _find_group(session: Session, scope: Scope) -> Any:
    """The group with exactly this name; AWS lists all that begin with it."""
    more: dict[str, str] = {}
    while True:
        answer = session.api("describe_log_groups", logGroupNamePrefix=scope["id"], **more)
        for group in answer["logGroups"]:
            if group["logGroupName"] == scope["id"]:
                # AWS writes the ARN of all streams in the group: the group's own lacks the `:*`.
                return {**group, "arn": group["arn"].removesuffix(":*")}
        if not answer.get("nextToken"):
            return None
        more = {"nextToken": answer["nextToken"]}


def _set_retention(session: Session, scope: Scope) -> None:
    if scope.get("logGroupClass") == DELIVERY:
        return  # AWS keeps these for a time of its own, and takes no other.
    days = scope.get("retentionInDays")
    if days:
        session.api("put_retention_policy", logGroupName=scope["id"], retentionInDays=days)
    else:
        session.api("delete_retention_policy", logGroupName=scope["id"])


def _set_key(session: Session, scope: Scope) -> None:
    if scope.get("kmsKeyId"):
        session.api("associate_kms_key", logGroupName=scope["id"], kmsKeyId=scope["kmsKeyId"])
    else:
        session.api("disassociate_kms_key", logGroupName=scope["id"])


def _delete(session: Session, scope: Scope) -> None:
    if not scope.get("skipDestroy"):
        session.run(
            Call(
                operation="delete_log_group",
                parameters={"logGroupName": "id"},
                ignore=MISSING,
                retry=frozenset({"OperationAbortedException"}),
            ),
            scope,
        )


def _keeps_its_own_time(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether AWS decides how long a log group keeps what is in it."""
    return DELIVERY == old.get("logGroupClass") == new.get("logGroupClass", DELIVERY)


LOG_GROUP: Final = Resource(
    type="aws:cloudwatch/logGroup:LogGroup",
    title="CloudWatch Logs Log Group",
    service="logs",
    properties={
        "kmsKeyId": text(),
        "logGroupClass": text(computed=True, replaces=True),
        "name": text(computed=True, replaces=True),
        "retentionInDays": number(default=0, ignored_when=_keeps_its_own_time),
        "skipDestroy": flag(default=False),
        **REGION,
        **TAGS,
    },
    autoname="name",
    autoname_longest=512,
    create=Call(
        operation="create_log_group",
        parameters={
            "kmsKeyId": "kmsKeyId",
            "logGroupClass": "logGroupClass",
            "logGroupName": "name",
            "tags": "tagsAll",
        },
    ),
    labelled="name",
    identity="name",
    read=(
        Read(
            call=_find_group,
            missing=MISSING,
            outputs={
                "arn": "arn",
                "kmsKeyId": "kmsKeyId",
                "logGroupClass": "logGroupClass",
                "name": "logGroupName",
                "retentionInDays": "retentionInDays || `0`",
            },
        ),
    ),
    settings=(
        Setting(
            watches=("retentionInDays",), call=_set_retention, title="retention", on_create=True
        ),
        Setting(watches=("kmsKeyId",), call=_set_key, title="KMS key"),
    ),
    tagging=Tagging(
        add=Call(operation="tag_resource", parameters={"resourceArn": "arn", "tags": "tags"}),
        remove=Call(
            operation="untag_resource", parameters={"resourceArn": "arn", "tagKeys": "keys"}
        ),
        read=Read(
            call=Call(operation="list_tags_for_resource", parameters={"resourceArn": "arn"}),
            outputs={"tags": "tags"},
        ),
    ),
    delete=_delete,
)

ROWS: Final = (LOG_GROUP,)
