"""Auto Scaling groups and their lifecycle hooks.

What replaces, and what takes which calls, is the official provider's: hashicorp/
terraform-provider-aws internal/service/autoscaling (group.go, lifecycle_hook.go), which it
bridges; read 2026-12-01.
"""

import re
import time
from collections.abc import Mapping
from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    Kind,
    Property,
    block,
    block_set,
    blocks,
    flag,
    number,
    text,
    text_set,
    texts,
)
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Wait
from rehearsal.providers.aws.session import Session, WaitError

_NO_PROFILE_YET: Final = frozenset({"Invalid IAM Instance Profile"})
_NO_TOPIC_YET: Final = frozenset({"Unable to publish test message to notification target"})
_KIND: Final = "auto-scaling-group"
_UNITS: Final = {"h": 3600, "m": 60, "s": 1}

_TEMPLATE: Final = block(
    {"id": text(computed=True), "name": text(computed=True), "version": text(computed=True)},
    computed=True,
)
_SPECIFICATION: Final[Mapping[str, Property]] = {
    "launchTemplateId": text(computed=True),
    "launchTemplateName": text(computed=True),
    "version": text(computed=True),
}
_POLICY: Final = block(
    {
        "instancesDistribution": block(
            {
                "onDemandAllocationStrategy": text(computed=True),
                "onDemandBaseCapacity": number(computed=True),
                "onDemandPercentageAboveBaseCapacity": number(computed=True),
                "spotAllocationStrategy": text(computed=True),
                "spotInstancePools": number(computed=True),
                "spotMaxPrice": text(),
            },
            computed=True,
        ),
        "launchTemplate": block(
            {
                "launchTemplateSpecification": block(_SPECIFICATION, required=True),
                "overrides": blocks(
                    {"instanceType": text(), "weightedCapacity": text()}, computed=True
                ),
            },
            required=True,
        ),
    },
    computed=True,
)
_PREFERENCES: Final = block(
    {
        "autoRollback": flag(),
        "checkpointDelay": text(),
        "checkpointPercentages": Property(kind=Kind.LIST, item=Kind.NUMBER),
        "instanceWarmup": text(),
        "maxHealthyPercentage": number(default=100),
        "minHealthyPercentage": number(default=90),
        "scaleInProtectedInstances": text(default="Ignore"),
        "skipMatching": flag(),
        "standbyInstances": text(default="Ignore"),
    }
)
_POOL: Final = block(
    {
        "instanceReusePolicy": block({"reuseOnScaleIn": flag()}),
        "maxGroupPreparedCapacity": number(default=-1),
        "minSize": number(),
        "poolState": text(default="Stopped"),
    }
)


def _api_name(name: str) -> str:
    return name[:1].upper() + name[1:]


def _to_api(value: Any) -> Any:
    """A block as Auto Scaling takes it."""
    if isinstance(value, dict):
        return {
            _api_name(name): _to_api(item)
            for name, item in value.items()
            if item not in (None, "", [], {})
        }
    return [_to_api(item) for item in value] if isinstance(value, list) else value


def _from_api(members: Mapping[str, Property], value: Any) -> Any:
    """A block as Auto Scaling tells it, in the provider's words."""
    if value is None:
        return None
    found: dict[str, Any] = {}
    for name, prop in members.items():
        told = value.get(_api_name(name))
        if prop.members and isinstance(told, list):
            told = [_from_api(prop.members, item) for item in told]
        elif prop.members:
            told = _from_api(prop.members, told)
        if told is not None:
            found[name] = told
    return found or None


def _template(value: Mapping[str, Any]) -> dict[str, Any]:
    """A launch template by its id, or by its name where no id is known."""
    by_id = value.get("id")
    named = {"LaunchTemplateId": by_id} if by_id else {"LaunchTemplateName": value.get("name")}
    return {**named, "Version": value.get("version")}


def _policy(value: Mapping[str, Any]) -> dict[str, Any]:
    policy = _to_api(value)
    specification = policy["LaunchTemplate"]["LaunchTemplateSpecification"]
    if specification.get("LaunchTemplateId"):
        specification.pop("LaunchTemplateName", None)
    return policy


def _sent(name: str) -> Any:
    return lambda value: {name: value}


