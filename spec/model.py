"""The typed model of a cluster: what a stack file may say, and what it then means.

It knows nothing of Pulumi, opens no file and no connection, and is usable on its own:

    ClusterSpec(
        name="dev",
        region="ap-northeast-2",
        kubernetes_version="1.36",
        node_groups={"general": NodeGroupSpec(instance_types=["t3.medium"], nodes=2)},
    )

Each field checks itself against `spec.facts`; a value that AWS would refuse raises pydantic's
`ValidationError`, which `spec.stack_file` turns into messages with file and line.
"""

import json
import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network
from typing import Annotated, Any, Literal, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from spec import addresses, facts
from spec.problems import did_you_mean, listed

DEFAULT_DISK_SIZE = 50
"""GiB. EKS's own 20 GiB fills up with images and logs within weeks."""


_AUTONAME_LENGTH = 8
"""Pulumi ends the names it makes with a hyphen and seven digits.

https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
"""


def wrong(message: str, *at: str) -> PydanticCustomError:
    """What a check raises: a whole sentence for the user.

    Args:
        message: What is wrong and what would be right.
        at: The field below the one that is checked, where the fault lies there.
    """
    # Braces in the message would be read as placeholders.
    return PydanticCustomError("stack_file", "{message}", {"message": message, "at": at})


class _Model(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        strict=True,
        validate_by_alias=True,
        validate_by_name=True,
    )


def _network(value: Any) -> Any:
    if isinstance(value, IPv4Network):
        return value
    if not isinstance(value, str):
        raise wrong(f'must be a CIDR block such as "10.0.0.0/16", not {said(value)}')
    try:
        if "/" in value:
            return IPv4Network(value)
    except ValueError:
        try:
            wider = IPv4Network(value, strict=False)
        except ValueError:
            pass
        else:
            raise wrong(
                f'"{value}" has bits set outside of its mask; did you mean "{wider}"?'
            ) from None
    raise wrong(f'"{value}" is not an IPv4 CIDR block such as "10.0.0.0/16"')


Cidr = Annotated[IPv4Network, BeforeValidator(_network)]


def _availability_zones(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | list | tuple):
        raise wrong(f"must be a number of zones or a list of zone names, not {said(value)}")
    if isinstance(value, int):
        if not 2 <= value <= addresses.MAXIMUM_ZONES:
            raise wrong(
                f"must be 2 to {addresses.MAXIMUM_ZONES}, not {value}: "
                "EKS needs subnets in at least two zones"
            )
        return value
    names = list(cast("Iterable[Any]", value))
    if not all(isinstance(name, str) for name in names):
        raise wrong("must be a number of zones or a list of zone names such as ap-northeast-2a")
    if len(set(names)) < len(names):
        raise wrong("names a zone twice")
    if len(names) < 2:
        raise wrong("must name two zones or more: EKS needs subnets in at least two zones")
    return tuple(names)


def _tuple(value: Any) -> Any:
    return tuple(cast("list[Any]", value)) if isinstance(value, list) else value


_AsTuple = BeforeValidator(_tuple)
"""Takes a list of the stack file as the tuple that the model keeps."""


def _limit(name: str) -> facts.Limit:
    return facts.limits()[name]


def _within(value: str, limit: facts.Limit, what: str) -> None:
    """Checks a text's length and pattern."""
    if limit.minimum is not None and len(value) < limit.minimum:
        raise wrong(f"{what} must not be empty")
    if limit.maximum is not None and len(value) > limit.maximum:
        raise wrong(
            f"{what} must have {limit.maximum} characters at most; "
            f"{json.dumps(value)} has {len(value)}"
        )
    if limit.pattern and not re.fullmatch(limit.pattern, value):
        raise wrong(f"{json.dumps(value)} is not {what}: {_PATTERNS[limit.name]}")


_PATTERNS: Mapping[str, str] = {
    "cluster.name": "it has letters, digits, - and _, and begins with a letter or digit",
    "node-group.name": "it has letters, digits, - and _, and begins with a letter or digit",
    "label.key.prefix": "before the slash stands a DNS name such as example.com",
    "label.key.name": "it has letters, digits, -, _ and ., and begins and ends with one of the "
    "first two",
    "label.value": "it has letters, digits, -, _ and ., and begins and ends with one of the "
    "first two",
    "taint.value": "it has letters, digits, -, _ and ., and begins and ends with one of the "
    "first two",
}
"""The patterns of `spec.facts` in words."""


