"""What nodes coming and going, and add-ons coming and going, mean for each other.

Nodes are Ready once a network plugin is there; a node group is ACTIVE once its nodes are Ready; a
Deployment among the add-ons is healthy while a node is Ready.
"""

from moto.core.utils import utcnow

from rehearsal.aws import catalog
from rehearsal.aws.eks.records import Addon, Cluster, Nodegroup

NETWORK_PLUGIN = "vpc-cni"

# https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html
NO_REPLICAS = {
    "code": "InsufficientNumberOfReplicas",
    "message": "The add-on is unhealthy because it doesn't have the desired number of replicas.",
}


def has_network_plugin(cluster: Cluster) -> bool:
    """Whether pods can get an address: by the add-on, or by what EKS installs if it is let to.

    https://docs.aws.amazon.com/eks/latest/userguide/eks-networking-add-ons.html
    """
    addon = cluster.addons.get(NETWORK_PLUGIN)
    return cluster.self_managed_addons or (addon is not None and addon.installed)


def ready_nodes(cluster: Cluster, nodegroup: Nodegroup) -> set[str]:
    """The instances of a node group that are nodes in state Ready."""
    return nodegroup.joined if has_network_plugin(cluster) else set()


def reassess(cluster: Cluster) -> None:
    """Bring the states of node groups and add-ons up to date with each other."""
    for nodegroup in cluster.nodegroups.values():
        _settle(cluster, nodegroup)
    has_nodes = any(ready_nodes(cluster, nodegroup) for nodegroup in cluster.nodegroups.values())
    for addon in cluster.addons.values():
        _examine(addon, has_nodes)


def _settle(cluster: Cluster, nodegroup: Nodegroup) -> None:
    document = nodegroup.document
    if document["status"] != "CREATING" or not nodegroup.built:
        return
    if document["health"]["issues"]:
        document.update(status="CREATE_FAILED", modifiedAt=utcnow())
    elif ready_nodes(cluster, nodegroup) >= set(nodegroup.launched):
        document.update(status="ACTIVE", modifiedAt=utcnow())


def _examine(addon: Addon, has_nodes: bool) -> None:
    """A DaemonSet wants a pod per node, which it has even where there is no node."""
    document = addon.document
    if not addon.installed or document["status"] not in {"CREATING", "ACTIVE", "DEGRADED"}:
        return
    starved = catalog.addons()[document["addonName"]].kind == "Deployment" and not has_nodes
    document["status"] = "DEGRADED" if starved else "ACTIVE"
    document["health"] = {"issues": [NO_REPLICAS] if starved else []}
