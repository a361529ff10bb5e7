"""What groups of nodes have in common, whoever manages them."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from spec import facts
from spec.model.base import AsTuple, Model, Unique, ZoneNames, matches, spelling, wrong
from spec.model.broken import Broken, refuse
from spec.model.capabilities import PolicyArn
from spec.model.instances import InstanceSelectorSpec, InstanceTypes, architecture_and_accelerator
from spec.model.launch import LaunchSpec, SecurityGroupId
from spec.model.scaling import Scaling
from spec.model.tags import Tags
from spec.model.taints import Labels, Taints
from spec.model.timeouts import TimeoutsSpec
from spec.model.user_data import UserDataSpec
from spec.problems import listed
from spec.user_data import MOST_BYTES, Coordinates, Node, compiled, size_of

ImageFamily = Literal[
    "AL2023",
    "BOTTLEROCKET",
    "WINDOWS_CORE_2019",
    "WINDOWS_CORE_2022",
    "WINDOWS_CORE_2025",
    "WINDOWS_FULL_2019",
    "WINDOWS_FULL_2022",
    "WINDOWS_FULL_2025",
]
Tier = Literal["private", "public", "intra"]
ScalingOwner = Literal["pulumi", "autoscaler"]


_LONGEST = Coordinates(
    cluster_name="x" * 100,
    endpoint="x" * 100,
    certificate_authority="x" * 1500,
    service_cidr="172.20.0.0/16",
)
"""What is known only when the cluster is there, as long as it ever is."""

_MOST_PODS = 110
_LONGEST_NO_PROXY = ("x" * 200,)
"""What else the cluster tells nodes, as long as it ever is."""


class NodeSubnetsSpec(Model):
    """Subnets that nodes are launched in."""

    tier: Annotated[Tier, spelling(Tier)] = "private"
    """`private`, `public` (nodes have public addresses) or `intra` (no way out of the VPC)."""
    zones: ZoneNames = ()
    """Zones by name. Default: all of the cluster's."""


class SshSpec(Model):
    """Remote access: SSH, or RDP on Windows. Session Manager (`ssm`) needs no open port."""

    key_name: Annotated[str, Field(min_length=1, max_length=255)]
    """An EC2 key pair."""
    security_groups: Annotated[tuple[SecurityGroupId, ...], AsTuple, Unique] = ()
    """Security groups from which nodes are reached. Default: the cluster's own."""


