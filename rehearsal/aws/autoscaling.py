"""Auto Scaling, where the groups that EKS makes are EKS's to keep filled."""

import math
import uuid
from collections.abc import Collection, Mapping
from typing import Any

import moto.autoscaling.urls
from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import (
    AutoScalingBackend,
    FakeAutoScalingGroup,
    InstanceState,
    autoscaling_backends,
)
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError
from moto.eks.models import eks_backends
from moto.iam.models import iam_backends

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import capacity, self_managed
from rehearsal.aws.replacing import urls
from rehearsal.aws.rules import rule


def too_many_instances(desired: int, most: int) -> AutoscalingClientError:
    """Only the code: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html."""
    return AutoscalingClientError(
        "ValidationError",
        f"New SetDesiredCapacity value {desired} is above max value {most} for the "
        "AutoScalingGroup.",
    )


def too_few_instances(desired: int, least: int) -> AutoscalingClientError:
    """Only the code: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html."""
    return AutoscalingClientError(
        "ValidationError",
        f"New SetDesiredCapacity value {desired} is below min value {least} for the "
        "AutoScalingGroup.",
    )


def group_has_instances() -> AutoscalingClientError:
    """Seen in https://github.com/ansible/ansible/pull/8503."""
    return AutoscalingClientError(
        "ResourceInUse",
        "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance "
        "request(s) still in the group.",
    )


def refresh_in_progress() -> AutoscalingClientError:
    """Only the code: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html."""
    return AutoscalingClientError(
        "InstanceRefreshInProgress",
        "An Instance Refresh is already in progress and blocks the execution of this Instance "
        "Refresh.",
    )


def no_refresh_in_progress() -> AutoscalingClientError:
    """Only the code: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html."""
    return AutoscalingClientError(
        "ActiveInstanceRefreshNotFound",
        "No in progress or pending Instance Refresh found for Auto Scaling group.",
    )


def no_group(name: str) -> AutoscalingClientError:
    """Only the code: https://docs.aws.amazon.com/autoscaling/ec2/APIReference/CommonErrors.html."""
    return AutoscalingClientError(
        "ValidationError", f"AutoScalingGroup name not found - AutoScalingGroup {name} not found"
    )


@rule(no_group)
def exists(name: str, found: bool) -> None:
    """An Auto Scaling group whose instances are to be replaced exists.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
    """
    if not found:
        raise no_group(name)


@rule(refresh_in_progress)
def is_refreshed_once_at_a_time(refreshing: bool) -> None:
    """One instance refresh of an Auto Scaling group is in progress at a time.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html
    """
    if refreshing:
        raise refresh_in_progress()


@rule(no_refresh_in_progress)
def is_being_refreshed(refreshing: bool) -> None:
    """An instance refresh that is cancelled is in progress.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html
    """
    if not refreshing:
        raise no_refresh_in_progress()


def no_group_to_tag(name: str) -> AutoscalingClientError:
    """Seen in https://github.com/cloud-custodian/cloud-custodian/issues/380."""
    return AutoscalingClientError(
        "ValidationError", f"AutoScalingGroup not found - AutoScaling Group {name} not found"
    )


@rule(no_group_to_tag)
def group_to_tag_is_there(name: str, groups: Collection[str]) -> None:
    """The Auto Scaling group of a tag that is set or taken away exists.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateOrUpdateTags.html
    """
    if name not in groups:
        raise no_group_to_tag(name)


@rule(too_few_instances, too_many_instances)
def is_between_minimum_and_maximum(desired: int, least: int, most: int) -> None:
    """The desired capacity of an Auto Scaling group is from its minimum to its maximum.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
    """
    if desired < least:
        raise too_few_instances(desired, least)
    if desired > most:
        raise too_many_instances(desired, most)


@rule(group_has_instances)
def is_empty(instances: int, force: bool) -> None:
    """An Auto Scaling group that is deleted has no instances left, unless it is forced.

    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html
    """
    if instances and not force:
        raise group_has_instances()


