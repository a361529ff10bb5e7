"""Which inputs of `eks.Cluster` can be rehearsed, and the refusal of the others.

The thin form makes the control plane and nothing else. Its inputs and the rules between them are
those of
pulumi/pulumi-eks nodejs/eks/cluster/cluster.ts and authenticationMode.ts, read 2026-11.
"""

from collections.abc import Mapping
from typing import Any, Final

SERVED: Final = frozenset(
    {
        "authenticationMode",
        "bootstrapSelfManagedAddons",
        "clusterTags",
        "deletionProtection",
        "enableConfigMapMutable",
        "enabledClusterLogTypes",
        "encryptionConfigKeyArn",
        "endpointPrivateAccess",
        "endpointPublicAccess",
        "ipFamily",
        "kubernetesServiceIpAddressRange",
        "name",
        "nodeSecurityGroupTags",
        "privateSubnetIds",
        "providerCredentialOpts",
        "proxy",
        "publicAccessCidrs",
        "publicSubnetIds",
        "serviceRole",
        "subnetIds",
        "tags",
        "upgradePolicy",
        "version",
        "vpcId",
    }
)
"""Inputs that mean in a rehearsal what they mean on AWS."""

REQUIRED: Final[Mapping[str, tuple[Any, str]]] = {
    "authenticationMode": (
        "API",
        "the aws-auth ConfigMap, which the official one makes in any other mode, and which needs "
        "the Kubernetes API to be within reach; give the mode by a transform on "
        "aws:eks/cluster:Cluster instead",
    ),
    "skipDefaultNodeGroup": (True, "the default node group"),
    "skipDefaultSecurityGroups": (True, "the default security groups"),
    "useDefaultVpcCni": (True, "the vpc-cni add-on"),
    "createInstanceRole": (False, "the default instance role"),
    "createOidcProvider": (False, "the OIDC provider"),
}
"""Inputs that must have one value, with what another one would make."""

DISABLED: Final = {
    "kubeProxyAddonOptions": "the kube-proxy add-on",
    "corednsAddonOptions": "the coredns add-on",
}
"""Add-on options, which must say `enabled: false` and nothing else."""

_ABSENT_IS_FINE: Final = frozenset({"createInstanceRole", "createOidcProvider"})


class InputError(Exception):
    """An input that the component refuses."""


def require_thin_form(inputs: Mapping[str, Any]) -> None:
    """Refuse inputs that contradict each other, or that a rehearsal does not stand in for.

    Raises:
        InputError: The first thing that is wrong.
    """
    _refuse_contradictions(inputs)
    for name, (value, makes) in REQUIRED.items():
        if inputs.get(name) != value and not (name in _ABSENT_IS_FINE and name not in inputs):
            raise InputError(
                f"eks.Cluster cannot be rehearsed with `{name}` = {inputs.get(name)!r}: it must be "
                f"{value!r}, "
                f"because the stand-in eks provider does not make {makes}."
            )
    for name, makes in DISABLED.items():
        options = inputs.get(name) or {}
        if options.get("enabled") is not False or options.get("configurationValues"):
            raise InputError(
                f"eks.Cluster cannot be rehearsed unless `{name}` says enabled=False: the stand-in "
                "eks provider "
                f"does not make {makes}."
            )
    others = sorted(set(inputs) - SERVED - set(REQUIRED) - set(DISABLED))
    if "vpcId" not in inputs:
        raise InputError(
            "eks.Cluster cannot be rehearsed without `vpcId`: the stand-in eks provider does not "
            "look for a default VPC."
        )
    for name in others:
        if inputs[name] not in (None, [], {}) and inputs[name] != {"enabled": False}:
            raise InputError(
                f"eks.Cluster cannot be rehearsed with `{name}`: the stand-in eks provider does "
                "not imitate it."
            )


def _refuse_contradictions(inputs: Mapping[str, Any]) -> None:
    """The refusals of the official provider, in its words."""
    mode = inputs.get("authenticationMode")
    if mode not in {None, "CONFIG_MAP", "API_AND_CONFIG_MAP", "API"}:
        raise InputError(
            f"Invalid value for authenticationMode: {mode}. "
            "Allowed values are: CONFIG_MAP, API_AND_CONFIG_MAP, API."
        )
    if mode == "API":
        for name in ("roleMappings", "userMappings", "instanceRoles"):
            if inputs.get(name):
                raise InputError(
                    f"The '{name}' property does not support non-empty values when "
                    "'authenticationMode' is set to "
                    f"'{mode}'."
                )
    elif mode != "API_AND_CONFIG_MAP":
        if inputs.get("accessEntries"):
            state = f"set to '{mode}'" if mode else "not set"
            raise InputError(
                "The 'accessEntries' property is not supported when 'authenticationMode' is "
                f"{state}."
            )
        if (inputs.get("autoMode") or {}).get("enabled"):
            raise InputError(
                "Access entries are required when using EKS Auto Mode. "
                "Use the authentication mode 'API' or 'API_AND_CONFIG_MAP'."
            )
    if inputs.get("instanceRole") and inputs.get("instanceRoles"):
        raise InputError(
            "instanceRole and instanceRoles are mutually exclusive, and cannot both be set."
        )
    if inputs.get("subnetIds") and (
        inputs.get("publicSubnetIds") or inputs.get("privateSubnetIds")
    ):
        raise InputError(
            "subnetIds, and the use of publicSubnetIds and/or privateSubnetIds are mutually "
            "exclusive. "
            "Choose a single approach."
        )
