"""The network: a new VPC, or one that is there."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from typing import Annotated, Any, Literal, Self, cast

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from spec import addresses, facts
from spec.model.base import (
    AsTuple,
    Cidr,
    Model,
    Unique,
    limit,
    number,
    one_of,
    said,
    spelling,
    whole,
    wrong,
)
from spec.model.broken import Broken, refuse

NatGateways = Literal["single", "perZone", "none"]
ControlPlaneSubnets = Literal["private", "intra", "dedicated"]
IpFamily = Literal["ipv4", "ipv6"]
TrafficType = Literal["REJECT", "ACCEPT", "ALL", "NONE"]

_SUBNET_ID = r"subnet-(?:[0-9a-f]{8}|[0-9a-f]{17})"
_VPC_ID = r"vpc-(?:[0-9a-f]{8}|[0-9a-f]{17})"


def _availability_zones(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | list | tuple):
        raise wrong(f"must be a number of zones or a list of zone names, not {said(value)}")
    if isinstance(value, int):
        if not 2 <= value <= addresses.MAXIMUM_ZONES:
            raise wrong(
                f"must be 2 to {addresses.MAXIMUM_ZONES}, not {said(value)}: "
                "EKS needs subnets in at least two zones"
            )
        return value
    names = list(cast("Iterable[Any]", value))
    for index, name in enumerate(names):
        if not isinstance(name, str):
            raise wrong(f"must be the name of a zone such as eu-west-1a, not {said(name)}", index)
        if name in names[:index]:
            raise wrong(f"{said(name)} is here twice; keep one", index)
    if len(names) < 2:
        raise wrong("must name two zones or more: EKS needs subnets in at least two zones")
    return tuple(names)


class FlowLogsSpec(Model):
    """What is written down of the VPC's traffic, in CloudWatch Logs.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
    """

    traffic_type: Annotated[TrafficType, spelling(TrafficType)] = "REJECT"
    """`REJECT`: what security groups and network ACLs refuse, `ACCEPT`: what they let through,
    `ALL`: both, `NONE`: no flow logs."""
    retention_days: Annotated[int, number("a retention", "log-group.retention")] = 365
    """Days that the log is kept; one of the numbers that CloudWatch Logs offers."""
    aggregation_seconds: Annotated[int, number("it", "flow-log.aggregation")] = 600
    """Seconds of traffic that make one entry."""


class PodsSpec(Model):
    """How the VPC CNI gives pods their addresses, and what it enforces between them.

    https://docs.aws.amazon.com/eks/latest/best-practices/vpc-cni.html
    """

    cidr: Annotated[Cidr | None, Field(examples=["100.64.0.0/16"])] = None
    """A second block of the VPC, /16 to /24, whose subnets give pods their addresses instead of the
    nodes' own (custom networking). For networks that have too few addresses."""
    prefix_delegation: bool = False
    """Whether a network interface takes /28 blocks instead of single addresses: more pods to a
    node."""
    warm_prefix_target: Annotated[int, Field(ge=0, le=100)] | None = None
    """Free /28 blocks that each node keeps ready. Only with prefix delegation."""
    warm_ip_target: Annotated[int, Field(ge=0, le=1000)] | None = None
    """Free addresses that each node keeps ready."""
    minimum_ip_target: Annotated[int, Field(ge=0, le=1000)] | None = None
    """Addresses that each node takes when it starts."""
    warm_eni_target: Annotated[int, Field(ge=0, le=50)] | None = None
    """Free network interfaces that each node keeps ready."""
    network_policy: bool = False
    """Whether the CNI enforces Kubernetes network policies."""
    security_groups: bool = False
    """Whether pods can have security groups of their own (`SecurityGroupPolicy`)."""

    @field_validator("cidr")
    @classmethod
    def _of_a_size(cls, cidr: IPv4Network | None) -> IPv4Network | None:
        if cidr and not addresses.LARGEST_PREFIX <= cidr.prefixlen <= addresses.SMALLEST_PODS:
            raise wrong(
                f"{cidr} must be a /{addresses.LARGEST_PREFIX} to /{addresses.SMALLEST_PODS}: it "
                "is divided between the zones"
            )
        return cidr

    @model_validator(mode="after")
    def _targets_that_fit(self) -> Self:
        if self.warm_prefix_target is not None and not self.prefix_delegation:
            raise wrong("needs prefixDelegation: true", "warmPrefixTarget")
        return self

    @property
    def is_custom(self) -> bool:
        """Whether anything is said of the CNI."""
        return self != PodsSpec()


class SubnetsSpec(Model):
    """Subnets that are there: their ids, or the tags by which they are found.

    Attributes:
        ids: The ids; empty where tags are given.
        tags: Tags that each of them has; `*` as a value stands for any.
    """

    ids: tuple[str, ...] = ()
    tags: Mapping[str, str] = {}


class SubnetTagsSpec(Model):
    """The tags by which subnets are found, as the stack file has them."""

    tags: Annotated[dict[str, str], Field(min_length=1)]
    """Tags that each of them has; `*` as a value stands for any."""


