"""Instances of Auto Scaling groups: which are launched, which go, and how they are replaced."""

import math
from collections.abc import Mapping
from typing import Any

from moto.autoscaling.models import (
    FakeAutoScalingGroup,
    InstanceState,
    autoscaling_backends,
)
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.eks.models import eks_backends

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import self_managed


@TIMELINE.carries_out("autoscaling.refreshed")
def _refreshed(region: str, name: str, refresh_id: str) -> None:
    """Each instance is replaced: a new one is launched, then the old one goes.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-overview.html
    """
    backend: Any = autoscaling_backends[ACCOUNT][region]
    group = backend.autoscaling_groups.get(name)
    found = [it for it in refreshes(group) if it["InstanceRefreshId"] == refresh_id]
    if not found or found[0]["Status"] != IN_PROGRESS:
        return
    for state in list(group.instance_states):
        if not _stays(group, state, found[0]["Preferences"]):
            launch_evenly(group, 1, group.get_propagated_tags())
            _terminate(group, state)
    found[0].update(
        Status="Successful", PercentageComplete=100, InstancesToUpdate=0, EndTime=utcnow()
    )


def _stays(group: Any, state: Any, preferences: Mapping[str, Any]) -> bool:
    """Whether a refresh leaves an instance as it is: one that is protected, or right already.

    Where protected instances are to be waited for, nobody takes the protection away here.
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html
    """
    protected = preferences.get("ScaleInProtectedInstances", "Wait") != "Refresh"
    skips = str(preferences.get("SkipMatching")).lower() == "true"
    return bool(protected and state.protected_from_scale_in) or (
        skips and getattr(state, "launched_from", None) == launched_from(group)
    )


def launched_from(group: Any) -> tuple[str, int]:
    """The launch template that a group launches from now, and which version of it."""
    template = group.ec2_launch_template
    return template.id, template.get_version(group.launch_template_version).number


IN_PROGRESS = "InProgress"


def refreshes(group: Any) -> list[dict[str, Any]]:
    """The instance refreshes of a group, newest first."""
    return group.__dict__.setdefault("instance_refreshes", []) if group else []


LAUNCH = FakeAutoScalingGroup.replace_autoscaling_group_instances


def launch_evenly(group: Any, count_needed: int, propagated_tags: dict[str, str]) -> None:
    """Launch a group's instances one by one, each into the subnet that has the fewest.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html

    Of a mixed instances policy it is the first instance type that is to be had, and on demand or
    spot as the policy distributes them.
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
    """
    for _ in range(count_needed):
        before = len(group.instance_states)
        if group.ec2_launch_template is None or not group.vpc_zone_identifier:
            LAUNCH(group, 1, propagated_tags)
        else:
            _launch(group, propagated_tags)
        eks = eks_backends[group.autoscaling_backend.account_id][
            group.autoscaling_backend.region_name
        ]
        for state in group.instance_states[before:]:
            self_managed.launched(eks, group.name, state.instance.id)  # type: ignore[arg-type]


def _launch(group: Any, propagated_tags: dict[str, str]) -> None:
    there = [state.instance.subnet_id for state in group.instance_states]
    subnets = sorted(group.vpc_zone_identifier.split(","), key=there.count)
    refused: EC2ClientError | None = None
    for instance_type in _instance_types(group):
        for subnet in subnets:
            try:
                instance = _launch_in(group, propagated_tags, instance_type, subnet)
            except EC2ClientError as error:
                refused = error
                continue
            instance.autoscaling_group = group
            protected = group.new_instances_protected_from_scale_in
            state: Any = InstanceState(instance, protected_from_scale_in=protected)
            state.launched_from = launched_from(group)
            state.weighted_capacity = _weights(group).get(instance.instance_type)
            group.instance_states.append(state)
            return
    raise refused or EC2ClientError("InvalidParameterValue", "There is nothing to launch.")


