"""What EKS demands of Auto Mode, where it runs nodes, load balancers and volumes itself."""

from collections.abc import Collection, Iterable

from moto.iam.models import Role

from rehearsal.aws.eks import errors, permissions, roles
from rehearsal.aws.rules import rule
from spec import facts

EC2, EKS = "ec2.amazonaws.com", "eks.amazonaws.com"
TAG_SESSION = "sts:TagSession"
AUTO_MODE = "auto-mode"


@rule(errors.half_auto_mode)
def is_on_or_off(name: str, switches: Iterable[bool]) -> None:
    """Compute, load balancing and block storage of Auto Mode are all on, or all off.

    https://docs.aws.amazon.com/eks/latest/userguide/auto-enable-existing.html
    """
    if len(set(switches)) > 1:
        raise errors.half_auto_mode(name)


@rule(errors.self_managed_addons_beside_auto_mode)
def brings_no_addons_along(name: str, bootstraps: bool) -> None:
    """A cluster in Auto Mode is made without the default networking add-ons.

    https://docs.aws.amazon.com/eks/latest/userguide/automode-get-started-cli.html
    """
    if bootstraps:
        raise errors.self_managed_addons_beside_auto_mode(name)


@rule(errors.auto_mode_without_access_entries)
def access_entries_are_on(name: str, mode: str) -> None:
    """Auto Mode needs access entries: the authentication mode API or API_AND_CONFIG_MAP.

    https://docs.aws.amazon.com/eks/latest/userguide/auto-enable-existing.html
    """
    if mode == "CONFIG_MAP":
        raise errors.auto_mode_without_access_entries(name)


@rule(errors.unknown_node_pool)
def pools_are_known(name: str, pools: Iterable[str]) -> None:
    """The built-in node pools are general-purpose and system.

    https://docs.aws.amazon.com/eks/latest/userguide/set-builtin-node-pools.html
    """
    for pool in pools:
        if pool not in facts.auto_mode_node_pools():
            raise errors.unknown_node_pool(name, pool)


@rule(errors.node_role_without_pools, errors.pools_without_node_role)
def pools_have_a_role(name: str, pools: Collection[str], role: str | None) -> None:
    """Built-in node pools and the role of their nodes are given together, or neither.

    https://docs.aws.amazon.com/eks/latest/userguide/set-builtin-node-pools.html
    """
    if role and not pools:
        raise errors.node_role_without_pools(name)
    if pools and not role:
        raise errors.pools_without_node_role(name)


@rule(errors.role_cannot_be_assumed)
def nodes_have_their_role(arn: str, role: Role | None) -> None:
    """The role of the nodes of Auto Mode exists and trusts EC2.

    https://docs.aws.amazon.com/eks/latest/userguide/auto-create-node-role.html
    """
    if role is None or EC2 not in roles.trusted_services(role):
        raise errors.role_cannot_be_assumed(arn)


@rule(errors.node_role_changed)
def node_role_stays(name: str, old: str | None, new: str | None) -> None:
    """The role of the nodes of Auto Mode is not exchanged for another.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_ComputeConfigRequest.html
    """
    if old and new and old != new:
        raise errors.node_role_changed(name)


@rule(errors.auto_mode_policies_missing)
def role_has_the_policies(role: Role, partition: str) -> None:
    """A cluster's role has the policies for Auto Mode, or one of the account's own instead.

    https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html

    What a policy of the account's own allows is not looked at.
    """
    attached = roles.policies(role)
    if role.policies or any(":iam::aws:" not in arn for arn in attached):
        return
    needed = [
        policy.arn(partition)
        for policy in facts.role_policies()
        if policy.role == "cluster" and AUTO_MODE in policy.needed_for
    ]
    # Of a policy that AWS has replaced, the first version allows it too.
    missing = [arn for arn in needed if not {arn, arn.removesuffix("V2")} & attached]
    if missing:
        raise errors.auto_mode_policies_missing(missing)


@rule(errors.sessions_cannot_be_tagged)
def role_lets_tag_sessions(arn: str, role: Role) -> None:
    """A cluster's role lets EKS tag its sessions, which Auto Mode does.

    https://docs.aws.amazon.com/eks/latest/userguide/auto-cluster-iam-role.html
    """
    if not permissions.trusts(role, "Service", EKS, [TAG_SESSION]):
        raise errors.sessions_cannot_be_tagged(arn)
