"""Add-ons: their versions, and whether their pods have where to run."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from moto.core.utils import utcnow

from rehearsal.aws import catalog
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import configuration, errors, health, joining, pod_identity, updates
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.issues import Obstacle
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import Addon, Cluster, Document
from rehearsal.aws.eks.rules import addon as rules


@operation
def create_addon(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAddon.html."""
    eks = request.eks
    cluster = eks.active_cluster(request["clusterName"])
    name = request["addonName"]
    version = _checked_version(name, request.get("addonVersion"), cluster.version)
    rules.is_not_there_yet(cluster.name, name, cluster.addons)
    resolve_conflicts = request.get("resolveConflicts") or rules.NONE
    rules.nothing_is_preserved_at_creation(resolve_conflicts)
    _check_values(name, request.get("configurationValues"))
    namespace = (request.get("namespaceConfig") or {}).get("namespace")
    namespace = namespace or catalog.addons()[name].namespace
    rules.namespace_is_a_label(namespace)
    _check_roles(eks, cluster, name, request.get("podIdentityAssociations"), namespace=namespace)
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
        "namespaceConfig": {"namespace": namespace},
    }
    for member in ("serviceAccountRoleArn", "configurationValues"):
        if request.get(member):
            document[member] = request[member]
    addon = Addon(document)
    try:
        rules.does_not_change_what_is_there(_changed(cluster, document), resolve_conflicts)
    except Obstacle as obstacle:
        addon.problem = obstacle.issue
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
        if addon.problem:
            addon.document.update(status="CREATE_FAILED", health={"issues": [addon.problem]})
            return
        addon.installed = True
        health.reassess(cluster)


@operation
def describe_addon(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddon.html."""
    health.examine_addons(request.eks.cluster(request["clusterName"]))
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
    rules.is_not_busy(cluster.name, document["addonName"], document["status"])
    _check_values(document["addonName"], request.get("configurationValues"))
    _check_roles(
        eks,
        cluster,
        document["addonName"],
        request.get("podIdentityAssociations"),
        document["addonArn"],
        namespace=document["namespaceConfig"]["namespace"],
    )
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
        addon.preserve = bool(request.get("preserve"))
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
        if addon.installed:
            cluster.left_behind[name] = _installed(addon.document) if addon.preserve else None
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


@operation
def describe_addon_configuration(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonConfiguration.html."""
    name, version = request["addonName"], request["addonVersion"]
    addon = catalog.addons().get(name)
    if addon is None:
        raise errors.no_such_addon(name)
    if addon.versions:
        known = {known for versions in addon.versions.values() for known in versions}
        rules.version_fits_the_cluster(name, version, known)
    managed = [f"arn:{request.eks.partition}:iam::aws:policy/{it}" for it in addon.managed_policies]
    return {
        "addonName": name,
        "addonVersion": version,
        "configurationSchema": json.dumps(catalog.addon_schema(name), sort_keys=True),
        "podIdentityConfiguration": [
            {
                "serviceAccount": addon.service_account,
                "recommendedManagedPolicies": managed,
            }
        ]
        if addon.service_account
        else [],
    }


def _checked_version(name: str, wanted: str | None, kubernetes_version: str) -> str:
    """The version to install: the wanted one if it fits, the default if none is named.

    Where it is not known which versions there are, any is taken that is spelled as EKS's are.

    Raises:
        EKSError: it does not fit, or none is wanted and none known.
    """
    rules.is_an_addon_of_eks(name, kubernetes_version, catalog.addons())
    addon = catalog.addons()[name]
    version = wanted or catalog.default_addon_version(name, kubernetes_version)
    if version is None:
        raise errors.not_served(f"CreateAddon of {name} without addonVersion: none is known here")
    if offered := addon.versions.get(kubernetes_version):
        rules.version_fits_the_cluster(name, version, offered)
    else:
        rules.version_is_of_eks(name, version)
    return version


def _check_values(name: str, values: str | None) -> None:
    if not values:
        return
    problem, found = "", None
    try:
        found = configuration.read(values)
    except configuration.UnreadableError as error:
        problem = str(error)
    rules.configuration_is_readable(problem)
    rules.configuration_fits_the_schema(configuration.problems(name, found))


# What differs first when an add-on comes in another version than what is there.
# https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2829
WORKLOADS = {
    "vpc-cni": ("DaemonSet.apps", "aws-node"),
    "kube-proxy": ("DaemonSet.apps", "kube-proxy"),
    "coredns": ("Deployment.apps", "coredns"),
}


def _changed(cluster: Cluster, document: Document) -> list[str]:
    """The fields that an add-on wants otherwise than those in the cluster are, as EKS names them.

    What is there in the same version and with the same values is taken over without a conflict.
    """
    name = document["addonName"]
    present = joining.unmanaged(cluster, name)
    if present is None or present == _installed(document):
        return []
    kind, workload = WORKLOADS.get(name, ("Deployment.apps", name))
    place = f'{kind} {workload} - .spec.template.spec.containers[name="{workload}"]'
    return [f"{place}.image" if present["addonVersion"] != document["addonVersion"] else place]


def _installed(document: Document) -> Document:
    kept = ("addonVersion", "configurationValues")
    return {member: document[member] for member in kept if document.get(member)}


def _check_roles(
    eks: EKS,
    cluster: Cluster,
    name: str,
    asked: list[Mapping[str, Any]] | None,
    owner: str | None = None,
    *,
    namespace: str,
) -> None:
    """See that roles can be associated with the add-on's service accounts.

    Args:
        eks: where the cluster is.
        cluster: of the add-on.
        name: of the add-on.
        asked: its associations.
        owner: ARN of the add-on, whose associations will be replaced.
        namespace: where the add-on is.
    """
    known = catalog.addons()[name]
    for wish in asked or []:
        rules.service_account_is_the_addons(name, wish["serviceAccount"], known.service_account)
        pod_identity.check(eks, cluster, {"namespace": namespace, **wish}, owner)


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
