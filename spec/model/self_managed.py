"""Groups of worker nodes that nobody manages but you: Auto Scaling groups of your own."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from spec.model.addons import RoleArn
from spec.model.base import AsTuple, Model, Unique, matches, maximum, spelling, text
from spec.model.broken import Broken, refuse
from spec.model.durations import seconds_of, within_seconds
from spec.model.node_groups import WarmPoolSpec
from spec.model.nodes import NodesSpec
from spec.problems import did_you_mean, quoted

SpotStrategy = Literal[
    "price-capacity-optimized",
    "capacity-optimized",
    "capacity-optimized-prioritized",
    "lowest-price",
]
OnDemandStrategy = Literal["prioritized", "lowest-price"]
Protected = Literal["Ignore", "Refresh", "Wait"]
Standby = Literal["Ignore", "Terminate", "Wait"]
Transition = Literal["launching", "terminating"]
HookResult = Literal["ABANDON", "CONTINUE"]
TerminationPolicy = Literal[
    "Default",
    "AllocationStrategy",
    "ClosestToNextInstanceHour",
    "NewestInstance",
    "OldestInstance",
    "OldestLaunchConfiguration",
    "OldestLaunchTemplate",
]
"""https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-termination-policies.html"""
Process = Literal[
    "Launch",
    "Terminate",
    "AddToLoadBalancer",
    "AlarmNotification",
    "AZRebalance",
    "HealthCheck",
    "InstanceRefresh",
    "ReplaceUnhealthy",
    "ScheduledActions",
]
"""https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html"""
Metric = Literal[
    "GroupMinSize",
    "GroupMaxSize",
    "GroupDesiredCapacity",
    "GroupInServiceInstances",
    "GroupPendingInstances",
    "GroupStandbyInstances",
    "GroupTerminatingInstances",
    "GroupTotalInstances",
    "GroupInServiceCapacity",
    "GroupPendingCapacity",
    "GroupStandbyCapacity",
    "GroupTerminatingCapacity",
    "GroupTotalCapacity",
    "WarmPoolDesiredCapacity",
    "WarmPoolWarmedCapacity",
    "WarmPoolPendingCapacity",
    "WarmPoolTerminatingCapacity",
    "WarmPoolTotalCapacity",
    "GroupAndWarmPoolDesiredCapacity",
    "GroupAndWarmPoolTotalCapacity",
]
"""https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnableMetricsCollection.html"""

_SECONDS_PER_DAY = 86_400
_SPREAD = 100
"""Percent points between the fewest and the most healthy nodes, at most."""

LeastHealthy = Annotated[int, Field(ge=0, le=maximum("auto-scaling-group.min-healthy-percentage"))]
MostHealthy = Annotated[int, Field(ge=100, le=maximum("auto-scaling-group.max-healthy-percentage"))]
Weight = Annotated[int, Field(ge=1, le=maximum("auto-scaling-group.weight"))]


class DistributionSpec(Model):
    """Which of a group's nodes are on demand, and which spot.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
    """

    on_demand_base: Annotated[int, Field(ge=0)] = 0
    """So many are on demand before any is spot."""
    on_demand_percentage: Annotated[
        int, Field(ge=0, le=maximum("auto-scaling-group.on-demand-percentage"))
    ] = 100
    """Of those above the base so many percent are on demand, the others are spot."""
    on_demand_strategy: Annotated[OnDemandStrategy, spelling(OnDemandStrategy)] = "prioritized"
    """`prioritized` (`instanceTypes` in their order) or `lowest-price`."""
    spot_strategy: Annotated[SpotStrategy, spelling(SpotStrategy)] = "price-capacity-optimized"
    """`price-capacity-optimized`, `capacity-optimized`, `capacity-optimized-prioritized`
    (`instanceTypes` in their order) or `lowest-price`."""
    spot_pools: Annotated[int, Field(ge=1, le=maximum("auto-scaling-group.spot-pools"))] | None = (
        None
    )
    """Among how many of the cheapest pools spot nodes are divided, with `lowest-price`."""
    spot_max_price: Annotated[str, matches("a price", r"[0-9]+(\.[0-9]+)?", '"0.05"')] | None = None
    """US dollars per hour above which a spot node is not launched, in quotes. Default: the
    on-demand price. AWS advises against it."""

    @model_validator(mode="after")
    def _that_is_of_effect(self) -> Self:
        refuse(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        spot = {"spot_strategy": "spotStrategy", "spot_max_price": "spotMaxPrice"}
        for name in [it for it in spot if it in self.model_fields_set and not self.has_spot]:
            yield Broken(
                (spot[name],), "is of no effect: onDemandPercentage is 100, so no node is spot"
            )
        if self.spot_pools and self.spot_strategy != "lowest-price":
            yield Broken(("spotPools",), "belongs to the spotStrategy lowest-price")

    @property
    def has_spot(self) -> bool:
        """Whether any node may be spot."""
        return self.on_demand_percentage < 100


def _broken_spread(least: int, most: int) -> Iterator[Broken]:
    if most - least > _SPREAD:
        yield Broken(
            ("maxHealthyPercentage",),
            f"must be {least + _SPREAD} or less: at most {_SPREAD} more than minHealthyPercentage",
        )


class RefreshSpec(Model):
    """How nodes are replaced when their image or launch template changes.

    `pulumi up` starts it and does not wait for its end.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html
    """

    min_healthy_percentage: LeastHealthy = 90
    """So many percent of the group stay in service."""
    max_healthy_percentage: MostHealthy = 100
    """So many percent there are at most meanwhile: above 100, new nodes come before old ones go."""
    warmup_seconds: Annotated[int, Field(ge=0)] | None = None
    """How long a new node is left alone before the next is replaced. Default: `warmupSeconds` of
    the group, else `healthCheckGraceSeconds`."""
    checkpoints: Annotated[
        tuple[Annotated[int, Field(ge=1, le=100)], ...], AsTuple, Field(examples=[[20, 100]])
    ] = ()
    """Percentages of replaced nodes at which it pauses; it ends at the last."""
    checkpoint_pause: (
        Annotated[
            str,
            within_seconds("a pause", "auto-scaling-group.checkpoint-delay"),
            Field(examples=["30m"]),
        ]
        | None
    ) = None
    """How long it pauses at each of `checkpoints`. Default: `1h`."""
    skip_matching: bool = False
    """Whether nodes stay that are as they should be already."""
    auto_rollback: bool = False
    """Whether it takes everything back when it fails."""
    protected: Annotated[Protected, spelling(Protected)] = "Ignore"
    """Nodes that are protected from scaling in: `Ignore` (they stay), `Refresh` or `Wait`."""
    standby: Annotated[Standby, spelling(Standby)] = "Ignore"
    """Nodes in standby: `Ignore` (they stay), `Terminate` or `Wait`."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        refuse(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        yield from _broken_spread(self.min_healthy_percentage, self.max_healthy_percentage)
        if list(self.checkpoints) != sorted({*self.checkpoints}):
            yield Broken(("checkpoints",), "must rise from one to the next")
        if self.checkpoint_pause and not self.checkpoints:
            yield Broken(("checkpointPause",), "needs checkpoints")

    @property
    def pause_seconds(self) -> int | None:
        """The pause at each checkpoint; None: AWS's default."""
        return seconds_of(self.checkpoint_pause) if self.checkpoint_pause else None


