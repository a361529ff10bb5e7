"""What EKS demands of clusters and of their updates."""

import datetime
import ipaddress
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from moto.iam.models import Role

from rehearsal.aws import catalog
from rehearsal.aws.eks import errors, roles
from rehearsal.aws.rules import rule
from spec import facts

# Who has to be trusted by a cluster's role.
# https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html
CONTROL_PLANE = "eks.amazonaws.com"
CLUSTER_POLICY = "AmazonEKSClusterPolicy"

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")

# From each authentication mode the one that it can be changed to, never back.
NEXT_AUTHENTICATION_MODE = {"CONFIG_MAP": "API_AND_CONFIG_MAP", "API_AND_CONFIG_MAP": "API"}

# How many minor versions a kubelet may be older than the control plane.
# https://kubernetes.io/releases/version-skew-policy/#kubelet
KUBELET_SKEW = 3

ROLLBACK_WINDOW = datetime.timedelta(days=7)


# --- creation ---


@rule(errors.invalid_name)
def name_is_valid(parameter: str, name: str) -> None:
    """A name begins with a letter or digit and has letters, digits, dashes and underscores.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
    """
    if not re.fullmatch(facts.limits()["cluster.name"].pattern or "", name):
        raise errors.invalid_name(parameter)


@rule(errors.cluster_name_too_long)
def name_is_short(name: str) -> None:
    """A cluster's name has at most 100 characters.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
    """
    most = facts.limits()["cluster.name"].maximum or 0
    if len(name) > most:
        raise errors.cluster_name_too_long(str(most))


@rule(errors.cluster_exists)
def name_is_free(name: str, names: Collection[str]) -> None:
    """A cluster's name is unique within account and region.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
    """
    if name in names:
        raise errors.cluster_exists(name)


@rule(errors.unsupported_version)
def version_is_offered(version: str) -> None:
    """The Kubernetes version is one that EKS offers.

    https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
    """
    if version not in catalog.kubernetes_versions():
        raise errors.unsupported_version(version)


@rule(errors.role_cannot_be_assumed)
def role_trusts_eks(arn: str, role: Role | None) -> None:
    """The cluster's role exists and trusts EKS.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html
    """
    if role is None or CONTROL_PLANE not in roles.trusted_services(role):
        raise errors.role_cannot_be_assumed(arn)


@rule(errors.cluster_policy_missing)
def role_has_the_cluster_policy(role: Role | None, policy: str) -> None:
    """The cluster's role has AmazonEKSClusterPolicy, or a policy of the account's own instead.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html

    What a policy of the account's own allows is not looked at.

    Args:
        role: of the cluster.
        policy: the ARN of AWS's.

    Raises:
        EKSError: the role has neither.
    """
    attached = roles.policies(role) if role else set[str]()
    own = bool(role and role.policies) or any(":iam::aws:" not in arn for arn in attached)
    if policy not in attached and not own:
        raise errors.cluster_policy_missing(policy)


@rule(errors.creator_has_to_be_admin)
def creator_is_admin_by_config_map(name: str, mode: str, bootstraps: bool) -> None:
    """Where the ConfigMap alone decides on access, the creator becomes administrator.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessConfigRequest.html
    """
    if mode == "CONFIG_MAP" and not bootstraps:
        raise errors.creator_has_to_be_admin(name)


@rule(errors.not_secrets)
def only_secrets_are_encrypted(name: str, configs: Sequence[Mapping[str, Any]]) -> None:
    """There is one encryption configuration at most, and it is for secrets.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_EncryptionConfig.html
    """
    if len(configs) > 1 or any(config.get("resources") != ["secrets"] for config in configs):
        raise errors.not_secrets(name)


@rule(errors.unknown_log_type)
def log_types_are_known(name: str, setups: Iterable[Mapping[str, Any]]) -> None:
    """The types of logs are those that a control plane writes.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_LogSetup.html
    """
    for setup in setups:
        for kind in setup.get("types", []):
            if kind not in LOG_TYPES:
                raise errors.unknown_log_type(name, kind)


# --- network ---


