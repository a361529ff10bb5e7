"""EKS node groups and add-ons, and the list of all that EKS has.

What replaces and what waits is the official provider's: hashicorp/terraform-provider-aws
internal/service/eks (node_group.go, addon.go), which it bridges; read 2026-11.
"""

from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    all_replace,
    block,
    block_set,
    blocks,
    flag,
    mapping,
    number,
    text,
    text_set,
    texts,
)
from rehearsal.providers.aws.resource import (
    Call,
    Read,
    Resource,
    Scope,
    Setting,
    Wait,
    joined,
)
from rehearsal.providers.aws.session import Session
from rehearsal.providers.aws.tables.eks_access import (
    ACCESS_ENTRY,
    ACCESS_POLICY_ASSOCIATION,
    IDENTITY_PROVIDER_CONFIG,
)
from rehearsal.providers.aws.tables.eks_capability import CAPABILITY
from rehearsal.providers.aws.tables.eks_cluster import CLUSTER
from rehearsal.providers.aws.tables.eks_shared import MISSING, TAGGING, issues, updated

_GROUP_ID: Final = joined(":", "clusterName", "nodeGroupName")
_ADDON_ID: Final = joined(":", "clusterName", "addonName")


def _update_group_config(session: Session, scope: Scope) -> Any:
    """Tell EKS what is new, and of labels and taints also what is gone."""
    old = scope["old"]
    before, after = old.get("labels") or {}, scope.get("labels") or {}
    gone = sorted(key for key in before if key not in after)
    fresh = {key: value for key, value in after.items() if before.get(key) != value}
    old_taints = [_taint(item) for item in old.get("taints") or []]
    new_taints = [_taint(item) for item in scope.get("taints") or []]
    kept = {(taint["key"], taint["effect"]) for taint in new_taints}
    labels = {"addOrUpdateLabels": fresh or None, "removeLabels": gone or None}
    taints = {
        "addOrUpdateTaints": [taint for taint in new_taints if taint not in old_taints] or None,
        "removeTaints": [
            taint for taint in old_taints if (taint["key"], taint["effect"]) not in kept
        ]
        or None,
    }

    def payload(parts: dict[str, Any]) -> Any:
        given = {key: value for key, value in parts.items() if value}
        return given or None

    changed = {
        name: scope.get(name) if old.get(name) != scope.get(name) else None
        for name in ("scalingConfig", "updateConfig", "nodeRepairConfig")
    }
    parameters = {"labels": payload(labels), "taints": payload(taints), **changed}
    if old.get("warmPoolConfig") != scope.get("warmPoolConfig"):
        parameters["warmPoolConfig"] = _warm_pool(scope) or {"enabled": False}
    return session.api(
        "update_nodegroup_config",
        clusterName=scope["clusterName"],
        nodegroupName=scope["nodeGroupName"],
        **{key: value for key, value in parameters.items() if value is not None},
    )


def _warm_pool(scope: Scope) -> dict[str, Any] | None:
    """The API's warm pool, which the provider switches on by having the block at all.

    https://github.com/hashicorp/terraform-provider-aws/pull/48977
    """
    wished = scope.get("warmPoolConfig")
    if wished is None:
        return None
    return {"enabled": True, **{name: it for name, it in wished.items() if it is not None}}


def _taint(item: Any) -> dict[str, str]:
    return {"key": item["key"], "value": item.get("value", ""), "effect": item["effect"]}


def _if_changed(name: str) -> Any:
    return lambda scope: scope.get(name) if scope["old"].get(name) != scope.get(name) else None


_GROUP_UPDATED: Final = updated(name="clusterName", nodegroupName="nodeGroupName")

