"""Groups of worker nodes that EKS manages."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from spec.model.base import AsTuple, Model, matches, maximum, spelling, wrong
from spec.model.broken import Broken, refuse
from spec.model.launch import LaunchSpec
from spec.model.nodes import NodesSpec
from spec.model.user_data import UserDataSpec

CapacityType = Literal["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"]
UpdateStrategy = Literal["DEFAULT", "MINIMAL"]
RepairAction = Literal["Replace", "Reboot", "NoAction"]
WarmPoolState = Literal["STOPPED", "RUNNING", "HIBERNATED"]

Percentage = Annotated[int, Field(ge=1, le=100)]
Count = Annotated[int, Field(ge=1)]


class UpdateSpec(Model):
    """How nodes are replaced when their image, version or launch template changes.

    https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html
    """

    max_unavailable: (
        Annotated[int, Field(ge=1, le=maximum("node-group.max-unavailable"))] | None
    ) = None
    """How many at once. Default: 1."""
    max_unavailable_percentage: Percentage | None = None
    """How many at once, in percent of the group."""
    strategy: Annotated[UpdateStrategy, spelling(UpdateStrategy)] = "DEFAULT"
    """`DEFAULT`: new nodes come before old ones go. `MINIMAL`: old ones go first, where there is no
    capacity for more."""
    force: bool = False
    """Whether nodes go although a pod disruption budget keeps their pods, after 15 minutes."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if self.max_unavailable and self.max_unavailable_percentage:
            raise wrong(
                "and maxUnavailable exclude each other; keep one", "maxUnavailablePercentage"
            )
        return self


class RepairOverrideSpec(Model):
    """What is done about one condition."""

    condition: Annotated[str, Field(min_length=1, examples=["AcceleratedHardwareReady"])]
    """What the node monitoring agent reports."""
    reason: Annotated[str, Field(min_length=1, examples=["NvidiaXID64Error"])]
    """For which reason."""
    wait_minutes: Count
    """How many minutes to wait first."""
    action: Annotated[RepairAction, spelling(RepairAction)]
    """`Replace`, `Reboot` or `NoAction`."""


class RepairSpec(Model):
    """Replaces or restarts nodes that are not healthy.

    https://docs.aws.amazon.com/eks/latest/userguide/node-health.html
    """

    max_unhealthy: Count | None = None
    """Above so many unhealthy nodes nothing is done."""
    max_unhealthy_percentage: Percentage | None = None
    """The same in percent of the group."""
    max_parallel: Count | None = None
    """How many are repaired at once."""
    max_parallel_percentage: Percentage | None = None
    """The same in percent of the unhealthy nodes."""
    overrides: Annotated[tuple[RepairOverrideSpec, ...], AsTuple] = ()
    """What is done about single conditions. They come from the add-on eks-node-monitoring-agent."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        refuse(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        for name, count, percentage in (
            ("maxUnhealthy", self.max_unhealthy, self.max_unhealthy_percentage),
            ("maxParallel", self.max_parallel, self.max_parallel_percentage),
        ):
            if count and percentage:
                yield Broken((f"{name}Percentage",), f"and {name} exclude each other; keep one")


def _repair(value: Any) -> Any:
    if value is True:
        return RepairSpec()
    return None if value is False else value


class WarmPoolSpec(Model):
    """Instances that are prepared beforehand, so that nodes join sooner.

    https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
    """

    min_size: Annotated[int, Field(ge=0)] = 0
    """How many at least."""
    max_prepared: Count | None = None
    """How many at most, those of the group included. Default: the group's `max`."""
    state: Annotated[WarmPoolState, spelling(WarmPoolState)] = "STOPPED"
    """`STOPPED` (only their volumes cost), `RUNNING` or `HIBERNATED`."""
    reuse_on_scale_in: bool = False
    """Whether instances go back into the pool when the group shrinks."""

    def broken_on_bottlerocket(self) -> Iterator[Broken]:
        """What Bottlerocket cannot do."""
        for name, wrong_one in (
            ("state", self.state == "HIBERNATED"),
            ("reuseOnScaleIn", self.reuse_on_scale_in),
        ):
            if wrong_one:
                yield Broken(("warmPool", name), "is not supported with Bottlerocket")


