"""IAM's trust in a cluster's service accounts (IRSA)."""

import dataclasses

import pulumi
import pulumi_aws as aws

from components.component import Component


@dataclasses.dataclass(frozen=True, kw_only=True)
class ServiceAccountsArgs:
    """Arguments of `ServiceAccounts`.

    Attributes:
        issuer: The cluster's OpenID Connect issuer, with or without `https://`.
    """

    issuer: pulumi.Input[str]


class ServiceAccounts(Component):
    """The cluster's OpenID Connect provider in IAM.

    No thumbprint is given: IAM trusts the issuer by its certificate authority.
    https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html

    Attributes:
        provider_arn: The provider's ARN.
    """

    provider_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: ServiceAccountsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ServiceAccounts", name, opts)
        issuer = pulumi.Output.from_input(args.issuer)
        provider = aws.iam.OpenIdConnectProvider(
            name,
            url=issuer.apply(lambda it: f"https://{it.removeprefix('https://')}"),
            client_id_lists=["sts.amazonaws.com"],
            tags={"Name": name},
            opts=self.child(),
        )
        self.provider_arn = provider.arn
        self.register_outputs({"providerArn": self.provider_arn})
