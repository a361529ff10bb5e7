"""What a stack takes for granted: what it names in the account, and does not make.

A rehearsal begins in an empty account. So that an unchanged stack file can be rehearsed there, what
it names is put into the account first: the account's number, principals, policies, keys, a network,
security groups, key pairs, placement groups, prefix lists, Local Zones. And somebody has to deploy
who is not locked out.
"""

import dataclasses
import hashlib
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ipaddress import IPv4Network

from spec import existing_network, facts
from spec.givens import (
    GivenImage,
    GivenNetwork,
    GivenRole,
    Givens,
    GivenSubnet,
    GivenTemplate,
    Way,
)
from spec.model.cluster import ClusterSpec
from spec.model.network import ExistingNetworkSpec, SubnetsSpec, VpcSpec
from spec.model.principals import CREATOR, SSO_ROLE, Identity, identity, is_session
from spec.rehearsal import DEFAULT_ACCOUNT
from spec.stack_file import AwsSettings, Stack

# https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
_SSO_PATH = "/aws-reserved/sso.amazonaws.com/"
_ANY = "1"  # the value of a tag that may have any
_NODES = "ec2.amazonaws.com"
# https://docs.aws.amazon.com/autoscaling/ec2/userguide/prepare-for-lifecycle-notifications.html
_HOOKS = "autoscaling.amazonaws.com"
_PODS = (
    "pods.eks.amazonaws.com"  # https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
)
# Who takes on the role of an access entry that is not for people or programs.
# https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
# https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html
# https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-creds.html
# https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-prerequisites-iam.html
_TRUSTED: Mapping[str, str] = {
    "EC2": _NODES,
    "EC2_LINUX": _NODES,
    "EC2_WINDOWS": _NODES,
    "FARGATE_LINUX": "eks-fargate-pods.amazonaws.com",
    "HYBRID_LINUX": "ssm.amazonaws.com",
    "HYPERPOD_LINUX": "sagemaker.amazonaws.com",
}
_CIDRS = (*IPv4Network("10.0.0.0/8").subnets(new_prefix=16), IPv4Network("192.168.0.0/16"))
_SUBNET_PREFIX = 20  # of a VPC of up to sixteen subnets
_ZONES_BY_TAG = 3  # in how many zones subnets are that are named by their tags alone


def givens_of(stack: Stack, deployer: str | None = None) -> Givens:
    """What a stack takes for granted.

    Args:
        stack: The stack.
        deployer: The ARN of the role or user that is to deploy. Default: one that the stack file
            names as a deployer, else as an administrator, else nobody in particular.
    """
    cluster = stack.cluster
    deployer = deployer or _deployer(cluster)
    principals = list(_principals(cluster))
    if deployer:
        principals.append(_Principal(deployer))
    policies = _unique(_policies(cluster))
    keys = _unique(_keys(cluster))
    named = _unique([*(it.arn for it in principals), *policies, *keys])
    account = _account(stack.aws, policies, keys, named)
    rules = cluster.control_plane.security_group_rules.values()
    groups = cluster.all_groups.values()
    existing = cluster.network.existing
    return Givens(
        account=account,
        region=cluster.region,
        deployer=_with_path(deployer, cluster.partition) if deployer else None,
        roles=tuple(
            it for it in _roles(principals, cluster.partition) if _account_of(it.arn) == account
        ),
        users=_unique(
            it.arn for it in principals if _is_user(it.arn) and _account_of(it.arn) == account
        ),
        policies=tuple(it for it in policies if _account_of(it) == account),
        keys=tuple(it for it in keys if _account_of(it) == account),
        network=_network(cluster, existing) if existing else None,
        security_groups=_unique(
            [
                *(it.security_group for it in rules if it.security_group),
                *(id_ for it in groups for id_ in it.security_groups),
                *(id_ for it in groups if it.ssh for id_ in it.ssh.security_groups),
            ]
        ),
        key_pairs=_unique(it.ssh.key_name for it in groups if it.ssh),
        placement_groups=_unique(
            it.placement.group_name for it in groups if it.placement and it.placement.group_name
        ),
        images=tuple(
            GivenImage(id=id_, ami_type=kind)
            for id_, kind in {it.ami_id: it.image.name for it in groups if it.ami_id}.items()
        ),
        launch_templates=tuple(_launch_templates(cluster)),
        prefix_lists=_unique(it.prefix_list for it in rules if it.prefix_list),
        local_zones=tuple(cluster.network.local_zones),
        elsewhere=tuple(arn for arn in named if _account_of(arn) != account),
    )


