"""The EKS add-ons of one phase."""

import dataclasses
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.component import Component
from components.timeouts import timeouts
from spec.model import AddonSpec, TimeoutsSpec
from spec.model.addons import account_of


@dataclasses.dataclass(frozen=True, kw_only=True)
class AddonsArgs:
    """Arguments of `Addons`.

    Attributes:
        cluster_name: The EKS cluster, as an output of it.
        specs: The add-ons by name, e.g. `vpc-cni`; each with its version.
        role_arns: Roles of those that call AWS, by add-on name.
        configuration: Configuration values as JSON, by add-on name.
        timeouts: How long to wait for each.
        other_phase: The name of the component that has those of the other phase.
    """

    cluster_name: pulumi.Input[str]
    specs: Mapping[str, AddonSpec]
    role_arns: Mapping[str, pulumi.Input[str]]
    configuration: Mapping[str, pulumi.Input[str]]
    timeouts: TimeoutsSpec = TimeoutsSpec()
    other_phase: str


class Addons(Component):
    """Add-ons that EKS installs, each in the version that the lock file or the stack file names.

    https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html
    """

    def __init__(
        self, name: str, args: AddonsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Addons", name, opts)
        for addon_name, spec in args.specs.items():
            role_arn = args.role_arns.get(addon_name)
            trusted = spec.identity is not None and spec.identity.type == "irsa"
            account = account_of(addon_name, spec)
            aws.eks.Addon(
                f"{name}-{addon_name}",
                cluster_name=args.cluster_name,
                addon_name=addon_name,
                addon_version=spec.version,
                configuration_values=args.configuration.get(addon_name),
                pod_identity_associations=[
                    aws.eks.AddonPodIdentityAssociationArgs(
                        service_account=account[1], role_arn=role_arn
                    )
                ]
                if account and role_arn is not None and not trusted
                else None,
                service_account_role_arn=role_arn if trusted else None,
                namespace_config=aws.eks.AddonNamespaceConfigArgs(namespace=spec.namespace)
                if spec.namespace
                else None,
                preserve=True if spec.preserve else None,
                # A cluster that is new holds no self-managed add-on whose settings could count;
                # later on, what people changed in the cluster stays, unless they say otherwise.
                resolve_conflicts_on_create=spec.conflicts_on_create,
                resolve_conflicts_on_update=spec.conflicts_on_update,
                tags={"Name": f"{name}-{addon_name}"},
                opts=self.child(
                    also=pulumi.ResourceOptions.merge(
                        # An add-on whose phase changes is the same: EKS has none twice.
                        pulumi.ResourceOptions(
                            aliases=[pulumi.Alias(name=f"{args.other_phase}-{addon_name}")]
                        ),
                        timeouts(args.timeouts),
                    )
                ),
            )
        self.register_outputs({})
