"""User data of Amazon Linux 2023: a NodeConfig for nodeadm, and shell scripts before it.

https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/
"""

from collections.abc import Iterator
from typing import Any

import yaml

from spec.model.user_data import RegistrySpec, UserDataSpec
from spec.user_data import mime
from spec.user_data.node import Node

_CERTS_D = "/etc/containerd/certs.d"
"""Where containerd looks for mirrors, as nodeadm configures it.

https://github.com/awslabs/amazon-eks-ami/blob/81fec2e895854f599974fe4d3d72f61c0a9aaffa/nodeadm/internal/containerd/config.template.toml
"""


def user_data(spec: UserDataSpec, node: Node) -> str | None:
    """MIME parts: what a shell runs first, then what nodeadm reads."""
    parts = [
        mime.Part("text/x-shellscript", "\n".join(["#!/bin/bash", "set -o errexit", *lines, ""]))
        for lines in (
            list(spec.pre_bootstrap),
            list(_mirrors(spec.registry)) if spec.registry else [],
        )
        if lines
    ]
    if config := _node_config(spec, node):
        document = {"apiVersion": "node.eks.aws/v1alpha1", "kind": "NodeConfig", "spec": config}
        text = yaml.safe_dump(document, sort_keys=True, allow_unicode=True, width=10_000)
        parts.append(mime.Part("application/node.eks.aws", f"---\n{text}"))
    return mime.multipart(parts) if parts else None


def _node_config(spec: UserDataSpec, node: Node) -> dict[str, Any]:
    """The `spec` of a NodeConfig."""
    kubelet: dict[str, Any] = {}
    config = {**spec.kubelet.extra, **spec.kubelet.settings} if spec.kubelet else {}
    if node.max_pods is not None:
        config["maxPods"] = node.max_pods
    if config:
        kubelet["config"] = config
    if node.coordinates:
        flags = list(_flags(node))
        if flags:
            kubelet["flags"] = flags
    containerd: dict[str, Any] = {}
    if spec.containerd and spec.containerd.config:
        containerd["config"] = spec.containerd.config
    if spec.containerd and spec.containerd.base_runtime_spec:
        containerd["baseRuntimeSpec"] = spec.containerd.base_runtime_spec
    instance: dict[str, Any] = {}
    if spec.local_storage:
        instance["localStorage"] = {"strategy": spec.local_storage.strategy}
    if spec.proxy:
        instance["environment"] = {
            "default": {
                "HTTP_PROXY": spec.proxy.http or spec.proxy.https,
                "HTTPS_PROXY": spec.proxy.https,
                "NO_PROXY": ",".join([*node.no_proxy, *spec.proxy.no_proxy]),
            }
        }
    parts: dict[str, Any] = {"kubelet": kubelet, "containerd": containerd, "instance": instance}
    if node.coordinates:
        parts["cluster"] = {
            "name": node.coordinates.cluster_name,
            "apiServerEndpoint": node.coordinates.endpoint,
            "certificateAuthority": node.coordinates.certificate_authority,
            "cidr": node.coordinates.service_cidr,
        }
    return {name: part for name, part in parts.items() if part}


def _flags(node: Node) -> Iterator[str]:
    if node.labels:
        labels = ",".join(f"{key}={value}" for key, value in sorted(node.labels.items()))
        yield f"--node-labels={labels}"
    if node.taints:
        yield f"--register-with-taints={','.join(it.as_kubernetes for it in node.taints)}"


def _mirrors(registry: RegistrySpec) -> Iterator[str]:
    """Lines of a script that tells containerd of mirrors.

    https://github.com/containerd/containerd/blob/main/docs/hosts.md
    """
    for host, mirrors in sorted(registry.mirrors.items()):
        folder = f"{_CERTS_D}/{'_default' if host == '*' else host}"
        yield f"mkdir -p {folder}"
        yield f"cat > {folder}/hosts.toml <<'HOSTS'"
        for mirror in mirrors:
            yield f'[host."{mirror}"]'
            yield '  capabilities = ["pull", "resolve"]'
        yield "HOSTS"
