"""User data of a group's nodes, when what it says of the cluster is known."""

import dataclasses

import pulumi
import pulumi_aws as aws

from spec.model import ClusterSpec, NodesSpec
from spec.user_data import Coordinates, Node, compiled


def user_data(
    cluster: ClusterSpec,
    group: NodesSpec,
    control_plane: pulumi.Output[aws.eks.Cluster],
    *,
    names_cluster: bool,
) -> pulumi.Input[str] | None:
    """What nodes of a group read when they start; None: nothing is to be said.

    Args:
        cluster: The whole cluster.
        group: The group.
        control_plane: The EKS cluster.
        names_cluster: Whether nodes are told how they find their cluster. EKS does it for groups
            that it manages, where it knows the image.
    """
    node = Node(
        max_pods=group.max_pods or cluster.max_pods_of(group),
        no_proxy=cluster.no_proxy,
        labels=group.labels if names_cluster else {},
        taints=group.taints if names_cluster else (),
    )
    if not names_cluster:
        return compiled(group.image, group, node)

    def complete(it: aws.eks.Cluster) -> pulumi.Output[str]:
        network = it.kubernetes_network_config
        cidr = network.apply(
            lambda of: (
                of.service_ipv6_cidr
                if cluster.network.ip_family == "ipv6"
                else of.service_ipv4_cidr
            )
        )
        return pulumi.Output.all(
            it.name, it.endpoint, it.certificate_authority.apply(lambda of: of.data), cidr
        ).apply(
            lambda known: _compiled(
                group,
                node,
                Coordinates(
                    cluster_name=known[0],
                    endpoint=known[1],
                    certificate_authority=known[2],
                    service_cidr=known[3],
                ),
            )
        )

    return control_plane.apply(complete)


def _compiled(group: NodesSpec, node: Node, coordinates: Coordinates) -> str:
    text = compiled(group.image, group, dataclasses.replace(node, coordinates=coordinates))
    return text or ""
