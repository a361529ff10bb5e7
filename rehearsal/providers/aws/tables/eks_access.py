"""Who may use a cluster: access entries, their policies, and identity providers.

What replaces and what waits is the official provider's: hashicorp/terraform-provider-aws
internal/service/eks (access_entry.go, access_policy_association.go, identity_provider_config.go),
which it bridges; read 2026-11.
"""

from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    all_replace,
    block,
    mapping,
    text,
    text_set,
)
from rehearsal.providers.aws.resource import (
    Call,
    Read,
    Resource,
    Scope,
    Setting,
    Tagging,
    Wait,
    joined,
)
from rehearsal.providers.aws.session import Session
from rehearsal.providers.aws.tables.eks_shared import MISSING, TAGGING

_ENTRY_ID: Final = joined(":", "clusterName", "principalArn")
_ASSOCIATION_ID: Final = joined("#", "clusterName", "principalArn", "policyArn")

_ENTRY_KEYS: Final = {"clusterName": "clusterName", "principalArn": "principalArn"}

ACCESS_ENTRY: Final = Resource(
    type="aws:eks/accessEntry:AccessEntry",
    title="EKS Access Entry",
    service="eks",
    properties={
        "clusterName": text(required=True, replaces=True),
        "kubernetesGroups": text_set(computed=True),
        "principalArn": text(required=True, replaces=True),
        "type": text(default="STANDARD", replaces=True),
        "userName": text(computed=True),
        **REGION,
        **TAGS,
    },
    create=Call(
        operation="create_access_entry",
        parameters={
            **_ENTRY_KEYS,
            "kubernetesGroups": "kubernetesGroups",
            "tags": "tagsAll",
            "type": "type",
            "username": "userName",
        },
    ),
    labelled=_ENTRY_ID[0],
    identity=_ENTRY_ID[0],
    parts=_ENTRY_ID[1],
    read=(
        Read(
            call=Call(operation="describe_access_entry", parameters=_ENTRY_KEYS),
            item="accessEntry",
            missing=MISSING,
            outputs={
                "accessEntryArn": "accessEntryArn",
                "clusterName": "clusterName",
                "createdAt": "createdAt",
                "kubernetesGroups": "kubernetesGroups",
                "modifiedAt": "modifiedAt",
                "principalArn": "principalArn",
                "type": "type",
                "userName": "username",
            },
        ),
    ),
    settings=(
        Setting(
            watches=("kubernetesGroups", "userName"),
            call=Call(
                operation="update_access_entry",
                parameters={
                    **_ENTRY_KEYS,
                    "kubernetesGroups": "kubernetesGroups || `[]`",
                    "username": "userName",
                },
            ),
        ),
    ),
    tagging=Tagging(
        add=Call(
            operation="tag_resource", parameters={"resourceArn": "accessEntryArn", "tags": "tags"}
        ),
        remove=Call(
            operation="untag_resource",
            parameters={"resourceArn": "accessEntryArn", "tagKeys": "keys"},
        ),
        read="tags",
    ),
    delete=Call(operation="delete_access_entry", parameters=_ENTRY_KEYS),
    minutes=(20, 20, 40),
)


def _find_association(session: Session, scope: Scope) -> Any:
    entry = {name: scope[name] for name in ("clusterName", "principalArn")}
    answer = session.api("list_associated_access_policies", **entry)
    for association in answer["associatedAccessPolicies"]:
        if association["policyArn"] == scope["policyArn"]:
            return {**association, **entry}
    return None


