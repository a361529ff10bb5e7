"""What EKS demands of identity providers that a cluster's users sign in with."""

from collections.abc import Collection, Mapping
from typing import Any

from rehearsal.aws.eks import errors
from rehearsal.aws.rules import rule

OIDC = "oidc"


@rule(errors.identity_provider_exists)
def is_the_only_one(cluster: str, names: Collection[str]) -> None:
    """A cluster has one identity provider of its own at most.

    https://docs.aws.amazon.com/eks/latest/userguide/authenticate-oidc-identity-provider.html
    """
    if names:
        raise errors.identity_provider_exists(cluster)


@rule(errors.identity_provider_is_the_clusters_own, errors.issuer_not_https)
def issuer_is_allowed(url: str, own: str) -> None:
    """The issuer has an https address without a query, other than the cluster's own issuer.

    https://docs.aws.amazon.com/eks/latest/userguide/authenticate-oidc-identity-provider.html
    """
    if url == own:
        raise errors.identity_provider_is_the_clusters_own()
    if not url.startswith("https://") or "?" in url:
        raise errors.issuer_not_https(url)


@rule(errors.reserved_identity_prefix)
def prefixes_are_not_of_kubernetes(config: Mapping[str, Any]) -> None:
    """No prefix of user names or groups begins with system:.

    https://docs.aws.amazon.com/eks/latest/userguide/authenticate-oidc-identity-provider.html
    """
    for member in ("usernamePrefix", "groupsPrefix"):
        if str(config.get(member, "")).startswith("system:"):
            raise errors.reserved_identity_prefix(member)
