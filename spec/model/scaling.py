"""How many nodes a group has."""

from collections.abc import Mapping
from typing import Annotated, Any, Self, cast

from pydantic import BeforeValidator, Field, model_validator

from spec.model.base import Model, said, wrong

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


Scaling = Annotated[
    ScalingSpec,
    BeforeValidator(_scaling, json_schema_input_type=Annotated[int, Field(ge=0)] | ScalingSpec),
    Field(examples=[2, {"min": 2, "desired": 2, "max": 6}]),
]
"""A number of nodes, or `{min, desired, max}`."""