class VpcSpec(Model):
    """A VPC that is there: its id, or the tags by which it is found.

    Attributes:
        id: The id; None where tags are given.
        tags: Tags that it alone has in its region; `*` as a value stands for any.
    """

    id: str | None = None
    tags: Mapping[str, str] = {}


class VpcTagsSpec(Model):
    """The tags by which a VPC is found, as the stack file has them."""

    tags: Annotated[dict[str, str], Field(min_length=1)]
    """Tags that it alone has in its region; `*` as a value stands for any."""


def _tags(given: Mapping[str, Any], otherwise: str) -> dict[str, Any]:
    """What is looked up by tags."""
    tags: Any = given.get("tags")
    if set(given) != {"tags"} or not isinstance(tags, Mapping) or not tags:
        raise wrong(f"must be {otherwise} or {{tags: {{key: value}}}}")
    refuse(
        Broken(("tags", key), f"must be text in quotes, not {said(tag)}")
        for key, tag in cast("Mapping[str, Any]", tags).items()
        if not isinstance(tag, str)
    )
    return {"tags": dict(cast("Mapping[str, str]", tags))}


def _vpc(value: Any) -> Any:
    if isinstance(value, VpcSpec):
        return value
    if isinstance(value, Mapping):
        return _tags(cast("Mapping[str, Any]", value), "a VPC id")
    if not isinstance(value, str) or not re.fullmatch(_VPC_ID, value):
        raise wrong(
            f"{said(value)} is not a VPC id such as vpc-0123abcd; to find the VPC by its tags, "
            "write {tags: {key: value}}"
        )
    return {"id": value}


def _subnets(value: Any) -> Any:
    if isinstance(value, SubnetsSpec):
        return value
    if isinstance(value, Mapping):
        return _tags(cast("Mapping[str, Any]", value), "a list of subnet ids")
    if not isinstance(value, list | tuple) or not value:
        raise wrong("must be a list of subnet ids or {tags: {key: value}}")
    ids = list(cast("Iterable[Any]", value))
    refuse(_broken_ids(ids))
    return {"ids": tuple(ids)}


def _broken_ids(ids: Sequence[Any]) -> Iterator[Broken]:
    for index, id_ in enumerate(ids):
        if not isinstance(id_, str) or not re.fullmatch(_SUBNET_ID, id_):
            yield Broken((index,), f"{said(id_)} is not a subnet id such as subnet-0123abcd")
        elif id_ in ids[:index]:
            yield Broken((index,), f"{said(id_)} is here twice; keep one")


Subnets = Annotated[
    SubnetsSpec,
    BeforeValidator(
        _subnets,
        json_schema_input_type=Annotated[
            list[Annotated[str, Field(pattern=whole(_SUBNET_ID))]],
            Field(min_length=1, json_schema_extra={"uniqueItems": True}),
        ]
        | SubnetTagsSpec,
    ),
]


Vpc = Annotated[
    VpcSpec,
    BeforeValidator(
        _vpc,
        json_schema_input_type=Annotated[str, Field(pattern=whole(_VPC_ID))] | VpcTagsSpec,
    ),
]


class ExistingNetworkSpec(Model):
    """A VPC and subnets that are there.

    They are looked up and checked before anything is made: zones, routes, tags and free addresses.
    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """

    vpc: Annotated[Vpc, Field(examples=["vpc-0123abcd", {"tags": {"Name": "shared"}}])]
    """The VPC, by its id or by tags that it alone has: `{tags: {Name: shared}}`."""
    private_subnets: Annotated[Subnets, Field(examples=[["subnet-0123abcd", "subnet-4567cdef"]])]
    """Subnets of the worker nodes, as a list of ids or by tags: `{tags: {tier: private}}`. In two
    zones or more, each with a route out."""
    public_subnets: Subnets | None = None
    """Subnets of internet-facing load balancers."""
    control_plane_subnets: Subnets | None = None
    """Subnets of the control plane's network interfaces. Default: the private ones."""
    pod_subnets: Subnets | None = None
    """One subnet in each zone of the private ones, whose addresses pods get (custom
    networking)."""
    tag_subnets: bool = False
    """Whether the tags by which load balancers find their subnets are put on them. Otherwise they
    have to be there."""

    @property
    def subnets(self) -> dict[str, SubnetsSpec]:
        """The subnets of each field that is given, by its name in the stack file."""
        fields = {
            "privateSubnets": self.private_subnets,
            "publicSubnets": self.public_subnets,
            "controlPlaneSubnets": self.control_plane_subnets,
            "podSubnets": self.pod_subnets,
        }
        return {field: subnets for field, subnets in fields.items() if subnets is not None}


