"""The two roles that jobs of GitHub and GitLab take on, their policies, and the boundary."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

import pulumi
import pulumi_aws as aws

from bootstrap import documents
from bootstrap.documents import Names
from components.component import Component
from components.role import Role, RoleArgs
from spec.bootstrap import BootstrapSpec, Trust, deploy_trust, preview_trust
from spec.model import IamSpec

_HOUR = 3600


@dataclasses.dataclass(frozen=True, kw_only=True)
class RolesArgs:
    """Arguments of `Roles`.

    Attributes:
        spec: Who deploys from where.
        partition: The AWS partition.
        account: The account's id.
        bucket_arn: The state bucket.
        key_arn: The key.
    """

    spec: BootstrapSpec
    partition: str
    account: str
    bucket_arn: str
    key_arn: pulumi.Output[str]


class Roles(Component):
    """Roles that only look, and that deploy; nobody has a key for either.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-workloads-use-roles

    Attributes:
        preview_arn: The ARN of the role that looks.
        deploy_arn: The ARN of the role that deploys.
        boundary_arn: The ARN of the policy that roles of clusters have as permissions boundary.
    """

    preview_arn: pulumi.Output[str]
    deploy_arn: pulumi.Output[str]
    boundary_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: RolesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Roles", name, opts)
        self._name, self._args = name, args
        spec = args.spec
        providers = self._identity_providers()
        made = {it.name: self._policy(it) for it in documents.policies()}
        self.boundary_arn = made["boundary"].arn
        arns: dict[str, pulumi.Output[str]] = {}
        for role, trusts, purpose in (
            ("preview", preview_trust(spec), "looks at stacks and their state"),
            ("deploy", deploy_trust(spec), "deploys stacks"),
        ):
            mine = [it.name for it in documents.policies() if role in it.roles]
            arns[role] = Role(
                f"{name}-{role}",
                RoleArgs(
                    trust=self._trust(trusts, providers),
                    partition=args.partition,
                    description=f"A job of continuous integration that {purpose}",
                    iam=IamSpec(path=spec.own_path),
                    policy_arns=[self._policy_arn(it) for it in mine],
                    max_session_seconds=spec.iam.session_hours * _HOUR,
                ),
                self.child(depends_on=[made[it] for it in mine]),
            ).arn
        self.preview_arn, self.deploy_arn = arns["preview"], arns["deploy"]
        self.register_outputs({})

    def _identity_providers(self) -> Mapping[str, pulumi.Input[str]]:
        """ARNs of identity providers, by provider; made where the account has none."""
        there = {
            "github": self._args.spec.github and self._args.spec.github.provider_arn,
            "gitlab": self._args.spec.gitlab and self._args.spec.gitlab.provider_arn,
        }
        arns: dict[str, pulumi.Input[str]] = {}
        for trust in deploy_trust(self._args.spec):
            arn = there[trust.provider]
            arns[trust.provider] = arn or (
                # No thumbprint is said: IAM checks the issuer's certificate by itself.
                aws.iam.OpenIdConnectProvider(
                    f"{self._name}-{trust.provider}",
                    url=f"https://{trust.issuer}",
                    client_id_lists=[trust.audience],
                    tags={"Name": trust.issuer},
                    opts=self.child(),
                ).arn
            )
        return arns

    def _trust(
        self, trusts: Iterable[Trust], providers: Mapping[str, pulumi.Input[str]]
    ) -> pulumi.Output[str]:
        all_of_them = list(trusts)

        def written(arns: Sequence[str]) -> str:
            return documents.trust(list(zip(all_of_them, arns, strict=True)))

        return pulumi.Output.all(*(providers[it.provider] for it in all_of_them)).apply(written)

    def _policy(self, row: documents.Policy) -> aws.iam.Policy:
        spec = self._args.spec

        def written(key: str) -> str:
            return documents.policy(
                row.name,
                Names(
                    partition=self._args.partition,
                    account=self._args.account,
                    regions=spec.all_regions,
                    path=spec.iam.path,
                    own_path=spec.own_path,
                    bucket=self._args.bucket_arn,
                    key=key,
                    boundary=self._policy_arn("boundary"),
                    services=spec.iam.services,
                ),
            )

        return aws.iam.Policy(
            f"{self._name}-{row.name}",
            name=f"{self._name}-{row.name}",
            path=spec.own_path,
            description=row.description,
            policy=self._args.key_arn.apply(written),
            tags={"Name": f"{self._name}-{row.name}"},
            opts=self.child(),
        )

    def _policy_arn(self, policy: str) -> str:
        iam = f"arn:{self._args.partition}:iam::{self._args.account}"
        return f"{iam}:policy{self._args.spec.own_path}{self._name}-{policy}"
