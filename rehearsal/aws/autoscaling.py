"""Auto Scaling, where the groups that EKS makes are EKS's to keep filled."""

from collections.abc import Collection
from typing import Any

import moto.autoscaling.urls
from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.eks.models import eks_backends
from moto.iam.models import iam_backends

from rehearsal.aws.eks import capacity
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

    def delete_auto_scaling_group(self) -> ActionResult:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html."""
        name = self._get_param("AutoScalingGroupName")
        group = self.autoscaling_backend.autoscaling_groups.get(name)
        if group:
            force = self._get_param("ForceDelete")
            is_empty(len(group.instance_states), str(force).lower() == "true")
        return super().delete_auto_scaling_group()


LAUNCH = FakeAutoScalingGroup.replace_autoscaling_group_instances


def launch_evenly(group: Any, count_needed: int, propagated_tags: dict[str, str]) -> None:
    """Launch a group's instances one by one, each into the subnet that has the fewest.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html
    """
    subnets = group.vpc_zone_identifier
    for _ in range(count_needed):
        there = [state.instance.subnet_id for state in group.instance_states]
        if subnets:
            group.vpc_zone_identifier = min(subnets.split(","), key=there.count)
        try:
            LAUNCH(group, 1, propagated_tags)
        finally:
            group.vpc_zone_identifier = subnets