class OwnTemplateSpec(Model):
    """A launch template that is there.

    It names no instance type, subnet or instance profile, which EKS refuses.
    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """

    id: Annotated[str, matches("a launch template's id", "lt-[0-9a-f]+", "lt-0123abcd")]
    """Its id."""
    version: Annotated[str, matches("a version", "[1-9][0-9]*", '"3"')]
    """Its version, in quotes. Another one replaces the nodes."""
    custom_image: bool = False
    """Whether it names an image. Nothing is pinned for the group then."""


class NodeGroupSpec(NodesSpec):
    """An EKS managed node group: EC2 instances of one CPU architecture, one node each.

    https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
    """

    capacity_type: Annotated[CapacityType, spelling(CapacityType)] = "ON_DEMAND"
    """`ON_DEMAND`, `SPOT`, or `CAPACITY_BLOCK` (GPUs reserved for a time)."""
    update: UpdateSpec = UpdateSpec()
    """How nodes are replaced by newer ones."""
    repair: Annotated[
        RepairSpec | None, BeforeValidator(_repair, json_schema_input_type=bool | RepairSpec | None)
    ] = None
    """Whether unhealthy nodes are repaired: `true`, or how."""
    warm_pool: WarmPoolSpec | None = None
    """Instances that are prepared beforehand."""
    launch_template: OwnTemplateSpec | None = None
    """A launch template of your own, in place of the fields that ours would have."""

    def _broken(self) -> Iterator[Broken]:
        if self.launch_template:
            yield from self._broken_with_template()
        if alone := list(super()._broken()):
            yield from alone
            return
        if self.is_windows and self.has_user_data and not self.ami_id:
            yield Broken(
                ("imageFamily",),
                "EKS tells its own Windows images all they need; kubelet, maxPods and preBootstrap "
                "need an amiId",
            )
        yield from self._broken_zones()
        yield from self._broken_capacity()
        if self.warm_pool and self.image_family == "BOTTLEROCKET":
            yield from self.warm_pool.broken_on_bottlerocket()

    def _broken_with_template(self) -> Iterator[Broken]:
        ours = {
            **LaunchSpec.model_fields,
            **UserDataSpec.model_fields,
            **{name: NodesSpec.model_fields[name] for name in ("ami_id", "ssh")},
        }
        for name in [it for it in ours if it in self.model_fields_set]:
            yield Broken(
                (ours[name].alias or name,),
                "belongs to the launch template, which is one of your own; say it there",
            )

    def _broken_capacity(self) -> Iterator[Broken]:
        """Fields that do not fit the capacity type."""
        reservation = self.capacity_reservation
        named = reservation is not None and bool(reservation.id or reservation.resource_group_arn)
        if self.capacity_type == "CAPACITY_BLOCK":
            if self.launch_template:
                return
            if not named:
                yield Broken(
                    ("capacityReservation",),
                    "is missing: name the reservation of the capacity block",
                )
            if len(self.instance_types) != 1:
                yield Broken(("instanceTypes",), "must be the one type of the capacity block")
            if not self.per_zone and len(self.subnets.zones) != 1:
                yield Broken(("subnets",), "must name the one zone of the capacity block as zones")
            if self.warm_pool:
                yield Broken(("warmPool",), "does not go with capacityType CAPACITY_BLOCK")
        if self.capacity_type == "SPOT":
            if reservation:
                yield Broken(("capacityReservation",), "is of on-demand capacity, not of SPOT")
            if self.warm_pool:
                yield Broken(("warmPool",), "does not go with capacityType SPOT")
            if self.tenancy == "host":
                yield Broken(("tenancy",), "host does not go with capacityType SPOT")

    @property
    def has_custom_image(self) -> bool:
        """Whether its image is one that EKS does not know."""
        own = self.launch_template
        return super().has_custom_image or (own is not None and own.custom_image)
