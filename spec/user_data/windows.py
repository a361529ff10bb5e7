"""User data of Windows: PowerShell that runs EKS's own script.

https://docs.aws.amazon.com/eks/latest/userguide/eks-optimized-windows-ami.html#bootstrap-script-configuration-parameters
"""

from collections.abc import Iterator
from typing import Any, cast

from spec import facts
from spec.model.user_data import UserDataSpec
from spec.user_data.node import Node

_END = "</powershell>"
_SCRIPT = r"$env:ProgramFiles\Amazon\EKS\Start-EKSBootstrap.ps1"


def user_data(spec: UserDataSpec, node: Node) -> str | None:
    """Lines of PowerShell; None where EKS itself tells nodes what they need.

    Raises:
        ValueError: A line ends the script.
    """
    lines = list(spec.pre_bootstrap)
    if any(_END in line.casefold() for line in lines):
        raise ValueError(f"a line holds {_END}, which ends user data")
    if node.coordinates:
        there = node.coordinates
        arguments = " ".join(_arguments(spec, node))
        lines.append(
            f'& "{_SCRIPT}" -EKSClusterName {_quoted(there.cluster_name)} '
            f"-APIServerEndpoint {_quoted(there.endpoint)} "
            f"-Base64ClusterCA {_quoted(there.certificate_authority)} "
            f"-ServiceCIDR {_quoted(there.service_cidr)}"
            + (f" -KubeletExtraArgs {_quoted(arguments)}" if arguments else "")
        )
    return "\n".join(["<powershell>", *lines, _END, ""]) if lines else None


def _arguments(spec: UserDataSpec, node: Node) -> Iterator[str]:
    """Arguments of the kubelet.

    https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
    """
    if node.labels:
        labels = ",".join(f"{key}={value}" for key, value in sorted(node.labels.items()))
        yield f"--node-labels={labels}"
    if node.taints:
        yield f"--register-with-taints={','.join(it.as_kubernetes for it in node.taints)}"
    if node.max_pods is not None:
        yield f"--max-pods={node.max_pods}"
    for name, value in sorted((spec.kubelet.settings if spec.kubelet else {}).items()):
        yield f"--{facts.kubelet_settings()[name].argument}={_said(name, value)}"


def _said(name: str, value: Any) -> str:
    if isinstance(value, dict):
        mark = "<" if name == "evictionHard" else "="
        known = cast("dict[str, Any]", value)
        return ",".join(f"{key}{mark}{known[key]}" for key in sorted(known))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(text: str) -> str:
    """A text as PowerShell reads it, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"
