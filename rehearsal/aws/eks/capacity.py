"""What a node group is made of: template, profile, Auto Scaling group, and joining instances.

https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from moto.autoscaling.models import InstanceState
from moto.ec2.exceptions import EC2ClientError

from rehearsal.aws import catalog, shortages
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks import health
from rehearsal.aws.eks.backend import EKS, eks_of
from rehearsal.aws.eks.records import Cluster, Document, Nodegroup


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
    return Nodegroup(document, group, template.id, 1, own_name)


def revise(eks: EKS, cluster: Cluster, nodegroup: Nodegroup, data: Mapping[str, Any]) -> None:
    """Let new instances be launched as the group's document and the caller's template now say."""
    template = eks.ec2.get_launch_template(nodegroup.template)
    own_data = _template_data(eks, cluster, nodegroup.document, data, nodegroup.instance_profile)
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
    """Launch instances, spread over the zones; each joins the cluster after a while."""
    document = nodegroup.document
    group = eks.autoscaling.autoscaling_groups[nodegroup.group]
    for _ in range(count):
        try:
            instance = _run(eks, nodegroup, cluster.name)
        except EC2ClientError as error:
            document["health"]["issues"].append(
                {
                    "code": "AsgInstanceLaunchFailures",
                    "message": shortages.as_group_tells(error, document["capacityType"]),
                    "resourceIds": [nodegroup.group],
                }
            )
            return
        group.instance_states.append(InstanceState(instance, autoscaling_group=group))
        nodegroup.launched.append(instance.id)
        nodegroup.kubelets[instance.id] = catalog.kubelet_version(document)
        subject = (cluster.name, document["nodegroupName"], instance.id)
        TIMELINE.after("instance.join", "eks.node.joined", eks.region_name, *subject)


@TIMELINE.carries_out("eks.node.joined")
def _joined(region: str, cluster_name: str, nodegroup_name: str, instance_id: str) -> None:
    cluster = eks_of(region).clusters.get(cluster_name)
    nodegroup = cluster.nodegroups.get(nodegroup_name) if cluster else None
    if cluster and nodegroup and instance_id in nodegroup.launched:
        nodegroup.joined.add(instance_id)
        health.reassess(cluster)


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
    nodegroup.joined -= gone
    for instance_id in gone:
        nodegroup.kubelets.pop(instance_id, None)


def _run(eks: EKS, nodegroup: Nodegroup, cluster: str) -> Any:
    document = nodegroup.document
    template = eks.ec2.get_launch_template(nodegroup.template)
    data = template.get_version(nodegroup.template_version).data
    instance_types = document["instanceTypes"] or [data["InstanceType"]]
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
        instance_type=instance_types[0],
        is_instance_type_default=False,
        instance_market_options="spot" if document["capacityType"] == "SPOT" else None,
        subnet_id=_emptiest_subnet(eks, nodegroup),
        tags={"instance": tags, "volume": _own_tags(document)},
    )
    return reservation.instances[0]


def _emptiest_subnet(eks: EKS, nodegroup: Nodegroup) -> str:
    counts = Counter(eks.ec2.get_instance(i).subnet_id for i in nodegroup.launched)
    return min(nodegroup.document["subnets"], key=lambda subnet: counts[subnet])


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
            eks.region_name, document["amiType"], document["releaseVersion"]
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