# What each property becomes in a request. What is taken away is told as AWS's default.
_REQUEST: Final[Mapping[str, Any]] = {
    "capacityRebalance": lambda value: {"CapacityRebalance": bool(value)},
    "defaultCooldown": _sent("DefaultCooldown"),
    "defaultInstanceWarmup": lambda value: {"DefaultInstanceWarmup": value or 0},
    "desiredCapacity": _sent("DesiredCapacity"),
    "healthCheckGracePeriod": _sent("HealthCheckGracePeriod"),
    "healthCheckType": _sent("HealthCheckType"),
    "instanceMaintenancePolicy": lambda value: {
        "InstanceMaintenancePolicy": _to_api(value)
        if value
        else {"MinHealthyPercentage": -1, "MaxHealthyPercentage": -1}
    },
    "launchTemplate": lambda value: {"LaunchTemplate": _template(value)} if value else {},
    "maxInstanceLifetime": lambda value: {"MaxInstanceLifetime": value or 0},
    "maxSize": _sent("MaxSize"),
    "minSize": _sent("MinSize"),
    "mixedInstancesPolicy": lambda value: {"MixedInstancesPolicy": _policy(value)} if value else {},
    "protectFromScaleIn": lambda value: {"NewInstancesProtectedFromScaleIn": bool(value)},
    "terminationPolicies": lambda value: {"TerminationPolicies": value or ["Default"]},
    "vpcZoneIdentifiers": lambda value: {"VPCZoneIdentifier": ",".join(value)},
}


def _tags(resource: str, tags: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "ResourceId": resource,
            "ResourceType": _KIND,
            "Key": tag["key"],
            "Value": tag["value"],
            "PropagateAtLaunch": tag["propagateAtLaunch"],
        }
        for tag in tags
    ]


def _create(session: Session, scope: Scope) -> Any:
    request: dict[str, Any] = {"AutoScalingGroupName": scope["name"]}
    for name, told in _REQUEST.items():
        if scope.get(name) not in (None, "", [], {}):
            request |= told(scope[name])
    if scope.get("tags"):
        request["Tags"] = _tags(scope["name"], scope["tags"])
    call = Call(
        operation="create_auto_scaling_group",
        parameters={name: (lambda _, value=value: value) for name, value in request.items()},
        retry=_NO_PROFILE_YET,
    )
    return session.run(call, scope)


def _update(session: Session, scope: Scope) -> None:
    """One call with all that differs."""
    old, request = scope["old"], dict[str, Any]()
    for name, told in _REQUEST.items():
        # What AWS has chosen is not told it again.
        wanted = scope["given"].get(name) if name in _CHOSEN else scope.get(name)
        if (name in _CHOSEN and wanted is None) or (wanted or None) == (old.get(name) or None):
            continue
        request |= told(scope.get(name))
    session.api("update_auto_scaling_group", AutoScalingGroupName=scope["id"], **request)


_CHOSEN: Final = frozenset({"launchTemplate", "mixedInstancesPolicy", "desiredCapacity"})


def _set_tags(session: Session, scope: Scope) -> None:
    new = {tag["key"]: tag for tag in scope.get("tags") or []}
    gone = [tag for tag in scope["old"].get("tags") or [] if tag["key"] not in new]
    if gone:
        session.api("delete_tags", Tags=_tags(scope["id"], gone))
    if new:
        session.api("create_or_update_tags", Tags=_tags(scope["id"], [*new.values()]))


def _refresh(session: Session, scope: Scope) -> None:
    """Start to replace the instances; nobody waits for it. One that is under way is called off."""
    wished = scope.get("instanceRefresh")
    if not wished:
        return
    name = scope["id"]
    preferences = _to_api(wished.get("preferences") or {})
    for key in ("CheckpointDelay", "InstanceWarmup"):
        if key in preferences:
            preferences[key] = int(preferences[key])
    # A policy may be what AWS has kept of before: the program's own word counts.
    given = scope["given"]
    if given.get("mixedInstancesPolicy"):
        desired = {"MixedInstancesPolicy": _policy(scope["mixedInstancesPolicy"])}
    else:
        desired = {"LaunchTemplate": _template(scope["launchTemplate"])}
    running = session.api("describe_instance_refreshes", AutoScalingGroupName=name)
    if any(it["Status"] in {"Pending", "InProgress"} for it in running["InstanceRefreshes"]):
        session.api("cancel_instance_refresh", AutoScalingGroupName=name)
    session.api(
        "start_instance_refresh",
        AutoScalingGroupName=name,
        Strategy=wished["strategy"],
        Preferences=preferences,
        DesiredConfiguration=desired,
    )


