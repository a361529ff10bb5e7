"""Instance profiles, and policies of the account's own.

What replaces is the official provider's: hashicorp/terraform-provider-aws internal/service/iam
(instance_profile.go, policy.go), which it bridges; read 2026-11-25.
"""

import json
from typing import Any, Final

from rehearsal.providers.aws.properties import TAGS, policy_document, text
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Tagging
from rehearsal.providers.aws.session import Session
from rehearsal.providers.aws.tables.ec2 import tag_list, tag_map
from rehearsal.providers.aws.tables.iam import MISSING

_NO_ROLE_YET: Final = frozenset({"The role with name", "Invalid IAM Instance Profile name"})
_MOST_VERSIONS: Final = 5
"""https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html, 2026-11-25."""


def _tagging(kind: str, parameter: str) -> Tagging:
    return Tagging(
        add=Call(
            operation=f"tag_{kind}",
            parameters={parameter: "id", "Tags": lambda scope: tag_list(scope["tags"])},
        ),
        remove=Call(operation=f"untag_{kind}", parameters={parameter: "id", "TagKeys": "keys"}),
        read=tag_map,
    )


def _set_role(session: Session, scope: Scope) -> None:
    """Put another role into a profile, which has one at most."""
    before, after = scope["old"].get("role"), scope.get("role")
    if before:
        _take_role_off(session, scope["id"], before)
    if after:
        session.run(
            Call(
                operation="add_role_to_instance_profile",
                parameters={"InstanceProfileName": "id", "RoleName": "role"},
                retry=_NO_ROLE_YET,
            ),
            scope,
        )


def _take_role_off(session: Session, profile: str, role: str) -> None:
    session.run(
        Call(
            operation="remove_role_from_instance_profile",
            parameters={"InstanceProfileName": "profile", "RoleName": "role"},
            ignore=MISSING,
        ),
        {"profile": profile, "role": role},
    )


def _delete_profile(session: Session, scope: Scope) -> None:
    if scope.get("role"):
        _take_role_off(session, scope["id"], scope["role"])
    session.run(
        Call(
            operation="delete_instance_profile",
            parameters={"InstanceProfileName": "id"},
            ignore=MISSING,
        ),
        scope,
    )


INSTANCE_PROFILE: Final = Resource(
    type="aws:iam/instanceProfile:InstanceProfile",
    title="IAM Instance Profile",
    service="iam",
    properties={
        "name": text(computed=True, replaces=True),
        "path": text(default="/", replaces=True),
        "role": text(),
        **TAGS,
    },
    autoname="name",
    autoname_longest=128,
    create=Call(
        operation="create_instance_profile",
        parameters={
            "InstanceProfileName": "name",
            "Path": "path",
            "Tags": lambda scope: tag_list(scope.get("tagsAll")),
        },
    ),
    labelled="name",
    identity="answer.InstanceProfile.InstanceProfileName",
    read=(
        Read(
            call=Call(operation="get_instance_profile", parameters={"InstanceProfileName": "id"}),
            item="InstanceProfile",
            missing=MISSING,
            outputs={
                "arn": "Arn",
                "createDate": "CreateDate",
                "name": "InstanceProfileName",
                "path": "Path",
                "role": "Roles[0].RoleName",
                "uniqueId": "InstanceProfileId",
            },
        ),
    ),
    settings=(Setting(watches=("role",), call=_set_role, title="role", on_create=True),),
    tagging=_tagging("instance_profile", "InstanceProfileName"),
    delete=_delete_profile,
)


def _versions(session: Session, arn: str) -> list[Any]:
    return session.api("list_policy_versions", PolicyArn=arn)["Versions"]


def _new_version(session: Session, scope: Scope) -> None:
    """Add a version and make it the default, after the oldest has made room for it."""
    arn = scope["id"]
    versions = _versions(session, arn)
    if len(versions) >= _MOST_VERSIONS:
        others = [version for version in versions if not version["IsDefaultVersion"]]
        oldest = min(others, key=lambda version: version["CreateDate"])
        session.api("delete_policy_version", PolicyArn=arn, VersionId=oldest["VersionId"])
    made = session.api(
        "create_policy_version",
        PolicyArn=arn,
        PolicyDocument=scope["policy"],
        SetAsDefault=False,
    )
    session.api(
        "set_default_policy_version",
        PolicyArn=arn,
        VersionId=made["PolicyVersion"]["VersionId"],
    )


def _delete_policy(session: Session, scope: Scope) -> None:
    arn = scope["id"]
    for version in _versions(session, arn):
        if not version["IsDefaultVersion"]:
            session.api("delete_policy_version", PolicyArn=arn, VersionId=version["VersionId"])
    session.run(
        Call(operation="delete_policy", parameters={"PolicyArn": "id"}, ignore=MISSING), scope
    )


def _find_policy(session: Session, scope: Scope) -> Any:
    """A policy with the document of its default version."""
    arn = scope["id"]
    policy = session.api("get_policy", PolicyArn=arn)["Policy"]
    version = session.api(
        "get_policy_version", PolicyArn=arn, VersionId=policy["DefaultVersionId"]
    )["PolicyVersion"]
    document = version["Document"]
    if not isinstance(document, str):  # botocore has parsed it, Pulumi has it as text
        document = json.dumps(document, separators=(",", ":"))
    return {**policy, "Document": document}


POLICY: Final = Resource(
    type="aws:iam/policy:Policy",
    title="IAM Policy",
    service="iam",
    properties={
        "description": text(replaces=True),
        "name": text(computed=True, replaces=True),
        "path": text(default="/", replaces=True),
        "policy": text(required=True, canonical=policy_document),
        **TAGS,
    },
    autoname="name",
    autoname_longest=128,
    create=Call(
        operation="create_policy",
        parameters={
            "Description": "description",
            "Path": "path",
            "PolicyDocument": "policy",
            "PolicyName": "name",
            "Tags": lambda scope: tag_list(scope.get("tagsAll")),
        },
    ),
    labelled="name",
    identity="answer.Policy.Arn",
    read=(
        Read(
            call=_find_policy,
            missing=MISSING,
            outputs={
                "arn": "Arn",
                "attachmentCount": "AttachmentCount",
                "description": "Description",
                "name": "PolicyName",
                "path": "Path",
                "policy": "Document",
                "policyId": "PolicyId",
            },
        ),
    ),
    settings=(Setting(watches=("policy",), call=_new_version, title="policy"),),
    tagging=_tagging("policy", "PolicyArn"),
    delete=_delete_policy,
)

ROWS: Final = (INSTANCE_PROFILE, POLICY)
