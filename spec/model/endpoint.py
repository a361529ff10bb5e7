"""Who reaches the Kubernetes API from where."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated, Self

from pydantic import Field, model_validator

from spec.model.base import AnyCidr, AsTuple, Model, Unique, maximum
from spec.model.broken import Broken, refuse

_PRIVATE = (IPv4Network("10.0.0.0/8"), IPv4Network("172.16.0.0/12"), IPv4Network("192.168.0.0/16"))
"""https://datatracker.ietf.org/doc/html/rfc1918"""


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
        Unique,
        Field(max_length=maximum("cluster.public-access-cidrs"), examples=[["198.51.100.0/24"]]),
    ] = ()
    """Networks that reach it from the internet as well. None: there is no public endpoint."""
    acknowledge_open_to_internet: bool = False
    """Whether it is meant that `publicAccessCidrs` says 0.0.0.0/0 or ::/0."""

    @model_validator(mode="after")
    def _open_on_purpose_only(self) -> Self:
        refuse(self._broken())
        return self

    def _broken(self) -> Iterator[Broken]:
        cidrs = self.public_access_cidrs
        for index, cidr in enumerate(cidrs):
            if cidr.prefixlen == 0 and not self.acknowledge_open_to_internet:
                yield Broken(
                    ("publicAccessCidrs", index),
                    f"{cidr} opens the Kubernetes API to the whole internet; name the networks "
                    "that you use, e.g. your office's as 198.51.100.0/24, or say "
                    "acknowledgeOpenToInternet: true beside it",
                )
            elif isinstance(cidr, IPv4Network) and any(cidr.subnet_of(it) for it in _PRIVATE):
                yield Broken(
                    ("publicAccessCidrs", index),
                    f"{cidr} is private: nobody comes from there over the internet; name public "
                    "addresses, or leave it to the private endpoint",
                )
        if self.acknowledge_open_to_internet and not self.open_to_the_internet:
            yield Broken(
                ("acknowledgeOpenToInternet",),
                "nothing is open to the internet: publicAccessCidrs has no 0.0.0.0/0; remove this",
            )
        if not self.private and not cidrs:
            yield Broken(
                ("private",),
                "nobody would reach the Kubernetes API: there is neither a private nor a public "
                "endpoint; keep the private one or name publicAccessCidrs",
            )
        elif not self.private and not self.open_to_the_internet:
            yield Broken(
                ("private",),
                "nodes would reach the Kubernetes API over the internet only, from the addresses "
                "of NAT gateways, which publicAccessCidrs does not have; keep the private endpoint",
            )

    @property
    def open_to_the_internet(self) -> bool:
        """Whether everybody reaches the API's public endpoint."""
        return any(cidr.prefixlen == 0 for cidr in self.public_access_cidrs)