ACCESS_POLICY_ASSOCIATION: Final = Resource(
    type="aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    title="EKS Access Policy Association",
    service="eks",
    properties={
        **all_replace(
            {
                "accessScope": block(
                    all_replace({"namespaces": text_set(), "type": text(required=True)}),
                    required=True,
                ),
                "clusterName": text(required=True),
                "policyArn": text(required=True),
                "principalArn": text(required=True),
            }
        ),
        **REGION,
    },
    create=Call(
        operation="associate_access_policy",
        parameters={
            **_ENTRY_KEYS,
            "accessScope": "accessScope.{type: type, namespaces: namespaces}",
            "policyArn": "policyArn",
        },
    ),
    labelled=_ASSOCIATION_ID[0],
    identity=_ASSOCIATION_ID[0],
    parts=_ASSOCIATION_ID[1],
    read=(
        Read(
            call=_find_association,
            missing=MISSING,
            outputs={
                "accessScope": "accessScope.{type: type, namespaces: namespaces}",
                "associatedAt": "associatedAt",
                "clusterName": "clusterName",
                "modifiedAt": "modifiedAt",
                "policyArn": "policyArn",
                "principalArn": "principalArn",
            },
        ),
    ),
    delete=Call(
        operation="disassociate_access_policy",
        parameters={**_ENTRY_KEYS, "policyArn": "policyArn"},
    ),
    minutes=(20, 20, 40),
)


_OIDC: Final = (
    "clientId",
    "groupsClaim",
    "groupsPrefix",
    "identityProviderConfigName",
    "issuerUrl",
    "requiredClaims",
    "usernameClaim",
    "usernamePrefix",
)
_OIDC_OBJECT: Final = ", ".join(f"{name}: {name}" for name in _OIDC)


def _provider_name(scope: Scope) -> str:
    """The name of an identity provider: in its block, or, of an imported one, in its id."""
    return str((scope.get("oidc") or {}).get("identityProviderConfigName") or scope["name"])


def _provider_parts(resource_id: str) -> dict[str, Any]:
    cluster, _, name = resource_id.partition(":")
    return {"clusterName": cluster, "name": name}


_PROVIDER: Final = {
    "clusterName": "clusterName",
    "identityProviderConfig": lambda scope: {"type": "oidc", "name": _provider_name(scope)},
}

IDENTITY_PROVIDER_CONFIG: Final = Resource(
    type="aws:eks/identityProviderConfig:IdentityProviderConfig",
    title="EKS Identity Provider Config",
    service="eks",
    properties={
        "clusterName": text(required=True, replaces=True),
        "oidc": block(
            all_replace(
                {
                    "clientId": text(required=True),
                    "groupsClaim": text(),
                    "groupsPrefix": text(),
                    "identityProviderConfigName": text(required=True),
                    "issuerUrl": text(required=True),
                    "requiredClaims": mapping(),
                    "usernameClaim": text(),
                    "usernamePrefix": text(),
                }
            ),
            required=True,
            replaces=True,
        ),
        **REGION,
        **TAGS,
    },
    create=Call(
        operation="associate_identity_provider_config",
        parameters={
            "clusterName": "clusterName",
            "oidc": f"oidc.{{{_OIDC_OBJECT}}}",
            "tags": "tagsAll",
        },
    ),
    labelled="join(':', [clusterName, oidc.identityProviderConfigName])",
    identity="join(':', [clusterName, oidc.identityProviderConfigName])",
    parts=_provider_parts,
    read=(
        Read(
            call=Call(operation="describe_identity_provider_config", parameters=_PROVIDER),
            item="identityProviderConfig.oidc",
            missing=MISSING,
            outputs={
                "arn": "identityProviderConfigArn",
                "clusterName": "clusterName",
                "oidc": f"{{{_OIDC_OBJECT}}}",
                "status": "status",
            },
        ),
    ),
    created=Wait(status="status", pending=frozenset({"CREATING"}), target=frozenset({"ACTIVE"})),
    tagging=TAGGING,
    delete=Call(
        operation="disassociate_identity_provider_config",
        parameters=_PROVIDER,
        ignore=frozenset({"Identity provider config is not associated with cluster"}),
    ),
    deleted=Wait(status="status", pending=frozenset({"ACTIVE", "DELETING"}), target=frozenset()),
    minutes=(40, 20, 40),
)
