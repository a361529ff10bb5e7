"""A group of worker nodes: EC2 instances that EKS launches, joins and replaces."""

import dataclasses
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws
from pulumi_aws.eks import outputs as aws_outputs

from components.component import Component
from components.launch_template import LaunchTemplateArgs, launch_template
from components.scale_from_zero import scale_from_zero_tags
from components.timeouts import timeouts
from spec import facts
from spec.model import NodeGroupSpec, TimeoutsSpec
from spec.names import AUTONAME_LENGTH, fitting


@dataclasses.dataclass(frozen=True, kw_only=True)
class NodeGroupArgs:
    """Arguments of `NodeGroup`.

    Attributes:
        group_name: The group's name in the stack file.
        spec: What the group shall be.
        cluster_name: The EKS cluster, as an output of it.
        kubernetes_version: The nodes' version, `MAJOR.MINOR`. Without it EKS would keep the nodes
            at their old version for ever, since the launch template is our own.
        role_arn: The nodes' IAM role.
        vpc_id: The VPC.
        subnet_ids: Where the nodes are launched.
        cluster_security_group_id: The security group that control plane and nodes share.
        user_data: What nodes are told beside what EKS tells them; None: nothing.
        launch_template_after: What the launch template waits for; it is no node yet.
        tags: Tags of instances, volumes and network interfaces, which a provider's default tags
            do not reach.
        timeouts: How long to wait for the group.
    """

    group_name: str
    spec: NodeGroupSpec
    cluster_name: pulumi.Input[str]
    kubernetes_version: str
    role_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    cluster_security_group_id: pulumi.Input[str]
    user_data: pulumi.Input[str] | None = None
    launch_template_after: Sequence[pulumi.Input[pulumi.Resource]] = ()
    tags: Mapping[str, str]
    timeouts: TimeoutsSpec = TimeoutsSpec()


