"""A security group of one group of nodes, beside the cluster's own."""

import dataclasses
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components.component import Component

SSH_PORT = 22
RDP_PORT = 3389


@dataclasses.dataclass(frozen=True, kw_only=True)
class NodeSecurityGroupArgs:
    """Arguments of `NodeSecurityGroup`.

    Attributes:
        group_name: The group's name in the stack file.
        vpc_id: The VPC.
        remote_port: The port of remote access; None: there is none.
        remote_sources: Security groups that reach it.
        efa: Whether nodes speak to each other through Elastic Fabric Adapters.
    """

    group_name: str
    vpc_id: pulumi.Input[str]
    remote_port: int | None = None
    remote_sources: Sequence[pulumi.Input[str]] = ()
    efa: bool = False


class NodeSecurityGroup(Component):
    """What the cluster security group does not let through: remote access, and EFA.

    Traffic of an Elastic Fabric Adapter passes only where a security group lets its own members in
    and out by name.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-start.html

    Attributes:
        id: The security group's id.
    """

    id: pulumi.Output[str]

    def __init__(
        self, name: str, args: NodeSecurityGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("NodeSecurityGroup", name, opts)
        group = aws.ec2.SecurityGroup(
            name,
            vpc_id=args.vpc_id,
            description=f"Nodes of the group {args.group_name}",
            tags={"Name": name},
            opts=self.child(),
        )
        if args.remote_port is not None:
            for number, source in enumerate(args.remote_sources):
                aws.vpc.SecurityGroupIngressRule(
                    f"{name}-remote-{number}",
                    security_group_id=group.id,
                    ip_protocol="tcp",
                    from_port=args.remote_port,
                    to_port=args.remote_port,
                    referenced_security_group_id=source,
                    description="Remote access to nodes",
                    tags={"Name": f"{name}-remote-{number}"},
                    opts=self.child(),
                )
        if args.efa:
            for rule in (aws.vpc.SecurityGroupIngressRule, aws.vpc.SecurityGroupEgressRule):
                rule(
                    f"{name}-efa",
                    security_group_id=group.id,
                    ip_protocol="-1",
                    referenced_security_group_id=group.id,
                    description="Elastic Fabric Adapters of the group",
                    tags={"Name": f"{name}-efa"},
                    opts=self.child(),
                )
        self.id = group.id
        self.register_outputs({"id": self.id})
