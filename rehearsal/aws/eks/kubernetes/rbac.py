"""Access policies as Kubernetes knows permissions: roles, and their bindings to access entries.

EKS judges access policies in an authorizer of its own, which comes to the same but does not show in
`kubectl auth can-i --list`. What a policy allows is in `access_policies.yaml` beside this module.
https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html
"""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from rehearsal.aws.eks.records import AccessEntry, Cluster, Document

API = "rbac.authorization.k8s.io"
FILE = Path(__file__).with_name("access_policies.yaml")


def marker_group(entry: Document) -> str:
    """The group that stands for an access entry.

    Nobody else can be in it: EKS refuses groups of users' own that begin with ``system:``.
    """
    return f"system:eks:access-entry:{_number(entry)}"


def manifests(cluster: Cluster, namespaces: Iterable[str]) -> Iterator[Document]:
    """The roles that a cluster's access entries need, and their bindings.

    Args:
        cluster: It.
        namespaces: Those that it has: policies can be for namespaces by patterns.
    """
    entries = list(cluster.access_entries.values())
    used = {_name(policy) for entry in entries for policy in entry.policies}
    for name in sorted(used & permissions().keys()):
        yield {
            "apiVersion": f"{API}/v1",
            "kind": "ClusterRole",
            "metadata": {"name": _role(name)},
            "rules": permissions()[name],
        }
    there = list(namespaces)
    for entry in entries:
        for arn, policy in entry.policies.items():
            if _name(arn) in permissions():
                yield from _bindings(entry, _name(arn), policy["accessScope"], there)


@functools.cache
def permissions() -> Mapping[str, list[Any]]:
    """The rules of access policies, by name; of those whose rules AWS publishes."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))["policies"]


def _bindings(
    entry: AccessEntry, policy: str, scope: Mapping[str, Any], there: Iterable[str]
) -> Iterator[Document]:
    binding: Document = {
        "apiVersion": f"{API}/v1",
        "metadata": {"name": f"{_role(policy)}:{_number(entry.document)}"},
        "roleRef": {"apiGroup": API, "kind": "ClusterRole", "name": _role(policy)},
        "subjects": [{"apiGroup": API, "kind": "Group", "name": marker_group(entry.document)}],
    }
    if scope["type"] == "cluster":
        yield {**binding, "kind": "ClusterRoleBinding"}
        return
    for namespace in there:
        if any(_fits(namespace, pattern) for pattern in scope["namespaces"]):
            metadata = {**binding["metadata"], "namespace": namespace}
            yield {**binding, "kind": "RoleBinding", "metadata": metadata}


def _fits(namespace: str, pattern: str) -> bool:
    """Whether a namespace is meant by a pattern, in which * stands for anything."""
    return bool(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), namespace))


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _role(policy: str) -> str:
    return f"eks:access-policy:{policy}"


def _number(entry: Document) -> str:
    return entry["accessEntryArn"].rpartition("/")[2]
