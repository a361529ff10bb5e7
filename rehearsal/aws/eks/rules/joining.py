"""What an instance of a node group needs to become a node, and the node to become Ready.

EKS does not say which of them is missing: the instances did not join, or the nodes are unhealthy.
The reason of each :class:`Obstacle` is what EKS leaves out; the emulator's log has it.
"""

from collections.abc import Collection, Sequence

from rehearsal.aws.eks import issues
from rehearsal.aws.eks.issues import Obstacle
from rehearsal.aws.eks.reachability import WayOut, contains
from rehearsal.aws.eks.user_data import Introduction
from rehearsal.aws.rules import rule

# "kubelet may be up to three minor versions older than kube-apiserver", and never newer.
OLDEST_KUBELET = 3

# What nodeadm asks EC2 for before it starts the kubelet: its own name. (A feature gate of newer
# images, off unless the user data turns it on, does without.)
NODE_ACTIONS = ("ec2:DescribeInstances",)
IMAGE_ACTIONS = ("ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
# Of AmazonEKS_CNI_Policy, those without which no pod gets an address; by the cluster's IP family.
# Those of IPv6 are of no managed policy:
# https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html
ADDRESS_ACTIONS = {
    "ipv4": (
        "ec2:AssignPrivateIpAddresses",
        "ec2:AttachNetworkInterface",
        "ec2:CreateNetworkInterface",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
        "ec2:ModifyNetworkInterfaceAttribute",
    ),
    "ipv6": (
        "ec2:AssignIpv6Addresses",
        "ec2:DescribeInstances",
        "ec2:DescribeNetworkInterfaces",
    ),
}


def _minor(version: str) -> int:
    """35 of ``1.35`` and of ``v1.35.6``."""
    return int(version.split(".")[1])


def _never_joins(instance: str, reason: str) -> Obstacle:
    return Obstacle(issues.failed_to_join([instance]), reason)


def _is_unhealthy(instance: str, reason: str) -> Obstacle:
    return Obstacle(issues.unhealthy_nodes([instance]), reason)


# --- the node group ---


@rule(issues.no_public_addresses)
def public_subnets_give_public_addresses(nodegroup: str, without: Sequence[str]) -> None:
    """A node group's subnets that route to an internet gateway give instances public addresses.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html

    Args:
        nodegroup: its name.
        without: public subnets in which its instances get no public address.
    """
    if without:
        raise Obstacle(
            issues.no_public_addresses(nodegroup, list(without)),
            "instances without a public address have no use of an internet gateway",
        )


@rule(issues.user_data_is_not_mime, issues.user_data_is_not_toml)
def user_data_can_be_merged(template: str, lacking: str) -> None:
    """User data that EKS completes is MIME multi-part, that of Bottlerocket TOML.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html

    Args:
        template: the launch template's id.
        lacking: the format that it ought to have and has not; empty if it has it.
    """
    reason = "EKS cannot put its own user data beside it"
    if lacking == "TOML":
        raise Obstacle(issues.user_data_is_not_toml(template), reason)
    if lacking:
        raise Obstacle(issues.user_data_is_not_mime(template), reason)


@rule(issues.no_node_role)
def node_role_exists(role: str, found: bool) -> None:
    """The role of a node group's nodes exists as long as the group does.

    https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
    """
    if not found:
        raise Obstacle(issues.no_node_role(role), "nodes get no credentials")


@rule(issues.no_launch_template)
def launch_template_exists(template: str, found: bool) -> None:
    """The launch template that EKS made for a node group stays as it is.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """
    if not found:
        raise Obstacle(issues.no_launch_template(template), "nothing can be launched")


@rule(issues.access_denied)
def nodes_stay_admitted(role: str, admitted: bool) -> None:
    """The access entry that lets a node group's nodes in stays as long as the group does.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    if not admitted:
        raise Obstacle(
            issues.access_denied(role), f"the cluster has no access entry for nodes with {role}"
        )


# --- an instance on its way to being a node ---


@rule(issues.failed_to_join)
def is_admitted(instance: str, role: str, admitted: bool) -> None:
    """The node role has an access entry of a node's type, where access entries are on.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    if not admitted:
        raise _never_joins(instance, f"the cluster has no access entry for nodes with {role}")


@rule(issues.failed_to_join)
def has_a_role_with_node_rights(instance: str, role: str, lacking: Sequence[str]) -> None:
    """The node role may describe instances, as AmazonEKSWorkerNodePolicy lets it.

    https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
    """
    if lacking:
        raise _never_joins(instance, f"{role} may not {', '.join(lacking)}")


@rule(issues.failed_to_join)
def knows_its_cluster(
    instance: str,
    told: Introduction | None,
    name: str,
    endpoint: str,
    authority: str,
) -> None:
    """User data of a custom image names the cluster, its endpoint, authority and service CIDR.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    https://awslabs.github.io/amazon-eks-ami/nodeadm/
    """
    if told is None:
        raise _never_joins(instance, "its user data tells of no cluster")
    if told.name != name:
        raise _never_joins(instance, f"its user data names cluster {told.name!r}, not {name!r}")
    facts = {"apiServerEndpoint": told.endpoint, "certificateAuthority": told.authority}
    missing = [member for member, value in {**facts, "cidr": told.cidr}.items() if not value]
    if told.complete and missing:
        raise _never_joins(instance, f"its NodeConfig lacks {', '.join(missing)}")
    if told.endpoint and told.endpoint.rstrip("/") != endpoint:
        raise _never_joins(instance, f"its user data names the endpoint {told.endpoint}")
    if told.authority and told.authority != authority:
        raise _never_joins(instance, "its user data names another certificate authority")


@rule(issues.failed_to_join)
def is_not_newer_than_the_control_plane(instance: str, kubelet: str, cluster: str) -> None:
    """A kubelet is no newer than the control plane.

    https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html
    https://kubernetes.io/releases/version-skew-policy/
    """
    if _minor(kubelet) > _minor(cluster):
        raise _never_joins(instance, f"its kubelet is {kubelet}, the cluster {cluster}")


@rule(issues.failed_to_join)
def is_not_too_old_for_the_control_plane(instance: str, kubelet: str, cluster: str) -> None:
    """A kubelet is at most three minor versions older than the control plane.

    https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html
    https://kubernetes.io/releases/version-skew-policy/
    """
    if _minor(cluster) - _minor(kubelet) > OLDEST_KUBELET:
        raise _never_joins(instance, f"its kubelet is {kubelet}, the cluster {cluster}")


@rule(issues.failed_to_join)
def resolves_the_private_endpoint(instance: str, public: bool, resolves: bool) -> None:
    """A VPC in which the API has a private endpoint only has DNS support and DNS host names.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    """
    if not public and not resolves:
        raise _never_joins(instance, "the VPC has DNS support or DNS host names turned off")


@rule(issues.failed_to_join)
def is_let_in_by_the_control_plane(instance: str, connects: bool) -> None:
    """Security groups let nodes open connections to the private endpoint, TCP 443.

    https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
    """
    if not connects:
        raise _never_joins(
            instance, "security groups do not let it connect to the control plane, TCP 443"
        )


@rule(issues.failed_to_join)
def has_a_way_to_the_public_endpoint(instance: str, way: WayOut | None) -> None:
    """A node that does not see the API in its VPC has a way to the internet.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    https://docs.aws.amazon.com/eks/latest/userguide/troubleshooting.html
    """
    if way is None:
        raise _never_joins(
            instance, "it has no way to the public endpoint, and there is no private one"
        )


@rule(issues.failed_to_join)
def comes_from_an_allowed_address(instance: str, address: str | None, cidrs: Sequence[str]) -> None:
    """The public endpoint is open to the address that nodes reach it from.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html

    Args:
        instance: its id.
        address: public; None if nobody can tell it here.
        cidrs: the cluster's publicAccessCidrs.
    """
    if address is not None and not any(contains(cidr, address) for cidr in cidrs):
        raise _never_joins(
            instance, f"it comes from {address}, and the endpoint is open to {', '.join(cidrs)}"
        )


@rule(issues.failed_to_join)
def reaches_ec2(instance: str, unreachable: Collection[str]) -> None:
    """A node reaches EC2: by a way to the internet, or by an interface endpoint in its VPC.

    https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
    """
    if unreachable:
        raise _never_joins(instance, f"it does not reach {', '.join(unreachable)}")


# --- a node on its way to being Ready ---


@rule(issues.unhealthy_nodes)
def has_a_network_plugin(instance: str, found: bool) -> None:
    """A node has a network plugin: the add-on vpc-cni, or what EKS installs if it is let to.

    https://docs.aws.amazon.com/eks/latest/userguide/eks-networking-add-ons.html
    """
    if not found:
        raise _is_unhealthy(instance, "container runtime network not ready: no network plugin")


@rule(issues.unhealthy_nodes)
def reaches_the_registry(instance: str, unreachable: Collection[str]) -> None:
    """A node reaches ECR, and S3 which holds its layers: by the internet or by endpoints.

    https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
    """
    if unreachable:
        raise _is_unhealthy(
            instance, f"images cannot be pulled: it does not reach {', '.join(unreachable)}"
        )


@rule(issues.unhealthy_nodes)
def may_pull_images(instance: str, role: str, lacking: Sequence[str]) -> None:
    """The node role may pull images, as AmazonEC2ContainerRegistryPullOnly lets it.

    https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
    """
    if lacking:
        raise _is_unhealthy(instance, f"{role} may not {', '.join(lacking)}")


@rule(issues.unhealthy_nodes)
def network_plugin_has_rights(instance: str, missing: str) -> None:
    """The network plugin may manage addresses: by its own role, or by the nodes'.

    https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html

    Args:
        instance: its id.
        missing: what keeps the plugin from its rights; empty if nothing does.
    """
    if missing:
        raise _is_unhealthy(instance, f"vpc-cni cannot manage addresses: {missing}")
