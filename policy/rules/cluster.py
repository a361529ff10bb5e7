"""Rules for the EKS cluster and its add-ons."""

import json
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from policy.resources import Resource, Resources
from policy.rule import Severity, rule
from spec import facts

CLUSTER = "aws:eks/cluster:Cluster"
ADDON = "aws:eks/addon:Addon"

_LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
_EVERYWHERE = "0.0.0.0/0"  # what EKS takes where no network is named


@rule(CLUSTER, severity=Severity.MEDIUM)
def cluster_logs_all(cluster: Resource, _: Resources) -> Iterator[str]:
    """All five types of control plane logs are written."""
    written = cluster.properties.get("enabledClusterLogTypes") or ()
    if missing := [it for it in _LOG_TYPES if it not in written]:
        yield f"enabledClusterLogTypes is without {', '.join(missing)}"


def _is_public(cluster: Resource) -> bool:
    return cluster.part("vpcConfig").get("endpointPublicAccess") is not False


@rule(CLUSTER, severity=Severity.CRITICAL)
def endpoint_not_public(cluster: Resource, _: Resources) -> Iterator[str]:
    """The Kubernetes API has no public endpoint."""
    if _is_public(cluster):
        yield "vpcConfig.endpointPublicAccess is not false, and true is EKS's default"


@rule(CLUSTER, severity=Severity.CRITICAL)
def endpoint_cidrs_closed(cluster: Resource, _: Resources) -> Iterator[str]:
    """A public endpoint of the Kubernetes API is not open to the whole internet."""
    if _is_public(cluster):
        for cidr in cluster.part("vpcConfig").get("publicAccessCidrs") or (_EVERYWHERE,):
            if ip_network(cidr).prefixlen == 0:
                yield f"vpcConfig.publicAccessCidrs lets in {cidr}"


@rule(CLUSTER, severity=Severity.HIGH)
def endpoint_private_on(cluster: Resource, _: Resources) -> Iterator[str]:
    """Nodes reach the Kubernetes API without leaving the VPC."""
    if cluster.part("vpcConfig").get("endpointPrivateAccess") is not True:
        yield "vpcConfig.endpointPrivateAccess is not true"


@rule(CLUSTER, severity=Severity.HIGH)
def secrets_cmk(cluster: Resource, _: Resources) -> Iterator[str]:
    """Kubernetes secrets are encrypted with a KMS key of the customer's."""
    encryption = cluster.part("encryptionConfig")
    provider: Mapping[str, Any] = encryption.get("provider") or {}
    if "secrets" not in (encryption.get("resources") or ()):
        yield "encryptionConfig.resources is without secrets"
    elif not provider.get("keyArn"):
        yield "encryptionConfig.provider names no key"


@rule(CLUSTER, severity=Severity.MEDIUM)
def version_supported(cluster: Resource, _: Resources) -> Iterator[str]:
    """The Kubernetes version is one that EKS supports."""
    version = cluster.properties.get("version")
    if version not in facts.kubernetes_versions():
        yield f"version is {version}; supported are {', '.join(facts.kubernetes_versions())}"


@rule(CLUSTER, severity=Severity.MEDIUM)
def deletion_protection(cluster: Resource, _: Resources) -> Iterator[str]:
    """The cluster is protected from being deleted by mistake."""
    if cluster.properties.get("deletionProtection") is not True:
        yield "deletionProtection is not true"


@rule(CLUSTER, severity=Severity.HIGH)
def access_entries(cluster: Resource, _: Resources) -> Iterator[str]:
    """Access is by access entries alone, and whoever makes the cluster gets none unseen."""
    access = cluster.part("accessConfig")
    if (mode := access.get("authenticationMode")) != "API":
        yield f"accessConfig.authenticationMode is {mode}"
    if access.get("bootstrapClusterCreatorAdminPermissions") is not False:
        yield "accessConfig.bootstrapClusterCreatorAdminPermissions is not false"


@rule(
    ADDON,
    severity=Severity.MEDIUM,
    where=lambda addon: addon.properties.get("addonName") == "vpc-cni",
)
def network_policy(addon: Resource, _: Resources) -> Iterator[str]:
    """The CNI enforces network policies between pods."""
    values: dict[str, Any] = json.loads(addon.properties.get("configurationValues") or "{}")
    if values.get("enableNetworkPolicy") != "true":
        yield 'configurationValues.enableNetworkPolicy is not "true"'
