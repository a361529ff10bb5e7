"""EKS clusters.

What replaces, what is changed by which call and in which order is the official provider's:
hashicorp/terraform-provider-aws internal/service/eks/cluster.go, which it bridges, read 2026-11.
Which properties AWS chooses when a program says nothing is told by the SDK of pulumi-aws 7.51.1:
their outputs are never empty. Of releases that have them, the place of the three kube...Config and
of controlPlaneEgressMode in the order of calls could not be read; here they are in alphabetical
order, as all the others are.
"""

from collections.abc import Mapping
from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    block,
    blocks,
    flag,
    number,
    text,
    text_set,
)
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, Source, Wait
from rehearsal.providers.aws.tables.eks_shared import MISSING, TAGGING, issues, updated
from rehearsal.providers.protocol import UNKNOWN

LOG_TYPES: Final = ("api", "audit", "authenticator", "controllerManager", "scheduler")
"""https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html, read 2026-11."""

AWS_MANAGED: Final = "AWS_MANAGED"
"""The egress mode to which a cluster cannot go back."""

HALF_AUTO_MODE: Final = (
    "compute_config.enabled, kubernetes_network_config.elastic_load_balancing.enabled, and "
    "storage_config.block_storage.enabled must all be set to either true or false"
)


def _inside(value: Any, *path: str) -> Any:
    """A value deep in blocks; None where one of them is not there or unknown."""
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def half_auto_mode(olds: Scope, news: Scope) -> str | None:
    """What the official provider says of an Auto Mode that is neither on nor off.

    It asks when one of the three blocks changes, takes what is unknown yet for off, and a block
    that the program does not give for what it was.
    """
    switches = (
        ("computeConfig", ("enabled",)),
        ("kubernetesNetworkConfig", ("elasticLoadBalancing", "enabled")),
        ("storageConfig", ("blockStorage", "enabled")),
    )
    wanted = {name: news[name] if name in news else olds.get(name) for name, _ in switches}
    if all(wanted[name] == olds.get(name) for name in wanted):
        return None
    network = wanted["kubernetesNetworkConfig"]
    if isinstance(network, Mapping) and "elasticLoadBalancing" not in network:
        kept = _inside(olds, "kubernetesNetworkConfig", "elasticLoadBalancing")
        wanted["kubernetesNetworkConfig"] = {**network, "elasticLoadBalancing": kept}
    states = {_inside(wanted[name], *path) is True for name, path in switches}
    return HALF_AUTO_MODE if len(states) > 1 else None


def _another_node_role(old: Scope, new: Scope) -> bool:
    """Whether Auto Mode's node role is another: it can be given, and left out with its pools."""
    before, after = old.get("nodeRoleArn"), new.get("nodeRoleArn")
    if not after and (not new.get("enabled") or not new.get("nodePools")):
        return False
    return bool(before) and before != after


def _egress_goes_back(old: Scope, new: Scope) -> bool:
    before, after = old.get("controlPlaneEgressMode"), new.get("controlPlaneEgressMode")
    return before not in {None, AWS_MANAGED} and after in {AWS_MANAGED, UNKNOWN}


def _logging(scope: Scope) -> dict[str, Any]:
    wanted = set(scope.get("enabledClusterLogTypes") or [])
    parts = (
        (True, [name for name in LOG_TYPES if name in wanted]),
        (False, [name for name in LOG_TYPES if name not in wanted]),
    )
    return {"clusterLogging": [{"types": names, "enabled": on} for on, names in parts if names]}


def _remote_network(scope: Scope) -> dict[str, Any] | None:
    """The remote networks as AWS takes them, in lists of one."""
    config = scope.get("remoteNetworkConfig")
    if not config:
        return None
    return {
        member: [{"cidrs": cidrs}]
        for member in ("remoteNodeNetworks", "remotePodNetworks")
        if (cidrs := _inside(config, member, "cidrs"))
    }


def _remote_network_or_none(scope: Scope) -> dict[str, Any]:
    """For an update, which has to say that there are none."""
    return {
        "remoteNodeNetworks": [],
        "remotePodNetworks": [],
        **(_remote_network(scope) or {}),
    }


