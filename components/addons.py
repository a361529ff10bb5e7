"""The EKS add-ons of one phase."""

import dataclasses
from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from components.component import Component
from components.role import Role
from components.timeouts import timeouts
from spec import facts
from spec.model import TimeoutsSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class AddonsArgs:
    """Arguments of `Addons`.

    Attributes:
        cluster_name: The EKS cluster, as an output of it.
        names: The add-ons, e.g. `vpc-cni`.
        kubernetes_version: Decides which version of each add-on is installed.
        roles: Roles for those that call AWS, by add-on name; taken on through Pod Identity.
        configuration: Configuration values as JSON, by add-on name.
        timeouts: How long to wait for each.
    """

    cluster_name: pulumi.Input[str]
    names: tuple[str, ...]
    kubernetes_version: str
    roles: Mapping[str, Role] = dataclasses.field(default_factory=dict[str, Role])
    configuration: Mapping[str, pulumi.Input[str]] = dataclasses.field(
        default_factory=dict[str, pulumi.Input[str]]
    )
    timeouts: TimeoutsSpec = TimeoutsSpec()


class Addons(Component):
    """Add-ons that EKS installs, each in the version that `spec.facts` pins.

    https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html
    """

    def __init__(
        self, name: str, args: AddonsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Addons", name, opts)
        for addon_name in args.names:
            role = args.roles.get(addon_name)
            service_account = facts.addons()[addon_name].service_account
            aws.eks.Addon(
                f"{name}-{addon_name}",
                cluster_name=args.cluster_name,
                addon_name=addon_name,
                addon_version=facts.addon_version(addon_name, args.kubernetes_version),
                configuration_values=args.configuration.get(addon_name),
                pod_identity_associations=[
                    aws.eks.AddonPodIdentityAssociationArgs(
                        service_account=service_account, role_arn=role.arn
                    )
                ]
                if role and service_account
                else None,
                # The cluster is new and holds no self-managed add-on whose settings could count;
                # later on, what people changed in the cluster stays.
                resolve_conflicts_on_create="OVERWRITE",
                resolve_conflicts_on_update="PRESERVE",
                tags={"Name": f"{name}-{addon_name}"},
                opts=self.child(also=timeouts(args.timeouts)),
            )
        self.register_outputs({})