def _seconds(duration: str) -> int:
    return sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"([0-9]+)([hms])", duration))


def _wait_for_capacity(session: Session, scope: Scope) -> None:
    """Until so many instances are in service; on an update exactly so many."""
    limit = _seconds(scope.get("waitForCapacityTimeout") or "")
    if not limit:
        return
    wanted = max(scope.get("desiredCapacity") or 0, scope.get("minSize") or 0)
    begin, exactly = time.monotonic(), bool(scope["old"])
    have = 0

    def error(_: float) -> Exception:
        amount = "exactly" if exactly else "at least"
        return WaitError(
            f"want {amount} {wanted} healthy instance(s) in Auto Scaling Group, have {have}"
        )

    def look() -> bool | None:
        nonlocal have
        group = _find(session, scope) or {}
        have = sum(
            int(it.get("WeightedCapacity") or 1)
            for it in group.get("Instances") or []
            if it["HealthStatus"] == "Healthy" and it["LifecycleState"] == "InService"
        )
        # With weights a group may have more than it was asked for.
        if have == wanted or (have > wanted and (not exactly or _weighted(group))):
            return True
        if time.monotonic() - begin > limit:
            raise error(limit)
        return None

    session.poll(look, error)


def _weighted(group: Mapping[str, Any]) -> bool:
    return any(it.get("WeightedCapacity") for it in group.get("Instances") or [])


def _suspend(session: Session, scope: Scope) -> None:
    old, new = (set(it.get("suspendedProcesses") or []) for it in (scope["old"], scope))
    for operation, processes in (
        ("resume_processes", sorted(old - new)),
        ("suspend_processes", sorted(new - old)),
    ):
        if processes:
            session.api(operation, AutoScalingGroupName=scope["id"], ScalingProcesses=processes)


def _measure(session: Session, scope: Scope) -> None:
    old, new = (set(it.get("enabledMetrics") or []) for it in (scope["old"], scope))
    name = scope["id"]
    if old - new:
        session.api(
            "disable_metrics_collection", AutoScalingGroupName=name, Metrics=sorted(old - new)
        )
    if new - old:
        session.api(
            "enable_metrics_collection",
            AutoScalingGroupName=name,
            Granularity=scope.get("metricsGranularity") or "1Minute",
            Metrics=sorted(new - old),
        )


def _prepare(session: Session, scope: Scope) -> None:
    if scope.get("warmPool"):
        session.api("put_warm_pool", AutoScalingGroupName=scope["id"], **_to_api(scope["warmPool"]))
    else:
        _delete_pool(session, scope)


def _delete_pool(session: Session, scope: Scope) -> None:
    session.api(
        "delete_warm_pool",
        AutoScalingGroupName=scope["id"],
        ForceDelete=bool(scope.get("forceDelete") or scope.get("forceDeleteWarmPool")),
    )


def _find(session: Session, scope: Scope) -> Any:
    found = session.api("describe_auto_scaling_groups", AutoScalingGroupNames=[scope["id"]])
    return next(iter(found["AutoScalingGroups"]), None)


def _delete(session: Session, scope: Scope) -> None:
    """Without force the group is emptied first."""
    group = _find(session, scope)
    if group is None:
        return
    force = bool(scope.get("forceDelete"))
    if group.get("WarmPoolConfiguration"):
        _delete_pool(session, scope)
    if not force:
        _drain(session, scope, group)
    session.run(
        Call(
            operation="delete_auto_scaling_group",
            parameters={"AutoScalingGroupName": "id", "ForceDelete": lambda _: force},
            ignore=frozenset({"not found"}),
            retry=frozenset({"ResourceInUse", "ScalingActivityInProgress"}),
        ),
        scope,
    )


