"""Managed node groups: the operations. What a group is made of is in :mod:`.capacity`."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.exceptions import EC2ClientError

from rehearsal.aws import catalog
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import access, capacity, errors, health, quotas, roles, updates
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import Cluster, Document, Nodegroup, Update
from rehearsal.aws.eks.rules import cluster as cluster_rules
from rehearsal.aws.eks.rules import nodegroup as rules
from rehearsal.aws.eks.rules.tags import tags_are_allowed

# What EKS sets where the caller does not say.
# https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
# The sizes and the repair setting are unverified.
DEFAULT_SCALING = {"minSize": 1, "maxSize": 2, "desiredSize": 2}
DEFAULT_INSTANCE_TYPES: tuple[str, ...] = ("t3.medium",)
# Whatever the instance types: https://github.com/HHS/simpler-grants-gov/pull/12404
DEFAULT_AMI_TYPE = "AL2023_x86_64_STANDARD"
DEFAULTS: Document = {
    "capacityType": "ON_DEMAND",
    "updateConfig": {"maxUnavailable": 1},
    "nodeRepairConfig": {"enabled": False},
    "labels": {},
    "taints": [],
    "tags": {},
}
# https://docs.aws.amazon.com/eks/latest/APIReference/API_WarmPoolConfig.html
WARM_POOL_PARAMS = {"poolState": "WarmPoolState"}
DEFAULT_WARM_POOL: Document = {"minSize": 0, "poolState": "STOPPED", "reuseOnScaleIn": False}
# Members that the group keeps as they were asked for.
KEPT = (*DEFAULTS, "nodeRole", "subnets", "remoteAccess")


@dataclass(frozen=True)
class OwnTemplate:
    """The launch template of the caller's own.

    Attributes:
        document: name, id and version, as DescribeNodegroup answers them.
        data: what that version says.
    """

    document: Document
    data: Mapping[str, Any]


@operation
def create_nodegroup(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html."""
    eks = request.eks
    cluster = eks.active_cluster(request["clusterName"])
    name = request["nodegroupName"]
    cluster_rules.name_is_valid("nodegroupName", name)
    rules.name_is_short(name)
    rules.name_is_free(cluster.name, name, cluster.nodegroups)
    rules.role_trusts_ec2(request["nodeRole"], roles.find(eks.iam, request["nodeRole"]))
    subnets = _subnets(eks, request["subnets"])
    vpc = cluster.document["resourcesVpcConfig"]["vpcId"]
    rules.subnets_are_in_the_vpc(vpc, (subnet.vpc_id for subnet in subnets))
    template = _own_template(eks, request.get("launchTemplate"))
    data = template.data if template else {}
    if template:
        _check_template(request, template)
    rules.capacity_block_is_in_template(request.get("capacityType") or "ON_DEMAND", data)
    ami_type = _ami_type(request, data)
    rules.image_is_made_for_version(ami_type, request.get("version") or cluster.version)
    instance_types: list[str] = request.get("instanceTypes") or []
    if not instance_types and not data.get("InstanceType"):
        instance_types = list(DEFAULT_INSTANCE_TYPES)
    zones = [subnet.availability_zone for subnet in subnets]
    _check_instance_types(eks, instance_types or [data["InstanceType"]], ami_type, zones)
    scaling = {**DEFAULT_SCALING, **request.get("scalingConfig", {})}
    rules.sizes_agree(scaling)
    rules.update_config_is_one_way(request.get("updateConfig", {}))
    rules.repair_is_said_one_way(request.get("nodeRepairConfig", {}))
    rules.warm_pool_fits_image(request.get("warmPoolConfig", {}), ami_type)
    _check_labels(request.get("labels", {}))
    _check_taints(request.get("taints", []))
    tags_are_allowed(request.get("tags", {}))
    rules.version_is_the_clusters(request.get("version") or cluster.version, cluster.version)

    quotas.leaves_room_for_a_nodegroup(cluster.name, len(cluster.nodegroups))
    quotas.has_few_nodes(cluster.name, scaling["maxSize"])
    document: Document = {
        **{
            member: request.get(member, DEFAULTS.get(member))
            for member in KEPT
            if member in request.asked or member in DEFAULTS
        },
        "nodegroupName": name,
        "nodegroupArn": eks.arn("nodegroup", cluster.name, name, str(uuid.uuid4())),
        "clusterName": cluster.name,
        "createdAt": utcnow(),
        "modifiedAt": utcnow(),
        "status": "CREATING",
        "scalingConfig": scaling,
        "instanceTypes": instance_types,
        "health": {"issues": []},
    }
    if template:
        document["launchTemplate"] = template.document
    else:
        document["diskSize"] = (
            request.get("diskSize") or catalog.ami_types()[ami_type].minimum_disk_gib
        )
    document["amiType"] = ami_type
    _set_warm_pool(document, request.get("warmPoolConfig", {}))
    _set_version(document, cluster.version, request, data)

    eks.iam.use_service("eks-nodegroup.amazonaws.com")
    nodegroup = capacity.provision(eks, cluster, document, data)
    cluster.nodegroups[name] = nodegroup
    access.admit_nodes(eks, cluster, document["nodeRole"], _entry_type(ami_type))
    capacity.resize(eks, cluster, nodegroup)
    _later("nodegroup.create", "eks.nodegroup.created", eks, document)
    return {"nodegroup": document}