@rule(errors.subnets_of_several_vpcs)
def subnets_share_a_vpc(name: str, vpcs: Iterable[str]) -> None:
    """The subnets of a cluster are of one VPC.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    if len(set(vpcs)) > 1:
        raise errors.subnets_of_several_vpcs(name)


@rule(errors.too_few_zones)
def lies_in_two_zones(name: str, zones: Iterable[str]) -> None:
    """The subnets of a cluster lie in at least two Availability Zones.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    if len(set(zones)) < (facts.limits()["cluster.subnets.zones"].minimum or 0):
        raise errors.too_few_zones(name)


@rule(errors.zone_without_control_planes)
def zones_have_control_planes(
    name: str, region: str, zones: Mapping[str, str], region_zones: Mapping[str, str]
) -> None:
    """No subnet of a cluster lies in use1-az3, usw1-az2 or cac1-az3, or in a Local Zone.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    https://docs.aws.amazon.com/eks/latest/userguide/local-zones.html

    Args:
        name: of the cluster.
        region: that it is in.
        zones: of the cluster, id by name.
        region_zones: every zone of the region, id by name.

    Raises:
        EKSError: a zone has no control planes.
    """
    known = facts.regions().get(region)
    unsupported = known.unsupported_zone_ids if known else ()
    without = {*unsupported, *(zone.id for zone in facts.local_zones().values())}
    for zone, zone_id in sorted(zones.items()):
        if zone_id in without:
            others = sorted(other for other, id_ in region_zones.items() if id_ not in without)
            raise errors.zone_without_control_planes(name, zone, others)


