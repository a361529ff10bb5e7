"""A KMS key with an alias, such as the one that encrypts a cluster's secrets and logs."""

import dataclasses

import pulumi
import pulumi_aws as aws

from components.component import Component
from spec.model import EncryptionSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class KeyArgs:
    """Arguments of `Key`.

    Attributes:
        description: What it encrypts, shown in KMS.
        alias: Its name, e.g. `alias/eks/dev`.
        policy: The key policy, as JSON.
        spec: Rotation, deletion window.
        protect: Whether Pulumi refuses to destroy it.
    """

    description: str
    alias: str
    policy: str
    spec: EncryptionSpec
    protect: bool = False


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
            description=args.description,
            enable_key_rotation=True,
            rotation_period_in_days=args.spec.rotation_days,
            deletion_window_in_days=args.spec.deletion_window_days,
            policy=args.policy,
            tags={"Name": name},
            opts=self.child(also=pulumi.ResourceOptions(protect=args.protect)),
        )
        aws.kms.Alias(
            name,
            name=args.alias,
            target_key_id=key.key_id,
            opts=self.child(),
        )
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})
