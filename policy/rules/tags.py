"""Rules for tags."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from policy.resources import Resource, Resources
from policy.rule import Severity, rule
from policy.rules.nodes import LAUNCH_TEMPLATE

TAGGED = (
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    "aws:ec2/eip:Eip",
    "aws:ec2/flowLog:FlowLog",
    "aws:ec2/internetGateway:InternetGateway",
    LAUNCH_TEMPLATE,
    "aws:ec2/natGateway:NatGateway",
    "aws:ec2/routeTable:RouteTable",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:eks/accessEntry:AccessEntry",
    "aws:eks/addon:Addon",
    "aws:eks/capability:Capability",
    "aws:eks/cluster:Cluster",
    "aws:eks/identityProviderConfig:IdentityProviderConfig",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "aws:iam/role:Role",
    "aws:kms/key:Key",
    "aws:sqs/queue:Queue",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
)
"""Types that can have tags."""

_LAUNCHED = ("instance", "volume", "network-interface")


def _telling(tags: Mapping[str, Any] | None) -> bool:
    """Whether tags say more than a name, as KICS demands."""
    return bool(set(tags or ()) - {"Name"})


def _default_tags(resource: Resource, stack: Resources) -> Mapping[str, Any]:
    """Tags that the provider gives to all that it makes; its own properties are JSON texts."""
    provider = stack.provider_of(resource)
    said: Any = provider.properties.get("defaultTags") if provider else None
    read: Mapping[str, Any] = (json.loads(said) if isinstance(said, str) else said) or {}
    return read.get("tags") or {}


@rule(*TAGGED, severity=Severity.LOW)
def tags(resource: Resource, stack: Resources) -> Iterator[str]:
    """Everything that can have tags has some that tell whose it is, launched instances too."""
    if not _telling({**_default_tags(resource, stack), **resource.part("tags")}):
        yield "has no tags but a name"
    if resource.type == LAUNCH_TEMPLATE:
        given = {
            it["resourceType"]
            for it in resource.properties.get("tagSpecifications") or ()
            if _telling(it.get("tags"))
        }
        if missing := [it for it in _LAUNCHED if it not in given]:
            yield f"tagSpecifications gives none to: {', '.join(missing)}"
