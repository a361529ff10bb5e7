"""EKS add-ons."""

import math
import re
from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Annotated, Any, Literal, Self, cast

from pydantic import Field, model_validator

from spec import facts
from spec.model.base import AsTuple, Check, Model, Unique, arn, matches, said, spelling
from spec.model.broken import Broken, refuse
from spec.model.capabilities import PolicyArn
from spec.problems import PathKey, did_you_mean, listed

OnCreate = Literal["OVERWRITE", "NONE"]
OnUpdate = Literal["PRESERVE", "OVERWRITE", "NONE"]
AddonPhase = Literal["beforeNodes", "afterNodes"]
IdentityKind = Literal["podIdentity", "irsa", "none"]

AddonName = Annotated[
    str, matches("an add-on's name", "[a-z0-9][a-z0-9_-]{0,99}", "aws-ebs-csi-driver")
]
AddonVersion = Annotated[
    str,
    matches(
        "an add-on's version", r"v[0-9]+\.[0-9]+\.[0-9]+-eksbuild\.[0-9]+", "v1.22.4-eksbuild.3"
    ),
]
RoleArn = Annotated[str, arn("an IAM role's ARN", "iam", r"role/[\x21-\x7e]+", "role/my-role")]
ServiceAccountName = Annotated[
    str, matches("a service account's name", "(?!.{254})[a-z0-9]([-.a-z0-9]*[a-z0-9])?", "my-app")
]
Namespace = Annotated[
    str, matches("a namespace", "(?!.{64})[a-z0-9]([-a-z0-9]*[a-z0-9])?", "kube-system")
]


def _json(value: Any) -> Any:
    """Refuses what JSON has no word for, such as a date that YAML reads."""
    refuse(not_json(value))
    return value


def not_json(value: Any, at: tuple[PathKey, ...] = ()) -> Iterator[Broken]:
    """What JSON has no word for: dates, and numbers that are none."""
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, Any]", value).items():
            yield from not_json(inner, (*at, key))
    elif isinstance(value, list):
        for index, inner in enumerate(cast("list[Any]", value)):
            yield from not_json(inner, (*at, index))
    elif isinstance(value, float) and not math.isfinite(value):
        yield Broken(at, f"is no number that JSON has: {said(value)}")
    elif not isinstance(value, str | int | float | bool | None):
        yield Broken(at, f"must be in quotes: {said(value)}")


