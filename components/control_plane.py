"""The Kubernetes control plane, which EKS manages."""

import dataclasses
from collections.abc import Sequence
from typing import Any, cast

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks
from pulumi.output import Unknown

from components.component import Component
from components.kubeconfig import kubeconfig
from components.role import Role
from components.timeouts import timeouts
from spec.model import ClusterSpec

CLUSTER_TYPE = "aws:eks/cluster:Cluster"

Properties = dict[str, Any]
"""Properties by the names that Pulumi's wire has for them."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ControlPlaneArgs:
    """Arguments of `ControlPlane`.

    Attributes:
        spec: The cluster.
        vpc_id: The VPC.
        subnet_ids: Subnets for the control plane's network interfaces, in two zones or more.
        key_arn: The KMS key for Kubernetes secrets.
        role: The role that EKS takes on.
        auto_mode_role: The role of nodes that Auto Mode launches for AWS's node pools.
    """

    spec: ClusterSpec
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    key_arn: pulumi.Input[str]
    role: Role
    auto_mode_role: Role | None = None


class ControlPlane(Component):
    """The EKS cluster itself: API server and etcd, without nodes or add-ons.

    It is made by `pulumi_eks.Cluster` in its thin form. That component answers only when all of
    its children are done, so everything that can wait for something else, add-ons and nodes above
    all, is made outside of it. What it has no argument for, a transform says to the
    `aws.eks.Cluster` inside it.

    Attributes:
        eks_cluster: The `pulumi_eks.Cluster`.
        cluster: The `aws.eks.Cluster` in it.
        cluster_name: Its name as AWS knows it: what uses it is made after the cluster.
        security_group_id: The security group that control plane and nodes share.
        kubeconfig: For kubectl, as JSON; it asks `aws eks get-token` for a token and holds none.
    """

    eks_cluster: eks.Cluster
    cluster: pulumi.Output[aws.eks.Cluster]
    cluster_name: pulumi.Output[str]
    security_group_id: pulumi.Output[str]
    kubeconfig: pulumi.Output[str]

    def __init__(
        self, name: str, args: ControlPlaneArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ControlPlane", name, opts)
        spec = args.spec
        public = [str(cidr) for cidr in spec.endpoint.public_access_cidrs]
        self.eks_cluster = eks.Cluster(
            name,
            name=spec.name,
            version=spec.kubernetes_version,
            # With its policies: the cluster inside does not learn what the component waits for.
            service_role=args.role.ready,
            vpc_id=args.vpc_id,
            subnet_ids=list(args.subnet_ids),
            endpoint_private_access=spec.endpoint.private,
            # Public is AWS's own default. Said explicitly, it would make the component ask the
            # endpoint for its health from here, and wait minutes where no named network is ours.
            endpoint_public_access=None if public else False,
            public_access_cidrs=public or None,
            # The transform says the true one: in any other the component writes a ConfigMap, and so
            # needs to reach the Kubernetes API.
            authentication_mode=eks.AuthenticationMode.API,
            enabled_cluster_log_types=list(spec.logging.types),
            encryption_config_key_arn=args.key_arn,
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(
                support_type=spec.control_plane.support_type
            ),
            deletion_protection=spec.control_plane.deletion_protection,
            ip_family=spec.network.ip_family,
            kubernetes_service_ip_address_range=str(spec.network.service_cidr)
            if spec.network.service_cidr
            else None,
            # The thin form.
            bootstrap_self_managed_addons=False,
            use_default_vpc_cni=True,
            kube_proxy_addon_options=eks.KubeProxyAddonOptionsArgs(enabled=False),
            coredns_addon_options=eks.CoreDnsAddonOptionsArgs(enabled=False),
            skip_default_node_group=True,
            skip_default_security_groups=True,
            create_instance_role=False,
            create_oidc_provider=False,
            opts=self.child(also=pulumi.ResourceOptions(transforms=[_completing(args)])),
        )
        self.cluster = self.eks_cluster.eks_cluster
        self.cluster_name = self.cluster.apply(lambda cluster: cluster.name)
        self.security_group_id = self.cluster.apply(
            lambda cluster: cluster.vpc_config.cluster_security_group_id
        )
        self.kubeconfig = pulumi.Output.all(
            name=self.cluster_name,
            endpoint=self.cluster.apply(lambda cluster: cluster.endpoint),
            certificate_authority=self.cluster.apply(
                lambda cluster: cluster.certificate_authority.data
            ),
        ).apply(lambda known: kubeconfig(**known, region=spec.region, spec=spec.access.kubeconfig))
        self.register_outputs({"clusterName": self.cluster_name})


def _completing(args: ControlPlaneArgs) -> pulumi.ResourceTransform:
    """A transform that says to the cluster what `pulumi_eks.Cluster` has no argument for."""

    def complete(resource: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if resource.type_ != CLUSTER_TYPE:
            return None
        props = dict(resource.props)
        for name, value in completion(args).items():
            props[name] = _united(props.get(name), value)
        # EKS refuses to delete a protected cluster when its nodes are gone already: the engine
        # refuses before anything is.
        protection = pulumi.ResourceOptions(protect=args.spec.control_plane.deletion_protection)
        opts = pulumi.ResourceOptions.merge(resource.opts, protection)
        opts = pulumi.ResourceOptions.merge(opts, timeouts(args.spec.timeouts.control_plane))
        return pulumi.ResourceTransformResult(props=props, opts=opts)

    return complete


def _united(there: Any, value: Any) -> Any:
    """A property with what is said besides; one that is unknown at preview stays so until `up`."""
    if isinstance(there, Unknown) or there is None:
        return value if there is None else there
    if not (isinstance(there, dict) and isinstance(value, dict)):
        return value
    return cast("Properties", there) | cast("Properties", value)


def completion(args: ControlPlaneArgs) -> Properties:
    """What `pulumi_eks.Cluster` has no argument for, or fixes in a way that we do not want.

    https://www.pulumi.com/registry/packages/aws/api-docs/eks/cluster/
    """
    spec = args.spec
    settings = spec.control_plane
    properties: Properties = {
        "accessConfig": {
            "authenticationMode": spec.access.authentication_mode,
            # By an access entry of our own, or not at all: what EKS adds by itself, nobody sees.
            # Without access entries this is the only way in.
            "bootstrapClusterCreatorAdminPermissions": spec.access.authentication_mode
            == "CONFIG_MAP",
        },
        "controlPlaneScalingConfig": {"tier": settings.scaling_tier},
        "zonalShiftConfig": {"enabled": settings.zonal_shift},
    }
    if settings.egress_mode != "AWS_MANAGED":
        properties["vpcConfig"] = {"controlPlaneEgressMode": settings.egress_mode}
    if settings.force_update:
        properties["forceUpdateVersion"] = True
    if spec.hybrid_nodes:
        properties["remoteNetworkConfig"] = {
            "remoteNodeNetworks": {"cidrs": [str(it) for it in spec.hybrid_nodes.node_cidrs]},
            **(
                {"remotePodNetworks": {"cidrs": [str(it) for it in spec.hybrid_nodes.pod_cidrs]}}
                if spec.hybrid_nodes.pod_cidrs
                else {}
            ),
        }
    return {**properties, **_auto_mode(args), **_kubernetes_settings(spec)}


def _auto_mode(args: ControlPlaneArgs) -> Properties:
    """The three switches of Auto Mode: EKS wants them together, and off only when it is said."""
    auto_mode = args.spec.auto_mode
    enabled = auto_mode is not None
    compute: Properties = {"enabled": enabled}
    if auto_mode and args.auto_mode_role:
        compute |= {"nodePools": list(auto_mode.node_pools), "nodeRoleArn": args.auto_mode_role.arn}
    return {
        "computeConfig": compute,
        "storageConfig": {"blockStorage": {"enabled": enabled}},
        "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": enabled}},
    }


def _kubernetes_settings(spec: ClusterSpec) -> Properties:
    """Settings of the programs of Kubernetes that EKS runs."""
    settings = spec.control_plane
    properties: Properties = {}
    if settings.api_server:
        ports = settings.api_server.service_node_port_range
        properties["kubeApiServerConfig"] = {
            "eventTtl": settings.api_server.event_ttl,
            "serviceNodePortRange": {"minPort": ports.min, "maxPort": ports.max},
        }
    if settings.scheduler:
        strategy: Properties = {"type": settings.scheduler.scoring_strategy}
        if settings.scheduler.resources:
            strategy["resources"] = [
                {"name": it.name, "weight": it.weight} for it in settings.scheduler.resources
            ]
        properties["kubeSchedulerConfig"] = {"nodeResourcesFit": {"scoringStrategy": strategy}}
    if settings.controller_manager:
        properties["kubeControllerManagerConfig"] = {
            "horizontalPodAutoscalerControllerConfig": {
                "horizontalPodAutoscalerSyncPeriod": (
                    settings.controller_manager.horizontal_pod_autoscaler_sync_period
                )
            },
            "podGcControllerConfig": {
                "terminatedPodGcThreshold": settings.controller_manager.terminated_pod_gc_threshold
            },
        }
    return properties
