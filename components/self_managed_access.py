"""What lets instances that EKS does not manage into a cluster: a profile and an access entry."""

import dataclasses

import pulumi
import pulumi_aws as aws

from components.component import Component
from components.role import Role
from spec import facts
from spec.names import AUTONAME_LENGTH, fitting


@dataclasses.dataclass(frozen=True, kw_only=True)
class SelfManagedAccessArgs:
    """Arguments of `SelfManagedAccess`.

    Attributes:
        cluster_name: The EKS cluster, as an output of it.
        role: The nodes' IAM role.
        path: The path of IAM resources.
        is_windows: Whether nodes with the role run Windows.
    """

    cluster_name: pulumi.Input[str]
    role: Role
    path: str
    is_windows: bool


class SelfManagedAccess(Component):
    """The instance profile and the access entry of a role of self-managed nodes.

    https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html

    Attributes:
        instance_profile_arn: The ARN of the instance profile.
    """

    instance_profile_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: SelfManagedAccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        longest = facts.limits()["iam.instanceProfileName"].maximum or 0
        name = fitting(name, longest - AUTONAME_LENGTH)
        super().__init__("SelfManagedAccess", name, opts)
        profile = aws.iam.InstanceProfile(
            name,
            role=args.role.ready.apply(lambda role: role.name),
            path=args.path,
            tags={"Name": name},
            opts=self.child(),
        )
        aws.eks.AccessEntry(
            name,
            cluster_name=args.cluster_name,
            principal_arn=args.role.arn,
            type="EC2_WINDOWS" if args.is_windows else "EC2_LINUX",
            tags={"Name": name},
            opts=self.child(),
        )
        self.instance_profile_arn = profile.arn
        self.register_outputs({"instanceProfileArn": profile.arn})
