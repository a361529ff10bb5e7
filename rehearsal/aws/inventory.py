"""Everything an account's owner would still see or pay for, and the nodes of a cluster."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from moto.autoscaling.models import autoscaling_backends
from moto.ec2.models import ec2_backends
from moto.eks.models import eks_backends
from moto.events.models import events_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sqs.models import sqs_backends

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.eks import health
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.iam.rules import SERVICE_LINKED

GLOBAL = "global"
# What was there before any stack was made: service, type, id and region of each thing.
GIVEN: set[tuple[str, str, str, str]] = set()
# Of keys that AWS makes and pays for itself.
AWS_MANAGED_ALIAS = "alias/aws/"


@dataclass(frozen=True)
class Resource:
    """Something that is there.

    Attributes:
        service: as in its ARN, such as ``ec2``.
        type: such as ``nat-gateway``.
        id: unique within type and region.
        region: ``global`` for IAM's.
        state: as AWS has it; empty for what has none.
        name: what a person would call it; empty if nothing.
    """

    service: str
    type: str
    id: str
    region: str
    state: str
    name: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is known by."""
        return self.service, self.type, self.id, self.region


def resources() -> list[dict[str, Any]]:
    """All resources but those that AWS puts into every account, and that a stack found there."""
    return [asdict(resource) for resource in _resources() if resource.key not in GIVEN]


def keys() -> set[tuple[str, str, str, str]]:
    """Service, type, id and region of all resources but those that AWS puts into every account."""
    return {resource.key for resource in _resources()}


def _resources() -> Iterator[Resource]:
    # A copy, as asking one service for another can make a backend for a region.
    for region, ec2 in list(ec2_backends[ACCOUNT].items()):
        yield from _ec2(region, ec2)
    for region, eks in list(eks_backends[ACCOUNT].items()):
        yield from _eks(region, eks)  # type: ignore[arg-type]
    for region, autoscaling in list(autoscaling_backends[ACCOUNT].items()):
        for group in autoscaling.autoscaling_groups.values():
            yield Resource("autoscaling", "auto-scaling-group", group.name, region, "", group.name)
    for region, kms in list(kms_backends[ACCOUNT].items()):
        yield from _kms(region, kms)
    for region, logs in list(logs_backends[ACCOUNT].items()):
        for log_group in logs.groups.values():
            yield Resource("logs", "log-group", log_group.arn, region, "", log_group.name)
    yield from _messaging()
    for s3 in list(s3_backends[ACCOUNT].values()):
        for bucket in s3.buckets.values():
            yield Resource("s3", "bucket", bucket.arn, bucket.region_name, "", bucket.name)
    for iam in list(iam_backends[ACCOUNT].values()):
        yield from _iam(iam)


def _messaging() -> Iterator[Resource]:
    """Queues, and rules of EventBridge."""
    for region, sqs in list(sqs_backends[ACCOUNT].items()):
        for queue in sqs.queues.values():
            yield Resource("sqs", "queue", queue.queue_arn, region, "", queue.name)
    for region, events in list(events_backends[ACCOUNT].items()):
        for bus in events.event_buses.values():
            for rule in bus.rules.values():
                yield Resource("events", "rule", rule.arn, region, rule.state, rule.name)


def _ec2(region: str, ec2: Any) -> Iterator[Resource]:
    default = ec2.default_vpc.id
    by_type: dict[str, Any] = {
        "vpc": (v for v in ec2.vpcs.values() if v.id != default),
        "subnet": (s for s in ec2.describe_subnets() if s.vpc_id != default),
        "route-table": (t for t in ec2.route_tables.values() if t.vpc_id != default),
        "internet-gateway": ec2.internet_gateways.values(),
        "egress-only-internet-gateway": ec2.egress_only_internet_gateways.values(),
        "nat-gateway": (
            n for n in ec2.nat_gateways.values() if n.state not in {"deleted", "failed"}
        ),
        "elastic-ip": ec2.addresses,
        "network-interface": ec2.enis.values(),
        "vpc-endpoint": ec2.vpc_end_points.values(),
        "vpc-flow-log": ec2.flow_logs.values(),
        "security-group": (
            g
            for vpc, groups in ec2.groups.items()
            for g in groups.values()
            if not (vpc == default and g.name == "default")
        ),
        "launch-template": ec2.launch_templates.values(),
        "placement-group": ec2.placement_groups.values(),
        "key-pair": ec2.key_pairs.values(),
        "instance": (i for i in ec2.all_instances() if i.state != "terminated"),
        "volume": ec2.volumes.values(),
        "prefix-list": (p for p in ec2.managed_prefix_lists.values() if p.owner_id == ACCOUNT),
    }
    for kind, found in by_type.items():
        for resource in found:
            yield Resource(
                "ec2",
                kind,
                resource.id,
                region,
                str(getattr(resource, "state", "") or getattr(resource, "status", "")),
                ec2.tags.get(resource.id, {}).get("Name", "") or getattr(resource, "name", ""),
            )


