"""The log group that EKS writes the control plane's logs to."""

import dataclasses

import pulumi
import pulumi_aws as aws

from components.component import Component
from spec.model import LoggingSpec


def log_group_name(cluster_name: str) -> str:
    """The name that EKS expects.

    https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html
    """
    return f"/aws/eks/{cluster_name}/cluster"


@dataclasses.dataclass(frozen=True, kw_only=True)
class ControlPlaneLogsArgs:
    """Arguments of `ControlPlaneLogs`.

    Attributes:
        cluster_name: The EKS cluster's name.
        key_arn: The KMS key that encrypts the logs.
        spec: Retention, class, and whether the log group outlives the cluster.
    """

    cluster_name: str
    key_arn: pulumi.Input[str]
    spec: LoggingSpec


class ControlPlaneLogs(Component):
    """The log group, with retention and encryption.

    If it is not there when logging begins, EKS makes it by itself, without either, and it stays
    behind when the cluster goes.
    """

    def __init__(
        self, name: str, args: ControlPlaneLogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ControlPlaneLogs", name, opts)
        aws.cloudwatch.LogGroup(
            name,
            name=log_group_name(args.cluster_name),
            retention_in_days=args.spec.retention_days,
            log_group_class=args.spec.class_,
            kms_key_id=args.key_arn,
            skip_destroy=args.spec.keep_on_destroy,
            tags={"Name": log_group_name(args.cluster_name)},
            opts=self.child(),
        )
        self.register_outputs({})