class NodeGroup(Component):
    """An EKS managed node group with a launch template of its own.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html

    The group's physical name ends in a random part, so that a change that AWS can only answer by
    a new group makes that one first and removes the old one when it is ready.

    Attributes:
        name: The group's name as AWS knows it.
        arn: Its ARN.
        status: Its status, e.g. `ACTIVE`.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    status: pulumi.Output[str]

    def __init__(
        self, name: str, args: NodeGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        longest = facts.limits()["node-group.name"].maximum or 0
        name = fitting(name, longest - AUTONAME_LENGTH)
        super().__init__("NodeGroup", name, opts, shell_waits=False)
        spec = args.spec
        pinned = not spec.has_custom_image
        group = aws.eks.NodeGroup(
            name,
            cluster_name=args.cluster_name,
            node_role_arn=args.role_arn,
            subnet_ids=list(args.subnet_ids),
            # EKS refuses all three where the launch template names the image.
            version=args.kubernetes_version if pinned else None,
            ami_type=spec.image.name if pinned else None,
            release_version=spec.image_release if pinned else None,
            force_update_version=True if spec.update.force else None,
            capacity_type=spec.capacity_type,
            # That of a capacity block is in the launch template.
            instance_types=None if _launches_one_type(spec) else list(spec.instance_types),
            scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                min_size=spec.nodes.min,
                desired_size=spec.nodes.desired,
                max_size=spec.nodes.max,
            ),
            update_config=_update(spec),
            node_repair_config=_repair(spec),
            warm_pool_config=_warm_pool(spec),
            labels=dict(spec.labels),
            taints=[
                aws.eks.NodeGroupTaintArgs(
                    key=taint.key, value=taint.value or None, effect=taint.effect
                )
                for taint in spec.taints
            ],
            launch_template=self._launch_template(name, args),
            tags={**spec.tags, "Name": name},
            opts=self.child(
                also=pulumi.ResourceOptions.merge(
                    timeouts(spec.timeouts or args.timeouts),
                    pulumi.ResourceOptions(
                        ignore_changes=["scalingConfig.desiredSize"]
                        if spec.scaling == "autoscaler"
                        else None
                    ),
                )
            ),
        )
        if spec.scaling == "autoscaler":
            scale_from_zero_tags(
                name,
                autoscaling_group_name=group.resources.apply(_autoscaling_group),
                labels=spec.labels,
                taints=spec.taints,
                opts=self.child(),
            )
        self.name = group.node_group_name
        self.arn = group.arn
        self.status = group.status
        self.register_outputs({"name": self.name, "arn": self.arn})

    def _launch_template(
        self, name: str, args: NodeGroupArgs
    ) -> aws.eks.NodeGroupLaunchTemplateArgs:
        spec = args.spec
        if spec.launch_template:
            return aws.eks.NodeGroupLaunchTemplateArgs(
                id=spec.launch_template.id, version=spec.launch_template.version
            )
        template = launch_template(
            name,
            LaunchTemplateArgs(
                group_name=args.group_name,
                spec=spec,
                vpc_id=args.vpc_id,
                cluster_security_group_id=args.cluster_security_group_id,
                user_data=args.user_data,
                tags={**args.tags, **spec.tags},
                image_id=spec.ami_id,
                instance_type=spec.instance_types[0] if _launches_one_type(spec) else None,
                market_type="capacity-block" if _launches_one_type(spec) else None,
            ),
            pulumi.ResourceOptions(parent=self, depends_on=list(args.launch_template_after)),
        )
        return aws.eks.NodeGroupLaunchTemplateArgs(id=template.id, version=template.version)


def _autoscaling_group(resources: Sequence[aws_outputs.NodeGroupResource]) -> str:
    """The name of the Auto Scaling group that EKS has made for a node group."""
    groups = resources[0].autoscaling_groups or []
    return groups[0].name or ""


def _launches_one_type(spec: NodeGroupSpec) -> bool:
    """Whether the launch template names the instance type: that of a capacity block.

    https://docs.aws.amazon.com/eks/latest/userguide/capacity-blocks-mng.html
    """
    return spec.capacity_type == "CAPACITY_BLOCK" and spec.launch_template is None


def _update(spec: NodeGroupSpec) -> aws.eks.NodeGroupUpdateConfigArgs:
    wished = spec.update
    percentage = wished.max_unavailable_percentage
    return aws.eks.NodeGroupUpdateConfigArgs(
        max_unavailable=None if percentage else wished.max_unavailable or 1,
        max_unavailable_percentage=percentage,
        update_strategy=wished.strategy,
    )


def _repair(spec: NodeGroupSpec) -> aws.eks.NodeGroupNodeRepairConfigArgs | None:
    wished = spec.repair
    if wished is None:
        return None
    return aws.eks.NodeGroupNodeRepairConfigArgs(
        enabled=True,
        max_unhealthy_node_threshold_count=wished.max_unhealthy,
        max_unhealthy_node_threshold_percentage=wished.max_unhealthy_percentage,
        max_parallel_nodes_repaired_count=wished.max_parallel,
        max_parallel_nodes_repaired_percentage=wished.max_parallel_percentage,
        node_repair_config_overrides=[
            aws.eks.NodeGroupNodeRepairConfigNodeRepairConfigOverrideArgs(
                node_monitoring_condition=it.condition,
                node_unhealthy_reason=it.reason,
                min_repair_wait_time_mins=it.wait_minutes,
                repair_action=it.action,
            )
            for it in wished.overrides
        ]
        or None,
    )


def _warm_pool(spec: NodeGroupSpec) -> aws.eks.NodeGroupWarmPoolConfigArgs | None:
    wished = spec.warm_pool
    if wished is None:
        return None
    return aws.eks.NodeGroupWarmPoolConfigArgs(
        min_size=wished.min_size,
        max_group_prepared_capacity=wished.max_prepared,
        pool_state=wished.state,
        reuse_on_scale_in=wished.reuse_on_scale_in,
    )