def _eks(region: str, eks: EKS) -> Iterator[Resource]:
    for cluster in eks.clusters.values():
        document = cluster.document
        yield Resource("eks", "cluster", document["arn"], region, document["status"], cluster.name)
        for kind, children, arn in (
            ("nodegroup", cluster.nodegroups, "nodegroupArn"),
            ("addon", cluster.addons, "addonArn"),
            ("access-entry", cluster.access_entries, "accessEntryArn"),
            ("capability", cluster.capabilities, "arn"),
        ):
            for name, child in children.items():
                state = child.document.get("status", "")
                yield Resource("eks", kind, child.document[arn], region, state, name)
        for name, profile in cluster.fargate_profiles.items():
            arn = profile["fargateProfileArn"]
            yield Resource("eks", "fargate-profile", arn, region, profile["status"], name)
        for name, provider in cluster.identity_providers.items():
            arn = provider["identityProviderConfigArn"]
            yield Resource("eks", "identity-provider-config", arn, region, provider["status"], name)
        for association in cluster.pod_identities.values():
            name = f"{association['namespace']}/{association['serviceAccount']}"
            arn = association["associationArn"]
            yield Resource("eks", "pod-identity-association", arn, region, "", name)


def _kms(region: str, kms: Any) -> Iterator[Resource]:
    for key in kms.keys.values():
        aliases = list(key.aliases)
        if any(alias.startswith(AWS_MANAGED_ALIAS) for alias in aliases):
            continue
        for alias in aliases:
            yield Resource("kms", "alias", alias, region, "", alias)
        if key.key_state != "PendingDeletion":
            yield Resource("kms", "key", key.id, region, key.key_state, key.description)


def _iam(iam: Any) -> Iterator[Resource]:
    for role in iam.roles.values():
        if not role.path.startswith(SERVICE_LINKED):
            yield Resource("iam", "role", role.arn, GLOBAL, "", role.name)
    for arn, policy in iam.managed_policies.items():
        if ":iam::aws:" not in arn:
            yield Resource("iam", "policy", arn, GLOBAL, "", policy.name)
    for profile in iam.instance_profiles.values():
        yield Resource("iam", "instance-profile", profile.arn, GLOBAL, "", profile.name)
    for arn in iam.open_id_providers:
        yield Resource("iam", "oidc-provider", arn, GLOBAL, "", arn.partition("/")[2])


def wanted_nodes(cluster: str, region: str) -> int:
    """How many nodes the groups of a cluster are to have, whoever has said so last."""
    eks: Any = eks_backends[ACCOUNT][region]
    if cluster not in eks.clusters:
        return 0
    groups = eks.clusters[cluster].nodegroups.values()
    managed = sum(group.document["scalingConfig"]["desiredSize"] for group in groups)
    theirs = {group.group for group in groups}
    # https://docs.aws.amazon.com/eks/latest/userguide/launch-workers.html
    owned = f"kubernetes.io/cluster/{cluster}"
    return managed + sum(
        len(group.instance_states)
        for group in autoscaling_backends[ACCOUNT][region].autoscaling_groups.values()
        if group.name not in theirs and any(tag["Key"] == owned for tag in group.tags)
    )


def nodes(cluster: str, region: str) -> list[dict[str, Any]]:
    """The nodes that have joined a cluster, by name; none if there is no such cluster."""
    eks: Any = eks_backends[ACCOUNT][region]
    if cluster not in eks.clusters:
        return []
    found = eks.clusters[cluster]
    health.reassess(found)
    for nodegroup in found.nodegroups.values():
        health.reassess_nodegroup(found, nodegroup)
    return sorted(
        (
            _node(eks, nodegroup, instance_id, instance_id in nodegroup.ready)
            for nodegroup in found.groups
            for instance_id in nodegroup.joined
        ),
        key=lambda node: node["name"],
    )


def _node(eks: EKS, nodegroup: Any, instance_id: str, ready: bool) -> dict[str, Any]:
    instance = eks.ec2.get_instance(instance_id)
    return {
        "name": instance.private_dns_name,
        "status": "Ready" if ready and instance.state == "running" else "NotReady",
        "nodegroup": nodegroup.document["nodegroupName"],
        "instanceType": instance.instance_type,
        "zone": instance.availability_zone,
        "internalIp": instance.private_ip,
        "version": nodegroup.kubelets[instance_id],
        "instanceId": instance_id,
    }
