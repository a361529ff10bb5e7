"""Writes what a program registers as a Terraform plan, which is what checkov reads.

https://developer.hashicorp.com/terraform/internals/json-format
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from policy import Resource, Resources
from spec.facts import tables

_FOLDER = Path(__file__).parent

_MAPS = frozenset({"labels", "requiredClaims", "tags"})
"""Properties that are maps in Terraform too; other objects are blocks, that is, lists of one."""

_SINGULAR = {"podIdentityAssociations": "pod_identity_association", "taints": "taint"}
"""Blocks that Pulumi calls by their plural."""


def terraform_types() -> dict[str, str]:
    """Terraform's names of Pulumi's resource types."""
    return {
        row["pulumi"]: row["terraform"] for row in tables.read("terraform_types", folder=_FOLDER)
    }


def plan(resources: Resources) -> dict[str, Any]:
    """A plan that makes all resources that Terraform knows too.

    Raises:
        LookupError: A type of the aws provider is not in the table.
    """
    types = terraform_types()
    ours = [it for it in resources if it.type.startswith("aws:")]
    addresses = {it.urn: f"{types[it.type]}.{_label(it)}" for it in ours}
    made = [
        {
            "address": addresses[it.urn],
            "mode": "managed",
            "type": types[it.type],
            "name": _label(it),
            "values": _block(it.properties),
        }
        for it in ours
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": made}},
        "resource_changes": [
            {**it, "change": {"actions": ["create"], "before": None, "after": it["values"]}}
            for it in made
        ],
        "configuration": {
            "root_module": {
                "resources": [
                    {
                        "address": addresses[it.urn],
                        "mode": "managed",
                        "type": types[it.type],
                        "name": _label(it),
                        "expressions": _expressions(it, addresses),
                    }
                    for it in ours
                ]
            }
        },
    }


def _label(resource: Resource) -> str:
    return re.sub(r"[^\w-]", "_", resource.name)


def _name(name: str) -> str:
    return _SINGULAR.get(name) or re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _block(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        _name(name): value if name in _MAPS else _value(value) for name, value in properties.items()
    }


def _value(value: Any) -> Any:
    match value:
        case dict():
            return [_block(value)]
        case list():
            return [_block(it) if isinstance(it, dict) else it for it in value]
        case _:
            return value


def _expressions(resource: Resource, addresses: Mapping[str, str]) -> dict[str, Any]:
    """What a resource's properties are made of, of the resources that are in the plan."""
    return {
        _name(name): {
            "references": [
                reference
                for urn in sorted(urns)
                if urn in addresses
                for reference in (f"{addresses[urn]}.id", addresses[urn])
            ]
        }
        for name, urns in resource.references.items()
        if any(urn in addresses for urn in urns)
    }
