"""IAM roles and their policies."""

from typing import Any, Final

from rehearsal.providers.aws.properties import TAGS, flag, number, policy_document, text
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Tagging, joined
from rehearsal.providers.aws.session import Session
from rehearsal.providers.aws.tables.ec2 import tag_list, tag_map

MISSING: Final = frozenset({"NoSuchEntity", "NoSuchEntityException"})

_ATTACHMENT_ID: Final = joined("/", "role", "policyArn")
_POLICY_ID: Final = joined(":", "role", "name")


def _document(name: str) -> Any:
    """A policy document that an answer tells: botocore has parsed it, Pulumi has it as text."""

    def build(scope: Scope) -> str:
        import json  # noqa: PLC0415

        value = scope["item"][name]
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))

    return build


def _delete_role(session: Session, scope: Scope) -> None:
    """Delete a role; with `forceDetachPolicies`, after taking its policies off."""
    name = scope["id"]
    profiles = session.api("list_instance_profiles_for_role", RoleName=name)
    for profile in profiles["InstanceProfiles"]:
        session.api(
            "remove_role_from_instance_profile",
            InstanceProfileName=profile["InstanceProfileName"],
            RoleName=name,
        )
    if scope.get("forceDetachPolicies"):
        attached = session.api("list_attached_role_policies", RoleName=name)
        for policy in attached["AttachedPolicies"]:
            session.api("detach_role_policy", RoleName=name, PolicyArn=policy["PolicyArn"])
        for policy in session.api("list_role_policies", RoleName=name)["PolicyNames"]:
            session.api("delete_role_policy", RoleName=name, PolicyName=policy)
    session.run(
        Call(
            operation="delete_role",
            parameters={"RoleName": "id"},
            ignore=MISSING,
            retry=frozenset({"DeleteConflict"}),
        ),
        scope,
    )


def _set_boundary(session: Session, scope: Scope) -> None:
    if scope.get("permissionsBoundary"):
        session.api(
            "put_role_permissions_boundary",
            RoleName=scope["id"],
            PermissionsBoundary=scope["permissionsBoundary"],
        )
    else:
        session.api("delete_role_permissions_boundary", RoleName=scope["id"])


ROLE: Final = Resource(
    type="aws:iam/role:Role",
    title="IAM Role",
    service="iam",
    properties={
        "assumeRolePolicy": text(required=True, canonical=policy_document),
        "description": text(),
        "forceDetachPolicies": flag(default=False),
        "maxSessionDuration": number(default=3600),
        "name": text(computed=True, replaces=True),
        "path": text(default="/", replaces=True),
        "permissionsBoundary": text(),
        **TAGS,
    },
    autoname="name",
    autoname_longest=64,
    create=Call(
        operation="create_role",
        parameters={
            "AssumeRolePolicyDocument": "assumeRolePolicy",
            "Description": "description",
            "MaxSessionDuration": "maxSessionDuration",
            "Path": "path",
            "PermissionsBoundary": "permissionsBoundary",
            "RoleName": "name",
            "Tags": lambda scope: tag_list(scope.get("tagsAll")),
        },
    ),
    labelled="name",
    identity="answer.Role.RoleName",
    read=(
        Read(
            call=Call(operation="get_role", parameters={"RoleName": "id"}),
            item="Role",
            missing=MISSING,
            outputs={
                "arn": "Arn",
                "assumeRolePolicy": _document("AssumeRolePolicyDocument"),
                "createDate": "CreateDate",
                "description": "Description",
                "maxSessionDuration": "MaxSessionDuration",
                "name": "RoleName",
                "path": "Path",
                "permissionsBoundary": "PermissionsBoundary.PermissionsBoundaryArn",
                "uniqueId": "RoleId",
            },
        ),
        Read(
            call=Call(operation="list_attached_role_policies", parameters={"RoleName": "id"}),
            outputs={"managedPolicyArns": "AttachedPolicies[].PolicyArn"},
        ),
    ),
    settings=(
        Setting(
            watches=("assumeRolePolicy",),
            call=Call(
                operation="update_assume_role_policy",
                parameters={"RoleName": "id", "PolicyDocument": "assumeRolePolicy"},
            ),
            title="assume role policy",
        ),
        Setting(
            watches=("description", "maxSessionDuration"),
            call=Call(
                operation="update_role",
                parameters={
                    "RoleName": "id",
                    "Description": "description || ''",
                    "MaxSessionDuration": "maxSessionDuration",
                },
            ),
        ),
        Setting(watches=("permissionsBoundary",), call=_set_boundary, title="permissions boundary"),
    ),
    tagging=Tagging(
        add=Call(
            operation="tag_role",
            parameters={"RoleName": "id", "Tags": lambda scope: tag_list(scope["tags"])},
        ),
        remove=Call(operation="untag_role", parameters={"RoleName": "id", "TagKeys": "keys"}),
        read=tag_map,
    ),
    delete=_delete_role,
    minutes=(20, 20, 5),
)


def _find_attachment(session: Session, scope: Scope) -> Any:
    attached: list[Any] = []
    marker: dict[str, str] = {}
    while True:
        answer = session.api("list_attached_role_policies", RoleName=scope["role"], **marker)
        attached += answer["AttachedPolicies"]
        if not answer.get("IsTruncated"):
            break
        marker = {"Marker": answer["Marker"]}
    arns = {policy["PolicyArn"] for policy in attached}
    return (
        {"role": scope["role"], "policyArn": scope["policyArn"]}
        if scope["policyArn"] in arns
        else None
    )


ROLE_POLICY_ATTACHMENT: Final = Resource(
    type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    title="IAM Role Policy Attachment",
    service="iam",
    properties={
        "policyArn": text(required=True, replaces=True),
        "role": text(required=True, replaces=True),
    },
    create=Call(
        operation="attach_role_policy", parameters={"RoleName": "role", "PolicyArn": "policyArn"}
    ),
    identity=_ATTACHMENT_ID[0],
    read=(
        Read(
            call=_find_attachment,
            missing=MISSING,
            outputs={"role": "role", "policyArn": "policyArn"},
        ),
    ),
    delete=Call(
        operation="detach_role_policy",
        parameters={"RoleName": "role", "PolicyArn": "policyArn"},
        ignore=MISSING,
    ),
    parts=_ATTACHMENT_ID[1],
)


_PUT_POLICY: Final = Call(
    operation="put_role_policy",
    parameters={"RoleName": "role", "PolicyName": "name", "PolicyDocument": "policy"},
)

ROLE_POLICY: Final = Resource(
    type="aws:iam/rolePolicy:RolePolicy",
    title="IAM Role Policy",
    service="iam",
    properties={
        "name": text(computed=True, replaces=True),
        "policy": text(required=True, canonical=policy_document),
        "role": text(required=True, replaces=True),
    },
    autoname="name",
    autoname_longest=128,
    create=_PUT_POLICY,
    labelled="name",
    identity=_POLICY_ID[0],
    read=(
        Read(
            call=Call(
                operation="get_role_policy", parameters={"RoleName": "role", "PolicyName": "name"}
            ),
            missing=MISSING,
            outputs={
                "name": "PolicyName",
                "policy": _document("PolicyDocument"),
                "role": "RoleName",
            },
        ),
    ),
    settings=(Setting(watches=("policy",), call=_PUT_POLICY),),
    delete=Call(
        operation="delete_role_policy",
        parameters={"RoleName": "role", "PolicyName": "name"},
        ignore=MISSING,
    ),
    parts=_POLICY_ID[1],
)

ROWS: Final = (ROLE, ROLE_POLICY_ATTACHMENT, ROLE_POLICY)
