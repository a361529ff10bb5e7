"""What a cluster's add-ons are given: their phase, their rights and their configuration."""

import pulumi

from components import policies, vpc_cni
from components.control_plane import ControlPlane
from components.order import Step
from components.places import Places
from components.service_accounts import TrustedAddon
from spec import facts
from spec.model import AddonSpec, ClusterSpec
from spec.model.addons import account_of

_PHASES = {
    "before-nodes": Step.ADDONS_BEFORE_NODES,
    "beforeNodes": Step.ADDONS_BEFORE_NODES,
    "after-nodes": Step.ADDONS_AFTER_NODES,
    "afterNodes": Step.ADDONS_AFTER_NODES,
}


def phase(addon_name: str, addon: AddonSpec) -> Step:
    """When an add-on is installed: one that is not known waits for nodes."""
    known = facts.known_addons().get(addon_name)
    return _PHASES[addon.phase or (known.phase if known else "after-nodes")]


def rights(spec: ClusterSpec, addon_name: str, addon: AddonSpec) -> TrustedAddon | None:
    """What the role of an add-on may do that is made for it; None: none is made."""
    known, identity = facts.known_addons().get(addon_name), addon.identity
    if identity and (identity.type == "none" or identity.role_arn):
        return None
    managed = known.managed_policies if known else ()
    inline: dict[str, str] = {}
    if addon_name == "vpc-cni" and spec.network.ip_family == "ipv6":
        managed, inline = (), {"ipv6": policies.cni_of_ipv6(spec.partition)}
    arns = identity.policies if identity else ()
    account = account_of(addon_name, addon)
    if account is None:
        return None
    namespace, service_account = account
    return TrustedAddon(
        namespace=namespace,
        service_account=service_account,
        managed_policies=managed,
        policy_arns=arns,
        inline_policies=inline,
    )


def configuration(
    spec: ClusterSpec,
    addon_name: str,
    addon: AddonSpec,
    places: Places,
    control_plane: ControlPlane,
) -> pulumi.Output[str] | None:
    """An add-on's configuration values, as JSON whose keys are in order."""
    values = dict(addon.configuration)
    if addon_name == "vpc-cni":
        ours = vpc_cni.configuration(
            spec.network.pods,
            region=spec.region,
            subnets=places.pods,
            security_group_id=control_plane.security_group_id,
            windows=spec.has_windows,
        )
        variables = {**values.get("env", {}), **ours.get("env", {})}
        values |= ours | ({"env": variables} if variables else {})
    if addon_name == "coredns" and spec.has_coredns_on_fargate:
        values["computeType"] = "Fargate"
    return pulumi.Output.json_dumps(values, sort_keys=True) if values else None