def _text(what: str, *limits: str) -> AfterValidator:
    """A check of a text against limits of `spec.facts`."""

    def check(value: str) -> str:
        for name in limits:
            _within(value, _limit(name), what)
        return value

    return AfterValidator(check)


def _key(what: str) -> AfterValidator:
    """A check of the key of a label or taint: `name` or `example.com/name`."""

    def check(value: str) -> str:
        prefix, slash, name = value.rpartition("/")
        if slash:
            _within(prefix, _limit("label.key.prefix"), f"the prefix of a {what} key")
        _within(name, _limit("label.key.name"), f"a {what} key")
        _within(value, _limit(f"{what}.key"), f"a {what} key")
        for domain in _limit("label.reserved-prefixes").values:
            if prefix == domain or prefix.endswith(f".{domain}"):
                raise wrong(
                    f"{json.dumps(value)} begins with {domain}, which Kubernetes keeps for itself; "
                    "use a prefix of your own, e.g. example.com/"
                )
        return value

    return AfterValidator(check)


def _region(value: str) -> str:
    if value not in facts.regions():
        raise wrong(
            f'EKS is not in a region "{value}"'
            + (did_you_mean(value, facts.regions()) or f"; it is in {listed(facts.regions())}")
        )
    return value


def _kubernetes_version(value: str) -> str:
    known = facts.kubernetes_versions()
    if value not in known:
        # Pulumi's own commands write an unquoted 1.30 back as "1.3".
        cut = re.fullmatch(r"\d+\.\d", value)
        hint = f"; YAML reads {value}0 without quotes as {value}" if cut else ""
        raise wrong(
            f'"{value}" is not a Kubernetes version that is known here: {listed(known)}{hint}'
        )
    return value


