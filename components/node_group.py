"""A group of worker nodes: EC2 instances that EKS launches, joins and replaces."""

import dataclasses
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.component import Component
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
        subnet_ids: Where the nodes are launched.
        tags: Tags of instances, volumes and network interfaces, which a provider's default tags
            do not reach.
        timeouts: How long to wait for the group.
    """

    group_name: str
    spec: NodeGroupSpec
    cluster_name: pulumi.Input[str]
    kubernetes_version: str
    role_arn: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
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
        super().__init__("NodeGroup", name, opts)
        template = self._launch_template(name, args)
        group = aws.eks.NodeGroup(
            name,
            cluster_name=args.cluster_name,
            node_role_arn=args.role_arn,
            subnet_ids=list(args.subnet_ids),
            version=args.kubernetes_version,
            ami_type=args.spec.image.name,
            capacity_type=args.spec.capacity_type,
            instance_types=list(args.spec.instance_types),
            scaling_config=aws.eks.NodeGroupScalingConfigArgs(
                min_size=args.spec.nodes.min,
                desired_size=args.spec.nodes.desired,
                max_size=args.spec.nodes.max,
            ),
            labels=dict(args.spec.labels),
            taints=[
                aws.eks.NodeGroupTaintArgs(
                    key=taint.key, value=taint.value or None, effect=taint.effect
                )
                for taint in args.spec.taints
            ],
            launch_template=aws.eks.NodeGroupLaunchTemplateArgs(
                id=template.id, version=template.latest_version.apply(str)
            ),
            tags={"Name": name},
            opts=self.child(also=timeouts(args.timeouts)),
        )
        self.name = group.node_group_name
        self.arn = group.arn
        self.status = group.status
        self.register_outputs({"name": self.name, "arn": self.arn})

    def _launch_template(self, name: str, args: NodeGroupArgs) -> aws.ec2.LaunchTemplate:
        tags = {**args.tags, "Name": name}
        return aws.ec2.LaunchTemplate(
            name,
            description=f"Nodes of the group {args.group_name}",
            update_default_version=True,
            metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled",
                http_tokens="required",
                # One hop: pods that are not on the host's network do not reach the node's role.
                http_put_response_hop_limit=1,
            ),
            block_device_mappings=[
                aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
                    device_name=args.spec.image.root_device,
                    ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                        volume_size=args.spec.disk_size,
                        volume_type="gp3",
                        encrypted="true",
                        delete_on_termination="true",
                    ),
                )
            ],
            tag_specifications=[
                aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=tags)
                for kind in ("instance", "volume", "network-interface")
            ],
            tags={"Name": name},
            opts=self.child(),
        )