_ENCRYPTION: Final = (
    "encryptionConfig && [{provider: {keyArn: encryptionConfig.provider.keyArn},"
    " resources: encryptionConfig.resources}]"
)
_COMPUTE: Final = (
    "computeConfig.{enabled: enabled, nodePools: nodePools || `null`,"
    " nodeRoleArn: nodeRoleArn || `null`}"
)
_KUBERNETES_NETWORK: Final = (
    "kubernetesNetworkConfig.{ipFamily: ipFamily, serviceIpv4Cidr: serviceIpv4Cidr,"
    " elasticLoadBalancing: elasticLoadBalancing.{enabled: enabled}}"
)
_STORAGE: Final = "storageConfig.{blockStorage: blockStorage.{enabled: enabled}}"
_API_SERVER: Final = (
    "kubeApiServerConfig.{eventTtl: eventTtl,"
    " serviceNodePortRange: serviceNodePortRange.{minPort: minPort, maxPort: maxPort}}"
)
_CONTROLLER_MANAGER: Final = (
    "kubeControllerManagerConfig.{horizontalPodAutoscalerControllerConfig:"
    " horizontalPodAutoscalerControllerConfig.{horizontalPodAutoscalerSyncPeriod:"
    " horizontalPodAutoscalerSyncPeriod},"
    " podGcControllerConfig: podGcControllerConfig.{terminatedPodGcThreshold:"
    " terminatedPodGcThreshold}}"
)
_SCHEDULER: Final = (
    "kubeSchedulerConfig.{nodeResourcesFit: nodeResourcesFit.{scoringStrategy:"
    " scoringStrategy.{type: type, resources: resources[].{name: name, weight: weight}}}}"
)

_UPDATED: Final = updated(name="id")


def _setting(title: str, watches: tuple[str, ...], **parameters: Source) -> Setting:
    return Setting(
        watches=watches,
        title=title,
        call=Call(operation="update_cluster_config", parameters={"name": "id", **parameters}),
        wait=_UPDATED,
    )


