"""What is worth knowing of a cluster that can be made: dates, and quotas of a new account.

AWS raises the quotas on request, and no file tells whether it did, so none of this is refused.
"""

import datetime
from collections import Counter
from collections.abc import Iterator

from spec import facts
from spec.model.addons import account_of
from spec.model.broken import Broken
from spec.model.cluster import ClusterSpec

DAYS_AHEAD = 60
"""How long before the end of a version's standard support it is told."""

WAIVER_DAYS_AHEAD = 14
"""How long before the last day of a waiver it is told."""

_CALENDAR = "https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html"
_RULES_OF_EKS = {"ingress": 1, "egress": 1}
"""Rules of the cluster security group that EKS makes: all from itself, all to everywhere.

https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
"""


def advice(cluster: ClusterSpec, today: datetime.date) -> Iterator[Broken]:
    """What should be known before the cluster is made.

    Args:
        cluster: The cluster.
        today: The day on which it is asked for.
    """
    yield from _support(cluster, today)
    yield from _quotas(cluster)
    yield from _without_role(cluster)
    yield from _without_pod_identity(cluster)
    yield from _waivers(cluster, today)
    if cluster.hybrid_nodes and cluster.network.service_cidr is None:
        # https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-networking.html
        yield Broken(
            ("network", "serviceCidr"),
            "is not given: EKS chooses the block of services without regard to your own network; "
            "name one that hybridNodes can do without",
        )


def _support(cluster: ClusterSpec, today: datetime.date) -> Iterator[Broken]:
    version = facts.kubernetes_versions()[cluster.kubernetes_version]
    left = (version.standard_support_ends - today).days
    if left > DAYS_AHEAD:
        return
    when = "ended" if left <= 0 else "ends"
    extended = version.extended_support_ends
    until = f" until {extended}" if extended else ""
    then = (
        "EKS then upgrades the cluster by itself, as controlPlane.supportType is STANDARD"
        if cluster.control_plane.support_type == "STANDARD"
        else f"the cluster then stays as it is{until}, at the price of extended support, as "
        "controlPlane.supportType is EXTENDED"
    )
    yield Broken(
        ("kubernetesVersion",),
        f"standard support of {version.version} {when} on {version.standard_support_ends}: {then}; "
        f"newer: {_newer(version.version)} ({_CALENDAR}, {version.date})",
    )


def _newer(version: str) -> str:
    known = list(facts.kubernetes_versions())
    return ", ".join(known[: known.index(version)]) or "none that is known here"


def _without_role(cluster: ClusterSpec) -> Iterator[Broken]:
    """Add-ons that are known to call AWS, and have no role to do so.

    The metadata service would hand their pods the role of nodes, were it not one hop too far.
    https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html
    """
    given = {(it.namespace, it.service_account) for it in cluster.service_accounts.values()}
    for name, addon in cluster.all_addons.items():
        known = facts.known_addons().get(name)
        if known is None or known.service_account is None or account_of(name, addon):
            continue
        account = addon.namespace or known.namespace, known.service_account
        if account not in given:
            yield Broken(
                ("addons", name),
                f"calls AWS as the service account {'/'.join(account)}, which has no role, and the "
                "metadata service of nodes does not answer pods; name identity.policies or "
                "identity.roleArn, or the service account among serviceAccounts",
            )


def _without_pod_identity(cluster: ClusterSpec) -> Iterator[Broken]:
    """Service accounts whose pods run on Fargate, where Pod Identity gives them no role.

    https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
    """
    for name, account in cluster.service_accounts.items():
        if account.identity != "podIdentity":
            continue
        for profile_name, profile in cluster.fargate_profiles.items():
            if profile.takes(account.namespace, {}):  # whatever their labels
                yield Broken(
                    ("serviceAccounts", name, "identity"),
                    f"is podIdentity, but pods of {account.namespace} run on Fargate "
                    f"(fargateProfiles.{profile_name}), where it gives them no role; say irsa",
                )
                break


def _waivers(cluster: ClusterSpec, today: datetime.date) -> Iterator[Broken]:
    """Waivers of the policy pack's rules that have ended, or soon will."""
    for index, waiver in enumerate(cluster.policy.waivers):
        left = (waiver.until - today).days
        if left > WAIVER_DAYS_AHEAD:
            continue
        told = "ended on {}: the rule counts again" if left < 0 else "ends on {}"
        yield Broken(
            ("policy", "waivers", index, "until"),
            f"the waiver of {waiver.rule} {told.format(waiver.until)}; keep the rule, or say anew "
            "why not, and until when",
        )


def _quotas(cluster: ClusterSpec) -> Iterator[Broken]:
    network = cluster.network
    if network.existing is None:
        kinds = Counter(facts.vpc_endpoints()[it].kind for it in network.endpoint_services)
        yield from _over("vpc-endpoints.interface", kinds["interface"], ("network", "vpcEndpoints"))
    yield from _over("eks.node-groups", len(cluster.node_groups), ("nodeGroups",))
    for name, group in cluster.node_groups.items():
        yield from _over("eks.nodes", group.nodes.max, ("nodeGroups", name, "nodes"))
    yield from _over("eks.fargate-profiles", len(cluster.fargate_profiles), ("fargateProfiles",))
    for name, profile in cluster.fargate_profiles.items():
        of_profile = len(profile.policies) + 1  # AWS's own, without which it does nothing
        yield from _over("iam.policies-per-role", of_profile, ("fargateProfiles", name, "policies"))
    for name, capability in cluster.capabilities.items():
        yield from _over(
            "iam.policies-per-role",
            len(capability.policies),
            ("capabilities", name, "policies"),
        )
    for path, policies in _policies_of_workloads(cluster):
        yield from _over("iam.policies-per-role", policies, path)
    directions = Counter(it.direction for it in cluster.control_plane.security_group_rules.values())
    for direction, count in directions.items():
        yield from _over(
            "security-group.rules",
            count + _RULES_OF_EKS[direction],
            ("controlPlane", "securityGroupRules"),
        )


def _policies_of_workloads(cluster: ClusterSpec) -> Iterator[tuple[tuple[str, ...], int]]:
    """How many managed policies the roles of add-ons and service accounts have, and where."""
    for name, addon in cluster.addons.items():
        known = facts.known_addons().get(name)
        if addon.identity and addon.identity.policies:
            managed = len(known.managed_policies) if known else 0
            yield ("addons", name, "identity", "policies"), managed + len(addon.identity.policies)
    for name, account in cluster.service_accounts.items():
        yield ("serviceAccounts", name, "policies"), len(account.policies)


def _over(quota: str, wanted: int, path: tuple[str, ...]) -> Iterator[Broken]:
    of = facts.quotas()[quota]
    if wanted > of.value:
        yield Broken(
            path,
            f"needs {wanted} {of.counts}; a new account may have {of.value}, unless AWS raised it "
            f"({of.sources[0]}, {of.date})",
        )
