"""An IAM role together with the policies that make it useful."""

import dataclasses
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from components import policies
from components.component import Component


@dataclasses.dataclass(frozen=True, kw_only=True)
class RoleArgs:
    """Arguments of `Role`.

    Attributes:
        trust: The trust policy, as JSON.
        managed_policies: Names of policies that AWS manages, e.g. `AmazonEKSWorkerNodePolicy`.
        partition: The AWS partition, e.g. `aws`.
        description: What the role is for, shown in IAM.
    """

    trust: str
    managed_policies: Sequence[str]
    partition: str
    description: str


class Role(Component):
    """A role with policies of AWS's.

    What uses the role depends on this component, and so on the attachments too: a role without its
    policies fails late, and one that loses them first cannot clean up after itself on destroy.

    Attributes:
        arn: The role's ARN.
    """

    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: RoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Role", name, opts)
        role = aws.iam.Role(
            name,
            assume_role_policy=args.trust,
            description=args.description,
            tags={"Name": name},
            opts=self.child(),
        )
        for policy in args.managed_policies:
            aws.iam.RolePolicyAttachment(
                f"{name}-{policy}",
                role=role.name,
                policy_arn=policies.managed(args.partition, policy),
                opts=self.child(),
            )
        self.arn = role.arn
        self.register_outputs({"arn": self.arn})
