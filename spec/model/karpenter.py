"""What Karpenter needs of AWS; its chart and its NodePools are Kubernetes objects."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from spec.model.addons import Namespace, ServiceAccountName
from spec.model.base import AsTuple, Model, Unique, spelling
from spec.model.broken import Broken
from spec.model.capabilities import PolicyArn
from spec.model.service_accounts import WorkloadIdentity

if TYPE_CHECKING:
    from spec.model.cluster import ClusterSpec

DISCOVERY_TAG = "karpenter.sh/discovery"
"""The tag by which an EC2NodeClass finds subnets and security groups; its value is the cluster.

https://karpenter.sh/docs/getting-started/getting-started-with-karpenter/
"""


class KarpenterSpec(Model):
    """What Karpenter needs of AWS: roles, a queue of interruptions, tags.

    https://karpenter.sh/docs/reference/cloudformation/
    """

    namespace: Namespace = "kube-system"
    """The namespace of its chart."""
    service_account: ServiceAccountName = "karpenter"
    """Its service account there."""
    identity: Annotated[WorkloadIdentity, spelling(WorkloadIdentity)] = "podIdentity"
    """`podIdentity`, or `irsa` (needs `iam.oidcProvider`, and the role's ARN in an annotation of
    the service account), as on Fargate."""
    policies: Annotated[tuple[PolicyArn, ...], AsTuple, Unique] = ()
    """Further IAM policies of its own role, e.g. for a KMS key of nodes' volumes."""
    node_policies: Annotated[tuple[PolicyArn, ...], AsTuple, Unique] = ()
    """Further IAM policies of the role that its nodes have."""
    ssm: bool = False
    """Whether Session Manager reaches its nodes."""
    windows: bool = False
    """Whether there is a role for nodes with Windows, too."""
    interruption_queue: bool = True
    """Whether it is told that an instance is about to go: a queue, and rules of EventBridge that
    fill it."""


def broken(cluster: "ClusterSpec") -> Iterator[Broken]:
    """What does not go with `karpenter`."""
    spec = cluster.karpenter
    if spec is None:
        return
    at = ("karpenter", "identity")
    if cluster.is_all_auto:
        yield Broken(
            ("karpenter",),
            "is part of Auto Mode, which has all nodes: make NodePools in Kubernetes, or add a "
            "node group",
        )
    if cluster.access.authentication_mode == "CONFIG_MAP":
        yield Broken(("karpenter",), "needs access entries: authenticationMode is CONFIG_MAP")
    if spec.identity == "irsa" and not cluster.iam.oidc_provider:
        yield Broken(at, "irsa needs iam.oidcProvider: true")
    if spec.identity == "podIdentity" and not cluster.has_pod_identity:
        yield Broken(at, "podIdentity needs the add-on eks-pod-identity-agent")
    if cluster.fargate_profiles and not (cluster.all_groups or cluster.auto_mode):
        if not any(it.may_take(spec.namespace) for it in cluster.fargate_profiles.values()):
            yield Broken(
                ("karpenter", "namespace"),
                f"no Fargate profile takes pods of {spec.namespace}, and there is no node group: "
                "nothing would run Karpenter",
            )
        if spec.identity == "podIdentity":
            yield Broken(at, "podIdentity is not to be had: pods on Fargate have none; say irsa")
