"""What is written down of a VPC's traffic."""

import dataclasses

import pulumi
import pulumi_aws as aws

from components import policies
from components.component import Component
from components.role import Role, RoleArgs
from spec.model import FlowLogsSpec, IamSpec


def log_group_name(cluster_name: str) -> str:
    """The log group of a cluster's VPC."""
    return f"/aws/vpc/{cluster_name}/flow-logs"


@dataclasses.dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """Arguments of `FlowLogs`.

    Attributes:
        cluster_name: The EKS cluster's name.
        vpc_id: The VPC.
        key_arn: The KMS key that encrypts the logs.
        region: The AWS region.
        partition: The AWS partition.
        account: The account's id.
        iam: What holds for every role.
        spec: Which traffic, and how long it is kept.
    """

    cluster_name: str
    vpc_id: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    region: str
    partition: str
    account: str
    iam: IamSpec
    spec: FlowLogsSpec


class FlowLogs(Component):
    """Flow logs of a VPC in CloudWatch Logs.

    https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html
    """

    def __init__(
        self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("FlowLogs", name, opts)
        group = aws.cloudwatch.LogGroup(
            f"{name}-flow-logs",
            name=log_group_name(args.cluster_name),
            retention_in_days=args.spec.retention_days,
            kms_key_id=args.key_arn,
            tags={"Name": log_group_name(args.cluster_name)},
            opts=self.child(),
        )
        role = Role(
            f"{name}-flow-logs",
            RoleArgs(
                trust=policies.trust(
                    "vpc-flow-logs.amazonaws.com",
                    condition=policies.of_account(
                        args.account,
                        f"arn:{args.partition}:ec2:{args.region}:{args.account}:vpc-flow-log/*",
                    ),
                ),
                partition=args.partition,
                description=f"Flow logs of the VPC of the EKS cluster {args.cluster_name}",
                iam=args.iam,
                inline_policies={"write": group.arn.apply(policies.flow_logs)},
            ),
            self.child(),
        )
        aws.ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type=args.spec.traffic_type,
            log_destination_type="cloud-watch-logs",
            log_destination=group.arn,
            iam_role_arn=role.arn,
            max_aggregation_interval=args.spec.aggregation_seconds,
            tags={"Name": name},
            opts=self.child(depends_on=[role]),
        )
        self.register_outputs({})
