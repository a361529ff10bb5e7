"""Which EC2 instances are nodes: types by name, or a selector that the lock file resolves."""

import functools
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Field, model_validator

from spec import facts
from spec.model.base import AsTuple, Check, Model, Unique, maximum, said, spelling, wrong
from spec.problems import did_you_mean, quoted

Architecture = Literal["x86_64", "arm64"]


def _instance_type_name(value: str) -> str:
    found = facts.instance_types().get(value)
    if found is None:
        raise wrong(
            f"{quoted(value)} is not a known EC2 instance type"
            + did_you_mean(value, facts.instance_types())
        )
    if found.unsupported:
        raise wrong(f"{value} cannot be an EKS node: {found.unsupported}")
    if not has_image(found):
        raise wrong(f"{value} cannot be an EKS node: no node image has drivers for it")
    return value


def has_image(of: facts.InstanceType) -> bool:
    """Whether any node image carries drivers for an instance type."""
    return any(
        it.architecture == of.architecture and it.accelerator == (of.accelerator or "none")
        for it in facts.ami_types().values()
    )


def _names() -> dict[str, list[str]]:
    """Instance types that can be nodes, for JSON Schema."""
    return {
        "enum": [
            name
            for name, it in facts.instance_types().items()
            if not it.unsupported and has_image(it)
        ]
    }


InstanceTypes = Annotated[
    tuple[Annotated[str, Check(_instance_type_name, _names)], ...],
    AsTuple,
    Field(
        max_length=maximum("node-group.instance-types"),
        examples=[["m7i.large"]],
        json_schema_extra={"minItems": 1, "uniqueItems": True},
    ),
    Unique,
]
"""EC2 instance types that can be nodes."""


class RangeSpec(Model):
    """At least `min`, at most `max`."""

    min: Annotated[int, Field(ge=0)] = 0
    """The least."""
    max: Annotated[int, Field(ge=0)] | None = None
    """The most. Default: no limit."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max is not None and self.min > self.max:
            raise wrong(f"min {self.min} is greater than max {self.max}", "min")
        return self

    def holds(self, value: int | None) -> bool:
        """Whether a number lies in it; one that is not known does not."""
        return value is not None and self.min <= value and (self.max is None or value <= self.max)


def _range(value: Any) -> Any:
    if isinstance(value, RangeSpec):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        if value < 0:
            raise wrong(f"must be 0 or more, not {said(value)}")
        return {"min": value, "max": value}
    if not isinstance(value, Mapping):
        raise wrong(f"must be a whole number or {{min: 2, max: 8}}, not {said(value)}")
    return cast("dict[str, Any]", value)


Range = Annotated[
    RangeSpec,
    BeforeValidator(_range, json_schema_input_type=Annotated[int, Field(ge=0)] | RangeSpec),
]
"""A number, or `{min, max}`."""

MIB_PER_GIB = 1024


def _families() -> dict[str, list[str]]:
    return {"enum": list(dict.fromkeys(it.family for it in facts.instance_types().values()))}


def _family(value: str) -> str:
    known = _families()["enum"]
    if value not in known:
        raise wrong(f"{quoted(value)} is not a known instance family" + did_you_mean(value, known))
    return value


class InstanceSelectorSpec(Model):
    """What instances have to be like.

    `python -m ops lock` looks up which types are so, and writes them into the lock file; they
    change only when it is told to. Types of an earlier generation and bare metal are never among
    them.
    """

    vcpus: Annotated[Range, Field(examples=[4, {"min": 2, "max": 8}])]
    """Virtual processors: a number, or `{min, max}`."""
    memory_gib: Annotated[Range, Field(examples=[16, {"min": 8}])]
    """Memory in GiB: a number, or `{min, max}`."""
    architecture: Annotated[
        Architecture, spelling(Architecture, amd64="x86_64", aarch64="arm64")
    ] = "x86_64"
    """`x86_64` or `arm64`."""
    gpus: Range = RangeSpec(min=0, max=0)
    """NVIDIA GPUs: a number, or `{min, max}`. Default: none."""
    families: Annotated[
        tuple[Annotated[str, Check(_family, _families)], ...],
        AsTuple,
        Unique,
        Field(examples=[["m7i", "m8i"]]),
    ] = ()
    """Families to choose from. Default: all."""
    burstable: bool = False
    """Whether burstable types (T) are among them."""
    max_types: Annotated[int, Field(ge=1, le=maximum("node-group.instance-types"))] = 10
    """How many types at most: the smallest that fit. For spot, more are better."""

    @property
    def accelerator(self) -> str:
        """Whose drivers the image needs."""
        return "nvidia" if self.gpus.min > 0 else "none"

    @functools.cached_property
    def found(self) -> tuple[str, ...]:
        """The types that are so as far as is known here, the smallest first, then the newest."""
        # Kept, because many rules ask, and more than a thousand types are looked at.
        fitting = [it for it in facts.instance_types().values() if self.fits(it)]
        fitting.sort(key=_smallest_first)
        return tuple(it.name for it in fitting[: self.max_types])

    def fits(self, it: facts.InstanceType) -> bool:
        """Whether an instance type is so, as far as is known here."""
        memory = None if it.memory_mib is None else it.memory_mib // MIB_PER_GIB
        return (
            it.architecture == self.architecture
            and (it.accelerator or "none") == self.accelerator
            and not it.unsupported
            and it.has("current") is True
            and it.has("bare-metal") is False
            and (it.has("burstable") is False or self.burstable)
            and (not self.families or it.family in self.families)
            and self.vcpus.holds(it.vcpus)
            and self.memory_gib.holds(memory)
            and self.gpus.holds(it.gpus or 0)
        )


def _smallest_first(it: facts.InstanceType) -> tuple[int, int, int, str]:
    generation = next((int(digit) for digit in it.family if digit.isdigit()), 0)
    return it.vcpus or 0, it.memory_mib or 0, -generation, it.name


def architecture_and_accelerator(names: Iterable[str]) -> set[tuple[str, str]]:
    """What images instance types need."""
    types = (facts.instance_types()[name] for name in names)
    return {(it.architecture, it.accelerator or "none") for it in types}
