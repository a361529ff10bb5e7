"""Who is locked out of a cluster: who would deploy it, and could not administer it."""

from collections.abc import Iterator

from spec.model.broken import Broken
from spec.model.cluster import ClusterSpec
from spec.model.principals import CREATOR, identity
from spec.model.rules import administrators


def broken(cluster: ClusterSpec, deployer: str) -> Iterator[Broken]:
    """Whether the principal that deploys a cluster would not administer it.

    A cluster that `nobody` administers says so itself, and with `creator` whoever makes it does.

    Args:
        cluster: The cluster as it will be.
        deployer: The ARN of the principal that runs Pulumi; that of a session counts as its role.
    """
    if not cluster.access.admins or CREATOR in cluster.access.admins:
        return
    who = identity(deployer)
    known = [*administrators(cluster), *cluster.access.deployers_without_admin]
    if who is None or who in {identity(arn) for arn in known}:
        return
    yield Broken(
        ("access", "admins"),
        f"{deployer}, who runs this, would not administer the cluster; add it here, or, if that is "
        "meant, to deployersWithoutAdmin",
    )
