"""What a node group is made of: template, profile, Auto Scaling group, and joining instances.

https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from moto.autoscaling.models import InstanceState
from moto.ec2.exceptions import EC2ClientError

from rehearsal.aws import catalog
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import health, issues, joining
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.records import Cluster, Document, Nodegroup

NO_ADDRESSES = "InsufficientFreeAddressesInSubnet"


def provision(eks: EKS, cluster: Cluster, document: Document, data: Mapping[str, Any]) -> Nodegroup:
    """Make everything but the instances.

    Args:
        eks: where the cluster is.
        cluster: it will belong to.
        document: what DescribeNodegroup is to answer; its resources are filled in.
        data: of the caller's launch template; empty without one.
    """
    uid = str(uuid.uuid4())
    own_name = f"eks-{uid}"
    tags = _own_tags(document)
    role = eks.iam.get_role_by_arn(document["nodeRole"])
    eks.iam.create_instance_profile(
        own_name, "/", [role.name], [{"Key": key, "Value": value} for key, value in tags.items()]
    )
    template = eks.ec2.create_launch_template(
        own_name,
        "",
        _template_data(eks, cluster, document, data, own_name),
        {"launch-template": tags},
    )
    group = f"eks-{document['nodegroupName']}-{uid}"
    propagated: list[Any] = [
        {"Key": key, "Value": value, "PropagateAtLaunch": True}
        for key, value in {**tags, **_cluster_tags(cluster.name)}.items()
    ]
    eks.autoscaling.create_auto_scaling_group(
        name=group,
        availability_zones=[],
        desired_capacity=0,
        min_size=0,
        max_size=document["scalingConfig"]["maxSize"],
        launch_config_name="",
        launch_template={"LaunchTemplateId": template.id, "Version": "1"},
        vpc_zone_identifier=",".join(document["subnets"]),
        default_cooldown=None,
        health_check_period=None,
        health_check_type="EC2",
        load_balancers=[],
        target_group_arns=[],
        placement_group=None,
        termination_policies=[],
        tags=propagated,
    )
    document["resources"] = {"autoScalingGroups": [{"name": group}]}
    nodegroup = Nodegroup(document, group, template.id, 1, own_name)
    prepare(eks, nodegroup)
    return nodegroup


def prepare(eks: EKS, nodegroup: Nodegroup) -> None:
    """Give its Auto Scaling group the warm pool that it shall have; no instances are put there.

    https://docs.aws.amazon.com/eks/latest/userguide/warm-pools-managed-node-groups.html
    """
    pool = nodegroup.document.get("warmPoolConfig", {})
    if not pool.get("enabled"):
        eks.autoscaling.delete_warm_pool(nodegroup.group)
        return
    eks.autoscaling.put_warm_pool(
        nodegroup.group,
        pool.get("maxGroupPreparedCapacity"),
        pool["minSize"],
        pool["poolState"].title(),
        {"ReuseOnScaleIn": pool["reuseOnScaleIn"]},
    )


def revise(eks: EKS, cluster: Cluster, nodegroup: Nodegroup, data: Mapping[str, Any]) -> None:
    """Let new instances be launched as the group's document and the caller's template now say."""
    template = eks.ec2.get_launch_template(nodegroup.template)
    own_data = _template_data(eks, cluster, nodegroup.document, data, nodegroup.instance_profile)
    nodegroup.previous_template_version = nodegroup.template_version
    nodegroup.template_version = template.create_version(own_data, "").number


def resize(eks: EKS, cluster: Cluster, nodegroup: Nodegroup) -> None:
    """Launch or terminate instances until there are as many as desired."""
    scaling = nodegroup.document["scalingConfig"]
    group = eks.autoscaling.autoscaling_groups[nodegroup.group]
    group.min_size, group.max_size = scaling["minSize"], scaling["maxSize"]
    group.desired_capacity = scaling["desiredSize"]
    missing = scaling["desiredSize"] - len(nodegroup.launched)
    if missing > 0:
        launch(eks, cluster, nodegroup, missing)
    elif missing < 0:
        terminate(eks, cluster, nodegroup, _surplus(eks, nodegroup, -missing))


def launch(eks: EKS, cluster: Cluster, nodegroup: Nodegroup, count: int) -> None:
    """Launch instances, spread over the zones; each joins the cluster after a while, or does not.

    What one subnet refuses, another takes; but a refusal is a health issue all the same, until a
    later launch goes without. What all of them refuse is tried again after a while.
    https://github.com/aws/containers-roadmap/issues/2204
    """
    document = nodegroup.document
    group = eks.autoscaling.autoscaling_groups[nodegroup.group]
    place = (cluster.name, document["nodegroupName"])
    launched: list[str] = []
    nodegroup.launch_issue = None
    for _ in range(count):
        try:
            instance = _run(eks, nodegroup, cluster.name)
        except EC2ClientError:
            health.look_again_later(cluster, nodegroup)
            break
        group.instance_states.append(InstanceState(instance, autoscaling_group=group))
        nodegroup.launched.append(instance.id)
        nodegroup.kubelets[instance.id] = _kubelet(eks, nodegroup)
        launched.append(instance.id)
        TIMELINE.after("instance.join", "eks.instance.booted", eks.region_name, *place, instance.id)
    if nodegroup.launch_issue:
        document["health"] = {"issues": [nodegroup.launch_issue]}
    TIMELINE.after(
        "nodegroup.give-up", "eks.nodegroup.given-up", eks.region_name, *place, *launched
    )


def _launch_issue(nodegroup: Nodegroup, subnet: str, error: EC2ClientError) -> Document:
    document = nodegroup.document
    if error.code == NO_ADDRESSES:
        return issues.no_free_addresses([subnet])
    kind = "Spot" if document["capacityType"] == "SPOT" else "On-Demand"
    return issues.launch_failed(nodegroup.group, kind, error.code, error.message)


def _kubelet(eks: EKS, nodegroup: Nodegroup) -> str:
    """What an instance that is launched now will report as its version."""
    image = joining.launch_template_data(eks, nodegroup)["ImageId"]
    return catalog.kubelet_of_image(eks.region_name, image) or catalog.kubelet_version(
        nodegroup.document
    )


@TIMELINE.carries_out("eks.instance.booted")
def _booted(region: str, cluster_name: str, nodegroup_name: str, instance_id: str) -> None:
    cluster = eks_of(region).clusters.get(cluster_name)
    nodegroup = cluster.nodegroups.get(nodegroup_name) if cluster else None
    if cluster and nodegroup and instance_id in nodegroup.launched:
        nodegroup.booted.add(instance_id)
        health.reassess_nodegroup(cluster, nodegroup)


@TIMELINE.carries_out("eks.nodegroup.retry")
def _retry(region: str, cluster_name: str, nodegroup_name: str) -> None:
    """Launch and join what could not be launched, or did not join, so far."""
    eks = eks_of(region)
    cluster = eks.clusters.get(cluster_name)
    nodegroup = None
    if cluster:
        of_eks, others = cluster.nodegroups, cluster.self_managed
        nodegroup = of_eks.get(nodegroup_name) or others.get(nodegroup_name)
    if not cluster or not nodegroup:
        return
    nodegroup.retrying = False
    if nodegroup.launch_issue and nodegroup.document["status"] in {"CREATING", *health.STEADY}:
        resize(eks, cluster, nodegroup)
    health.reassess_nodegroup(cluster, nodegroup)


def replacement_problem(nodegroup: Nodegroup) -> Document | None:
    """What keeps a rolling update from going on: new instances that are no Ready nodes."""
    fresh = [i for i in nodegroup.launched if i not in nodegroup.outdated]
    lacking = [i for i in fresh if i not in nodegroup.ready]
    if not lacking and not nodegroup.launch_issue:
        return None
    return issues.update_blocked(nodegroup.document["nodegroupName"], lacking)


def terminate(
    eks: EKS, cluster: Cluster, nodegroup: Nodegroup, instance_ids: Iterable[str]
) -> None:
    """Terminate instances of the group; they are nodes no more."""
    gone = set(instance_ids)
    if not gone:
        return
    _forget(eks, nodegroup, gone)
    eks.ec2.terminate_instances(sorted(gone))
    health.reassess(cluster)


def roll_back(eks: EKS, cluster: Cluster, nodegroup: Nodegroup) -> None:
    """Go on with the old instances after an update whose new ones were of no use.

    https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html
    """
    if nodegroup.previous_template_version:
        nodegroup.template_version = nodegroup.previous_template_version
    nodegroup.launch_issue = None
    fresh = [i for i in nodegroup.launched if i not in nodegroup.outdated]
    terminate(eks, cluster, nodegroup, fresh)


def owner_of(eks: EKS, group: str) -> tuple[Cluster, Nodegroup] | None:
    """The node group that an Auto Scaling group belongs to, unless it is being deleted."""
    for cluster in eks.clusters.values():
        for nodegroup in cluster.nodegroups.values():
            if nodegroup.group == group and nodegroup.document["status"] != "DELETING":
                return cluster, nodegroup
    return None


def replace_lost(eks: EKS, gone: set[str]) -> None:
    """Launch others for instances that someone has terminated behind the node groups' backs."""
    for cluster in eks.clusters.values():
        for nodegroup in cluster.nodegroups.values():
            if gone & set(nodegroup.launched):
                _forget(eks, nodegroup, gone)
                resize(eks, cluster, nodegroup)
        health.reassess(cluster)


