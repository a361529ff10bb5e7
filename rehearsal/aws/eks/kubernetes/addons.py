"""The objects of add-ons in a cluster.

What they are made of is in the folder `manifests`, a file for each add-on, as far as it shows:
workloads and who they run as. What add-ons keep in ConfigMaps for their own use is left out.
"""

import copy
import functools
import ipaddress
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any

import yaml

from rehearsal.aws import catalog
from rehearsal.aws.eks import configuration, joining
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.eks.records import Cluster, Document
from spec import facts

FOLDER = Path(__file__).with_name("manifests")
# "The service is assigned the tenth address of the service CIDR", as kubelets on EKS are told.
# https://github.com/awslabs/amazon-eks-ami, nodeadm/internal/kubelet (clusterDNS)
DNS = 10
# Configuration values -> where they go in the pods' specification.
POD_SETTINGS = ("tolerations", "nodeSelector", "affinity", "topologySpreadConstraints")


def manifests(eks: EKS, cluster: Cluster) -> Iterator[Document]:
    """The objects of all that is installed, as an add-on or without being one."""
    for name in catalog.addons():
        installed = _installed(cluster, name)
        if installed is not None and (FOLDER / f"{name}.yaml").exists():
            yield from _manifests(eks, cluster, name, installed)


def _installed(cluster: Cluster, name: str) -> Document | None:
    """Version and configuration values of what is there."""
    addon = cluster.addons.get(name)
    if addon and addon.installed:
        return addon.document
    return joining.unmanaged(cluster, name)


def _manifests(eks: EKS, cluster: Cluster, name: str, installed: Document) -> list[Document]:
    vpc = cluster.document["resourcesVpcConfig"]["vpcId"]
    services = cluster.document["kubernetesNetworkConfig"]["serviceIpv4Cidr"]
    text = _template(name).substitute(
        registry=_registry(eks),
        version=installed["addonVersion"],
        cluster=cluster.name,
        vpc=vpc,
        dns=ipaddress.ip_network(services)[DNS],
    )
    found = copy.deepcopy(_parsed(text))
    usual = catalog.addons()[name].namespace
    _move(found, usual, (installed.get("namespaceConfig") or {}).get("namespace", usual))
    values = configuration.parsed(installed.get("configurationValues"))
    section = catalog.addon_pod_section(name)
    told = values.get(section, {}) if section else values
    kind = catalog.addons()[name].kind
    workload = next(manifest for manifest in found if manifest["kind"] == kind)
    _configure(workload, {"tolerations": _tolerations(name), **_mapping(told)})
    return found


def _move(found: list[Document], usual: str, namespace: str) -> None:
    """Have objects be in the namespace that the add-on was given, which EKS makes with it."""
    if namespace == usual:
        return
    for manifest in found:
        if manifest["metadata"].get("namespace") == usual:
            manifest["metadata"]["namespace"] = namespace
        for subject in manifest.get("subjects", []):
            if subject.get("namespace") == usual:
                subject["namespace"] = namespace
    if not any(it["kind"] == "Namespace" for it in found):
        found.insert(0, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}})
    else:
        for manifest in found:
            if manifest["kind"] == "Namespace":
                manifest["metadata"]["name"] = namespace


@functools.cache
def _template(name: str) -> Template:
    return Template((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


@functools.cache
def _parsed(text: str) -> list[Document]:
    return list(yaml.safe_load_all(text))


def _registry(eks: EKS) -> str:
    account = facts.image_registries().get(eks.region_name)
    if not account:
        return "public.ecr.aws"
    return f"{account}.dkr.ecr.{eks.region_name}.{catalog.dns_suffix(eks.partition)}"


def _tolerations(name: str) -> list[Mapping[str, Any]] | None:
    return list(catalog.addon_tolerations(name)) or None


def _configure(workload: Document, values: Mapping[str, Any]) -> None:
    """Have a workload be as the add-on's configuration values say."""
    template = workload["spec"]["template"]
    pod, container = template["spec"], template["spec"]["containers"][0]
    if isinstance(values.get("replicaCount"), int):
        workload["spec"]["replicas"] = values["replicaCount"]
    for setting in POD_SETTINGS:
        if values.get(setting):
            pod[setting] = values[setting]
    if values.get("resources"):
        container["resources"] = values["resources"]
    for setting, member in (("podLabels", "labels"), ("podAnnotations", "annotations")):
        if values.get(setting):
            template["metadata"].setdefault(member, {}).update(values[setting])
    env = {one["name"]: one["value"] for one in container.get("env", [])}
    env.update({key: str(value) for key, value in _mapping(values.get("env")).items()})
    if env:
        container["env"] = [{"name": key, "value": value} for key, value in env.items()]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
