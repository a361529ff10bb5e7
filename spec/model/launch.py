"""What instances of a group are launched with: the fields of its EC2 launch template."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from spec import facts
from spec.model.base import AsTuple, Model, Unique, arn, matches, maximum, spelling
from spec.model.broken import Broken, refuse
from spec.model.volumes import ExtraVolumeSpec, VolumeSpec
from spec.problems import listed, quoted

Tenancy = Literal["default", "dedicated", "host"]
PlacementStrategy = Literal["cluster", "spread", "partition"]
ReservationPreference = Literal["open", "none", "capacity-reservations-only"]
CpuCredits = Literal["standard", "unlimited"]
EfaMode = Literal["efa", "efa-only"]

DEFAULT_DISK_SIZE = 50
"""GiB. EKS's own 20 GiB fills up with images and logs within weeks."""

SecurityGroupId = Annotated[str, matches("a security group id", "sg-[0-9a-f]+", "sg-0123abcd")]


class MetadataSpec(Model):
    """The instance metadata service; always version 2, whose requests need a token.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
    """

    hop_limit: Annotated[int, Field(ge=1, le=64)] = 1
    """How many hops an answer goes. With 1, pods that are not on the host's network do not reach
    the node's role."""
    ipv6: bool = False
    """Whether it is reached over IPv6 too."""