class AutoScaling(AutoScalingBackend):
    """Auto Scaling of one account and region."""

    @property
    def _url_module(self) -> Any:
        return urls(moto.autoscaling.urls, AutoScalingAnswers)

    def create_auto_scaling_group(self, *args: Any, **kwargs: Any) -> FakeAutoScalingGroup:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html."""
        self._iam.use_service("autoscaling.amazonaws.com")
        return super().create_auto_scaling_group(*args, **kwargs)

    def create_or_update_tags(self, tags: list[dict[str, str]]) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateOrUpdateTags.html."""
        for tag in tags:
            group_to_tag_is_there(tag["ResourceId"], self.autoscaling_groups)
        super().create_or_update_tags(tags)

    def delete_tags(self, tags: list[dict[str, str]]) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteTags.html."""
        for tag in tags:
            group_to_tag_is_there(tag["ResourceId"], self.autoscaling_groups)
        super().delete_tags(tags)

    def notify_terminate_instances(self, instance_ids: list[str]) -> None:
        """EC2 has terminated instances: node groups replace theirs, then other groups do."""
        capacity.replace_lost(self._eks, set(instance_ids))
        super().notify_terminate_instances(instance_ids)

    def set_desired_capacity(self, group_name: str, desired_capacity: int | None) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html."""
        owned = capacity.owner_of(self._eks, group_name)
        if owned and desired_capacity is not None:
            cluster, nodegroup = owned
            nodegroup.document["scalingConfig"]["desiredSize"] = desired_capacity
            capacity.resize(self._eks, cluster, nodegroup)
        else:
            super().set_desired_capacity(group_name, desired_capacity)

    @property
    def _iam(self) -> Any:
        return iam_backends[self.account_id][self.partition]

    @property
    def _eks(self) -> Any:
        return eks_backends[self.account_id][self.region_name]


class AutoScalingAnswers(AutoScalingResponse):
    """moto's answers, of groups that keep within their sizes, and while they have instances."""

    def set_desired_capacity(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html."""
        name = self._get_param("AutoScalingGroupName")
        group = self.autoscaling_backend.autoscaling_groups.get(name)
        if group:
            desired = int(self._get_param("DesiredCapacity"))
            is_between_minimum_and_maximum(desired, group.min_size or 0, group.max_size or 0)
        return super().set_desired_capacity()

    def start_instance_refresh(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_StartInstanceRefresh.html."""
        name, found = self._refreshed_group()
        is_refreshed_once_at_a_time(any(it["Status"] == IN_PROGRESS for it in found))
        group = self.autoscaling_backend.autoscaling_groups[name]
        refresh_id = str(uuid.uuid4())
        found.insert(
            0,
            {
                "InstanceRefreshId": refresh_id,
                "AutoScalingGroupName": name,
                "Status": IN_PROGRESS,
                "StartTime": utcnow(),
                "PercentageComplete": 0,
                "InstancesToUpdate": len(group.instance_states),
                "Preferences": self._get_param("Preferences") or {},
            },
        )
        TIMELINE.after("instance.join", "autoscaling.refreshed", self.region, name, refresh_id)
        return ActionResult({"InstanceRefreshId": refresh_id})

    def describe_instance_refreshes(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeInstanceRefreshes.html."""
        _, found = self._refreshed_group()
        wanted = self._get_param("InstanceRefreshIds") or []
        return ActionResult(
            {
                "InstanceRefreshes": [
                    it for it in found if not wanted or it["InstanceRefreshId"] in wanted
                ]
            }
        )

    def cancel_instance_refresh(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CancelInstanceRefresh.html."""
        _, found = self._refreshed_group()
        active = [it for it in found if it["Status"] == IN_PROGRESS]
        is_being_refreshed(bool(active))
        active[0].update(Status="Cancelled", EndTime=utcnow())
        return ActionResult({"InstanceRefreshId": active[0]["InstanceRefreshId"]})

    def _refreshed_group(self) -> tuple[str, list[dict[str, Any]]]:
        name = self._get_param("AutoScalingGroupName")
        group = self.autoscaling_backend.autoscaling_groups.get(name)
        exists(name, group is not None)
        return name, refreshes(group)

    def delete_auto_scaling_group(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html."""
        name = self._get_param("AutoScalingGroupName")
        group = self.autoscaling_backend.autoscaling_groups.get(name)
        if group:
            force = self._get_param("ForceDelete")
            is_empty(len(group.instance_states), str(force).lower() == "true")
        return super().delete_auto_scaling_group()


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
        group.replace_autoscaling_group_instances(1, group.get_propagated_tags())
        group.instance_states.remove(state)
        backend.ec2_backend.terminate_instances([state.instance.id])
    found[0].update(
        Status="Successful", PercentageComplete=100, InstancesToUpdate=0, EndTime=utcnow()
    )


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
            state = InstanceState(instance, protected_from_scale_in=protected)
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
    distribution = _policy(group).get("InstancesDistribution")
    if not distribution:
        return False
    base = int(distribution.get("OnDemandBaseCapacity", 0))
    percentage = int(distribution.get("OnDemandPercentageAboveBaseCapacity", 100))
    spot = sum(state.instance.lifecycle == "spot" for state in group.instance_states)
    then = len(group.instance_states) + 1
    on_demand = min(base, then) + math.ceil(max(then - base, 0) * percentage / 100)
    return then - on_demand > spot
