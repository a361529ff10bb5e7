"""The Kubernetes control plane, which EKS manages."""

import dataclasses
from collections.abc import Sequence

import pulumi
import pulumi_aws as aws
import pulumi_eks as eks

from components.component import Component

LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
"""All that EKS offers. https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class ControlPlaneArgs:
    """Arguments of `ControlPlane`.

    Attributes:
        cluster_name: The EKS cluster's name.
        kubernetes_version: `MAJOR.MINOR`, e.g. `1.36`.
        vpc_id: The VPC.
        subnet_ids: Subnets for the control plane's network interfaces, in two zones or more.
        key_arn: The KMS key for Kubernetes secrets.
        public_access_cidrs: Who reaches the API from the internet. None: nobody.
    """

    cluster_name: str
    kubernetes_version: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    key_arn: pulumi.Input[str]
    public_access_cidrs: Sequence[str] = ()


class ControlPlane(Component):
    """The EKS cluster itself: API server, etcd and its service role, without nodes or add-ons.

    It is made by `pulumi_eks.Cluster` in its thin form. That component answers only when all of
    its children are done, so everything that can wait for something else, add-ons and nodes above
    all, is made outside of it.

    Attributes:
        eks_cluster: The `pulumi_eks.Cluster`.
        cluster: The `aws.eks.Cluster` in it.
        cluster_name: Its name as AWS knows it: what uses it is made after the cluster.
        kubeconfig: For kubectl, as JSON; it asks `aws eks get-token` for a token and holds none.
    """

    eks_cluster: eks.Cluster
    cluster: pulumi.Output[aws.eks.Cluster]
    cluster_name: pulumi.Output[str]
    kubeconfig: pulumi.Output[str]

    def __init__(
        self, name: str, args: ControlPlaneArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("ControlPlane", name, opts)
        self.eks_cluster = eks.Cluster(
            name,
            name=args.cluster_name,
            version=args.kubernetes_version,
            vpc_id=args.vpc_id,
            subnet_ids=list(args.subnet_ids),
            endpoint_private_access=True,
            # Public is AWS's own default. Said explicitly, it would make the component ask the
            # endpoint for its health from here, and wait minutes where no named network is ours.
            endpoint_public_access=None if args.public_access_cidrs else False,
            public_access_cidrs=list(args.public_access_cidrs) or None,
            authentication_mode=eks.AuthenticationMode.API,
            enabled_cluster_log_types=list(LOG_TYPES),
            encryption_config_key_arn=args.key_arn,
            # Extended support costs six times as much and cannot be left once it has begun.
            upgrade_policy=aws.eks.ClusterUpgradePolicyArgs(support_type="STANDARD"),
            # The thin form.
            bootstrap_self_managed_addons=False,
            use_default_vpc_cni=True,
            kube_proxy_addon_options=eks.KubeProxyAddonOptionsArgs(enabled=False),
            coredns_addon_options=eks.CoreDnsAddonOptionsArgs(enabled=False),
            skip_default_node_group=True,
            skip_default_security_groups=True,
            create_instance_role=False,
            create_oidc_provider=False,
            opts=self.child(),
        )
        self.cluster = self.eks_cluster.eks_cluster
        self.cluster_name = self.cluster.apply(lambda cluster: cluster.name)
        self.kubeconfig = self.eks_cluster.kubeconfig_json
        self.register_outputs({"clusterName": self.cluster_name})
