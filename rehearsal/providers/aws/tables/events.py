"""Rules of EventBridge and their targets.

https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/events/rule.go and
target.go, read 2026-12-01.
"""

import json
from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    block,
    flag,
    json_document,
    number,
    text,
)
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Tagging
from rehearsal.providers.aws.session import AwsError, Session
from rehearsal.providers.aws.tables.ec2 import tag_list

MISSING: Final = frozenset({"ResourceNotFoundException"})
_DEFAULT_BUS: Final = "default"
_ENABLED: Final = frozenset({"ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"})


def _id(*names: str) -> Any:
    """An id that tells the bus only where it is not the default one."""

    def build(scope: Scope) -> str:
        bus = scope.get("eventBusName") or _DEFAULT_BUS
        parts = [scope[name] for name in names]
        separator = "/" if len(names) == 1 else "-"
        return separator.join(parts if bus == _DEFAULT_BUS else [bus, *parts])

    return build


def _rule_parts(resource_id: str) -> dict[str, Any]:
    bus, _, name = resource_id.rpartition("/")
    return {"eventBusName": bus or _DEFAULT_BUS, "name": name}


def _pattern(scope: Scope) -> str | None:
    """An event pattern as Go writes JSON: keys in order, no spaces."""
    value = scope.get("eventPattern")
    return json.dumps(json.loads(value), sort_keys=True, separators=(",", ":")) if value else None


def _state(scope: Scope) -> str | None:
    given = scope.get("given", scope)
    if given.get("state"):
        return str(given["state"])
    enabled = given.get("isEnabled")
    return None if enabled is None else "ENABLED" if enabled else "DISABLED"


_PUT_RULE: Final = Call(
    operation="put_rule",
    parameters={
        "Description": "description",
        "EventBusName": "eventBusName",
        "EventPattern": _pattern,
        "Name": "name",
        "RoleArn": "roleArn",
        "ScheduleExpression": "scheduleExpression",
        "State": _state,
        "Tags": lambda scope: tag_list(scope.get("tagsAll")) or None,
    },
    retry=frozenset({"cannot be assumed by principal"}),
)


def _read_pattern(scope: Scope) -> str | None:
    return _pattern({"eventPattern": scope["item"].get("EventPattern")})


EVENT_RULE: Final = Resource(
    type="aws:cloudwatch/eventRule:EventRule",
    title="EventBridge Rule",
    service="events",
    properties={
        "description": text(),
        "eventBusName": text(default=_DEFAULT_BUS, replaces=True),
        "eventPattern": text(canonical=json_document),
        "forceDestroy": flag(default=False),
        "isEnabled": flag(computed=True),
        "name": text(computed=True, replaces=True),
        "roleArn": text(),
        "scheduleExpression": text(),
        "state": text(computed=True),
        **REGION,
        **TAGS,
    },
    autoname="name",
    autoname_longest=64,
    create=_PUT_RULE,
    labelled="name",
    identity=_id("name"),
    read=(
        Read(
            call=Call(
                operation="describe_rule",
                parameters={"EventBusName": "eventBusName", "Name": "name"},
            ),
            missing=MISSING,
            outputs={
                "arn": "Arn",
                "description": "Description",
                "eventPattern": _read_pattern,
                "isEnabled": lambda scope: scope["item"].get("State") in _ENABLED,
                "name": "Name",
                "roleArn": "RoleArn",
                "scheduleExpression": "ScheduleExpression",
                "state": "State",
            },
        ),
    ),
    settings=(
        Setting(
            watches=(
                "description",
                "eventPattern",
                "isEnabled",
                "roleArn",
                "scheduleExpression",
                "state",
            ),
            call=_PUT_RULE,
        ),
    ),
    tagging=Tagging(
        add=Call(
            operation="tag_resource",
            parameters={"ResourceARN": "arn", "Tags": lambda scope: tag_list(scope["tags"])},
        ),
        remove=Call(
            operation="untag_resource", parameters={"ResourceARN": "arn", "TagKeys": "keys"}
        ),
        read=Read(
            call=Call(operation="list_tags_for_resource", parameters={"ResourceARN": "arn"}),
            outputs={"tags": lambda it: {tag["Key"]: tag["Value"] for tag in it["Tags"]}},
        ),
    ),
    delete=Call(
        operation="delete_rule",
        parameters={"EventBusName": "eventBusName", "Force": "forceDestroy", "Name": "name"},
        ignore=MISSING,
        retry=frozenset({"Rule can't be deleted since it has targets"}),
    ),
    parts=_rule_parts,
)


