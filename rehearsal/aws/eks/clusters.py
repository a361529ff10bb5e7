"""Clusters: control planes, what they leave in the VPC, their versions and settings."""

import secrets
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError

from rehearsal.aws import catalog
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import access, errors, quotas, roles, updates
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.certificates import certificate_authority
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import Cluster, Document, Update

# Who has to be trusted by a cluster's role.
# https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html
CONTROL_PLANE = "eks.amazonaws.com"

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")

# "Amazon EKS creates 2-4 elastic network interfaces in the specified subnets"
# https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
MOST_INTERFACES = 4

# "If you don't specify a block, Kubernetes assigns addresses from either the 10.100.0.0/16 or
# 172.20.0.0/16 CIDR blocks."
# https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
# It is the second where the VPC's own addresses begin with 10, as nodes used to find out by
# themselves: https://github.com/awslabs/amazon-eks-ami, files/bootstrap.sh (TEN_RANGE).
SERVICE_CIDR, SERVICE_CIDR_BESIDE_TEN = "10.100.0.0/16", "172.20.0.0/16"

# What EKS sets where the caller does not say.
# https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
DEFAULTS: Document = {
    "encryptionConfig": [],
    "upgradePolicy": {"supportType": "EXTENDED"},
    "deletionProtection": False,
    "controlPlaneScalingConfig": {"tier": "standard"},
    "tags": {},
}
# Members that the cluster keeps as they were asked for.
KEPT = (
    "roleArn",
    "outpostConfig",
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
}


