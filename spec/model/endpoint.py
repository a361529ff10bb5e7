"""Who reaches the Kubernetes API from where."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Self

from pydantic import Field, model_validator

from spec.model.base import AnyCidr, AsTuple, Model, maximum, wrong


class EndpointSpec(Model):
    """Who reaches the Kubernetes API from where.

    https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
    """

    private: bool = True
    """Whether it is reached from inside the VPC. Without it, nodes take the way over the
    internet."""
    public_access_cidrs: Annotated[
        tuple[AnyCidr, ...],
        AsTuple,
        Field(max_length=maximum("cluster.public-access-cidrs"), examples=[["198.51.100.0/24"]]),
    ] = ()
    """Networks that reach it from the internet as well. None: there is no public endpoint."""
    acknowledge_open_to_internet: bool = False
    """Whether it is meant that `publicAccessCidrs` says 0.0.0.0/0 or ::/0."""

    @model_validator(mode="after")
    def _open_on_purpose_only(self) -> Self:
        at = "publicAccessCidrs"
        cidrs = self.public_access_cidrs
        for index, cidr in enumerate(cidrs):
            if cidr.prefixlen == 0 and not self.acknowledge_open_to_internet:
                raise wrong(
                    f"{cidr} opens the Kubernetes API to the whole internet; name the networks "
                    "that you use, e.g. your office's as 198.51.100.0/24, or say "
                    "acknowledgeOpenToInternet: true beside it",
                    at,
                    str(index),
                )
        if len(set(cidrs)) < len(cidrs):
            raise wrong("names a block twice", at)
        if self.acknowledge_open_to_internet and not self.open_to_the_internet:
            raise wrong(
                "nothing is open to the internet: publicAccessCidrs has no 0.0.0.0/0; remove this",
                "acknowledgeOpenToInternet",
            )
        if not self.private and not cidrs:
            raise wrong(
                "nobody would reach the Kubernetes API: there is neither a private nor a public "
                "endpoint; keep the private one or name publicAccessCidrs",
                "private",
            )
        if not self.private and not self.open_to_the_internet:
            raise wrong(
                "nodes would reach the Kubernetes API over the internet only, from the addresses "
                "of NAT gateways, which publicAccessCidrs does not have; keep the private endpoint",
                "private",
            )
        return self

    @property
    def open_to_the_internet(self) -> bool:
        """Whether everybody reaches the API's public endpoint."""
        return any(cidr.prefixlen == 0 for cidr in self.public_access_cidrs)

    @property
    def public_cidrs(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The networks of the public endpoint."""
        return self.public_access_cidrs
