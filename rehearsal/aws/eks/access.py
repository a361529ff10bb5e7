"""Who may use a cluster: access entries and the access policies associated with them."""

import uuid
from collections.abc import Mapping
from typing import Any

from moto.core.utils import utcnow

from rehearsal.aws.eks import errors, roles
from rehearsal.aws.eks.access_policies import access_policies
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import AccessEntry, Cluster, Document
from rehearsal.aws.eks.rules import access as rules
from rehearsal.aws.eks.rules.access import STANDARD
from rehearsal.aws.eks.rules.tags import tags_are_allowed

CLUSTER_ADMIN = "AmazonEKSClusterAdminPolicy"

# User names that EKS gives entries of a type for nodes, by
# https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
# and their groups; those of STANDARD are the caller's to say. The group of EC2_LINUX is in
# https://awscli.amazonaws.com/v2/documentation/api/latest/reference/eks/create-access-entry.html
# ; that the others have the same is unverified. So are the user names of EC2 and HYPERPOD_LINUX, of
# which no page tells: they are those of the nodes that are likest to them.
NODE_TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "EC2_LINUX": ("system:node:{{EC2PrivateDNSName}}", ("system:nodes",)),
    "EC2_WINDOWS": ("system:node:{{EC2PrivateDNSName}}", ("system:nodes",)),
    "FARGATE_LINUX": ("system:node:{{SessionName}}", ("system:nodes",)),
    "HYBRID_LINUX": ("system:node:{{SessionName}}", ("system:nodes",)),
    "EC2": ("system:node:{{EC2PrivateDNSName}}", ("system:nodes",)),
    "HYPERPOD_LINUX": ("system:node:{{SessionName}}", ("system:nodes",)),
}


@operation
def create_access_entry(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html."""
    cluster = _open_cluster(request)
    principal = request["principalArn"]
    rules.principal_is_new(principal, cluster.access_entries)
    kind = request.get("type", STANDARD)
    rules.type_is_known(kind)
    rules.principal_is_of_iam(principal)
    rules.principal_is_not_service_linked(principal)
    rules.nodes_have_a_role(kind, principal)
    rules.principal_exists(_exists(request, principal))
    rules.username_is_allowed(kind, request.get("username"))
    rules.groups_are_allowed(kind, request.get("kubernetesGroups", []))
    tags_are_allowed(request.get("tags", {}))
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
        },
        principal_id=_unique_id(eks, principal),
    )
    cluster.access_entries[principal] = entry
    return entry


def _unique_id(eks: EKS, principal: str) -> str:
    """The id by which EKS knows a principal again: one of the same name made anew has another.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    known = [*eks.iam.get_roles(), *eks.iam.users.values()]
    return next((it.id for it in known if it.arn == principal), "")


def admit_nodes(eks: EKS, cluster: Cluster, role: str, kind: str) -> None:
    """Let a role of nodes in, as EKS does itself where access entries are on.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    mode = cluster.document["accessConfig"]["authenticationMode"]
    if mode != "CONFIG_MAP" and role not in cluster.access_entries:
        admit(eks, cluster, role, kind=kind)


def admit_creator(eks: EKS, cluster: Cluster, caller: str) -> None:
    """Make who creates a cluster its administrator; a role's session counts as the role.

    Without access entries, nothing shows it.
    https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html
    """
    principal = _principal(eks, caller)
    if cluster.document["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
        cluster.creator = principal
        return
    entry = admit(eks, cluster, principal)
    associate(entry, access_policies(eks.partition)[CLUSTER_ADMIN], {"type": "cluster"})


def _principal(eks: EKS, caller: str) -> str:
    if ":assumed-role/" not in caller:
        return caller
    name = caller.split("/")[1]
    known = [role.arn for role in eks.iam.get_roles() if role.name == name]
    return known[0] if known else f"arn:{eks.partition}:iam::{eks.account_id}:role/{name}"


def _exists(request: Request, principal: str) -> bool:
    """Whether there is such a principal, as far as this account can tell of it."""
    eks = request.eks
    account, path = principal.split(":", 5)[4:]
    if account != eks.account_id or path == "root" or principal == request.caller:
        return True
    if path.startswith("role/"):
        return roles.find(eks.iam, principal) is not None
    return any(user.arn == principal for user in eks.iam.list_users(None, None, None))


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
    rules.username_is_allowed(document["type"], request.get("username"))
    rules.groups_are_allowed(document["type"], request.get("kubernetesGroups", []))
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
    policies = tuple(access_policies(request.eks.partition).values())
    rules.policy_exists(request["policyArn"], policies)
    rules.entry_takes_policies(entry.document["type"])
    rules.scope_says_where(request["accessScope"])
    association = associate(entry, request["policyArn"], request["accessScope"])
    return {
        "clusterName": request["clusterName"],
        "principalArn": request["principalArn"],
        "associatedAccessPolicy": association,
    }


def associate(entry: AccessEntry, policy: str, scope: Mapping[str, Any]) -> Document:
    """Give an entry an access policy, or a policy that it has another scope."""
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
    rules.policy_is_associated(request["policyArn"], entry.policies)
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
    rules.access_entries_are_on(cluster.document["accessConfig"]["authenticationMode"])
    return cluster


def _entry(request: Request) -> AccessEntry:
    entries = _open_cluster(request).access_entries
    if request["principalArn"] not in entries:
        raise errors.no_access_entry()
    return entries[request["principalArn"]]