def _target(scope: Scope) -> list[dict[str, Any]]:
    dead_letter, retry = scope.get("deadLetterConfig") or {}, scope.get("retryPolicy") or {}
    wanted = {
        "Arn": scope["arn"],
        "DeadLetterConfig": {"Arn": dead_letter["arn"]} if dead_letter.get("arn") else None,
        "Id": scope.get("targetId"),
        "Input": scope.get("input"),
        "InputPath": scope.get("inputPath"),
        "RetryPolicy": {
            "MaximumEventAgeInSeconds": retry.get("maximumEventAgeInSeconds"),
            "MaximumRetryAttempts": retry.get("maximumRetryAttempts"),
        }
        if retry
        else None,
        "RoleArn": scope.get("roleArn"),
    }
    return [wanted]


def _put_target(session: Session, scope: Scope) -> Any:
    return _whole(
        session.run(
            Call(
                operation="put_targets",
                parameters={
                    "EventBusName": "eventBusName",
                    "Rule": "rule",
                    "Targets": _target,
                },
            ),
            scope,
        )
    )


def _remove_target(session: Session, scope: Scope) -> None:
    _whole(
        session.run(
            Call(
                operation="remove_targets",
                parameters={
                    "EventBusName": "eventBusName",
                    "Force": "forceDestroy",
                    "Ids": "[targetId]",
                    "Rule": "rule",
                },
                ignore=MISSING,
            ),
            scope,
        )
    )


def _whole(answer: Any) -> Any:
    """The answer about targets, unless AWS refuses one of them."""
    for entry in (answer or {}).get("FailedEntries") or ():
        code, message = entry.get("ErrorCode", ""), entry.get("ErrorMessage", "")
        raise AwsError(f"{entry.get('TargetId')}: {code}: {message}", code, message)
    return answer


def _find_target(session: Session, scope: Scope) -> Any:
    more: dict[str, str] = {}
    while True:
        answer = session.api(
            "list_targets_by_rule",
            EventBusName=scope.get("eventBusName") or _DEFAULT_BUS,
            Rule=scope["rule"],
            Limit=100,
            **more,
        )
        for target in answer["Targets"]:
            if target["Id"] == scope["targetId"]:
                return target
        if not answer.get("NextToken"):
            return None
        more = {"NextToken": answer["NextToken"]}


EVENT_TARGET: Final = Resource(
    type="aws:cloudwatch/eventTarget:EventTarget",
    title="EventBridge Target",
    service="events",
    properties={
        "arn": text(required=True),
        "deadLetterConfig": block({"arn": text()}),
        "eventBusName": text(default=_DEFAULT_BUS, replaces=True),
        "forceDestroy": flag(default=False),
        "input": text(canonical=json_document),
        "inputPath": text(),
        "retryPolicy": block(
            {"maximumEventAgeInSeconds": number(), "maximumRetryAttempts": number()}
        ),
        "roleArn": text(),
        "rule": text(required=True, replaces=True),
        "targetId": text(computed=True, replaces=True),
        **REGION,
    },
    create=_put_target,
    labelled=_id("rule", "targetId"),
    identity=_id("rule", "targetId"),
    read=(
        Read(
            call=_find_target,
            missing=MISSING | {"ValidationException"},
            outputs={
                "arn": "Arn",
                "input": "Input",
                "inputPath": "InputPath",
                "roleArn": "RoleArn",
                "targetId": "Id",
            },
        ),
    ),
    settings=(
        Setting(
            watches=("arn", "deadLetterConfig", "input", "inputPath", "retryPolicy", "roleArn"),
            call=_put_target,
        ),
    ),
    delete=_remove_target,
)

ROWS: Final = (EVENT_RULE, EVENT_TARGET)
