"""An IAM role together with the policies that make it useful."""

import dataclasses
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components import policies
from components.component import Component
from spec import facts
from spec.model import IamSpec
from spec.names import AUTONAME_LENGTH, fitting


@dataclasses.dataclass(frozen=True, kw_only=True)
class RoleArgs:
    """Arguments of `Role`.

    Attributes:
        trust: The trust policy, as JSON.
        partition: The AWS partition, e.g. `aws`.
        description: What the role is for, shown in IAM.
        iam: What holds for every role: path and permissions boundary.
        managed_policies: Names of policies that AWS manages, e.g. `AmazonEKSWorkerNodePolicy`.
        policy_arns: ARNs of further policies.
        inline_policies: Policies of the role's own, as JSON, by name.
        max_session_seconds: How long a session can last; None: an hour.
    """

    trust: pulumi.Input[str]
    partition: str
    description: str
    iam: IamSpec = IamSpec()
    managed_policies: Sequence[str] = ()
    policy_arns: Sequence[str] = ()
    inline_policies: Mapping[str, pulumi.Input[str]] = dataclasses.field(
        default_factory=dict[str, pulumi.Input[str]]
    )
    max_session_seconds: int | None = None


class Role(Component):
    """A role with its policies.

    What uses the role depends on this component, and so on the policies too: a role without its
    policies fails late, and one that loses them first cannot clean up after itself on destroy.

    Attributes:
        role: The role.
        arn: The role's ARN.
        ready: The role, when it has its policies.
    """

    role: aws.iam.Role
    ready: pulumi.Output[aws.iam.Role]
    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: RoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        name = fitting(name, _longest("role.name"))
        super().__init__("Role", name, opts)
        self.role = aws.iam.Role(
            name,
            assume_role_policy=args.trust,
            description=args.description,
            path=args.iam.path,
            permissions_boundary=args.iam.permissions_boundary,
            max_session_duration=args.max_session_seconds,
            tags={"Name": name},
            opts=self.child(),
        )
        arns = {
            **{it: policies.managed(args.partition, it) for it in args.managed_policies},
            **{_label(arn): arn for arn in args.policy_arns},
        }
        made: list[pulumi.CustomResource] = [self.role]
        for policy, arn in arns.items():
            attachment = aws.iam.RolePolicyAttachment(
                f"{name}-{policy}", role=self.role.name, policy_arn=arn, opts=self.child()
            )
            made.append(attachment)
        for policy, text in args.inline_policies.items():
            inline = aws.iam.RolePolicy(
                fitting(f"{name}-{policy}", _longest("iam.policyName")),
                role=self.role.name,
                policy=text,
                opts=self.child(),
            )
            made.append(inline)
        self.arn = self.role.arn
        self.ready = pulumi.Output.all(*(it.id for it in made)).apply(lambda _: self.role)
        self.register_outputs({"arn": self.arn})


def _longest(limit: str) -> int:
    """How long a name may be for Pulumi to make an AWS name of it."""
    return (facts.limits()[limit].maximum or 0) - AUTONAME_LENGTH


def _label(arn: str) -> str:
    """A policy's path and name, and whose it is: the name alone may stand for several."""
    account = arn.split(":")[4]
    return f"{account}-{arn.partition(':policy/')[2].replace('/', '-')}"
