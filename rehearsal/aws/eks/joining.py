"""Whether an instance becomes a node, and the node Ready: the facts that the rules judge.

The rules are in :mod:`rehearsal.aws.eks.rules.joining`, in the order in which a booting instance
meets them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.iam.models import Role

from rehearsal.aws import catalog
from rehearsal.aws.eks import credentials, permissions, reachability, roles, user_data
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.eks.issues import Obstacle
from rehearsal.aws.eks.reachability import Party, WayOut
from rehearsal.aws.eks.records import SELF_MANAGED, Cluster, Document, Nodegroup
from rehearsal.aws.eks.rules import joining as rules

NETWORK_PLUGIN = "vpc-cni"
# What EKS makes of the role of a managed node group, and other kinds of access entry whose
# principals are nodes.
# https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
NODE_ENTRIES = {"EC2_LINUX", "EC2_WINDOWS", "EC2", "HYBRID_LINUX"}
NODES_GROUP = "system:nodes"
# Services without which a node does not start, and those that its images come from.
# https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
STARTING = ("ec2",)
IMAGES = ("ecr.api", "ecr.dkr", "s3")


# What EKS installs in a new cluster if it is let to.
# https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html
INSTALLED_BY_EKS = ("vpc-cni", "kube-proxy", "coredns")


def unmanaged(cluster: Cluster, addon: str) -> Document | None:
    """Version and configuration values of what is there of an add-on that is not an add-on.

    EKS has installed it with the cluster, in its default version, or it was preserved when the
    add-on was deleted.
    """
    if addon in cluster.left_behind:
        return cluster.left_behind[addon]
    if not cluster.self_managed_addons or addon not in INSTALLED_BY_EKS:
        return None
    return {"addonVersion": catalog.addons()[addon].default.get(cluster.version)}


def has_network_plugin(cluster: Cluster) -> bool:
    """Whether pods can get an address: by the add-on, or by what EKS installs if it is let to.

    https://docs.aws.amazon.com/eks/latest/userguide/eks-networking-add-ons.html
    """
    addon = cluster.addons.get(NETWORK_PLUGIN)
    if addon is not None and addon.installed:
        return True
    return unmanaged(cluster, NETWORK_PLUGIN) is not None


def admits(cluster: Cluster, role: str, *, managed: bool = True) -> bool:
    """Whether the cluster lets nodes with that role in.

    Where access entries are off, EKS writes the role of its own node groups into the ConfigMap
    aws-auth; nobody does it for others here.
    https://docs.aws.amazon.com/eks/latest/userguide/self-managed-windows-server-2022.html
    """
    if cluster.document["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
        return managed
    entry = cluster.access_entries.get(role)
    if entry is None:
        return False
    return entry.document.get("type") in NODE_ENTRIES or NODES_GROUP in entry.document.get(
        "kubernetesGroups", []
    )


class Situation:
    """Where an instance is and what it has, looked up once.

    Attributes:
        role: of the node; None if it is gone.
        way: to the internet, if there is one that its security groups let it take.
    """

    def __init__(self, eks: EKS, cluster: Cluster, nodegroup: Nodegroup, instance_id: str) -> None:
        self.eks, self.cluster, self.nodegroup = eks, cluster, nodegroup
        self.instance_id = instance_id
        self.role_arn: str = nodegroup.document["nodeRole"]
        self.role: Role | None = roles.find(eks.iam, self.role_arn)
        instance: Any = eks.ec2.get_instance(instance_id)
        self.subnet = eks.ec2.get_subnet(instance.subnet_id)
        self.vpc = eks.ec2.get_vpc(self.subnet.vpc_id)
        groups = frozenset(group.id for group in instance.nics[0].group_set)
        self.party = Party(groups, instance.private_ip)
        self.way = self._way_out(instance.public_ip)

    def _way_out(self, public_address: str | None) -> WayOut | None:
        if not reachability.may_leave(self.eks.ec2, self.party, Party(frozenset(), None)):
            return None
        return reachability.way_out(self.eks.ec2, self.subnet, public_address)

    def unreachable(self, services: Sequence[str]) -> list[str]:
        """Those of the services that the instance does not reach."""
        return [service for service in services if not self._reaches(service)]

    def _reaches(self, service: str) -> bool:
        """An endpoint with private DNS takes the place of the internet, also where it is closed."""
        ec2 = self.eks.ec2
        endpoint = reachability.interface_endpoint(ec2, self.vpc, service)
        if endpoint is not None:
            default = ec2.get_default_security_group(self.vpc.id)
            groups = endpoint.security_group_ids or ([default.id] if default else [])
            return self._connects(groups, endpoint.network_interface_ids)
        if self.way is not None:
            return True
        return reachability.has_gateway_endpoint(ec2, self.subnet, service)

    def connects_to_the_control_plane(self) -> bool:
        """Whether security groups let it through to one of the control plane's interfaces."""
        vpc = self.cluster.document["resourcesVpcConfig"]
        groups = [vpc["clusterSecurityGroupId"], *vpc["securityGroupIds"]]
        return self._connects(groups, self.cluster.network_interfaces)

    def _connects(self, groups: Iterable[str], interfaces: Iterable[str]) -> bool:
        """Whether it is let through to one of the interfaces, which have these groups."""
        ec2 = self.eks.ec2
        found = (ec2.enis[interface] for interface in interfaces if interface in ec2.enis)
        return any(
            reachability.may_connect(
                ec2, self.party, Party(frozenset(groups), interface.private_ip_address)
            )
            for interface in found
        )

    def lacking(self, actions: Sequence[str]) -> list[str]:
        """Those of the actions that the node's role may not do."""
        return permissions.lacks(self.role, actions) if self.role else list(actions)


