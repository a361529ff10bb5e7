"""What user data tells a node of its cluster.

An image of the caller's own is told by nodeadm's NodeConfig, by the bootstrap script of older
images, or by Bottlerocket's settings; EKS completes the user data of its own images itself.
https://awslabs.github.io/amazon-eks-ami/nodeadm/
https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
"""

import base64
import binascii
import email
import re
import shlex
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

NODE_CONFIG = "NodeConfig"
BOOTSTRAP = re.compile(r"/etc/eks/bootstrap\.sh\s+['\"]?([A-Za-z0-9_-]+)")
# Of Windows: a parameter and its value, which may be quoted.
# https://docs.aws.amazon.com/eks/latest/userguide/eks-optimized-windows-ami.html
WINDOWS_SCRIPT = "Start-EKSBootstrap.ps1"
WINDOWS_PARAMETER = re.compile(
    r"-(EKSClusterName|APIServerEndpoint|Base64ClusterCA|ServiceCIDR|KubeletExtraArgs)\s+"
    r"(?:'((?:[^']|'')*)'|\"([^\"]*)\"|(\S+))",
    re.IGNORECASE,
)
LINUX_ARGUMENTS = re.compile(r"--kubelet-extra-args\s+(?:'([^']*)'|\"([^\"]*)\")")
# https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html , by Kubernetes' spelling
EFFECTS = {
    "NoSchedule": "NO_SCHEDULE",
    "NoExecute": "NO_EXECUTE",
    "PreferNoSchedule": "PREFER_NO_SCHEDULE",
}


@dataclass(frozen=True)
class Introduction:
    """What a node is told of its cluster.

    Attributes:
        name: of the cluster.
        endpoint: of its API; None if the node asks EKS.
        authority: its certificate authority in base64; None if the node asks EKS.
        cidr: of its services; None if the node asks EKS.
        complete: nodeadm asks nobody and needs all four.
    """

    name: str
    endpoint: str | None = None
    authority: str | None = None
    cidr: str | None = None
    complete: bool = True


@dataclass
class Kubelet:
    """What the kubelet is told.

    Attributes:
        max_pods: how many pods the node takes; None: as many as the image works out.
        labels: of the node.
        taints: of the node, in EKS's spelling.
        windows: whether it is told by PowerShell.
    """

    max_pods: int | None = None
    labels: dict[str, str] = field(default_factory=dict[str, str])
    taints: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    windows: bool = False

    def read(self, arguments: Iterable[str]) -> None:
        """Take what arguments of a kubelet say.

        https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/
        """
        for argument in arguments:
            name, _, value = argument.removeprefix("--").partition("=")
            if name == "max-pods" and value.isdecimal():
                self.max_pods = int(value)
            elif name == "node-labels":
                for label in filter(None, value.split(",")):
                    key, _, said = label.partition("=")
                    self.labels[key] = said
            elif name == "register-with-taints":
                for taint in filter(None, value.split(",")):
                    place, _, effect = taint.rpartition(":")
                    key, _, said = place.partition("=")
                    self.taint(key, said, effect)

    def taint(self, key: str, value: str, effect: str) -> None:
        """Add a taint, unless Kubernetes does not know its effect."""
        if effect in EFFECTS:
            self.taints.append({"key": key, "value": value, "effect": EFFECTS[effect]})


def kubelet(text: str) -> Kubelet:
    """What user data tells the kubelet, of all its parts together."""
    told = Kubelet()
    for part in _parts(text):
        for config in _node_configs(part):
            asked = config.get("kubelet") or {}
            most = (asked.get("config") or {}).get("maxPods")
            told.max_pods = most if isinstance(most, int) else told.max_pods
            told.read(str(flag) for flag in asked.get("flags") or [])
        for found in LINUX_ARGUMENTS.finditer(part):
            told.read(_split(found[1] or found[2] or ""))
        if WINDOWS_SCRIPT in part:
            told.windows = True
            told.read(_split(_windows_parameters(part).get("kubeletextraargs", "")))
        settings = _bottlerocket(part) or {}
        most = settings.get("max-pods")
        told.max_pods = most if isinstance(most, int) else told.max_pods
        told.labels.update(settings.get("node-labels") or {})
        for key, values in (settings.get("node-taints") or {}).items():
            for value in values if isinstance(values, list) else [values]:
                said, _, effect = str(value).rpartition(":")
                told.taint(key, said, effect)
    return told


