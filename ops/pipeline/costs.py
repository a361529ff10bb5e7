"""What a stack costs a month before and after a change, as far as prices are known.

Counted is what is charged for being there. Traffic, volumes, logs, load balancers and what runs on
Fargate or is launched by Auto Mode depend on use, and are not.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ops.pipeline.log import Step
from spec import facts

Resource = tuple[str, Mapping[str, Any]]
"""A type and the inputs of a resource of it."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a stack costs a month, in US dollars.

    Attributes:
        before: What is known of it, before the change.
        after: After it.
        unknown: What there is after it and no price is known of, each with how many.
        sources: The pages that the prices are from.
        oldest: The day of the oldest of them.
    """

    before: float
    after: float
    unknown: Mapping[str, int]
    sources: tuple[str, ...]
    oldest: str

    def as_json(self) -> dict[str, Any]:
        """The cost for machines."""
        return {
            "before": round(self.before, 2),
            "after": round(self.after, 2),
            "unknown": dict(self.unknown),
            "sources": list(self.sources),
            "oldest": self.oldest,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Cost":
        """What `as_json` has written."""
        return cls(
            before=told["before"],
            after=told["after"],
            unknown=told["unknown"],
            sources=tuple(told["sources"]),
            oldest=told["oldest"],
        )


def cost(
    state: Mapping[str, Resource], steps: Iterable[Step], region: str, today: datetime.date
) -> Cost:
    """The cost of a stack before and after a change.

    Args:
        state: What there is, by URN.
        steps: What changes.
        region: Where.
        today: Decides whether a version of Kubernetes is in extended support.
    """
    after = dict(state)
    for it in steps:
        if it.operation == "delete":
            after.pop(it.urn, None)
        elif it.new:
            after[it.urn] = (it.type, it.new)
    known_before, _, first = _summed(state.values(), region, today)
    known_after, unknown, second = _summed(after.values(), region, today)
    prices = first | second
    return Cost(
        before=known_before,
        after=known_after,
        unknown=unknown,
        sources=tuple(sorted({url for it in prices for url in it.source.split()})),
        oldest=min((it.date for it in prices), default=""),
    )


def _summed(
    resources: Iterable[Resource], region: str, today: datetime.date
) -> tuple[float, Mapping[str, int], set[facts.Price]]:
    total, unknown, used = 0.0, Counter[str](), set[facts.Price]()
    for type_, inputs in resources:
        for what, number, name in _charged(type_, inputs, today):
            price = facts.price(name, region) if name else None
            if price:
                total += number * price.usd_per_month
                used.add(price)
            else:
                unknown[what] += number
    return total, dict(sorted(unknown.items())), used


def _charged(
    type_: str, inputs: Mapping[str, Any], today: datetime.date
) -> Iterator[tuple[str, int, str]]:
    """What is charged of a resource: what people call it, how many, its price's name or none."""
    match type_:
        case "aws:eks/cluster:Cluster":
            yield "control plane", 1, _control_plane(inputs, today)
        case "aws:ec2/natGateway:NatGateway":
            yield "NAT gateway", 1, "nat-gateway"
        case "aws:ec2/eip:Eip":
            yield "public IPv4 address", 1, "public-ipv4"
        case "aws:kms/key:Key":
            yield "KMS key", 1, "kms-key"
        case "aws:ec2/vpcEndpoint:VpcEndpoint":
            if inputs.get("vpcEndpointType") == "Interface":
                yield "interface endpoint", len(inputs.get("subnetIds") or ()) or 1, ""
        case "aws:eks/nodeGroup:NodeGroup":
            yield from _nodes(inputs)
        case "aws:eks/capability:Capability":
            yield "capability", 1, ""
        case _:
            pass


def _control_plane(inputs: Mapping[str, Any], today: datetime.date) -> str:
    version = facts.kubernetes_versions().get(str(inputs.get("version")))
    scaling: Mapping[str, Any] = inputs.get("controlPlaneScalingConfig") or {}
    tier = scaling.get("tier") or "standard"
    if tier != "standard" or version is None:
        return ""
    extended = today >= version.standard_support_ends
    return "eks.cluster.extended" if extended else "eks.cluster.standard"


def _nodes(inputs: Mapping[str, Any]) -> Iterator[tuple[str, int, str]]:
    types = inputs.get("instanceTypes") or ()
    scaling: Mapping[str, Any] = inputs.get("scalingConfig") or {}
    number: Any = scaling.get("desiredSize") or 0
    kind = str(types[0]) if types else "instance of a launch template"
    how = str(inputs.get("capacityType") or "ON_DEMAND")
    windows = "WINDOWS" in str(inputs.get("amiType") or "")
    on_demand = how == "ON_DEMAND" and types and not windows
    suffix = "" if on_demand else f" ({'Windows' if windows else how.lower().replace('_', ' ')})"
    if isinstance(number, int) and number:
        yield f"{kind}{suffix}", number, kind if on_demand else ""
