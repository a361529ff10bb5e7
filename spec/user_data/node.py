"""What user data says beside what the stack file does."""

import dataclasses
from collections.abc import Mapping, Sequence

from spec.model.taints import TaintSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class Coordinates:
    """How a node finds its cluster. EKS tells it by itself where it knows the image.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html#launch-template-custom-ami

    Attributes:
        cluster_name: The cluster's name.
        endpoint: The URL of its API.
        certificate_authority: Its certificate authority in base64.
        service_cidr: The network of its services.
    """

    cluster_name: str
    endpoint: str
    certificate_authority: str
    service_cidr: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Node:
    """A node, as its user data has to describe it.

    Attributes:
        max_pods: How many pods it takes; None: what its image works out.
        no_proxy: What is always reached without a proxy.
        coordinates: How it finds its cluster; None: EKS tells it, with labels and taints.
        labels: Its Kubernetes labels.
        taints: Its Kubernetes taints.
    """

    max_pods: int | None = None
    no_proxy: Sequence[str] = ()
    coordinates: Coordinates | None = None
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    taints: Sequence[TaintSpec] = ()
