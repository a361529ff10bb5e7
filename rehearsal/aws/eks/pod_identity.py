"""Pod identity: the IAM role that the pods of a service account take."""

import secrets
from collections.abc import Mapping
from typing import Any

from moto.core.utils import utcnow

from rehearsal.aws.eks import errors, permissions, roles
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import Cluster, Document
from rehearsal.aws.eks.rules import pod_identity as rules

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
        EKSError: the service account has a role already, or the role is not for pods.
    """
    check(eks, cluster, asked)
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


def check(eks: EKS, cluster: Cluster, asked: Mapping[str, Any], owner: str | None = None) -> None:
    """See that a role can be associated with a service account.

    Args:
        eks: where the cluster is.
        cluster: whose service account it is.
        asked: namespace, serviceAccount, roleArn and the optional members of the call.
        owner: ARN of the add-on whose associations do not count, if any.

    Raises:
        EKSError: it cannot.
    """
    rules.service_account_has_no_role_yet(
        asked["namespace"],
        asked["serviceAccount"],
        [
            (other["namespace"], other["serviceAccount"], other["associationId"])
            for other in cluster.pod_identities.values()
            if owner is None or other.get("ownerArn") != owner
        ],
    )
    check_role(eks, asked["roleArn"])
    rules.session_policy_comes_without_session_tags(
        bool(asked.get("policy")), bool(asked.get("disableSessionTags"))
    )


def check_role(eks: EKS, arn: str) -> None:
    """See that pods can take a role.

    Raises:
        EKSError: they cannot.
    """
    role = roles.find(eks.iam, arn)
    rules.role_exists(arn, role is not None)
    if role:
        rules.role_lets_pods_take_it(
            permissions.trusts(role, "Service", rules.PODS, rules.TRUST_ACTIONS)
        )


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
    wanted = {**document, **request.asked}
    if "roleArn" in request.asked:
        check_role(request.eks, request["roleArn"])
    rules.session_policy_comes_without_session_tags(
        bool(wanted.get("policy")), bool(wanted["disableSessionTags"])
    )
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
