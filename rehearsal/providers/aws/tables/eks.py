"""EKS clusters, node groups, add-ons and access.

What replaces and what waits is the official provider's: hashicorp/terraform-provider-aws
internal/service/eks
(cluster.go, node_group.go, addon.go, access_entry.go, access_policy_association.go), which it
bridges; read 2026-11.
"""

from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    all_replace,
    block,
    block_set,
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
    Tagging,
    Wait,
    joined,
)
from rehearsal.providers.aws.session import Session

MISSING: Final = frozenset({"ResourceNotFoundException"})

LOG_TYPES: Final = ("api", "audit", "authenticator", "controllerManager", "scheduler")
"""https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html, read 2026-11."""

TAGGING: Final = Tagging(
    add=Call(operation="tag_resource", parameters={"resourceArn": "arn", "tags": "tags"}),
    remove=Call(operation="untag_resource", parameters={"resourceArn": "arn", "tagKeys": "keys"}),
    read="tags",
)


def _issues(item: Any) -> str:
    """What a health report says, one issue a line."""
    return "\n".join(
        f"{', '.join(issue.get('resourceIds') or [])}: {issue.get('code')}: "
        f"{issue.get('message', '')}"
        for issue in (item.get("health") or {}).get("issues") or []
    )


def _update_errors(item: Any) -> str:
    return "\n".join(
        f"{', '.join(error.get('resourceIds') or [])}: {error.get('errorCode')}: "
        f"{error.get('errorMessage', '')}"
        for error in item.get("errors") or []
    )


def _updated(**names: str) -> Wait:
    """The end of an update that a call began.

    Args:
        names: What DescribeUpdate needs besides the update's id.
    """
    return Wait(
        status="status",
        pending=frozenset({"InProgress"}),
        target=frozenset({"Successful"}),
        problem=_update_errors,
        read=Read(
            call=Call(
                operation="describe_update", parameters={**names, "updateId": "answer.update.id"}
            ),
            item="update",
            missing=MISSING,
        ),
    )


def _logging(scope: Scope) -> dict[str, Any]:
    wanted = set(scope.get("enabledClusterLogTypes") or [])
    parts = (
        (True, [name for name in LOG_TYPES if name in wanted]),
        (False, [name for name in LOG_TYPES if name not in wanted]),
    )
    return {"clusterLogging": [{"types": names, "enabled": on} for on, names in parts if names]}


_GROUP_ID: Final = joined(":", "clusterName", "nodeGroupName")
_ADDON_ID: Final = joined(":", "clusterName", "addonName")
_ENTRY_ID: Final = joined(":", "clusterName", "principalArn")
_ASSOCIATION_ID: Final = joined("#", "clusterName", "principalArn", "policyArn")

_ENCRYPTION: Final = (
    "encryptionConfig && [{provider: {keyArn: encryptionConfig.provider.keyArn},"
    " resources: encryptionConfig.resources}]"
)
_KUBERNETES_NETWORK: Final = (
    "kubernetesNetworkConfig.{ipFamily: ipFamily, serviceIpv4Cidr: serviceIpv4Cidr,"
    " elasticLoadBalancing: elasticLoadBalancing.{enabled: enabled}}"
)
_CLUSTER_UPDATED: Final = _updated(name="id")


def _cluster_setting(title: str, watches: tuple[str, ...], **parameters: Any) -> Setting:
    return Setting(
        watches=watches,
        title=title,
        call=Call(operation="update_cluster_config", parameters={"name": "id", **parameters}),
        wait=_CLUSTER_UPDATED,
    )