def _refresh(value: Any) -> Any:
    if value is True:
        return RefreshSpec()
    return None if value is False else value


class MaintenanceSpec(Model):
    """How many nodes there are while the group replaces some for any reason.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-maintenance-policy.html
    """

    min_healthy_percentage: LeastHealthy
    """So many percent of the group stay in service."""
    max_healthy_percentage: MostHealthy
    """So many percent there are at most."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        refuse(_broken_spread(self.min_healthy_percentage, self.max_healthy_percentage))
        return self


class LifecycleHookSpec(Model):
    """Lets something of yours act before a node begins, or before it ends.

    It is there as soon as the group is: the nodes of the first `up` begin without it. A group that
    is deleted does not wait for it.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html
    """

    transition: Annotated[Transition, spelling(Transition)]
    """`launching` or `terminating`."""
    heartbeat: Annotated[
        str, within_seconds("a heartbeat", "lifecycle-hook.heartbeat"), Field(examples=["5m"])
    ] = "5m"
    """How long a node waits for an answer."""
    default_result: Annotated[HookResult, spelling(HookResult)] = "CONTINUE"
    """What happens without one: `CONTINUE`, or `ABANDON` (a new node is terminated)."""
    metadata: Annotated[str, Field(min_length=1, max_length=4000)] | None = None
    """Text that goes along with the notification."""
    target_arn: (
        Annotated[
            str,
            matches(
                "the ARN of a queue or a topic",
                r"arn:aws[a-z-]*:(sqs|sns):[a-z0-9-]+:[0-9]{12}:[\w.-]+",
                "arn:aws:sqs:eu-west-1:123456789012:nodes",
            ),
        ]
        | None
    ) = None
    """An SQS queue or SNS topic that is told. Default: EventBridge alone is."""
    role_arn: RoleArn | None = None
    """A role with which Auto Scaling writes to it; said together with `targetArn`."""

    @model_validator(mode="after")
    def _together(self) -> Self:
        if (self.target_arn is None) != (self.role_arn is None):
            refuse([Broken((), "targetArn and roleArn are said together")])
        return self

    @property
    def heartbeat_seconds(self) -> int:
        """How many seconds a node waits for an answer."""
        return seconds_of(self.heartbeat)


class SelfManagedNodeGroupSpec(NodesSpec):
    """An Auto Scaling group of your own, whose instances join the cluster by themselves.

    It can do what a managed group cannot: mix on-demand and spot nodes, be refreshed step by step,
    have lifecycle hooks. What EKS does for managed groups it does not do: pods are not moved away
    before a node ends.
    https://docs.aws.amazon.com/eks/latest/userguide/worker.html
    """

    distribution: DistributionSpec | None = None
    """Which nodes are on demand, and which spot. Default: all on demand."""
    weights: Annotated[dict[str, Weight], Field(examples=[{"m7i.large": 1, "m7i.xlarge": 2}])] = {}
    """How much an instance of each of `instanceTypes` counts; `nodes` says capacity then, in place
    of a number of nodes."""
    refresh: Annotated[
        RefreshSpec | None,
        BeforeValidator(_refresh, json_schema_input_type=bool | RefreshSpec | None),
    ] = RefreshSpec()
    """How nodes are replaced when their image or launch template changes; `false`: new nodes are
    as it says then, and old ones stay."""
    maintenance: MaintenanceSpec | None = None
    """How many nodes there are while some are replaced."""
    lifecycle_hooks: dict[
        Annotated[str, text("a lifecycle hook's name", "lifecycle-hook.name")], LifecycleHookSpec
    ] = {}
    """What acts before nodes begin or end, by a name of yours."""
    capacity_rebalance: bool = False
    """Whether a spot node is replaced as soon as EC2 says that it may be taken back."""
    suspended_processes: Annotated[
        tuple[Annotated[Process, spelling(Process)], ...], AsTuple, Unique
    ] = ()
    """What Auto Scaling leaves alone, e.g. `AZRebalance`."""
    metrics: Annotated[tuple[Annotated[Metric, spelling(Metric)], ...], AsTuple, Unique] = ()
    """Metrics of the group that CloudWatch gets each minute, e.g. `GroupInServiceInstances`."""
    max_lifetime_days: Annotated[int, Field(ge=1, le=365)] | None = None
    """After how many days a node is replaced. Default: never."""
    warm_pool: WarmPoolSpec | None = None
    """Instances that are prepared beforehand."""
    termination_policies: Annotated[
        tuple[Annotated[TerminationPolicy, spelling(TerminationPolicy)], ...], AsTuple, Unique
    ] = ()
    """Which nodes go first when the group shrinks, e.g. `OldestLaunchTemplate`."""
    health_check_grace_seconds: Annotated[int, Field(ge=0)] = 300
    """How long a new node may be unhealthy."""
    warmup_seconds: Annotated[int, Field(ge=0)] | None = None
    """How long a new node takes until it counts."""
    protect_from_scale_in: bool = False
    """Whether new nodes stay when the group shrinks."""

    def _broken(self) -> Iterator[Broken]:
        if alone := list(super()._broken()):
            yield from alone
            return
        if self.is_windows and not self.ami_id:
            yield Broken(
                ("amiId",),
                "is missing: Systems Manager names the newest image of Windows alone, which would "
                "move by itself; name an image, or make it one of nodeGroups",
            )
        for name in self.weights:
            if name not in self.candidates:
                yield Broken(
                    ("weights", name),
                    f"{quoted(name)} is not one of instanceTypes"
                    + did_you_mean(name, self.candidates),
                    at_key=True,
                )
        if self.weights and (lacking := [it for it in self.candidates if it not in self.weights]):
            yield Broken(("weights",), f"lack {', '.join(lacking)}: all types have one, or none")
        if self.warm_pool and self.image_family == "BOTTLEROCKET":
            yield from self.warm_pool.broken_on_bottlerocket()
        yield from self._broken_zones()
        yield from self._broken_spot()

    def _broken_spot(self) -> Iterator[Broken]:
        """What does not go with spot nodes, or needs them."""
        if not self.has_spot:
            if self.capacity_rebalance:
                yield Broken(
                    ("capacityRebalance",), "needs spot nodes: an onDemandPercentage below 100"
                )
            return
        if self.capacity_reservation:
            yield Broken(("capacityReservation",), "is of on-demand capacity, not of spot")
        if self.warm_pool:
            yield Broken(("warmPool",), "does not go with spot nodes")
        if self.tenancy == "host":
            yield Broken(("tenancy",), "host does not go with spot nodes")

    @property
    def has_spot(self) -> bool:
        """Whether any node may be spot."""
        return self.distribution is not None and self.distribution.has_spot

    @property
    def max_lifetime_seconds(self) -> int | None:
        """After how many seconds a node is replaced; None: never."""
        return self.max_lifetime_days * _SECONDS_PER_DAY if self.max_lifetime_days else None
