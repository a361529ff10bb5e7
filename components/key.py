"""The KMS key that encrypts a cluster's secrets and logs."""

import dataclasses
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components import policies
from components.component import Component
from spec.model import EncryptionSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class KeyArgs:
    """Arguments of `Key`.

    Attributes:
        cluster_name: The EKS cluster's name.
        log_group_names: Log groups that the key may encrypt.
        region: The AWS region, e.g. `ap-northeast-2`.
        partition: The AWS partition, e.g. `aws`.
        account: The account's id.
        spec: Administrators, rotation, deletion window.
        administrators: ARNs of the administrators, as IAM knows them.
    """

    cluster_name: str
    log_group_names: Sequence[str]
    region: str
    partition: str
    account: str
    spec: EncryptionSpec
    administrators: Sequence[str] = ()


class Key(Component):
    """A key of the customer's own, which rotates.

    https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html

    Attributes:
        arn: The key's ARN.
    """

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: KeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Key", name, opts)
        key = aws.kms.Key(
            name,
            description=f"Secrets and logs of the EKS cluster {args.cluster_name}",
            enable_key_rotation=True,
            rotation_period_in_days=args.spec.rotation_days,
            deletion_window_in_days=args.spec.deletion_window_days,
            policy=policies.cluster_key(
                partition=args.partition,
                region=args.region,
                account=args.account,
                log_groups=args.log_group_names,
                administrators=args.administrators,
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