@rule(errors.no_addresses)
def addresses_are_free(subnet_id: str, free: int) -> None:
    """Each subnet of a cluster has at least six free addresses.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    if free < catalog.addresses_for_a_control_plane():
        raise errors.no_addresses(subnet_id)


@rule(errors.too_many_security_groups)
def security_groups_are_few(name: str, group_ids: Collection[str]) -> None:
    """A cluster is given at most four security groups.

    https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
    """
    most = facts.limits()["cluster.security-groups"].maximum or 0
    if len(group_ids) > most:
        raise errors.too_many_security_groups(name, str(most))


@rule(errors.security_group_of_another_vpc)
def security_group_is_in_the_vpc(name: str, group_id: str, vpc: str, own_vpc: str) -> None:
    """The security groups of a cluster are of the VPC of its subnets.

    https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
    """
    if vpc != own_vpc:
        raise errors.security_group_of_another_vpc(name, group_id)


@rule(
    errors.service_cidr_beside_ipv6,
    errors.service_cidr_not_private,
    errors.service_cidr_of_wrong_size,
)
def service_cidr_is_allowed(name: str, cidr: str, family: str) -> None:
    """Services of an IPv4 cluster have addresses of a private block between /24 and /12.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
    """
    if family == "ipv6":
        raise errors.service_cidr_beside_ipv6(name)
    limit = facts.limits()["cluster.service-cidr"]
    block = _block(cidr)
    if block is None or not any(
        block.subnet_of(ipaddress.IPv4Network(private)) for private in limit.values
    ):
        raise errors.service_cidr_not_private(name, cidr)
    if not (limit.minimum or 0) <= block.prefixlen <= (limit.maximum or 32):
        raise errors.service_cidr_of_wrong_size(name, cidr)


@rule(errors.service_cidr_in_vpc)
def service_cidr_is_apart(name: str, cidr: str, vpc_blocks: Iterable[str]) -> None:
    """The services' block overlaps no block of the VPC.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
    """
    for block in vpc_blocks:
        if ipaddress.IPv4Network(cidr).overlaps(ipaddress.IPv4Network(block)):
            raise errors.service_cidr_in_vpc(name, cidr, block)


@rule(errors.no_endpoint_access)
def endpoint_is_reachable(name: str, private: bool, public: bool) -> None:
    """The endpoint is reachable from the VPC or from the internet.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    """
    if not private and not public:
        raise errors.no_endpoint_access(name)


@rule(errors.too_many_public_cidrs, errors.bad_public_cidr)
def public_cidrs_are_allowed(name: str, cidrs: Collection[str], family: str) -> None:
    """The public endpoint is open to at most 40 CIDR blocks, of IPv6 in an IPv6 cluster alone.

    https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html
    https://docs.aws.amazon.com/eks/latest/APIReference/API_VpcConfigRequest.html
    """
    most = facts.limits()["cluster.public-access-cidrs"].maximum or 0
    if len(cidrs) > most:
        raise errors.too_many_public_cidrs(name, str(most))
    for cidr in cidrs:
        if _block(cidr) is None and not (family == "ipv6" and _is_ipv6(cidr)):
            raise errors.bad_public_cidr(name, cidr)


def _block(cidr: str) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(cidr)
    except ValueError:
        return None


def _is_ipv6(cidr: str) -> bool:
    try:
        ipaddress.IPv6Network(cidr)
    except ValueError:
        return False
    return True


@rule(errors.no_ipv6_in_china)
def region_has_ipv6(name: str, family: str, partition: str) -> None:
    """IPv6 clusters are not in China.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html
    """
    if family == "ipv6" and partition == "aws-cn":
        raise errors.no_ipv6_in_china(name)


@rule(errors.no_ipv6_in_subnet)
def subnets_have_ipv6(name: str, family: str, blocks: Mapping[str, Collection[str]]) -> None:
    """The subnets of an IPv6 cluster have IPv6 blocks.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html

    Args:
        name: of the cluster.
        family: of its pods and services.
        blocks: IPv6 blocks by subnet.

    Raises:
        EKSError: a subnet has none.
    """
    for subnet, found in blocks.items():
        if family == "ipv6" and not found:
            raise errors.no_ipv6_in_subnet(name, subnet)


# --- states ---


@rule(errors.cluster_not_active)
def is_active(name: str, status: str) -> None:
    """Node groups, add-ons and Fargate profiles are made, and updates begun, in ACTIVE clusters.

    https://docs.aws.amazon.com/eks/latest/userguide/clusters.html
    """
    if status != "ACTIVE":
        raise errors.cluster_not_active(name)


@rule(errors.cluster_is_updating)
def has_no_update_under_way(name: str, kind: str, update: str | None) -> None:
    """One update of a cluster is under way at a time, and it is not deleted meanwhile.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
    """
    if update is not None:
        raise errors.cluster_is_updating(name, kind, update)


@rule(errors.cluster_has_nodegroups)
def has_no_nodegroups(name: str, nodegroups: Collection[str]) -> None:
    """A cluster is deleted after its node groups.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html
    """
    if nodegroups:
        raise errors.cluster_has_nodegroups(name)


@rule(errors.cluster_has_fargate_profiles)
def has_no_fargate_profiles(name: str, profiles: Collection[str]) -> None:
    """A cluster is deleted after its Fargate profiles.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html
    """
    if profiles:
        raise errors.cluster_has_fargate_profiles(name)


@rule(errors.cluster_has_capabilities)
def has_no_capabilities(name: str, capabilities: Collection[str]) -> None:
    """A cluster is deleted after its capabilities.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html
    """
    if capabilities:
        raise errors.cluster_has_capabilities(name)


@rule(errors.cluster_is_protected)
def is_not_protected(name: str, protected: bool, status: str) -> None:
    """A cluster with deletion protection is not deleted, unless it never became ACTIVE.

    https://docs.aws.amazon.com/eks/latest/userguide/deletion-protection.html
    """
    if protected and status == "ACTIVE":
        raise errors.cluster_is_protected(name)


# --- versions ---


@rule(errors.unsupported_step)
def goes_one_minor_up(name: str, old: str, new: str) -> None:
    """A cluster is updated by one minor version at a time.

    https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html
    """
    if catalog.minor(new) != catalog.minor(old) + 1:
        raise errors.unsupported_step(name, old, new)


@rule(errors.nodegroups_left_behind)
def nodes_are_not_left_behind(name: str, old: str, new: str, nodes: Mapping[str, str]) -> None:
    """No node group falls more than three minor versions behind the control plane.

    https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html

    Args:
        name: of the cluster.
        old: its version.
        new: the version that it is to have.
        nodes: version by name of the node group.

    Raises:
        EKSError: the nodes have to be updated first.
    """
    behind = [
        group
        for group, version in nodes.items()
        if catalog.minor(new) - catalog.minor(version) > KUBELET_SKEW
    ]
    if behind:
        raise errors.nodegroups_left_behind(name, behind, old)


@rule(errors.unsupported_step)
def goes_back_within_seven_days(
    name: str, old: str, new: str, updated: datetime.datetime | None
) -> None:
    """A version is rolled back to the one before, within seven days of the update to it.

    https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html

    Args:
        name: of the cluster.
        old: its version.
        new: the version that it is to have again.
        updated: when it got its version by an update; None if it was created with it.

    Raises:
        EKSError: it cannot go back.
    """
    one_back = catalog.minor(new) == catalog.minor(old) - 1
    if not one_back or updated is None or _since(updated) > ROLLBACK_WINDOW:
        raise errors.unsupported_step(name, old, new)


@rule(errors.extended_support_needed)
def upgrade_policy_allows_going_back(name: str, new: str, support: str, extended: bool) -> None:
    """A version in extended support is gone back to under the upgrade policy EXTENDED alone.

    https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html
    """
    if extended and support != "EXTENDED":
        raise errors.extended_support_needed(name, new)


@rule(errors.not_ready_for_another_version)
def nodes_went_back_before(name: str, new: str, nodes: Mapping[str, str], force: bool) -> None:
    """Node groups are rolled back before their control plane, unless it is forced.

    https://docs.aws.amazon.com/eks/latest/userguide/rollback-cluster.html
    """
    newer = any(catalog.minor(version) > catalog.minor(new) for version in nodes.values())
    if newer and not force:
        raise errors.not_ready_for_another_version(name)


def _since(moment: datetime.datetime) -> datetime.timedelta:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    return datetime.datetime.now(datetime.UTC) - aware


# --- settings ---


@rule(errors.one_kind_of_update, errors.no_kind_of_update)
def changes_one_thing(kinds: Collection[str]) -> None:
    """A call of UpdateClusterConfig changes settings of one kind.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateClusterConfig.html
    """
    if not kinds:
        raise errors.no_kind_of_update()
    if len(kinds) > 1:
        raise errors.one_kind_of_update()


@rule(errors.logging_unchanged)
def logging_changes(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """An update of logging changes which types of logs are written.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
    """
    if after == before:
        raise errors.logging_unchanged(name)


@rule(errors.endpoint_access_unchanged)
def endpoint_access_changes(name: str, vpc: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """An update of the endpoint's access changes it.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    """
    if all(vpc[member] == value for member, value in asked.items()):
        private, public = (
            str(vpc[f"endpoint{kind}Access"]).lower() for kind in ("Private", "Public")
        )
        raise errors.endpoint_access_unchanged(name, private, public, vpc["publicAccessCidrs"])


