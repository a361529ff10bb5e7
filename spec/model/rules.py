"""Rules between fields: what each alone may say, but not together.

A rule is a function that yields what a cluster breaks of it. All are checked before anything is
registered, and all that is broken is told at once.
"""

import itertools
from collections.abc import Callable, Iterator
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, cast

from spec import addresses, facts
from spec.model.addons import account_of, broken_configuration
from spec.model.base import limit
from spec.model.broken import Broken
from spec.model.karpenter import broken as broken_karpenter
from spec.model.network import NetworkSpec
from spec.model.principals import CREATOR, Identity, identity
from spec.model.tags import MOST_TAGS
from spec.model.timeouts import TimeoutsSpec
from spec.problems import PathKey, did_you_mean, listed, quoted, shown_path

if TYPE_CHECKING:
    from spec.model.cluster import ClusterSpec
    from spec.model.fargate import FargateProfileSpec
    from spec.model.nodes import NodesSpec

Rule = Callable[["ClusterSpec"], Iterator[Broken]]


def broken(cluster: "ClusterSpec") -> Iterator[Broken]:
    """What a cluster breaks of all rules."""
    for rule in RULES:
        yield from rule(cluster)


def nodes_are_named(cluster: "ClusterSpec") -> Iterator[Broken]:
    """A cluster has `nodeGroups`, `autoMode` or `fargateProfiles`: something has to run pods.

    `selfManagedNodeGroups` do, too.
    """
    if not cluster.all_groups and not cluster.auto_mode and not cluster.fargate_profiles:
        yield Broken(
            ("nodeGroups",),
            "is missing; a cluster needs at least one group of nodes, or autoMode: {}",
        )


