"""Identity providers (OpenID Connect) that a cluster's users sign in with, beside IAM."""

import uuid
from collections.abc import Mapping
from typing import Any

from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import errors, updates
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import Cluster, Document, Update
from rehearsal.aws.eks.rules import cluster as cluster_rules
from rehearsal.aws.eks.rules import identity_provider as rules
from rehearsal.aws.eks.rules.tags import tags_are_allowed

ASSOCIATION, DISSOCIATION = "AssociateIdentityProviderConfig", "DisassociateIdentityProviderConfig"


@operation
def associate_identity_provider_config(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateIdentityProviderConfig.html."""
    eks = request.eks
    cluster = eks.cluster(request["clusterName"])
    asked, tags = request["oidc"], request.get("tags", {})
    name = asked["identityProviderConfigName"]
    tags_are_allowed(tags)
    rules.prefixes_are_not_of_kubernetes(asked)
    _check_idle(cluster, ASSOCIATION)
    rules.issuer_is_allowed(asked["issuerUrl"], cluster.document["identity"]["oidc"]["issuer"])
    rules.there_is_room(cluster.name, cluster.identity_providers)
    rules.is_another_one(cluster.name, asked, list(cluster.identity_providers.values()))
    cluster.identity_providers[name] = {
        **asked,
        "identityProviderConfigArn": eks.arn(
            "identityproviderconfig", cluster.name, rules.OIDC, name, str(uuid.uuid4())
        ),
        "clusterName": cluster.name,
        "tags": tags,
        "status": "CREATING",
    }
    update = updates.begin(ASSOCIATION, {"IdentityProviderConfig": [{"type": rules.OIDC, **asked}]})
    _start(eks, cluster, update, "eks.identity-provider.associated", name)
    return {"update": update.document, "tags": tags}


@TIMELINE.carries_out("eks.identity-provider.associated")
def _associated(region: str, cluster_name: str, update_id: str, name: str) -> None:
    cluster = eks_of(region).clusters.get(cluster_name)
    if cluster is not None and update_id in cluster.updates:
        _finish(cluster, update_id)
        cluster.identity_providers[name]["status"] = "ACTIVE"


@operation
def describe_identity_provider_config(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeIdentityProviderConfig.html."""
    return {"identityProviderConfig": {rules.OIDC: _config(request)}}


@operation
def list_identity_provider_configs(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListIdentityProviderConfigs.html."""
    names = request.eks.cluster(request["clusterName"]).identity_providers
    configs = [{"type": rules.OIDC, "name": name} for name in names]
    return page(request, "identityProviderConfigs", configs)


@operation
def disassociate_identity_provider_config(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DisassociateIdentityProviderConfig.html."""
    cluster = request.eks.cluster(request["clusterName"])
    config = _config(request)
    _check_idle(cluster, DISSOCIATION)
    config["status"] = "DELETING"
    asked = request["identityProviderConfig"]
    update = updates.begin(DISSOCIATION, {"IdentityProviderConfig": [asked]})
    _start(request.eks, cluster, update, "eks.identity-provider.dissociated", asked["name"])
    return {"update": update.document}


@TIMELINE.carries_out("eks.identity-provider.dissociated")
def _dissociated(region: str, cluster_name: str, update_id: str, name: str) -> None:
    cluster = eks_of(region).clusters.get(cluster_name)
    if cluster is not None and update_id in cluster.updates:
        _finish(cluster, update_id)
        del cluster.identity_providers[name]


def _start(eks: EKS, cluster: Cluster, update: Update, kind: str, name: str) -> None:
    cluster.updates[update.document["id"]] = update
    cluster.document["status"] = "UPDATING"
    subject = (cluster.name, update.document["id"], name)
    TIMELINE.after("identity-provider.associate", kind, eks.region_name, *subject)


def _finish(cluster: Cluster, update_id: str) -> None:
    updates.finish(cluster.updates[update_id], cluster.document)
    cluster.document["status"] = "ACTIVE"


def _check_idle(cluster: Cluster, kind: str) -> None:
    under_way = updates.id_in_progress(cluster.updates)
    cluster_rules.has_no_update_under_way(cluster.name, kind, under_way)
    cluster_rules.is_active(cluster.name, cluster.document["status"])


def _config(request: Request) -> Document:
    cluster = request.eks.cluster(request["clusterName"])
    asked = request["identityProviderConfig"]
    if asked["type"] != rules.OIDC or asked["name"] not in cluster.identity_providers:
        raise errors.no_identity_provider(cluster.name, asked["type"], asked["name"])
    return cluster.identity_providers[asked["name"]]
