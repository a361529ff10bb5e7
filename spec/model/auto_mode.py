"""EKS Auto Mode."""

from typing import Annotated

from spec import facts
from spec.model.base import AsTuple, Model, Unique, one_of


class AutoModeSpec(Model):
    """EKS Auto Mode: AWS launches and replaces nodes as pods need them.

    It brings networking, storage and load balancing along. Compute, block storage and load
    balancing are switched on and off together, as EKS demands.
    https://docs.aws.amazon.com/eks/latest/userguide/automode.html
    """

    node_pools: Annotated[
        tuple[Annotated[str, one_of(facts.auto_mode_node_pools, "a node pool")], ...],
        AsTuple,
        Unique,
    ] = ("general-purpose", "system")
    """AWS's own node pools. `[]`: only those that you make in Kubernetes."""
