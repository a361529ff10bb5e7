"""The roles that a cluster makes: which there are, whom they trust and what they may do.

Not among them are those that trust service accounts, as they need the cluster's OpenID Connect
provider (see `components.service_accounts`), and those of single parts of the cluster, e.g. flow
logs, which are with these.
"""

from collections.abc import Iterable, Iterator, Mapping

from components import cluster_addons, policies
from components.role import RoleArgs
from spec import facts
from spec.model import ClusterSpec, FargateProfileSpec, NodesSpec

KARPENTER_NODES = {
    "nodeRoleName": "karpenter-nodes",
    "windowsNodeRoleName": "karpenter-windows-nodes",
}
"""Roles of nodes that Karpenter launches, by the outputs that name them."""

ENTRIES = {
    "karpenter-nodes": "EC2_LINUX",
    "karpenter-windows-nodes": "EC2_WINDOWS",
    "hybrid-nodes": "HYBRID_LINUX",
}
"""Types of the access entries of nodes that EKS does not let in by itself, by their roles."""


def roles(spec: ClusterSpec, account: str) -> Iterator[tuple[str, RoleArgs]]:
    """All roles, with what their names end in, in the order in which they are made.

    Of two with one name, none gives way: an add-on could be called `nodes`, and the engine refuses
    that.

    Args:
        spec: The cluster.
        account: The AWS account's id.
    """
    for made in (
        _control_plane(spec),
        _nodes(spec),
        _karpenter_nodes(spec),
        _hybrid_nodes(spec, account),
        _pod_execution(spec, account),
        _addons(spec),
    ):
        yield from made.items()


def of_node_group(group_name: str, group: NodesSpec) -> str:
    """What the name of a managed group's role ends in."""
    return f"nodes-{group_name}" if group.has_own_role else "nodes"


def of_self_managed(group_name: str, group: NodesSpec) -> str:
    """What the name of a self-managed group's role ends in.

    It is never that of managed groups: EKS makes the access entry of those, and takes it away.
    """
    if group.has_own_role:
        return f"nodes-{group_name}"
    return "self-managed-windows" if group.is_windows else "self-managed-linux"


def of_profile(profile_name: str, profile: FargateProfileSpec) -> str:
    """What the name of a Fargate profile's pod execution role ends in."""
    return f"fargate-{profile_name}" if profile.has_own_role else "fargate"


def _role(
    spec: ClusterSpec,
    suffix: str,
    trust: str,
    *managed: str,
    policy_arns: Iterable[str] = (),
    **inline: str,
) -> dict[str, RoleArgs]:
    """A role by what its name ends in."""
    return {
        suffix: RoleArgs(
            trust=trust,
            managed_policies=managed,
            policy_arns=tuple(policy_arns),
            inline_policies=inline,
            partition=spec.partition,
            description=f"{suffix} of the EKS cluster {spec.name}",
            iam=spec.iam,
        )
    }


def _managed(role: str, reasons: Mapping[str, bool] | None = None) -> list[str]:
    """Names of AWS's own policies that a role needs: always, and for reasons that hold."""
    needed = {"always", *(it for it, holds in (reasons or {}).items() if holds)}
    return [
        it.name for it in facts.role_policies() if it.role == role and needed & {*it.needed_for}
    ]


def _control_plane(spec: ClusterSpec) -> dict[str, RoleArgs]:
    """The role of the control plane, and that of the nodes that EKS Auto Mode launches."""
    made = _role(
        spec,
        "control-plane",
        policies.trust("eks.amazonaws.com", "sts:TagSession"),
        *_managed(
            "cluster",
            {
                "auto-mode": spec.auto_mode is not None,
                "security-groups-for-pods": spec.network.pods.security_groups,
                "windows": spec.has_windows,
            },
        ),
    )
    if spec.auto_mode and spec.auto_mode.node_pools:
        made |= _role(spec, "auto-mode-nodes", policies.NODE_TRUST, *_managed("auto-mode-node"))
    return made


def _node(spec: ClusterSpec, suffix: str, *, ssm: bool, arns: Iterable[str]) -> dict[str, RoleArgs]:
    """A role of nodes in EC2."""
    managed = _managed("node", {"session-manager": ssm})
    return _role(spec, suffix, policies.NODE_TRUST, *managed, policy_arns=arns)


def _nodes(spec: ClusterSpec) -> dict[str, RoleArgs]:
    """Roles that groups share, which have no policies of a group's own, and those of one group."""
    groups = {
        **{of_node_group(name, it): it for name, it in spec.node_groups.items()},
        **{of_self_managed(name, it): it for name, it in spec.self_managed_node_groups.items()},
    }
    made: dict[str, RoleArgs] = {}
    for suffix, group in groups.items():
        made |= _node(spec, suffix, ssm=group.ssm, arns=group.role_policies)
    return made


def _karpenter_nodes(spec: ClusterSpec) -> dict[str, RoleArgs]:
    """The role of nodes that Karpenter launches, and that of those with Windows.

    They are two, because a role has one access entry, of one type.
    """
    made: dict[str, RoleArgs] = {}
    if karpenter := spec.karpenter:
        for suffix in KARPENTER_NODES.values():
            if suffix == "karpenter-nodes" or karpenter.windows:
                made |= _node(spec, suffix, ssm=karpenter.ssm, arns=karpenter.node_policies)
    return made


def _hybrid_nodes(spec: ClusterSpec, account: str) -> dict[str, RoleArgs]:
    """The role of nodes outside of AWS, if one is made."""
    wanted = spec.hybrid_nodes.role if spec.hybrid_nodes else None
    if wanted is None:
        return {}
    ssm = wanted.trust_anchor_arn is None
    names = {"partition": spec.partition, "region": spec.region, "account": account}
    return _role(
        spec,
        "hybrid-nodes",
        policies.hybrid_node_trust(trust_anchor_arn=wanted.trust_anchor_arn, **names),
        *_managed("hybrid-node", {"ssm-activation": ssm}),
        policy_arns=wanted.policies,
        cluster=policies.hybrid_node(cluster=spec.name, ssm=ssm, **names),
    )


def _pod_execution(spec: ClusterSpec, account: str) -> dict[str, RoleArgs]:
    """The role that Fargate profiles share, and those of profiles with policies of their own.

    Pods do not have its rights: Fargate pulls images and writes logs with it.
    """
    trust = policies.fargate_trust(
        partition=spec.partition, region=spec.region, account=account, cluster=spec.name
    )
    made: dict[str, RoleArgs] = {}
    for name, profile in spec.fargate_profiles.items():
        suffix, arns = of_profile(name, profile), profile.policies
        made |= _role(spec, suffix, trust, *_managed("pod-execution"), policy_arns=arns)
    return made


def _addons(spec: ClusterSpec) -> dict[str, RoleArgs]:
    """The role of each add-on that calls AWS.

    Add-ons take theirs on through EKS Pod Identity, so that neither the nodes nor the other pods
    on them hold its rights.
    https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
    """
    made: dict[str, RoleArgs] = {}
    for name, addon in spec.all_addons.items():
        rights = cluster_addons.rights(spec, name, addon)
        if rights and not (addon.identity and addon.identity.type == "irsa"):
            made |= _role(
                spec,
                name,
                policies.POD_IDENTITY_TRUST,
                *rights.managed_policies,
                policy_arns=rights.policy_arns,
                **rights.inline_policies,
            )
    return made
