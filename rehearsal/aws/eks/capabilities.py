"""Capabilities: Argo CD, ACK and kro, which EKS runs for a cluster outside of it.

What they do inside the cluster is not rehearsed.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from moto.core.utils import utcnow

from rehearsal.aws import catalog
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import access, roles, updates
from rehearsal.aws.eks.access_policies import access_policies
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import Capability, Cluster, Document
from rehearsal.aws.eks.rules import capability as rules
from rehearsal.aws.eks.rules.tags import tags_are_allowed
from spec import facts

IDLE = ("ACTIVE", "DEGRADED", "CREATE_FAILED", "DELETE_FAILED")

# The access policies of the entries that EKS makes for the roles of capabilities. That the entries
# stay when a capability is deleted is unverified.
# https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
POLICIES = {
    "ACK": ("AmazonEKSACKPolicy",),
    "ARGOCD": ("AmazonEKSArgoCDClusterPolicy", "AmazonEKSArgoCDPolicy"),
    "KRO": ("AmazonEKSKROPolicy",),
}

# Where Argo CD's resources are if the caller does not say.
# https://docs.aws.amazon.com/eks/latest/userguide/argocd-considerations.html
ARGO_CD_NAMESPACE = "argocd"

SUMMARY = ("capabilityName", "arn", "type", "status", "version", "createdAt", "modifiedAt")


@operation
def create_capability(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCapability.html."""
    eks = request.eks
    cluster = eks.active_cluster(request["clusterName"])
    name, kind = request["capabilityName"], request["type"]
    configuration = request.get("configuration", {})
    rules.access_entries_are_on(
        cluster.name, cluster.document["accessConfig"]["authenticationMode"]
    )
    rules.is_the_first_of_its_type(
        cluster.name,
        name,
        kind,
        {one: it.document["type"] for one, it in cluster.capabilities.items()},
    )
    rules.role_trusts_capabilities(request["roleArn"], roles.find(eks.iam, request["roleArn"]))
    rules.argo_cd_signs_in(cluster.name, kind, configuration)
    tags_are_allowed(request.get("tags", {}))
    now = utcnow()
    document: Document = {
        "capabilityName": name,
        "arn": eks.arn("capability", cluster.name, kind.lower(), name, str(uuid.uuid4())),
        "clusterName": cluster.name,
        "type": kind,
        "roleArn": request["roleArn"],
        "status": "CREATING",
        "deletePropagationPolicy": request["deletePropagationPolicy"],
        "configuration": _configured(eks, name, configuration),
        "health": {"issues": []},
        "tags": request.get("tags", {}),
        "createdAt": now,
        "modifiedAt": now,
    }
    if not document["configuration"]:
        del document["configuration"]
    cluster.capabilities[name] = Capability(document)
    _admit(eks, cluster, document)
    TIMELINE.after(
        "capability.create", "eks.capability.created", *_subject(eks, cluster.name, document)
    )
    return {"capability": document}


def _configured(eks: EKS, name: str, configuration: Mapping[str, Any]) -> Document:
    """A configuration with what EKS adds to that of Argo CD."""
    if "argoCd" not in configuration:
        return dict(configuration)
    asked = configuration["argoCd"]
    host = f"{uuid.uuid4().hex[:12]}.eks-capabilities.{eks.region_name}"
    idc = asked["awsIdc"]
    application = f"arn:{eks.partition}:sso::{eks.account_id}:application/{name}"
    return {
        **configuration,
        "argoCd": {
            "namespace": ARGO_CD_NAMESPACE,
            "rbacRoleMappings": [],
            **asked,
            "awsIdc": {
                "idcRegion": eks.region_name,
                **idc,
                "idcManagedApplicationArn": application,
            },
            "serverUrl": f"https://{host}.{catalog.dns_suffix(eks.partition)}",
        },
    }


def _admit(eks: EKS, cluster: Cluster, document: Document) -> None:
    """Let the capability's role in, as EKS does itself."""
    role = document["roleArn"]
    entry = cluster.access_entries.get(role) or access.admit(eks, cluster, role)
    known = access_policies(eks.partition)
    for policy in POLICIES[document["type"]]:
        scope: Document = {"type": "cluster"}
        if facts.access_policies()[policy].usual_scope == "namespace":
            namespace = document["configuration"]["argoCd"]["namespace"]
            scope = {"type": "namespace", "namespaces": [namespace]}
        access.associate(entry, known[policy], scope)


def _subject(eks: EKS, cluster: str, document: Document) -> tuple[str, str, str, str]:
    return eks.region_name, cluster, document["capabilityName"], document["arn"]


