"""Where the pods of an add-on may run: taints and tolerations, node selectors, Fargate.

https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

import fnmatch
from collections.abc import Iterable, Mapping
from typing import Any

from rehearsal.aws import catalog
from rehearsal.aws.eks import configuration
from rehearsal.aws.eks.records import SELF_MANAGED, Addon, Cluster, Document

# EKS's spelling of the effects that keep pods away, and Kubernetes'.
# https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html
WINDOWS = "windows"
REPELLING = {"NO_SCHEDULE": "NoSchedule", "NO_EXECUTE": "NoExecute"}


def takes(nodegroup: Document, addon: Document) -> bool:
    """Whether nodes of a group take the pods of an add-on's Deployment.

    Those of Windows do not: a cluster needs a node of Linux for them.
    https://docs.aws.amazon.com/eks/latest/userguide/windows-support.html

    Args:
        nodegroup: as DescribeNodegroup answers it.
        addon: as DescribeAddon answers it.
    """
    if nodegroup.get("platform") == WINDOWS:
        return False
    known = catalog.ami_types().get(nodegroup["amiType"])
    if known is not None and known.platform == WINDOWS:
        return False
    section = _pod_settings(addon)
    tolerations = section.get("tolerations")
    if tolerations is None:
        tolerations = catalog.addon_tolerations(addon["addonName"])
    return tolerates(nodegroup.get("taints") or [], tolerations) and _has_labels(
        nodegroup, section.get("nodeSelector") or {}
    )


def tolerates(taints: Iterable[Document], tolerations: Iterable[Mapping[str, Any]]) -> bool:
    """Whether pods with these tolerations are let onto nodes with these taints.

    Args:
        taints: in EKS's spelling.
        tolerations: in Kubernetes' spelling.
    """
    known = list(tolerations)
    return all(
        any(_matches(toleration, taint) for toleration in known)
        for taint in taints
        if taint["effect"] in REPELLING
    )


def _matches(toleration: Mapping[str, Any], taint: Document) -> bool:
    if toleration.get("effect") not in {None, "", REPELLING[taint["effect"]]}:
        return False
    operator = toleration.get("operator") or "Equal"
    if not toleration.get("key"):
        return operator == "Exists"
    if toleration["key"] != taint["key"]:
        return False
    return operator == "Exists" or (toleration.get("value") or "") == (taint.get("value") or "")


# https://docs.aws.amazon.com/eks/latest/userguide/eks-optimized-amis.html, of every node on Linux
LABELS = {"kubernetes.io/os": "linux", "eks.amazonaws.com/compute-type": "ec2"}


def _has_labels(nodegroup: Document, wanted: Mapping[str, str]) -> bool:
    """Of labels that only the instance decides, the node may have any value."""
    own: dict[str, str] = {
        **LABELS,
        **(nodegroup.get("labels") or {}),
    }
    if nodegroup["status"] != SELF_MANAGED:
        own["eks.amazonaws.com/nodegroup"] = nodegroup["nodegroupName"]
        own["eks.amazonaws.com/capacityType"] = nodegroup["capacityType"]
    return all(
        own.get(key) == value
        for key, value in wanted.items()
        if key in own or not key.partition("/")[0].endswith("kubernetes.io")
    )


def _pod_settings(addon: Document) -> Mapping[str, Any]:
    """The part of the configuration values that is about the Deployment's pods."""
    values = configuration.parsed(addon.get("configurationValues"))
    section = catalog.addon_pod_section(addon["addonName"])
    found = values.get(section, {}) if section else values
    return found if isinstance(found, Mapping) else {}


def runs_on_fargate(cluster: Cluster, addon: Addon) -> bool:
    """Whether a Fargate profile takes the add-on's pods.

    CoreDNS is told to by its setting computeType. `*` and `?` of a namespace are wildcards.
    https://docs.aws.amazon.com/eks/latest/userguide/fargate-getting-started.html
    """
    values = configuration.parsed(addon.document.get("configurationValues"))
    if str(values.get("computeType", "")).lower() != "fargate":
        return False
    namespace = catalog.addons()[addon.document["addonName"]].namespace
    profiles: Mapping[str, Any] = getattr(cluster, "fargate_profiles", {})
    documents = [getattr(profile, "document", profile) for profile in profiles.values()]
    return any(
        document["status"] == "ACTIVE"
        and any(
            fnmatch.fnmatchcase(namespace, one.get("namespace", ""))
            for one in document.get("selectors", [])
        )
        for document in documents
    )
