"""Node images that EKS offers."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Literal, cast

from spec.facts import tables

Platform = Literal["linux", "windows"]
UserData = Literal["nodeadm", "bottlerocket", "powershell"]


@dataclasses.dataclass(frozen=True, slots=True)
class AmiType:
    """A kind of EKS-optimized image.

    Attributes:
        name: As the EKS API spells it, e.g. `AL2023_x86_64_STANDARD`.
        family: The operating system, e.g. `AL2023`, `BOTTLEROCKET`, `WINDOWS_CORE_2022`.
        platform: What pods on it are made for.
        user_data: What an instance reads its settings from.
        architecture: Of the processors it runs on.
        accelerator: Whose drivers it carries: `nvidia`, `neuron` or `none`.
        fips: Whether its cryptography is FIPS validated.
        root_device: The device name of its root volume.
        data_device: That of the volume with images, logs and pods' files, if it is another one.
        minimum_disk_gib: The size of that volume in the image; a smaller one cannot be made of it.
        release_parameter: The parameter of Systems Manager that tells the newest release; for
            `{version}` stands that of Kubernetes.
        image_parameter: The one that tells the image's id in a release: `{version}`, `{release}`,
            `{day}`.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    family: str
    platform: Platform
    user_data: UserData
    architecture: str
    accelerator: str
    fips: bool
    root_device: str
    data_device: str | None
    minimum_disk_gib: int
    release_parameter: str
    image_parameter: str
    source: str
    date: str

    def image_parameter_of(self, kubernetes_version: str, release: str) -> str:
        """The parameter that tells the image's id in a release."""
        return self.image_parameter.format(
            version=kubernetes_version, release=release, day=release.partition("-")[2]
        )


@functools.cache
def ami_types() -> Mapping[str, AmiType]:
    """Every kind by name."""
    return {
        row["name"]: AmiType(
            row["name"],
            row["family"],
            cast("Platform", row["platform"]),
            cast("UserData", row["user_data"]),
            row["architecture"],
            row["accelerator"],
            row["fips"] == "yes",
            row["root_device"],
            row["data_device"] or None,
            int(row["minimum_disk_gib"]),
            row["release_parameter"],
            row["image_parameter"],
            row["source"],
            row["date"],
        )
        for row in tables.read("ami_types")
    }


def image_for(
    family: str, architecture: str, accelerator: str, *, fips: bool = False
) -> AmiType | None:
    """The kind of image of an operating system for instances of some sort, if there is one."""
    for it in ami_types().values():
        if (it.family, it.architecture, it.accelerator, it.fips) == (
            family,
            architecture,
            accelerator,
            fips,
        ):
            return it
    return None
