"""IAM roles as EKS looks at them."""

import json
from typing import Any

from moto.iam.models import IAMBackend, Role


def find(iam: IAMBackend, arn: str) -> Role | None:
    """The role with that ARN, if there is one."""
    return next((role for role in iam.get_roles() if role.arn == arn), None)


def trusted_services(role: Role) -> set[str]:
    """The AWS services that may take the role.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    policy = json.loads(role.assume_role_policy_document)
    return {
        service
        for statement in _listed(policy["Statement"])
        if statement["Effect"] == "Allow" and isinstance(statement.get("Principal"), dict)
        for service in _listed(statement["Principal"].get("Service", []))
    }


def policies(role: Role) -> set[str]:
    """The ARNs of the managed policies attached to the role."""
    return set(role.managed_policies)


def _listed(value: Any) -> list[Any]:
    """A policy's element may be one thing or a list of them."""
    return value if isinstance(value, list) else [value]
