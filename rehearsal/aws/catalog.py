"""What AWS has on offer, as the embedded AWS answers it: a view of the tables in ``spec.facts``."""

import dataclasses
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

from spec import facts

# https://docs.aws.amazon.com/general/latest/gr/rande.html
DNS_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}


def dns_suffix(partition: str) -> str:
    """The domain that a partition's endpoints end in."""
    return DNS_SUFFIXES.get(partition, "amazonaws.com")


def kubernetes_versions() -> Mapping[str, Any]:
    """The versions that EKS offers, by name."""
    return facts.kubernetes_versions()


def minor(version: str) -> int:
    """35 of ``1.35``."""
    return int(version.partition(".")[2])


def minor_or_none(version: str) -> int | None:
    """35 of ``1.35``, None of what is no version."""
    number = version.partition(".")[2]
    return int(number) if number.isdecimal() else None


def is_in_extended_support(version: str) -> bool:
    """Whether a version that EKS offers is past its standard support today."""
    return kubernetes_versions()[version].standard_support_ends < datetime.now(UTC).date()


def addresses_for_a_control_plane() -> int:
    """How many free addresses each subnet of a cluster has to have."""
    return facts.limits()["cluster.subnet.free-addresses"].minimum or 0


@cache
def default_kubernetes_version() -> str:
    """The one a cluster gets that asks for none: the newest."""
    return max(kubernetes_versions(), key=minor)


def cluster_version_document(version: Any) -> dict[str, Any]:
    """What DescribeClusterVersions answers of a version.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_ClusterVersionInformation.html
    """
    supported = "STANDARD_SUPPORT"
    if is_in_extended_support(version.version):
        supported = "EXTENDED_SUPPORT"
    document: dict[str, Any] = {
        "clusterVersion": version.version,
        "clusterType": "eks",
        "defaultPlatformVersion": version.platform_version,
        "defaultVersion": version.version == default_kubernetes_version(),
        "releaseDate": _midnight(version.released),
        "endOfStandardSupportDate": _midnight(version.standard_support_ends),
        "status": supported.lower().replace("_", "-"),
        "versionStatus": supported,
    }
    if version.extended_support_ends:
        document["endOfExtendedSupportDate"] = _midnight(version.extended_support_ends)
    return document


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@cache
def addons() -> Mapping[str, Any]:
    """The add-ons that EKS offers, by name."""
    return facts.known_addons()


def default_addon_version(name: str, kubernetes_version: str) -> str | None:
    """The version of an add-on that EKS installs if none is asked for.

    Where none is known for a version of Kubernetes, it is the newest that is known for another:
    unverified. None if no version is known at all.
    """
    addon = addons()[name]
    if default := addon.default.get(kubernetes_version):
        return default
    known = [version for versions in addon.versions.values() for version in versions]
    return max(known, key=_numbers, default=None)


def _numbers(version: str) -> list[int]:
    """1, 22, 4, 3 of ``v1.22.4-eksbuild.3``."""
    return [int(number) for number in re.findall(r"[0-9]+", version)]


def addon_tolerations(name: str) -> tuple[Mapping[str, Any], ...]:
    """What the pods of an add-on tolerate unless they are told otherwise."""
    known = facts.addon_pods().get(name)
    return known.tolerations if known else ()


def addon_actions(name: str) -> tuple[str, ...]:
    """What IAM has to allow the pods of an add-on before they start."""
    known = facts.addon_pods().get(name)
    return known.actions if known else ()


def addon_pod_section(name: str) -> str:
    """The part of an add-on's configuration values that is about its main pods."""
    known = facts.addon_pods().get(name)
    return known.section if known else ""


@cache
def addon_schema(name: str) -> Mapping[str, Any]:
    """The JSON schema of an add-on's configuration values, as far as it is known.

    An add-on whose settings nobody has published may be told anything.
    """
    schema: dict[str, Any] = {
        "$schema": "http://json-schema.org/draft-06/schema#",
        "type": "object",
        "description": name,
    }
    for setting in facts.addon_settings():
        if setting.addon == name:
            place = schema
            *parents, last = setting.path
            for parent in parents:
                place = _member(place, parent)
            _member(place, last).update(_setting_schema(setting.type))
            if setting.required:
                place.setdefault("required", []).append(last)
    return schema


