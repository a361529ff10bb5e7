"""How many pods a node has addresses for."""

from collections.abc import Iterable

from spec import facts

_SMALL_VCPUS = 30
_MOST_ON_SMALL = 110
_MOST_ON_LARGE = 250
_PREFIX_ADDRESSES = 16
"""Addresses of a /28 block, which takes the place of one address."""

_ON_HOST_NETWORK = 2
"""Pods that need no address: those of the CNI and of kube-proxy."""


def of_instance_type(
    it: facts.InstanceType, *, prefixes: bool = False, custom_networking: bool = False
) -> int | None:
    """How many pods a node of an instance type takes; None: it is not known.

    Each network interface of the default network card gives pods its addresses but its own.
    https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html#determine-max-pods
    https://github.com/awslabs/amazon-eks-ami/blob/81fec2e895854f599974fe4d3d72f61c0a9aaffa/nodeadm/internal/kubelet/eni_max_pods.go

    Args:
        it: The instance type.
        prefixes: Whether interfaces have /28 blocks in place of addresses, as in IPv6 clusters too.
            Then AWS recommends 110 at most, or 250 from 31 processors on.
            https://docs.aws.amazon.com/eks/latest/userguide/cni-increase-ip-addresses.html
        custom_networking: Whether pods have subnets of their own: they get no addresses of the
            node's first interface.
            https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network-tutorial.html
    """
    if it.default_card_interfaces is None or it.ipv4_per_interface is None:
        return None
    interfaces = it.default_card_interfaces - custom_networking
    addresses = it.ipv4_per_interface - 1
    if not prefixes:
        return interfaces * addresses + _ON_HOST_NETWORK
    most = _MOST_ON_LARGE if (it.vcpus or 0) > _SMALL_VCPUS else _MOST_ON_SMALL
    return min(interfaces * addresses * _PREFIX_ADDRESSES + _ON_HOST_NETWORK, most)


def of_group(
    names: Iterable[str], *, prefixes: bool = False, custom_networking: bool = False
) -> int | None:
    """How many pods each node of a group takes: those of the smallest of its types."""
    known = [
        of_instance_type(
            facts.instance_types()[name], prefixes=prefixes, custom_networking=custom_networking
        )
        for name in names
    ]
    return None if None in known else min((it for it in known if it is not None), default=None)
