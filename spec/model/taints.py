"""Taints and labels that every node of a group carries."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from spec.model.base import (
    AsTuple,
    Model,
    Spelling,
    any_spelling,
    folded,
    key_of,
    maximum,
    said,
    text,
    whole,
    wrong,
)
from spec.problems import did_you_mean, listed

TaintEffect = Literal["NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"]

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
    def kubernetes_effect(self) -> str:
        """The effect as Kubernetes spells it."""
        return next(name for name, it in _EFFECTS.items() if it == self.effect)

    @property
    def as_kubernetes(self) -> str:
        """As `kubectl` writes it: `key=value:NoSchedule`."""
        key = f"{self.key}={self.value}" if self.value else self.key
        return f"{key}:{self.kubernetes_effect}"

    @property
    def repels_pods(self) -> bool:
        """Whether pods without a toleration cannot run on the node."""
        return self.effect != "PREFER_NO_SCHEDULE"


Labels = dict[
    Annotated[str, key_of("label")],
    Annotated[str, text("a label value", "label.value", "label.value.eks")],
]
"""Kubernetes labels."""

Taints = Annotated[tuple[TaintSpec, ...], AsTuple, Field(max_length=maximum("node-group.taints"))]
"""Kubernetes taints."""