def _instance_type_name(value: str) -> str:
    found = facts.instance_types().get(value)
    if found is None:
        raise wrong(
            f'"{value}" is not a known EC2 instance type'
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


def said(value: Any) -> str:
    """A value as the user would recognise it."""
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case str() | bool():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


class NetworkSpec(_Model):
    """A new VPC with a public and a private subnet in each zone.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html

    Attributes:
        availability_zones: How many zones, taken from the front of the region's list, or their
            names. 2 to 6.
        nat_gateways: `single`: one for all zones, the cheapest. `perZone`: one in each zone, so
            that no zone's outage cuts off another.
        cidr: The VPC's IPv4 block, /16 to /22.
    """

    availability_zones: Annotated[
        int | tuple[str, ...], BeforeValidator(_availability_zones, json_schema_input_type=Any)
    ] = 3
    nat_gateways: Literal["single", "perZone"] = "single"
    cidr: Cidr = IPv4Network("10.0.0.0/16")

    @field_validator("nat_gateways", mode="before")
    @classmethod
    def _nodes_need_a_way_out(cls, value: Any) -> Any:
        if value == "none":
            raise wrong(
                '"none" would leave the worker nodes, which are in private subnets, without a way '
                'to the EKS API and to their images; use "single" or "perZone"'
            )
        return value

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


class EndpointSpec(_Model):
    """Who reaches the Kubernetes API from where.

    It is always reachable from inside the VPC.
    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html

    Attributes:
        public_access_cidrs: IPv4 blocks that reach it from the internet as well. None named:
            there is no public endpoint.
    """

    public_access_cidrs: Annotated[
        tuple[Cidr, ...], _AsTuple, Field(max_length=_limit("cluster.public-access-cidrs").maximum)
    ] = ()

    @field_validator("public_access_cidrs")
    @classmethod
    def _not_the_whole_internet(cls, cidrs: tuple[IPv4Network, ...]) -> tuple[IPv4Network, ...]:
        for index, cidr in enumerate(cidrs):
            if cidr.prefixlen == 0:
                raise wrong(
                    "0.0.0.0/0 opens the Kubernetes API to the whole internet; name the networks "
                    "that you use, e.g. your office's as 198.51.100.0/24",
                    str(index),
                )
        if len(set(cidrs)) < len(cidrs):
            raise wrong("names a block twice")
        return cidrs


class ScalingSpec(_Model):
    """How many nodes a group has: `min <= desired <= max`.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html
    """

    min: Annotated[int, Field(ge=0)]
    desired: Annotated[int, Field(ge=0)]
    max: Annotated[int, Field(ge=1)]

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
            raise wrong(f"must be 0 or more, not {value}")
        return {"min": value, "desired": value, "max": max(value, 1)}
    if not isinstance(value, Mapping):
        raise wrong(f"must be a whole number or {{min: 2, desired: 2, max: 6}}, not {said(value)}")
    return cast("dict[str, Any]", value)


_EFFECTS = {
    "NoSchedule": "NO_SCHEDULE",
    "PreferNoSchedule": "PREFER_NO_SCHEDULE",
    "NoExecute": "NO_EXECUTE",
}
"""Kubernetes' names of the taint effects, and EKS's."""


class TaintSpec(_Model):
    """A taint that every node of the group carries.

    https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
    """

    key: Annotated[str, _key("taint")]
    value: Annotated[str, _text("a taint value", "taint.value")] = ""
    effect: str

    @field_validator("effect", mode="before")
    @classmethod
    def _kubernetes_or_eks_name(cls, value: Any) -> Any:
        if isinstance(value, str) and value in _EFFECTS:
            return _EFFECTS[value]
        if value in _EFFECTS.values():
            return value
        raise wrong(
            f"must be one of {listed(_EFFECTS)}, not {said(value)}"
            + did_you_mean(str(value), _EFFECTS)
        )

    @property
    def repels_pods(self) -> bool:
        """Whether pods without a toleration cannot run on the node."""
        return self.effect != "PREFER_NO_SCHEDULE"


class NodeGroupSpec(_Model):
    """An EKS managed node group: EC2 instances of one CPU architecture, one node each.

    https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html

    Attributes:
        instance_types: EC2 instance types, all of one architecture. With on-demand capacity EKS
            takes the first that is to be had, with spot the one that is cheapest to keep.
        nodes: How many, as a number or `{min, desired, max}`.
        disk_size: Root volume in GiB (gp3, encrypted).
        capacity_type: `ON_DEMAND` or `SPOT`.
        labels: Kubernetes labels of every node.
        taints: Kubernetes taints of every node.
    """

    instance_types: Annotated[
        tuple[Annotated[str, AfterValidator(_instance_type_name)], ...],
        _AsTuple,
        Field(max_length=_limit("node-group.instance-types").maximum),
    ]
    nodes: Annotated[ScalingSpec, BeforeValidator(_scaling)]
    disk_size: Annotated[
        int,
        Field(
            ge=max(image.minimum_disk_gib for image in facts.ami_types().values()),
            le=_limit("disk.size").maximum,
        ),
    ] = DEFAULT_DISK_SIZE
    capacity_type: Literal["ON_DEMAND", "SPOT"] = "ON_DEMAND"
    labels: dict[
        Annotated[str, _key("label")],
        Annotated[str, _text("a label value", "label.value", "label.value.eks")],
    ] = {}
    taints: Annotated[
        tuple[TaintSpec, ...], _AsTuple, Field(max_length=_limit("node-group.taints").maximum)
    ] = ()

    @field_validator("instance_types", mode="before")
    @classmethod
    def _at_least_one(cls, value: Any) -> Any:
        if value in ([], ()):  # min_length would count only those that are right
            raise wrong("must name at least one instance type")
        return value

    @field_validator("instance_types")
    @classmethod
    def _one_image(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(names)) < len(names):
            raise wrong("names an instance type twice")
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


class ClusterSpec(_Model):
    """A whole cluster.

    Attributes:
        name: The EKS cluster's name. Changing it makes another cluster.
        region: The AWS region, e.g. `ap-northeast-2`.
        kubernetes_version: `MAJOR.MINOR`, e.g. `1.36`; one that `spec.facts` knows.
        network: The VPC.
        endpoint: Access to the Kubernetes API.
        node_groups: Groups of worker nodes by name; at least one.
    """

    region: Annotated[str, AfterValidator(_region)]
    name: Annotated[str, _text("a cluster name", "cluster.name")]
    kubernetes_version: Annotated[str, AfterValidator(_kubernetes_version)]
    network: NetworkSpec = NetworkSpec()
    endpoint: EndpointSpec = EndpointSpec()
    node_groups: Annotated[
        dict[Annotated[str, _text("a node group name", "node-group.name")], NodeGroupSpec],
        Field(min_length=1),
    ]

    @field_validator("name")
    @classmethod
    def _room_for_the_service_role(cls, name: str) -> str:
        longest = (_limit("role.name").maximum or 0) - len("-eksRole-role") - _AUTONAME_LENGTH
        if len(name) > longest:
            raise wrong(
                f"must have {longest} characters at most, so that the names of IAM roles made from "
                f"it stay within AWS's {_limit('role.name').maximum}; {json.dumps(name)} has "
                f"{len(name)}"
            )
        return name

    @field_validator("node_groups")
    @classmethod
    def _room_for_the_clusters_name(
        cls, groups: dict[str, NodeGroupSpec], info: ValidationInfo
    ) -> dict[str, NodeGroupSpec]:
        cluster = info.data.get("name", "")
        longest = (_limit("node-group.name").maximum or 0) - len(cluster) - 1 - _AUTONAME_LENGTH
        for name in groups:
            if len(name) > longest:
                raise wrong(
                    f"the name must have {longest} characters at most, so that it stays within "
                    f"AWS's {_limit('node-group.name').maximum} with the cluster's name before it",
                    name,
                )
        return groups

    @field_validator("network")
    @classmethod
    def _zones_of_the_region(cls, network: NetworkSpec, info: ValidationInfo) -> NetworkSpec:
        region = facts.regions().get(info.data.get("region", ""))
        if region is None:  # said already
            return network
        usable = [zone.name for zone in region.zones if zone.eks_supported]
        chosen = network.availability_zones
        if isinstance(chosen, int):
            if chosen > len(usable):
                raise wrong(
                    f"must be {len(usable)} or less, not {chosen}: {region.name} has the zones "
                    f"{listed(usable)}",
                    "availabilityZones",
                )
            return network
        for index, name in enumerate(chosen):
            if name not in usable:
                why = "EKS has no control plane in" if name in _names(region) else "there is no"
                raise wrong(
                    f'{why} zone "{name}"; {region.name} has {listed(usable)}',
                    "availabilityZones",
                    str(index),
                )
        return network

    @field_validator("node_groups")
    @classmethod
    def _room_for_any_pod(cls, groups: dict[str, NodeGroupSpec]) -> dict[str, NodeGroupSpec]:
        if not any(group.takes_any_pod for group in groups.values()):
            raise wrong(
                "no group has a node without a NoSchedule or NoExecute taint: CoreDNS would wait "
                "for one for ever; add a group without taints and with a desired size of 1 or more"
            )
        return groups

    @property
    def partition(self) -> str:
        """The AWS partition of the region: `aws`, `aws-cn` or `aws-us-gov`."""
        return facts.regions()[self.region].partition

    @property
    def subnets(self) -> dict[str, addresses.ZoneSubnets]:
        """The blocks of the subnets in each chosen zone, by zone name."""
        zones = facts.regions()[self.region].zones
        chosen = self.network.availability_zones
        if isinstance(chosen, int):
            chosen = tuple([zone.name for zone in zones if zone.eks_supported][:chosen])
        return {
            zone.name: addresses.plan(self.network.cidr, index)
            for index, zone in enumerate(zones)
            if zone.name in chosen
        }

    @property
    def tags(self) -> dict[str, str]:
        """Tags of every resource."""
        return {"Cluster": self.name, "ManagedBy": "pulumi"}


def owner_tags(project: str, stack: str) -> dict[str, str]:
    """Tags that no resource of another stack carries: whose it is, when no state knows it.

    They are spelled as Pulumi Cloud spells its tags of stacks.
    https://www.pulumi.com/docs/iac/concepts/stacks/#stack-tags

    Args:
        project: The Pulumi project's name.
        stack: The stack's name.
    """
    return {"pulumi:project": project, "pulumi:stack": stack}


def _names(region: facts.Region) -> list[str]:
    return [zone.name for zone in region.zones]
