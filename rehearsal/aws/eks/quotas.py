"""What EKS refuses because the account has as much of it as its quotas allow, and bad keys.

https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
"""

from rehearsal.aws.eks import errors
from rehearsal.aws.quotas import quota
from rehearsal.aws.rules import rule


@rule(errors.too_many_clusters)
def leaves_room_for_a_cluster(there: int) -> None:
    """A region has at most as many clusters as the quota allows.

    https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
    """
    if there >= quota("eks.clusters"):
        raise errors.too_many_clusters()


@rule(errors.too_many_nodegroups)
def leaves_room_for_a_nodegroup(cluster: str, there: int) -> None:
    """A cluster has at most as many managed node groups as the quota allows.

    https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
    """
    if there >= quota("eks.node-groups"):
        raise errors.too_many_nodegroups(cluster)


@rule(errors.too_many_nodes)
def has_few_nodes(cluster: str, most: int) -> None:
    """A managed node group grows to at most as many nodes as the quota allows.

    https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
    """
    if most > quota("eks.nodes"):
        raise errors.too_many_nodes(cluster, quota("eks.nodes"))


@rule(errors.key_unusable)
def key_encrypts(key: str, state: str | None) -> None:
    """The key of a cluster's secrets exists in its region and is enabled.

    https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
    """
    if state != "Enabled":
        raise errors.key_unusable(key)