def _drain(session: Session, scope: Scope, group: Mapping[str, Any]) -> None:
    name = scope["id"]
    session.api(
        "update_auto_scaling_group",
        AutoScalingGroupName=name,
        MinSize=0,
        MaxSize=0,
        DesiredCapacity=0,
    )
    protected = [it["InstanceId"] for it in group["Instances"] if it["ProtectedFromScaleIn"]]
    if protected:
        session.api(
            "set_instance_protection",
            AutoScalingGroupName=name,
            InstanceIds=protected,
            ProtectedFromScaleIn=False,
        )

    def look() -> bool | None:
        left = _find(session, scope)
        return None if left and left["Instances"] else True

    session.poll(look, lambda _: WaitError("timeout while waiting for the group to drain"))


def _policies(scope: Scope) -> list[str] | None:
    """AWS's own choice is not told."""
    told = scope["item"].get("TerminationPolicies") or []
    return None if told == ["Default"] and not scope.get("terminationPolicies") else told


GROUP: Final = Resource(
    type="aws:autoscaling/group:Group",
    title="Auto Scaling Group",
    service="autoscaling",
    properties={
        "capacityRebalance": flag(),
        "defaultCooldown": number(computed=True),
        "defaultInstanceWarmup": number(),
        "desiredCapacity": number(computed=True),
        "enabledMetrics": text_set(),
        "forceDelete": flag(),
        "forceDeleteWarmPool": flag(),
        "healthCheckGracePeriod": number(default=300),
        "healthCheckType": text(computed=True),
        "instanceMaintenancePolicy": block(
            {
                "maxHealthyPercentage": number(required=True),
                "minHealthyPercentage": number(required=True),
            }
        ),
        "instanceRefresh": block(
            {
                "preferences": _PREFERENCES,
                "strategy": text(required=True),
                "triggers": text_set(),
            }
        ),
        "launchTemplate": _TEMPLATE,
        "maxInstanceLifetime": number(),
        "maxSize": number(required=True),
        "metricsGranularity": text(default="1Minute"),
        "minSize": number(required=True),
        "mixedInstancesPolicy": _POLICY,
        "name": text(computed=True, replaces=True),
        "protectFromScaleIn": flag(),
        "suspendedProcesses": text_set(),
        "tags": block_set(
            {
                "key": text(required=True),
                "propagateAtLaunch": flag(required=True),
                "value": text(required=True),
            }
        ),
        "terminationPolicies": texts(),
        "vpcZoneIdentifiers": text_set(computed=True),
        "waitForCapacityTimeout": text(default="10m"),
        "warmPool": _POOL,
        **REGION,
    },
    autoname="name",
    autoname_longest=255,
    create=_create,
    labelled="name",
    identity="name",
    read=(
        Read(
            call=_find,
            outputs={
                "arn": "AutoScalingGroupARN",
                "availabilityZones": "AvailabilityZones",
                "capacityRebalance": "CapacityRebalance",
                "defaultCooldown": "DefaultCooldown",
                "defaultInstanceWarmup": "DefaultInstanceWarmup",
                "desiredCapacity": "DesiredCapacity",
                "enabledMetrics": "EnabledMetrics[].Metric",
                "healthCheckGracePeriod": "HealthCheckGracePeriod",
                "healthCheckType": "HealthCheckType",
                "instanceMaintenancePolicy": lambda scope: _from_api(
                    GROUP.properties["instanceMaintenancePolicy"].members,
                    scope["item"].get("InstanceMaintenancePolicy"),
                ),
                "launchTemplate": "LaunchTemplate && {id: LaunchTemplate.LaunchTemplateId,"
                " name: LaunchTemplate.LaunchTemplateName, version: LaunchTemplate.Version}",
                "maxInstanceLifetime": "MaxInstanceLifetime",
                "maxSize": "MaxSize",
                "minSize": "MinSize",
                "mixedInstancesPolicy": lambda scope: _from_api(
                    _POLICY.members, scope["item"].get("MixedInstancesPolicy")
                ),
                "name": "AutoScalingGroupName",
                "protectFromScaleIn": "NewInstancesProtectedFromScaleIn",
                "suspendedProcesses": "SuspendedProcesses[].ProcessName",
                "tags": lambda scope: [
                    {
                        "key": tag["Key"],
                        "value": tag["Value"],
                        "propagateAtLaunch": tag["PropagateAtLaunch"],
                    }
                    for tag in scope["item"].get("Tags") or []
                    if not tag["Key"].startswith("aws:")
                ],
                "terminationPolicies": _policies,
                "vpcZoneIdentifiers": lambda scope: scope["item"]["VPCZoneIdentifier"].split(","),
                "warmPool": lambda scope: _from_api(
                    _POOL.members, scope["item"].get("WarmPoolConfiguration")
                ),
            },
        ),
    ),
    settings=(
        Setting(watches=tuple(_REQUEST), call=_update),
        Setting(watches=("tags",), call=_set_tags, title="tags"),
        Setting(
            watches=("launchTemplate", "mixedInstancesPolicy"),
            call=_refresh,
            title="instance refresh",
        ),
        Setting(
            watches=("desiredCapacity", "minSize"),
            call=_wait_for_capacity,
            title="capacity",
            on_create=True,
        ),
        Setting(
            watches=("suspendedProcesses",),
            call=_suspend,
            title="scaling processes",
            on_create=True,
        ),
        Setting(
            watches=("enabledMetrics",),
            call=_measure,
            title="metrics collection",
            on_create=True,
        ),
        Setting(watches=("warmPool",), call=_prepare, title="warm pool", on_create=True),
    ),
    delete=_delete,
    deleted=Wait(status="Status || ''", target=frozenset()),
    minutes=(20, 10, 10),
)