def obstacle_to_joining(situation: Situation) -> Obstacle | None:
    """What keeps an instance from becoming a node."""
    return _first(_joining, situation)


def obstacle_to_staying(situation: Situation) -> Obstacle | None:
    """What keeps a node from talking to the API."""
    return _first(_connecting, situation)


def obstacle_to_readiness(situation: Situation) -> Obstacle | None:
    """What keeps a node from being Ready."""
    return _first(_getting_ready, situation)


def _first(judge: Any, situation: Situation) -> Obstacle | None:
    try:
        judge(situation)
    except Obstacle as obstacle:
        return obstacle
    return None


def _joining(situation: Situation) -> None:
    instance, cluster = situation.instance_id, situation.cluster
    kubelet = situation.nodegroup.kubelets[instance]
    _introduce(situation)
    rules.reaches_ec2(instance, situation.unreachable(STARTING))
    rules.has_a_role_with_node_rights(
        instance, situation.role_arn, situation.lacking(rules.NODE_ACTIONS)
    )
    _connecting(situation)
    managed = situation.nodegroup.document["status"] != SELF_MANAGED
    rules.is_admitted(
        instance, situation.role_arn, admits(cluster, situation.role_arn, managed=managed)
    )
    rules.is_not_newer_than_the_control_plane(instance, kubelet, cluster.version)
    rules.is_not_too_old_for_the_control_plane(instance, kubelet, cluster.version)


def _introduce(situation: Situation) -> None:
    document = situation.nodegroup.document
    if document["amiType"] != "CUSTOM":
        return
    cluster = situation.cluster.document
    rules.knows_its_cluster(
        situation.instance_id,
        user_data.introduction(told_user_data(situation.eks, situation.instance_id)),
        cluster["name"],
        cluster["endpoint"],
        cluster["certificateAuthority"]["data"],
    )


def told_user_data(eks: EKS, instance_id: str) -> str:
    """The user data that an instance was launched with."""
    return user_data.decoded(eks.ec2.get_instance(instance_id).user_data)


def launch_template_data(eks: EKS, nodegroup: Nodegroup) -> dict[str, Any]:
    """What instances of the node group are launched from; empty if its template is gone."""
    try:
        template = eks.ec2.get_launch_template(nodegroup.template)
        return template.get_version(nodegroup.template_version).data
    except EC2ClientError:
        return {}


