"""Networks outside of AWS whose machines are nodes."""

from typing import Annotated

from pydantic import Field

from spec.model.base import AsTuple, Cidr, Model, Unique, maximum


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
