"""EKS of one account and region, where its operations find each other and the other services."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from moto.autoscaling.models import autoscaling_backends
from moto.core.base_backend import BaseBackend
from moto.ec2.models import ec2_backends
from moto.eks.models import eks_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends

from rehearsal.aws import catalog
from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.eks import errors
from rehearsal.aws.eks.records import Addon, Capability, Cluster, Document, Nodegroup
from rehearsal.aws.eks.rules.cluster import is_active

if TYPE_CHECKING:
    from moto.autoscaling.models import AutoScalingBackend

    from rehearsal.aws.ec2 import EC2
    from rehearsal.aws.iam import IAM


class EKS(BaseBackend):
    """All clusters of a region."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.clusters: dict[str, Cluster] = {}
        self.answered: dict[tuple[str, str], tuple[Document, Document]] = {}

    @property
    def _url_module(self) -> Any:
        # moto derives the module from the class's own, which is not moto's.
        from rehearsal.aws.eks.responses import EKSResponse  # noqa: PLC0415 - it imports this module

        return SimpleNamespace(
            url_bases=[r"https?://eks\.(.+)\.amazonaws.com"],
            url_paths={"{0}/.*$": EKSResponse.dispatch},
        )

    @property
    def ec2(self) -> "EC2":
        """EC2 of the same account and region."""
        return ec2_backends[self.account_id][self.region_name]  # type: ignore[return-value]

    @property
    def autoscaling(self) -> "AutoScalingBackend":
        """Auto Scaling of the same account and region."""
        return autoscaling_backends[self.account_id][self.region_name]

    @property
    def iam(self) -> "IAM":
        """IAM of the same account and partition."""
        return iam_backends[self.account_id][self.partition]  # type: ignore[return-value]

    def key_state(self, arn: str) -> str | None:
        """The state of a KMS key of the region, such as ``Enabled``; None if there is none."""
        kms: Any = kms_backends[self.account_id][self.region_name]
        key = kms.find(arn)
        return key.key_state if key else None

    def arn(self, kind: str, *names: str) -> str:
        """The ARN of one of its resources."""
        path = "/".join((kind, *names))
        return f"arn:{self.partition}:eks:{self.region_name}:{self.account_id}:{path}"

    def issuer(self, uid: str) -> str:
        """Who issues the tokens of a cluster's service accounts, as a URL."""
        domain = catalog.dns_suffix(self.partition)
        return f"https://oidc.eks.{self.region_name}.{domain}/id/{uid}"

    def cluster(self, name: str) -> Cluster:
        """The cluster of that name.

        Raises:
            EKSError: there is none.
        """
        if name not in self.clusters:
            raise errors.no_cluster(name)
        return self.clusters[name]

    def active_cluster(self, name: str) -> Cluster:
        """The cluster of that name, which has to be ACTIVE.

        Raises:
            EKSError: there is none, or it is in another state.
        """
        cluster = self.cluster(name)
        is_active(name, cluster.document["status"])
        return cluster

    def nodegroup(self, cluster: str, name: str) -> Nodegroup:
        """The node group of that name.

        Raises:
            EKSError: there is none, or no such cluster.
        """
        nodegroups = self.cluster(cluster).nodegroups
        if name not in nodegroups:
            raise errors.no_nodegroup(cluster, name)
        return nodegroups[name]

    def fargate_profile(self, cluster: str, name: str) -> Document:
        """The Fargate profile of that name.

        Raises:
            EKSError: there is none, or no such cluster.
        """
        profiles = self.cluster(cluster).fargate_profiles
        if name not in profiles:
            raise errors.no_fargate_profile(cluster, name)
        return profiles[name]

    def capability(self, cluster: str, name: str) -> Capability:
        """The capability of that name.

        Raises:
            EKSError: there is none, or no such cluster.
        """
        capabilities = self.cluster(cluster).capabilities
        if name not in capabilities:
            raise errors.no_capability(cluster, name)
        return capabilities[name]

    def addon(self, cluster: str, name: str) -> Addon:
        """The add-on of that name.

        Raises:
            EKSError: there is none, or no such cluster.
        """
        addons = self.cluster(cluster).addons
        if name not in addons:
            raise errors.no_addon(cluster, name)
        return addons[name]


def eks_of(region: str) -> EKS:
    """EKS of the rehearsal's account in ``region``."""
    return eks_backends[ACCOUNT][region]  # type: ignore[return-value]


def all_clusters() -> Iterator[tuple[EKS, Cluster]]:
    """The clusters of all regions, and where they are."""
    # A copy, as asking one service for another can make a backend for a region.
    backends: list[Any] = list(eks_backends[ACCOUNT].values())
    for eks in backends:
        for cluster in list(eks.clusters.values()):
            yield eks, cluster


def find_cluster(uid: str) -> tuple[EKS, Cluster] | None:
    """A cluster by its uid, and where it is."""
    return next((found for found in all_clusters() if found[1].uid == uid), None)
