"""EKS Capabilities: programs that AWS runs for the cluster."""

import dataclasses
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components import policies
from components.component import Component
from components.role import Role, RoleArgs
from spec.model import ArgoCdSpec, CapabilitySpec, IamSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class CapabilitiesArgs:
    """Arguments of `Capabilities`.

    Attributes:
        cluster_name: The EKS cluster, as an output of it.
        label: Its name, for descriptions.
        partition: The AWS partition.
        iam: What holds for every role.
        specs: The capabilities, by name.
    """

    cluster_name: pulumi.Input[str]
    label: str
    partition: str
    iam: IamSpec
    specs: Mapping[str, CapabilitySpec]


class Capabilities(Component):
    """Capabilities, each with a role of its own.

    What a capability has made in the cluster and in AWS stays when it is deleted: EKS offers
    nothing else.
    https://docs.aws.amazon.com/eks/latest/userguide/capabilities.html
    """

    def __init__(
        self, name: str, args: CapabilitiesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Capabilities", name, opts)
        for capability_name, spec in args.specs.items():
            role = Role(
                f"{name}-{capability_name}",
                RoleArgs(
                    trust=policies.trust("capabilities.eks.amazonaws.com", "sts:TagSession"),
                    policy_arns=spec.policies,
                    partition=args.partition,
                    description=f"Capability {capability_name} of the EKS cluster {args.label}",
                    iam=args.iam,
                ),
                self.child(),
            )
            aws.eks.Capability(
                f"{name}-{capability_name}",
                cluster_name=args.cluster_name,
                capability_name=capability_name,
                type=spec.type,
                role_arn=role.arn,
                delete_propagation_policy="RETAIN",
                configuration=_argo_cd(spec.argo_cd) if spec.argo_cd else None,
                tags={"Name": f"{name}-{capability_name}"},
                opts=self.child(depends_on=[role]),
            )
        self.register_outputs({})


def _argo_cd(spec: ArgoCdSpec) -> aws.eks.CapabilityConfigurationArgs:
    network = (
        aws.eks.CapabilityConfigurationArgoCdNetworkAccessArgs(vpce_ids=list(spec.vpc_endpoint_ids))
        if spec.vpc_endpoint_ids
        else None
    )
    return aws.eks.CapabilityConfigurationArgs(
        argo_cd=aws.eks.CapabilityConfigurationArgoCdArgs(
            aws_idc=aws.eks.CapabilityConfigurationArgoCdAwsIdcArgs(
                idc_instance_arn=spec.identity_center_arn, idc_region=spec.identity_center_region
            ),
            namespace=spec.namespace,
            network_access=network,
            rbac_role_mappings=[
                aws.eks.CapabilityConfigurationArgoCdRbacRoleMappingArgs(
                    role=mapping.role,
                    identities=[
                        aws.eks.CapabilityConfigurationArgoCdRbacRoleMappingIdentityArgs(
                            id=it.id, type=it.type
                        )
                        for it in mapping.identities
                    ],
                )
                for mapping in spec.role_mappings
            ]
            or None,
        )
    )
