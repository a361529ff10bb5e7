"""Ways to AWS services that do not leave the VPC."""

import dataclasses
from collections.abc import Sequence
from ipaddress import IPv4Network

import pulumi
import pulumi_aws as aws

from components.component import Component
from spec import facts


@dataclasses.dataclass(frozen=True, kw_only=True)
class VpcEndpointsArgs:
    """Arguments of `VpcEndpoints`.

    Attributes:
        vpc_id: The VPC.
        region: The AWS region.
        services: Short names of services, e.g. `ecr.api`.
        route_table_ids: Route tables that lead to gateway endpoints.
        subnet_ids: Subnets of interface endpoints, one in each zone.
        cidrs: Networks of the VPC, from which interface endpoints are reached.
    """

    vpc_id: pulumi.Input[str]
    region: str
    services: Sequence[str]
    route_table_ids: Sequence[pulumi.Input[str]]
    subnet_ids: Sequence[pulumi.Input[str]]
    cidrs: Sequence[IPv4Network]


class VpcEndpoints(Component):
    """Endpoints of AWS services in a VPC.

    Gateway endpoints (S3, DynamoDB) are routes and cost nothing; interface endpoints are network
    interfaces that answer under the service's own name.
    https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html
    """

    def __init__(
        self, name: str, args: VpcEndpointsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("VpcEndpoints", name, opts)
        known = facts.vpc_endpoints()
        interfaces = [it for it in args.services if known[it].kind == "interface"]
        for service in args.services:
            if known[service].kind == "gateway":
                aws.ec2.VpcEndpoint(
                    f"{name}-{service}",
                    vpc_id=args.vpc_id,
                    service_name=known[service].service_name(args.region),
                    vpc_endpoint_type="Gateway",
                    route_table_ids=list(args.route_table_ids),
                    tags={"Name": f"{name}-{service}"},
                    opts=self.child(),
                )
        if interfaces:
            group = self._security_group(name, args)
            for service in interfaces:
                aws.ec2.VpcEndpoint(
                    f"{name}-{service}",
                    vpc_id=args.vpc_id,
                    service_name=known[service].service_name(args.region),
                    vpc_endpoint_type="Interface",
                    private_dns_enabled=True,
                    subnet_ids=list(args.subnet_ids),
                    security_group_ids=[group.id],
                    tags={"Name": f"{name}-{service}"},
                    opts=self.child(),
                )
        self.register_outputs({})

    def _security_group(self, name: str, args: VpcEndpointsArgs) -> aws.ec2.SecurityGroup:
        group = aws.ec2.SecurityGroup(
            f"{name}-endpoints",
            description="VPC endpoints of AWS services",
            vpc_id=args.vpc_id,
            tags={"Name": f"{name}-endpoints"},
            opts=self.child(),
        )
        for cidr in args.cidrs:
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-endpoints-{cidr}",
                security_group_id=group.id,
                description="HTTPS from inside the VPC",
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
                cidr_ipv4=str(cidr),
                tags={"Name": f"{name}-endpoints"},
                opts=self.child(),
            )
        return group