@operation
def create_cluster(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html."""
    eks = request.eks
    name = request["name"]
    if name in eks.clusters:
        raise errors.cluster_exists(name)
    version = request.get("version") or catalog.default_kubernetes_version()
    if version not in catalog.kubernetes_versions():
        raise errors.unsupported_version(version)
    _check_role(eks, request["roleArn"])
    access_config = {**ACCESS_DEFAULTS, **request.get("accessConfig", {})}
    if not _is_consistent(access_config):
        raise errors.creator_has_to_be_admin(name)
    subnets = _checked_subnets(eks, name, request["resourcesVpcConfig"].get("subnetIds", []))
    security_groups = request["resourcesVpcConfig"].get("securityGroupIds", [])
    _check_security_groups(eks, security_groups)

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
        "kubernetesNetworkConfig": _service_network(
            request.get("kubernetesNetworkConfig", {}), eks.ec2.get_vpc(subnets[0].vpc_id)
        ),
        "resourcesVpcConfig": {
            **ENDPOINT_DEFAULTS,
            **request["resourcesVpcConfig"],
            "securityGroupIds": security_groups,
            "vpcId": subnets[0].vpc_id,
        },
        **{
            member: request.get(member, DEFAULTS.get(member))
            for member in KEPT
            if request.get(member) is not None or member in DEFAULTS
        },
    }
    cluster = Cluster(document, uid, request.get("bootstrapSelfManagedAddons", True))
    eks.clusters[name] = cluster
    eks.iam.use_service("eks.amazonaws.com")
    _enter_vpc(eks, cluster, subnets)
    if (
        access_config["bootstrapClusterCreatorAdminPermissions"]
        and access_config["authenticationMode"] != "CONFIG_MAP"
    ):
        access.admit_creator(eks, cluster, request.caller)
    TIMELINE.after("cluster.create", "eks.cluster.created", eks.region_name, name, uid)
    return {"cluster": document}


@TIMELINE.carries_out("eks.cluster.created")
def _created(region: str, name: str, uid: str) -> None:
    eks = eks_of(region)
    cluster = eks.clusters.get(name)
    if cluster is None or cluster.uid != uid or cluster.document["status"] != "CREATING":
        return
    document = cluster.document
    domain = catalog.dns_suffix(eks.partition)
    # The label between is a shard of EKS's own.
    document["endpoint"] = f"https://{uid}.gr7.{region}.eks.{domain}"
    document["identity"] = {"oidc": {"issuer": f"https://oidc.eks.{region}.{domain}/id/{uid}"}}
    document["certificateAuthority"] = {"data": certificate_authority(document["createdAt"])}
    document["status"] = "ACTIVE"


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
    if cluster.nodegroups:
        raise errors.cluster_has_nodegroups(cluster.name)
    if cluster.document["deletionProtection"] and cluster.document["status"] == "ACTIVE":
        raise errors.cluster_is_protected(cluster.name)
    under_way = updates.in_progress(cluster.updates)
    if under_way:
        raise errors.cluster_is_updating(cluster.name, "delete", under_way.document["id"])
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
    _check_not_updating(cluster, "VersionUpdate")
    if version not in catalog.kubernetes_versions():
        raise errors.unsupported_version(version)
    if catalog.minor(version) != catalog.minor(cluster.version) + 1:
        raise errors.unsupported_step(cluster.name, cluster.version, version)
    platform = catalog.kubernetes_versions()[version].platform_version
    update = updates.begin(
        "VersionUpdate",
        {"Version": version, "PlatformVersion": platform},
        {"version": version, "platformVersion": platform},
    )
    return _start(request.eks, cluster, update, "cluster.update-version")


@operation
def update_cluster_config(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html."""
    cluster = request.eks.cluster(request["name"])
    plans = _planned(request.asked, cluster.document)
    if len(plans) != 1:
        raise errors.one_kind_of_update()
    ((kind, (params, changes)),) = plans.items()
    _check_not_updating(cluster, kind)
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
    cluster = eks_of(region).clusters.get(name)
    if cluster is not None and update_id in cluster.updates:
        updates.finish(cluster.updates[update_id], cluster.document)
        cluster.document["status"] = "ACTIVE"


def _check_not_updating(cluster: Cluster, kind: str) -> None:
    under_way = updates.in_progress(cluster.updates)
    if under_way:
        raise errors.cluster_is_updating(cluster.name, kind, under_way.document["id"])
    if cluster.document["status"] != "ACTIVE":
        raise errors.cluster_not_active(cluster.name)


# An update's parameters, and the members of the cluster's document that it sets.
Plan = tuple[Document, Document]

# Settings that replace the old ones whole: member -> kind of update, name of its parameter.
REPLACED_SETTINGS = {
    "upgradePolicy": ("UpgradePolicyUpdate", "UpgradePolicy"),
    "zonalShiftConfig": ("ZonalShiftConfigUpdate", "ZonalShiftConfig"),
    "remoteNetworkConfig": ("RemoteNetworkConfigUpdate", "RemoteNetworkConfig"),
    "deletionProtection": ("DeletionProtectionUpdate", "DeletionProtection"),
    "controlPlaneScalingConfig": ("ControlPlaneScalingConfigUpdate", "UpdatedTier"),
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


def _planned(asked: Mapping[str, Any], document: Document) -> dict[str, Plan]:
    """What a call of UpdateClusterConfig asks for, by kind of update."""
    plans: dict[str, Plan] = {}
    for member, (kind, parameter) in REPLACED_SETTINGS.items():
        if member in asked:
            plans[kind] = ({parameter: asked[member]}, {member: asked[member]})
    switched = {member: asked[member] for member in AUTO_MODE_SETTINGS if member in asked}
    if switched:
        params = {AUTO_MODE_SETTINGS[member]: value for member, value in switched.items()}
        merged = {member: {**document.get(member, {}), **v} for member, v in switched.items()}
        plans["AutoModeUpdate"] = (params, merged)
    if "accessConfig" in asked:
        mode = asked["accessConfig"]["authenticationMode"]
        merged = {"accessConfig": {**document["accessConfig"], "authenticationMode": mode}}
        plans["AccessConfigUpdate"] = ({"AuthenticationMode": mode}, merged)
    if "logging" in asked:
        enabled = _enabled(asked["logging"], _enabled(document["logging"], set()))
        logging = _logging(enabled)
        if logging == document["logging"]:
            raise errors.logging_unchanged(document["name"])
        plans["LoggingUpdate"] = ({"ClusterLogging": asked["logging"]}, {"logging": logging})
    vpc = document["resourcesVpcConfig"]
    for kind, parameters in (
        ("EndpointAccessUpdate", ENDPOINT_PARAMETERS),
        ("VpcConfigUpdate", VPC_PARAMETERS),
    ):
        wanted = {m: v for m, v in asked.get("resourcesVpcConfig", {}).items() if m in parameters}
        if wanted:
            if kind == "EndpointAccessUpdate" and all(vpc[m] == v for m, v in wanted.items()):
                raise errors.endpoint_access_unchanged(document["name"], vpc)
            params = {parameters[m]: v for m, v in wanted.items()}
            plans[kind] = (params, {"resourcesVpcConfig": {**vpc, **wanted}})
    return plans


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
        {"types": [kind for kind in LOG_TYPES if (kind in enabled) == on], "enabled": on}
        for on in (True, False)
    ]
    return {"clusterLogging": [setup for setup in setups if setup["types"]]}


def _service_network(asked: Mapping[str, Any], vpc: Any) -> Document:
    beside_ten = vpc.cidr_block.startswith("10.")
    return {
        "serviceIpv4Cidr": SERVICE_CIDR_BESIDE_TEN if beside_ten else SERVICE_CIDR,
        "ipFamily": "ipv4",
        "elasticLoadBalancing": {"enabled": False},
        **asked,
    }


def _is_consistent(access_config: Mapping[str, Any]) -> bool:
    return (
        access_config["authenticationMode"] != "CONFIG_MAP"
        or access_config["bootstrapClusterCreatorAdminPermissions"]
    )


def _check_role(eks: EKS, arn: str) -> None:
    role = roles.find(eks.iam, arn)
    if role is None or CONTROL_PLANE not in roles.trusted_services(role):
        raise errors.role_cannot_be_assumed(arn)


def _checked_subnets(eks: EKS, name: str, subnet_ids: Iterable[str]) -> list[Any]:
    subnets: list[Any] = []
    for subnet_id in subnet_ids:
        try:
            subnets.append(eks.ec2.get_subnet(subnet_id))
        except EC2ClientError:
            raise errors.no_subnet(subnet_id) from None
        if subnets[-1].available_ip_address_count < catalog.addresses_for_a_control_plane():
            raise errors.no_addresses(subnet_id)
    if len({subnet.availability_zone for subnet in subnets}) < 2:
        raise errors.too_few_zones(name)
    return subnets


def _check_security_groups(eks: EKS, group_ids: Iterable[str]) -> None:
    for group_id in group_ids:
        if eks.ec2.get_security_group_from_id(group_id) is None:
            raise errors.no_security_group(group_id)


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
