"""The provider's own configuration: `pulumi:providers:aws` and the stack's `aws:` keys."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rehearsal.providers.aws.loopback import require_loopback

_JSON_KEYS: Final = frozenset(
    {"defaultTags", "ignoreTags", "endpoints", "allowedAccountIds", "forbiddenAccountIds"}
)


class ConfigurationError(Exception):
    """A configuration that no provider could work with."""


@dataclass(frozen=True)
class Configuration:
    """What of the configuration makes a difference to a rehearsal.

    Credentials, profiles and roles to assume are the official provider's business: a rehearsal uses
    none.

    Attributes:
        region: The region that resources are made in.
        default_tags: Tags that every resource gets.
        allowed_accounts: The only accounts to work in; empty for any.
        forbidden_accounts: Accounts not to work in.
    """

    region: str
    default_tags: Mapping[str, str] = field(default_factory=dict)
    allowed_accounts: tuple[str, ...] = ()
    forbidden_accounts: tuple[str, ...] = ()


def parse(values: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with its lists and objects, which travel as JSON text, as such."""
    return {
        key: json.loads(value) if key in _JSON_KEYS and isinstance(value, str) and value else value
        for key, value in values.items()
    }


def configuration(values: Mapping[str, Any], environment: Mapping[str, str]) -> Configuration:
    """Read a provider's configuration.

    Args:
        values: The provider's inputs.
        environment: The process's environment, whose AWS_REGION is taken when no region is given.

    Raises:
        EndpointRefusedError: It asks for an endpoint that is not on this machine.
        ConfigurationError: It names no region.
    """
    parsed = parse(values)
    for endpoints in parsed.get("endpoints") or []:
        for service, url in endpoints.items():
            if isinstance(url, str) and url:
                require_loopback(url, f"the provider's endpoint for {service}")
    region = (
        parsed.get("region")
        or environment.get("AWS_REGION")
        or environment.get("AWS_DEFAULT_REGION")
    )
    if not isinstance(region, str):
        raise ConfigurationError(
            "Missing region information\n"
            "The AWS region can be set using the pulumi config command: `pulumi config set "
            "aws:region us-west-2`. "
            "See https://www.pulumi.com/registry/packages/aws/installation-configuration/ for "
            "details."
        )
    tags = (parsed.get("defaultTags") or {}).get("tags") or {}
    return Configuration(
        region=region,
        default_tags={key: str(value) for key, value in tags.items()},
        allowed_accounts=tuple(parsed.get("allowedAccountIds") or ()),
        forbidden_accounts=tuple(parsed.get("forbiddenAccountIds") or ()),
    )