class PlacementSpec(Model):
    """A placement group: one that is there, or one that is made.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/placement-groups.html
    """

    group_name: Annotated[str, Field(min_length=1, max_length=255)] | None = None
    """The name of one that is there."""
    strategy: Annotated[PlacementStrategy, spelling(PlacementStrategy)] | None = None
    """Makes one: `cluster` (close together, in one zone), `spread` (each on its own rack, at most
    seven in a zone) or `partition`."""
    partition_count: (
        Annotated[int, Field(ge=1, le=maximum("placement-group.partitions"))] | None
    ) = None
    """Partitions of the strategy `partition`. Default: 2."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        refuse(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if (self.group_name is None) == (self.strategy is None):
            yield Broken((), "must say either groupName or strategy")
        if self.partition_count is not None and self.strategy != "partition":
            yield Broken(("partitionCount",), "belongs to the strategy partition")


class CapacityReservationSpec(Model):
    """Capacity that was reserved.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservation-overview.html
    """

    preference: Annotated[ReservationPreference, spelling(ReservationPreference)] | None = None
    """`open` (any that fits), `none`, or `capacity-reservations-only` (no other capacity)."""
    id: Annotated[str, matches("a reservation's id", "cr-[0-9a-f]+", "cr-0123abcd")] | None = None
    """A reservation that instances are launched into."""
    resource_group_arn: (
        Annotated[
            str,
            arn("the ARN of a resource group", "resource-groups", r"group/[\w.-]+", "group/gpus"),
        ]
        | None
    ) = None
    """A resource group of reservations, in its place."""

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        refuse(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if self.id and self.resource_group_arn:
            yield Broken(("resourceGroupArn",), "and id exclude each other; keep one")
        if self.preference in {"open", "none"} and (self.id or self.resource_group_arn):
            yield Broken(
                ("preference",),
                f"must not be {quoted(self.preference)} beside a reservation that is named",
            )
        if not (self.preference or self.id or self.resource_group_arn):
            yield Broken((), "must say preference, id or resourceGroupArn")


class CpuSpec(Model):
    """Settings of the processor.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-optimize-cpu.html
    """

    cores: Annotated[int, Field(ge=1, le=maximum("cpu.cores"))] | None = None
    """How many cores; said together with `threadsPerCore`."""
    threads_per_core: Annotated[int, Field(ge=1, le=2)] | None = None
    """1 switches multithreading off."""
    amd_sev_snp: bool = False
    """Whether memory is encrypted by AMD SEV-SNP."""
    nested_virtualization: bool = False
    """Whether virtual machines can run on the nodes."""

    @model_validator(mode="after")
    def _together(self) -> Self:
        refuse(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        if (self.cores is None) != (self.threads_per_core is None):
            yield Broken((), "cores and threadsPerCore are said together")
        if not (
            self.cores or self.threads_per_core or self.amd_sev_snp or self.nested_virtualization
        ):
            yield Broken((), "says nothing; remove it")


class LaunchSpec(Model):
    """Fields that the launch template of a group has.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """

    disk_size: Annotated[
        int,
        Field(ge=1, le=maximum("disk.size")),
    ] = DEFAULT_DISK_SIZE
    """GiB of the volume that has images, logs and pods' files: the root volume, on Bottlerocket its
    data volume."""
    volume: VolumeSpec = VolumeSpec()
    """What that volume is like: gp3 by default. It is always encrypted."""
    extra_volumes: Annotated[
        tuple[ExtraVolumeSpec, ...],
        AsTuple,
        Field(examples=[[{"device": "/dev/sdf", "size": 100}]]),
    ] = ()
    """Further volumes."""
    metadata: MetadataSpec = MetadataSpec()
    """The instance metadata service."""
    monitoring: bool = False
    """Whether CloudWatch gets metrics each minute, which costs extra."""
    tenancy: Annotated[Tenancy, spelling(Tenancy)] = "default"
    """`default`, `dedicated` (hardware of your own) or `host` (a Dedicated Host)."""
    placement: PlacementSpec | None = None
    """A placement group."""
    capacity_reservation: CapacityReservationSpec | None = None
    """Capacity that was reserved."""
    cpu: CpuSpec | None = None
    """Settings of the processor."""
    enclaves: bool = False
    """Whether Nitro Enclaves can run on the nodes."""
    efa: Annotated[EfaMode, spelling(EfaMode)] | None = None
    """Elastic Fabric Adapters on every network card: `efa`, or `efa-only` for the cards beyond the
    first. Pods get at them with the device plugin of AWS; nodes lie in one zone.
    https://docs.aws.amazon.com/eks/latest/userguide/node-efa.html"""
    security_groups: Annotated[tuple[SecurityGroupId, ...], AsTuple, Unique] = ()
    """Security groups that nodes are in, besides the cluster's own."""
    ebs_optimized: bool | None = None
    """Whether there is a way of its own to volumes. Default: that of the instance type."""
    cpu_credits: Annotated[CpuCredits, spelling(CpuCredits)] | None = None
    """`standard` or `unlimited`, of burstable instance types. Default: that of the type."""

    def _broken_devices(self, image: facts.AmiType) -> Iterator[Broken]:
        """Volumes that the image of a group does not allow."""
        root, data = image.root_device, image.data_device
        for broken in self.volume.broken(self.disk_size):
            at = ("diskSize",) if broken.path == ("size",) else ("volume", *broken.path)
            yield Broken(at, broken.message)
        if not facts.volume_types()[self.volume.type].root:
            yield Broken(("volume", "type"), f"{self.volume.type} cannot be a root volume")
        if self.disk_size < image.minimum_disk_gib:
            yield Broken(
                ("diskSize",),
                f"must be {image.minimum_disk_gib} or more: so large is {image.name}",
            )
        taken = [it for it in (root, data) if it]
        for index, volume in enumerate(self.extra_volumes):
            if volume.device in taken:
                yield Broken(
                    ("extraVolumes", index, "device"),
                    f"{volume.device} is taken already; use another one",
                )
            taken.append(volume.device)

    def _broken_types(self, names: tuple[str, ...]) -> Iterator[Broken]:
        """What the instance types of a group cannot do."""
        types = [facts.instance_types()[name] for name in names]

        def without(what: str, able: dict[str, bool | None], at: str) -> Iterator[Broken]:
            lacking = [name for name, it in able.items() if it is False]
            if lacking:
                verb = "has" if len(lacking) == 1 else "have"
                yield Broken((at,), f"{listed(lacking)} {verb} no {what}")

        if self.efa:
            yield from without("Elastic Fabric Adapter", {it.name: it.efa for it in types}, "efa")
        if self.enclaves:
            yield from without(
                "Nitro Enclaves", {it.name: it.has("enclaves") for it in types}, "enclaves"
            )
        if self.cpu and self.cpu.amd_sev_snp:
            yield from without("AMD SEV-SNP", {it.name: it.has("sev-snp") for it in types}, "cpu")
        if self.cpu and self.cpu.nested_virtualization:
            yield from without(
                "nested virtualization",
                {it.name: it.has("nested-virtualization") for it in types},
                "cpu",
            )
        if self.cpu_credits:
            yield from without(
                "CPU credits", {it.name: it.has("burstable") for it in types}, "cpuCredits"
            )
        if self.cpu and self.cpu.cores:
            for it in types:
                if it.cores is not None and self.cpu.cores > it.cores:
                    yield Broken(
                        ("cpu", "cores"), f"must be {it.cores} or less: so many has {it.name}"
                    )