def dissolve(eks: EKS, cluster: Cluster, nodegroup: Nodegroup) -> None:
    """Take everything away that :func:`provision` and :func:`launch` made."""
    terminate(eks, cluster, nodegroup, nodegroup.launched)
    eks.autoscaling.delete_auto_scaling_group(nodegroup.group)
    eks.ec2.delete_launch_template("", nodegroup.template)
    eks.iam.delete_instance_profile(nodegroup.instance_profile, ignore_attached_roles=True)


def _forget(eks: EKS, nodegroup: Nodegroup, gone: set[str]) -> None:
    group = eks.autoscaling.autoscaling_groups[nodegroup.group]
    group.instance_states = [s for s in group.instance_states if s.instance_id not in gone]
    nodegroup.launched = [i for i in nodegroup.launched if i not in gone]
    for states in (nodegroup.booted, nodegroup.joined, nodegroup.ready, nodegroup.late):
        states.difference_update(gone)
    for instance_id in gone:
        nodegroup.kubelets.pop(instance_id, None)
        nodegroup.obstacles.pop(instance_id, None)


def _run(eks: EKS, nodegroup: Nodegroup, cluster: str) -> Any:
    """Launch one instance: in the emptiest subnet that has room, of the first type to be had.

    https://docs.aws.amazon.com/autoscaling/ec2/userguide/auto-scaling-benefits.html

    Raises:
        EC2ClientError: no subnet takes any of the types; it is the last answer of EC2.
    """
    data = joining.launch_template_data(eks, nodegroup)
    if not data:
        template = nodegroup.template
        raise EC2ClientError(
            "InvalidLaunchTemplateId.NotFound",
            f"The specified launch template, with template ID {template}, does not exist.",
        )
    refused: EC2ClientError | None = None
    for instance_type in nodegroup.document["instanceTypes"] or [data["InstanceType"]]:
        for subnet in _emptiest_subnets(eks, nodegroup):
            try:
                return _run_in(eks, nodegroup, cluster, instance_type, subnet)
            except EC2ClientError as error:
                refused = error
                nodegroup.launch_issue = _launch_issue(nodegroup, subnet, error)
    raise refused or EC2ClientError("InvalidParameterValue", "There is nothing to launch.")


