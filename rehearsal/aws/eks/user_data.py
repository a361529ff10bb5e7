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
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

NODE_CONFIG = "NodeConfig"
BOOTSTRAP = re.compile(r"/etc/eks/bootstrap\.sh\s+['\"]?([A-Za-z0-9_-]+)")


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
        found = _of_nodeadm(part) or _of_script(part) or _of_bottlerocket(part)
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


def _of_nodeadm(text: str) -> Introduction | None:
    if NODE_CONFIG not in text:
        return None
    try:
        documents = [d for d in yaml.safe_load_all(text) if isinstance(d, Mapping)]
    except yaml.YAMLError:
        return None
    for document in documents:
        if document.get("kind") == NODE_CONFIG:
            cluster = (document.get("spec") or {}).get("cluster") or {}
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


def _of_bottlerocket(text: str) -> Introduction | None:
    if "settings" not in text:
        return None
    try:
        settings: Any = tomllib.loads(text).get("settings", {}).get("kubernetes")
    except tomllib.TOMLDecodeError:
        return None
    if not isinstance(settings, Mapping):
        return None
    return Introduction(
        settings.get("cluster-name", ""),
        settings.get("api-server"),
        settings.get("cluster-certificate"),
        complete=False,
    )
