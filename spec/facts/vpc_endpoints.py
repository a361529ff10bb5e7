"""Services that a VPC can reach through an endpoint of its own."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Literal, cast

from spec.facts import tables

VpcEndpointKind = Literal["gateway", "interface"]


@dataclasses.dataclass(frozen=True, slots=True)
class VpcEndpoint:
    """A service behind a VPC endpoint.

    https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html

    Attributes:
        service: What its name ends with, e.g. `ecr.api`.
        kind: `gateway`: a route, free of charge; `interface`: a network interface in each zone,
            charged by the hour and by traffic. S3 and DynamoDB have both; the gateway is here.
        needed_by_nodes: Whether nodes without a way to the internet cannot do without it.
        in_china: Whether its name in China begins with `cn.com.amazonaws`.
        missing_in: Regions where AWS says that there is none.
        note: What it is for.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    service: str
    kind: VpcEndpointKind
    needed_by_nodes: bool
    in_china: bool
    missing_in: tuple[str, ...]
    note: str
    source: str
    date: str

    def service_name(self, region: str) -> str:
        """The name that EC2 knows it by in a region, e.g. `com.amazonaws.eu-west-1.ecr.api`."""
        prefix = (
            "cn.com.amazonaws" if self.in_china and region.startswith("cn-") else "com.amazonaws"
        )
        return f"{prefix}.{region}.{self.service}"


@functools.cache
def vpc_endpoints() -> Mapping[str, VpcEndpoint]:
    """Every service by its short name."""
    return {
        row["service"]: VpcEndpoint(
            row["service"],
            cast("VpcEndpointKind", row["kind"]),
            row["needed"] == "yes",
            row["china"] == "yes",
            tuple(row["missing_in"].split()),
            row["note"],
            row["source"],
            row["date"],
        )
        for row in tables.read("vpc_endpoints")
    }