def _vpc_setting(*members: str) -> Setting:
    kept = ", ".join(f"{member}: {member}" for member in members)
    return _setting(
        "VPC configuration",
        tuple(f"vpcConfig.{member}" for member in members),
        resourcesVpcConfig=f"vpcConfig.{{{kept}}}",
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
                "nodeRoleArn": text(replaces_when=_another_node_role),
            },
            computed=True,
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
        "kubeApiServerConfig": block(
            {
                "eventTtl": text(computed=True),
                "serviceNodePortRange": block(
                    {"maxPort": number(computed=True), "minPort": number(computed=True)},
                    computed=True,
                ),
            },
            computed=True,
        ),
        "kubeControllerManagerConfig": block(
            {
                "horizontalPodAutoscalerControllerConfig": block(
                    {"horizontalPodAutoscalerSyncPeriod": text(computed=True)}, computed=True
                ),
                "podGcControllerConfig": block(
                    {"terminatedPodGcThreshold": number(computed=True)}, computed=True
                ),
            },
            computed=True,
        ),
        "kubeSchedulerConfig": block(
            {
                "nodeResourcesFit": block(
                    {
                        "scoringStrategy": block(
                            {
                                "resources": blocks(
                                    {"name": text(), "weight": number()}, computed=True
                                ),
                                "type": text(computed=True),
                            },
                            computed=True,
                        )
                    },
                    computed=True,
                )
            },
            computed=True,
        ),
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
        "remoteNetworkConfig": block(
            {
                "remoteNodeNetworks": block({"cidrs": text_set()}),
                "remotePodNetworks": block({"cidrs": text_set()}, computed=True),
            }
        ),
        "roleArn": text(required=True, replaces=True),
        "storageConfig": block({"blockStorage": block({"enabled": flag()})}, computed=True),
        "upgradePolicy": block({"supportType": text(computed=True)}, computed=True),
        "version": text(computed=True),
        "vpcConfig": block(
            {
                "clusterSecurityGroupId": text(computed=True),
                "controlPlaneEgressMode": text(computed=True, replaces_when=_egress_goes_back),
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
    contradiction=half_auto_mode,
    create=Call(
        operation="create_cluster",
        parameters={
            "accessConfig": (
                "accessConfig.{authenticationMode: authenticationMode, "
                "bootstrapClusterCreatorAdminPermissions:"
                " bootstrapClusterCreatorAdminPermissions}"
            ),
            "bootstrapSelfManagedAddons": "bootstrapSelfManagedAddons",
            "computeConfig": _COMPUTE,
            "controlPlaneScalingConfig": "controlPlaneScalingConfig.{tier: tier}",
            "deletionProtection": "deletionProtection",
            "encryptionConfig": _ENCRYPTION,
            "kubeApiServerConfig": _API_SERVER,
            "kubeControllerManagerConfig": _CONTROLLER_MANAGER,
            "kubeSchedulerConfig": _SCHEDULER,
            "kubernetesNetworkConfig": _KUBERNETES_NETWORK,
            "logging": _logging,
            "name": "name",
            "remoteNetworkConfig": _remote_network,
            "resourcesVpcConfig": (
                "vpcConfig.{controlPlaneEgressMode: controlPlaneEgressMode,"
                " endpointPrivateAccess: endpointPrivateAccess, endpointPublicAccess: "
                "endpointPublicAccess,"
                " publicAccessCidrs: publicAccessCidrs, securityGroupIds: securityGroupIds, "
                "subnetIds: subnetIds}"
            ),
            "roleArn": "roleArn",
            "storageConfig": _STORAGE,
            "tags": "tagsAll",
            "upgradePolicy": "upgradePolicy.{supportType: supportType}",
            "version": "version",
            "zonalShiftConfig": "zonalShiftConfig.{enabled: enabled}",
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
                "computeConfig": (
                    "computeConfig.{enabled: enabled, nodePools: nodePools,"
                    " nodeRoleArn: nodeRoleArn}"
                ),
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
                "kubeApiServerConfig": _API_SERVER,
                "kubeControllerManagerConfig": _CONTROLLER_MANAGER,
                "kubeSchedulerConfig": _SCHEDULER,
                "kubernetesNetworkConfig": (
                    "kubernetesNetworkConfig.{ipFamily: ipFamily, serviceIpv4Cidr: "
                    "serviceIpv4Cidr, serviceIpv6Cidr:"
                    " serviceIpv6Cidr, elasticLoadBalancing: elasticLoadBalancing.{enabled: "
                    "enabled}}"
                ),
                "name": "name",
                "platformVersion": "platformVersion",
                "remoteNetworkConfig": (
                    "remoteNetworkConfig.{remoteNodeNetworks: remoteNodeNetworks[0].{cidrs: cidrs},"
                    " remotePodNetworks: remotePodNetworks[0].{cidrs: cidrs}}"
                ),
                "roleArn": "roleArn",
                "status": "status",
                "storageConfig": _STORAGE,
                "upgradePolicy": "upgradePolicy.{supportType: supportType}",
                "version": "version",
                "vpcConfig": (
                    "resourcesVpcConfig.{clusterSecurityGroupId: clusterSecurityGroupId, "
                    "controlPlaneEgressMode: controlPlaneEgressMode,"
                    " endpointPrivateAccess:"
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
        problem=issues,
    ),
    settings=(
        Setting(
            watches=("version",),
            title="version",
            call=Call(
                operation="update_cluster_version",
                parameters={"name": "id", "version": "version", "force": "forceUpdateVersion"},
            ),
            wait=_UPDATED,
        ),
        _setting(
            "access configuration",
            ("accessConfig",),
            accessConfig="accessConfig.{authenticationMode: authenticationMode}",
        ),
        # AWS switches the three together, and what is not given is off.
        _setting(
            "Auto Mode settings",
            ("computeConfig", "kubernetesNetworkConfig", "storageConfig"),
            computeConfig=f'{_COMPUTE} || `{{"enabled": false}}`',
            kubernetesNetworkConfig=(
                f'{_KUBERNETES_NETWORK} || `{{"elasticLoadBalancing": {{"enabled": false}}}}`'
            ),
            storageConfig=f'{_STORAGE} || `{{"blockStorage": {{"enabled": false}}}}`',
        ),
        _setting(
            "control plane scaling config",
            ("controlPlaneScalingConfig",),
            controlPlaneScalingConfig="controlPlaneScalingConfig.{tier: tier}",
        ),
        _setting(
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
            wait=_UPDATED,
        ),
        _setting("logging", ("enabledClusterLogTypes",), logging=_logging),
        _setting(
            "Kubernetes API server config",
            ("kubeApiServerConfig",),
            kubeApiServerConfig=_API_SERVER,
        ),
        _setting(
            "Kubernetes controller manager config",
            ("kubeControllerManagerConfig",),
            kubeControllerManagerConfig=_CONTROLLER_MANAGER,
        ),
        _setting(
            "Kubernetes scheduler config",
            ("kubeSchedulerConfig",),
            kubeSchedulerConfig=_SCHEDULER,
        ),
        _setting(
            "remote network config",
            ("remoteNetworkConfig",),
            remoteNetworkConfig=_remote_network_or_none,
        ),
        _setting(
            "upgrade policy",
            ("upgradePolicy",),
            upgradePolicy="upgradePolicy.{supportType: supportType}",
        ),
        _vpc_setting("controlPlaneEgressMode"),
        _vpc_setting("endpointPrivateAccess", "endpointPublicAccess", "publicAccessCidrs"),
        _vpc_setting("subnetIds"),
        _vpc_setting("securityGroupIds"),
        _setting(
            "zonal shift config",
            ("zonalShiftConfig",),
            zonalShiftConfig="zonalShiftConfig.{enabled: enabled}",
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
        problem=issues,
    ),
    minutes=(30, 60, 15),
)
