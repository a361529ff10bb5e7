"""The KMS key that encrypts a cluster's secrets and logs."""

import dataclasses

import pulumi
import pulumi_aws as aws

from components import policies
from components.component import Component

DELETION_WINDOW = 30
"""Days in which a deleted key can be brought back; AWS's maximum, since without the key every
backup of the cluster's secrets is lost.

https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class KeyArgs:
    """Arguments of `Key`.

    Attributes:
        cluster_name: The EKS cluster's name.
        log_group_name: The log group that the key may encrypt.
        region: The AWS region, e.g. `ap-northeast-2`.
        partition: The AWS partition, e.g. `aws`.
    """

    cluster_name: str
    log_group_name: str
    region: str
    partition: str


class Key(Component):
    """A key of the customer's own, rotated every year.

    https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html

    Attributes:
        arn: The key's ARN.
    """

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: KeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Key", name, opts)
        caller = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(parent=self))
        key = aws.kms.Key(
            name,
            description=f"Secrets and control-plane logs of the EKS cluster {args.cluster_name}",
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW,
            policy=caller.account_id.apply(
                lambda account: policies.cluster_key(
                    partition=args.partition,
                    region=args.region,
                    account=account,
                    log_group=args.log_group_name,
                )
            ),
            tags={"Name": name},
            opts=self.child(),
        )
        aws.kms.Alias(
            name,
            name=f"alias/eks/{args.cluster_name}",
            target_key_id=key.key_id,
            opts=self.child(),
        )
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})
