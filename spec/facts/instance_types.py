"""EC2 instance types."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Literal, cast

from spec.facts import tables

Architecture = Literal["x86_64", "arm64"]


@dataclasses.dataclass(frozen=True, slots=True)
class InstanceType:
    """What EC2's DescribeInstanceTypes says of an instance type; None is what is not known.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceTypeInfo.html

    Attributes:
        name: E.g. `t3.medium`.
        architecture: Of its processors.
        vcpus: Virtual processors.
        memory_mib: Memory in MiB.
        network_interfaces: How many it can have, over all its network cards.
        ipv4_per_interface: Addresses of each, the interface's own included.
        accelerator: `nvidia`, `amd`, `habana`, `neuron` (AWS Inferentia and Trainium) or `none`.
        unsupported: Why no EKS node image runs on it; None: nothing is known against it.
        nitro: Whether it is built on the AWS Nitro System, which IPv6 and prefix delegation need.
        cores: Of its processors, as a rule.
        threads_per_core: As a rule.
        gpus: How many GPUs it has; a part of one counts as one, as it does in Kubernetes.
        gpu_memory_mib: Memory of them all, in MiB.
        network_cards: How many it has.
        default_card_interfaces: Network interfaces of its default network card, which those are on
            whose addresses pods get.
        efa_interfaces: How many Elastic Fabric Adapters it can have; 0: none.
        local_storage_gb: Disks in the instance itself, in GB; 0: none.
        features: Words for what else it has or is; None: nothing is known.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    architecture: Architecture
    vcpus: int | None
    memory_mib: int | None
    network_interfaces: int | None
    ipv4_per_interface: int | None
    accelerator: str | None
    unsupported: str | None
    nitro: bool | None
    cores: int | None
    threads_per_core: int | None
    gpus: int | None
    gpu_memory_mib: int | None
    network_cards: int | None
    default_card_interfaces: int | None
    efa_interfaces: int | None
    local_storage_gb: int | None
    features: frozenset[str] | None
    source: str
    date: str

    def has(self, feature: str) -> bool | None:
        """Whether it has a feature, e.g. `enclaves`; None: it is not known."""
        return None if self.features is None else feature in self.features

    @property
    def efa(self) -> bool | None:
        """Whether it can have Elastic Fabric Adapters."""
        return None if self.efa_interfaces is None else self.efa_interfaces > 0

    @property
    def gpu(self) -> bool | None:
        """Whether it has GPUs."""
        return None if self.accelerator is None else self.accelerator not in {"none", "neuron"}

    @property
    def family(self) -> str:
        """What comes before the dot: `m7g` of `m7g.large`."""
        return self.name.partition(".")[0]


@functools.cache
def instance_types() -> Mapping[str, InstanceType]:
    """Every instance type by name."""

    def number(cell: str) -> int | None:
        return int(cell) if cell else None

    return {
        row["name"]: InstanceType(
            row["name"],
            cast("Architecture", row["architecture"]),
            number(row["vcpus"]),
            number(row["memory_mib"]),
            number(row["network_interfaces"]),
            number(row["ipv4_per_interface"]),
            row["accelerator"] or None,
            row["unsupported"] or None,
            row["nitro"] == "yes" if row["nitro"] else None,
            number(row["cores"]),
            number(row["threads_per_core"]),
            number(row["gpus"]),
            number(row["gpu_memory_mib"]),
            number(row["network_cards"]),
            number(row["default_card_interfaces"]),
            number(row["efa_interfaces"]),
            number(row["local_storage_gb"]),
            frozenset(row["features"].split()) if row["vcpus"] else None,
            row["source"],
            row["date"],
        )
        for row in tables.read("instance_types")
    }
