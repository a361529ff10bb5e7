"""What pods of service accounts may do in AWS: Pod Identity, and IAM's trust in them (IRSA)."""

import dataclasses
import json
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components import policies
from components.component import Component
from components.role import Role, RoleArgs
from spec import facts
from spec.model import IamSpec, ServiceAccountSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrustedAddon:
    """An add-on whose role trusts its service account (IRSA).

    Attributes:
        namespace: The service account's namespace.
        service_account: Its name.
        managed_policies: Names of AWS's own policies of the role.
        policy_arns: ARNs of further ones.
        inline_policies: Policies of the role's own, as JSON, by name.
    """

    namespace: str
    service_account: str
    managed_policies: tuple[str, ...]
    policy_arns: tuple[str, ...]
    inline_policies: Mapping[str, str]


@dataclasses.dataclass(frozen=True, kw_only=True)
class ServiceAccountsArgs:
    """Arguments of `ServiceAccounts`.

    Attributes:
        cluster_name: The EKS cluster, as an output of it.
        label: The cluster's name, for descriptions.
        issuer: The cluster's OpenID Connect issuer, with or without `https://`.
        has_provider: Whether IAM trusts the issuer.
        names: `partition`, `region`, `account` and `cluster`, for policies.
        iam: What holds for every role.
        specs: Service accounts by their names in the stack file.
        addons: Add-ons that are trusted by their service accounts, by name.
    """

    cluster_name: pulumi.Input[str]
    label: str
    issuer: pulumi.Input[str]
    has_provider: bool
    names: Mapping[str, str]
    iam: IamSpec
    specs: Mapping[str, ServiceAccountSpec]
    addons: Mapping[str, TrustedAddon]


class ServiceAccounts(Component):
    """The cluster's OpenID Connect provider in IAM, roles of workloads, and who has them.

    No thumbprint is given: IAM trusts the issuer by its certificate authority.
    https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html
    https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html

    Attributes:
        provider_arn: The provider's ARN; None: there is none.
        role_arns: The role of each service account by its name in the stack file.
        addon_roles: Roles of add-ons that are trusted by their service accounts.
    """

    provider_arn: pulumi.Output[str] | None
    role_arns: dict[str, pulumi.Input[str]]
    addon_roles: dict[str, Role]

    def __init__(
        self, name: str, args: ServiceAccountsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ServiceAccounts", name, opts)
        self._args = args
        self.provider_arn = None
        if args.has_provider:
            provider = aws.iam.OpenIdConnectProvider(
                name,
                url=self._issuer.apply(lambda it: f"https://{it}"),
                client_id_lists=["sts.amazonaws.com"],
                tags={"Name": name},
                opts=self.child(),
            )
            self.provider_arn = provider.arn
        self.addon_roles = {
            addon: self._role(
                f"{name}-addon.{addon}",  # no name of a service account has a dot
                self.trust(it.namespace, it.service_account),
                f"{addon} of the EKS cluster {args.label}",
                managed=it.managed_policies,
                arns=it.policy_arns,
                inline=it.inline_policies,
            )
            for addon, it in args.addons.items()
        }
        self.role_arns = {
            account: self._account(f"{name}-{account}", spec)
            for account, spec in args.specs.items()
        }
        self.register_outputs({"providerArn": self.provider_arn, "roleArns": self.role_arns})

    @property
    def _issuer(self) -> pulumi.Output[str]:
        """The issuer without `https://`, as trust policies name it."""
        return pulumi.Output.from_input(self._args.issuer).apply(
            lambda it: it.removeprefix("https://")
        )

    def _account(self, name: str, spec: ServiceAccountSpec) -> pulumi.Input[str]:
        """Gives a service account its role; returns the role's ARN."""
        args = self._args
        role: Role | None = None
        if spec.role_arn is None:
            zones = [
                f"arn:{args.names['partition']}:route53:::hostedzone/{it}"
                for it in spec.hosted_zones
            ]
            inline = {
                it: facts.workload_policies()[it].filled(hosted_zones=zones, **args.names)
                for it in spec.well_known
            }
            inline |= {it: json.dumps(document) for it, document in spec.documents.items()}
            role = self._role(
                name,
                self.trust(spec.namespace, spec.service_account)
                if spec.identity == "irsa"
                else policies.POD_IDENTITY_TRUST,
                f"{spec.namespace}/{spec.service_account} of the EKS cluster {args.label}",
                arns=spec.policies,
                inline=inline,
            )
        arn = role.arn if role else spec.role_arn or ""
        if spec.identity == "podIdentity":
            aws.eks.PodIdentityAssociation(
                name,
                cluster_name=args.cluster_name,
                namespace=spec.namespace,
                service_account=spec.service_account,
                role_arn=arn,
                tags={"Name": name},
                opts=self.child(depends_on=[role] if role else []),
            )
        return arn

    def _role(
        self,
        name: str,
        trust: pulumi.Input[str],
        description: str,
        *,
        managed: tuple[str, ...] = (),
        arns: tuple[str, ...] = (),
        inline: Mapping[str, str],
    ) -> Role:
        return Role(
            name,
            RoleArgs(
                trust=trust,
                partition=self._args.names["partition"],
                description=description,
                iam=self._args.iam,
                managed_policies=managed,
                policy_arns=arns,
                inline_policies=inline,
            ),
            self.child(),
        )

    def trust(self, namespace: str, service_account: str) -> pulumi.Output[str]:
        """A trust policy for exactly one service account of this cluster."""
        return pulumi.Output.all(self.provider_arn, self._issuer).apply(
            lambda known: policies.service_account_trust(
                provider_arn=known[0],
                issuer=known[1],
                namespace=namespace,
                service_account=service_account,
            )
        )