CLUSTER: Final = Resource(
    type="aws:eks/cluster:Cluster",
    title="EKS Cluster",
    service="eks",
    properties={
        "accessConfig": block(
            {
                "authenticationMode": text(computed=True),
                "bootstrapClusterCreatorAdminPermissions": flag(default=True, replaces=True),
            },
            computed=True,
        ),
        "bootstrapSelfManagedAddons": flag(default=True, replaces=True),
        "computeConfig": block(
            {
                "enabled": flag(),
                "nodePools": text_set(),
                "nodeRoleArn": text(replaces_when_changed=True),
            }
        ),
        "controlPlaneScalingConfig": block({"tier": text(computed=True)}, computed=True),
        "deletionProtection": flag(computed=True),
        "enabledClusterLogTypes": text_set(),
        "encryptionConfig": block(
            {
                "provider": block({"keyArn": text(required=True)}, required=True),
                "resources": text_set(required=True),
            },
            replaces_when_removed=True,
        ),
        "forceUpdateVersion": flag(),
        "kubernetesNetworkConfig": block(
            {
                "elasticLoadBalancing": block({"enabled": flag()}, computed=True),
                "ipFamily": text(computed=True, replaces=True),
                "serviceIpv4Cidr": text(computed=True, replaces=True),
                "serviceIpv6Cidr": text(computed=True),
            },
            computed=True,
        ),
        "name": text(computed=True, replaces=True),
        "roleArn": text(required=True, replaces=True),
        "storageConfig": block({"blockStorage": block({"enabled": flag()})}),
        "upgradePolicy": block({"supportType": text(computed=True)}, computed=True),
        "version": text(computed=True),
        "vpcConfig": block(
            {
                "clusterSecurityGroupId": text(computed=True),
                "endpointPrivateAccess": flag(default=False),
                "endpointPublicAccess": flag(default=True),
                "publicAccessCidrs": text_set(computed=True),
                "securityGroupIds": text_set(),
                "subnetIds": text_set(required=True),
                "vpcId": text(computed=True),
            },
            required=True,
        ),
        "zonalShiftConfig": block({"enabled": flag()}),
        **REGION,
        **TAGS,
    },
    autoname="name",
    autoname_longest=100,
    create=Call(
        operation="create_cluster",
        parameters={
            "accessConfig": (
                "accessConfig.{authenticationMode: authenticationMode, "
                "bootstrapClusterCreatorAdminPermissions:"
                " bootstrapClusterCreatorAdminPermissions}"
            ),
            "bootstrapSelfManagedAddons": "bootstrapSelfManagedAddons",
            "computeConfig": "computeConfig",
            "controlPlaneScalingConfig": "controlPlaneScalingConfig",
            "deletionProtection": "deletionProtection",
            "encryptionConfig": _ENCRYPTION,
            "kubernetesNetworkConfig": _KUBERNETES_NETWORK,
            "logging": _logging,
            "name": "name",
            "resourcesVpcConfig": (
                "vpcConfig.{endpointPrivateAccess: endpointPrivateAccess, endpointPublicAccess: "
                "endpointPublicAccess,"
                " publicAccessCidrs: publicAccessCidrs, securityGroupIds: securityGroupIds, "
                "subnetIds: subnetIds}"
            ),
            "roleArn": "roleArn",
            "storageConfig": "storageConfig",
            "tags": "tagsAll",
            "upgradePolicy": "upgradePolicy",
            "version": "version",
            "zonalShiftConfig": "zonalShiftConfig",
        },
    ),
    labelled="name",
    identity="answer.cluster.name",
    read=(
        Read(
            call=Call(operation="describe_cluster", parameters={"name": "id"}),
            item="cluster",
            missing=MISSING,
            outputs={
                "accessConfig": lambda scope: {
                    "authenticationMode": (scope["item"].get("accessConfig") or {}).get(
                        "authenticationMode"
                    ),
                    # AWS does not tell it, as https://github.com/aws/containers-roadmap/issues/185
                    # notes.
                    "bootstrapClusterCreatorAdminPermissions": (
                        scope.get("accessConfig") or {}
                    ).get("bootstrapClusterCreatorAdminPermissions", True),
                },
                "arn": "arn",
                "certificateAuthority": "certificateAuthority.{data: data}",
                "clusterId": "outpostConfig && id",
                "computeConfig": "computeConfig",
                "controlPlaneScalingConfig": "controlPlaneScalingConfig.{tier: tier}",
                "createdAt": "createdAt",
                "deletionProtection": "deletionProtection",
                "enabledClusterLogTypes": "logging.clusterLogging[?enabled].types[]",
                "encryptionConfig": (
                    "encryptionConfig[0].{provider: provider.{keyArn: keyArn}, resources: "
                    "resources}"
                ),
                "endpoint": "endpoint",
                "identities": "[{oidcs: [{issuer: identity.oidc.issuer}]}]",
                "kubernetesNetworkConfig": (
                    "kubernetesNetworkConfig.{ipFamily: ipFamily, serviceIpv4Cidr: "
                    "serviceIpv4Cidr, serviceIpv6Cidr:"
                    " serviceIpv6Cidr, elasticLoadBalancing: elasticLoadBalancing.{enabled: "
                    "enabled}}"
                ),
                "name": "name",
                "platformVersion": "platformVersion",
                "roleArn": "roleArn",
                "status": "status",
                "storageConfig": "storageConfig",
                "upgradePolicy": "upgradePolicy.{supportType: supportType}",
                "version": "version",
                "vpcConfig": (
                    "resourcesVpcConfig.{clusterSecurityGroupId: clusterSecurityGroupId, "
                    "endpointPrivateAccess:"
                    " endpointPrivateAccess, endpointPublicAccess: endpointPublicAccess, "
                    "publicAccessCidrs:"
                    " publicAccessCidrs, securityGroupIds: securityGroupIds, subnetIds: subnetIds, "
                    "vpcId: vpcId}"
                ),
                "zonalShiftConfig": "zonalShiftConfig.{enabled: enabled}",
            },
        ),
    ),
    created=Wait(
        status="status",
        pending=frozenset({"CREATING", "PENDING"}),
        target=frozenset({"ACTIVE"}),
        problem=_issues,
    ),
    settings=(
        Setting(
            watches=("version",),
            title="version",
            call=Call(
                operation="update_cluster_version",
                parameters={"name": "id", "version": "version", "force": "forceUpdateVersion"},
            ),
            wait=_CLUSTER_UPDATED,
        ),
        _cluster_setting(
            "access configuration",
            ("accessConfig",),
            accessConfig="accessConfig.{authenticationMode: authenticationMode}",
        ),
        _cluster_setting(
            "compute config",
            ("computeConfig", "kubernetesNetworkConfig", "storageConfig"),
            computeConfig="computeConfig",
            kubernetesNetworkConfig=(
                "kubernetesNetworkConfig.{elasticLoadBalancing: elasticLoadBalancing}"
            ),
            storageConfig="storageConfig",
        ),
        _cluster_setting(
            "control plane scaling config",
            ("controlPlaneScalingConfig",),
            controlPlaneScalingConfig="controlPlaneScalingConfig",
        ),
        _cluster_setting(
            "deletion protection",
            ("deletionProtection",),
            deletionProtection="deletionProtection || `false`",
        ),
        Setting(
            watches=("encryptionConfig",),
            title="encryption config",
            call=Call(
                operation="associate_encryption_config",
                parameters={"clusterName": "id", "encryptionConfig": _ENCRYPTION},
            ),
            wait=_CLUSTER_UPDATED,
        ),
        _cluster_setting("logging", ("enabledClusterLogTypes",), logging=_logging),
        _cluster_setting("upgrade policy", ("upgradePolicy",), upgradePolicy="upgradePolicy"),
        _cluster_setting(
            "VPC configuration",
            (
                "vpcConfig.endpointPrivateAccess",
                "vpcConfig.endpointPublicAccess",
                "vpcConfig.publicAccessCidrs",
            ),
            resourcesVpcConfig=(
                "vpcConfig.{endpointPrivateAccess: endpointPrivateAccess, endpointPublicAccess: "
                "endpointPublicAccess,"
                " publicAccessCidrs: publicAccessCidrs}"
            ),
        ),
        _cluster_setting(
            "VPC configuration",
            ("vpcConfig.subnetIds",),
            resourcesVpcConfig="vpcConfig.{subnetIds: subnetIds}",
        ),
        _cluster_setting(
            "VPC configuration",
            ("vpcConfig.securityGroupIds",),
            resourcesVpcConfig="vpcConfig.{securityGroupIds: securityGroupIds}",
        ),
        _cluster_setting(
            "zonal shift config", ("zonalShiftConfig",), zonalShiftConfig="zonalShiftConfig"
        ),
    ),
    tagging=TAGGING,
    delete=Call(
        operation="delete_cluster", parameters={"name": "id"}, retry=frozenset({"in progress"})
    ),
    deleted=Wait(
        status="status",
        pending=frozenset({"ACTIVE", "DELETING"}),
        target=frozenset(),
        problem=_issues,
    ),
    minutes=(30, 60, 15),
)


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
    return session.api(
        "update_nodegroup_config",
        clusterName=scope["clusterName"],
        nodegroupName=scope["nodeGroupName"],
        **{key: value for key, value in parameters.items() if value is not None},
    )


def _taint(item: Any) -> dict[str, str]:
    return {"key": item["key"], "value": item.get("value", ""), "effect": item["effect"]}


def _if_changed(name: str) -> Any:
    return lambda scope: scope.get(name) if scope["old"].get(name) != scope.get(name) else None


_GROUP_UPDATED: Final = _updated(name="clusterName", nodegroupName="nodeGroupName")

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
        "nodeRepairConfig": block({"enabled": flag(default=False)}, computed=True),
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
                "nodeRepairConfig": "nodeRepairConfig.{enabled: enabled}",
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
            },
        ),
    ),
    created=Wait(
        status="status",
        pending=frozenset({"CREATING"}),
        target=frozenset({"ACTIVE"}),
        problem=_issues,
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
            watches=("labels", "scalingConfig", "taints", "updateConfig", "nodeRepairConfig"),
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
        problem=_issues,
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
        problem=_issues,
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
            wait=_updated(name="clusterName", addonName="addonName"),
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
        problem=_issues,
    ),
    minutes=(20, 20, 40),
)


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

ROWS: Final = (CLUSTER, NODE_GROUP, ADDON, ACCESS_ENTRY, ACCESS_POLICY_ASSOCIATION)
