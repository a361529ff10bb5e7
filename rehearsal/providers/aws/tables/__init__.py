"""The resource types, one row each, with the facts of the official provider's 7.51 release."""

from collections.abc import Mapping
from typing import Final

from rehearsal.providers.aws.resource import Resource
from rehearsal.providers.aws.tables import eks, iam, kms, launch, logs, network, security

RESOURCES: Final[Mapping[str, Resource]] = {
    row.type: row
    for module in (network, security, launch, iam, kms, logs, eks)
    for row in module.ROWS
}
"""Every row, by its Pulumi token."""
