"""Nodes that EKS does not manage: instances of Auto Scaling groups that were told of a cluster.

https://docs.aws.amazon.com/eks/latest/userguide/worker.html

EKS knows nothing of them. An instance whose user data names a cluster asks its API to be let in,
and is a node as soon as the same rules let it that hold for instances of node groups.
"""

from typing import Any

from rehearsal.aws import catalog
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import health, joining, user_data
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.records import SELF_MANAGED, Cluster, Document, Nodegroup


def launched(eks: EKS, group: str, instance_id: str) -> None:
    """An Auto Scaling group has launched an instance, which boots now."""
    TIMELINE.after("instance.join", "eks.self-managed.booted", eks.region_name, group, instance_id)


@TIMELINE.carries_out("eks.self-managed.booted")
def _booted(region: str, group: str, instance_id: str) -> None:
    eks = eks_of(region)
    instance: Any = eks.ec2.get_instance(instance_id)
    if instance.state != "running" or group not in eks.autoscaling.autoscaling_groups:
        return
    told = user_data.introduction(joining.told_user_data(eks, instance_id))
    cluster = eks.clusters.get(told.name) if told else None
    if cluster is None:
        return
    document = _document(eks, cluster, group, instance)
    record = cluster.self_managed.get(group) or _record(eks, group, document)
    cluster.self_managed[group] = record
    # The launch template may have changed since the others were launched.
    record.document = document
    record.launched.append(instance_id)
    record.booted.add(instance_id)
    record.kubelets[instance_id] = (
        catalog.kubelet_of_image(region, instance.image_id) or f"v{cluster.version}"
    )
    health.reassess(cluster)


def _record(eks: EKS, group: str, document: Document) -> Nodegroup:
    of_group: Any = eks.autoscaling.autoscaling_groups[group]
    template = of_group.ec2_launch_template
    if template is None:
        return Nodegroup(document, group, "", 0, "")
    version = template.get_version(of_group.launch_template_version).number
    return Nodegroup(document, group, template.id, version, "")


def _document(eks: EKS, cluster: Cluster, group: str, instance: Any) -> Document:
    """What DescribeNodegroup would answer, if EKS knew of the group."""
    told = user_data.kubelet(joining.told_user_data(eks, instance.id))
    return {
        "nodegroupName": group,
        "clusterName": cluster.name,
        "status": SELF_MANAGED,
        "amiType": "CUSTOM",
        "platform": "windows" if told.windows else "linux",
        "capacityType": "SPOT" if instance.lifecycle == "spot" else "ON_DEMAND",
        "nodeRole": _role(eks, instance.id),
        "version": cluster.version,
        "labels": told.labels,
        "taints": told.taints,
    }


def _role(eks: EKS, instance_id: str) -> str:
    """The ARN of the role of an instance's profile; empty without one."""
    for association in eks.ec2.iam_instance_profile_associations.values():
        if association.instance.id == instance_id and association.state == "associated":
            return next((role.arn for role in association.iam_instance_profile.roles), "")
    return ""
