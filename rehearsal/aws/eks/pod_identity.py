"""Pod identity: the IAM role that the pods of a service account take."""

import secrets
from collections.abc import Mapping
from typing import Any

from moto.core.utils import utcnow

from rehearsal.aws.eks import errors
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import Cluster, Document

SUMMARY = (
    "clusterName",
    "namespace",
    "serviceAccount",
    "associationArn",
    "associationId",
    "ownerArn",
)


@operation
def create_pod_identity_association(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html."""
    cluster = request.eks.cluster(request["clusterName"])
    return {"association": associate(request.eks, cluster, request.asked)}


def associate(
    eks: EKS, cluster: Cluster, asked: Mapping[str, Any], owner: str | None = None
) -> Document:
    """Associate a role with a service account.

    Args:
        eks: where the cluster is.
        cluster: whose service account it is.
        asked: namespace, serviceAccount, roleArn and the optional members of the call.
        owner: ARN of the add-on that it belongs to, if any.

    Raises:
        EKSError: the service account has a role already.
    """
    account = (asked["namespace"], asked["serviceAccount"])
    for other in cluster.pod_identities.values():
        if (other["namespace"], other["serviceAccount"]) == account:
            raise errors.pod_identity_exists(other["associationId"])
    association_id = f"a-{secrets.token_hex(9)[:17]}"
    now = utcnow()
    document: Document = {
        "disableSessionTags": False,
        "tags": {},
        **{member: value for member, value in asked.items() if member != "clusterName"},
        "clusterName": cluster.name,
        "associationArn": eks.arn("podidentityassociation", cluster.name, association_id),
        "associationId": association_id,
        "createdAt": now,
        "modifiedAt": now,
    }
    if owner:
        document["ownerArn"] = owner
    cluster.pod_identities[association_id] = document
    return document


@operation
def describe_pod_identity_association(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribePodIdentityAssociation.html."""
    return {"association": _association(request)}


@operation
def list_pod_identity_associations(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListPodIdentityAssociations.html."""
    cluster = request.eks.cluster(request["clusterName"])
    wanted = {
        member: request[member] for member in ("namespace", "serviceAccount") if request.get(member)
    }
    summaries = [
        {member: document[member] for member in SUMMARY if member in document}
        for document in cluster.pod_identities.values()
        if wanted.items() <= document.items()
    ]
    return page(request, "associations", summaries)


@operation
def update_pod_identity_association(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdatePodIdentityAssociation.html."""
    document = _association(request)
    for member in ("roleArn", "disableSessionTags", "targetRoleArn", "policy"):
        if member in request.asked:
            document[member] = request[member]
    document["modifiedAt"] = utcnow()
    return {"association": document}


@operation
def delete_pod_identity_association(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeletePodIdentityAssociation.html."""
    document = _association(request)
    del request.eks.cluster(request["clusterName"]).pod_identities[request["associationId"]]
    return {"association": document}


def _association(request: Request) -> Document:
    associations = request.eks.cluster(request["clusterName"]).pod_identities
    if request["associationId"] not in associations:
        raise errors.no_pod_identity(request["associationId"])
    return associations[request["associationId"]]