def self_managed_groups_fit_the_others(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`selfManagedNodeGroups` have other names than `nodeGroups`, and join by access entries.

    With them alone, one has a Linux node without taints, for CoreDNS.
    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html
    """
    groups = cluster.self_managed_node_groups
    if not groups:
        return
    for name in groups:
        if name in cluster.node_groups:
            yield Broken(
                ("selfManagedNodeGroups", name),
                "is the name of one of nodeGroups too; name one of them differently",
                at_key=True,
            )
    if cluster.access.authentication_mode == "CONFIG_MAP":
        yield Broken(
            ("selfManagedNodeGroups",), "need access entries: authenticationMode is CONFIG_MAP"
        )
    elsewhere = cluster.auto_mode or cluster.fargate_profiles
    if not elsewhere and not any(it.takes_any_pod for it in cluster.all_groups.values()):
        yield Broken(
            ("selfManagedNodeGroups",),
            "no group has a Linux node without a NoSchedule or NoExecute taint: CoreDNS would "
            "wait for one for ever; add a group without taints and with a desired size of 1 or "
            "more",
        )


_COREDNS = {"k8s-app": "kube-dns"}
"""What the pods of CoreDNS are known by.

https://docs.aws.amazon.com/eks/latest/userguide/fargate-getting-started.html#fargate-gs-coredns
"""


def coredns_has_a_place(cluster: "ClusterSpec") -> Iterator[Broken]:
    """Where no node takes the pods of CoreDNS, one of `fargateProfiles` does.

    That is a selector of the namespace kube-system, without labels or with `k8s-app: kube-dns`. So
    it is where `addons.coredns.configuration.computeType` is `Fargate`, too.
    https://docs.aws.amazon.com/eks/latest/userguide/fargate-getting-started.html
    """
    at = ("addons", "coredns", "configuration", "computeType")
    said = cluster.addons["coredns"].configuration if "coredns" in cluster.addons else {}
    on_fargate = str(said.get("computeType", "")).casefold() == "fargate"
    if on_fargate and not cluster.fargate_profiles:
        yield Broken(at, "needs a profile of fargateProfiles that takes its pods")
    if cluster.is_all_fargate and "computeType" in said and not on_fargate:
        yield Broken(at, "must be Fargate, or nothing: there are no other nodes")
    if not cluster.has_coredns_on_fargate:
        return
    if not any(it.takes("kube-system", _COREDNS) for it in cluster.fargate_profiles.values()):
        yield Broken(
            ("fargateProfiles",),
            "no profile takes the pods of CoreDNS, and no node does; add the selector {namespace: "
            "kube-system, labels: {k8s-app: kube-dns}}, or a node group without taints and with a "
            "desired size of 1 or more",
        )


def fargate_is_of_private_subnets(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`subnets.zones` of `fargateProfiles` are of the cluster; Fargate is not in Local Zones.

    https://docs.aws.amazon.com/eks/latest/userguide/fargate.html
    """
    if cluster.network.existing:
        return
    for name, profile in cluster.fargate_profiles.items():
        yield from _other_zones(cluster, ("fargateProfiles", name), profile.subnets.zones)


def _other_zones(
    cluster: "ClusterSpec", path: tuple[str, str], zones: tuple[str, ...]
) -> Iterator[Broken]:
    """Zones below `subnets.zones` of an entry that a new VPC is not in."""
    for index, zone in enumerate(zones):
        if zone not in cluster.zones:
            yield Broken(
                (*path, "subnets", "zones", index),
                f"the cluster is not in {quoted(zone)}"
                + (did_you_mean(zone, cluster.zones) or f"; it is in {listed(cluster.zones)}"),
            )


def fargate_roles_have_no_path(cluster: "ClusterSpec") -> Iterator[Broken]:
    """With `fargateProfiles`, `iam.path` is `/`: EKS takes no other pod execution role.

    https://docs.aws.amazon.com/eks/latest/userguide/fargate-getting-started.html#fargate-gs-coredns
    """
    if cluster.fargate_profiles and cluster.iam.path != "/":
        yield Broken(
            ("iam", "path"),
            "must be / with fargateProfiles: EKS takes no pod execution role with another path",
        )


NEW_VPC_FIELDS = (
    "availability_zones",
    "nat_gateways",
    "public_subnets",
    "intra_subnets",
    "control_plane_subnets",
    "local_zones",
    "vpc_endpoints",
    "dual_stack",
    "flow_logs",
    "cidr",
)
"""Fields that describe a VPC that is made."""


def existing_vpc_is_not_described(cluster: "ClusterSpec") -> Iterator[Broken]:
    """With `network.existing`, nothing that describes a new VPC is said.

    That is `network.cidr`, `network.availabilityZones`, `network.natGateways` and the like, and
    `network.pods.cidr`: pods' subnets are `network.existing.podSubnets` then.
    """
    network = cluster.network
    if network.existing is None:
        return
    fields = NetworkSpec.model_fields
    for name in NEW_VPC_FIELDS:
        if name in network.model_fields_set:
            yield Broken(
                ("network", fields[name].alias or name),
                "describes a new VPC, but network.existing names one that is there; remove one of "
                "the two",
            )
    if network.pods.cidr is not None:
        yield Broken(
            ("network", "pods", "cidr"),
            "describes a new VPC; with network.existing name the subnets of pods as podSubnets",
        )


def nat_gateways_have_public_subnets(cluster: "ClusterSpec") -> Iterator[Broken]:
    """Without `network.publicSubnets`, `network.natGateways` is `none`: gateways lie in them."""
    network = cluster.network
    if network.existing:
        return
    if network.public_subnets is False and network.nat_gateways != "none":
        yield Broken(
            ("network", "publicSubnets"),
            'must be true: NAT gateways lie in public subnets; or say natGateways: "none"',
        )


def tiers_fit_the_vpc(cluster: "ClusterSpec") -> Iterator[Broken]:
    """Further kinds of subnets need room in `network.cidr`.

    `network.intraSubnets` needs a /21 or larger, `network.controlPlaneSubnets: dedicated` a /20 or
    larger. `network.controlPlaneSubnets: intra` needs `network.intraSubnets: true`.
    """
    network = cluster.network
    if network.existing:
        return
    for wanted, smallest, name in (
        (network.intra_subnets, addresses.SMALLEST_WITH_INTRA, "intraSubnets"),
        (
            network.control_plane_subnets == "dedicated",
            addresses.SMALLEST_WITH_CONTROL_PLANE,
            "controlPlaneSubnets",
        ),
    ):
        if wanted and network.cidr.prefixlen > smallest:
            yield Broken(
                ("network", name),
                f"has no room in {network.cidr}; it needs a cidr of /{smallest} or larger",
            )
    if network.control_plane_subnets == "intra" and not network.intra_subnets:
        yield Broken(("network", "controlPlaneSubnets"), '"intra" needs intraSubnets: true')


def local_zones_are_free_places(cluster: "ClusterSpec") -> Iterator[Broken]:
    """Each of `network.localZones` is of the region and has a block of its own.

    It is a /27 or larger in the last 32nd part of `network.cidr`, which is kept for them. There are
    public subnets then.
    """
    network = cluster.network
    if network.existing:
        return
    known = {it.name: it for it in facts.local_zones().values() if it.region == cluster.region}
    free = addresses.for_local_zones(network.cidr)
    taken: dict[str, IPv4Network] = {}
    for zone, block in network.local_zones.items():
        path = ("network", "localZones", zone)
        if zone not in known:
            guess = did_you_mean(zone, known) or (
                f"; known are {listed(known)}" if known else "; it has none that is known here"
            )
            message = f"{cluster.region} has no Local Zone {quoted(zone)}{guess}"
            yield Broken(path, message, at_key=True)
        if not block.subnet_of(free):
            yield Broken(path, f"{block} must lie in {free}, which is kept free for Local Zones")
        elif block.prefixlen > addresses.SMALLEST_LOCAL_ZONE:
            yield Broken(
                path, f"{block} must be a /{addresses.SMALLEST_LOCAL_ZONE} or larger: it is halved"
            )
        for other, there in taken.items():
            if block.overlaps(there):
                yield Broken(path, f"{block} overlaps {there} of {other}")
        taken[zone] = block
    if network.local_zones and not network.has_public_subnets:
        yield Broken(
            ("network", "localZones"), "each has a public subnet: publicSubnets must be true"
        )


def existing_subnets_are_enough(cluster: "ClusterSpec") -> Iterator[Broken]:
    """Subnets of `network.existing` are two ids or more: EKS wants two zones, each is in one.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    existing = cluster.network.existing
    if existing is None:
        return
    name, subnets = (
        ("controlPlaneSubnets", existing.control_plane_subnets)
        if existing.control_plane_subnets
        else ("privateSubnets", existing.private_subnets)
    )
    if len(subnets.ids) == 1:
        yield Broken(
            ("network", "existing", name),
            "names one subnet, but EKS puts the control plane into two zones or more; name a "
            "subnet in each",
        )


def nodes_reach_the_api(cluster: "ClusterSpec") -> Iterator[Broken]:
    """With `network.natGateways: none`, `endpoint.private` is true: nodes have no other way to it.

    https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
    """
    network = cluster.network
    if not network.existing and network.nat_gateways == "none" and not cluster.endpoint.private:
        yield Broken(
            ("endpoint", "private"),
            'must be true with natGateways "none": nodes have no way to the public endpoint',
        )


def blocks_do_not_overlap(cluster: "ClusterSpec") -> Iterator[Broken]:
    """Networks that talk to each other do not overlap.

    They are `network.cidr`, `network.pods.cidr`, `network.serviceCidr`, `hybridNodes.nodeCidrs` and
    `hybridNodes.podCidrs`.
    """
    network = cluster.network
    named: list[tuple[tuple[PathKey, ...], IPv4Network]] = []
    if not network.existing:
        named.append((("network", "cidr"), network.cidr))
    if network.pods.cidr:
        named.append((("network", "pods", "cidr"), network.pods.cidr))
    if network.service_cidr:
        named.append((("network", "serviceCidr"), network.service_cidr))
    if cluster.hybrid_nodes:
        for name, cidrs in (
            ("nodeCidrs", cluster.hybrid_nodes.node_cidrs),
            ("podCidrs", cluster.hybrid_nodes.pod_cidrs),
        ):
            named += ((("hybridNodes", name, at), cidr) for at, cidr in enumerate(cidrs))
    for (there, first), (path, second) in itertools.combinations(named, 2):
        if first.overlaps(second):
            yield Broken(path, f"{second} overlaps {first} of {shown_path(there)}")


def secondary_blocks_are_allowed(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`network.pods.cidr` is a block that AWS lets be added to `network.cidr`.

    Blocks of 100.64.0.0/10 always are.
    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
    """
    pods, primary = cluster.network.pods.cidr, cluster.network.cidr
    if pods is None or cluster.network.existing or pods.overlaps(primary):
        return
    refused = facts.refused_secondary_cidr(pods, primary)
    if refused:
        yield Broken(
            ("network", "pods", "cidr"),
            f"{pods} cannot be added to a VPC of {primary}: AWS refuses blocks of {refused}; use "
            "one of 100.64.0.0/10",
        )


def ipv6_clusters_need_no_more(cluster: "ClusterSpec") -> Iterator[Broken]:
    """With `network.ipFamily: ipv6`, nothing that is of IPv4 alone is said.

    That is `network.dualStack`, `network.serviceCidr`, `network.pods.cidr`,
    `network.existing.podSubnets`, `network.pods.securityGroups` and `hybridNodes`. Instances are of
    the Nitro system, and the region is not in China.
    https://docs.aws.amazon.com/eks/latest/userguide/cni-ipv6.html
    """
    network = cluster.network
    if network.ip_family != "ipv6":
        return
    if cluster.partition == "aws-cn":
        yield Broken(("network", "ipFamily"), "EKS has no IPv6 clusters in China")
    if network.dual_stack:
        yield Broken(
            ("network", "dualStack"), 'is implied by ipFamily: "ipv6"; remove one of the two'
        )
    if network.service_cidr:
        yield Broken(
            ("network", "serviceCidr"), "is of IPv4; EKS chooses the block of an IPv6 cluster"
        )
    yield from _custom_networking(
        cluster, "custom networking is of IPv4 only; pods have IPv6 addresses"
    )
    if network.pods.security_groups:
        yield Broken(("network", "pods", "securityGroups"), "is of IPv4 only")
    if cluster.hybrid_nodes:
        yield Broken(("hybridNodes",), "are of IPv4 only")
    yield from _without_nitro(cluster, "IPv6")


def _custom_networking(cluster: "ClusterSpec", message: str) -> Iterator[Broken]:
    """What gives pods subnets of their own, which something does not go with."""
    if cluster.has_custom_networking:
        path = ("pods", "cidr") if cluster.network.pods.cidr else ("existing", "podSubnets")
        yield Broken(("network", *path), message)


def prefixes_need_nitro(cluster: "ClusterSpec") -> Iterator[Broken]:
    """With `network.pods.prefixDelegation`, all instance types are of the Nitro system."""
    if cluster.network.pods.prefix_delegation:
        yield from _without_nitro(cluster, "prefixDelegation")


def _without_nitro(cluster: "ClusterSpec", what: str) -> Iterator[Broken]:
    """Groups with instance types that are not of the Nitro system, which something needs."""
    for path, group in cluster.all_groups.items():
        old = [it for it in group.candidates if facts.instance_types()[it].nitro is False]
        if old:
            yield Broken(
                (*path, "instanceTypes"),
                f"{listed(old)} are not of the Nitro system, which {what} needs",
            )


NEEDED_BY_NODES = ("vpc-cni", "kube-proxy", "eks-pod-identity-agent")


def addons_fit_the_nodes(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`addons` leave nodes what they need.

    `vpc-cni` cannot be switched off, nor be without a role: nodes are not Ready without it. What
    nodes wait for is installed before them (`phase`), coredns after them. With `enabled: false`
    nothing else is said.
    Where Auto Mode has all nodes, it brings what vpc-cni, kube-proxy, eks-pod-identity-agent and
    coredns do elsewhere. Where Fargate has all pods, there are no DaemonSets.
    """
    for name, addon in cluster.addons.items():
        path = ("addons", name)
        ours = name in facts.addons()
        if ours and cluster.is_all_auto:
            yield Broken(
                path,
                "Auto Mode has all nodes and brings what it does along; remove it",
                at_key=True,
            )
            continue
        if ours and cluster.is_all_fargate and facts.addons()[name].kind == "DaemonSet":
            yield Broken(
                path,
                "is a DaemonSet, and Fargate has none: the VPC CNI and kube-proxy are part of it; "
                "remove it",
                at_key=True,
            )
            continue
        if name == "vpc-cni" and not addon.enabled:
            yield Broken(
                (*path, "enabled"),
                "must be true: nodes are not Ready without a network plugin, and they wait for it",
            )
        if name == "vpc-cni" and addon.identity and addon.identity.type == "none":
            yield Broken(
                (*path, "identity", "type"),
                "must be podIdentity or irsa: it gives nodes and pods their addresses, and the "
                "role of nodes does not let it",
            )
        if not addon.enabled and (not ours or addon.model_fields_set != {"enabled"}):
            yield Broken(
                (*path, "enabled"),
                "false goes with nothing else"
                if ours
                else "false is the same as no add-on; remove it",
            )
        if name in NEEDED_BY_NODES and addon.phase == "afterNodes":
            yield Broken((*path, "phase"), "must be beforeNodes: nodes wait for it")
        if name == "coredns" and addon.phase == "beforeNodes":
            yield Broken(
                (*path, "phase"), "must be afterNodes: it is DEGRADED until a node takes its pods"
            )
        yield from (
            Broken((*path, "configuration", *it.path), it.message, it.at_key)
            for it in broken_configuration(name, addon.configuration)
        )
        if addon.namespace and ours:
            yield Broken((*path, "namespace"), "is that of EKS: kube-system")


def cni_is_said_once(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`addons.vpc-cni.configuration` says nothing that `network.pods` says."""
    addon = cluster.addons.get("vpc-cni")
    if addon is None:
        return
    said_there: dict[tuple[str, ...], str] = {
        ("enableNetworkPolicy",): "networkPolicy",
        ("eniConfig",): "cidr",
        ("env", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"): "cidr",
        ("env", "ENI_CONFIG_LABEL_DEF"): "cidr",
        ("env", "ENABLE_PREFIX_DELEGATION"): "prefixDelegation",
        ("env", "WARM_PREFIX_TARGET"): "warmPrefixTarget",
        ("env", "WARM_IP_TARGET"): "warmIpTarget",
        ("env", "MINIMUM_IP_TARGET"): "minimumIpTarget",
        ("env", "WARM_ENI_TARGET"): "warmEniTarget",
        ("env", "ENABLE_POD_ENI"): "securityGroups",
    }
    for path, field in said_there.items():
        there: Any = addon.configuration
        for step in path:
            there = cast("dict[str, Any]", there).get(step) if isinstance(there, dict) else None
        if there is not None:
            yield Broken(
                ("addons", "vpc-cni", "configuration", *path),
                f"is said by network.pods.{field}; say it there",
                at_key=True,
            )


# https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
_NO_POD_IDENTITY = "podIdentity is not to be had: pods on Fargate have none; say irsa"


def _no_agent(cluster: "ClusterSpec") -> str:
    if cluster.is_all_fargate:
        return _NO_POD_IDENTITY
    return "podIdentity needs the add-on eks-pod-identity-agent"


def identities_can_be_had(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`identity` of `addons` is to be had.

    `podIdentity` needs the add-on eks-pod-identity-agent, or nodes of Auto Mode alone, which have
    it; `irsa` needs `iam.oidcProvider`. An add-on that is not known here needs the name of its
    `serviceAccount`, and for `irsa` its `namespace`.
    """
    refused = NEEDED_BY_NODES if cluster.is_all_fargate else ()  # as a whole
    for name, addon in cluster.all_addons.items():
        known, identity = facts.known_addons().get(name), addon.identity
        at = ("addons", name, "identity")
        if name in refused:
            continue
        if identity is None:
            if account_of(name, addon) and not cluster.has_pod_identity:
                yield (
                    Broken((*at, "type"), _NO_POD_IDENTITY)
                    if cluster.is_all_fargate
                    else Broken(
                        ("addons", "eks-pod-identity-agent", "enabled"),
                        f"must be true: {name} has its role through it",
                    )
                )
            continue
        if identity.type == "none":
            continue
        if known and identity.service_account and known.service_account:
            yield Broken((*at, "serviceAccount"), f"is that of EKS: {known.service_account}")
        elif not identity.service_account and not (known and known.service_account):
            yield Broken((*at, "serviceAccount"), "is missing: it is not known which one it has")
        elif account_of(name, addon) is None:
            yield Broken(at, "has no rights: name policies, or a roleArn")
        if identity.type == "irsa":
            if not cluster.iam.oidc_provider:
                yield Broken((*at, "type"), "irsa needs iam.oidcProvider: true")
            if known is None and addon.namespace is None:
                yield Broken(("addons", name, "namespace"), "is missing: irsa trusts it by name")
        elif not cluster.has_pod_identity:
            yield Broken((*at, "type"), _no_agent(cluster))


def service_accounts_have_one_role(cluster: "ClusterSpec") -> Iterator[Broken]:
    """Of each service account there is one in `serviceAccounts`, `addons` and `karpenter`.

    `podIdentity` needs the add-on eks-pod-identity-agent, or nodes of Auto Mode alone, which have
    it; `irsa` needs `iam.oidcProvider`.
    """
    taken: dict[tuple[str, str], str] = {}
    for name, addon in cluster.all_addons.items():
        if account := account_of(name, addon):
            taken[account] = f"addons.{name}"
    if cluster.karpenter:
        taken[cluster.karpenter.namespace, cluster.karpenter.service_account] = "karpenter"
    for name, it in cluster.service_accounts.items():
        path = ("serviceAccounts", name)
        there = taken.setdefault((it.namespace, it.service_account), shown_path(path))
        if there != shown_path(path):
            yield Broken(
                (*path, "serviceAccount"),
                f"{it.namespace}/{it.service_account} has a role already: {there}",
            )
        if it.identity == "irsa" and not cluster.iam.oidc_provider:
            yield Broken((*path, "identity"), "irsa needs iam.oidcProvider: true")
        if it.identity == "podIdentity" and not cluster.has_pod_identity:
            yield Broken((*path, "identity"), _no_agent(cluster))


def karpenter_has_what_it_needs(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`karpenter` has a place to run, an identity, and access entries for its nodes.

    Not where Auto Mode has all nodes. Without a node group it runs on Fargate: a profile takes its
    namespace, and its identity is `irsa`.
    """
    yield from broken_karpenter(cluster)


def nodes_have_subnets(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`subnets` of a group of nodes are there, and its nodes reach the API from them.

    `subnets.tier: public` needs public subnets, and `endpoint.private`. `intra` needs
    `network.intraSubnets`, and `network.natGateways: none`, with which every VPC endpoint that
    nodes need is made. `subnets.zones` are of the cluster.
    """
    network = cluster.network
    for path, group in cluster.all_groups.items():
        tier, at = group.subnets.tier, (*path, "subnets", "tier")
        if network.existing:
            if tier == "intra" or (tier == "public" and network.existing.public_subnets is None):
                yield Broken(at, f"network.existing names no {tier} subnets")
            continue
        if tier == "public" and not network.has_public_subnets:
            yield Broken(at, "there are no public subnets: network.publicSubnets is false")
        if tier == "intra" and not (network.intra_subnets and network.nat_gateways == "none"):
            yield Broken(
                at,
                'needs network.intraSubnets: true and natGateways: "none", with which the VPC '
                "endpoints are made that nodes need there",
            )
        yield from _other_zones(cluster, path, group.subnets.zones)


def windows_is_of_ipv4(cluster: "ClusterSpec") -> Iterator[Broken]:
    """Windows nodes need `network.ipFamily: ipv4`, without `network.pods.cidr`.

    https://docs.aws.amazon.com/eks/latest/userguide/windows-support.html
    """
    if not cluster.has_windows:
        return
    network = cluster.network
    if network.ip_family == "ipv6":
        yield Broken(("network", "ipFamily"), "must be ipv4: Windows nodes have no IPv6")
    yield from _custom_networking(cluster, "custom networking does not go with Windows nodes")


def tags_leave_room(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`tags` of a group, or a Fargate profile, and of the cluster are 40 together.

    They differ in more than case.
    """
    tagged: dict[tuple[str, str], NodesSpec | FargateProfileSpec] = {**cluster.all_groups}
    tagged |= {("fargateProfiles", name): it for name, it in cluster.fargate_profiles.items()}
    for path, group in tagged.items():
        together = {**cluster.tags, **group.tags}
        if len(together) > MOST_TAGS:
            yield Broken(
                (*path, "tags"),
                f"are {len(together)} together with the cluster's; {MOST_TAGS} are possible",
            )
        for key in group.tags:
            for other in cluster.tags:
                if key != other and key.casefold() == other.casefold():
                    yield Broken(
                        (*path, "tags", key),
                        f"{quoted(key)} is {quoted(other)} of the cluster in another case, which "
                        "IAM takes for the same",
                        at_key=True,
                    )


def cni_settings_have_a_cni(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`network.pods` and `network.existing.podSubnets` need a node group.

    Where Auto Mode has all nodes, its own network takes the place of the VPC CNI; where Fargate has
    all pods, its own.
    """
    pods = cluster.network.pods
    if cluster.is_all_auto:
        whose = "Auto Mode has all nodes"
    elif cluster.is_all_fargate:
        whose = "Fargate has all pods"
    else:
        return
    if pods.is_custom:
        yield Broken(
            ("network", "pods"),
            f"are settings of the VPC CNI, but {whose} and brings its own; add a node group or "
            "remove them",
        )
    if cluster.network.existing and cluster.network.existing.pod_subnets:
        yield Broken(
            ("network", "existing", "podSubnets"),
            f"are settings of the VPC CNI, but {whose} and brings its own",
        )


def public_cidrs_are_of_the_family(cluster: "ClusterSpec") -> Iterator[Broken]:
    """IPv6 networks in `endpoint.publicAccessCidrs` need `network.ipFamily: ipv6`."""
    for index, cidr in enumerate(cluster.endpoint.public_access_cidrs):
        if cidr.version == 6 and cluster.network.ip_family != "ipv6":
            yield Broken(
                ("endpoint", "publicAccessCidrs", index),
                f'{cidr} is of IPv6, but the endpoint of a cluster with ipFamily "ipv4" is not',
            )


def hybrid_networks_are_private(cluster: "ClusterSpec") -> Iterator[Broken]:
    """Networks of `hybridNodes` are private, and nodes there join by access entries.

    `access.authenticationMode` is not `CONFIG_MAP` then.
    """
    hybrid = cluster.hybrid_nodes
    if hybrid is None:
        return
    allowed = [IPv4Network(it) for it in limit("remote-network.cidr").values]
    for name, cidrs in (("nodeCidrs", hybrid.node_cidrs), ("podCidrs", hybrid.pod_cidrs)):
        for index, cidr in enumerate(cidrs):
            if allowed and not any(cidr.subnet_of(block) for block in allowed):
                yield Broken(
                    ("hybridNodes", name, index),
                    f"{cidr} must lie within one of {listed(allowed)}",
                )
    if cluster.access.authentication_mode == "CONFIG_MAP":
        yield Broken(("hybridNodes",), "need access entries: authenticationMode is CONFIG_MAP")


def auto_mode_knows_its_nodes(cluster: "ClusterSpec") -> Iterator[Broken]:
    """With `autoMode`, `access.authenticationMode` is not `CONFIG_MAP`: nodes join by an entry.

    `autoMode.nodePools: []` needs a node group: nothing would run until somebody makes a node pool.
    """
    if cluster.auto_mode and cluster.access.authentication_mode == "CONFIG_MAP":
        yield Broken(("autoMode",), "needs access entries: authenticationMode is CONFIG_MAP")
    if cluster.auto_mode and not cluster.auto_mode.node_pools and not cluster.all_groups:
        yield Broken(
            ("autoMode", "nodePools"),
            "is empty and there is no node group: nothing would run until you make a node pool; "
            "keep general-purpose and system, or add a node group",
        )


def config_map_knows_the_creator_alone(cluster: "ClusterSpec") -> Iterator[Broken]:
    """With `access.authenticationMode: CONFIG_MAP`, `access.admins` is `[creator]` and nobody else.

    EKS lets in whoever made the cluster then; all others are lines of the `aws-auth` ConfigMap, and
    `access.entries` is empty.
    """
    access = cluster.access
    if access.authentication_mode != "CONFIG_MAP":
        return
    if access.admins != (CREATOR,):
        yield Broken(
            ("access", "admins"),
            f"must be [{CREATOR}] while authenticationMode is CONFIG_MAP: EKS lets in the "
            "principal that made the cluster; others are lines of the aws-auth ConfigMap",
        )
    if access.entries:
        yield Broken(("access", "entries"), "needs authenticationMode API_AND_CONFIG_MAP or API")


def principals_are_named_once(cluster: "ClusterSpec") -> Iterator[Broken]:
    """A principal is named once in `access.admins` and `access.entries`, by whatever ARN.

    The ARN of a session stands for its role, whatever the role's path. Administrators are not among
    `access.deployersWithoutAdmin`.
    """
    access = cluster.access
    seen: dict[Identity, tuple[PathKey, ...]] = {}
    paths = [
        *((("access", "admins", at), arn) for at, arn in enumerate(access.admins)),
        *(
            (("access", "entries", name, "principal"), entry.principal)
            for name, entry in access.entries.items()
        ),
    ]
    for path, arn in paths:
        who = identity(arn)
        if who is None:
            continue
        if who in seen:
            yield Broken(path, f"{arn} has an access entry already, from {shown_path(seen[who])}")
        seen.setdefault(who, path)
    admins = {identity(arn) for arn in administrators(cluster)}
    for index, arn in enumerate(access.deployers_without_admin):
        if identity(arn) in admins:
            yield Broken(
                ("access", "deployersWithoutAdmin", index),
                f"{arn} is an administrator; remove it here",
            )


def access_entries_are_few_enough(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`access.admins` and `access.entries` are 3000 at most, a quota that AWS does not raise."""
    most = limit("cluster.access-entries").maximum or 0
    wanted = len(cluster.access.admins) + len(cluster.access.entries)
    if wanted > most:
        yield Broken(
            ("access", "entries"),
            f"{wanted} access entries with admins, but EKS takes {most} in a cluster",
        )


def issuers_are_different(cluster: "ClusterSpec") -> Iterator[Broken]:
    """Each of `access.identityProviders` has an `issuerUrl` of its own.

    https://docs.aws.amazon.com/eks/latest/userguide/authenticate-oidc-identity-provider.html
    """
    seen: dict[str, str] = {}
    for name, provider in cluster.access.identity_providers.items():
        if provider.issuer_url in seen:
            yield Broken(
                ("access", "identityProviders", name, "issuerUrl"),
                f"{provider.issuer_url} is the issuer of {seen[provider.issuer_url]} already",
            )
        seen.setdefault(provider.issuer_url, name)


def arns_are_of_the_partition(cluster: "ClusterSpec") -> Iterator[Broken]:
    """ARNs, as those of `access`, `iam` and keys, are of the region's partition.

    What is in China or GovCloud knows nothing of the rest of AWS.

    https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
    """
    for path, arn in _arns(cluster):
        partition = arn.split(":")[1]
        if partition != cluster.partition:
            yield Broken(
                path,
                f"{arn} is in the partition {partition}, but {cluster.region} is in "
                f"{cluster.partition}: it begins with arn:{cluster.partition}:",
            )


def _arns(cluster: "ClusterSpec") -> Iterator[tuple[tuple[PathKey, ...], str]]:
    """All ARNs that a cluster names, and where; keys have a rule of their own."""
    access = cluster.access
    for at, arn in enumerate(access.admins):
        if arn != CREATOR:
            yield ("access", "admins", at), arn
    for name, entry in access.entries.items():
        yield ("access", "entries", name, "principal"), entry.principal
    for at, arn in enumerate(access.deployers_without_admin):
        yield ("access", "deployersWithoutAdmin", at), arn
    if access.kubeconfig.role_arn:
        yield ("access", "kubeconfig", "roleArn"), access.kubeconfig.role_arn
    for at, arn in enumerate(cluster.encryption.administrators):
        yield ("encryption", "administrators", at), arn
    if cluster.iam.permissions_boundary:
        yield ("iam", "permissionsBoundary"), cluster.iam.permissions_boundary
    yield from _arns_of_workloads(cluster)
    yield from _arns_of_further_nodes(cluster)
    for name, capability in cluster.capabilities.items():
        for at, arn in enumerate(capability.policies):
            yield ("capabilities", name, "policies", at), arn
        if capability.argo_cd:
            path = ("capabilities", name, "argoCd", "identityCenterArn")
            yield path, capability.argo_cd.identity_center_arn
    for name, profile in cluster.fargate_profiles.items():
        for at, arn in enumerate(profile.policies):
            yield ("fargateProfiles", name, "policies", at), arn


def _arns_of_workloads(cluster: "ClusterSpec") -> Iterator[tuple[tuple[PathKey, ...], str]]:
    """ARNs of the roles and policies of nodes, add-ons and service accounts."""
    for path, group in cluster.all_groups.items():
        for at, arn in enumerate(group.role_policies):
            yield (*path, "rolePolicies", at), arn
    for name, own in cluster.self_managed_node_groups.items():
        for hook_name, hook in own.lifecycle_hooks.items():
            there = ("selfManagedNodeGroups", name, "lifecycleHooks", hook_name)
            for field, arn in (("targetArn", hook.target_arn), ("roleArn", hook.role_arn)):
                if arn:
                    yield (*there, field), arn
    for name, addon in cluster.addons.items():
        identity, there = addon.identity, ("addons", name, "identity")
        if identity and identity.role_arn:
            yield (*there, "roleArn"), identity.role_arn
        for at, arn in enumerate(identity.policies if identity else ()):
            yield (*there, "policies", at), arn
    for name, account in cluster.service_accounts.items():
        if account.role_arn:
            yield ("serviceAccounts", name, "roleArn"), account.role_arn
        for at, arn in enumerate(account.policies):
            yield ("serviceAccounts", name, "policies", at), arn


def _arns_of_further_nodes(
    cluster: "ClusterSpec",
) -> Iterator[tuple[tuple[PathKey, ...], str]]:
    """ARNs of Karpenter's and of hybrid nodes' roles."""
    if cluster.karpenter:
        for at, arn in enumerate(cluster.karpenter.policies):
            yield ("karpenter", "policies", at), arn
        for at, arn in enumerate(cluster.karpenter.node_policies):
            yield ("karpenter", "nodePolicies", at), arn
    if cluster.hybrid_nodes and cluster.hybrid_nodes.role:
        role = cluster.hybrid_nodes.role
        if role.trust_anchor_arn:
            yield ("hybridNodes", "role", "trustAnchorArn"), role.trust_anchor_arn
        for at, arn in enumerate(role.policies):
            yield ("hybridNodes", "role", "policies", at), arn


def somebody_administers(cluster: "ClusterSpec") -> Iterator[Broken]:
    """With `access.admins: nobody`, no entry of `access.entries` is an administrator either."""
    if not cluster.access.admins and any(it.is_admin for it in cluster.access.entries.values()):
        yield Broken(
            ("access", "admins"),
            '"nobody" is not true: entries has an administrator; name them here instead',
        )


def administrators(cluster: "ClusterSpec") -> tuple[str, ...]:
    """Who may do everything in the cluster: ARNs, and `creator`."""
    return (
        *cluster.access.admins,
        *(it.principal for it in cluster.access.entries.values() if it.is_admin),
    )


def encryption_is_said_once(cluster: "ClusterSpec") -> Iterator[Broken]:
    """What `encryption` says of a new key needs one that is made.

    None is where both `encryption.keyArn` and `logging.keyArn` name one that is there.
    """
    if not cluster.makes_key and cluster.encryption.describes_new_key:
        yield Broken(
            ("encryption", "keyArn"),
            "names a key that is there, and no other is made for logs: administrators, "
            "rotationDays and deletionWindowDays have nothing to describe; remove them",
        )


def logs_that_are_kept_are_written(cluster: "ClusterSpec") -> Iterator[Broken]:
    """With `logging.types: []`, nothing else is said in `logging` but the key of flow logs."""
    logging = cluster.logging
    if logging.types:
        return
    for name in ("retention_days", "class_", "key_arn", "keep_on_destroy"):
        if name == "key_arn" and cluster.has_flow_logs:  # it encrypts flow logs too
            continue
        if name in logging.model_fields_set:
            alias = type(logging).model_fields[name].alias or name
            yield Broken(
                ("logging", alias), "is of no effect: types is empty, so nothing is logged"
            )


def flow_logs_that_are_kept_are_written(cluster: "ClusterSpec") -> Iterator[Broken]:
    """With `network.flowLogs.trafficType: NONE`, nothing else is said in `network.flowLogs`."""
    flow_logs = cluster.network.flow_logs
    if flow_logs.traffic_type != "NONE":
        return
    for name in ("retention_days", "aggregation_seconds"):
        if name in flow_logs.model_fields_set:
            alias = type(flow_logs).model_fields[name].alias or name
            yield Broken(
                ("network", "flowLogs", alias), "is of no effect: trafficType is NONE; remove it"
            )


def timeouts_are_of_what_is_made(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`timeouts` of node groups, Fargate profiles and add-ons need some: else nothing waits."""
    timeouts = cluster.timeouts
    if timeouts.node_groups != TimeoutsSpec() and not cluster.all_groups:
        yield Broken(("timeouts", "nodeGroups"), "is of no effect: there is no node group")
    if timeouts.fargate_profiles != TimeoutsSpec() and not cluster.fargate_profiles:
        yield Broken(
            ("timeouts", "fargateProfiles"), "is of no effect: there is no Fargate profile"
        )
    if timeouts.addons != TimeoutsSpec() and not cluster.all_addons:
        yield Broken(
            ("timeouts", "addons"),
            "is of no effect: Auto Mode has all nodes and brings what add-ons do",
        )


def capabilities_have_access_entries(cluster: "ClusterSpec") -> Iterator[Broken]:
    """With `capabilities`, `access.authenticationMode` is not `CONFIG_MAP`: they work by an entry.

    https://docs.aws.amazon.com/eks/latest/userguide/capabilities-security.html
    """
    if cluster.capabilities and cluster.access.authentication_mode == "CONFIG_MAP":
        yield Broken(("capabilities",), "need access entries: authenticationMode is CONFIG_MAP")


def keys_are_of_the_region(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`encryption.keyArn` and `logging.keyArn` are keys of the cluster's region."""
    for path, arn in (
        (("encryption", "keyArn"), cluster.encryption.key_arn),
        (("logging", "keyArn"), cluster.logging.key_arn),
    ):
        if arn and arn.split(":")[3] != cluster.region:
            yield Broken(
                path, f"{arn} is in {arn.split(':')[3]}, but the cluster is in {cluster.region}"
            )


def settings_have_their_tier(cluster: "ClusterSpec") -> Iterator[Broken]:
    """`controlPlane.controllerManager` needs a provisioned `controlPlane.scalingTier`."""
    settings = cluster.control_plane
    tier = facts.control_plane_tiers()[settings.scaling_tier]
    if settings.controller_manager and not tier.provisioned:
        provisioned = [it.name for it in facts.control_plane_tiers().values() if it.provisioned]
        yield Broken(
            ("controlPlane", "controllerManager"),
            f"needs provisioned capacity: a scalingTier of {listed(provisioned)}",
        )


def endpoint_services_are_there(cluster: "ClusterSpec") -> Iterator[Broken]:
    """Each service of `network.vpcEndpoints` has an endpoint in the region."""
    for index, name in enumerate(cluster.network.vpc_endpoints):
        if cluster.region in facts.vpc_endpoints()[name].missing_in:
            yield Broken(
                ("network", "vpcEndpoints", index),
                f"{cluster.region} has no VPC endpoint for {name}; remove it",
            )


def capabilities_are_of_different_types(cluster: "ClusterSpec") -> Iterator[Broken]:
    """A cluster has one of `capabilities` of each type."""
    seen: dict[str, str] = {}
    for name, capability in cluster.capabilities.items():
        if capability.type in seen:
            yield Broken(
                ("capabilities", name, "type"),
                f"{capability.type} is what {seen[capability.type]} is already; EKS runs one of "
                "each type",
            )
        seen.setdefault(capability.type, name)


RULES: tuple[Rule, ...] = (
    nodes_are_named,
    self_managed_groups_fit_the_others,
    coredns_has_a_place,
    fargate_is_of_private_subnets,
    fargate_roles_have_no_path,
    existing_vpc_is_not_described,
    nat_gateways_have_public_subnets,
    existing_subnets_are_enough,
    nodes_reach_the_api,
    tiers_fit_the_vpc,
    local_zones_are_free_places,
    blocks_do_not_overlap,
    secondary_blocks_are_allowed,
    ipv6_clusters_need_no_more,
    prefixes_need_nitro,
    addons_fit_the_nodes,
    cni_is_said_once,
    identities_can_be_had,
    service_accounts_have_one_role,
    karpenter_has_what_it_needs,
    nodes_have_subnets,
    windows_is_of_ipv4,
    tags_leave_room,
    cni_settings_have_a_cni,
    public_cidrs_are_of_the_family,
    hybrid_networks_are_private,
    auto_mode_knows_its_nodes,
    config_map_knows_the_creator_alone,
    principals_are_named_once,
    access_entries_are_few_enough,
    issuers_are_different,
    arns_are_of_the_partition,
    somebody_administers,
    encryption_is_said_once,
    logs_that_are_kept_are_written,
    flow_logs_that_are_kept_are_written,
    timeouts_are_of_what_is_made,
    capabilities_have_access_entries,
    keys_are_of_the_region,
    settings_have_their_tier,
    capabilities_are_of_different_types,
    endpoint_services_are_there,
)
"""All rules."""