def _found(region: str, cluster_name: str, name: str, arn: str) -> Capability | None:
    cluster = eks_of(region).clusters.get(cluster_name)
    capability = cluster.capabilities.get(name) if cluster else None
    return capability if capability and capability.document["arn"] == arn else None


@TIMELINE.carries_out("eks.capability.created")
def _created(region: str, cluster_name: str, name: str, arn: str) -> None:
    capability = _found(region, cluster_name, name, arn)
    if capability and capability.document["status"] == "CREATING":
        capability.document["status"] = "ACTIVE"


@operation
def describe_capability(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCapability.html."""
    return {"capability": _capability(request).document}


@operation
def list_capabilities(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListCapabilities.html."""
    capabilities = request.eks.cluster(request["clusterName"]).capabilities
    summaries = [
        {member: it.document[member] for member in SUMMARY if member in it.document}
        for _, it in sorted(capabilities.items())
    ]
    return page(request, "capabilities", summaries)


@operation
def update_capability(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateCapability.html."""
    eks, capability = request.eks, _capability(request)
    document, cluster = capability.document, request["clusterName"]
    rules.is_idle(cluster, document["capabilityName"], document["status"], IDLE)
    changes: Document = {}
    params: Document = {}
    if "roleArn" in request.asked:
        role = request["roleArn"]
        rules.role_trusts_capabilities(role, roles.find(eks.iam, role))
        changes["roleArn"] = params["RoleArn"] = role
    if "deletePropagationPolicy" in request.asked:
        changes["deletePropagationPolicy"] = request["deletePropagationPolicy"]
    configuration = request.get("configuration", {})
    if configuration:
        rules.argo_cd_signs_in(
            cluster,
            document["type"],
            {
                **document.get("configuration", {}),
                **{
                    member: {**document.get("configuration", {}).get(member, {}), **value}
                    for member, value in configuration.items()
                },
            },
        )
        changes["configuration"] = _reconfigured(cluster, document, configuration, params)
    update = updates.begin("CapabilityUpdate", params, changes)
    capability.updates[update.document["id"]] = update
    document["status"] = "UPDATING"
    TIMELINE.after(
        "capability.update",
        "eks.capability.updated",
        *_subject(eks, cluster, document),
        update.document["id"],
    )
    return {"update": update.document}


def _reconfigured(
    cluster: str, document: Document, asked: Mapping[str, Any], params: Document
) -> Document:
    """A configuration after an update, whose parameters it adds."""
    before: Document = document.get("configuration", {})
    after = {**before, **{member: asked[member] for member in asked if member != "argoCd"}}
    if "argoCd" not in asked:
        return after
    argo = dict(before["argoCd"])
    mappings = asked["argoCd"].get("rbacRoleMappings", {})
    fresh = mappings.get("addOrUpdateRoleMappings", [])
    gone = mappings.get("removeRoleMappings", [])
    if fresh:
        params["RoleMappingsToAddOrUpdate"] = fresh
    if gone:
        params["RoleMappingsToRemove"] = gone
    by_role = {mapping["role"]: mapping for mapping in argo.get("rbacRoleMappings", [])}
    for mapping in gone:
        by_role.pop(mapping["role"], None)
    by_role |= {mapping["role"]: mapping for mapping in fresh}
    argo["rbacRoleMappings"] = list(by_role.values())
    if "networkAccess" in asked["argoCd"]:
        argo["networkAccess"] = params["NetworkAccess"] = asked["argoCd"]["networkAccess"]
    return {**after, "argoCd": argo}


@TIMELINE.carries_out("eks.capability.updated")
def _updated(region: str, cluster_name: str, name: str, arn: str, update_id: str) -> None:
    capability = _found(region, cluster_name, name, arn)
    if capability is None or update_id not in capability.updates:
        return
    if capability.document["status"] == "UPDATING":
        updates.finish(capability.updates[update_id], capability.document)
        capability.document.update(status="ACTIVE", modifiedAt=utcnow())
        eks = eks_of(region)
        _admit(eks, eks.clusters[cluster_name], capability.document)


@operation
def delete_capability(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCapability.html."""
    document = _capability(request).document
    if document["status"] != "DELETING":
        rules.is_idle(request["clusterName"], document["capabilityName"], document["status"], IDLE)
        document["status"] = "DELETING"
        subject = _subject(request.eks, request["clusterName"], document)
        TIMELINE.after("capability.delete", "eks.capability.deleted", *subject)
    return {"capability": document}


@TIMELINE.carries_out("eks.capability.deleted")
def _deleted(region: str, cluster_name: str, name: str, arn: str) -> None:
    if _found(region, cluster_name, name, arn):
        del eks_of(region).clusters[cluster_name].capabilities[name]


def _capability(request: Request) -> Capability:
    return request.eks.capability(request["clusterName"], request["capabilityName"])
