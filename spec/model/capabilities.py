"""EKS Capabilities: Argo CD, AWS Controllers for Kubernetes and kro, run by AWS."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from spec import facts
from spec.model.base import AsTuple, Model, Unique, arn, matches, one_of, spelling, wrong

CapabilityType = Literal["ARGOCD", "ACK", "KRO"]
ArgoRole = Literal["ADMIN", "EDITOR", "VIEWER"]
IdentityType = Literal["SSO_USER", "SSO_GROUP"]

PolicyArn = Annotated[
    str, arn("an IAM policy's ARN", "iam", r"policy/[\x21-\x7e]+", "policy/my-policy")
]
"""The ARN of an IAM policy, of AWS's or your own."""


class ArgoIdentitySpec(Model):
    """A user or group of IAM Identity Center."""

    id: Annotated[str, Field(min_length=1)]
    """Its id in Identity Center."""
    type: Annotated[IdentityType, spelling(IdentityType, user="SSO_USER", group="SSO_GROUP")]
    """`SSO_USER` or `SSO_GROUP`."""


class ArgoRoleSpec(Model):
    """Who has a role in Argo CD."""

    role: Annotated[ArgoRole, spelling(ArgoRole)]
    """`ADMIN`, `EDITOR` or `VIEWER`."""
    identities: Annotated[tuple[ArgoIdentitySpec, ...], AsTuple, Field(min_length=1)]
    """Who has it."""


class ArgoCdSpec(Model):
    """Settings of Argo CD."""

    identity_center_arn: Annotated[
        str,
        matches(
            "the ARN of an Identity Center instance",
            r"arn:aws[a-z-]*:sso:::instance/(?:sso)?ins-[0-9a-f]{16}",
            "arn:aws:sso:::instance/ssoins-1234567890abcdef",
        ),
    ]
    """The instance of IAM Identity Center whose users sign in."""
    identity_center_region: Annotated[str, one_of(facts.regions, "a region")] | None = None
    """Its region, if it is another one."""
    namespace: Annotated[
        str, matches("a namespace", "(?!.{64})[a-z0-9]([-a-z0-9]*[a-z0-9])?", "argocd")
    ] = "argocd"
    """The Kubernetes namespace of Argo CD's resources."""
    role_mappings: Annotated[tuple[ArgoRoleSpec, ...], AsTuple] = ()
    """Who may do what in it."""
    vpc_endpoint_ids: Annotated[
        tuple[Annotated[str, matches("a VPC endpoint id", "vpce-[0-9a-f]+", "vpce-0123abcd")], ...],
        AsTuple,
        Unique,
    ] = ()
    """VPC endpoints through which alone it is reached. Default: from the internet too."""


class CapabilitySpec(Model):
    """A capability, with a role of its own.

    https://docs.aws.amazon.com/eks/latest/userguide/capabilities.html
    """

    type: Annotated[CapabilityType, spelling(CapabilityType)]
    """`ARGOCD`, `ACK` (AWS Controllers for Kubernetes) or `KRO` (Kube Resource Orchestrator)."""
    policies: Annotated[tuple[PolicyArn, ...], AsTuple, Unique] = ()
    """IAM policies of its role: what it may do in AWS."""
    argo_cd: ArgoCdSpec | None = None
    """Settings of Argo CD; needed for it."""

    @model_validator(mode="after")
    def _settings_of_the_type(self) -> Self:
        if self.type == "ARGOCD" and self.argo_cd is None:
            raise wrong("is missing: Argo CD needs an Identity Center to sign in with", "argoCd")
        if self.type != "ARGOCD" and self.argo_cd is not None:
            raise wrong(f"belongs to the type ARGOCD, not to {self.type}", "argoCd")
        return self
