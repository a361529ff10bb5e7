"""What Karpenter may do, and the tag by which it finds the cluster's security group."""

import dataclasses
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.component import Component
from components.role import Role, RoleArgs
from spec import facts
from spec.model import IamSpec, KarpenterSpec
from spec.model.karpenter import DISCOVERY_TAG


@dataclasses.dataclass(frozen=True, kw_only=True)
class KarpenterArgs:
    """Arguments of `Karpenter`.

    Attributes:
        cluster_name: The EKS cluster, as an output of it.
        cluster_security_group_id: The security group that its nodes have.
        names: `partition`, `region`, `account` and `cluster`, for policies.
        trust: The trust policy of its role, as JSON.
        node_role_arns: Roles that it gives to nodes.
        queue_arn: The queue that tells it of interruptions; None: there is none.
        iam: What holds for every role.
        spec: What the stack file says.
    """

    cluster_name: pulumi.Input[str]
    cluster_security_group_id: pulumi.Input[str]
    names: Mapping[str, str]
    trust: pulumi.Input[str]
    node_role_arns: Sequence[pulumi.Input[str]]
    queue_arn: pulumi.Input[str] | None
    iam: IamSpec
    spec: KarpenterSpec


class Karpenter(Component):
    """Karpenter's role, and who has it.

    https://karpenter.sh/docs/reference/cloudformation/

    Attributes:
        role: The role of its pods.
    """

    role: Role

    def __init__(
        self, name: str, args: KarpenterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Karpenter", name, opts)
        spec, documents = args.spec, facts.controller_policies()
        inline: dict[str, pulumi.Input[str]] = {
            "controller": pulumi.Output.all(*args.node_role_arns).apply(
                lambda arns: documents["karpenter"].filled(node_roles=arns, **args.names)
            )
        }
        if args.queue_arn is not None:
            inline["interruption"] = pulumi.Output.from_input(args.queue_arn).apply(
                lambda arn: documents["karpenterInterruption"].filled(queue=arn, **args.names)
            )
        name = f"{name}-karpenter"
        self.role = Role(
            name,
            RoleArgs(
                trust=args.trust,
                partition=args.names["partition"],
                description=f"Karpenter of the EKS cluster {args.names['cluster']}",
                iam=args.iam,
                policy_arns=spec.policies,
                inline_policies=inline,
            ),
            self.child(),
        )
        if spec.identity == "podIdentity":
            aws.eks.PodIdentityAssociation(
                name,
                cluster_name=args.cluster_name,
                namespace=spec.namespace,
                service_account=spec.service_account,
                role_arn=self.role.arn,
                tags={"Name": name},
                opts=self.child(depends_on=[self.role]),
            )
        aws.ec2.Tag(
            name,
            resource_id=args.cluster_security_group_id,
            key=DISCOVERY_TAG,
            value=args.names["cluster"],
            opts=self.child(),
        )
        self.register_outputs({"roleArn": self.role.arn})