def _launch_in(
    group: Any, propagated_tags: dict[str, str], instance_type: str | None, subnet: str
) -> Any:
    ec2 = group.autoscaling_backend.ec2_backend
    reservation = ec2.run_instances(
        None,
        1,
        None,
        [],
        launch_template={
            "LaunchTemplateId": group.ec2_launch_template.id,
            "Version": str(group.launch_template_version),
        },
        instance_type=instance_type,
        is_instance_type_default=instance_type is None,
        instance_market_options="spot" if _next_is_spot(group) else None,
        subnet_id=subnet,
        associate_public_ip=None,
        tags={"instance": {**propagated_tags, "aws:autoscaling:groupName": group.name}},
    )
    return reservation.instances[0]


def _policy(group: Any) -> Mapping[str, Any]:
    return group.mixed_instances_policy or {}


def _instance_types(group: Any) -> list[str | None]:
    """Those of the policy in its order; None: that of the launch template."""
    overrides = (_policy(group).get("LaunchTemplate") or {}).get("Overrides") or []
    return [it["InstanceType"] for it in overrides if it.get("InstanceType")] or [None]


def _next_is_spot(group: Any) -> bool:
    """Whether the next instance is a spot one: beyond the base and the percentage above it."""
    spot = sum(state.instance.lifecycle == "spot" for state in group.instance_states)
    return _spot_among(group, len(group.instance_states) + 1) > spot


def _spot_among(group: Any, instances: int) -> int:
    """How many of so many instances are spot ones."""
    distribution = _policy(group).get("InstancesDistribution") or {}
    base = int(distribution.get("OnDemandBaseCapacity", 0))
    percentage = int(distribution.get("OnDemandPercentageAboveBaseCapacity", 100))
    return instances - min(base, instances) - math.ceil(max(instances - base, 0) * percentage / 100)


def resize(group: Any, new_capacity: int | None) -> None:
    """Launch or terminate so many instances that a group has the desired capacity.

    With weights it may have more, and never less.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups-instance-weighting.html
    """
    group.desired_capacity = group.min_size if new_capacity is None else new_capacity
    desired = group.desired_capacity or 0
    while capacity(group) < desired:
        launch_evenly(group, 1, group.get_propagated_tags())
    while (state := _dispensable(group, desired)) is not None:
        _terminate(group, state)


def capacity(group: Any) -> int:
    """The units of capacity that a group has: instances, where they have no weights."""
    return sum(_units(state) for state in group.active_instances())


def _units(state: Any) -> int:
    return int(getattr(state, "weighted_capacity", None) or 1)


def _weights(group: Any) -> dict[str, str]:
    overrides = (_policy(group).get("LaunchTemplate") or {}).get("Overrides") or []
    return {
        it["InstanceType"]: it["WeightedCapacity"] for it in overrides if it.get("WeightedCapacity")
    }


def _dispensable(group: Any, desired: int) -> Any:
    """The next instance to go: of what the policy has too many of, where most are; none if none.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/default-termination-policy.html
    """
    there = [state.instance.subnet_id for state in group.instance_states]
    surplus = capacity(group) - desired
    able = [
        state
        for state in group.active_instances()
        if not state.protected_from_scale_in and _units(state) <= surplus
    ]
    too_many = "spot" if _too_many_are_spot(group) else "normal"
    able.sort(
        key=lambda it: (
            (it.instance.lifecycle or "normal") != too_many,
            -there.count(it.instance.subnet_id),
        )
    )
    return able[0] if able else None


def _too_many_are_spot(group: Any) -> bool:
    """Whether a spot instance has to go for the policy's distribution to hold with one less."""
    spot = sum(state.instance.lifecycle == "spot" for state in group.instance_states)
    return spot > _spot_among(group, len(group.instance_states) - 1)


def _terminate(group: Any, state: Any) -> None:
    group.instance_states.remove(state)
    group.autoscaling_backend.ec2_backend.terminate_instances([state.instance.id])


def launch_template(group: Any) -> dict[str, Any] | None:
    """What DescribeAutoScalingGroups tells; a mixed instances policy has it in itself."""
    if group.ec2_launch_template is None or group.mixed_instances_policy:
        return None
    return {
        "LaunchTemplateId": group.ec2_launch_template.id,
        "LaunchTemplateName": group.ec2_launch_template.name,
        "Version": group.provided_launch_template_version,
    }
