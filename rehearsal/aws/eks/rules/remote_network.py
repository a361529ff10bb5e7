"""What EKS demands of the networks of hybrid nodes, which are outside of AWS."""

import ipaddress
from collections.abc import Mapping, Sequence

from rehearsal.aws.eks import errors
from rehearsal.aws.rules import rule
from spec import facts


@rule(errors.remote_network_without_access_entries)
def access_entries_are_on(name: str, mode: str) -> None:
    """Hybrid nodes need the authentication mode API or API_AND_CONFIG_MAP.

    https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-cluster-create.html
    """
    if mode == "CONFIG_MAP":
        raise errors.remote_network_without_access_entries(name)


@rule(errors.remote_network_beside_ipv6)
def family_is_ipv4(name: str, family: str) -> None:
    """Hybrid nodes are for clusters with the IPv4 family.

    https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-cluster-create.html
    """
    if family != "ipv4":
        raise errors.remote_network_beside_ipv6(name)


@rule(errors.pod_networks_without_node_networks)
def pods_are_on_nodes(name: str, networks: Mapping[str, Sequence[str]]) -> None:
    """Remote networks of pods come with remote networks of nodes.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_RemoteNetworkConfigRequest.html
    """
    if networks["pod"] and not networks["node"]:
        raise errors.pod_networks_without_node_networks(name)


@rule(errors.too_many_remote_networks)
def networks_are_few(name: str, kind: str, cidrs: Sequence[str]) -> None:
    """A cluster has at most 15 remote networks of nodes, and of pods.

    https://docs.aws.amazon.com/general/latest/gr/eks.html
    """
    most = facts.limits()["remote-network.cidrs"].maximum or 0
    if len(cidrs) > most:
        raise errors.too_many_remote_networks(name, kind, str(most))


@rule(errors.remote_network_not_private)
def networks_are_private(name: str, kind: str, cidrs: Sequence[str]) -> None:
    """A remote network is a private IPv4 block, between /32 and /8.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_RemoteNodeNetwork.html
    https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-networking.html
    """
    limit = facts.limits()["remote-network.cidr"]
    for cidr in cidrs:
        try:
            block = ipaddress.IPv4Network(cidr)
        except ValueError:
            raise errors.remote_network_not_private(name, kind, cidr) from None
        private = any(block.subnet_of(ipaddress.IPv4Network(one)) for one in limit.values)
        if not private or not (limit.minimum or 0) <= block.prefixlen <= (limit.maximum or 32):
            raise errors.remote_network_not_private(name, kind, cidr)


@rule(errors.remote_network_overlaps)
def networks_are_apart(
    name: str, networks: Mapping[str, Sequence[str]], others: Mapping[str, Sequence[str]]
) -> None:
    """Remote networks overlap neither each other nor blocks of the VPC or of services.

    https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-networking.html

    Args:
        name: of the cluster.
        networks: the remote blocks, of `node` and of `pod`.
        others: blocks on AWS's side, by what they are for.

    Raises:
        EKSError: two of them overlap.
    """
    taken = [(kind, ipaddress.IPv4Network(cidr)) for kind, all_ in others.items() for cidr in all_]
    for kind, cidrs in networks.items():
        for cidr in cidrs:
            block = ipaddress.IPv4Network(cidr)
            for other, one in taken:
                if block.overlaps(one):
                    raise errors.remote_network_overlaps(name, kind, cidr, f"{other} {one}")
            taken.append((f"remote {kind} network", block))
