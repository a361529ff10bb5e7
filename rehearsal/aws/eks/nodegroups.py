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

# Who has to be trusted by the nodes' role.
# https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
NODES = "ec2.amazonaws.com"

# What EKS sets where the caller does not say.
# https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
# The sizes and the repair setting are unverified.
DEFAULT_SCALING = {"minSize": 1, "maxSize": 2, "desiredSize": 2}
DEFAULT_INSTANCE_TYPES: tuple[str, ...] = ("t3.medium",)
DEFAULT_DISK_GIB = 20
DEFAULTS: Document = {
    "capacityType": "ON_DEMAND",
    "updateConfig": {"maxUnavailable": 1},
    "nodeRepairConfig": {"enabled": False},
    "labels": {},
    "taints": [],
    "tags": {},
}
# Members that the group keeps as they were asked for.
KEPT = (*DEFAULTS, "nodeRole", "subnets", "remoteAccess", "warmPoolConfig")


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
    if name in cluster.nodegroups:
        raise errors.nodegroup_exists(cluster.name, name)
    _check_role(eks, request["nodeRole"])
    _check_subnets(eks, request["subnets"])
    template = _own_template(eks, request.get("launchTemplate"))
    data = template.data if template else {}
    if template:
        _check_said_once(request, data)
    instance_types: list[str] = request.get("instanceTypes") or []
    if not instance_types and not data.get("InstanceType"):
        instance_types = list(DEFAULT_INSTANCE_TYPES)
    _check_instance_types(instance_types)
    scaling = {**DEFAULT_SCALING, **request.get("scalingConfig", {})}
    if scaling["minSize"] > scaling["desiredSize"]:
        raise errors.min_above_desired_at_creation()
    if scaling["desiredSize"] > scaling["maxSize"]:
        raise errors.desired_above_max()

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
        document["diskSize"] = request.get("diskSize") or DEFAULT_DISK_GIB
    if data.get("ImageId"):
        document["amiType"] = "CUSTOM"
    else:
        first = (instance_types or [data["InstanceType"]])[0]
        document["amiType"] = request.get("amiType") or catalog.default_ami_type(first)
    _set_version(document, request.get("version") or cluster.version, request, data)

    eks.iam.use_service("eks-nodegroup.amazonaws.com")
    nodegroup = capacity.provision(eks, cluster, document, data)
    cluster.nodegroups[name] = nodegroup
    _admit_nodes(eks, cluster, document["nodeRole"])
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
    if scaling["minSize"] > scaling["desiredSize"]:
        raise errors.min_above_desired(scaling["minSize"], scaling["desiredSize"])
    if scaling["desiredSize"] > scaling["maxSize"]:
        raise errors.desired_above_max()
    document["scalingConfig"] = scaling
    for member, value in request.get("scalingConfig", {}).items():
        params[member[0].upper() + member[1:]] = str(value)
    labels = request.get("labels", {})
    if labels:
        document["labels"] = {
            key: value
            for key, value in {**document["labels"], **labels.get("addOrUpdateLabels", {})}.items()
            if key not in labels.get("removeLabels", [])
        }
        params["LabelsToAdd"] = labels.get("addOrUpdateLabels", {})
        params["LabelsToRemove"] = labels.get("removeLabels", [])
    taints = request.get("taints", {})
    if taints:
        document["taints"] = _with_taints(document["taints"], taints)
        params["TaintsToAdd"] = taints.get("addOrUpdateTaints", [])
        params["TaintsToRemove"] = taints.get("removeTaints", [])
    for member in ("updateConfig", "nodeRepairConfig", "warmPoolConfig"):
        if member in request.asked:
            document[member] = request[member]
    for member, value in request.get("updateConfig", {}).items():
        params[member[0].upper() + member[1:]] = str(value)
    if "nodeRepairConfig" in request.asked:
        params["NodeRepairConfig"] = request["nodeRepairConfig"]
    cluster = eks.cluster(request["clusterName"])
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
    if template and request.get("launchTemplate"):
        changes["launchTemplate"] = template.document
        params["LaunchTemplateName"] = template.document["name"]
        params["LaunchTemplateVersion"] = template.document["version"]
    if not data.get("ImageId"):
        wanted = request.get("version") or (
            document["version"] if request.get("launchTemplate") else cluster.version
        )
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
    if nodegroup.document["status"] != "ACTIVE":
        raise errors.nodegroup_not_active(cluster, name)
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
        updates.finish(nodegroup.updates[update_id], nodegroup.document)
        nodegroup.document.update(status="ACTIVE", modifiedAt=utcnow())
        capacity.terminate(eks_of(region), cluster, nodegroup, nodegroup.outdated)
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


def _check_said_once(request: Request, data: Mapping[str, Any]) -> None:
    """What belongs into a launch template, if there is one, cannot be said beside it.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """
    if request.get("diskSize"):
        raise errors.disk_size_beside_template()
    if request.get("remoteAccess"):
        raise errors.remote_access_beside_template()
    if request.get("instanceTypes") and data.get("InstanceType"):
        raise errors.instance_types_said_twice()


def _check_instance_types(names: list[str]) -> None:
    unknown = [name for name in names if name not in catalog.instance_types()]
    if unknown:
        raise errors.no_instance_types(unknown)


def _check_role(eks: EKS, arn: str) -> None:
    role = roles.find(eks.iam, arn)
    if role is None:
        raise errors.no_node_role(arn)
    if NODES not in roles.trusted_services(role):
        raise errors.node_role_not_trusted(arn, NODES)


def _check_subnets(eks: EKS, subnet_ids: list[str]) -> None:
    for subnet_id in subnet_ids:
        try:
            eks.ec2.get_subnet(subnet_id)
        except EC2ClientError:
            raise errors.no_subnet(subnet_id) from None


def _set_version(
    document: Document, version: str, request: Request, data: Mapping[str, Any]
) -> None:
    """Kubernetes version and release of the image; a custom image is its own release."""
    if version not in catalog.kubernetes_versions():
        raise errors.unsupported_version(version)
    document["version"] = version
    if data.get("ImageId"):
        document["releaseVersion"] = data["ImageId"]
        return
    offered = catalog.releases(version, document["amiType"])
    release = request.get("releaseVersion") or next(iter(offered), "")
    if release not in offered:
        raise errors.release_does_not_fit(release, version)
    document["releaseVersion"] = release


def _with_taints(taints: list[Document], asked: Mapping[str, Any]) -> list[Document]:
    def place(taint: Document) -> tuple[str, str]:
        return taint["key"], taint["effect"]

    kept = {place(taint): taint for taint in [*taints, *asked.get("addOrUpdateTaints", [])]}
    for taint in asked.get("removeTaints", []):
        kept.pop(place(taint), None)
    return list(kept.values())


def _admit_nodes(eks: EKS, cluster: Cluster, role: str) -> None:
    """Let the nodes' role in, as EKS does itself where access entries are on.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    mode = cluster.document["accessConfig"]["authenticationMode"]
    if mode != "CONFIG_MAP" and role not in cluster.access_entries:
        access.admit(eks, cluster, role, kind="EC2_LINUX")
