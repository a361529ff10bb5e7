"""Who may use the cluster, and as what."""

import dataclasses
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.component import Component
from components.role import Role
from spec import facts
from spec.model import AccessEntrySpec, AccessPolicySpec, AccessSpec
from spec.model.access import CLUSTER_ADMIN
from spec.model.principals import CREATOR, identity, is_session


@dataclasses.dataclass(frozen=True, kw_only=True)
class AccessArgs:
    """Arguments of `Access`.

    Attributes:
        cluster_name: The EKS cluster, as an output of it.
        partition: The AWS partition.
        caller: The ARN of whoever deploys.
        spec: Administrators and entries.
        nodes: Roles of nodes that EKS does not let in by itself, and the types of their entries,
            by a name.
    """

    cluster_name: pulumi.Input[str]
    partition: str
    caller: str
    spec: AccessSpec
    nodes: Mapping[str, tuple[Role, str]] = dataclasses.field(
        default_factory=dict[str, tuple[Role, str]]
    )


def role_or_user(arn: str, opts: pulumi.InvokeOptions) -> str:
    """The ARN by which IAM knows a principal: that of a session tells no path, so AWS is asked."""
    return aws.iam.get_session_context(arn=arn, opts=opts).issuer_arn if is_session(arn) else arn


class Access(Component):
    """Access entries and their policies.

    https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html

    EKS lets nobody in by itself: the principal that makes the cluster has an entry only if it is
    named.
    """

    def __init__(
        self, name: str, args: AccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Access", name, opts)
        self._name, self._args = name, args
        spec = args.spec
        # Without access entries EKS lets in the principal that made the cluster, and the ConfigMap.
        if spec.authentication_mode != "CONFIG_MAP":
            for admin in spec.admins:
                self._admin(admin)
        for entry_name, entry in spec.entries.items():
            self._entry(f"{name}-entry-{entry_name}", entry)
        for role_name, (role, kind) in args.nodes.items():
            aws.eks.AccessEntry(
                f"{name}-{role_name}",
                cluster_name=args.cluster_name,
                principal_arn=role.arn,
                type=kind,
                tags={"Name": f"{name}-{role_name}"},
                opts=self.child(depends_on=[role]),
            )
        self.register_outputs({})

    def _admin(self, admin: str) -> None:
        if admin == CREATOR:
            # Whoever that was stays: another laptop or pipeline does not take the entry over.
            principal = role_or_user(self._args.caller, pulumi.InvokeOptions(parent=self))
            name, kept = f"{self._name}-creator", ["principalArn"]
        else:
            who = identity(admin)
            label = f"{who.kind}-{who.account}-{who.name}" if who else admin
            name, principal, kept = f"{self._name}-admin-{label}", admin, []
        self._entry(
            name,
            AccessEntrySpec(
                principal=principal, policies=(AccessPolicySpec(policy=CLUSTER_ADMIN),)
            ),
            kept,
        )

    def _entry(self, name: str, spec: AccessEntrySpec, kept: list[str] | None = None) -> None:
        """An access entry with its policies.

        Args:
            name: Its logical name.
            spec: What it says.
            kept: Properties that stay as they were first made.
        """
        entry = aws.eks.AccessEntry(
            name,
            cluster_name=self._args.cluster_name,
            principal_arn=role_or_user(spec.principal, pulumi.InvokeOptions(parent=self)),
            type=spec.type,
            kubernetes_groups=list(spec.kubernetes_groups) or None,
            user_name=spec.username,
            tags={"Name": name},
            opts=self.child(also=pulumi.ResourceOptions(ignore_changes=kept or [])),
        )
        for policy in spec.policies:
            aws.eks.AccessPolicyAssociation(
                f"{name}-{policy.policy}",
                cluster_name=self._args.cluster_name,
                principal_arn=entry.principal_arn,
                policy_arn=facts.access_policies()[policy.policy].arn(self._args.partition),
                access_scope=aws.eks.AccessPolicyAssociationAccessScopeArgs(
                    type="namespace" if policy.namespaces else "cluster",
                    namespaces=list(policy.namespaces) or None,
                ),
                opts=self.child(depends_on=[entry]),
            )
