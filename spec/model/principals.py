"""IAM principals, which have several names.

A role that somebody has taken on signs in under another ARN than its own:
`arn:aws:sts::111122223333:assumed-role/Admin/jane` is `arn:aws:iam::111122223333:role/Admin`, whose
path the first does not tell. Names of roles and users are unique in an account whatever their path,
so principals are compared without it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""

import dataclasses
import re
from typing import Annotated

from pydantic import Field

from spec.model.base import Check, whole, wrong
from spec.problems import quoted

CREATOR = "creator"
"""Whoever runs the first `pulumi up` of a stack."""

_NAME = "[A-Za-z0-9_+=,.@-]+"
_IAM = re.compile(
    r"arn:aws[a-z-]*:iam::(?P<account>[0-9]{12}):(?P<kind>role|user)/(?P<path>(?:[\x21-\x7e]+/)?)"
    rf"(?P<name>{_NAME})"
)
_SESSION = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):sts::(?P<account>[0-9]{12}):assumed-role/"
    rf"(?P<name>{_NAME})/{_NAME}"
)
SSO_ROLE = "AWSReservedSSO_"
"""What names of roles of IAM Identity Center begin with."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Identity:
    """Who a principal is, whatever ARN it is named by.

    Attributes:
        account: The account's id.
        kind: `role` or `user`.
        name: The role's or user's name.
    """

    account: str
    kind: str
    name: str


def identity(arn: str) -> Identity | None:
    """Who an ARN names: a role, a user, or a session of a role; None for anything else."""
    if found := _IAM.fullmatch(arn):
        return Identity(account=found["account"], kind=found["kind"], name=found["name"])
    if found := _SESSION.fullmatch(arn):
        return Identity(account=found["account"], kind="role", name=found["name"])
    return None


def is_session(arn: str) -> bool:
    """Whether an ARN names a session of a role instead of the role."""
    return _SESSION.fullmatch(arn) is not None


def principal_of(value: str) -> str:
    """The ARN of a role or user, or of the role of a session.

    A session of IAM Identity Center stays as it is: only AWS can tell the path of its role.

    Raises:
        PydanticCustomError: It is the ARN of something else.
    """
    if identity(value) is None:
        raise wrong(
            f"{quoted(value)} is not the ARN of an IAM role or user such as "
            "arn:aws:iam::123456789012:role/Admin"
        )
    found = _SESSION.fullmatch(value)
    if found is None or found["name"].startswith(SSO_ROLE):
        return value
    return f"arn:{found['partition']}:iam::{found['account']}:role/{found['name']}"


def _pattern() -> dict[str, str]:
    # JSON Schema's patterns name no groups as Python's do.
    either = "|".join(re.sub(r"\?P<\w+>", "?:", it.pattern) for it in (_IAM, _SESSION))
    return {"pattern": whole(either)}


Principal = Annotated[
    str, Check(principal_of, _pattern), Field(examples=["arn:aws:iam::123456789012:role/Admin"])
]
"""The ARN of an IAM role or user; that of a session stands for its role."""
