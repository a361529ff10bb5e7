"""What the Kubernetes API of a cluster is to hold, by what EKS keeps of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.eks.kubernetes import addons, nodes, rbac
from rehearsal.aws.eks.records import Cluster, Document
from rehearsal.kubernetes.control_plane import Settings


@dataclass(frozen=True)
class Wanted:
    """It, as plain data: it can be looked at without the lock.

    Attributes:
        objects: Manifests.
        by_namespace: Whether some of them depend on which namespaces there are.
        config_map: Whether the cluster reads who is who from its ConfigMap aws-auth.
    """

    objects: tuple[Document, ...]
    by_namespace: bool
    config_map: bool


def wanted(eks: EKS, cluster: Cluster, namespaces: Iterable[str]) -> Wanted:
    """What is wanted now. The caller holds the lock.

    Args:
        eks: Where the cluster is.
        cluster: It.
        namespaces: Those that its API has.
    """
    objects = [
        *addons.manifests(eks, cluster),
        *rbac.manifests(cluster, namespaces),
        *(one for group in cluster.groups for one in nodes.manifests(eks, group)),
    ]
    scopes = {
        policy["accessScope"]["type"]
        for entry in cluster.access_entries.values()
        for policy in entry.policies.values()
    }
    mode = cluster.document["accessConfig"]["authenticationMode"]
    return Wanted(tuple(objects), "namespace" in scopes, "CONFIG_MAP" in mode)


def settings(eks: EKS, cluster: Cluster, authentication: str) -> Settings:
    """What the control plane of a cluster is to be like. The caller holds the lock.

    Args:
        eks: Where the cluster is.
        cluster: It.
        authentication: The URL that is asked whose token it is.
    """
    return Settings(
        version=cluster.version,
        service_network=cluster.document["kubernetesNetworkConfig"]["serviceIpv4Cidr"],
        issuer=eks.issuer(cluster.uid),
        authentication=authentication,
    )