@TIMELINE.carries_out("eks.nodegroup.created")
def _created(region: str, cluster_name: str, name: str, arn: str) -> None:
    cluster, nodegroup = _still_there(region, cluster_name, name, arn)
    if cluster and nodegroup:
        nodegroup.built = True
        health.reassess(cluster)


@operation
def describe_nodegroup(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeNodegroup.html."""
    nodegroup = request.eks.nodegroup(request["clusterName"], request["nodegroupName"])
    health.reassess_nodegroup(request.eks.cluster(request["clusterName"]), nodegroup)
    return {"nodegroup": nodegroup.document}


@operation
def list_nodegroups(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListNodegroups.html."""
    cluster = request.eks.cluster(request["clusterName"])
    return page(request, "nodegroups", sorted(cluster.nodegroups))


@operation
def delete_nodegroup(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteNodegroup.html."""
    document = request.eks.nodegroup(request["clusterName"], request["nodegroupName"]).document
    if document["status"] != "DELETING":
        document["status"] = "DELETING"
        _later("nodegroup.delete", "eks.nodegroup.deleted", request.eks, document)
    return {"nodegroup": document}


@TIMELINE.carries_out("eks.nodegroup.deleted")
def _deleted(region: str, cluster_name: str, name: str, arn: str) -> None:
    cluster, nodegroup = _still_there(region, cluster_name, name, arn)
    if cluster and nodegroup:
        capacity.dissolve(eks_of(region), cluster, nodegroup)
        del cluster.nodegroups[name]


# --- updates ---


@operation
def update_nodegroup_config(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupConfig.html."""
    eks = request.eks
    nodegroup = _updatable(request)
    document = nodegroup.document
    params: Document = {}
    scaling = {**document["scalingConfig"], **request.get("scalingConfig", {})}
    rules.changed_sizes_agree(scaling)
    rules.update_config_is_one_way(request.get("updateConfig", {}))
    rules.repair_is_said_one_way(request.get("nodeRepairConfig", {}))
    rules.warm_pool_fits_image(request.get("warmPoolConfig", {}), document["amiType"])
    labels = request.get("labels", {})
    _check_labels(labels.get("addOrUpdateLabels", {}))
    taints = request.get("taints", {})
    changed_taints = _with_taints(document["taints"], taints)
    _check_taints(changed_taints)
    document["scalingConfig"] = scaling
    for member, value in request.get("scalingConfig", {}).items():
        params[member[0].upper() + member[1:]] = str(value)
    if labels:
        document["labels"] = {
            key: value
            for key, value in {**document["labels"], **labels.get("addOrUpdateLabels", {})}.items()
            if key not in labels.get("removeLabels", [])
        }
        params["LabelsToAdd"] = labels.get("addOrUpdateLabels", {})
        params["LabelsToRemove"] = labels.get("removeLabels", [])
    if taints:
        document["taints"] = changed_taints
        params["TaintsToAdd"] = taints.get("addOrUpdateTaints", [])
        params["TaintsToRemove"] = taints.get("removeTaints", [])
    for member in ("updateConfig", "nodeRepairConfig"):
        if member in request.asked:
            document[member] = request[member]
    for member, value in request.get("updateConfig", {}).items():
        params[member[0].upper() + member[1:]] = str(value)
    if "nodeRepairConfig" in request.asked:
        params["NodeRepairConfig"] = request["nodeRepairConfig"]
    if "warmPoolConfig" in request.asked:
        _set_warm_pool(document, request["warmPoolConfig"])
        for member, value in request["warmPoolConfig"].items():
            name = WARM_POOL_PARAMS.get(member, f"WarmPool{member[0].upper()}{member[1:]}")
            params[name] = value if isinstance(value, str) else str(value).lower()
    cluster = eks.cluster(request["clusterName"])
    capacity.prepare(eks, nodegroup)
    capacity.resize(eks, cluster, nodegroup)
    return _start(eks, nodegroup, updates.begin("ConfigUpdate", params), "nodegroup.update-config")


@operation
def update_nodegroup_version(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupVersion.html."""
    eks = request.eks
    nodegroup = _updatable(request)
    cluster = eks.cluster(request["clusterName"])
    document = nodegroup.document
    template = _own_template(eks, request.get("launchTemplate") or document.get("launchTemplate"))
    data = template.data if template else {}
    params: Document = {}
    changes: Document = {}
    rules.version_stays_with_custom_image(
        request.get("version"), request.get("releaseVersion"), data
    )
    if template and request.get("launchTemplate"):
        rules.template_stays(document.get("launchTemplate"), template.document)
        rules.template_leaves_instances_to_eks(template.document["name"], data)
        changes["launchTemplate"] = template.document
        params["LaunchTemplateName"] = template.document["name"]
        params["LaunchTemplateVersion"] = template.document["version"]
    if document["amiType"] == rules.CUSTOM:
        rules.custom_image_is_in_template(
            rules.CUSTOM, data if request.get("launchTemplate") else {}
        )
    else:
        wanted = request.get("version") or (
            document["version"] if request.get("launchTemplate") else cluster.version
        )
        cluster_rules.version_is_offered(wanted)
        rules.nodes_follow_control_plane(wanted, cluster.version)
        released: Document = {"amiType": document["amiType"]}
        _set_version(released, wanted, request, data)
        changes.update(released)
        params["Version"] = released["version"]
        params["ReleaseVersion"] = released["releaseVersion"]
    update = updates.begin("VersionUpdate", params, changes)
    _replace_instances(eks, cluster, nodegroup, update, data)
    return _start(eks, nodegroup, update, "nodegroup.update-version")


def _replace_instances(
    eks: EKS, cluster: Cluster, nodegroup: Nodegroup, update: Update, data: Mapping[str, Any]
) -> None:
    """Launch new instances beside the old, which go when the update is done.

    https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html
    """
    nodegroup.outdated = list(nodegroup.launched)
    before = dict(nodegroup.document)
    nodegroup.document.update(update.changes)
    capacity.revise(eks, cluster, nodegroup, data)
    capacity.launch(eks, cluster, nodegroup, len(nodegroup.outdated))
    nodegroup.document.update({member: before.get(member) for member in update.changes})


def _updatable(request: Request) -> Nodegroup:
    cluster, name = request["clusterName"], request["nodegroupName"]
    nodegroup = request.eks.nodegroup(cluster, name)
    rules.is_active(cluster, name, nodegroup.document["status"])
    return nodegroup


def _start(eks: EKS, nodegroup: Nodegroup, update: Update, takes: str) -> Mapping[str, Any]:
    nodegroup.updates[update.document["id"]] = update
    nodegroup.document["status"] = "UPDATING"
    _later(takes, "eks.nodegroup.updated", eks, nodegroup.document, update.document["id"])
    return {"update": update.document}


@TIMELINE.carries_out("eks.nodegroup.updated")
def _updated(region: str, cluster_name: str, name: str, arn: str, update_id: str) -> None:
    cluster, nodegroup = _still_there(region, cluster_name, name, arn)
    if cluster and nodegroup and nodegroup.document["status"] == "UPDATING":
        update, eks = nodegroup.updates[update_id], eks_of(region)
        nodegroup.document.update(status="ACTIVE", modifiedAt=utcnow())
        problem = capacity.replacement_problem(nodegroup) if nodegroup.outdated else None
        if problem:
            updates.fail(update, problem)
            capacity.roll_back(eks, cluster, nodegroup)
        else:
            updates.finish(update, nodegroup.document)
            capacity.terminate(eks, cluster, nodegroup, nodegroup.outdated)
        nodegroup.outdated = []


def _later(takes: str, kind: str, eks: EKS, document: Document, *more: str) -> None:
    subject = (document["clusterName"], document["nodegroupName"], document["nodegroupArn"], *more)
    TIMELINE.after(takes, kind, eks.region_name, *subject)


def _still_there(
    region: str, cluster_name: str, name: str, arn: str
) -> tuple[Cluster | None, Nodegroup | None]:
    """The group that something was scheduled for, if it has not been deleted or replaced since."""
    cluster = eks_of(region).clusters.get(cluster_name)
    nodegroup = cluster.nodegroups.get(name) if cluster else None
    if nodegroup and nodegroup.document["nodegroupArn"] == arn:
        return cluster, nodegroup
    return None, None


# --- what is asked for ---


def _own_template(eks: EKS, asked: Mapping[str, Any] | None) -> OwnTemplate | None:
    """The caller's launch template at the version asked for, its default version if none is.

    Raises:
        EKSError: there is no such template, or no such version of it.
    """
    if not asked:
        return None
    try:
        if asked.get("id"):
            template = eks.ec2.get_launch_template(asked["id"])
        else:
            template = eks.ec2.get_launch_template_by_name(asked["name"])
        version = template.get_version(asked.get("version", "$Default"))
    except EC2ClientError as error:
        raise errors.launch_template_refused(error.message) from None
    document = {"name": template.name, "id": template.id, "version": str(version.number)}
    return OwnTemplate(document, version.data)


def _check_template(request: Request, template: OwnTemplate) -> None:
    data = template.data
    rules.disk_size_is_not_beside_template(request.get("diskSize"))
    rules.remote_access_is_not_beside_template(request.get("remoteAccess"))
    rules.instance_types_are_said_once(request.get("instanceTypes") or [], data)
    rules.ami_type_is_not_beside_image(request.get("amiType"), data)
    rules.version_is_not_beside_image(request.get("version"), request.get("releaseVersion"), data)
    rules.template_leaves_instances_to_eks(template.document["name"], data)


def _ami_type(request: Request, data: Mapping[str, Any]) -> str:
    """The AMI type that the group is to have."""
    rules.custom_image_is_in_template(request.get("amiType"), data)
    if data.get("ImageId"):
        return rules.CUSTOM
    return request.get("amiType") or DEFAULT_AMI_TYPE


def _entry_type(ami_type: str) -> str:
    """The type of access entry that EKS makes for the role of a group's nodes.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    known = catalog.ami_types().get(ami_type)
    return "EC2_WINDOWS" if known and known.platform == "windows" else "EC2_LINUX"


def _check_instance_types(eks: EKS, names: list[str], ami_type: str, zones: list[str]) -> None:
    rules.instance_types_are_few(names)
    rules.instance_types_exist(names)
    if ami_type != rules.CUSTOM:
        rules.instance_types_fit_image(names, ami_type)
    rules.instance_types_are_offered(names, zones, _offered(eks, names))


def _offered(eks: EKS, names: list[str]) -> dict[str, list[str]]:
    """The zones in which EC2 offers instance types, of those of which it is known."""
    offered: dict[str, list[str]] = {}
    for offer in eks.ec2.describe_instance_type_offerings(
        "availability-zone", {"instance-type": names}
    ):
        offered.setdefault(offer["InstanceType"], []).append(offer["Location"])
    return offered


def _check_labels(labels: Mapping[str, str]) -> None:
    rules.labels_are_not_reserved(labels)
    rules.labels_are_valid(labels)


def _check_taints(taints: list[Document]) -> None:
    rules.taints_are_not_reserved(taint["key"] for taint in taints)
    rules.taints_are_valid(taints)
    rules.taints_are_distinct(taints)


def _subnets(eks: EKS, subnet_ids: list[str]) -> list[Any]:
    subnets: list[Any] = []
    for subnet_id in subnet_ids:
        try:
            subnets.append(eks.ec2.get_subnet(subnet_id))
        except EC2ClientError:
            raise errors.no_subnet(subnet_id) from None
    return subnets


def _set_warm_pool(document: Document, asked: Mapping[str, Any]) -> None:
    """What is not asked for stays as it is; one that is not enabled has no settings.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_WarmPoolConfig.html
    """
    known = document.get("warmPoolConfig", {})
    enabled = asked.get("enabled", known.get("enabled", False))
    if enabled:
        document["warmPoolConfig"] = {**DEFAULT_WARM_POOL, **known, **asked, "enabled": True}
    elif asked:
        document["warmPoolConfig"] = {"enabled": False}


def _set_version(
    document: Document, version: str, request: Request, data: Mapping[str, Any]
) -> None:
    """Kubernetes version and release of the image; a custom image is its own release."""
    document["version"] = version
    if data.get("ImageId"):
        document["releaseVersion"] = data["ImageId"]
        return
    offered = catalog.releases(version, document["amiType"])
    release = request.get("releaseVersion") or next(iter(offered), "")
    rules.release_fits_version(release, version, document["amiType"])
    document["releaseVersion"] = release


def _with_taints(taints: list[Document], asked: Mapping[str, Any]) -> list[Document]:
    def place(taint: Document) -> tuple[str, str]:
        return taint["key"], taint["effect"]

    kept = {place(taint): taint for taint in [*taints, *asked.get("addOrUpdateTaints", [])]}
    for taint in asked.get("removeTaints", []):
        kept.pop(place(taint), None)
    return list(kept.values())