def _run_in(eks: EKS, nodegroup: Nodegroup, cluster: str, instance_type: str, subnet: str) -> Any:
    document = nodegroup.document
    tags = {
        **_own_tags(document),
        **_cluster_tags(cluster),
        "aws:autoscaling:groupName": nodegroup.group,
    }
    reservation = eks.ec2.run_instances(
        None,  # type: ignore[arg-type] - the template names the image
        1,
        None,
        [],
        launch_template={
            "LaunchTemplateId": nodegroup.template,
            "Version": str(nodegroup.template_version),
        },
        instance_type=instance_type,
        is_instance_type_default=False,
        instance_market_options="spot" if document["capacityType"] == "SPOT" else None,
        subnet_id=subnet,
        # The subnet says whether, unless the template does.
        associate_public_ip=None,
        tags={"instance": tags, "volume": _own_tags(document)},
    )
    return reservation.instances[0]


def _emptiest_subnets(eks: EKS, nodegroup: Nodegroup) -> list[str]:
    counts = Counter(eks.ec2.get_instance(i).subnet_id for i in nodegroup.launched)
    return sorted(nodegroup.document["subnets"], key=lambda subnet: counts[subnet])


def _surplus(eks: EKS, nodegroup: Nodegroup, count: int) -> list[str]:
    """Whom a scale-in takes: from the fullest subnet each time, the newest there."""
    left = {i: eks.ec2.get_instance(i).subnet_id for i in nodegroup.launched}
    taken: list[str] = []
    for _ in range(count):
        fullest = Counter(left.values()).most_common(1)[0][0]
        newest = [i for i, subnet in left.items() if subnet == fullest][-1]
        taken.append(newest)
        del left[newest]
    return taken


def _own_tags(document: Document) -> dict[str, str]:
    return {
        "eks:cluster-name": document["clusterName"],
        "eks:nodegroup-name": document["nodegroupName"],
    }


def _cluster_tags(cluster: str) -> dict[str, str]:
    return {
        f"kubernetes.io/cluster/{cluster}": "owned",
        f"k8s.io/cluster-autoscaler/{cluster}": "owned",
        "k8s.io/cluster-autoscaler/enabled": "true",
    }


def _template_data(
    eks: EKS, cluster: Cluster, document: Document, data: Mapping[str, Any], profile: str
) -> dict[str, Any]:
    """The caller's template, completed by what EKS decides.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """
    own = {**data, "IamInstanceProfile": {"Name": profile}}
    if not own.get("ImageId"):
        own["ImageId"] = catalog.image_id(
            eks.region_name,
            document["amiType"],
            document["version"],
            document["releaseVersion"],
        )
    names_groups = any(nic.get("Groups") for nic in own.get("NetworkInterfaces", []))
    if not names_groups and not own.get("SecurityGroupIds"):
        vpc = cluster.document["resourcesVpcConfig"]
        own["SecurityGroupIds"] = [vpc["clusterSecurityGroupId"]]
    if "diskSize" in document:
        own["BlockDeviceMappings"] = [
            {
                "DeviceName": catalog.root_device(document["amiType"]),
                "Ebs": {
                    "VolumeSize": document["diskSize"],
                    "VolumeType": "gp3",
                    "DeleteOnTermination": True,
                },
            }
        ]
    return own