class NetworkSpec(Model):
    """The VPC: a new one, or with `existing` one that is there.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """

    existing: ExistingNetworkSpec | None = None
    """A VPC that is there. Then none of the fields that describe a new one may be given."""
    availability_zones: Annotated[
        int | tuple[str, ...],
        BeforeValidator(
            _availability_zones,
            json_schema_input_type=Annotated[int, Field(ge=2, le=addresses.MAXIMUM_ZONES)]
            | Annotated[list[str], Field(min_length=2, json_schema_extra={"uniqueItems": True})],
        ),
    ] = 3
    """How many zones (2 to 6, from the front of the region's list), or their names."""
    nat_gateways: Annotated[NatGateways, spelling(NatGateways)] = "single"
    """`single`: one for all zones, the cheapest. `perZone`: one in each zone, so that no zone's
    outage cuts off another. `none`: no way to the internet; every VPC endpoint that nodes need is
    made instead."""
    public_subnets: bool | None = None
    """Whether there are public subnets, for NAT gateways and internet-facing load balancers.
    Default: yes, unless `natGateways` is `none`."""
    intra_subnets: bool = False
    """Whether there are subnets with no route out of the VPC."""
    control_plane_subnets: Annotated[ControlPlaneSubnets, spelling(ControlPlaneSubnets)] = "private"
    """Where EKS puts the control plane's network interfaces: the nodes' `private` subnets, the
    `intra` ones, or small `dedicated` ones."""
    local_zones: Annotated[
        dict[str, Cidr], Field(examples=[{"us-west-2-lax-1a": "10.0.252.0/23"}])
    ] = {}
    """Local Zones, each with the part of `cidr` that is halved into a private and a public subnet
    there. The last 32nd part of `cidr` is kept free for it. The account must have opted in to the
    zones."""
    vpc_endpoints: Annotated[
        tuple[Annotated[str, one_of(facts.vpc_endpoints, "a VPC endpoint service")], ...],
        AsTuple,
        Unique,
        Field(examples=[["s3", "ecr.api", "ecr.dkr"]]),
    ] = ("s3",)
    """AWS services that are reached without leaving the VPC. Those of S3 and DynamoDB cost
    nothing."""
    ip_family: Annotated[IpFamily, spelling(IpFamily)] = "ipv4"
    """Addresses of pods and services. `ipv6` gives the VPC an IPv6 block as well. Cannot be changed
    later."""
    dual_stack: bool = False
    """Whether VPC and subnets have IPv6 addresses beside those of an `ipv4` cluster. Cannot be
    switched off again while there are subnets."""
    service_cidr: Annotated[Cidr | None, Field(examples=["172.20.0.0/16"])] = None
    """IPv4 block of Kubernetes services, /12 to /24, private, apart from the VPC's. Default: EKS
    takes 10.100.0.0/16 or 172.20.0.0/16. Cannot be changed later."""
    flow_logs: FlowLogsSpec = FlowLogsSpec()
    """What is written down of the VPC's traffic."""
    pods: PodsSpec = PodsSpec()
    """Addresses of pods, and policies between them."""
    cidr: Cidr = IPv4Network("10.0.0.0/16")
    """IPv4 block of the new VPC, /16 to /22."""

    @field_validator("cidr")
    @classmethod
    def _room_for_the_zones(cls, cidr: IPv4Network, info: ValidationInfo) -> IPv4Network:
        if cidr.prefixlen < addresses.LARGEST_PREFIX:
            raise wrong(
                f"{cidr} is larger than AWS allows: a VPC is a /{addresses.LARGEST_PREFIX} at most"
            )
        if cidr.prefixlen > addresses.SMALLEST_PREFIX:
            zones = info.data.get("availability_zones", ())
            count = zones if isinstance(zones, int) else len(zones)
            each = f"each of {count} zones" if count else "each zone"
            raise wrong(
                f"{cidr} is too small for a public and a private subnet in {each}: "
                f"use a /{addresses.SMALLEST_PREFIX} or larger, up to a /{addresses.LARGEST_PREFIX}"
            )
        if (
            cidr.is_loopback
            or cidr.is_link_local
            or cidr.is_multicast
            or cidr.is_reserved
            or cidr.is_unspecified
        ):
            raise wrong(
                f"{cidr} is reserved and cannot be a VPC; use a private block such as 10.0.0.0/16"
            )
        return cidr

    @field_validator("service_cidr")
    @classmethod
    def _private_and_of_a_size(cls, cidr: IPv4Network | None) -> IPv4Network | None:
        of = limit("cluster.service-cidr")
        if cidr is None or of.minimum is None or of.maximum is None:
            return cidr
        if not of.minimum <= cidr.prefixlen <= of.maximum:
            raise wrong(f"{cidr} must be a /{of.minimum} to /{of.maximum}")
        if not any(cidr.subnet_of(IPv4Network(block)) for block in of.values):
            raise wrong(f"{cidr} must lie within one of {', '.join(of.values)}")
        return cidr

    @property
    def has_public_subnets(self) -> bool:
        """Whether a new VPC has public subnets and an internet gateway."""
        return self.nat_gateways != "none" if self.public_subnets is None else self.public_subnets

    @property
    def has_ipv6(self) -> bool:
        """Whether a new VPC and its subnets have IPv6 addresses."""
        return self.dual_stack or self.ip_family == "ipv6"

    @property
    def endpoint_services(self) -> tuple[str, ...]:
        """The services that get a VPC endpoint, each once, in the order of the table."""
        return tuple(
            it.service
            for it in facts.vpc_endpoints().values()
            if it.service in self.vpc_endpoints
            or (self.nat_gateways == "none" and it.needed_by_nodes)
        )