def lets_pods_use_its_role(eks: EKS, nodegroup: Nodegroup) -> bool:
    """Whether pods beside the host's network get to the instance metadata: a hop more than it.

    https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
    """
    options = launch_template_data(eks, nodegroup).get("MetadataOptions") or {}
    return str(options.get("HttpPutResponseHopLimit", 2)) != "1"


def _connecting(situation: Situation) -> None:
    """By the private endpoint where the VPC resolves it, otherwise by the public one.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    """
    instance = situation.instance_id
    vpc = situation.cluster.document["resourcesVpcConfig"]
    public = vpc["endpointPublicAccess"]
    resolves = reachability.answers_private_names(situation.vpc)
    if vpc["endpointPrivateAccess"]:
        rules.resolves_the_private_endpoint(instance, public, resolves)
        if resolves:
            rules.is_let_in_by_the_control_plane(
                instance, situation.connects_to_the_control_plane()
            )
            return
    rules.has_a_way_to_the_public_endpoint(instance, situation.way)
    if situation.way:
        rules.comes_from_an_allowed_address(
            instance, situation.way.address, vpc["publicAccessCidrs"]
        )


def _getting_ready(situation: Situation) -> None:
    eks, cluster, instance = situation.eks, situation.cluster, situation.instance_id
    rules.has_a_network_plugin(instance, has_network_plugin(cluster))
    rules.reaches_the_registry(instance, situation.unreachable(IMAGES))
    rules.may_pull_images(instance, situation.role_arn, situation.lacking(rules.IMAGE_ACTIONS))
    source = credentials.service(cluster, NETWORK_PLUGIN)
    unreachable = situation.unreachable([source]) if source else []
    missing = credentials.missing(
        eks,
        cluster,
        NETWORK_PLUGIN,
        rules.ADDRESS_ACTIONS[cluster.document["kubernetesNetworkConfig"]["ipFamily"]],
        situation.role,
    )
    if unreachable:
        missing = f"it does not reach {unreachable[0]}"
    rules.network_plugin_has_rights(instance, missing)


def group_obstacles(eks: EKS, cluster: Cluster, nodegroup: Nodegroup) -> Iterator[Obstacle]:
    """What is wrong with a node group itself, whatever its instances do."""
    document = nodegroup.document
    data = launch_template_data(eks, nodegroup)
    found = [
        lambda: rules.node_role_exists(
            document["nodeRole"], roles.find(eks.iam, document["nodeRole"]) is not None
        ),
        lambda: rules.launch_template_exists(nodegroup.template, bool(data)),
        lambda: rules.public_subnets_give_public_addresses(
            document["nodegroupName"], _without_public_addresses(eks, document["subnets"], data)
        ),
        lambda: rules.user_data_can_be_merged(
            document.get("launchTemplate", {}).get("id", ""),
            _unmergeable(document["amiType"], data.get("UserData")),
        ),
    ]
    if document["status"] != "CREATING":
        found.append(
            lambda: rules.nodes_stay_admitted(
                document["nodeRole"], admits(cluster, document["nodeRole"])
            )
        )
    for judge in found:
        try:
            judge()
        except Obstacle as obstacle:
            yield obstacle


def _without_public_addresses(eks: EKS, subnet_ids: list[str], data: dict[str, Any]) -> list[str]:
    interfaces = data.get("NetworkInterfaces") or []
    if any(str(nic.get("AssociatePublicIpAddress")).lower() == "true" for nic in interfaces):
        return []
    subnets = [eks.ec2.get_subnet(subnet_id) for subnet_id in subnet_ids]
    return [
        subnet.id
        for subnet in subnets
        if not reachability.on(subnet.map_public_ip_on_launch)
        and reachability.is_public(eks.ec2, subnet)
    ]


def _unmergeable(ami_type: str, data: str | None) -> str:
    """The format that user data of a launch template lacks for EKS to complete it; empty: none."""
    kind = catalog.ami_types().get(ami_type)
    if not data or kind is None:
        return ""
    text = user_data.decoded(data)
    if kind.user_data == "nodeadm":
        return "" if user_data.is_multipart(text) else "MIME"
    if kind.user_data == "bottlerocket":
        return "" if user_data.is_toml(text) else "TOML"
    return ""
