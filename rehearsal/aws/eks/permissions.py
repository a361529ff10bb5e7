"""What IAM lets a role do, as far as a node or an add-on finds out.

Actions only: resources and conditions narrow a policy for the rest of the world, and those that
nodes need are given for all resources.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from moto.iam.models import Role


def may(role: Role, action: str) -> bool:
    """Whether the role's policies allow an action, such as ``ec2:DescribeInstances``."""
    managed = (
        version.document
        for policy in role.managed_policies.values()
        for version in policy.versions
        if version.version_id == policy.default_version_id
    )
    verdicts = {
        _verdict(_text(document), action.lower())
        for document in (*role.policies.values(), *managed)
    }
    return "Allow" in verdicts and "Deny" not in verdicts


def lacks(role: Role, actions: Iterable[str]) -> list[str]:
    """Those of the actions that the role's policies do not allow."""
    return [action for action in actions if not may(role, action)]


def trusts(role: Role, kind: str, principal: str, actions: Iterable[str]) -> bool:
    """Whether the role may be taken by a principal.

    Args:
        role: the role.
        kind: of principal, as ``Service`` or ``Federated``.
        principal: as ``pods.eks.amazonaws.com``, or an ARN.
        actions: that the trust policy has to allow, such as ``sts:TagSession``.
    """
    statements = [
        statement
        for statement in _statements(_text(role.assume_role_policy_document))
        if statement.get("Effect") == "Allow"
        and isinstance(statement.get("Principal"), Mapping)
        and principal in _listed(statement["Principal"].get(kind))
    ]
    return all(
        any(_names(statement.get("Action"), action.lower()) for statement in statements)
        for action in actions
    )


@lru_cache(maxsize=4096)
def _verdict(document: str, action: str) -> str:
    """``Deny``, ``Allow``, or nothing."""
    found = {
        statement["Effect"]
        for statement in _statements(document)
        if _names(statement.get("Action"), action)
        or ("NotAction" in statement and not _names(statement["NotAction"], action))
    }
    return "Deny" if "Deny" in found else "Allow" if found else ""


@lru_cache(maxsize=512)
def _statements(document: str) -> tuple[Mapping[str, Any], ...]:
    return tuple(_listed(json.loads(document).get("Statement")))


def _names(patterns: Any, action: str) -> bool:
    return any(fnmatchcase(action, pattern.lower()) for pattern in _listed(patterns))


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)


def _listed(value: Any) -> list[Any]:
    """A policy's element may be one thing, a list of them, or left out."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
