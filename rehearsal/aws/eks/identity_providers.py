"""Identity provider configurations: OpenID Connect providers that a cluster trusts besides IAM.

https://docs.aws.amazon.com/eks/latest/userguide/authenticate-oidc-identity-provider.html
"""

import json
from collections.abc import Mapping
from typing import Any

from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import errors, updates
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.operations import Request, operation, page
from rehearsal.aws.eks.records import Cluster, Document


@operation
def associate_identity_provider_config(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateIdentityProviderConfig.html."""
    cluster = request.eks.active_cluster(request["clusterName"])
    if _configs(request.eks, cluster):
        raise errors.identity_provider_exists(cluster.name)
    asked = dict(request["oidc"])
    name = asked["identityProviderConfigName"]
    config: Document = {
        **asked,
        "identityProviderConfigArn": request.eks.arn(
            "identityproviderconfig", cluster.name, "oidc", name, cluster.uid.lower()
        ),
        "clusterName": cluster.name,
        "tags": request.get("tags", {}),
        "status": "CREATING",
    }
    _configs(request.eks, cluster)[name] = config
    return _start(request.eks, cluster, "AssociateIdentityProviderConfig", name)


@operation
def describe_identity_provider_config(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeIdentityProviderConfig.html."""
    return {"identityProviderConfig": {"oidc": _config(request)}}


@operation
def list_identity_provider_configs(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListIdentityProviderConfigs.html."""
    found = _configs(request.eks, request.eks.cluster(request["clusterName"]))
    listed = [{"type": "oidc", "name": name} for name in sorted(found)]
    return page(request, "identityProviderConfigs", listed)


@operation
def disassociate_identity_provider_config(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_DisassociateIdentityProviderConfig.html."""
    config = _config(request)
    cluster = request.eks.active_cluster(request["clusterName"])
    config["status"] = "DELETING"
    name = config["identityProviderConfigName"]
    return _start(request.eks, cluster, "DisassociateIdentityProviderConfig", name)


def _start(eks: EKS, cluster: Cluster, kind: str, name: str) -> Mapping[str, Any]:
    update = updates.begin(kind, {"IdentityProviderConfig": json.dumps([{"name": name}])})
    cluster.updates[update.document["id"]] = update
    cluster.document["status"] = "UPDATING"
    subject = (cluster.name, update.document["id"], name)
    TIMELINE.after("cluster.update-config", "eks.identity-provider.done", eks.region_name, *subject)
    return {"update": update.document}


@TIMELINE.carries_out("eks.identity-provider.done")
def _done(region: str, cluster_name: str, update_id: str, name: str) -> None:
    eks = eks_of(region)
    cluster = eks.clusters.get(cluster_name)
    if cluster is None or update_id not in cluster.updates:
        return
    updates.finish(cluster.updates[update_id], cluster.document)
    cluster.document["status"] = "ACTIVE"
    config = _configs(eks, cluster)[name]
    if config["status"] == "DELETING":
        del _configs(eks, cluster)[name]
    else:
        config["status"] = "ACTIVE"


def _config(request: Request) -> Document:
    cluster = request.eks.cluster(request["clusterName"])
    name = request["identityProviderConfig"]["name"]
    found = _configs(request.eks, cluster)
    if name not in found:
        raise errors.no_identity_provider(name)
    return found[name]


def _configs(eks: EKS, cluster: Cluster) -> dict[str, Document]:
    """Of a cluster, by name; another cluster of the same name has none of them."""
    return eks.identity_providers.setdefault(cluster.uid, {})
