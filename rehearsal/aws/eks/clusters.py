"""Clusters: control planes, what they leave in the VPC, their versions and settings."""

import datetime
import ipaddress
import secrets
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError

from rehearsal.aws import catalog
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import access, errors, quotas, roles, settings, updates
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.certificates import certificate_authority
from rehearsal.aws.eks.kubernetes.planes import PLANES
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import Cluster, Document, Update
from rehearsal.aws.eks.rules import auto_mode, control_plane
from rehearsal.aws.eks.rules import cluster as rules
from rehearsal.aws.eks.rules.tags import tags_are_allowed

# "Amazon EKS creates 2-4 elastic network interfaces in the specified subnets"
# https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
MOST_INTERFACES = 4

# "If you don't specify a block, Kubernetes assigns addresses from either the 10.100.0.0/16 or
# 172.20.0.0/16 CIDR blocks."
# https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
# It is the second where the VPC's own addresses begin with 10, as nodes used to find out by
# themselves: https://github.com/awslabs/amazon-eks-ami, files/bootstrap.sh (TEN_RANGE).
SERVICE_CIDR, SERVICE_CIDR_BESIDE_TEN = "10.100.0.0/16", "172.20.0.0/16"

# "Kubernetes assigns services IPv6 addresses from the unique local address range (fc00::/7)."
# https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
# The size is that of the blocks in https://docs.aws.amazon.com/eks/latest/userguide/deploy-ipv6-cluster.html
UNIQUE_LOCAL, SERVICE_PREFIX_IPV6 = 0xFD << 120, 108

# What EKS sets where the caller does not say.
# https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
STANDARD_TIER = "standard"
DEFAULTS: Document = {
    "encryptionConfig": [],
    "upgradePolicy": {"supportType": "EXTENDED"},
    "deletionProtection": False,
    "controlPlaneScalingConfig": {"tier": STANDARD_TIER},
    "tags": {},
}
# Members that the cluster keeps as they were asked for.
KEPT = (
    "roleArn",
    "zonalShiftConfig",
    "remoteNetworkConfig",
    "computeConfig",
    "storageConfig",
    "kubeApiServerConfig",
    "kubeSchedulerConfig",
    "kubeControllerManagerConfig",
    *DEFAULTS,
)
ACCESS_DEFAULTS: Document = {
    "authenticationMode": "CONFIG_MAP",
    "bootstrapClusterCreatorAdminPermissions": True,
}
ENDPOINT_DEFAULTS: Document = {
    "endpointPublicAccess": True,
    "endpointPrivateAccess": False,
    "publicAccessCidrs": ["0.0.0.0/0"],
    "controlPlaneEgressMode": control_plane.AWS_MANAGED,
}
# "The default value is 0.0.0.0/0 and additionally ::/0 for dual-stack IPv6 clusters."
# https://docs.aws.amazon.com/eks/latest/APIReference/API_VpcConfigRequest.html
EVERYWHERE_IPV6 = "::/0"


# Seconds between two looks whether a control plane answers at last.
CONTROL_PLANE_STEP = 0.1


