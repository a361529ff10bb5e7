"""Auto Scaling, where the groups that EKS makes are EKS's to keep filled."""

import copy
import uuid
from collections.abc import Collection
from typing import Any

import moto.autoscaling.urls
from botocore import xform_name
from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import (
    AutoScalingBackend,
    FakeAutoScalingGroup,
)
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.eks.models import eks_backends
from moto.iam.models import iam_backends

from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import capacity
from rehearsal.aws.group_instances import IN_PROGRESS, refreshes
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

    def update_auto_scaling_group(self, *args: Any, **kwargs: Any) -> FakeAutoScalingGroup:
        """What is launched stays what it was, unless it is said anew.

        https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
        """
        group = self.autoscaling_groups.get(kwargs["name"])
        said = ("launch_template", "launch_config_name", "mixed_instances_policy")
        if group and group.mixed_instances_policy and not any(kwargs.get(it) for it in said):
            kwargs["mixed_instances_policy"] = _as_it_is(group)
        return super().update_auto_scaling_group(*args, **kwargs)

    def delete_auto_scaling_group(self, group_name: str) -> None:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html."""
        group = self.autoscaling_groups.get(group_name)
        for state in group.instance_states if group else ():
            state.protected_from_scale_in = False
        super().delete_auto_scaling_group(group_name)
        for hook in self.describe_lifecycle_hooks(group_name):
            self.delete_lifecycle_hook(group_name, hook.name)

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


def _as_it_is(group: FakeAutoScalingGroup) -> dict[str, Any]:
    """A group's policy as one says it: with the id of its launch template, and not the name too."""
    policy = copy.deepcopy(group.mixed_instances_policy or {})
    policy["LaunchTemplate"]["LaunchTemplateSpecification"].pop("LaunchTemplateName", None)
    return policy


# What moto leaves out of one of the two operations, or of both.
_KEPT = (
    "CapacityRebalance",
    "DefaultCooldown",
    "DefaultInstanceWarmup",
    "InstanceMaintenancePolicy",
    "MaxInstanceLifetime",
    "TerminationPolicies",
)


class AutoScalingAnswers(AutoScalingResponse):
    """moto's answers, of groups that keep within their sizes, and while they have instances."""

    def create_auto_scaling_group(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html."""
        answer = super().create_auto_scaling_group()
        self._keep()
        return answer

    def update_auto_scaling_group(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html."""
        answer = super().update_auto_scaling_group()
        self._keep()
        return answer

    def _keep(self) -> None:
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        for name in _KEPT:
            value = self._get_param(name)
            if value is None:
                continue
            if name == "InstanceMaintenancePolicy" and int(value["MinHealthyPercentage"]) < 0:
                value = None
            setattr(group, xform_name(name), value)

    def put_lifecycle_hook(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html."""
        answer = super().put_lifecycle_hook()
        hook: Any
        (hook,) = self.autoscaling_backend.describe_lifecycle_hooks(
            self._get_param("AutoScalingGroupName"), [self._get_param("LifecycleHookName")]
        )
        hook.notification_metadata = self._get_param("NotificationMetadata")
        hook.notification_target_arn = self._get_param("NotificationTargetARN")
        hook.role_arn = self._get_param("RoleARN")
        return answer

    def enable_metrics_collection(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html."""
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        group.metrics = sorted({*group.metrics, *self._get_param("Metrics", [])})
        return EmptyResult()

    def disable_metrics_collection(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DisableMetricsCollection.html."""
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        group.metrics = sorted({*group.metrics} - {*self._get_param("Metrics", group.metrics)})
        return EmptyResult()

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
