"""The settings of the VPC CNI, as configuration values of its add-on."""

from collections.abc import Mapping
from typing import Any

import pulumi

from spec.model import PodsSpec

ZONE_LABEL = "topology.kubernetes.io/zone"
"""The label of a node that names its zone, and so the `ENIConfig` that is for it."""


def configuration(
    pods: PodsSpec,
    *,
    region: str,
    subnets: Mapping[str, pulumi.Input[str]],
    security_group_id: pulumi.Input[str],
    windows: bool = False,
) -> dict[str, Any]:
    """The add-on's configuration values; empty: nothing is said.

    `ENIConfig` resources are made by the add-on itself, so that they are there before any node is:
    nodes that start earlier would give pods addresses of their own subnets until they are replaced.
    https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network-tutorial.html
    https://github.com/aws/amazon-vpc-cni-k8s/blob/master/README.md

    Args:
        pods: What is wished for.
        region: The AWS region.
        subnets: The subnet of pods in each zone; empty: pods have nodes' addresses.
        security_group_id: The security group of pods in those subnets.
        windows: Whether pods on Windows nodes get addresses too.
            https://docs.aws.amazon.com/eks/latest/userguide/windows-support.html
    """
    variables: dict[str, str] = {}
    values: dict[str, Any] = {}
    if subnets:
        variables["AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"] = "true"
        variables["ENI_CONFIG_LABEL_DEF"] = ZONE_LABEL
        values["eniConfig"] = {
            "create": True,
            "region": region,
            "subnets": {
                zone: {"id": subnet, "securityGroups": [security_group_id]}
                for zone, subnet in subnets.items()
            },
        }
    if pods.prefix_delegation:
        variables["ENABLE_PREFIX_DELEGATION"] = "true"
    for name, target in (
        ("WARM_PREFIX_TARGET", pods.warm_prefix_target),
        ("WARM_IP_TARGET", pods.warm_ip_target),
        ("MINIMUM_IP_TARGET", pods.minimum_ip_target),
        ("WARM_ENI_TARGET", pods.warm_eni_target),
    ):
        if target is not None:
            variables[name] = str(target)
    if pods.security_groups:
        variables["ENABLE_POD_ENI"] = "true"
    if pods.network_policy:
        values["enableNetworkPolicy"] = "true"
    if windows:
        values["enableWindowsIpam"] = "true"
    if variables:
        values["env"] = variables
    return values