@operation
def create_cluster(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html."""
    eks = request.eks
    name = request["name"]
    if "outpostConfig" in request.asked:
        raise errors.not_served("CreateCluster with outpostConfig")
    rules.name_is_valid("name", name)
    rules.name_is_short(name)
    rules.name_is_free(name, eks.clusters)
    version = request.get("version") or catalog.default_kubernetes_version()
    rules.version_is_offered(version)
    role = roles.find(eks.iam, request["roleArn"])
    rules.role_trusts_eks(request["roleArn"], role)
    rules.role_has_the_cluster_policy(
        role, f"arn:{eks.partition}:iam::aws:policy/{rules.CLUSTER_POLICY}"
    )
    access_config = {**ACCESS_DEFAULTS, **request.get("accessConfig", {})}
    mode = access_config["authenticationMode"]
    tier = request.get("controlPlaneScalingConfig", {}).get("tier", STANDARD_TIER)
    settings.check_values(name, request.asked, tier)
    settings.check_auto_mode(eks, name, request.asked, mode, request["roleArn"])
    self_managed_addons = request.get("bootstrapSelfManagedAddons", True)
    if any(settings.auto_mode_switches(request.asked)):
        auto_mode.brings_no_addons_along(name, self_managed_addons)
    rules.creator_is_admin_by_config_map(
        name, mode, access_config["bootstrapClusterCreatorAdminPermissions"]
    )
    rules.only_secrets_are_encrypted(name, request.get("encryptionConfig", []))
    rules.log_types_are_known(name, request.get("logging", {}).get("clusterLogging", []))
    tags_are_allowed(request.get("tags", {}))
    family = request.get("kubernetesNetworkConfig", {}).get("ipFamily", "ipv4")
    vpc_config = {**_endpoint_defaults(family), **request["resourcesVpcConfig"]}
    subnets = _checked_subnets(eks, name, vpc_config.get("subnetIds", []))
    vpc = eks.ec2.get_vpc(subnets[0].vpc_id)
    security_groups = vpc_config.get("securityGroupIds", [])
    _check_security_groups(eks, name, security_groups, subnets[0].vpc_id)
    _check_endpoint(name, vpc_config, family)
    _check_ipv6(eks, name, family, subnets)
    service_network = _service_network(name, request.get("kubernetesNetworkConfig", {}), vpc)
    settings.check_remote_networks(
        name, request.get("remoteNetworkConfig", {}), mode, service_network, _blocks(vpc)
    )

    quotas.leaves_room_for_a_cluster(len(eks.clusters))
    for encryption in request.get("encryptionConfig", []):
        key = encryption["provider"]["keyArn"]
        quotas.key_encrypts(key, eks.key_state(key))
    uid = uuid.uuid4().hex.upper()
    document: Document = {
        "name": name,
        "arn": eks.arn("cluster", name),
        "createdAt": utcnow(),
        "version": version,
        "platformVersion": catalog.kubernetes_versions()[version].platform_version,
        "status": "CREATING",
        "health": {"issues": []},
        "certificateAuthority": {},
        "accessConfig": access_config,
        "logging": _logging(_enabled(request.get("logging", {}), set())),
        "kubernetesNetworkConfig": service_network,
        "resourcesVpcConfig": {
            **vpc_config,
            "securityGroupIds": security_groups,
            "vpcId": subnets[0].vpc_id,
        },
        **{
            member: request.get(member, DEFAULTS.get(member))
            for member in KEPT
            if request.get(member) is not None or member in DEFAULTS
        },
    }
    if "computeConfig" in document:
        document["computeConfig"] = settings.compute_config(document["computeConfig"])
    cluster = Cluster(document, uid, self_managed_addons)
    eks.clusters[name] = cluster
    eks.iam.use_service("eks.amazonaws.com")
    _enter_vpc(eks, cluster, subnets)
    if access_config["bootstrapClusterCreatorAdminPermissions"]:
        access.admit_creator(eks, cluster, request.caller)
    settings.admit_auto_nodes(eks, cluster)
    TIMELINE.after("cluster.create", "eks.cluster.created", eks.region_name, name, uid)
    return {"cluster": document}


@TIMELINE.carries_out("eks.cluster.created")
def _created(region: str, name: str, uid: str) -> None:
    eks = eks_of(region)
    cluster = eks.clusters.get(name)
    if cluster is None or cluster.uid != uid or cluster.document["status"] != "CREATING":
        return
    if PLANES.pending(uid):
        TIMELINE.again(CONTROL_PLANE_STEP, "eks.cluster.created", region, name, uid)
        return
    document = cluster.document
    document["identity"] = {"oidc": {"issuer": eks.issuer(uid)}}
    document.update(PLANES.access(uid) or _access_to_nothing(eks, cluster))
    document["status"] = "ACTIVE"


def _access_to_nothing(eks: EKS, cluster: Cluster) -> Document:
    """How the API of a cluster would be reached on AWS, where no control plane is rehearsed."""
    # The label between is a shard of EKS's own.
    domain = f"gr7.{eks.region_name}.eks.{catalog.dns_suffix(eks.partition)}"
    return {
        "endpoint": f"https://{cluster.uid}.{domain}",
        "certificateAuthority": {"data": certificate_authority(cluster.document["createdAt"])},
    }


@operation
def describe_cluster(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html."""
    return {"cluster": request.eks.cluster(request["name"]).document}


@operation
def list_clusters(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html."""
    return page(request, "clusters", sorted(request.eks.clusters))


@operation
def delete_cluster(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html."""
    eks = request.eks
    cluster = eks.cluster(request["name"])
    rules.has_no_nodegroups(cluster.name, cluster.nodegroups)
    rules.has_no_fargate_profiles(cluster.name, cluster.fargate_profiles)
    rules.has_no_capabilities(cluster.name, cluster.capabilities)
    rules.is_not_protected(
        cluster.name, cluster.document["deletionProtection"], cluster.document["status"]
    )
    rules.has_no_update_under_way(cluster.name, "delete", updates.id_in_progress(cluster.updates))
    if cluster.document["status"] != "DELETING":
        cluster.document["status"] = "DELETING"
        TIMELINE.after(
            "cluster.delete", "eks.cluster.deleted", eks.region_name, cluster.name, cluster.uid
        )
    return {"cluster": cluster.document}


@TIMELINE.carries_out("eks.cluster.deleted")
def _deleted(region: str, name: str, uid: str) -> None:
    eks = eks_of(region)
    cluster = eks.clusters.get(name)
    if cluster is not None and cluster.uid == uid:
        _leave_vpc(eks, cluster)
        del eks.clusters[name]


@operation
def describe_cluster_versions(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeClusterVersions.html."""
    wanted = request.get("clusterVersions") or list(catalog.kubernetes_versions())
    default = catalog.default_kubernetes_version()
    versions = [
        catalog.cluster_version_document(version)
        for name, version in catalog.kubernetes_versions().items()
        if name in wanted and (name == default or not request.get("defaultOnly"))
    ]
    status = request.get("versionStatus")
    shown = [v for v in versions if status is None or v["versionStatus"] == status]
    return page(request, "clusterVersions", shown)


# --- updates ---


@operation
def update_cluster_version(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterVersion.html."""
    cluster = request.eks.cluster(request["name"])
    version = request["version"]
    back = catalog.minor_or_none(version) == catalog.minor(cluster.version) - 1
    kind = "VersionRollback" if back else "VersionUpdate"
    _check_idle(cluster, kind)
    rules.version_is_offered(version)
    if back:
        _check_going_back(cluster, version, bool(request.get("force")))
    else:
        nodes = _node_versions(cluster)
        rules.goes_one_minor_up(cluster.name, cluster.version, version)
        rules.nodes_are_not_left_behind(cluster.name, cluster.version, version, nodes)
    platform = catalog.kubernetes_versions()[version].platform_version
    update = updates.begin(
        kind,
        {"Version": version, "PlatformVersion": platform},
        {"version": version, "platformVersion": platform},
    )
    return _start(request.eks, cluster, update, "cluster.update-version")


def _check_going_back(cluster: Cluster, version: str, force: bool) -> None:
    policy = cluster.document["upgradePolicy"]["supportType"]
    extended = catalog.is_in_extended_support(version)
    rules.goes_back_within_seven_days(
        cluster.name, cluster.version, version, _updated_to_its_version(cluster)
    )
    rules.upgrade_policy_allows_going_back(cluster.name, version, policy, extended)
    rules.nodes_went_back_before(cluster.name, version, _node_versions(cluster), force)


def _updated_to_its_version(cluster: Cluster) -> datetime.datetime | None:
    """When the cluster was updated to the version that it has; None if it was made with it."""
    moments = [
        update.document["createdAt"]
        for update in cluster.updates.values()
        if (update.document["type"], update.document["status"]) == ("VersionUpdate", "Successful")
        and update.changes["version"] == cluster.version
    ]
    return max(moments, default=None)


def _node_versions(cluster: Cluster) -> dict[str, str]:
    """The Kubernetes version of each node group, by its name."""
    return {name: group.document["version"] for name, group in cluster.nodegroups.items()}


@operation
def update_cluster_config(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html."""
    cluster = request.eks.cluster(request["name"])
    plans = _planned(request.eks, request.asked, cluster.document)
    rules.changes_one_thing(plans)
    ((kind, (params, changes)),) = plans.items()
    _check_idle(cluster, kind)
    _check_vpc_config(request.eks, cluster, request.get("resourcesVpcConfig", {}))
    _check_remote_networks(request.eks, cluster, request.asked)
    update = updates.begin(kind, params, changes)
    return _start(request.eks, cluster, update, "cluster.update-config")


def _start(eks: EKS, cluster: Cluster, update: Update, takes: str) -> Mapping[str, Any]:
    cluster.updates[update.document["id"]] = update
    cluster.document["status"] = "UPDATING"
    subject = (cluster.name, update.document["id"])
    TIMELINE.after(takes, "eks.cluster.updated", eks.region_name, *subject)
    return {"update": update.document}


@TIMELINE.carries_out("eks.cluster.updated")
def _updated(region: str, name: str, update_id: str) -> None:
    eks = eks_of(region)
    cluster = eks.clusters.get(name)
    if cluster is not None and update_id in cluster.updates:
        updates.finish(cluster.updates[update_id], cluster.document)
        cluster.document["status"] = "ACTIVE"
        settings.admit_auto_nodes(eks, cluster)


@operation
def associate_encryption_config(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateEncryptionConfig.html."""
    cluster = request.eks.cluster(request["clusterName"])
    configs = request["encryptionConfig"]
    rules.only_secrets_are_encrypted(cluster.name, configs)
    rules.is_not_encrypted(cluster.name, cluster.document["encryptionConfig"])
    _check_idle(cluster, "AssociateEncryptionConfig")
    update = updates.begin(
        "AssociateEncryptionConfig", {"EncryptionConfig": configs}, {"encryptionConfig": configs}
    )
    return _start(request.eks, cluster, update, "cluster.update-config")


def _check_idle(cluster: Cluster, kind: str) -> None:
    rules.has_no_update_under_way(cluster.name, kind, updates.id_in_progress(cluster.updates))
    rules.is_active(cluster.name, cluster.document["status"])


def _check_vpc_config(eks: EKS, cluster: Cluster, asked: Mapping[str, Any]) -> None:
    """Subnets, security groups and endpoint that a cluster is to have instead of its own."""
    vpc = cluster.document["resourcesVpcConfig"]
    family = cluster.document["kubernetesNetworkConfig"]["ipFamily"]
    _check_endpoint(cluster.name, {**vpc, **asked}, family)
    control_plane.egress_mode_goes_forward(
        cluster.name, vpc["controlPlaneEgressMode"], asked.get("controlPlaneEgressMode")
    )
    if asked.get("subnetIds"):
        own_zones = [
            eks.ec2.get_subnet(subnet_id).availability_zone for subnet_id in vpc["subnetIds"]
        ]
        subnets = _checked_subnets(eks, cluster.name, asked["subnetIds"], (vpc["vpcId"],))
        rules.zones_stay(cluster.name, (subnet.availability_zone for subnet in subnets), own_zones)
        _check_ipv6(eks, cluster.name, family, subnets)
    if asked.get("securityGroupIds"):
        _check_security_groups(eks, cluster.name, asked["securityGroupIds"], vpc["vpcId"])


def _check_remote_networks(eks: EKS, cluster: Cluster, asked: Mapping[str, Any]) -> None:
    document = cluster.document
    if "remoteNetworkConfig" in asked:
        settings.check_remote_networks(
            cluster.name,
            asked["remoteNetworkConfig"],
            document["accessConfig"]["authenticationMode"],
            document["kubernetesNetworkConfig"],
            _blocks(eks.ec2.get_vpc(document["resourcesVpcConfig"]["vpcId"])),
        )


# An update's parameters, and the members of the cluster's document that it sets.
Plan = tuple[Document, Document]

# Settings that replace the old ones whole: member -> kind of update, name of its parameter.
REPLACED_SETTINGS = {
    "upgradePolicy": ("UpgradePolicyUpdate", "UpgradePolicy"),
    "zonalShiftConfig": ("ZonalShiftConfigUpdate", "ZonalShiftConfig"),
    "remoteNetworkConfig": ("RemoteNetworkConfigUpdate", "RemoteNetworkConfig"),
    "deletionProtection": ("DeletionProtectionUpdate", "DeletionProtection"),
}
# Auto Mode is switched by these together, in one update.
AUTO_MODE_SETTINGS = {
    "computeConfig": "ComputeConfig",
    "storageConfig": "StorageConfig",
    "kubernetesNetworkConfig": "KubernetesNetworkConfig",
}
ENDPOINT_PARAMETERS = {
    "endpointPublicAccess": "EndpointPublicAccess",
    "endpointPrivateAccess": "EndpointPrivateAccess",
    "publicAccessCidrs": "PublicAccessCidrs",
}
VPC_PARAMETERS = {"subnetIds": "Subnets", "securityGroupIds": "SecurityGroups"}
EGRESS_PARAMETERS = {"controlPlaneEgressMode": "ControlPlaneEgressMode"}


def _planned(eks: EKS, asked: Mapping[str, Any], document: Document) -> dict[str, Plan]:
    """What a call of UpdateClusterConfig asks for, by kind of update."""
    plans: dict[str, Plan] = {}
    name = document["name"]
    before = document["controlPlaneScalingConfig"]["tier"]
    tier = asked.get("controlPlaneScalingConfig", {}).get("tier", before)
    settings.check_values(name, asked, tier)
    if "controlPlaneScalingConfig" in asked:
        plans["ControlPlaneScalingConfigUpdate"] = (
            {"UpdatedTier": tier, "PreviousTier": before},
            {"controlPlaneScalingConfig": {"tier": tier}},
        )
    components = {member: asked[member] for member in settings.COMPONENTS if member in asked}
    if components:
        plans["ControlPlaneComponentConfigUpdate"] = (
            {settings.COMPONENTS[member]: value for member, value in components.items()},
            {member: {**document.get(member, {}), **v} for member, v in components.items()},
        )
    for member, (kind, parameter) in REPLACED_SETTINGS.items():
        if member in asked:
            plans[kind] = ({parameter: asked[member]}, {member: asked[member]})
    if "upgradePolicy" in asked:
        rules.extended_support_is_not_left(
            name,
            asked["upgradePolicy"].get("supportType", "EXTENDED"),
            catalog.is_in_extended_support(document["version"]),
        )
    network = document["kubernetesNetworkConfig"]
    rules.network_stays(name, network, asked.get("kubernetesNetworkConfig", {}))
    switched = _auto_mode(eks, asked, document)
    if switched:
        params = {AUTO_MODE_SETTINGS[member]: asked[member] for member in switched}
        plans["AutoModeUpdate"] = (params, switched)
    if "accessConfig" in asked:
        mode = asked["accessConfig"]["authenticationMode"]
        rules.authentication_mode_goes_forward(
            name, document["accessConfig"]["authenticationMode"], mode
        )
        merged = {"accessConfig": {**document["accessConfig"], "authenticationMode": mode}}
        plans["AccessConfigUpdate"] = ({"AuthenticationMode": mode}, merged)
    if "logging" in asked:
        rules.log_types_are_known(name, asked["logging"].get("clusterLogging", []))
        enabled = _enabled(asked["logging"], _enabled(document["logging"], set()))
        logging = _logging(enabled)
        rules.logging_changes(name, document["logging"], logging)
        plans["LoggingUpdate"] = ({"ClusterLogging": asked["logging"]}, {"logging": logging})
    vpc = document["resourcesVpcConfig"]
    for kind, parameters in (
        ("EndpointAccessUpdate", ENDPOINT_PARAMETERS),
        ("VpcConfigUpdate", VPC_PARAMETERS),
        ("ControlPlaneEgressUpdate", EGRESS_PARAMETERS),
    ):
        wanted = {m: v for m, v in asked.get("resourcesVpcConfig", {}).items() if m in parameters}
        if wanted:
            if kind == "EndpointAccessUpdate":
                rules.endpoint_access_changes(name, vpc, wanted)
            params = {parameters[m]: v for m, v in wanted.items()}
            plans[kind] = (params, {"resourcesVpcConfig": {**vpc, **wanted}})
    return plans


def _auto_mode(eks: EKS, asked: Mapping[str, Any], document: Document) -> Document:
    """What a call sets Auto Mode to; nothing, if it does not say whether it is to be on."""
    named = {member: asked[member] for member in AUTO_MODE_SETTINGS if member in asked}
    if not named or "enabled" not in asked.get("computeConfig", {"enabled": None}):
        return {}
    name, compute = document["name"], asked.get("computeConfig", {})
    mode = document["accessConfig"]["authenticationMode"]
    settings.check_auto_mode(eks, name, asked, mode, document["roleArn"])
    auto_mode.is_on_or_off(name, (member in named for member in AUTO_MODE_SETTINGS))
    own = document.get("computeConfig", {})
    auto_mode.node_role_stays(name, own.get("nodeRoleArn"), compute.get("nodeRoleArn"))
    network = {**document["kubernetesNetworkConfig"], **asked["kubernetesNetworkConfig"]}
    return {
        **named,
        "computeConfig": settings.compute_config(compute),
        "kubernetesNetworkConfig": network,
    }


# --- settings ---


def _enabled(logging: Mapping[str, Any], before: set[str]) -> set[str]:
    """The log types that are on after ``logging`` has been applied to those that were."""
    types = set(before)
    for setup in logging.get("clusterLogging", []):
        named = set(setup.get("types", []))
        types = types | named if setup.get("enabled") else types - named
    return types


def _logging(enabled: set[str]) -> Document:
    """As EKS describes it: one entry for the types that are on, one for those that are off."""
    setups = [
        {"types": [kind for kind in rules.LOG_TYPES if (kind in enabled) == on], "enabled": on}
        for on in (True, False)
    ]
    return {"clusterLogging": [setup for setup in setups if setup["types"]]}


def _service_network(name: str, asked: Mapping[str, Any], vpc: Any) -> Document:
    family = asked.get("ipFamily", "ipv4")
    if "serviceIpv4Cidr" in asked:
        rules.service_cidr_is_allowed(name, asked["serviceIpv4Cidr"], family)
        rules.service_cidr_is_apart(name, asked["serviceIpv4Cidr"], _blocks(vpc))
    beside_ten = vpc.cidr_block.startswith("10.")
    own = {"serviceIpv4Cidr": SERVICE_CIDR_BESIDE_TEN if beside_ten else SERVICE_CIDR}
    if family == "ipv6":
        start = UNIQUE_LOCAL | secrets.randbits(40) << 80
        own = {"serviceIpv6Cidr": f"{ipaddress.IPv6Network((start, SERVICE_PREFIX_IPV6))}"}
    return {**own, "ipFamily": family, "elasticLoadBalancing": {"enabled": False}, **asked}


def _blocks(vpc: Any) -> list[str]:
    """The IPv4 blocks of a VPC."""
    return [one["cidr_block"] for one in vpc.get_cidr_block_association_set()]


def _check_ipv6(eks: EKS, name: str, family: str, subnets: Iterable[Any]) -> None:
    rules.region_has_ipv6(name, family, eks.partition)
    blocks = {
        subnet.id: [one["ipv6CidrBlock"] for one in subnet.ipv6_cidr_block_association_set]
        for subnet in subnets
    }
    rules.subnets_have_ipv6(name, family, blocks)


def _checked_subnets(
    eks: EKS, name: str, subnet_ids: Iterable[str], vpcs: Iterable[str] = ()
) -> list[Any]:
    """The subnets, which are fit for a cluster.

    Args:
        eks: where the cluster is.
        name: of the cluster.
        subnet_ids: asked for.
        vpcs: in which it is already.

    Raises:
        EKSError: there are none such, or they do not meet EKS's demands.
    """
    subnets: list[Any] = []
    for subnet_id in subnet_ids:
        try:
            subnets.append(eks.ec2.get_subnet(subnet_id))
        except EC2ClientError:
            raise errors.no_subnet(subnet_id) from None
        rules.addresses_are_free(subnet_id, subnets[-1].available_ip_address_count)
    rules.subnets_share_a_vpc(name, [*vpcs, *(subnet.vpc_id for subnet in subnets)])
    zones = {zone.name: zone.zone_id for zone in eks.ec2.describe_availability_zones()}
    own_zones = {subnet.availability_zone: zones[subnet.availability_zone] for subnet in subnets}
    rules.zones_have_control_planes(name, eks.region_name, own_zones, zones)
    rules.lies_in_two_zones(name, own_zones)
    return subnets


def _check_security_groups(eks: EKS, name: str, group_ids: list[str], vpc: str) -> None:
    rules.security_groups_are_few(name, group_ids)
    for group_id in group_ids:
        group = eks.ec2.get_security_group_from_id(group_id)
        if group is None:
            raise errors.no_security_group(group_id)
        rules.security_group_is_in_the_vpc(name, group_id, group.vpc_id or "", vpc)


def _endpoint_defaults(family: str) -> Document:
    cidrs = [*ENDPOINT_DEFAULTS["publicAccessCidrs"]]
    return {
        **ENDPOINT_DEFAULTS,
        "publicAccessCidrs": [*cidrs, EVERYWHERE_IPV6] if family == "ipv6" else cidrs,
    }


def _check_endpoint(name: str, vpc_config: Mapping[str, Any], family: str) -> None:
    rules.endpoint_is_reachable(
        name, vpc_config["endpointPrivateAccess"], vpc_config["endpointPublicAccess"]
    )
    rules.public_cidrs_are_allowed(name, vpc_config["publicAccessCidrs"], family)


# --- what a cluster has in the VPC ---


def _enter_vpc(eks: EKS, cluster: Cluster, subnets: list[Any]) -> None:
    """Make the cluster security group and the control plane's network interfaces.

    https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
    """
    vpc = cluster.document["resourcesVpcConfig"]
    name = f"eks-cluster-sg-{cluster.name}-{secrets.randbelow(10**10)}"
    group = eks.ec2.create_security_group(
        name,
        "EKS created security group applied to ENI that is attached to EKS Control Plane master "
        "nodes, as well as any managed workloads.",
        vpc["vpcId"],
        {
            "Name": name,
            f"kubernetes.io/cluster/{cluster.name}": "owned",
            "aws:eks:cluster-name": cluster.name,
        },
    )
    eks.ec2.allow_within(group)
    vpc["clusterSecurityGroupId"] = group.id
    for subnet in subnets[:MOST_INTERFACES]:
        interface = eks.ec2.create_service_interface(
            subnet, f"Amazon EKS {cluster.name}", [group.id, *vpc["securityGroupIds"]]
        )
        cluster.network_interfaces.append(interface.id)


def _leave_vpc(eks: EKS, cluster: Cluster) -> None:
    for interface_id in cluster.network_interfaces:
        eks.ec2.delete_service_interface(interface_id)
    group_id = cluster.document["resourcesVpcConfig"]["clusterSecurityGroupId"]
    if not eks.ec2.security_group_dependants(group_id):
        eks.ec2.delete_security_group(group_id=group_id)
