"""EKS Capabilities: Argo CD, ACK and kro, which EKS runs for a cluster outside of it.

What replaces and what waits is the official provider's: hashicorp/terraform-provider-aws
internal/service/eks/capability.go, which it bridges; read 2026-11.
"""

from collections.abc import Mapping
from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    block,
    block_set,
    text,
    text_set,
)
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Wait, joined
from rehearsal.providers.aws.session import Session
from rehearsal.providers.aws.tables.eks_shared import MISSING, TAGGING, issues, updated

_ID: Final = joined(",", "clusterName", "capabilityName")
_KEYS: Final = {"clusterName": "clusterName", "capabilityName": "capabilityName"}

_ROLE_MAPPINGS: Final = (
    "rbacRoleMappings[].{role: role, identities: identities[].{id: id, type: type}}"
)


def _given(old: Scope, new: Scope, name: str) -> bool:
    """What a program says makes a new one when it changes; what AWS chose does not."""
    return new.get(name) is not None and new.get(name) != old.get(name)


def _mappings(scope: Scope | None) -> dict[str, frozenset[tuple[str, str]]]:
    """The identities that have each role of Argo CD's."""
    argo = ((scope or {}).get("configuration") or {}).get("argoCd") or {}
    return {
        mapping["role"]: frozenset((item["type"], item["id"]) for item in mapping["identities"])
        for mapping in argo.get("rbacRoleMappings") or []
    }


def _told(mappings: Mapping[str, frozenset[tuple[str, str]]]) -> list[dict[str, Any]] | None:
    return [
        {"role": role, "identities": [{"type": kind, "id": name} for kind, name in sorted(who)]}
        for role, who in sorted(mappings.items())
    ] or None


def _update(session: Session, scope: Scope) -> Any:
    """Tell EKS the whole, and of role mappings what is new, what is other and what is gone."""
    before, after = _mappings(scope["old"]), _mappings(scope)
    changed = {role: who for role, who in after.items() if before.get(role) != who}
    gone = {role: who for role, who in before.items() if role not in after}
    parameters: dict[str, Any] = {
        "deletePropagationPolicy": scope["deletePropagationPolicy"],
        "roleArn": scope["roleArn"],
    }
    argo = (scope.get("configuration") or {}).get("argoCd")
    if argo:
        mappings = {"addOrUpdateRoleMappings": _told(changed), "removeRoleMappings": _told(gone)}
        config: dict[str, Any] = {
            "rbacRoleMappings": {name: items for name, items in mappings.items() if items}
        }
        if argo.get("networkAccess"):
            config["networkAccess"] = {"vpceIds": argo["networkAccess"].get("vpceIds") or []}
        parameters["configuration"] = {"argoCd": config}
    return session.api(
        "update_capability",
        clusterName=scope["clusterName"],
        capabilityName=scope["capabilityName"],
        **parameters,
    )


CAPABILITY: Final = Resource(
    type="aws:eks/capability:Capability",
    title="EKS Capability",
    service="eks",
    properties={
        "capabilityName": text(required=True, replaces=True),
        "clusterName": text(required=True, replaces=True),
        "configuration": block(
            {
                "argoCd": block(
                    {
                        "awsIdc": block(
                            {
                                "idcInstanceArn": text(required=True, replaces=True),
                                "idcManagedApplicationArn": text(computed=True),
                                "idcRegion": text(
                                    computed=True,
                                    replaces_when=lambda old, new: _given(old, new, "idcRegion"),
                                ),
                            },
                            required=True,
                        ),
                        "namespace": text(
                            computed=True,
                            replaces_when=lambda old, new: _given(old, new, "namespace"),
                        ),
                        "networkAccess": block({"vpceIds": text_set()}),
                        "rbacRoleMappings": block_set(
                            {
                                "identities": block_set(
                                    {"id": text(required=True), "type": text(required=True)},
                                    required=True,
                                ),
                                "role": text(required=True),
                            }
                        ),
                        "serverUrl": text(computed=True),
                    }
                )
            }
        ),
        "deletePropagationPolicy": text(required=True),
        "roleArn": text(required=True),
        "type": text(required=True, replaces=True),
        **REGION,
        **TAGS,
    },
    create=Call(
        operation="create_capability",
        parameters={
            **_KEYS,
            "configuration": (
                "configuration.{argoCd: argoCd.{awsIdc: awsIdc.{idcInstanceArn: idcInstanceArn,"
                " idcRegion: idcRegion}, namespace: namespace,"
                " networkAccess: networkAccess.{vpceIds: vpceIds},"
                f" rbacRoleMappings: {_ROLE_MAPPINGS}}}}}"
            ),
            "deletePropagationPolicy": "deletePropagationPolicy",
            "roleArn": "roleArn",
            "tags": "tagsAll",
            "type": "type",
        },
    ),
    labelled=_ID[0],
    identity=_ID[0],
    parts=_ID[1],
    read=(
        Read(
            call=Call(operation="describe_capability", parameters=_KEYS),
            item="capability",
            missing=MISSING,
            outputs={
                "arn": "arn",
                "capabilityName": "capabilityName",
                "clusterName": "clusterName",
                # Only Argo CD has any that the provider knows.
                "configuration": (
                    "configuration.argoCd && {argoCd: configuration.argoCd.{"
                    "awsIdc: awsIdc.{idcInstanceArn: idcInstanceArn, idcRegion: idcRegion,"
                    " idcManagedApplicationArn: idcManagedApplicationArn}, namespace: namespace,"
                    " networkAccess: networkAccess.{vpceIds: vpceIds}, serverUrl: serverUrl,"
                    f" rbacRoleMappings: {_ROLE_MAPPINGS}}}}}"
                ),
                "deletePropagationPolicy": "deletePropagationPolicy",
                "roleArn": "roleArn",
                "type": "type",
                "version": "version",
            },
        ),
    ),
    created=Wait(
        status="status",
        pending=frozenset({"CREATING"}),
        target=frozenset({"ACTIVE"}),
        problem=issues,
    ),
    settings=(
        Setting(
            watches=("configuration", "deletePropagationPolicy", "roleArn"),
            call=_update,
            wait=updated(name="clusterName", capabilityName="capabilityName"),
        ),
    ),
    tagging=TAGGING,
    delete=Call(operation="delete_capability", parameters=_KEYS),
    deleted=Wait(
        status="status",
        pending=frozenset({"ACTIVE", "DELETING"}),
        target=frozenset(),
        problem=issues,
    ),
    minutes=(20, 20, 20),
)
