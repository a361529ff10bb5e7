"""What holds for every IAM role that is made."""

from typing import Annotated

from pydantic import Field

from spec.model.base import Model, matches, text
from spec.model.capabilities import PolicyArn


class IamSpec(Model):
    """What holds for every IAM role that is made, and the cluster's identity provider in IAM."""

    permissions_boundary: Annotated[
        PolicyArn | None, Field(examples=["arn:aws:iam::123456789012:policy/boundary"])
    ] = None
    """A policy beyond which no role of the cluster can go.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"""
    path: Annotated[
        str,
        text("an IAM path", "role.path"),
        matches("an IAM path", r"/|/[\x21-\x7e]+/", "/eks/"),
    ] = "/"
    """The path of every role, beginning and ending with a slash. Another path is another role."""
    oidc_provider: bool = False
    """Whether IAM trusts the cluster's service accounts (IRSA). EKS Pod Identity does not need
    it."""