NODE_GROUP: Final = Resource(
    type="aws:eks/nodeGroup:NodeGroup",
    title="EKS Node Group",
    service="eks",
    properties={
        "amiType": text(computed=True, replaces=True),
        "capacityType": text(computed=True, replaces=True),
        "clusterName": text(required=True, replaces=True),
        "diskSize": number(computed=True, replaces=True),
        "forceUpdateVersion": flag(),
        "instanceTypes": texts(computed=True, replaces=True),
        "labels": mapping(),
        "launchTemplate": block(
            {
                "id": text(computed=True, replaces=True),
                "name": text(computed=True, replaces=True),
                "version": text(required=True),
            }
        ),
        "nodeGroupName": text(computed=True, replaces=True),
        "nodeRepairConfig": block(
            {
                "enabled": flag(default=False),
                "maxParallelNodesRepairedCount": number(),
                "maxParallelNodesRepairedPercentage": number(),
                "maxUnhealthyNodeThresholdCount": number(),
                "maxUnhealthyNodeThresholdPercentage": number(),
                "nodeRepairConfigOverrides": blocks(
                    {
                        "minRepairWaitTimeMins": number(required=True),
                        "nodeMonitoringCondition": text(required=True),
                        "nodeUnhealthyReason": text(required=True),
                        "repairAction": text(required=True),
                    }
                ),
            },
            computed=True,
        ),
        "nodeRoleArn": text(required=True, replaces=True),
        "releaseVersion": text(computed=True),
        "remoteAccess": block(
            all_replace({"ec2SshKey": text(), "sourceSecurityGroupIds": text_set()}), replaces=True
        ),
        "scalingConfig": block(
            {
                "desiredSize": number(required=True),
                "maxSize": number(required=True),
                "minSize": number(required=True),
            },
            required=True,
        ),
        "subnetIds": text_set(required=True, replaces=True),
        "taints": block_set(
            {"effect": text(required=True), "key": text(required=True), "value": text()}
        ),
        "updateConfig": block(
            {
                "maxUnavailable": number(),
                "maxUnavailablePercentage": number(),
                "updateStrategy": text(computed=True),
            },
            computed=True,
        ),
        "version": text(computed=True),
        "warmPoolConfig": block(
            {
                "maxGroupPreparedCapacity": number(computed=True),
                "minSize": number(computed=True),
                "poolState": text(computed=True),
                "reuseOnScaleIn": flag(computed=True),
            }
        ),
        **REGION,
        **TAGS,
    },
    autoname="nodeGroupName",
    autoname_longest=63,
    create=Call(
        operation="create_nodegroup",
        parameters={
            "amiType": "amiType",
            "capacityType": "capacityType",
            "clusterName": "clusterName",
            "diskSize": "diskSize",
            "instanceTypes": "instanceTypes",
            "labels": "labels",
            "launchTemplate": "launchTemplate.{id: id, name: name, version: version}",
            "nodeRepairConfig": "nodeRepairConfig",
            "nodeRole": "nodeRoleArn",
            "nodegroupName": "nodeGroupName",
            "releaseVersion": "releaseVersion",
            "remoteAccess": (
                "remoteAccess.{ec2SshKey: ec2SshKey, sourceSecurityGroups: sourceSecurityGroupIds}"
            ),
            "scalingConfig": "scalingConfig",
            "subnets": "subnetIds",
            "tags": "tagsAll",
            "taints": lambda scope: [_taint(item) for item in scope.get("taints") or []] or None,
            "updateConfig": "updateConfig",
            "version": "version",
            "warmPoolConfig": _warm_pool,
        },
    ),
    labelled=_GROUP_ID[0],
    identity=_GROUP_ID[0],
    parts=_GROUP_ID[1],
    read=(
        Read(
            call=Call(
                operation="describe_nodegroup",
                parameters={"clusterName": "clusterName", "nodegroupName": "nodeGroupName"},
            ),
            item="nodegroup",
            missing=MISSING,
            outputs={
                "amiType": "amiType",
                "arn": "nodegroupArn",
                "capacityType": "capacityType",
                "clusterName": "clusterName",
                "diskSize": "diskSize",
                "instanceTypes": "instanceTypes",
                "labels": "labels",
                "launchTemplate": "launchTemplate.{id: id, name: name, version: version}",
                "nodeGroupName": "nodegroupName",
                "nodeRepairConfig": "nodeRepairConfig",
                "nodeRoleArn": "nodeRole",
                "releaseVersion": "releaseVersion",
                "remoteAccess": (
                    "remoteAccess.{ec2SshKey: ec2SshKey, sourceSecurityGroupIds: "
                    "sourceSecurityGroups}"
                ),
                "resources": (
                    "[{autoscalingGroups: resources.autoScalingGroups[].{name: name},"
                    " remoteAccessSecurityGroupId: resources.remoteAccessSecurityGroup || ''}]"
                ),
                "scalingConfig": "scalingConfig",
                "status": "status",
                "subnetIds": "subnets",
                "taints": "taints",
                "updateConfig": "updateConfig",
                "version": "version",
                "warmPoolConfig": (
                    "warmPoolConfig.enabled && warmPoolConfig.{maxGroupPreparedCapacity:"
                    " maxGroupPreparedCapacity, minSize: minSize, poolState: poolState,"
                    " reuseOnScaleIn: reuseOnScaleIn} || `null`"
                ),
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
            watches=("launchTemplate", "releaseVersion", "version"),
            title="version",
            call=Call(
                operation="update_nodegroup_version",
                parameters={
                    "clusterName": "clusterName",
                    "nodegroupName": "nodeGroupName",
                    "force": "forceUpdateVersion",
                    # AWS takes the template's id or its name, never both.
                    "launchTemplate": (
                        "launchTemplate.{id: id, name: !id && name || `null`, version: version}"
                    ),
                    "releaseVersion": _if_changed("releaseVersion"),
                    "version": _if_changed("version"),
                },
            ),
            wait=_GROUP_UPDATED,
        ),
        Setting(
            watches=(
                "labels",
                "scalingConfig",
                "taints",
                "updateConfig",
                "nodeRepairConfig",
                "warmPoolConfig",
            ),
            title="config",
            call=_update_group_config,
            wait=_GROUP_UPDATED,
        ),
    ),
    tagging=TAGGING,
    delete=Call(
        operation="delete_nodegroup",
        parameters={"clusterName": "clusterName", "nodegroupName": "nodeGroupName"},
    ),
    deleted=Wait(
        status="status",
        pending=frozenset({"ACTIVE", "DELETING"}),
        target=frozenset(),
        problem=issues,
    ),
    minutes=(60, 60, 60),
)


def _find_addon(session: Session, scope: Scope) -> Any:
    """An add-on with its pod identity associations, of which it tells only the ARNs."""
    cluster = scope["clusterName"]
    addon = session.api("describe_addon", clusterName=cluster, addonName=scope["addonName"])[
        "addon"
    ]
    associations = [
        session.api(
            "describe_pod_identity_association",
            clusterName=cluster,
            associationId=arn.rpartition("/")[2],
        )["association"]
        for arn in addon.get("podIdentityAssociations") or []
    ]
    return {**addon, "associations": associations}


def _update_addon(session: Session, scope: Scope) -> Any:
    old = scope["old"]
    parameters: dict[str, Any] = {
        "addonVersion": _if_changed("addonVersion")(scope),
        "configurationValues": _if_changed("configurationValues")(scope),
        "resolveConflicts": scope.get("resolveConflictsOnUpdate"),
        # An empty one takes the role away.
        "serviceAccountRoleArn": scope.get("serviceAccountRoleArn")
        or ("" if old.get("serviceAccountRoleArn") else None),
    }
    if old.get("podIdentityAssociations") != scope.get("podIdentityAssociations"):
        parameters["podIdentityAssociations"] = scope.get("podIdentityAssociations") or []
    return session.api(
        "update_addon",
        clusterName=scope["clusterName"],
        addonName=scope["addonName"],
        **{key: value for key, value in parameters.items() if value is not None},
    )


ADDON: Final = Resource(
    type="aws:eks/addon:Addon",
    title="EKS Add-On",
    service="eks",
    properties={
        "addonName": text(required=True, replaces=True),
        "addonVersion": text(computed=True),
        "clusterName": text(required=True, replaces=True),
        "configurationValues": text(computed=True),
        "namespaceConfig": block(
            all_replace({"namespace": text(computed=True)}), computed=True, replaces=True
        ),
        "podIdentityAssociations": block_set(
            {"roleArn": text(required=True), "serviceAccount": text(required=True)}
        ),
        "preserve": flag(),
        "resolveConflictsOnCreate": text(),
        "resolveConflictsOnUpdate": text(),
        "serviceAccountRoleArn": text(),
        **REGION,
        **TAGS,
    },
    create=Call(
        operation="create_addon",
        parameters={
            "addonName": "addonName",
            "addonVersion": "addonVersion",
            "clusterName": "clusterName",
            "configurationValues": "configurationValues",
            "namespaceConfig": "namespaceConfig.{namespace: namespace}",
            "podIdentityAssociations": (
                "podIdentityAssociations[].{roleArn: roleArn, serviceAccount: serviceAccount}"
            ),
            "resolveConflicts": "resolveConflictsOnCreate",
            "serviceAccountRoleArn": "serviceAccountRoleArn",
            "tags": "tagsAll",
        },
    ),
    labelled=_ADDON_ID[0],
    identity=_ADDON_ID[0],
    parts=_ADDON_ID[1],
    read=(
        Read(
            call=_find_addon,
            missing=MISSING,
            outputs={
                "addonName": "addonName",
                "addonVersion": "addonVersion",
                "arn": "addonArn",
                "clusterName": "clusterName",
                "configurationValues": "configurationValues",
                "createdAt": "createdAt",
                "modifiedAt": "modifiedAt",
                "namespaceConfig": "namespaceConfig.{namespace: namespace}",
                "podIdentityAssociations": (
                    "associations[].{roleArn: roleArn, serviceAccount: serviceAccount}"
                ),
                "serviceAccountRoleArn": "serviceAccountRoleArn",
            },
        ),
    ),
    created=Wait(
        status="status",
        pending=frozenset({"CREATING", "DEGRADED"}),
        target=frozenset({"ACTIVE"}),
        problem=issues,
    ),
    settings=(
        Setting(
            watches=(
                "addonVersion",
                "configurationValues",
                "podIdentityAssociations",
                "serviceAccountRoleArn",
            ),
            call=_update_addon,
            wait=updated(name="clusterName", addonName="addonName"),
        ),
    ),
    tagging=TAGGING,
    delete=Call(
        operation="delete_addon",
        parameters={"clusterName": "clusterName", "addonName": "addonName", "preserve": "preserve"},
    ),
    deleted=Wait(
        status="status",
        pending=frozenset({"ACTIVE", "DEGRADED", "DELETING"}),
        target=frozenset(),
        problem=issues,
    ),
    minutes=(20, 20, 40),
)


ROWS: Final = (
    CLUSTER,
    NODE_GROUP,
    ADDON,
    ACCESS_ENTRY,
    ACCESS_POLICY_ASSOCIATION,
    IDENTITY_PROVIDER_CONFIG,
    CAPABILITY,
)
