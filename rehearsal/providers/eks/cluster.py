"""The components: `eks.Cluster` in its thin form, and the role it makes when it is given none."""

import hashlib
import json
import os
from collections.abc import Mapping
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from rehearsal.providers.eks.kubeconfig import credentials, kubeconfig, region_of

CLUSTER_POLICY: Final = "AmazonEKSClusterPolicy"


class ServiceRole(pulumi.ComponentResource):
    """The IAM role that EKS takes on to run a control plane.

    Attributes:
        role: The role.
        ready: The role, once its policy is attached.
    """

    def __init__(
        self, name: str, partition: pulumi.Output[str], tags: Any, opts: pulumi.ResourceOptions
    ) -> None:
        super().__init__("eks:index:ServiceRole", name, None, opts)
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": ["sts:AssumeRole", "sts:TagSession"],
                    "Effect": "Allow",
                    "Principal": {"Service": ["eks.amazonaws.com"]},
                }
            ],
        }
        self.role = aws.iam.Role(
            f"{name}-role",
            description="Allows EKS to manage clusters on your behalf.",
            assume_role_policy=json.dumps(trust, separators=(",", ":")),
            tags=tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        digest = hashlib.sha1(f"arn:aws:iam::aws:policy/{CLUSTER_POLICY}".encode())  # noqa: S324 a name, no secret
        attachment = aws.iam.RolePolicyAttachment(
            f"{name}-{digest.hexdigest()[:8]}",
            policy_arn=partition.apply(lambda part: f"arn:{part}:iam::aws:policy/{CLUSTER_POLICY}"),
            role=self.role.name,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.ready: pulumi.Output[aws.iam.Role] = pulumi.Output.all(
            self.role.arn, attachment.id
        ).apply(lambda _: self.role)
        self.register_outputs({"resolvedRole": self.ready, "directRole": self.role})


class Cluster(pulumi.ComponentResource):
    """A control plane.

    Args:
        name: The component's name.
        inputs: Its inputs, by their names on the wire.
        opts: Its options.

    Attributes:
        outputs: What it answers, by the names on the wire.
    """

    def __init__(
        self, name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("eks:index:Cluster", name, dict(inputs), opts)
        child = pulumi.ResourceOptions(parent=self)
        partition = aws.get_partition_output(opts=pulumi.InvokeOptions(parent=self)).partition
        role = (
            None
            if inputs.get("serviceRole")
            else ServiceRole(f"{name}-eksRole", partition, inputs.get("tags"), child)
        )
        subnets = self._subnets(inputs)
        encryption = self._encryption(inputs)
        cluster = aws.eks.Cluster(
            f"{name}-eksCluster",
            name=inputs.get("name"),
            role_arn=role.role.arn if role else _arn_of(inputs["serviceRole"]),
            kubernetes_network_config=self._network(inputs),
            bootstrap_self_managed_addons=inputs.get("bootstrapSelfManagedAddons", True),
            vpc_config=aws.eks.ClusterVpcConfigArgs(
                subnet_ids=subnets,
                endpoint_private_access=inputs.get("endpointPrivateAccess"),
                endpoint_public_access=inputs.get("endpointPublicAccess"),
                public_access_cidrs=self._public_cidrs(inputs),
            ),
            version=inputs.get("version"),
            enabled_cluster_log_types=inputs.get("enabledClusterLogTypes"),
            tags=pulumi.Output.all(inputs.get("tags"), inputs.get("clusterTags")).apply(
                lambda parts: {
                    "Name": f"{name}-eksCluster",
                    **(parts[1] or {}),
                    **(parts[0] or {}),
                }
            ),
            encryption_config=encryption,
            access_config=aws.eks.ClusterAccessConfigArgs(
                authentication_mode=inputs["authenticationMode"],
                bootstrap_cluster_creator_admin_permissions=True,
            ),
            upgrade_policy=inputs.get("upgradePolicy"),
            deletion_protection=inputs.get("deletionProtection"),
            opts=pulumi.ResourceOptions(
                parent=self,
                ignore_changes=[
                    "accessConfig.bootstrapClusterCreatorAdminPermissions",
                    "bootstrapSelfManagedAddons",
                ],
                depends_on=[role.ready] if role else [],
            ),
        )
        options = self._credentials(inputs)
        scoped = _kubeconfig(cluster, options, with_profile=True)
        plain = _kubeconfig(cluster, options, with_profile=False)
        # The SDK of the kubernetes provider takes long to load, and is needed for nothing else.
        kubernetes = pulumi.ProviderResource(
            "kubernetes",
            f"{name}-eks-k8s",
            {
                "kubeconfig": scoped.apply(lambda value: json.dumps(value, separators=(",", ":"))),
                "enableConfigMapMutable": inputs.get("enableConfigMapMutable"),
            },
            child,
        )
        issuer = cluster.identities.apply(_issuer)
        security_group = cluster.vpc_config.apply(lambda vpc: vpc.cluster_security_group_id)
        self.outputs: dict[str, Any] = {
            "kubeconfig": plain,
            "kubeconfigJson": plain.apply(lambda value: json.dumps(value, separators=(",", ":"))),
            "instanceRoles": [],
            "eksCluster": cluster,
            "core": _given(
                {
                    "cluster": cluster,
                    "vpcId": inputs["vpcId"],
                    "subnetIds": subnets,
                    "publicSubnetIds": inputs.get("publicSubnetIds"),
                    "privateSubnetIds": inputs.get("privateSubnetIds"),
                    "endpoint": cluster.endpoint,
                    "provider": kubernetes,
                    "instanceRoles": [],
                    "nodeGroupOptions": {"version": inputs.get("version")},
                    "kubeconfig": plain,
                    "tags": inputs.get("tags"),
                    "nodeSecurityGroupTags": inputs.get("nodeSecurityGroupTags"),
                    "storageClasses": {},
                    "encryptionConfig": encryption,
                    "clusterIamRole": role.role if role else inputs["serviceRole"],
                    "accessEntries": [],
                    "autoModeNodeRoleName": "",
                }
            ),
            "clusterSecurityGroupId": security_group,
            "nodeSecurityGroupId": security_group,
            "clusterIngressRuleId": "",
            "defaultNodeGroupAsgName": "",
            "fargateProfileId": "",
            "fargateProfileStatus": "",
            "oidcProviderArn": "",
            "oidcProviderUrl": issuer,
            "oidcIssuer": issuer.apply(lambda url: url.removeprefix("https://")),
            "autoModeNodeRoleName": "",
        }
        self.register_outputs(self.outputs)

    @staticmethod
    def _subnets(inputs: Mapping[str, Any]) -> Any:
        if "subnetIds" in inputs:
            return inputs["subnetIds"]
        return pulumi.Output.all(
            inputs.get("publicSubnetIds") or [], inputs.get("privateSubnetIds") or []
        ).apply(lambda parts: [*parts[0], *parts[1]])

    @staticmethod
    def _encryption(inputs: Mapping[str, Any]) -> Any:
        if not inputs.get("encryptionConfigKeyArn"):
            return None
        return pulumi.Output.from_input(inputs["encryptionConfigKeyArn"]).apply(
            lambda arn: {"provider": {"keyArn": arn}, "resources": ["secrets"]}
        )

    @staticmethod
    def _network(inputs: Mapping[str, Any]) -> Any:
        if not inputs.get("kubernetesServiceIpAddressRange") and not inputs.get("ipFamily"):
            return None

        def network(parts: list[Any]) -> dict[str, Any]:
            family = parts[1] or "ipv4"
            cidr = parts[0] if family == "ipv4" else None
            return {"serviceIpv4Cidr": cidr, "ipFamily": family}

        return pulumi.Output.all(
            inputs.get("kubernetesServiceIpAddressRange"), inputs.get("ipFamily")
        ).apply(network)

    @staticmethod
    def _public_cidrs(inputs: Mapping[str, Any]) -> Any:
        if not inputs.get("publicAccessCidrs"):
            return None

        def cidrs(parts: list[Any]) -> Any:
            if parts[0] and parts[1] is False:
                raise ValueError(
                    "`publicAccessCidrs` can only be set when `endpointPublicAccess` is true"
                )
            return parts[0]

        return pulumi.Output.all(
            inputs["publicAccessCidrs"], inputs.get("endpointPublicAccess", True)
        ).apply(cidrs)

    @staticmethod
    def _credentials(inputs: Mapping[str, Any]) -> Any:
        if inputs.get("providerCredentialOpts"):
            return inputs["providerCredentialOpts"]
        profile = os.environ.get("AWS_PROFILE") or pulumi.Config("aws").get("profile")
        return {"profileName": profile} if profile else {}


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _arn_of(role: Any) -> Any:
    return role.arn if isinstance(role, aws.iam.Role) else pulumi.Output.from_input(role).arn


def _issuer(identities: Any) -> str:
    if identities and identities[0].oidcs:
        return str(identities[0].oidcs[0].issuer)
    return ""


def _kubeconfig(
    cluster: aws.eks.Cluster, options: Any, *, with_profile: bool
) -> pulumi.Output[Any]:
    def build(parts: list[Any]) -> dict[str, Any]:
        name, endpoint, arn, authority, given = parts
        scope = credentials(given)
        if not with_profile:
            scope["profile"] = None
        return kubeconfig(name, endpoint, region_of(arn), authority.get("data"), **scope)

    return pulumi.Output.all(
        cluster.name, cluster.endpoint, cluster.arn, cluster.certificate_authority, options
    ).apply(build)
