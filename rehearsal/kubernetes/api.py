"""The Kubernetes API, as far as a rehearsal itself speaks it.

The client library of Kubernetes takes longer to import than the embedded AWS to start.
https://kubernetes.io/docs/reference/using-api/api-concepts/
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests

from rehearsal.kubernetes.pki import Files

Manifest = Mapping[str, Any]

# Kind -> what its objects are called in paths, and whether they are in namespaces.
RESOURCES = {
    "ClusterRole": ("clusterroles", False),
    "ClusterRoleBinding": ("clusterrolebindings", False),
    "ConfigMap": ("configmaps", True),
    "CSIDriver": ("csidrivers", False),
    "DaemonSet": ("daemonsets", True),
    "Deployment": ("deployments", True),
    "Namespace": ("namespaces", False),
    "Node": ("nodes", False),
    "PodDisruptionBudget": ("poddisruptionbudgets", True),
    "Role": ("roles", True),
    "RoleBinding": ("rolebindings", True),
    "Service": ("services", True),
    "ServiceAccount": ("serviceaccounts", True),
    "StorageClass": ("storageclasses", False),
}
TIMEOUT = 10.0  # seconds
# Who the API says has set what we set: https://kubernetes.io/docs/reference/using-api/server-side-apply/
MANAGER = "eks"


class ApiError(Exception):
    """The API refused, or did not answer."""


@dataclass(frozen=True, order=True)
class Reference:
    """Which object.

    Attributes:
        path: Of it, in the API.
    """

    path: str

    @classmethod
    def of(cls, manifest: Manifest) -> "Reference":
        """The reference of an object."""
        plural, namespaced = RESOURCES[manifest["kind"]]
        group = manifest["apiVersion"]
        path = f"/api/{group}" if "/" not in group else f"/apis/{group}"
        if namespaced:
            path += f"/namespaces/{manifest['metadata']['namespace']}"
        return cls(f"{path}/{plural}/{manifest['metadata']['name']}")


class Api:
    """A client of one API server.

    Args:
        url: Where it answers.
        authority: The file with its certificate authority.
        client: What we show it.
    """

    def __init__(self, url: str, authority: str, client: Files) -> None:
        self._url = url
        self._session = requests.Session()
        # Proxies and certificate bundles of whoever rehearses are not meant for it.
        self._session.trust_env = False
        self._session.verify = authority
        self._session.cert = (str(client.certificate), str(client.key))

    def ready(self) -> bool:
        """Whether it says that it is ready for requests."""
        try:
            self._ask("GET", "/readyz")
        except ApiError:
            return False
        return True

    def get(self, path: str) -> dict[str, Any]:
        """What is there; of a collection, all of it.

        Raises:
            ApiError: it refused, or did not answer.
        """
        return self._ask("GET", path).json()

    def find(self, path: str) -> dict[str, Any] | None:
        """What is there, or None.

        Raises:
            ApiError: it refused for another reason, or did not answer.
        """
        answer = self._ask("GET", path, also=HTTPStatus.NOT_FOUND)
        return answer.json() if answer.status_code == HTTPStatus.OK else None

    def apply(self, manifest: Manifest) -> None:
        """Make an object what a manifest says, whoever has set it otherwise; with its status.

        Raises:
            ApiError: it refused, or did not answer.
        """
        path = Reference.of(manifest).path
        self._apply(path, {key: it for key, it in manifest.items() if key != "status"})
        if "status" in manifest:
            kept = {key: it for key, it in manifest.items() if key != "spec"}
            kept["metadata"] = {"name": manifest["metadata"]["name"]}
            self._apply(f"{path}/status", kept)

    def merge(self, path: str, changes: Manifest) -> None:
        """Change some of an object's fields, as `kubectl patch --type merge` does.

        Raises:
            ApiError: it refused, or did not answer.
        """
        headers = {"Content-Type": "application/merge-patch+json"}
        self._ask("PATCH", path, data=json.dumps(changes), headers=headers)

    def delete(self, reference: Reference, *, at_once: bool = False) -> None:
        """Delete an object, if it is there.

        Args:
            reference: Which.
            at_once: Without the time that a pod has to end.

        Raises:
            ApiError: it refused, or did not answer.
        """
        query = "?gracePeriodSeconds=0" if at_once else ""
        self._ask("DELETE", f"{reference.path}{query}", also=HTTPStatus.NOT_FOUND)

    def _apply(self, path: str, manifest: Manifest) -> None:
        self._ask(
            "PATCH",
            f"{path}?fieldManager={MANAGER}&force=true",
            data=json.dumps(manifest),
            headers={"Content-Type": "application/apply-patch+yaml"},
        )

    def _ask(
        self, method: str, path: str, *, also: int | None = None, **more: Any
    ) -> requests.Response:
        try:
            answer = self._session.request(method, self._url + path, timeout=TIMEOUT, **more)
        except requests.RequestException as error:
            raise ApiError(f"{method} {path}: {error}") from error
        if not answer.ok and answer.status_code != also:
            raise ApiError(f"{method} {path}: {answer.status_code} {answer.text.strip()[:500]}")
        return answer
