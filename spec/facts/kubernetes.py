"""Kubernetes versions that EKS offers, and the node images for them."""

import dataclasses
import datetime
import functools
from collections.abc import Mapping

from spec.facts import tables
from spec.facts.ami_types import ami_types


@dataclasses.dataclass(frozen=True, slots=True)
class AmiRelease:
    """A release of a kind of EKS-optimized image for one Kubernetes version.

    https://docs.aws.amazon.com/eks/latest/userguide/eks-linux-ami-versions.html

    Attributes:
        kubernetes_version: E.g. `1.36`.
        ami_type: As the EKS API spells it, e.g. `AL2023_x86_64_STANDARD`.
        release: E.g. `1.36.2-20260714`; of Bottlerocket `1.66.0-1ad6b4a4`, of
            Windows `1.34-2026.01.22`.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    kubernetes_version: str
    ami_type: str
    release: str
    source: str
    date: str

    @property
    def kubelet(self) -> str:
        """The kubelet's version, e.g. `1.36.2`; nodes report it with a suffix of EKS.

        The release of Bottlerocket tells only that of the operating system, that of Windows only
        a day: of the kubelet's version the minor one is known.
        """
        version = self.release.partition("-")[0]
        same_minor = version.startswith(f"{self.kubernetes_version}.")
        return version if same_minor else self.kubernetes_version


@dataclasses.dataclass(frozen=True, slots=True)
class KubernetesVersion:
    """A minor version in EKS's release calendar; a version's last day of support is exclusive.

    https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html

    Attributes:
        version: E.g. `1.36`.
        released: On EKS.
        standard_support_ends: The day from which extended support is charged.
        extended_support_ends: The day from which EKS upgrades the cluster by itself.
        platform_version: The newest known one of EKS, e.g. `eks.6`.
        ami_release: The newest known release by AMI type.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    version: str
    released: datetime.date
    standard_support_ends: datetime.date
    extended_support_ends: datetime.date | None
    platform_version: str | None
    ami_release: Mapping[str, str]
    source: str
    date: str


@functools.cache
def ami_releases() -> tuple[AmiRelease, ...]:
    """Known releases of node images, newest first within a Kubernetes version and AMI type."""
    of_linux = [
        AmiRelease(
            row["kubernetes_version"], row["ami_type"], row["release"], row["source"], row["date"]
        )
        for row in tables.read("ami_releases")
    ]
    of_bottlerocket = [
        AmiRelease(version, kind.name, row["release"], row["source"], row["date"])
        for row in tables.read("bottlerocket_releases")
        for version in row["kubernetes_versions"].split()
        for kind in ami_types().values()
        if kind.family == "BOTTLEROCKET"
    ]
    of_windows = [
        AmiRelease(row["kubernetes_version"], ami_type, row["release"], row["source"], row["date"])
        for row in tables.read("windows_releases")
        for ami_type in row["ami_types"].split()
    ]
    return (*of_linux, *of_bottlerocket, *of_windows)


@functools.cache
def kubernetes_versions() -> Mapping[str, KubernetesVersion]:
    """The versions that a cluster can be made with, newest first."""
    images: dict[str, dict[str, str]] = {}
    for image in ami_releases():
        images.setdefault(image.kubernetes_version, {}).setdefault(image.ami_type, image.release)
    return {
        row["version"]: KubernetesVersion(
            row["version"],
            datetime.date.fromisoformat(row["released"]),
            datetime.date.fromisoformat(row["standard_support_ends"]),
            datetime.date.fromisoformat(row["extended_support_ends"])
            if row["extended_support_ends"]
            else None,
            row["platform_version"] or None,
            images.get(row["version"], {}),
            row["source"],
            row["date"],
        )
        for row in tables.read("kubernetes_versions")
    }
