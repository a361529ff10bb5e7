"""Fargate profiles: which pods run without nodes."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, field_validator

from spec.model.base import AsTuple, Model, Unique, ZoneNames, maximum, text, wrong
from spec.model.capabilities import PolicyArn
from spec.model.tags import Tags
from spec.model.timeouts import TimeoutsSpec

ProfileName = Annotated[str, text("a Fargate profile's name", "fargate-profile.name")]
SelectorNamespace = Annotated[str, text("a selector's namespace", "fargate-profile.namespace")]
SelectorLabels = dict[
    Annotated[str, text("a selector's label key", "fargate-profile.label.key")],
    Annotated[str, text("a selector's label value", "fargate-profile.label.value")],
]


class FargateSelectorSpec(Model):
    """Pods that run on Fargate: those of a namespace that have all of the labels."""

    namespace: SelectorNamespace
    """Their namespace; `*` stands for any characters, `?` for one."""
    labels: Annotated[
        SelectorLabels,
        Field(max_length=maximum("fargate-profile.selector.labels"), examples=[{"tier": "batch"}]),
    ] = {}
    """Labels that they have; `*` and `?` as in `namespace`. Default: all pods of the namespace."""

    def takes(self, namespace: str, labels: Mapping[str, str]) -> bool:
        """Whether a pod is meant."""
        return _fits(self.namespace, namespace) and all(
            any(_fits(key, it) and _fits(value, labels[it]) for it in labels)
            for key, value in self.labels.items()
        )


class FargateSubnetsSpec(Model):
    """Private subnets that pods run in."""

    zones: ZoneNames = ()
    """Zones by name. Default: all of the cluster's."""


class FargateProfileSpec(Model):
    """Which pods run on Fargate, and where. Another value replaces the profile, tags aside.

    https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html
    """

    selectors: Annotated[
        tuple[FargateSelectorSpec, ...],
        AsTuple,
        Field(
            max_length=maximum("fargate-profile.selectors"),
            examples=[[{"namespace": "batch", "labels": {"compute": "fargate"}}]],
        ),
    ]
    """The pods: those that any selector means. A pod that was made before its profile stays where
    it is."""
    subnets: FargateSubnetsSpec = FargateSubnetsSpec()
    """Where they run. Default: all private subnets."""
    policies: Annotated[tuple[PolicyArn, ...], AsTuple, Unique] = ()
    """Further IAM policies of the pod execution role, as for writing logs; the profile has one of
    its own then. Pods do not have its rights: what they need belongs to `serviceAccounts`."""
    tags: Annotated[Tags, Field(examples=[{"cost-center": "42"}])] = {}
    """Tags of the profile, besides the cluster's. Pods do not have them."""
    timeouts: TimeoutsSpec | None = None
    """How long to wait for this profile. Default: `timeouts.fargateProfiles`."""

    @field_validator("selectors", mode="before")
    @classmethod
    def _at_least_one(cls, value: object) -> object:
        if value in ([], ()):  # min_length would count only those that are right
            raise wrong("must name at least one selector")
        return value

    @property
    def has_own_role(self) -> bool:
        """Whether its pod execution role is no other profile's."""
        return bool(self.policies)

    def takes(self, namespace: str, labels: Mapping[str, str]) -> bool:
        """Whether a pod runs on Fargate through this profile."""
        return any(it.takes(namespace, labels) for it in self.selectors)

    def may_take(self, namespace: str) -> bool:
        """Whether any pod of a namespace may."""
        return any(_fits(it.namespace, namespace) for it in self.selectors)


def _fits(pattern: str, value: str) -> bool:
    """Whether a value is what a pattern with `*` and `?` stands for.

    https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html#fargate-profile-wildcards
    """
    parts = {"*": ".*", "?": "."}
    expression = "".join(parts.get(it) or re.escape(it) for it in pattern)
    return re.fullmatch(expression, value, re.DOTALL) is not None
