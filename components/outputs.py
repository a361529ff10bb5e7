"""What a stack exports."""

from collections.abc import Mapping
from typing import Any

import pulumi_aws as aws

from components import cluster_roles
from components.control_plane import ControlPlane
from components.interruption_queue import InterruptionQueue
from components.karpenter import Karpenter
from components.node_group import NodeGroup
from components.places import Places
from components.role import Role
from components.self_managed_node_group import SelfManagedNodeGroup
from components.service_accounts import ServiceAccounts


def of_control_plane(
    made: ControlPlane, region: str, service_accounts: ServiceAccounts | None
) -> dict[str, Any]:
    """How the cluster is reached, and who its service accounts are in AWS."""
    return {
        "clusterName": made.cluster_name,
        "clusterArn": made.cluster.apply(lambda it: it.arn),
        "region": region,
        "kubernetesVersion": made.cluster.apply(lambda it: it.version),
        "endpoint": made.cluster.apply(lambda it: it.endpoint),
        "kubeconfig": made.kubeconfig,
        "oidcIssuer": made.eks_cluster.oidc_issuer,
        **_of_service_accounts(service_accounts),
        "clusterSecurityGroupId": made.security_group_id,
    }


def of_places(places: Places) -> dict[str, Any]:
    """Where the cluster is."""
    return {"vpcId": places.vpc_id, "subnets": places.outputs}


def of_node_groups(groups: Mapping[str, NodeGroup]) -> dict[str, Any]:
    """Managed groups; without any, that there are none."""
    return {
        "nodeGroups": {
            group_name: {"name": it.name, "arn": it.arn, "status": it.status}
            for group_name, it in groups.items()
        }
    }


def of_self_managed(groups: Mapping[str, SelfManagedNodeGroup]) -> dict[str, Any]:
    """Outputs about self-managed groups."""
    found = {group_name: {"name": it.name, "arn": it.arn} for group_name, it in groups.items()}
    return {"selfManagedNodeGroups": found} if found else {}


def of_profiles(profiles: Mapping[str, aws.eks.FargateProfile]) -> dict[str, Any]:
    """Outputs about Fargate profiles."""
    found = {
        name: {"name": it.fargate_profile_name, "arn": it.arn, "status": it.status}
        for name, it in profiles.items()
    }
    return {"fargateProfiles": found} if found else {}


def of_karpenter(
    made: Karpenter | None, queue: InterruptionQueue | None, roles: Mapping[str, Role]
) -> dict[str, Any]:
    """Outputs for Karpenter's chart and its EC2NodeClasses."""
    if made is None:
        return {}
    names = {
        it: roles[role].role.name
        for it, role in cluster_roles.KARPENTER_NODES.items()
        if role in roles
    }
    queue_name = {"queueName": queue.queue.name} if queue else {}
    return {"karpenter": {"controllerRoleArn": made.role.arn, **names, **queue_name}}


def of_hybrid_nodes(roles: Mapping[str, Role]) -> dict[str, Any]:
    """Outputs about nodes outside of AWS."""
    role = roles.get("hybrid-nodes")
    return {"hybridNodeRoleArn": role.arn} if role else {}


def _of_service_accounts(made: ServiceAccounts | None) -> dict[str, Any]:
    """Outputs about service accounts."""
    outputs: dict[str, Any] = {}
    if made and made.provider_arn:
        outputs["oidcProviderArn"] = made.provider_arn
    if made and made.role_arns:
        outputs["serviceAccountRoleArns"] = made.role_arns
    return outputs
