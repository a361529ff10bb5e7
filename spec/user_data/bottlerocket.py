"""User data of Bottlerocket: its settings in TOML.

https://bottlerocket.dev/en/os/latest/api/settings/
"""

from collections.abc import Mapping
from typing import Any, cast

import tomli_w

from spec import facts
from spec.model.user_data import UserDataSpec
from spec.user_data.node import Node


def user_data(spec: UserDataSpec, node: Node) -> str | None:
    """The settings, with keys in order."""
    settings = _with(spec.bottlerocket, _settings(spec, node))
    return tomli_w.dumps({"settings": _sorted(settings)}) if settings else None


def _settings(spec: UserDataSpec, node: Node) -> dict[str, Any]:
    names = facts.kubelet_settings()
    kubernetes: dict[str, Any] = {}
    for name, value in (spec.kubelet.settings if spec.kubelet else {}).items():
        if setting := names[name].bottlerocket:
            kubernetes[setting] = value
    if node.max_pods is not None:
        kubernetes["max-pods"] = node.max_pods
    if node.coordinates:
        kubernetes |= {
            "cluster-name": node.coordinates.cluster_name,
            "api-server": node.coordinates.endpoint,
            "cluster-certificate": node.coordinates.certificate_authority,
        }
        if node.labels:
            kubernetes["node-labels"] = dict(node.labels)
        for taint in node.taints:
            taints = kubernetes.setdefault("node-taints", {})
            taints.setdefault(taint.key, []).append(f"{taint.value}:{taint.kubernetes_effect}")
    settings: dict[str, Any] = {"kubernetes": kubernetes}
    if spec.registry:
        settings["container-registry"] = {
            "mirrors": [
                {"registry": host, "endpoint": list(mirrors)}
                for host, mirrors in sorted(spec.registry.mirrors.items())
            ]
        }
    if spec.proxy:
        settings["network"] = {
            "https-proxy": spec.proxy.https,
            "no-proxy": [*node.no_proxy, *spec.proxy.no_proxy],
        }
    return {group: it for group, it in settings.items() if it}


def _with(there: Mapping[str, Any], added: Mapping[str, Any]) -> dict[str, Any]:
    """Two mappings laid over each other, level by level."""
    result = dict(there)
    for name, value in added.items():
        inner = result.get(name)
        both = isinstance(inner, Mapping) and isinstance(value, Mapping)
        result[name] = (
            _with(cast("Mapping[str, Any]", inner), cast("Mapping[str, Any]", value))
            if both
            else value
        )
    return result


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        known = cast("Mapping[str, Any]", value)
        return {key: _sorted(known[key]) for key in sorted(known)}
    if isinstance(value, list):
        return [_sorted(it) for it in cast("list[Any]", value)]
    return value
