"""SQS queues and their policies.

What the official provider waits for, and what it reads:
https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/sqs/queue.go and
attribute_funcs.go, read 2026-12-01. It looks six times, five seconds apart, whether AWS tells the
attributes that it was given; here once is enough.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    flag,
    json_document,
    number,
    policy_document,
    text,
)
from rehearsal.providers.aws.resource import (
    Call,
    Read,
    Resource,
    Scope,
    Setting,
    Step,
    Tagging,
    Wait,
)
from rehearsal.providers.aws.session import Session

MISSING: Final = frozenset(
    {"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "NonExistentQueue"}
)
_DELETED_RECENTLY: Final = frozenset(
    {"AWS.SimpleQueueService.QueueDeletedRecently", "QueueDeletedRecently"}
)

_TEXTS: Final = {
    "deduplicationScope": "DeduplicationScope",
    "fifoThroughputLimit": "FifoThroughputLimit",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "policy": "Policy",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "redrivePolicy": "RedrivePolicy",
}
_NUMBERS: Final = {
    "delaySeconds": "DelaySeconds",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
}
_FLAGS: Final = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "fifoQueue": "FifoQueue",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
}
_KEY_REUSE_SECONDS: Final = 300  # what AWS tells only of queues with a key


def _attribute(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _attributes(scope: Scope, names: Mapping[str, str] | None = None) -> dict[str, str]:
    """What AWS is given of a queue's properties: those that say something."""
    return {
        attribute: _attribute(scope[name])
        for name, attribute in (names or {**_TEXTS, **_NUMBERS, **_FLAGS}).items()
        if scope.get(name) or (name == "sqsManagedSseEnabled" and scope.get(name) is False)
    }


def _create(session: Session, scope: Scope) -> Any:
    return session.run(
        Call(
            operation="create_queue",
            parameters={
                "Attributes": lambda it: _attributes(it) or None,
                "QueueName": "name",
                "tags": "tagsAll",
            },
            retry=_DELETED_RECENTLY,
        ),
        scope,
    )


def _set(session: Session, scope: Scope) -> None:
    """Sets the attributes whose properties differ from before; one that is gone is emptied."""
    changed: dict[str, str] = {}
    for name, attribute in {**_TEXTS, **_NUMBERS, **_FLAGS}.items():
        new, old = scope.get(name), scope["old"].get(name)
        if new != old and not (new is None and old is None):
            changed[attribute] = "" if new is None else _attribute(new)
    session.api("set_queue_attributes", QueueUrl=scope["id"], Attributes=changed)


def _name(scope: Scope) -> str:
    return str(scope["id"]).rpartition("/")[2]


def _outputs() -> dict[str, Any]:
    outputs: dict[str, Any] = {"arn": "QueueArn", "name": _name, "url": lambda scope: scope["id"]}
    outputs |= _TEXTS
    outputs |= {name: f"to_number({it} || `0`)" for name, it in _NUMBERS.items()}
    outputs |= {name: f"{it} == 'true'" for name, it in _FLAGS.items()}
    reuse = f"to_number({_NUMBERS['kmsDataKeyReusePeriodSeconds']} || `{_KEY_REUSE_SECONDS}`)"
    return {**outputs, "kmsDataKeyReusePeriodSeconds": reuse}


def _all(session: Session, scope: Scope) -> Any:
    answer = session.api("get_queue_attributes", QueueUrl=scope["id"], AttributeNames=["All"])
    return answer.get("Attributes")


_SETTABLE: Final = tuple(sorted({**_TEXTS, **_NUMBERS, **_FLAGS}.keys() - {"fifoQueue"}))

QUEUE: Final = Resource(
    type="aws:sqs/queue:Queue",
    title="SQS Queue",
    service="sqs",
    properties={
        "contentBasedDeduplication": flag(default=False),
        "deduplicationScope": text(computed=True),
        "delaySeconds": number(default=0),
        "fifoQueue": flag(default=False, replaces=True),
        "fifoThroughputLimit": text(computed=True),
        "kmsDataKeyReusePeriodSeconds": number(computed=True),
        "kmsMasterKeyId": text(),
        "maxMessageSize": number(default=262144),
        "messageRetentionSeconds": number(default=345600),
        "name": text(computed=True, replaces=True),
        "policy": text(computed=True, canonical=policy_document),
        "receiveWaitTimeSeconds": number(default=0),
        "redriveAllowPolicy": text(computed=True, canonical=json_document),
        "redrivePolicy": text(computed=True, canonical=json_document),
        "sqsManagedSseEnabled": flag(computed=True),
        "visibilityTimeoutSeconds": number(default=30),
        **REGION,
        **TAGS,
    },
    autoname="name",
    autoname_longest=80,
    create=_create,
    labelled="name",
    identity="answer.QueueUrl",
    read=(Read(call=_all, missing=MISSING, outputs=_outputs()),),
    created=Wait(status="QueueArn && 'equal' || ''", target=frozenset({"equal"})),
    settings=(Setting(watches=_SETTABLE, call=_set, title="attributes"),),
    tagging=Tagging(
        add=Call(operation="tag_queue", parameters={"QueueUrl": "id", "Tags": "tags"}),
        remove=Call(operation="untag_queue", parameters={"QueueUrl": "id", "TagKeys": "keys"}),
        read=Read(
            call=Call(operation="list_queue_tags", parameters={"QueueUrl": "id"}),
            outputs={"tags": "Tags"},
        ),
    ),
    delete=Call(operation="delete_queue", parameters={"QueueUrl": "id"}, ignore=MISSING),
    deleted=Wait(status="'exists'", target=frozenset(), pending=frozenset({"exists"})),
    minutes=(3, 3, 3),
)


def _put_policy(policy: str) -> Step:
    def put(session: Session, scope: Scope) -> None:
        value = json.dumps(json.loads(scope["policy"])) if policy == "policy" else ""
        url = scope.get("queueUrl") or scope["id"]
        session.run(
            Call(
                operation="set_queue_attributes",
                parameters={
                    "Attributes": lambda _: {"Policy": value},
                    "QueueUrl": lambda _: url,
                },
                retry=frozenset({"Invalid value for the parameter Policy"}),
                ignore=frozenset() if value else MISSING,
            ),
            scope,
        )

    return put


QUEUE_POLICY: Final = Resource(
    type="aws:sqs/queuePolicy:QueuePolicy",
    title="SQS Queue Policy",
    service="sqs",
    properties={
        "policy": text(required=True, canonical=policy_document),
        "queueUrl": text(required=True, replaces=True),
        **REGION,
    },
    create=_put_policy("policy"),
    labelled="queueUrl",
    identity="queueUrl",
    read=(
        Read(
            call=_all,
            missing=MISSING,
            item="Policy && @",
            outputs={"policy": "Policy", "queueUrl": lambda scope: scope["id"]},
        ),
    ),
    settings=(Setting(watches=("policy",), call=_put_policy("policy"), title="policy"),),
    delete=_put_policy(""),
    parts=lambda resource_id: {"queueUrl": resource_id},
    minutes=(3, 3, 3),
)

ROWS: Final = (QUEUE, QUEUE_POLICY)