# --- who and what is named ---


def _deployer(cluster: ClusterSpec) -> str | None:
    """Who deploys if nobody is chosen: with `creator`, whoever makes the cluster may."""
    access = cluster.access
    if access.deployers_without_admin:
        return access.deployers_without_admin[0]
    if CREATOR in access.admins:
        return None
    return next(iter(access.admins), None)


@dataclasses.dataclass(frozen=True)
class _Principal:
    """A principal as it is named, and the service that takes the role on."""

    arn: str
    service: str | None = None


def _principals(cluster: ClusterSpec) -> Iterator[_Principal]:
    access = cluster.access
    kubeconfig = access.kubeconfig.role_arn
    for arn in (
        *access.deployers_without_admin,
        *(it for it in access.admins if it != CREATOR),
        *cluster.encryption.administrators,
        *([kubeconfig] if kubeconfig and identity(kubeconfig) else []),
    ):
        yield _Principal(arn)
    for entry in access.entries.values():
        yield _Principal(entry.principal, _TRUSTED.get(entry.type))
    for addon in cluster.addons.values():
        if addon.identity and addon.identity.role_arn:
            through = _PODS if addon.identity.type == "podIdentity" else None
            yield _Principal(addon.identity.role_arn, through)
    for account in cluster.service_accounts.values():
        if account.role_arn:
            yield _Principal(account.role_arn, _PODS)
    for group in cluster.self_managed_node_groups.values():
        for hook in group.lifecycle_hooks.values():
            if hook.role_arn:
                yield _Principal(hook.role_arn, _HOOKS)


def _policies(cluster: ClusterSpec) -> Iterator[str]:
    """Policies of an account; those of AWS are in each."""
    named = [arn for it in cluster.capabilities.values() for arn in it.policies]
    named += [arn for it in cluster.all_groups.values() for arn in it.role_policies]
    named += [
        arn
        for it in cluster.addons.values()
        for arn in (it.identity.policies if it.identity else ())
    ]
    named += [arn for it in cluster.service_accounts.values() for arn in it.policies]
    if cluster.karpenter:
        named += [*cluster.karpenter.policies, *cluster.karpenter.node_policies]
    if cluster.hybrid_nodes and cluster.hybrid_nodes.role:
        named += cluster.hybrid_nodes.role.policies
    named += (arn for it in cluster.fargate_profiles.values() for arn in it.policies)
    if cluster.iam.permissions_boundary:
        named.append(cluster.iam.permissions_boundary)
    yield from (arn for arn in named if _account_of(arn) != "aws")


def _launch_templates(cluster: ClusterSpec) -> Iterator[GivenTemplate]:
    """Those of node groups, with as many versions as the newest that is named."""
    versions: dict[str, int] = {}
    for group in cluster.node_groups.values():
        if group.launch_template:
            id_, version = group.launch_template.id, int(group.launch_template.version)
            versions[id_] = max(version, versions.get(id_, 1))
    return (GivenTemplate(id=id_, versions=newest) for id_, newest in versions.items())


def _keys(cluster: ClusterSpec) -> Iterator[str]:
    """KMS keys: of the cluster, of its logs, of nodes' volumes."""
    groups = cluster.all_groups.values()
    volumes = [volume for it in groups for volume in (it.volume, *it.extra_volumes)]
    for arn in (
        cluster.encryption.key_arn,
        cluster.logging.key_arn,
        *(it.key_arn for it in volumes),
    ):
        if arn:
            yield arn


def _is_user(arn: str) -> bool:
    who = identity(arn)
    return who is not None and who.kind == "user"


def _roles(principals: Iterable[_Principal], partition: str) -> Iterator[GivenRole]:
    """Roles, each once: names are unique in an account, and the longest ARN tells the path."""
    roles: dict[Identity, GivenRole] = {}
    for it in principals:
        who = identity(it.arn)
        if who is None or who.kind != "role":
            continue
        arn = _with_path(it.arn, partition)
        known = roles.get(who, GivenRole(arn=arn))
        roles[who] = GivenRole(
            arn=max(arn, known.arn, key=len), service=known.service or it.service
        )
    yield from roles.values()


def _with_path(arn: str, partition: str) -> str:
    """The ARN of a role or user, or of the role of a session.

    Only a session of IAM Identity Center is named as such, by a role whose path is known.
    """
    who = identity(arn)
    if who is None or not is_session(arn):
        return arn
    path = _SSO_PATH if who.name.startswith(SSO_ROLE) else "/"
    return f"arn:{partition}:iam::{who.account}:role{path}{who.name}"


