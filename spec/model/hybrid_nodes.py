"""Networks outside of AWS whose machines are nodes."""

from typing import Annotated

from pydantic import Field

from spec.model.base import AsTuple, Cidr, Model, Unique, arn, maximum
from spec.model.capabilities import PolicyArn


class HybridNodesRoleSpec(Model):
    """The role of nodes that are not in AWS.

    https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-creds.html
    """

    trust_anchor_arn: (
        Annotated[
            str,
            arn(
                "the ARN of a trust anchor of IAM Roles Anywhere",
                "rolesanywhere",
                "trust-anchor/[0-9a-f-]{36}",
                "trust-anchor/01234567-89ab-cdef-0123-456789abcdef",
            ),
        ]
        | None
    ) = None
    """With IAM Roles Anywhere: the trust anchor of the nodes' certificates, whose common names are
    the nodes' names. Default: nodes register by a hybrid activation of SSM, with the tag
    `EKSClusterARN`."""
    policies: Annotated[tuple[PolicyArn, ...], AsTuple, Unique] = ()
    """Further IAM policies of it."""


class HybridNodesSpec(Model):
    """Networks of nodes that are not in AWS.

    https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-networking.html
    """

    node_cidrs: Annotated[
        tuple[Cidr, ...],
        AsTuple,
        Unique,
        Field(
            min_length=1,
            max_length=maximum("remote-network.cidrs"),
            examples=[["10.80.0.0/16"]],
        ),
    ]
    """Networks of the nodes."""
    pod_cidrs: Annotated[
        tuple[Cidr, ...], AsTuple, Unique, Field(max_length=maximum("remote-network.cidrs"))
    ] = ()
    """Networks of their pods; needed for webhooks that run on them."""
    role: HybridNodesRoleSpec | None = None
    """The role that the nodes take on, with its access entry. `{}`: by hybrid activations of SSM.
    Default: none is made."""
