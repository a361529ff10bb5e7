"""What a cluster is set to beyond its network: Auto Mode, remote networks, its programs, its tier.

The same demands are made of a cluster that is created and of one whose settings are changed.
"""

from collections.abc import Mapping
from typing import Any

from rehearsal.aws.eks import access, roles
from rehearsal.aws.eks.access_policies import access_policies
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.eks.records import Cluster, Document
from rehearsal.aws.eks.rules import auto_mode, control_plane, remote_network

AUTO_NODE_POLICY = "AmazonEKSAutoNodePolicy"
AUTO_NODE_TYPE = "EC2"

# The settings of the control plane's programs, which one update changes together.
COMPONENTS = {
    "kubeApiServerConfig": "KubeApiServerConfig",
    "kubeSchedulerConfig": "KubeSchedulerConfig",
    "kubeControllerManagerConfig": "KubeControllerManagerConfig",
}


def check_values(name: str, asked: Mapping[str, Any], tier: str) -> None:
    """Refuse values that EKS does not have, of whatever a call names.

    Args:
        name: of the cluster.
        asked: the call's members.
        tier: the scaling tier of the cluster, or the one that the call asks for.

    Raises:
        EKSError: a value is not allowed.
    """
    _check_components(name, asked, tier)


def _check_components(name: str, asked: Mapping[str, Any], tier: str) -> None:
    api_server = asked.get("kubeApiServerConfig", {})
    control_plane.events_are_kept(name, api_server.get("eventTtl"))
    if "serviceNodePortRange" in api_server:
        control_plane.node_ports_are_allowed(name, api_server["serviceNodePortRange"])
    scheduler = asked.get("kubeSchedulerConfig", {})
    strategy = scheduler.get("nodeResourcesFit", {}).get("scoringStrategy", {})
    control_plane.nodes_are_scored_by(name, strategy)
    manager = asked.get("kubeControllerManagerConfig", {})
    control_plane.tier_takes_controller_settings(name, manager, tier)
    autoscaler = manager.get("horizontalPodAutoscalerControllerConfig", {})
    control_plane.autoscalers_are_synced(name, autoscaler.get("horizontalPodAutoscalerSyncPeriod"))
    collector = manager.get("podGcControllerConfig", {})
    control_plane.garbage_is_collected(name, collector.get("terminatedPodGcThreshold"))


# --- Auto Mode ---


def auto_mode_switches(asked: Mapping[str, Any]) -> tuple[bool, bool, bool]:
    """Whether compute, load balancing and block storage are asked to be on."""
    network = asked.get("kubernetesNetworkConfig", {}).get("elasticLoadBalancing", {})
    storage = asked.get("storageConfig", {}).get("blockStorage", {})
    compute = asked.get("computeConfig", {})
    return tuple(bool(part.get("enabled")) for part in (compute, network, storage))  # type: ignore[return-value]


def check_auto_mode(
    eks: EKS, name: str, asked: Mapping[str, Any], mode: str, role_arn: str
) -> None:
    """What Auto Mode needs, if it is on.

    Args:
        eks: where the cluster is.
        name: of the cluster.
        asked: the call's members.
        mode: the cluster's authentication mode.
        role_arn: of the cluster.

    Raises:
        EKSError: something is missing.
    """
    auto_mode.is_on_or_off(name, auto_mode_switches(asked))
    compute = asked.get("computeConfig", {})
    if not compute.get("enabled"):
        return
    pools, node_role = compute.get("nodePools", []), compute.get("nodeRoleArn")
    auto_mode.access_entries_are_on(name, mode)
    auto_mode.pools_are_known(name, pools)
    auto_mode.pools_have_a_role(name, pools, node_role)
    role = roles.find(eks.iam, role_arn)
    if role is not None:
        auto_mode.role_has_the_policies(role, eks.partition)
        auto_mode.role_lets_tag_sessions(role_arn, role)
    if node_role:
        auto_mode.nodes_have_their_role(node_role, roles.find(eks.iam, node_role))


def compute_config(asked: Mapping[str, Any]) -> Document:
    """As EKS describes it: without Auto Mode there are neither pools nor a role."""
    if not asked.get("enabled"):
        return {"enabled": False, "nodePools": []}
    return {"nodePools": [], **asked}


def admit_auto_nodes(eks: EKS, cluster: Cluster) -> None:
    """Let the nodes of the built-in node pools in, as EKS does itself.

    https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html
    """
    role = cluster.document.get("computeConfig", {}).get("nodeRoleArn")
    if role and role not in cluster.access_entries:
        entry = access.admit(eks, cluster, role, kind=AUTO_NODE_TYPE)
        policy = access_policies(eks.partition)[AUTO_NODE_POLICY]
        access.associate(entry, policy, {"type": "cluster"})


# --- remote networks ---


def check_remote_networks(
    name: str,
    asked: Mapping[str, Any],
    mode: str,
    network: Mapping[str, Any],
    vpc_blocks: list[str],
) -> None:
    """What EKS demands of the networks of hybrid nodes.

    Args:
        name: of the cluster.
        asked: the remote network configuration; empty for none.
        mode: the cluster's authentication mode.
        network: its Kubernetes network configuration.
        vpc_blocks: IPv4 blocks of its VPC.

    Raises:
        EKSError: the networks do not meet the demands.
    """
    networks = {
        kind: [cidr for one in asked.get(member, []) for cidr in one.get("cidrs", [])]
        for kind, member in (("node", "remoteNodeNetworks"), ("pod", "remotePodNetworks"))
    }
    remote_network.pods_are_on_nodes(name, networks)
    if not networks["node"]:
        return
    remote_network.access_entries_are_on(name, mode)
    remote_network.family_is_ipv4(name, network["ipFamily"])
    for kind, cidrs in networks.items():
        remote_network.networks_are_few(name, kind, cidrs)
        remote_network.networks_are_private(name, kind, cidrs)
    own = {"VPC CIDR": vpc_blocks, "service CIDR": [network["serviceIpv4Cidr"]]}
    remote_network.networks_are_apart(name, networks, own)
