"""Groups of worker nodes."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Field, field_validator, model_validator

from spec import facts
from spec.model.base import (
    AsTuple,
    Check,
    Model,
    Spelling,
    Unique,
    any_spelling,
    folded,
    key_of,
    maximum,
    said,
    spelling,
    text,
    whole,
    wrong,
)
from spec.problems import did_you_mean, listed, quoted

CapacityType = Literal["ON_DEMAND", "SPOT"]
TaintEffect = Literal["NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"]

DEFAULT_DISK_SIZE = 50
"""GiB. EKS's own 20 GiB fills up with images and logs within weeks."""


def _instance_type_name(value: str) -> str:
    found = facts.instance_types().get(value)
    if found is None:
        raise wrong(
            f"{quoted(value)} is not a known EC2 instance type"
            + did_you_mean(value, facts.instance_types())
        )
    if found.unsupported:
        raise wrong(f"{value} cannot be an EKS node: {found.unsupported}")
    return value


def _images_of(names: Iterable[str]) -> list[facts.AmiType]:
    """The node image of each instance type.

    Raises:
        PydanticCustomError: There is none: an accelerator would be without its drivers.
    """
    images: list[facts.AmiType] = []
    for name in names:
        found = facts.instance_types()[name]
        key = (found.architecture, found.accelerator or "none")
        if key not in facts.ami_types():
            raise wrong(f"{name} cannot be an EKS node: no node image has drivers for it")
        images.append(facts.ami_types()[key])
    return images


def _instance_types() -> dict[str, list[str]]:
    """Instance types that can be nodes, for JSON Schema."""
    return {
        "enum": [
            name
            for name, it in facts.instance_types().items()
            if not it.unsupported
            and (it.architecture, it.accelerator or "none") in facts.ami_types()
        ]
    }


_MOST_NODES = 100_000
"""More is a slip; how many an account may have is a quota, and less."""


class ScalingSpec(Model):
    """How many nodes a group has: `min <= desired <= max`.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html
    """

    min: Annotated[int, Field(ge=0, le=_MOST_NODES)]
    """The least."""
    desired: Annotated[int, Field(ge=0, le=_MOST_NODES)]
    """How many there shall be."""
    max: Annotated[int, Field(ge=1, le=_MOST_NODES)]
    """The most."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise wrong(f"min {self.min} is greater than max {self.max}", "min")
        if self.desired < self.min:
            raise wrong(f"desired {self.desired} is less than min {self.min}", "desired")
        if self.desired > self.max:
            raise wrong(f"desired {self.desired} is greater than max {self.max}", "desired")
        return self


def _scaling(value: Any) -> Any:
    if isinstance(value, ScalingSpec):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            raise wrong(f"must be 0 or more, not {said(value)}")
        if value > _MOST_NODES:
            raise wrong(f"must be {_MOST_NODES} or less, not {said(value)}")
        return {"min": value, "desired": value, "max": max(value, 1)}
    if not isinstance(value, Mapping):
        raise wrong(f"must be a whole number or {{min: 2, desired: 2, max: 6}}, not {said(value)}")
    return cast("dict[str, Any]", value)


_EFFECTS: Mapping[str, TaintEffect] = {
    "NoSchedule": "NO_SCHEDULE",
    "PreferNoSchedule": "PREFER_NO_SCHEDULE",
    "NoExecute": "NO_EXECUTE",
}
"""Kubernetes' names of the taint effects, and EKS's."""


def _effect(value: Any) -> Any:
    if not isinstance(value, str):
        raise wrong(f"must be one of {listed(_EFFECTS)}, not {said(value)}")
    known = {folded(name): effect for name, effect in _EFFECTS.items()}
    if not value.isascii() or folded(value) not in known:
        guess = did_you_mean(value, _EFFECTS)
        raise wrong(f"must be one of {listed(_EFFECTS)}, not {said(value)}{guess}")
    return known[folded(value)]


class TaintSpec(Model):
    """A taint that every node of the group carries.

    https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """

    key: Annotated[str, key_of("taint")]
    """`name` or `example.com/name`."""
    value: Annotated[str, text("a taint value", "taint.value")] = ""
    """May be empty."""
    effect: Annotated[
        TaintEffect,
        Spelling(
            _effect,
            values=tuple(_EFFECTS),
            others=whole("|".join(any_spelling(folded(name)) for name in _EFFECTS)),
        ),
    ]
    """`NoSchedule`, `PreferNoSchedule` or `NoExecute`; EKS's spelling is taken too."""

    @property
    def repels_pods(self) -> bool:
        """Whether pods without a toleration cannot run on the node."""
        return self.effect != "PREFER_NO_SCHEDULE"


class NodeGroupSpec(Model):
    """An EKS managed node group: EC2 instances of one CPU architecture, one node each.

    https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
    """

    instance_types: Annotated[
        tuple[Annotated[str, Check(_instance_type_name, _instance_types)], ...],
        AsTuple,
        Field(
            max_length=maximum("node-group.instance-types"),
            examples=[["m7i.large"]],
            json_schema_extra={"minItems": 1, "uniqueItems": True},
        ),
        Unique,
    ]
    """EC2 instance types, all of one architecture. With on-demand capacity EKS takes the first that
    is to be had, with spot those that are cheap and least likely to be taken back."""
    nodes: Annotated[
        ScalingSpec,
        BeforeValidator(_scaling, json_schema_input_type=Annotated[int, Field(ge=0)] | ScalingSpec),
        Field(examples=[2, {"min": 2, "desired": 2, "max": 6}]),
    ]
    """How many, as a number or `{min, desired, max}`."""
    disk_size: Annotated[
        int,
        Field(
            ge=max(image.minimum_disk_gib for image in facts.ami_types().values()),
            le=maximum("disk.size"),
        ),
    ] = DEFAULT_DISK_SIZE
    """Root volume in GiB (gp3, encrypted)."""
    capacity_type: Annotated[CapacityType, spelling(CapacityType)] = "ON_DEMAND"
    """`ON_DEMAND` or `SPOT`."""
    labels: Annotated[
        dict[
            Annotated[str, key_of("label")],
            Annotated[str, text("a label value", "label.value", "label.value.eks")],
        ],
        Field(examples=[{"tier": "db"}]),
    ] = {}
    """Kubernetes labels of every node."""
    taints: Annotated[
        tuple[TaintSpec, ...],
        AsTuple,
        Field(
            max_length=maximum("node-group.taints"),
            examples=[[{"key": "dedicated", "value": "db", "effect": "NoSchedule"}]],
        ),
    ] = ()
    """Kubernetes taints of every node."""

    @field_validator("instance_types", mode="before")
    @classmethod
    def _at_least_one(cls, value: Any) -> Any:
        if value in ([], ()):  # min_length would count only those that are right
            raise wrong("must name at least one instance type")
        return value

    @field_validator("instance_types")
    @classmethod
    def _one_image(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        by_image: dict[str, list[str]] = {}
        for name, image in zip(names, _images_of(names), strict=True):
            by_image.setdefault(image.name, []).append(name)
        if len(by_image) > 1:
            mixture = "; ".join(f"{listed(types)} need {it}" for it, types in by_image.items())
            raise wrong(
                f"mixes instance types that need different node images ({mixture}); "
                "make a node group for each"
            )
        return names

    @property
    def image(self) -> facts.AmiType:
        """The kind of node image: the same for all instance types of the group."""
        return _images_of(self.instance_types)[0]

    @property
    def takes_any_pod(self) -> bool:
        """Whether a pod without tolerations finds a node here."""
        return self.nodes.desired > 0 and not any(taint.repels_pods for taint in self.taints)