class AddonIdentitySpec(Model):
    """As what an add-on calls AWS."""

    type: Annotated[IdentityKind, spelling(IdentityKind)] = "podIdentity"
    """`podIdentity`, `irsa` (needs `iam.oidcProvider`) or `none`: it has no role."""
    role_arn: RoleArn | None = None
    """A role that is there. Default: one is made."""
    policies: Annotated[tuple[PolicyArn, ...], AsTuple, Unique] = ()
    """Further policies of the role that is made."""
    service_account: ServiceAccountName | None = None
    """The service account of an add-on that is not known here."""

    @model_validator(mode="after")
    def _that_fits_together(self) -> Self:
        refuse(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if self.role_arn and self.policies:
            yield Broken(
                ("policies",), "are of a role that is made; roleArn names one that is there"
            )
        if self.type == "none" and (self.role_arn or self.policies or self.service_account):
            yield Broken(("type",), "none goes with nothing else")


class AddonSpec(Model):
    """An EKS add-on.

    https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html
    """

    enabled: bool = True
    """Whether it is installed. vpc-cni, kube-proxy, eks-pod-identity-agent and coredns are unless
    this says `false`."""
    version: Annotated[AddonVersion | None, Field(examples=["v1.22.4-eksbuild.3"])] = None
    """Its version. Default: the one in the lock file."""
    configuration: Annotated[
        dict[str, Any], Check(_json), Field(examples=[{"replicaCount": 3}])
    ] = {}
    """Its configuration values, checked against those that are known of it. `aws eks
    describe-addon-configuration` tells all."""
    conflicts_on_create: Annotated[OnCreate, spelling(OnCreate)] = "OVERWRITE"
    """What becomes of resources that are there already: `OVERWRITE`, or `NONE`: it fails."""
    conflicts_on_update: Annotated[OnUpdate, spelling(OnUpdate)] = "PRESERVE"
    """What becomes of what people changed in the cluster: `PRESERVE`, `OVERWRITE`, or `NONE`: it
    fails."""
    preserve: bool = False
    """Whether its resources stay in the cluster when it is removed."""
    phase: Annotated[AddonPhase, spelling(AddonPhase)] | None = None
    """`beforeNodes`: nodes wait for it; `afterNodes`: it waits for nodes. Default: what is known of
    it, else `afterNodes`."""
    namespace: Namespace | None = None
    """The namespace of an add-on that lets one choose."""
    identity: AddonIdentitySpec | None = None
    """As what it calls AWS. Default: those that are known to call AWS have a role of their own,
    with AWS's policy for them, through EKS Pod Identity."""


def account_of(name: str, addon: AddonSpec) -> tuple[str, str] | None:
    """The namespace and name of the service account as which an add-on calls AWS with its role.

    None: it has no role, or its account is not known. The namespace is empty where it is not known.
    """
    known, identity = facts.known_addons().get(name), addon.identity
    if identity and identity.type == "none":
        return None
    account = (identity and identity.service_account) or (known and known.service_account)
    has_role = bool(known and known.managed_policies) or bool(
        identity and (identity.role_arn or identity.policies)
    )
    if not account or not has_role:
        return None
    return addon.namespace or (known.namespace if known else ""), account


def broken_configuration(name: str, configuration: Mapping[str, Any]) -> Iterator[Broken]:
    """Configuration values that an add-on would refuse, as far as its own are known.

    What is published is not always of the newest version: a key that nothing known resembles is let
    through.
    """
    known = {it.path: it.type for it in facts.addon_settings() if it.addon == name}
    if known:
        yield from _broken_values(configuration, (), known)


_Known = Mapping[tuple[str, ...], str]


def _broken_values(
    values: Mapping[str, Any], at: tuple[str, ...], known: _Known
) -> Iterator[Broken]:
    """What is broken below a path.

    Args:
        values: The values there.
        at: The path, in the user's words.
        known: The settings below it by their paths from there; a step `*` is any name.
    """
    for key, value in values.items():
        below: dict[tuple[str, ...], str] = {
            path[1:]: kind for path, kind in known.items() if path[0] in (key, "*")
        }
        if not below:
            guess = did_you_mean(key, {path[0] for path in known})
            if guess:
                yield Broken((*at, key), f"is not known of the add-on{guess}", at_key=True)
        elif () in below:
            yield from _of_other_type(value, (*at, key), below[()])
        elif isinstance(value, Mapping):
            yield from _broken_values(cast("Mapping[str, Any]", value), (*at, key), below)
        else:
            yield Broken((*at, key), f"must be a mapping, not {said(value)}")


_KINDS: Mapping[str, tuple[str, tuple[type, ...]]] = {
    "text": ("text", (str,)),
    "boolean-text": ('"true" or "false", in quotes', (str,)),
    "integer-text": ("a number in quotes", (str,)),
    "integer": ("a whole number", (int,)),
    "boolean": ("true or false", (bool,)),
    "object": ("a mapping", (dict,)),
    "object-or-null": ("a mapping", (dict, NoneType)),
    "texts": ("a mapping", (dict,)),
    "list": ("a list", (list,)),
    "text-list": ("a list", (list,)),
    "objects": ("a list", (list,)),
}
"""The types of `spec.facts.addon_settings` in words, and what they are in Python."""

_TEXTS = {"boolean-text": "true|false", "integer-text": "-?[0-9]+"}
"""What a text of a type looks like."""


def _of_other_type(value: Any, at: tuple[str, ...], kind: str) -> Iterator[Broken]:
    if "|" in kind:
        if value not in kind.split("|"):
            yield Broken(at, f"must be one of {listed(kind.split('|'))}, not {said(value)}")
        return
    if bounds := re.fullmatch(r"(\d+)\.\.(\d+)", kind):
        least, most = map(int, bounds.groups())
        if type(value) is not int or not least <= value <= most:
            yield Broken(at, f"must be a whole number from {least} to {most}, not {said(value)}")
        return
    wanted, types = _KINDS[kind]
    is_other = not isinstance(value, types) or (isinstance(value, bool) and int in types)
    if is_other or not re.fullmatch(_TEXTS.get(kind, ".*"), str(value), re.DOTALL):
        yield Broken(at, f"must be {wanted}, not {said(value)}")