def _member(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """The schema of a member of an object that may have no others, or, for ``*``, of each."""
    if name == "*":
        schema["minProperties"] = 1
        members, key = schema, "additionalProperties"
    else:
        schema["additionalProperties"] = False
        members, key = schema.setdefault("properties", {}), name
    return members.setdefault(key, {"type": "object"})


SETTING_SCHEMAS: Mapping[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "boolean-text": {"type": "string", "format": "boolean"},
    "integer-text": {"type": "string", "format": "integer"},
    "texts": {"type": "object", "additionalProperties": {"type": "string"}},
    "list": {"type": "array"},
    "text-list": {"type": "array", "items": {"type": "string"}},
    "objects": {"type": "array", "items": {"type": "object"}},
    "object-or-null": {"type": ["object", "null"]},
}


def _setting_schema(kind: str) -> dict[str, Any]:
    if "|" in kind:
        return {"type": "string", "enum": kind.split("|")}
    if ".." in kind:
        least, most = map(int, kind.split(".."))
        return {"type": "integer", "minimum": least, "maximum": most}
    return SETTING_SCHEMAS.get(kind, {"type": kind})


def addon_document(addon: Any, kubernetes_version: str | None) -> dict[str, Any]:
    """What DescribeAddonVersions answers of an add-on.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonInfo.html

    Args:
        addon: one of :func:`addons`.
        kubernetes_version: only versions that fit it; None for all.
    """
    fits: dict[str, list[dict[str, Any]]] = {}
    for cluster_version, versions in addon.versions.items():
        if kubernetes_version in {None, cluster_version}:
            for version in versions:
                compatibility = {
                    "clusterVersion": cluster_version,
                    "platformVersions": ["*"],
                    "defaultVersion": version == addon.default.get(cluster_version),
                }
                fits.setdefault(version, []).append(compatibility)
    return {
        "addonName": addon.name,
        "publisher": "eks",
        "owner": "aws",
        "defaultNamespace": addon.namespace,
        "addonVersions": [
            {
                "addonVersion": version,
                "architecture": ["amd64", "arm64"],
                "compatibilities": compatibilities,
                "requiresConfiguration": False,
                "requiresIamPermissions": bool(addon.service_account),
            }
            for version, compatibilities in fits.items()
        ],
    }


def instance_types() -> Mapping[str, Any]:
    """The EC2 instance types, by name."""
    return facts.instance_types()


# --- node images ---


def default_ami_type(instance_type: str) -> str:
    """The kind of image that a node group gets that names none."""
    known = instance_types()[instance_type]
    accelerated = facts.image_for("AL2023", known.architecture, known.accelerator or "none")
    plain = facts.image_for("AL2023", known.architecture, "none")
    if found := accelerated or plain:
        return found.name
    raise LookupError(known.architecture)


@cache
def ami_types() -> Mapping[str, Any]:
    """The kinds of image that EKS makes, by name."""
    return facts.ami_types()


def root_device(ami_type: str) -> str:
    """The device name of an image's root volume."""
    return ami_types()[ami_type].root_device


def releases(kubernetes_version: str, ami_type: str) -> tuple[str, ...]:
    """Known releases of an image, newest first."""
    return tuple(
        image.release
        for image in ami_releases()
        if (image.kubernetes_version, image.ami_type) == (kubernetes_version, ami_type)
    )


def image_id(region: str, ami_type: str, kubernetes_version: str, release: str) -> str:
    """The id of an image in a region: made up, as all ids here are, but always the same."""
    digest = hashlib.sha256(
        f"{region} {ami_type} {kubernetes_version} {release}".encode()
    ).hexdigest()
    return f"ami-{digest[:17]}"


def kubelet_version(nodegroup: Mapping[str, Any]) -> str:
    """What the nodes of a group report as their version.

    An image of EKS's own says it; of a custom one only the cluster's version is known.
    """
    if nodegroup["amiType"] == "CUSTOM":
        return f"v{nodegroup['version']}"
    version = nodegroup["releaseVersion"].partition("-")[0]
    same_minor = version.startswith(f"{nodegroup['version']}.")
    return f"v{version if same_minor else nodegroup['version']}"


@cache
def release_of_image(region: str, image: str) -> Any:
    """The release that an image of EKS's own is of; None of other images."""
    for release in ami_releases():
        known = release.ami_type, release.kubernetes_version, release.release
        if image_id(region, *known) == image:
            return release
    return None


def kubelet_of_image(region: str, image: str) -> str | None:
    """What nodes of an image of EKS's own report as their version; None for other images."""
    release = release_of_image(region, image)
    return f"v{release.kubelet}" if release else None


def system_of(release: Any) -> str:
    """The operating system of an image, as nodes report it.

    Bottlerocket's was seen in https://github.com/bottlerocket-os/bottlerocket/pull/3362 ; that of
    Windows was not, and is left empty.
    """
    kind = ami_types()[release.ami_type]
    if kind.family == "BOTTLEROCKET":
        variant = f"aws-k8s-{release.kubernetes_version}"
        return f"Bottlerocket OS {release.release.partition('-')[0]} ({variant})"
    if kind.platform == "windows":
        return ""
    return "Amazon Linux 2023"


@cache
def ami_releases() -> tuple[Any, ...]:
    """Every release of every kind of image that there is here.

    They are the known ones. Of a Windows image that none is known of for a Kubernetes version,
    there is one of the newest day of which a Windows image is known: unverified.
    """
    known = facts.ami_releases()
    served = {(it.kubernetes_version, it.ami_type) for it in known}
    of_windows = [it for it in known if ami_types()[it.ami_type].platform == "windows"]
    newest = max(of_windows, key=lambda it: it.release.partition("-")[2])
    day = newest.release.partition("-")[2]
    missing = [
        dataclasses.replace(
            newest, kubernetes_version=version, ami_type=name, release=f"{version}-{day}"
        )
        for name, kind in ami_types().items()
        for version in kubernetes_versions()
        if kind.platform == "windows" and (version, name) not in served
    ]
    return (*known, *missing)


def image_name(release: Any) -> str:
    """The name of an image, as ``amazon-eks-node-al2023-x86_64-standard-1.36-v20260714``.

    https://docs.aws.amazon.com/eks/latest/userguide/eks-linux-ami-versions.html
    https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id-bottlerocket.html
    https://docs.aws.amazon.com/eks/latest/userguide/retrieve-windows-ami-id.html
    """
    kind = ami_types()[release.ami_type]
    version = release.kubernetes_version
    if kind.family == "BOTTLEROCKET":
        variant = f"aws-k8s-{version}"
        variant += f"-{kind.accelerator}" if kind.accelerator != "none" else ""
        variant += "-fips" if kind.fips else ""
        return f"bottlerocket-{variant}-{kind.architecture}-v{release.release}"
    if kind.platform == "windows":
        _, edition, year = kind.family.split("_")
        name = f"Windows_Server-{year}-English-{edition.title()}-EKS_Optimized"
        return f"{name}-{release.release}"
    flavour = kind.accelerator if kind.accelerator != "none" else "standard"
    day = release.release.partition("-")[2]
    return f"amazon-eks-node-al2023-{kind.architecture}-{flavour}-{version}-v{day}"


def image_parameters(region: str) -> dict[str, str]:
    """The public parameters of Systems Manager that name images.

    https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html
    """
    parameters: dict[str, str] = {}
    for it in reversed(ami_releases()):  # so that of the newest stays
        kind = ami_types()[it.ami_type]
        image = image_id(region, it.ami_type, it.kubernetes_version, it.release)
        newest = kind.release_parameter.format(version=it.kubernetes_version)
        parameters[newest] = it.release
        parameters[f"{newest.rpartition('/')[0]}/image_id"] = image
        parameters[kind.image_parameter_of(it.kubernetes_version, it.release)] = image
    return parameters