# --- the account ---


def _account_of(arn: str) -> str:
    return arn.split(":")[4]


def _account(aws: AwsSettings, *named: Sequence[str]) -> str:
    """The account: the one that is allowed, or the first that is named.

    Args:
        aws: What the stack file says of AWS.
        named: ARNs; those that come first are most surely of the account itself.
    """
    accounts = [_account_of(arn) for arn in itertools.chain(*named)]
    allowed = aws.allowed_account_ids
    if allowed:
        return next((it for it in accounts if it in allowed), allowed[0])
    return next(iter(accounts), DEFAULT_ACCOUNT)


# --- the network ---


def _network(cluster: ClusterSpec, existing: ExistingNetworkSpec) -> GivenNetwork:
    ipv6 = cluster.network.ip_family == "ipv6"
    vpc_id = existing.vpc.id or _made_up("vpc", _said(existing.vpc))
    places = list(_places(cluster, existing))
    if not any(place.way_out == "internet" for place in places):
        places.append(_Place(id=None, zone=_zones(cluster)[0], tags={}, way_out="internet"))
    cidr = _free_block(cluster)
    prefix = max(_SUBNET_PREFIX, cidr.prefixlen + math.ceil(math.log2(len(places) or 1)))
    blocks = cidr.subnets(new_prefix=prefix)
    return GivenNetwork(
        id=vpc_id,
        cidr=str(cidr),
        tags=_set(existing.vpc.tags),
        ipv6=ipv6,
        subnets=tuple(
            GivenSubnet(
                id=place.id or _made_up("subnet", f"{vpc_id} {number} {place.zone}"),
                zone=place.zone,
                cidr=str(next(blocks)),
                tags=place.tags,
                way_out=place.way_out,
            )
            for number, place in enumerate(places)
        ),
    )


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Place:
    """A subnet that has no block yet; None as id stands for one that is not named."""

    id: str | None
    zone: str
    tags: Mapping[str, str]
    way_out: Way


def _places(cluster: ClusterSpec, existing: ExistingNetworkSpec) -> Iterator[_Place]:
    """The subnets of each field, spread over the zones."""
    zones = _zones(cluster)
    nodes = len(existing.private_subnets.ids) or _ZONES_BY_TAG
    seen: list[SubnetsSpec] = []
    named: set[str] = set()
    for field, subnets in existing.subnets.items():
        # Two fields that look for the same tags find the same subnets.
        if subnets.tags and subnets in seen:
            continue
        seen.append(subnets)
        tags = _set(subnets.tags)
        role = existing_network.ROLE_TAGS.get(field)
        if role and not existing.tag_subnets:
            tags.setdefault(role, "1")
        way_out: Way = "internet" if field == "publicSubnets" else "nat"
        # Pods need a subnet in each zone where nodes are, and no second one.
        by_tag = min(nodes, len(zones)) if field == "podSubnets" else _ZONES_BY_TAG
        for number, id_ in enumerate(subnets.ids or (None,) * min(by_tag, len(zones))):
            if id_ in named:
                continue
            if id_:
                named.add(id_)
            zone = zones[number % len(zones)]
            yield _Place(id=id_, zone=zone, tags=tags, way_out=way_out)


def _zones(cluster: ClusterSpec) -> list[str]:
    return [it.name for it in facts.regions()[cluster.region].zones if it.eks_supported]


def _free_block(cluster: ClusterSpec) -> IPv4Network:
    """A block for the VPC that overlaps no network that the stack file names."""
    network, hybrid = cluster.network, cluster.hybrid_nodes
    taken = [network.service_cidr] if network.service_cidr else []
    if hybrid:
        taken += [*hybrid.node_cidrs, *hybrid.pod_cidrs]
    return next((it for it in _CIDRS if not any(it.overlaps(other) for other in taken)), _CIDRS[0])


def _set(tags: Mapping[str, str]) -> dict[str, str]:
    """Tags that a search for these finds."""
    return {key: value.replace("*", _ANY) for key, value in tags.items()}


def _said(vpc: VpcSpec) -> str:
    return " ".join(f"{key}={value}" for key, value in sorted(vpc.tags.items()))


def _made_up(kind: str, of: str) -> str:
    """An id of EC2's form that is the same in each run."""
    return f"{kind}-{hashlib.sha256(of.encode()).hexdigest()[:17]}"


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
