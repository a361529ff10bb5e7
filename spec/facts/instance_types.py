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
    source: str
    date: str

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
    return {
        row["name"]: InstanceType(
            row["name"],
            cast("Architecture", row["architecture"]),
            int(row["vcpus"]) if row["vcpus"] else None,
            int(row["memory_mib"]) if row["memory_mib"] else None,
            int(row["network_interfaces"]) if row["network_interfaces"] else None,
            int(row["ipv4_per_interface"]) if row["ipv4_per_interface"] else None,
            row["accelerator"] or None,
            row["unsupported"] or None,
            row["nitro"] == "yes" if row["nitro"] else None,
            row["source"],
            row["date"],
        )
        for row in tables.read("instance_types")
    }
