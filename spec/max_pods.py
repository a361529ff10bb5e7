"""How many pods a node has addresses for."""

from collections.abc import Iterable, Iterator

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

    Each network interface of the default network card gives pods its addresses but its own. Where
    AWS's node images know another number of interfaces than EC2 itself tells, theirs counts for
    what they work out themselves, and the smaller one for what they are told.
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
    ways = [
        _pods(it, interfaces, addresses, prefixes=prefixes, custom_networking=custom_networking)
        for interfaces, addresses in _interfaces(it)
    ]
    if not ways:
        return None
    return min(ways) if prefixes or custom_networking else ways[0]


def _interfaces(it: facts.InstanceType) -> Iterator[tuple[int, int]]:
    """Interfaces and the addresses of each, as AWS's node images and as EC2 itself tell them."""
    if published := facts.published_interfaces().get(it.name):
        yield published.interfaces, published.ipv4_per_interface
    if it.default_card_interfaces is not None and it.ipv4_per_interface is not None:
        yield it.default_card_interfaces, it.ipv4_per_interface


def _pods(
    it: facts.InstanceType,
    interfaces: int,
    addresses: int,
    *,
    prefixes: bool,
    custom_networking: bool,
) -> int:
    of_pods = (interfaces - custom_networking) * (addresses - 1)
    if not prefixes:
        return of_pods + _ON_HOST_NETWORK
    most = _MOST_ON_LARGE if (it.vcpus or 0) > _SMALL_VCPUS else _MOST_ON_SMALL
    return min(of_pods * _PREFIX_ADDRESSES + _ON_HOST_NETWORK, most)


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