def _hook_parts(resource_id: str) -> dict[str, Any]:
    """Of an id as `pulumi import` takes it: the group's name, a slash, the hook's."""
    group, _, name = resource_id.partition("/")
    return {"autoscalingGroupName": group, "name": name}


_PUT_HOOK: Final = Call(
    operation="put_lifecycle_hook",
    parameters={
        "AutoScalingGroupName": "autoscalingGroupName",
        "DefaultResult": "defaultResult",
        "HeartbeatTimeout": "heartbeatTimeout",
        "LifecycleHookName": "name",
        "LifecycleTransition": "lifecycleTransition",
        "NotificationMetadata": "notificationMetadata",
        "NotificationTargetARN": "notificationTargetArn",
        "RoleARN": "roleArn",
    },
    retry=_NO_TOPIC_YET,
)

LIFECYCLE_HOOK: Final = Resource(
    type="aws:autoscaling/lifecycleHook:LifecycleHook",
    title="Auto Scaling Lifecycle Hook",
    service="autoscaling",
    properties={
        "autoscalingGroupName": text(required=True, replaces=True),
        "defaultResult": text(computed=True),
        "heartbeatTimeout": number(),
        "lifecycleTransition": text(required=True),
        "name": text(computed=True, replaces=True),
        "notificationMetadata": text(),
        "notificationTargetArn": text(),
        "roleArn": text(),
        **REGION,
    },
    autoname="name",
    create=_PUT_HOOK,
    labelled="name",
    identity="name",
    parts=_hook_parts,
    read=(
        Read(
            call=Call(
                operation="describe_lifecycle_hooks",
                parameters={
                    "AutoScalingGroupName": "autoscalingGroupName",
                    "LifecycleHookNames": "[name]",
                },
            ),
            item="LifecycleHooks[0]",
            outputs={
                "autoscalingGroupName": "AutoScalingGroupName",
                "defaultResult": "DefaultResult",
                "heartbeatTimeout": "HeartbeatTimeout",
                "lifecycleTransition": "LifecycleTransition",
                "name": "LifecycleHookName",
                "notificationMetadata": "NotificationMetadata",
                "notificationTargetArn": "NotificationTargetARN",
                "roleArn": "RoleARN",
            },
        ),
    ),
    settings=(
        Setting(
            watches=(
                "defaultResult",
                "heartbeatTimeout",
                "lifecycleTransition",
                "notificationMetadata",
                "notificationTargetArn",
                "roleArn",
            ),
            call=_PUT_HOOK,
        ),
    ),
    delete=Call(
        operation="delete_lifecycle_hook",
        parameters={
            "AutoScalingGroupName": "autoscalingGroupName",
            "LifecycleHookName": "name",
        },
        ignore=frozenset({"No Lifecycle Hook found", "not found"}),
    ),
)

ROWS: Final = (GROUP, LIFECYCLE_HOOK)
