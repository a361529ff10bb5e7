"""Rules for nodes."""

import base64
import binascii
import contextlib
import re
from collections.abc import Iterator
from typing import Any

from policy.resources import Resource, Resources
from policy.rule import Severity, rule

NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
SCALING_GROUP = "aws:autoscaling/group:Group"

_CREDENTIALS = re.compile(
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|aws_secret_access_key\s*[=:]\s*\S"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----",
    re.IGNORECASE,
)
"""Ids and keys of AWS, and private keys.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
"""


def _is_true(value: Any) -> bool:
    """Whether a switch of a launch template is on; Pulumi has some of them as text."""
    return value is True or value == "true"


@rule(NODE_GROUP, severity=Severity.HIGH)
def no_implicit_ssh(group: Resource, _: Resources) -> Iterator[str]:
    """SSH to nodes is open to named security groups, if to any.

    With a key and no group, EKS opens port 22 to the world.
    https://docs.aws.amazon.com/eks/latest/APIReference/API_RemoteAccessConfig.html
    """
    access = group.part("remoteAccess")
    if access.get("ec2SshKey") and not access.get("sourceSecurityGroupIds"):
        yield "remoteAccess.sourceSecurityGroupIds names no group: SSH is open to the world"


def _metadata_is_off(template: Resource) -> bool:
    return template.part("metadataOptions").get("httpEndpoint") == "disabled"


@rule(LAUNCH_TEMPLATE, severity=Severity.HIGH)
def imdsv2(template: Resource, _: Resources) -> Iterator[str]:
    """The instance metadata service of nodes demands a session token."""
    tokens = template.part("metadataOptions").get("httpTokens")
    if tokens != "required" and not _metadata_is_off(template):
        yield f"metadataOptions.httpTokens is {tokens}"


@rule(LAUNCH_TEMPLATE, severity=Severity.MEDIUM)
def imds_hop_1(template: Resource, _: Resources) -> Iterator[str]:
    """Pods outside the host's network do not reach the metadata service, nor the node's role."""
    hops = template.part("metadataOptions").get("httpPutResponseHopLimit")
    if hops != 1 and not _metadata_is_off(template):
        yield f"metadataOptions.httpPutResponseHopLimit is {hops}"


@rule(LAUNCH_TEMPLATE, severity=Severity.HIGH)
def no_public_ip(template: Resource, _: Resources) -> Iterator[str]:
    """Nodes have no public addresses."""
    for index, interface in enumerate(template.properties.get("networkInterfaces") or ()):
        if _is_true(interface.get("associatePublicIpAddress")):
            yield f"networkInterfaces[{index}].associatePublicIpAddress is true"


@rule(LAUNCH_TEMPLATE, severity=Severity.CRITICAL)
def no_secret_userdata(template: Resource, _: Resources) -> Iterator[str]:
    """The user data of nodes, which whoever is on a node can read, holds no credentials."""
    text: str = template.properties.get("userData") or ""
    with contextlib.suppress(binascii.Error):  # then it is said as it is
        text = base64.b64decode(text, validate=True).decode(errors="replace")
    if _CREDENTIALS.search(text):
        yield "userData holds credentials"


@rule(LAUNCH_TEMPLATE, severity=Severity.HIGH)
def ebs_encrypted(template: Resource, _: Resources) -> Iterator[str]:
    """The volumes of nodes are encrypted."""
    mappings = template.properties.get("blockDeviceMappings") or ()
    if not mappings:
        yield "blockDeviceMappings names no volume: that of the image is not encrypted"
    for index, mapping in enumerate(mappings):
        if not _is_true((mapping.get("ebs") or {}).get("encrypted")):
            yield f"blockDeviceMappings[{index}].ebs.encrypted is not true"


@rule(SCALING_GROUP, severity=Severity.LOW)
def asg(group: Resource, _: Resources) -> Iterator[str]:
    """Auto Scaling groups have launch templates, and tags that their instances get too."""
    if not (group.properties.get("launchTemplate") or group.properties.get("mixedInstancesPolicy")):
        yield "there is neither launchTemplate nor mixedInstancesPolicy"
    if not any(tag.get("propagateAtLaunch") for tag in group.properties.get("tags") or ()):
        yield "tags has none that is propagated"
