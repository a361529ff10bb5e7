"""Nodes as their kubelets and EKS register them.

https://docs.aws.amazon.com/eks/latest/userguide/eks-compute.html
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rehearsal.aws import catalog
from rehearsal.aws.eks import joining, user_data
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.eks.records import SELF_MANAGED, Document, Nodegroup
from rehearsal.aws.eks.schedulability import REPELLING
from rehearsal.kubernetes.control_plane import SIMULATED

# Kubernetes' spelling of a taint's effect: https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html
EFFECTS = {**REPELLING, "PREFER_NO_SCHEDULE": "PreferNoSchedule"}
ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}
# What nodes that are well say of themselves, and what is wrong if it is not so.
# https://kubernetes.io/docs/reference/node/node-status/#condition
PRESSURES = {
    "MemoryPressure": ("KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    "DiskPressure": ("KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    "PIDPressure": ("KubeletHasSufficientPID", "kubelet has sufficient PID available"),
}

# Of the image, in proportion to the processors: (up to, share), in thousandths of a processor.
# https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go
# (getCPUMillicoresToReserve, getMemoryMebibytesToReserve; read 2026-11-23)
RESERVED_CPU = ((1000, 0.06), (2000, 0.01), (4000, 0.005), (10**9, 0.0025))
RESERVED_MEMORY, RESERVED_MEMORY_PER_POD = 255, 11  # MiB
EVICTION_MEMORY = 100  # MiB
# Of the root volume: a tenth is kept free, and this much is reserved.
EVICTION_DISK, RESERVED_DISK = 0.1, 1  # GiB
# Pods in the host's network need no address: aws-node and kube-proxy.
PODS_OF_THE_HOST = 2


def manifests(eks: EKS, nodegroup: Nodegroup) -> Iterator[Document]:
    """The Node objects of a group's instances that have joined."""
    for instance_id in sorted(nodegroup.joined):
        instance = eks.ec2.get_instance(instance_id)
        if instance.state == "running":
            yield _manifest(eks, nodegroup, instance, ready=instance_id in nodegroup.ready)


def _manifest(eks: EKS, nodegroup: Nodegroup, instance: Any, *, ready: bool) -> Document:
    told = user_data.kubelet(joining.told_user_data(eks, instance.id))
    taints = told.taints
    if nodegroup.document["status"] != SELF_MANAGED:
        taints = [*(nodegroup.document.get("taints") or []), *taints]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": instance.private_dns_name,
            "annotations": dict(SIMULATED),
            "labels": {**told.labels, **_labels(eks, nodegroup, instance)},
        },
        "spec": {
            "providerID": f"aws:///{instance.availability_zone}/{instance.id}",
            "taints": [_taint(taint) for taint in taints],
        },
        "status": {
            **_resources(eks, instance, told.max_pods),
            "addresses": _addresses(instance),
            "conditions": _conditions(instance, ready=ready),
            "nodeInfo": _info(eks, nodegroup, instance),
        },
    }


def _labels(eks: EKS, nodegroup: Nodegroup, instance: Any) -> dict[str, str]:
    document = nodegroup.document
    of_eks: dict[str, str] = {}
    if document["status"] != SELF_MANAGED:
        of_eks = {
            **(document.get("labels") or {}),
            "eks.amazonaws.com/capacityType": document["capacityType"],
            "eks.amazonaws.com/nodegroup": document["nodegroupName"],
            "eks.amazonaws.com/nodegroup-image": instance.image_id,
            "eks.amazonaws.com/sourceLaunchTemplateId": nodegroup.template,
            "eks.amazonaws.com/sourceLaunchTemplateVersion": str(nodegroup.template_version),
        }
    system = _platform(eks, nodegroup, instance)
    zone = instance.availability_zone
    architecture = ARCHITECTURES[_type(instance.instance_type).architecture]
    data = eks.ec2.get_subnet(instance.subnet_id)
    return {
        **of_eks,
        "beta.kubernetes.io/arch": architecture,
        "beta.kubernetes.io/instance-type": instance.instance_type,
        "beta.kubernetes.io/os": system,
        "failure-domain.beta.kubernetes.io/region": eks.region_name,
        "failure-domain.beta.kubernetes.io/zone": zone,
        "kubernetes.io/arch": architecture,
        "kubernetes.io/hostname": instance.private_dns_name,
        "kubernetes.io/os": system,
        "node.kubernetes.io/instance-type": instance.instance_type,
        "topology.k8s.aws/zone-id": data.availability_zone_id,
        "topology.kubernetes.io/region": eks.region_name,
        "topology.kubernetes.io/zone": zone,
    }


def _taint(taint: Mapping[str, Any]) -> Document:
    made = {"key": taint["key"], "effect": EFFECTS[taint["effect"]]}
    return {**made, "value": taint["value"]} if taint.get("value") else made


