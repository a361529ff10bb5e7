"""Add-ons: their versions, and whether their pods have where to run."""

import uuid
from collections.abc import Mapping
from typing import Any

from moto.core.utils import utcnow

from rehearsal.aws import catalog
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import errors, health, pod_identity, updates
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import Addon, Cluster, Document


@operation
def create_addon(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html."""
    eks = request.eks
    cluster = eks.active_cluster(request["clusterName"])
    name = request["addonName"]
    version = _checked_version(name, request.get("addonVersion"), cluster.version)
    if name in cluster.addons:
        raise errors.addon_exists(cluster.name, name)
    now = utcnow()
    document: Document = {
        "addonName": name,
        "clusterName": cluster.name,
        "status": "CREATING",
        "addonVersion": version,
        "health": {"issues": []},
        "addonArn": eks.arn("addon", cluster.name, name, str(uuid.uuid4())),
        "createdAt": now,
        "modifiedAt": now,
        "tags": request.get("tags", {}),
        "publisher": "eks",
        "owner": "aws",
        "namespaceConfig": {"namespace": catalog.addons()[name].namespace},
    }
    for member in ("serviceAccountRoleArn", "configurationValues"):
        if request.get(member):
            document[member] = request[member]
    addon = Addon(document)
    cluster.addons[name] = addon
    _give_roles(eks, cluster, addon, request.get("podIdentityAssociations"))
    subject = (cluster.name, name, document["addonArn"])
    takes = "addon.create"
    if catalog.addons()[name].kind == "Deployment":
        takes = "addon.create.deployment"
    TIMELINE.after(takes, "eks.addon.created", eks.region_name, *subject)
    return {"addon": document}


@TIMELINE.carries_out("eks.addon.created")
def _created(region: str, cluster_name: str, name: str, arn: str) -> None:
    cluster = eks_of(region).clusters.get(cluster_name)
    addon = cluster.addons.get(name) if cluster else None
    if cluster and addon and addon.document["addonArn"] == arn:
        addon.installed = True
        health.reassess(cluster)


@operation
def describe_addon(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddon.html."""
    return {"addon": request.eks.addon(request["clusterName"], request["addonName"]).document}


@operation
def list_addons(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAddons.html."""
    return page(request, "addons", sorted(request.eks.cluster(request["clusterName"]).addons))


@operation
def update_addon(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAddon.html."""
    eks = request.eks
    cluster = eks.cluster(request["clusterName"])
    addon = eks.addon(cluster.name, request["addonName"])
    document = addon.document
    if document["status"] not in {"ACTIVE", "DEGRADED", "UPDATE_FAILED"}:
        raise errors.addon_busy(cluster.name, document["addonName"], document["status"])
    changes: Document = {
        member: request[member]
        for member in ("serviceAccountRoleArn", "configurationValues")
        if member in request.asked
    }
    params = {member[0].upper() + member[1:]: value for member, value in changes.items()}
    if request.get("addonVersion"):
        changes["addonVersion"] = _checked_version(
            document["addonName"], request["addonVersion"], cluster.version
        )
        params["AddonVersion"] = changes["addonVersion"]
    if request.get("resolveConflicts"):
        params["ResolveConflicts"] = request["resolveConflicts"]
    if "podIdentityAssociations" in request.asked:
        _take_roles(cluster, addon)
        _give_roles(eks, cluster, addon, request["podIdentityAssociations"])
        params["PodIdentityAssociations"] = request["podIdentityAssociations"]
    update = updates.begin("AddonUpdate", params, changes)
    addon.updates[update.document["id"]] = update
    document["status"] = "UPDATING"
    subject = (cluster.name, document["addonName"], update.document["id"])
    TIMELINE.after("addon.update", "eks.addon.updated", eks.region_name, *subject)
    return {"update": update.document}


@TIMELINE.carries_out("eks.addon.updated")
def _updated(region: str, cluster_name: str, name: str, update_id: str) -> None:
    cluster = eks_of(region).clusters.get(cluster_name)
    addon = cluster.addons.get(name) if cluster else None
    if cluster and addon and update_id in addon.updates and addon.document["status"] == "UPDATING":
        updates.finish(addon.updates[update_id], addon.document)
        addon.document.update(status="ACTIVE", modifiedAt=utcnow())
        health.reassess(cluster)


@operation
def delete_addon(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteAddon.html."""
    eks = request.eks
    addon = eks.addon(request["clusterName"], request["addonName"])
    document = addon.document
    if document["status"] != "DELETING":
        document["status"] = "DELETING"
        subject = (document["clusterName"], document["addonName"], document["addonArn"])
        TIMELINE.after("addon.delete", "eks.addon.deleted", eks.region_name, *subject)
    return {"addon": document}


@TIMELINE.carries_out("eks.addon.deleted")
def _deleted(region: str, cluster_name: str, name: str, arn: str) -> None:
    cluster = eks_of(region).clusters.get(cluster_name)
    addon = cluster.addons.get(name) if cluster else None
    if cluster and addon and addon.document["addonArn"] == arn:
        _take_roles(cluster, addon)
        del cluster.addons[name]
        health.reassess(cluster)


@operation
def describe_addon_versions(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonVersions.html."""
    name = request.get("addonName")
    if name is not None and name not in catalog.addons():
        raise errors.no_such_addon(name)
    infos = [
        catalog.addon_document(addon, request.get("kubernetesVersion"))
        for addon in catalog.addons().values()
        if name in {None, addon.name}
    ]
    return page(request, "addons", [info for info in infos if info["addonVersions"]])


def _checked_version(name: str, wanted: str | None, kubernetes_version: str) -> str:
    """The version to install: the wanted one if it fits, the default if none is named."""
    addon = catalog.addons().get(name)
    if addon is None:
        raise errors.addon_not_supported(name, kubernetes_version)
    offered = addon.versions.get(kubernetes_version, ())
    version = wanted or addon.default.get(kubernetes_version)
    if version not in offered:
        raise errors.addon_version_not_supported(name)
    return version


def _give_roles(
    eks: EKS, cluster: Cluster, addon: Addon, asked: list[Mapping[str, Any]] | None
) -> None:
    """Associate roles with the add-on's service accounts; the add-on owns the associations."""
    arn = addon.document["addonArn"]
    namespace = addon.document["namespaceConfig"]["namespace"]
    addon.document["podIdentityAssociations"] = [
        pod_identity.associate(eks, cluster, {"namespace": namespace, **wish}, arn)[
            "associationArn"
        ]
        for wish in asked or []
    ]


def _take_roles(cluster: Cluster, addon: Addon) -> None:
    owned = [
        association_id
        for association_id, association in cluster.pod_identities.items()
        if association.get("ownerArn") == addon.document["addonArn"]
    ]
    for association_id in owned:
        del cluster.pod_identities[association_id]
