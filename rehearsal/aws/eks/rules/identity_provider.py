"""What EKS demands of identity providers that a cluster's users sign in with."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from rehearsal.aws.eks import errors
from rehearsal.aws.rules import rule
from spec import facts

OIDC = "oidc"


@rule(errors.too_many_identity_providers)
def there_is_room(cluster: str, names: Collection[str]) -> None:
    """A cluster has at most 10 identity providers of its own.

    https://docs.aws.amazon.com/eks/latest/userguide/authenticate-oidc-identity-provider.html
    """
    most = facts.limits()["cluster.identity-providers"].maximum or 0
    if len(names) >= most:
        raise errors.too_many_identity_providers(cluster, str(most))


@rule(errors.identity_provider_exists)
def is_another_one(cluster: str, config: Mapping[str, Any], others: Iterable[Any]) -> None:
    """An identity provider has a name and an issuer that no other one of its cluster has.

    https://docs.aws.amazon.com/eks/latest/userguide/authenticate-oidc-identity-provider.html
    """
    for member in ("identityProviderConfigName", "issuerUrl"):
        if any(other[member] == config[member] for other in others):
            raise errors.identity_provider_exists(cluster, member, config[member])


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