def _addresses(instance: Any) -> list[Document]:
    found = [
        ("InternalIP", instance.private_ip),
        ("InternalDNS", instance.private_dns_name),
        ("Hostname", instance.private_dns_name),
        ("ExternalIP", instance.public_ip),
    ]
    return [{"type": kind, "address": address} for kind, address in found if address]


def _conditions(instance: Any, *, ready: bool) -> list[Document]:
    since = datetime.fromisoformat(str(instance.launch_time)).strftime("%Y-%m-%dT%H:%M:%SZ")
    conditions = [(kind, "False", reason, message) for kind, (reason, message) in PRESSURES.items()]
    if ready:
        conditions.append(("Ready", "True", "KubeletReady", "kubelet is posting ready status"))
    else:
        conditions.append(
            (
                "Ready",
                "False",
                "KubeletNotReady",
                "container runtime network not ready: NetworkReady=false "
                "reason:NetworkPluginNotReady message:Network plugin returns error: "
                "cni plugin not initialized",
            )
        )
    return [
        {
            "type": kind,
            "status": status,
            "reason": reason,
            "message": message,
            "lastTransitionTime": since,
        }
        for kind, status, reason, message in conditions
    ]


def _info(eks: EKS, nodegroup: Nodegroup, instance: Any) -> Document:
    """What is known of the machine; what no public table tells of an image is left empty."""
    version = nodegroup.kubelets[instance.id]
    release = catalog.release_of_image(eks.region_name, instance.image_id)
    architecture = ARCHITECTURES[_type(instance.instance_type).architecture]
    return {
        "architecture": architecture,
        "bootID": "",
        "containerRuntimeVersion": "",
        "kernelVersion": "",
        "kubeProxyVersion": "",
        "kubeletVersion": version,
        "machineID": instance.id,
        "operatingSystem": _platform(eks, nodegroup, instance),
        "osImage": catalog.system_of(release) if release else "",
        "systemUUID": instance.id,
    }


def _platform(eks: EKS, nodegroup: Nodegroup, instance: Any) -> str:
    """`linux` or `windows`: as EKS's own image is, or as other images were told."""
    release = catalog.release_of_image(eks.region_name, instance.image_id)
    if release:
        return catalog.ami_types()[release.ami_type].platform
    return nodegroup.document.get("platform") or "linux"


def _disk_gib(eks: EKS, instance: Any) -> int:
    """The size of the volume that pods' files are on: not always the root volume."""
    release = catalog.release_of_image(eks.region_name, instance.image_id)
    kind = catalog.ami_types()[release.ami_type] if release else None
    volumes = {name: device.volume_id for name, device in instance.get_block_device_mapping}
    wanted = [kind.data_device, kind.root_device] if kind else []
    volume = next((volumes[it] for it in [*wanted, *volumes] if it in volumes), None)
    return int(eks.ec2.get_volume(volume).size) if volume else 20


def _resources(eks: EKS, instance: Any, max_pods: int | None) -> Document:
    """What the node has, and what is left of it for pods."""
    known = _type(instance.instance_type)
    pods = most_pods(instance.instance_type) if max_pods is None else max_pods
    cpu = (known.vcpus or 1) * 1000
    memory = known.memory_mib or 1024
    disk = _disk_gib(eks, instance)
    reserved_memory = RESERVED_MEMORY + RESERVED_MEMORY_PER_POD * pods + EVICTION_MEMORY
    return {
        "capacity": {
            "cpu": str(cpu // 1000),
            "memory": f"{memory}Mi",
            "ephemeral-storage": f"{disk}Gi",
            "pods": str(pods),
        },
        "allocatable": {
            "cpu": f"{cpu - reserved_cpu(cpu)}m",
            "memory": f"{max(memory - reserved_memory, 0)}Mi",
            "ephemeral-storage": f"{int((disk * (1 - EVICTION_DISK) - RESERVED_DISK) * 1024)}Mi",
            "pods": str(pods),
        },
    }


def most_pods(instance_type: str) -> int:
    """How many pods run on an instance whose every pod has a secondary address of an interface.

    https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/eni_max_pods.go
    """
    known = _type(instance_type)
    if not known.network_interfaces or not known.ipv4_per_interface:
        return 110  # Kubernetes' own default, of a type whose interfaces nobody has published
    return known.network_interfaces * (known.ipv4_per_interface - 1) + PODS_OF_THE_HOST


def reserved_cpu(millicores: int) -> int:
    """How many thousandths of a processor the kubelet keeps, of so many that there are."""
    reserved, below = 0.0, 0
    for limit, share in RESERVED_CPU:
        reserved += max(min(millicores, limit) - below, 0) * share
        below = limit
    return int(reserved)


def _type(instance_type: str) -> Any:
    return catalog.instance_types()[instance_type]
