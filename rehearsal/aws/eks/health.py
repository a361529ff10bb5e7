"""What nodes coming and going, and add-ons coming and going, mean for each other.

Instances join, and nodes become Ready, as far as the rules in
:mod:`rehearsal.aws.eks.rules.joining` let them. A node group is ACTIVE once its nodes are Ready,
and CREATE_FAILED if they are not in time; a Deployment among the add-ons is healthy while a Ready
node takes its pods. Everything is judged anew when something changes, when somebody asks, and
after a while where something is still missing.
"""

import sys
from collections.abc import Iterable

from moto.core.utils import utcnow

from rehearsal.aws import catalog
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import credentials, issues, joining, roles, schedulability
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.issues import Obstacle
from rehearsal.aws.eks.joining import Situation
from rehearsal.aws.eks.records import SELF_MANAGED, Addon, Cluster, Document, Nodegroup
from rehearsal.aws.eks.rules import addon as addon_rules

STEADY = {"ACTIVE", "DEGRADED"}


def ready_nodes(cluster: Cluster, nodegroup: Nodegroup) -> set[str]:
    """The instances of a node group that are nodes in state Ready."""
    return nodegroup.ready


def reassess(cluster: Cluster) -> None:
    """Bring the states of node groups and add-ons up to date with each other."""
    eks = _home(cluster)
    for nodegroup in cluster.nodegroups.values():
        # One that is well is looked at when somebody asks for it: there may be a hundred.
        if nodegroup.document["status"] != "ACTIVE" or nodegroup.booted - nodegroup.ready:
            _advance(eks, cluster, nodegroup)
            _settle(eks, cluster, nodegroup)
    for group in _self_managed(eks, cluster):
        _advance(eks, cluster, group)
    examine_addons(cluster)


def _self_managed(eks: EKS, cluster: Cluster) -> list[Nodegroup]:
    """The groups that EKS does not manage, without those of their instances that are gone."""
    for name, group in list(cluster.self_managed.items()):
        gone = {i for i in group.launched if eks.ec2.get_instance(i).state != "running"}
        group.launched = [i for i in group.launched if i not in gone]
        for states in (group.booted, group.joined, group.ready, group.late):
            states.difference_update(gone)
        for instance_id in gone:
            group.kubelets.pop(instance_id, None)
            group.obstacles.pop(instance_id, None)
        if not group.launched:
            del cluster.self_managed[name]
    return list(cluster.self_managed.values())


def reassess_nodegroup(cluster: Cluster, nodegroup: Nodegroup) -> None:
    """Bring the state of one node group up to date, and those of the add-ons that live on it."""
    eks = _home(cluster)
    _self_managed(eks, cluster)
    before = len(nodegroup.ready)
    if nodegroup.document["status"] in {*STEADY, SELF_MANAGED}:
        _check_ready(eks, cluster, nodegroup)
    _advance(eks, cluster, nodegroup)
    _settle(eks, cluster, nodegroup)
    if len(nodegroup.ready) != before:
        examine_addons(cluster)


def examine_addons(cluster: Cluster) -> None:
    """Bring the states of the add-ons up to date with the nodes."""
    eks = _home(cluster)
    for addon in cluster.addons.values():
        _examine(eks, cluster, addon)


def look_again_later(cluster: Cluster, nodegroup: Nodegroup) -> None:
    """Have a node group judged anew after a while, as kubelets try again.

    Where no time passes there is no while: then only a change or a question does.
    """
    if nodegroup.retrying or not TIMELINE.seconds("instance.join"):
        return
    nodegroup.retrying = True
    subject = (cluster.name, nodegroup.document["nodegroupName"])
    TIMELINE.after("instance.join", "eks.nodegroup.retry", _region(cluster), *subject)


def _home(cluster: Cluster) -> EKS:
    return eks_of(_region(cluster))


def _region(cluster: Cluster) -> str:
    return cluster.document["arn"].split(":")[3]


# --- nodes ---


def _advance(eks: EKS, cluster: Cluster, nodegroup: Nodegroup) -> None:
    """Let those instances join, and those nodes become Ready, that nothing keeps from it."""
    waiting = [i for i in nodegroup.launched if i in nodegroup.booted - nodegroup.ready]
    for instance_id in waiting:
        situation = Situation(eks, cluster, nodegroup, instance_id)
        if instance_id not in nodegroup.joined:
            obstacle = joining.obstacle_to_joining(situation)
            if obstacle:
                _note(cluster, nodegroup, instance_id, obstacle)
                continue
            nodegroup.joined.add(instance_id)
        obstacle = joining.obstacle_to_staying(situation) or joining.obstacle_to_readiness(
            situation
        )
        if obstacle:
            _note(cluster, nodegroup, instance_id, obstacle)
        else:
            nodegroup.ready.add(instance_id)
            nodegroup.late.discard(instance_id)
            nodegroup.obstacles.pop(instance_id, None)


