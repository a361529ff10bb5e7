"""OpenID Connect providers whose users sign in to a cluster."""

import dataclasses
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.component import Component
from spec.model import IdentityProviderSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class IdentityProvidersArgs:
    """Arguments of `IdentityProviders`.

    Attributes:
        cluster_name: The EKS cluster, as an output of it.
        specs: Providers by their names in the stack file.
    """

    cluster_name: pulumi.Input[str]
    specs: Mapping[str, IdentityProviderSpec]


class IdentityProviders(Component):
    """Identity providers of a cluster, one after the other: it takes one change at a time.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_AssociateIdentityProviderConfig.html
    """

    def __init__(
        self, name: str, args: IdentityProvidersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("IdentityProviders", name, opts)
        last: list[pulumi.Resource] = []
        for provider_name, spec in args.specs.items():
            provider = aws.eks.IdentityProviderConfig(
                f"{name}-{provider_name}",
                cluster_name=args.cluster_name,
                oidc=aws.eks.IdentityProviderConfigOidcArgs(
                    identity_provider_config_name=provider_name,
                    issuer_url=spec.issuer_url,
                    client_id=spec.client_id,
                    username_claim=spec.username_claim,
                    username_prefix=spec.username_prefix,
                    groups_claim=spec.groups_claim,
                    groups_prefix=spec.groups_prefix,
                    required_claims=spec.required_claims or None,
                ),
                tags={"Name": f"{name}-{provider_name}"},
                opts=self.child(depends_on=last),
            )
            last = [provider]
        self.register_outputs({})
