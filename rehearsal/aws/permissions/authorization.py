"""Whether a session of a role may make a call: what its role's policies say.

Whoever else calls may do everything: a rehearsal's own user is the account's administrator. A
service's use of a role, and what a service does on behalf of the caller, is not judged, but for the
passing of roles.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moto.iam.models import Role, iam_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.sts.models import sts_backends
from moto.utilities.utils import get_partition

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.calls import Call
from rehearsal.aws.permissions.evaluation import Effect, Request, decide
from spec import facts

# Nobody can be kept from asking who they are.
# https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
ALWAYS = {"sts:GetCallerIdentity"}
# Parameters that hand a role to a service.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
PASSED = ("roleArn", "nodeRole", "podExecutionRoleArn", "DeliverLogsPermissionArn")
PASSING_SERVICES = {"eks", "ec2"}
ROLE_ARN = ":role/"


@dataclass(frozen=True)
class Denied:
    """What a caller may not do.

    Attributes:
        action: as IAM has it.
        resource: its ARN, or ``*``.
    """

    action: str
    resource: str


def denied(call: Call) -> Denied | None:
    """What of a call its caller may not do; None if it may be made."""
    role = _role_of(call)
    if role is None:
        return None
    for request in _requests(call):
        if request.action not in ALWAYS and not _is_allowed(role, request):
            return Denied(request.action, request.resource or "*")
    return None


def _role_of(call: Call) -> Role | None:
    """The role whose session calls; None for other callers, and for roles of other accounts."""
    if not call.access_key:
        return None
    partition = get_partition(call.region)
    sts: Any = sts_backends[ACCOUNT][partition]
    session = sts.get_assumed_role_from_access_key(call.access_key)
    if session is None:
        return None
    roles = iam_backends[ACCOUNT][partition].roles.values()
    return next((role for role in roles if role.arn == session.role_arn), None)


def _is_allowed(role: Role, request: Request) -> bool:
    said = [decide(policy, request) for policy in _policies(role)]
    said_by_resource = [decide(policy, request) for policy in _resource_policies(request)]
    if Effect.DENY in said or Effect.DENY in said_by_resource or Effect.ALLOW not in said:
        return False
    boundary = role.permissions_boundary_arn
    if not boundary:
        return True
    return decide(_managed(boundary), request) is Effect.ALLOW


def _policies(role: Role) -> Iterator[Mapping[str, Any]]:
    for policy in role.policies.values():
        yield json.loads(policy) if isinstance(policy, str) else policy
    for arn in role.managed_policies:
        yield _managed(arn)


def _managed(arn: str) -> Mapping[str, Any]:
    policy = iam_backends[ACCOUNT][arn.split(":")[1]].managed_policies[arn]
    (document,) = (
        version.document
        for version in policy.versions
        if version.version_id == policy.default_version_id
    )
    return json.loads(document) if isinstance(document, str) else document


def _resource_policies(request: Request) -> Iterator[Mapping[str, Any]]:
    """That of the bucket; key policies are for KMS, which lets in whom IAM lets in."""
    if request.action.startswith("s3:") and request.resource:
        partition = request.resource.split(":")[1]
        name = request.resource.split(":")[5].partition("/")[0]
        bucket: Any = s3_backends[ACCOUNT][partition].buckets.get(name)
        if bucket is not None and bucket.policy:
            yield json.loads(bucket.policy)


def _requests(call: Call) -> Iterator[Request]:
    """What a call asks for."""
    context = _context(call)
    resource = _resource(call)
    for action in facts.iam_actions(call.service, call.operation):
        yield Request(action=action, resource=resource, context=context)
    if call.service in PASSING_SERVICES and call.writes:
        for parameter in PASSED:
            for arn in call.values(parameter):
                if ROLE_ARN in arn:
                    yield Request(action="iam:PassRole", resource=arn, context=context)


def _context(call: Call) -> dict[str, str | None]:
    context: dict[str, str | None] = {
        "aws:RequestedRegion": call.region,
        # It is spoken to on loopback, which takes the place of TLS.
        "aws:SecureTransport": "true",
        "aws:PrincipalAccount": ACCOUNT,
        "aws:PrincipalOrgID": None,
    }
    if call.service == "iam":
        context["iam:AWSServiceName"] = call.parameters.get("AWSServiceName")
        context["iam:PermissionsBoundary"] = _boundary(call)
    return context


def _boundary(call: Call) -> str | None:
    """The permissions boundary that a call says, or that the role has which it is about."""
    said = call.parameters.get("PermissionsBoundary")
    if said or call.operation == "CreateRole":
        return said
    role = _iam(call).roles_by_name.get(call.parameters.get("RoleName"))
    return role.permissions_boundary_arn if role else None


def _resource(call: Call) -> str | None:
    """The ARN of what a call is about, where it tells."""
    name = _NAMED.get(call.service)
    return name(call) if name else None


def _s3(call: Call) -> str | None:
    bucket, key = call.parameters.get("Bucket"), call.parameters.get("Key")
    if not bucket:
        return None
    arn = f"arn:{get_partition(call.region)}:s3:::{bucket}"
    return f"{arn}/{key}" if key else arn


def _kms(call: Call) -> str | None:
    key = call.parameters.get("KeyId") or call.parameters.get("TargetKeyId")
    if not key:
        return None
    kms: Any = kms_backends[ACCOUNT][call.region]
    found = kms.find(key)
    return found.arn if found else None


class _Iam:
    """What IAM of a partition has, by name."""

    def __init__(self, partition: str) -> None:
        self._backend: Any = iam_backends[ACCOUNT][partition]
        self.arn = f"arn:{partition}:iam::{ACCOUNT}"

    @property
    def roles_by_name(self) -> dict[Any, Role]:
        return {role.name: role for role in self._backend.roles.values()}

    @property
    def profiles_by_name(self) -> dict[Any, Any]:
        return {it.name: it for it in self._backend.instance_profiles.values()}


def _iam(call: Call) -> _Iam:
    return _Iam(get_partition(call.region))


def _iam_resource(call: Call) -> str | None:
    asked, iam = call.parameters, _iam(call)
    path = asked.get("Path") or "/"
    if asked.get("AWSServiceName"):
        return f"{iam.arn}:role/aws-service-role/{asked['AWSServiceName']}/any"
    if asked.get("InstanceProfileName"):
        found = iam.profiles_by_name.get(asked["InstanceProfileName"])
        return (
            found.arn
            if found
            else f"{iam.arn}:instance-profile{path}{asked['InstanceProfileName']}"
        )
    if asked.get("RoleName"):
        role = iam.roles_by_name.get(asked["RoleName"])
        return role.arn if role else f"{iam.arn}:role{path}{asked['RoleName']}"
    if asked.get("PolicyName"):
        return f"{iam.arn}:policy{path}{asked['PolicyName']}"
    if asked.get("Url"):
        return f"{iam.arn}:oidc-provider/{asked['Url'].removeprefix('https://')}"
    return asked.get("OpenIDConnectProviderArn") or asked.get("PolicyArn")


_NAMED: Mapping[str, Callable[[Call], str | None]] = {
    "iam": _iam_resource,
    "kms": _kms,
    "s3": _s3,
}