def _check_ready(eks: EKS, cluster: Cluster, nodegroup: Nodegroup) -> None:
    """A node that cannot reach the API any more is Ready no more.

    One that has its images and its network plugin stays Ready without a way to get them again.
    """
    for instance_id in sorted(nodegroup.ready):
        obstacle = joining.obstacle_to_staying(Situation(eks, cluster, nodegroup, instance_id))
        if obstacle:
            nodegroup.ready.discard(instance_id)
            nodegroup.late.add(instance_id)
            _note(cluster, nodegroup, instance_id, obstacle)


def _note(cluster: Cluster, nodegroup: Nodegroup, instance_id: str, obstacle: Obstacle) -> None:
    """Write down what EKS will not tell."""
    if nodegroup.obstacles.get(instance_id) != obstacle.reason:
        nodegroup.obstacles[instance_id] = obstacle.reason
        where = f"{cluster.name}/{nodegroup.document['nodegroupName']}"
        # In one piece, as requests are logged by other threads.
        sys.stderr.write(f"{where}: {instance_id}: {obstacle.reason}\n")
    look_again_later(cluster, nodegroup)


# --- node groups ---


def _settle(eks: EKS, cluster: Cluster, nodegroup: Nodegroup) -> None:
    document = nodegroup.document
    status = document["status"]
    if status not in STEADY and not (status == "CREATING" and nodegroup.built):
        return
    own = [obstacle.issue for obstacle in joining.group_obstacles(eks, cluster, nodegroup)]
    late = [i for i in nodegroup.launched if i in nodegroup.late - nodegroup.ready]
    given_up = [*own, *_late_issues(nodegroup, late)]
    if nodegroup.launch_issue:
        given_up = [nodegroup.launch_issue, *given_up]
    complete = nodegroup.ready >= set(nodegroup.launched) and not nodegroup.launch_issue
    if status == "CREATING":
        if own or late or (nodegroup.launch_issue and nodegroup.launch_given_up):
            _become(document, "CREATE_FAILED", given_up)
        elif complete:
            _become(document, "ACTIVE", [])
    else:
        _become(document, "DEGRADED" if given_up else "ACTIVE", given_up)
        if given_up:
            look_again_later(cluster, nodegroup)


def _become(document: Document, status: str, found: list[Document]) -> None:
    if document["status"] != status:
        document.update(status=status, modifiedAt=utcnow())
    document["health"] = {"issues": found}


def _late_issues(nodegroup: Nodegroup, late: list[str]) -> list[Document]:
    """Instances that are no nodes are told apart from nodes that are not Ready."""
    missing = [i for i in late if i not in nodegroup.joined]
    unhealthy = [i for i in late if i in nodegroup.joined]
    return [
        *([issues.failed_to_join(missing)] if missing else []),
        *([issues.unhealthy_nodes(unhealthy)] if unhealthy else []),
    ]


@TIMELINE.carries_out("eks.nodegroup.given-up")
def _given_up(region: str, cluster_name: str, name: str, *instance_ids: str) -> None:
    """EKS waits no longer for instances that were launched together."""
    cluster = eks_of(region).clusters.get(cluster_name)
    nodegroup = cluster.nodegroups.get(name) if cluster else None
    if cluster and nodegroup:
        awaited = set(instance_ids) & set(nodegroup.launched)
        nodegroup.late |= awaited - nodegroup.ready
        nodegroup.launch_given_up = nodegroup.launch_issue is not None
        reassess_nodegroup(cluster, nodegroup)


# --- add-ons ---


def _examine(eks: EKS, cluster: Cluster, addon: Addon) -> None:
    """A DaemonSet wants a pod per node, which it has even where there is no node."""
    document = addon.document
    if not addon.installed or document["status"] not in {"CREATING", "ACTIVE", "DEGRADED"}:
        return
    try:
        if catalog.addons()[document["addonName"]].kind == "Deployment":
            addon_rules.has_its_replicas(_runs(eks, cluster, addon))
        _become(document, "ACTIVE", [])
    except Obstacle as obstacle:
        _become(document, "DEGRADED", [obstacle.issue])


def _runs(eks: EKS, cluster: Cluster, addon: Addon) -> bool:
    """Whether a Ready node takes the add-on's pods, and lets them do their work."""
    if schedulability.runs_on_fargate(cluster, addon):
        return True
    return any(_may_run(eks, cluster, addon, host) for host in _hosts(cluster, addon))


def _may_run(eks: EKS, cluster: Cluster, addon: Addon, host: Nodegroup) -> bool:
    """Whether the add-on's pods get the rights on a node without which they crash."""
    name = addon.document["addonName"]
    actions = catalog.addon_actions(name)
    if not actions:
        return True
    if not credentials.service(cluster, name) and not joining.lets_pods_use_its_role(eks, host):
        return False
    node_role = roles.find(eks.iam, host.document["nodeRole"])
    return not credentials.missing(eks, cluster, name, actions, node_role)


def _hosts(cluster: Cluster, addon: Addon) -> Iterable[Nodegroup]:
    _self_managed(_home(cluster), cluster)
    return (
        nodegroup
        for nodegroup in cluster.groups
        if nodegroup.ready and schedulability.takes(nodegroup.document, addon.document)
    )