@rule(errors.unsupported_authentication_mode)
def authentication_mode_goes_forward(name: str, old: str, new: str) -> None:
    """The authentication mode goes from CONFIG_MAP to API_AND_CONFIG_MAP to API, never back.

    https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html
    """
    if NEXT_AUTHENTICATION_MODE.get(old) != new:
        raise errors.unsupported_authentication_mode(name, old, new)


@rule(errors.network_cannot_change)
def network_stays(name: str, network: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    """IP family and service CIDR are those of the cluster's creation.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html

    Whoever switches Auto Mode may name them as they are: terraform-provider-aws does
    (internal/service/eks/cluster.go, read 2026-11).
    """
    for member in ("ipFamily", "serviceIpv4Cidr"):
        if member in asked and asked[member] != network.get(member):
            raise errors.network_cannot_change(name)


@rule(errors.subnets_of_other_zones)
def zones_stay(name: str, zones: Iterable[str], own_zones: Iterable[str]) -> None:
    """A cluster's subnets are exchanged for others in the same Availability Zones.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    if set(zones) != set(own_zones):
        raise errors.subnets_of_other_zones(name, sorted(set(own_zones)))


@rule(errors.extended_support_entered)
def extended_support_is_not_left(name: str, support: str, extended: bool) -> None:
    """The upgrade policy STANDARD is set before extended support begins.

    https://docs.aws.amazon.com/eks/latest/userguide/disable-extended-support.html
    """
    if support == "STANDARD" and extended:
        raise errors.extended_support_entered(name)


@rule(errors.encryption_exists)
def is_not_encrypted(name: str, configs: Sequence[Mapping[str, Any]]) -> None:
    """Encryption of secrets is added once; it is neither changed nor removed.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateEncryptionConfig.html
    """
    if configs:
        raise errors.encryption_exists(name)