def _split(arguments: str) -> list[str]:
    try:
        return shlex.split(arguments)
    except ValueError:
        return []


def is_toml(text: str) -> bool:
    """Whether user data is what Bottlerocket reads."""
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def decoded(data: Any) -> str:
    """User data as EC2 hands it to the instance: empty if there is none, or it is not base64.

    Args:
        data: in base64: text, what moto wraps text in, or None.
    """
    try:
        return base64.b64decode(str(data or ""), validate=False).decode(errors="replace")
    except binascii.Error:
        return ""


def is_multipart(text: str) -> bool:
    """Whether user data is in the MIME multi-part format."""
    return email.message_from_string(text.lstrip()).is_multipart()


def introduction(text: str) -> Introduction | None:
    """What user data tells of the cluster; None if it tells nothing."""
    for part in _parts(text):
        found = _of_nodeadm(part) or _of_script(part) or _of_windows(part) or _of_bottlerocket(part)
        if found:
            return found
    return None


def _parts(text: str) -> Iterator[str]:
    message = email.message_from_string(text.lstrip())
    if not message.is_multipart():
        yield text
        return
    for part in message.walk():
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            yield payload.decode(errors="replace") if isinstance(payload, bytes) else str(payload)


def _node_configs(text: str) -> Iterator[Mapping[str, Any]]:
    """What stands under `spec` of each NodeConfig."""
    if NODE_CONFIG not in text:
        return
    try:
        documents = [d for d in yaml.safe_load_all(text) if isinstance(d, Mapping)]
    except yaml.YAMLError:
        return
    for document in documents:
        if document.get("kind") == NODE_CONFIG:
            yield document.get("spec") or {}


def _of_nodeadm(text: str) -> Introduction | None:
    for config in _node_configs(text):
        cluster = config.get("cluster") or {}
        return Introduction(
            cluster.get("name") or "",
            cluster.get("apiServerEndpoint"),
            cluster.get("certificateAuthority"),
            cluster.get("cidr"),
        )
    return None


def _of_script(text: str) -> Introduction | None:
    found = BOOTSTRAP.search(text)
    return Introduction(found[1], complete=False) if found else None


def _windows_parameters(text: str) -> dict[str, str]:
    return {
        found[1].lower(): (found[2] or found[3] or found[4] or "").replace("''", "'")
        for found in WINDOWS_PARAMETER.finditer(text)
    }


def _of_windows(text: str) -> Introduction | None:
    if WINDOWS_SCRIPT not in text:
        return None
    said = _windows_parameters(text)
    return Introduction(
        said.get("eksclustername", ""),
        said.get("apiserverendpoint"),
        said.get("base64clusterca"),
        said.get("servicecidr"),
        complete=False,
    )


def _bottlerocket(text: str) -> Mapping[str, Any] | None:
    if "settings" not in text:
        return None
    try:
        settings: Any = tomllib.loads(text).get("settings", {}).get("kubernetes")
    except tomllib.TOMLDecodeError:
        return None
    return settings if isinstance(settings, Mapping) else None


def _of_bottlerocket(text: str) -> Introduction | None:
    settings = _bottlerocket(text)
    if settings is None:
        return None
    return Introduction(
        settings.get("cluster-name", ""),
        settings.get("api-server"),
        settings.get("cluster-certificate"),
        complete=False,
    )
