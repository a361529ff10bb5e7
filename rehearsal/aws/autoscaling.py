"""Auto Scaling, where the groups that EKS makes are EKS's to keep filled."""

from typing import Any

import moto.autoscaling.urls
from moto.autoscaling.models import AutoScalingBackend, FakeAutoScalingGroup
from moto.autoscaling.responses import AutoScalingResponse
from moto.eks.models import eks_backends
from moto.iam.models import iam_backends

from rehearsal.aws.eks import capacity
from rehearsal.aws.replacing import urls


class AutoScaling(AutoScalingBackend):
    """Auto Scaling of one account and region."""

    @property
    def _url_module(self) -> Any:
        return urls(moto.autoscaling.urls, AutoScalingResponse)

    def create_auto_scaling_group(self, *args: Any, **kwargs: Any) -> FakeAutoScalingGroup:
        """https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html."""
        self._iam.use_service("autoscaling.amazonaws.com")
        return super().create_auto_scaling_group(*args, **kwargs)

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
