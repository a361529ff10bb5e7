"""KMS keys and their aliases."""

from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    flag,
    number,
    policy_document,
    text,
)
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Tagging
from rehearsal.providers.aws.session import Session

MISSING: Final = frozenset({"NotFoundException"})


def _tag_list(scope: Scope, name: str) -> Any:
    tags = scope.get(name) or {}
    return [{"TagKey": key, "TagValue": value} for key, value in sorted(tags.items())] or None


def _set_rotation(session: Session, scope: Scope) -> None:
    if scope.get("enableKeyRotation"):
        period = scope.get("rotationPeriodInDays")
        session.api(
            "enable_key_rotation",
            KeyId=scope["id"],
            **({"RotationPeriodInDays": period} if period else {}),
        )
    else:
        session.api("disable_key_rotation", KeyId=scope["id"])


def _set_enabled(session: Session, scope: Scope) -> None:
    session.api("enable_key" if scope.get("isEnabled") else "disable_key", KeyId=scope["id"])


KEY: Final = Resource(
    type="aws:kms/key:Key",
    title="KMS Key",
    service="kms",
    properties={
        "bypassPolicyLockoutSafetyCheck": flag(default=False),
        "customerMasterKeySpec": text(default="SYMMETRIC_DEFAULT", replaces=True),
        "deletionWindowInDays": number(),
        "description": text(computed=True),
        "enableKeyRotation": flag(default=False),
        "isEnabled": flag(default=True),
        "keyUsage": text(default="ENCRYPT_DECRYPT", replaces=True),
        "multiRegion": flag(computed=True, replaces=True),
        "policy": text(computed=True, canonical=policy_document),
        "rotationPeriodInDays": number(computed=True),
        **REGION,
        **TAGS,
    },
    create=Call(
        operation="create_key",
        parameters={
            "BypassPolicyLockoutSafetyCheck": "bypassPolicyLockoutSafetyCheck",
            "Description": "description",
            "KeySpec": "customerMasterKeySpec",
            "KeyUsage": "keyUsage",
            "MultiRegion": "multiRegion",
            "Policy": "policy",
            "Tags": lambda scope: _tag_list(scope, "tagsAll"),
        },
    ),
    identity="answer.KeyMetadata.KeyId",
    read=(
        Read(
            call=Call(operation="describe_key", parameters={"KeyId": "id"}),
            item="KeyMetadata",
            missing=MISSING,
            gone="KeyState == 'PendingDeletion'",
            outputs={
                "arn": "Arn",
                "customerMasterKeySpec": "KeySpec || CustomerMasterKeySpec",
                "description": "Description",
                "isEnabled": "Enabled",
                "keyId": "KeyId",
                "keyUsage": "KeyUsage",
                "multiRegion": "MultiRegion",
            },
        ),
        Read(
            call=Call(
                operation="get_key_policy", parameters={"KeyId": "id", "PolicyName": "'default'"}
            ),
            outputs={"policy": "Policy"},
        ),
        Read(
            call=Call(operation="get_key_rotation_status", parameters={"KeyId": "id"}),
            outputs={
                "enableKeyRotation": "KeyRotationEnabled",
                "rotationPeriodInDays": "RotationPeriodInDays",
            },
        ),
    ),
    settings=(
        Setting(
            watches=("enableKeyRotation", "rotationPeriodInDays"),
            call=_set_rotation,
            title="rotation",
            on_create=True,
        ),
        Setting(
            watches=("isEnabled",),
            call=_set_enabled,
            title="state",
            on_create=True,
            initial={"isEnabled": True},
        ),
        Setting(
            watches=("description",),
            call=Call(
                operation="update_key_description",
                parameters={"KeyId": "id", "Description": "description || ''"},
            ),
            title="description",
        ),
        Setting(
            watches=("policy",),
            call=Call(
                operation="put_key_policy",
                parameters={
                    "KeyId": "id",
                    "PolicyName": "'default'",
                    "Policy": "policy",
                    "BypassPolicyLockoutSafetyCheck": "bypassPolicyLockoutSafetyCheck",
                },
            ),
            title="policy",
        ),
    ),
    tagging=Tagging(
        add=Call(
            operation="tag_resource",
            parameters={"KeyId": "id", "Tags": lambda scope: _tag_list(scope, "tags")},
        ),
        remove=Call(operation="untag_resource", parameters={"KeyId": "id", "TagKeys": "keys"}),
        read=Read(
            call=Call(operation="list_resource_tags", parameters={"KeyId": "id"}),
            outputs={
                "tags": lambda answer: {
                    tag["TagKey"]: tag["TagValue"] for tag in answer.get("Tags") or []
                }
            },
        ),
    ),
    delete=Call(
        operation="schedule_key_deletion",
        parameters={"KeyId": "id", "PendingWindowInDays": "deletionWindowInDays"},
        ignore=MISSING | {"is pending deletion"},
    ),
    minutes=(2, 20, 20),
)


def _key_id(value: Any) -> Any:
    """A key's id, whether it is told by id or by ARN."""
    return str(value).rpartition("/")[2]


def _find_alias(session: Session, scope: Scope) -> Any:
    marker: dict[str, str] = {}
    while True:
        answer = session.api("list_aliases", **marker)
        for alias in answer["Aliases"]:
            if alias["AliasName"] == scope["id"]:
                return alias
        if not answer.get("Truncated"):
            return None
        marker = {"Marker": answer["NextMarker"]}


ALIAS: Final = Resource(
    type="aws:kms/alias:Alias",
    title="KMS Alias",
    service="kms",
    properties={
        "name": text(computed=True, replaces=True),
        "targetKeyId": text(required=True, canonical=_key_id),
        **REGION,
    },
    autoname="name",
    autoname_prefix="alias/",
    create=Call(
        operation="create_alias", parameters={"AliasName": "name", "TargetKeyId": "targetKeyId"}
    ),
    labelled="name",
    identity="name",
    read=(
        Read(
            call=_find_alias,
            missing=MISSING,
            outputs={
                "arn": "AliasArn",
                "name": "AliasName",
                "targetKeyId": "TargetKeyId",
                "targetKeyArn": lambda scope: (
                    scope["item"]["AliasArn"].rpartition(":alias/")[0]
                    + f":key/{scope['item'].get('TargetKeyId', '')}"
                ),
            },
        ),
    ),
    settings=(
        Setting(
            watches=("targetKeyId",),
            call=Call(
                operation="update_alias",
                parameters={"AliasName": "id", "TargetKeyId": "targetKeyId"},
            ),
        ),
    ),
    delete=Call(operation="delete_alias", parameters={"AliasName": "id"}, ignore=MISSING),
)

ROWS: Final = (KEY, ALIAS)
