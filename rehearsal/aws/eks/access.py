"""Who may use a cluster: access entries and the access policies associated with them."""

import uuid
from collections.abc import Mapping
from typing import Any

from moto.core.utils import utcnow

from rehearsal.aws.eks import errors
from rehearsal.aws.eks.access_policies import access_policies
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import AccessEntry, Cluster, Document

CLUSTER_ADMIN = "AmazonEKSClusterAdminPolicy"

STANDARD = "STANDARD"
# User name and groups that EKS gives entries of a type for nodes; those of STANDARD are the
# caller's to say. Of the other types no answer of EKS is public.
# https://awscli.amazonaws.com/v2/documentation/api/latest/reference/eks/create-access-entry.html
NODE_TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "EC2_LINUX": ("system:node:{{EC2PrivateDNSName}}", ("system:nodes",)),
}


@operation
def create_access_entry(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html."""
    cluster = _open_cluster(request)
    if request["principalArn"] in cluster.access_entries:
        raise errors.access_entry_exists()
    kind = request.get("type", STANDARD)
    if kind not in {STANDARD, *NODE_TYPES}:
        raise errors.not_served(f"CreateAccessEntry of type {kind}")
    entry = admit(
        request.eks,
        cluster,
        request["principalArn"],
        kind=kind,
        username=request.get("username"),
        groups=request.get("kubernetesGroups", []),
        tags=request.get("tags", {}),
    )
    return {"accessEntry": entry.document}


def admit(
    eks: EKS,
    cluster: Cluster,
    principal: str,
    *,
    kind: str = STANDARD,
    username: str | None = None,
    groups: list[str] | None = None,
    tags: Mapping[str, str] | None = None,
) -> AccessEntry:
    """Give a principal an entry."""
    account, path = principal.split(":", 5)[4:]
    sort, name = path.split("/")[0], path.split("/")[-1]
    own_name = principal
    if sort == "role":
        own_name = f"arn:{eks.partition}:sts::{account}:assumed-role/{name}/{{{{SessionName}}}}"
    default_name, default_groups = NODE_TYPES.get(kind, (own_name, ()))
    now = utcnow()
    entry = AccessEntry(
        {
            "clusterName": cluster.name,
            "principalArn": principal,
            "accessEntryArn": eks.arn(
                "access-entry", cluster.name, sort, account, name, str(uuid.uuid4())
            ),
            "type": kind,
            "username": username or default_name,
            "kubernetesGroups": groups or list(default_groups),
            "tags": dict(tags or {}),
            "createdAt": now,
            "modifiedAt": now,
        }
    )
    cluster.access_entries[principal] = entry
    return entry


def admit_creator(eks: EKS, cluster: Cluster, caller: str) -> None:
    """Make who creates a cluster its administrator; a role's session counts as the role."""
    entry = admit(eks, cluster, _principal(eks, caller))
    _associate(entry, access_policies(eks.partition)[CLUSTER_ADMIN], {"type": "cluster"})


def _principal(eks: EKS, caller: str) -> str:
    if ":assumed-role/" not in caller:
        return caller
    name = caller.split("/")[1]
    known = [role.arn for role in eks.iam.get_roles() if role.name == name]
    return known[0] if known else f"arn:{eks.partition}:iam::{eks.account_id}:role/{name}"


@operation
def describe_access_entry(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAccessEntry.html."""
    return {"accessEntry": _entry(request).document}


@operation
def list_access_entries(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAccessEntries.html."""
    policy = request.get("associatedPolicyArn")
    principals = [
        principal
        for principal, entry in _open_cluster(request).access_entries.items()
        if policy is None or policy in entry.policies
    ]
    return page(request, "accessEntries", principals)


@operation
def update_access_entry(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateAccessEntry.html."""
    document = _entry(request).document
    for member in ("kubernetesGroups", "username"):
        if member in request.asked:
            document[member] = request[member]
    document["modifiedAt"] = utcnow()
    return {"accessEntry": document}


@operation
def delete_access_entry(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteAccessEntry.html."""
    _entry(request)
    del _open_cluster(request).access_entries[request["principalArn"]]
    return {}


@operation
def list_access_policies(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAccessPolicies.html."""
    policies = access_policies(request.eks.partition)
    documents = [{"name": name, "arn": arn} for name, arn in policies.items()]
    return page(request, "accessPolicies", documents)


@operation
def associate_access_policy(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateAccessPolicy.html."""
    entry = _entry(request)
    if request["policyArn"] not in access_policies(request.eks.partition).values():
        raise errors.no_access_policy(request["policyArn"])
    association = _associate(entry, request["policyArn"], request["accessScope"])
    return {
        "clusterName": request["clusterName"],
        "principalArn": request["principalArn"],
        "associatedAccessPolicy": association,
    }


def _associate(entry: AccessEntry, policy: str, scope: Mapping[str, Any]) -> Document:
    now = utcnow()
    before = entry.policies.get(policy, {"associatedAt": now})
    entry.policies[policy] = {
        "policyArn": policy,
        "accessScope": {"namespaces": [], **scope},
        "associatedAt": before["associatedAt"],
        "modifiedAt": now,
    }
    return entry.policies[policy]


@operation
def disassociate_access_policy(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DisassociateAccessPolicy.html."""
    entry = _entry(request)
    if request["policyArn"] not in entry.policies:
        raise errors.access_policy_not_associated()
    del entry.policies[request["policyArn"]]
    return {}


@operation
def list_associated_access_policies(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListAssociatedAccessPolicies.html."""
    entry = _entry(request)
    return {
        "clusterName": request["clusterName"],
        "principalArn": request["principalArn"],
        **page(request, "associatedAccessPolicies", list(entry.policies.values())),
    }


def _open_cluster(request: Request) -> Cluster:
    """The cluster, if its authentication mode knows access entries."""
    cluster = request.eks.cluster(request["clusterName"])
    if cluster.document["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
        raise errors.access_entries_off()
    return cluster


def _entry(request: Request) -> AccessEntry:
    entries = _open_cluster(request).access_entries
    if request["principalArn"] not in entries:
        raise errors.no_access_entry()
    return entries[request["principalArn"]]
