"""What EKS demands of managed node groups and of their updates."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from moto.iam.models import Role

from rehearsal.aws import catalog
from rehearsal.aws.eks import errors, roles
from rehearsal.aws.eks.rules.cluster import KUBELET_SKEW
from rehearsal.aws.rules import rule
from spec import facts

# Who has to be trusted by the nodes' role.
# https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
NODES = "ec2.amazonaws.com"

CUSTOM = "CUSTOM"

# What EKS itself decides on, by the names of a launch template's data.
# https://docs.aws.amazon.com/eks/latest/APIReference/API_LaunchTemplateSpecification.html
# "TerminateInstances" there is, by the table in
# https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html , the shutdown behavior.
PROHIBITED_IN_TEMPLATE = (
    "HibernationOptions",
    "InstanceInitiatedShutdownBehavior",
)
CAPACITY_BLOCK = "CAPACITY_BLOCK"
MARKET_OF_CAPACITY_BLOCKS = "capacity-block"

# The images of Amazon Linux 2, and the last version of Kubernetes that there are any for.
# https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-deprecation-faqs.html
AMAZON_LINUX_2 = ("AL2_x86_64", "AL2_x86_64_GPU", "AL2_ARM_64")
LAST_OF_AMAZON_LINUX_2 = "1.32"

# "If you use this, you must specify all the values."
REPAIR_OVERRIDE = (
    "nodeMonitoringCondition",
    "nodeUnhealthyReason",
    "minRepairWaitTimeMins",
    "repairAction",
)

RESERVED_DOMAINS = ("kubernetes.io", "k8s.io", "eks.amazonaws.com")


# --- creation ---


@rule(errors.nodegroup_name_too_long)
def name_is_short(name: str) -> None:
    """A node group's name has at most 63 characters.

    https://docs.aws.amazon.com/eks/latest/userguide/create-managed-node-group.html
    """
    most = facts.limits()["node-group.name"].maximum or 0
    if len(name) > most:
        raise errors.nodegroup_name_too_long(str(most))


@rule(errors.nodegroup_exists)
def name_is_free(cluster: str, name: str, names: Collection[str]) -> None:
    """A node group's name is unique in its cluster.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
    """
    if name in names:
        raise errors.nodegroup_exists(cluster, name)


@rule(errors.no_node_role, errors.node_role_not_trusted)
def role_trusts_ec2(arn: str, role: Role | None) -> None:
    """The nodes' role exists and trusts EC2.

    https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
    """
    if role is None:
        raise errors.no_node_role(arn)
    if NODES not in roles.trusted_services(role):
        raise errors.node_role_not_trusted(arn, NODES)


@rule(errors.subnets_of_another_vpc)
def subnets_are_in_the_vpc(vpc: str, vpcs: Iterable[str]) -> None:
    """A node group's subnets are of the cluster's VPC.

    https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
    """
    if any(other != vpc for other in vpcs):
        raise errors.subnets_of_another_vpc(vpc)


@rule(errors.min_above_desired_at_creation, errors.desired_above_max)
def sizes_agree(scaling: Mapping[str, int]) -> None:
    """A new node group's minimum, desired and maximum size are in this order.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html
    """
    if scaling["minSize"] > scaling["desiredSize"]:
        raise errors.min_above_desired_at_creation()
    if scaling["desiredSize"] > scaling["maxSize"]:
        raise errors.desired_above_max()


@rule(errors.unavailable_said_twice)
def update_config_is_one_way(config: Mapping[str, Any]) -> None:
    """How many nodes may be unavailable is a number or a percentage, not both.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupUpdateConfig.html
    """
    if "maxUnavailable" in config and "maxUnavailablePercentage" in config:
        raise errors.unavailable_said_twice()


# --- repair and warm pool ---


@rule(errors.repair_said_twice, errors.repair_override_incomplete)
def repair_is_said_one_way(config: Mapping[str, Any]) -> None:
    """A threshold of node repair is a number or a percentage; an override has all its values.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_NodeRepairConfig.html
    https://docs.aws.amazon.com/eks/latest/APIReference/API_NodeRepairConfigOverrides.html
    """
    for member in ("maxUnhealthyNodeThreshold", "maxParallelNodesRepaired"):
        count, percentage = f"{member}Count", f"{member}Percentage"
        if count in config and percentage in config:
            raise errors.repair_said_twice(count, percentage)
    for override in config.get("nodeRepairConfigOverrides") or []:
        for member in REPAIR_OVERRIDE:
            if not override.get(member):
                raise errors.repair_override_incomplete(member)


@rule(errors.warm_pool_not_of_bottlerocket)
def warm_pool_fits_image(config: Mapping[str, Any], ami_type: str) -> None:
    """A warm pool of Bottlerocket neither hibernates nor takes instances back.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_WarmPoolConfig.html
    """
    known = catalog.ami_types().get(ami_type)
    if known is None or known.family != "BOTTLEROCKET":
        return
    if config.get("poolState") == "HIBERNATED":
        raise errors.warm_pool_not_of_bottlerocket("poolState")
    if config.get("reuseOnScaleIn"):
        raise errors.warm_pool_not_of_bottlerocket("reuseOnScaleIn")


# --- instance types ---


@rule(errors.too_many_instance_types)
def instance_types_are_few(names: Sequence[str]) -> None:
    """A node group has at most 20 instance types.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """
    most = facts.limits()["node-group.instance-types"].maximum or 0
    if len(names) > most:
        raise errors.too_many_instance_types(str(most))


@rule(errors.no_instance_types)
def instance_types_exist(names: Iterable[str]) -> None:
    """The instance types are EC2's.

    https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
    """
    unknown = [name for name in names if name not in catalog.instance_types()]
    if unknown:
        raise errors.no_instance_types(unknown)


@rule(errors.instance_types_of_other_architecture)
def instance_types_fit_image(names: Iterable[str], ami_type: str) -> None:
    """The instance types have the processors that the AMI type is made for.

    https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html
    """
    architecture = catalog.ami_types()[ami_type].architecture
    unfit = [name for name in names if catalog.instance_types()[name].architecture != architecture]
    if unfit:
        raise errors.instance_types_of_other_architecture(unfit, ami_type)


@rule(errors.instance_type_not_in_zone)
def instance_types_are_offered(
    names: Sequence[str], zones: Iterable[str], offered: Mapping[str, Collection[str]]
) -> None:
    """Every zone of the subnets offers one of the instance types.

    That one zone without a single type is enough to refuse the group was seen; what EKS does with
    several types is not public.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-discovery.html

    Args:
        names: of the instance types.
        zones: of the subnets.
        offered: the zones in which EC2 offers a type, by its name; without those of which it is
            not known.

    Raises:
        EKSError: a zone offers none of them.
    """
    if not names or any(name not in offered for name in names):
        return
    for zone in sorted(set(zones)):
        if all(zone not in offered[name] for name in names):
            first = names[0]
            raise errors.instance_type_not_in_zone(first, zone, sorted(offered[first]))


# --- labels and taints ---


@rule(errors.reserved_label)
def labels_are_not_reserved(labels: Iterable[str]) -> None:
    """No label has a key of kubernetes.io, k8s.io or eks.amazonaws.com.

    https://github.com/aws/containers-roadmap/issues/1451

    Subdomains were refused too in 2021; since 2023 they are let through, and then the kubelet
    refuses to start.
    """
    if any(_is_reserved(key) for key in labels):
        raise errors.reserved_label()


@rule(errors.label_too_long, errors.invalid_label)
def labels_are_valid(labels: Mapping[str, str]) -> None:
    """Keys and values of labels have at most 63 characters and Kubernetes' syntax; none is empty.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
    https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
    """
    limits = facts.limits()
    for key, value in labels.items():
        for text, limit in ((key, limits["label.key"]), (value, limits["label.value.eks"])):
            if len(text) > (limit.maximum or 0):
                raise errors.label_too_long(text, str(limit.maximum))
        name = key.rpartition("/")[2]
        for text in (name, value):
            if not text or not re.fullmatch(limits["label.value"].pattern or "", text):
                raise errors.invalid_label(text)


@rule(errors.reserved_taint)
def taints_are_not_reserved(keys: Iterable[str]) -> None:
    """No taint has a key of kubernetes.io, k8s.io or eks.amazonaws.com.

    https://github.com/alphagov/govuk-infrastructure/pull/1264
    """
    if any(_is_reserved(key) for key in keys):
        raise errors.reserved_taint()


@rule(errors.too_many_taints, errors.taint_said_twice)
def taints_are_distinct(taints: Sequence[Mapping[str, str]]) -> None:
    """A node group has at most 50 taints, of which no two have the same key and effect.

    https://docs.aws.amazon.com/eks/latest/userguide/node-taints-managed-node-groups.html
    """
    most = facts.limits()["node-group.taints"].maximum or 0
    if len(taints) > most:
        raise errors.too_many_taints(str(most))
    seen: set[tuple[str, str]] = set()
    for taint in taints:
        place = taint["key"], taint["effect"]
        if place in seen:
            raise errors.taint_said_twice(*place)
        seen.add(place)


@rule(errors.invalid_taint_effect, errors.invalid_label)
def taints_are_valid(taints: Iterable[Mapping[str, str]]) -> None:
    """A taint's effect is spelled as the EKS API does, its value as Kubernetes wants it.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html
    """
    limits = facts.limits()
    for taint in taints:
        if taint["effect"] not in limits["taint.effect"].values:
            raise errors.invalid_taint_effect(taint["effect"])
        for text in (taint["key"].rpartition("/")[2], taint.get("value", "")):
            if not re.fullmatch(limits["taint.value"].pattern or "", text):
                raise errors.invalid_label(text)


def _is_reserved(key: str) -> bool:
    return key.rpartition("/")[0] in RESERVED_DOMAINS


# --- launch templates ---


@rule(errors.disk_size_beside_template)
def disk_size_is_not_beside_template(disk_size: int | None) -> None:
    """A launch template says the size of the disk, if there is one.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """
    if disk_size:
        raise errors.disk_size_beside_template()


@rule(errors.remote_access_beside_template)
def remote_access_is_not_beside_template(remote_access: Mapping[str, Any] | None) -> None:
    """A launch template says who may log in, if there is one.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """
    if remote_access:
        raise errors.remote_access_beside_template()


@rule(errors.instance_types_said_twice)
def instance_types_are_said_once(names: Sequence[str], data: Mapping[str, Any]) -> None:
    """Instance types are said by the launch template or by the node group.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """
    if names and data.get("InstanceType"):
        raise errors.instance_types_said_twice()


@rule(errors.ami_type_beside_image)
def ami_type_is_not_beside_image(ami_type: str | None, data: Mapping[str, Any]) -> None:
    """A node group whose launch template names an image has no AMI type but CUSTOM.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """
    if data.get("ImageId") and (ami_type or CUSTOM) != CUSTOM:
        raise errors.ami_type_beside_image()


@rule(errors.custom_image_without_template)
def custom_image_is_in_template(ami_type: str | None, data: Mapping[str, Any]) -> None:
    """A node group of AMI type CUSTOM has a launch template that names an image.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """
    if ami_type == CUSTOM and not data.get("ImageId"):
        raise errors.custom_image_without_template()


@rule(errors.version_beside_image, errors.release_beside_image)
def version_is_not_beside_image(
    version: str | None, release: str | None, data: Mapping[str, Any]
) -> None:
    """A new node group has no version and no release beside an image of its launch template.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """
    if data.get("ImageId") and version:
        raise errors.version_beside_image()
    if data.get("ImageId") and release:
        raise errors.release_beside_image()


@rule(errors.field_beside_custom_image)
def version_stays_with_custom_image(
    version: str | None, release: str | None, data: Mapping[str, Any]
) -> None:
    """An update of a node group has no version and no release beside an image of its own.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupVersion.html
    """
    for field, value in (("kubernetesVersion", version), ("releaseVersion", release)):
        if data.get("ImageId") and value:
            raise errors.field_beside_custom_image(field)


@rule(errors.instance_profile_in_template, errors.prohibited_in_template)
def template_leaves_instances_to_eks(template: str, data: Mapping[str, Any]) -> None:
    """A launch template names no instance profile, subnet, spot request, hibernation or shutdown.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_LaunchTemplateSpecification.html
    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """
    if data.get("IamInstanceProfile"):
        raise errors.instance_profile_in_template(template)
    if any(interface.get("SubnetId") for interface in data.get("NetworkInterfaces", [])):
        raise errors.prohibited_in_template(template, "SubnetId")
    market = (data.get("InstanceMarketOptions") or {}).get("MarketType")
    if market and market != MARKET_OF_CAPACITY_BLOCKS:
        raise errors.prohibited_in_template(template, "InstanceMarketOptions")
    for member in PROHIBITED_IN_TEMPLATE:
        if data.get(member):
            raise errors.prohibited_in_template(template, member)


@rule(errors.no_capacity_block)
def capacity_block_is_in_template(capacity_type: str, data: Mapping[str, Any]) -> None:
    """A group of capacity blocks has a launch template with market type, reservation and type.

    https://docs.aws.amazon.com/eks/latest/userguide/capacity-blocks-mng.html
    """
    if capacity_type != CAPACITY_BLOCK:
        return
    reservation = data.get("CapacityReservationSpecification") or {}
    said = {
        "InstanceMarketOptions.MarketType capacity-block": (
            data.get("InstanceMarketOptions") or {}
        ).get("MarketType")
        == MARKET_OF_CAPACITY_BLOCKS,
        "CapacityReservationTarget.CapacityReservationId": (
            reservation.get("CapacityReservationTarget") or {}
        ).get("CapacityReservationId"),
        "InstanceType": data.get("InstanceType"),
    }
    for member, value in said.items():
        if not value:
            raise errors.no_capacity_block(member)


@rule(errors.another_launch_template)
def template_stays(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> None:
    """A node group keeps the launch template that it was created with; its version may change.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupVersion.html
    """
    if before is None or before["id"] != now["id"]:
        raise errors.another_launch_template()


# --- versions ---


@rule(errors.nodes_of_another_version)
def version_is_the_clusters(wanted: str, version: str) -> None:
    """A node group is created with the Kubernetes version of its cluster.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
    """
    if wanted != version:
        raise errors.nodes_of_another_version(version)


@rule(errors.nodes_above_control_plane, errors.nodes_too_far_behind)
def nodes_follow_control_plane(wanted: str, version: str) -> None:
    """Nodes are not newer than the control plane, and at most three minor versions older.

    https://docs.aws.amazon.com/eks/latest/userguide/update-managed-node-group.html
    https://docs.aws.amazon.com/eks/latest/userguide/update-cluster.html
    """
    behind = catalog.minor(version) - catalog.minor(wanted)
    if behind < 0:
        raise errors.nodes_above_control_plane(wanted, version)
    if behind > KUBELET_SKEW:
        raise errors.nodes_too_far_behind(wanted, version)


@rule(errors.image_is_of_older_kubernetes)
def image_is_made_for_version(ami_type: str, version: str) -> None:
    """There are images of Amazon Linux 2 up to Kubernetes 1.32 only.

    https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-deprecation-faqs.html
    """
    last = LAST_OF_AMAZON_LINUX_2
    if ami_type in AMAZON_LINUX_2 and catalog.minor(version) > catalog.minor(last):
        raise errors.image_is_of_older_kubernetes(ami_type, last)


@rule(errors.release_does_not_fit)
def release_fits_version(release: str, version: str, ami_type: str) -> None:
    """The release is one of the AMI type's for the Kubernetes version.

    https://docs.aws.amazon.com/eks/latest/userguide/eks-linux-ami-versions.html
    """
    if release not in catalog.releases(version, ami_type):
        raise errors.release_does_not_fit(release, version)


# --- updates ---


@rule(errors.nodegroup_not_active)
def is_active(cluster: str, name: str, status: str) -> None:
    """A node group is updated while it is ACTIVE: not DEGRADED, not by two updates at a time.

    https://docs.aws.amazon.com/eks/latest/userguide/update-managed-node-group.html
    """
    if status != "ACTIVE":
        raise errors.nodegroup_not_active(cluster, name)


@rule(errors.min_above_desired, errors.desired_above_max)
def changed_sizes_agree(scaling: Mapping[str, int]) -> None:
    """A node group's minimum, desired and maximum size stay in this order.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupScalingConfig.html
    """
    if scaling["minSize"] > scaling["desiredSize"]:
        raise errors.min_above_desired(scaling["minSize"], scaling["desiredSize"])
    if scaling["desiredSize"] > scaling["maxSize"]:
        raise errors.desired_above_max()