class NodesSpec(LaunchSpec, UserDataSpec):
    """Fields of a group of nodes, whoever manages it."""

    instance_types: InstanceTypes = ()
    """EC2 instance types, all of one architecture. With on-demand capacity EKS takes the first that
    is to be had, with spot those that are cheap and least likely to be taken back."""
    instance_selector: InstanceSelectorSpec | None = None
    """What instances have to be like, in place of `instanceTypes`."""
    nodes: Scaling
    """How many, as a number or `{min, desired, max}`."""
    scaling: Annotated[ScalingOwner, spelling(ScalingOwner)] = "pulumi"
    """Who says how many nodes there are: `pulumi` (the stack file), or `autoscaler` (the Kubernetes
    Cluster Autoscaler within `min` and `max`; `desired` counts for the first `up` alone)."""
    per_zone: bool = False
    """Whether there is one group in each zone, each with so many nodes: what the autoscaler wants
    for pods with volumes, which are of one zone."""
    image_family: Annotated[ImageFamily, spelling(ImageFamily)] = "AL2023"
    """The operating system: `AL2023`, `BOTTLEROCKET`, or a Windows Server such as
    `WINDOWS_CORE_2022`. Drivers of GPUs and Neuron are in the image where instance types need
    them."""
    fips: bool = False
    """Whether cryptography is FIPS 140-3 validated; of Bottlerocket alone."""
    ami_id: Annotated[str, matches("an image id", "ami-[0-9a-f]+", "ami-0123abcd")] | None = None
    """An image of your own, made from one of `imageFamily`. Nothing is pinned for it then."""
    image_release: Annotated[str, Field(min_length=1, examples=["1.36.2-20260714"])] | None = None
    """The release of the image for this group alone. Default: the one in the lock file."""
    labels: Annotated[Labels, Field(examples=[{"tier": "db"}])] = {}
    """Kubernetes labels of every node."""
    taints: Annotated[
        Taints, Field(examples=[[{"key": "dedicated", "value": "db", "effect": "NoSchedule"}]])
    ] = ()
    """Kubernetes taints of every node."""
    subnets: NodeSubnetsSpec = NodeSubnetsSpec()
    """Where nodes are launched. Default: all private subnets."""
    ssh: SshSpec | None = None
    """Remote access with a key pair."""
    ssm: bool = False
    """Whether Session Manager opens shells on nodes, without an open port."""
    role_policies: Annotated[tuple[PolicyArn, ...], AsTuple, Unique] = ()
    """Further IAM policies of the nodes' role; the group has one of its own then. What pods need
    belongs to `serviceAccounts`."""
    tags: Annotated[Tags, Field(examples=[{"cost-center": "42"}])] = {}
    """Tags of the group, its instances, volumes and network interfaces, besides the cluster's."""
    timeouts: TimeoutsSpec | None = None
    """How long to wait for this group. Default: `timeouts.nodeGroups`."""

    @field_validator("instance_types", mode="before")
    @classmethod
    def _at_least_one(cls, value: object) -> object:
        if value in ([], ()):  # min_length would count only those that are right
            raise wrong("must name at least one instance type")
        return value

    @model_validator(mode="after")
    def _that_fits_together(self) -> Self:
        refuse(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        """What a group of nodes breaks."""
        if self.instance_types and self.instance_selector:
            yield Broken(("instanceSelector",), "and instanceTypes exclude each other; keep one")
            return
        if not self.instance_types and not self.instance_selector:
            yield Broken(("instanceTypes",), "is missing; name some, or give an instanceSelector")
            return
        if self.instance_selector and not self.instance_selector.found:
            yield Broken(
                ("instanceSelector",), "no known instance type is so; widen vcpus or memoryGib"
            )
            return
        needs = architecture_and_accelerator(self.candidates)
        if len(needs) > 1:
            yield Broken(
                ("instanceTypes",),
                "mixes instance types that need different node images "
                f"({self._mixture()}); make a node group for each",
            )
            return
        if self._image is None:
            ((architecture, accelerator),) = needs
            what = architecture if accelerator == "none" else f"{architecture} with {accelerator}"
            fips = " with FIPS" if self.fips else ""
            yield Broken(
                ("fips",) if self.fips else ("imageFamily",),
                f"EKS has no image of {self.image_family}{fips} for {what}",
            )
            return
        if self.ami_id and self.image_release:
            yield Broken(("imageRelease",), "and amiId exclude each other; keep one")
        yield from self._broken_devices(self.image)
        yield from self.broken_on(self.image)
        yield from self._broken_size()
        yield from self._broken_types(self.candidates)

    def _broken_zones(self) -> Iterator[Broken]:
        """What lies in one zone, and is in several."""
        if self.per_zone or len(self.subnets.zones) == 1:
            return
        if self.efa:
            yield Broken(
                ("efa",), "needs one zone: say subnets.zones with one name, or perZone: true"
            )
        if self.placement and self.placement.strategy == "cluster":
            yield Broken(
                ("placement", "strategy"),
                "cluster lies in one zone: say subnets.zones with one name, or perZone: true",
            )

    def _broken_size(self) -> Iterator[Broken]:
        """User data that is too large, or cannot be divided into parts."""
        at = ("preBootstrap",) if self.pre_bootstrap else ("kubelet",)
        node = Node(
            max_pods=self.max_pods or _MOST_PODS,
            no_proxy=_LONGEST_NO_PROXY,
            coordinates=_LONGEST,
            labels=self.labels,
            taints=self.taints,
        )
        try:
            whole = compiled(self.image, self, node)
        except ValueError as error:
            yield Broken(at, str(error))
            return
        size = size_of(whole or "")
        if size > MOST_BYTES:
            yield Broken(
                at,
                f"user data of {size} bytes comes of all that nodes are told; EC2 takes "
                f"{MOST_BYTES}: put what is long into a script that nodes download",
            )

    def _mixture(self) -> str:
        by_image: dict[str, list[str]] = {}
        for name in self.candidates:
            ((architecture, accelerator),) = architecture_and_accelerator([name])
            image = facts.image_for(self.image_family, architecture, accelerator, fips=self.fips)
            by_image.setdefault(image.name if image else architecture, []).append(name)
        return "; ".join(f"{listed(types)} need {it}" for it, types in by_image.items())

    @property
    def candidates(self) -> tuple[str, ...]:
        """The instance types, or those that the selector finds now."""
        if self.instance_types or self.instance_selector is None:
            return self.instance_types
        return self.instance_selector.found

    @property
    def _image(self) -> facts.AmiType | None:
        ((architecture, accelerator),) = architecture_and_accelerator(self.candidates)
        return facts.image_for(self.image_family, architecture, accelerator, fips=self.fips)

    @property
    def image(self) -> facts.AmiType:
        """The kind of node image: the same for all instance types of the group.

        Raises:
            LookupError: There is none, which the checks above have found already.
        """
        image = self._image
        if image is None:
            raise LookupError(self.image_family)
        return image

    @property
    def has_custom_image(self) -> bool:
        """Whether its image is one that EKS does not know."""
        return self.ami_id is not None

    @property
    def is_windows(self) -> bool:
        """Whether its nodes run Windows."""
        return self.image_family.startswith("WINDOWS")

    @property
    def has_own_role(self) -> bool:
        """Whether its nodes have a role that no other group's have."""
        return self.ssm or bool(self.role_policies)

    @property
    def takes_any_pod(self) -> bool:
        """Whether a Linux pod without tolerations finds a node here."""
        return (
            self.nodes.desired > 0
            and not self.is_windows
            and not any(taint.repels_pods for taint in self.taints)
        )
