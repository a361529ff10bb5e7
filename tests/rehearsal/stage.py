"""A stage for nodes: all that they need to find their cluster, of which a test breaks one part."""

import base64
import time
from typing import Any

from tests.rehearsal.emulator import REGION, Emulator, unique, until

SETTLED = {"ACTIVE", "CREATE_FAILED", "DEGRADED"}


class Stage:
    """A public subnet with a NAT gateway, two private ones behind it, and a cluster in these.

    Args:
        aws: where it is.
        nat: whether the private subnets route to the NAT gateway.
        plugin: whether the cluster gets the add-on vpc-cni.
        cluster: what CreateCluster is asked beside the usual.
        vpc: members of resourcesVpcConfig beside the subnets; by default both endpoints are on.
    """

    def __init__(
        self,
        aws: Emulator,
        *,
        nat: bool = True,
        plugin: bool = True,
        vpc: dict[str, Any] | None = None,
        **cluster: Any,
    ) -> None:
        self.aws, self.ec2, self.eks = aws, aws.client("ec2"), aws.client("eks")
        self.vpc = aws.vpc()
        self.public, *self.private = aws.subnets(self.vpc, zones="aac")
        aws.make_public([self.public])
        self.table = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        for subnet in self.private:
            self.ec2.associate_route_table(RouteTableId=self.table, SubnetId=subnet)
        self.address = self.nat = None
        if nat:
            self.open_nat()
        endpoints = {"endpointPublicAccess": True, "endpointPrivateAccess": True}
        self.cluster = aws.cluster(
            resourcesVpcConfig={"subnetIds": self.private, **(endpoints if vpc is None else vpc)},
            **{"bootstrapSelfManagedAddons": False, **cluster},
        )
        self.group = aws.describe(self.cluster)["resourcesVpcConfig"]["clusterSecurityGroupId"]
        if plugin:
            self.addon("vpc-cni")

    def open_nat(self, subnet: str | None = None) -> None:
        """Make a NAT gateway and route the private subnets to it."""
        elastic = self.ec2.allocate_address(Domain="vpc")
        self.address = elastic["PublicIp"]
        self.nat = self.ec2.create_nat_gateway(
            SubnetId=subnet or self.public, AllocationId=elastic["AllocationId"]
        )["NatGateway"]["NatGatewayId"]
        self.ec2.create_route(
            RouteTableId=self.table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=self.nat
        )

    def close_nat(self) -> None:
        """Delete the NAT gateway; the route to it stays."""
        self.ec2.delete_nat_gateway(NatGatewayId=self.nat)
        until(lambda: self.nat_state() == "deleted", "the NAT gateway is gone")

    def nat_state(self) -> str:
        """Of the NAT gateway."""
        found = self.ec2.describe_nat_gateways(NatGatewayIds=[self.nat])["NatGateways"]
        return found[0]["State"]

    def endpoint(self, service: str, groups: list[str] | None = None) -> None:
        """An endpoint of a service in the VPC, open to the VPC unless it is given other groups."""
        kind: dict[str, Any] = {"VpcEndpointType": "Gateway", "RouteTableIds": [self.table]}
        if service != "s3":
            kind = {
                "VpcEndpointType": "Interface",
                "SubnetIds": self.private,
                "SecurityGroupIds": groups or [self.group],
                "PrivateDnsEnabled": True,
            }
        self.ec2.create_vpc_endpoint(
            VpcId=self.vpc, ServiceName=f"com.amazonaws.{REGION}.{service}", **kind
        )

    def security_group(self) -> str:
        """A new security group of the VPC, which lets everything out and nothing in."""
        made = self.ec2.create_security_group(
            GroupName=unique("group"), Description="d", VpcId=self.vpc
        )
        return made["GroupId"]

    def template(self, user_data: str | None = None, **data: Any) -> dict[str, str]:
        """A new launch template, as CreateNodegroup wants it named."""
        if user_data is not None:
            data["UserData"] = base64.b64encode(user_data.encode()).decode()
        made = self.ec2.create_launch_template(
            LaunchTemplateName=unique("template"), LaunchTemplateData=data or {"EbsOptimized": True}
        )
        return {"id": made["LaunchTemplate"]["LaunchTemplateId"], "version": "1"}

    # --- add-ons ---

    def addon(self, name: str, **asked: Any) -> dict[str, Any]:
        """A new add-on that is there as far as it can be."""
        self.eks.create_addon(clusterName=self.cluster, addonName=name, **asked)
        return self.settled_addon(name)

    def settled_addon(self, name: str) -> dict[str, Any]:
        """An add-on that nothing is under way with."""
        busy = {"CREATING", "UPDATING"}
        until(lambda: self.describe_addon(name)["status"] not in busy, f"{name} has settled")
        return self.describe_addon(name)

    def describe_addon(self, name: str) -> dict[str, Any]:
        """What DescribeAddon answers."""
        return self.eks.describe_addon(clusterName=self.cluster, addonName=name)["addon"]

    # --- node groups ---

    def start(self, **asked: Any) -> str:
        """Begin to make a node group of one node in each private subnet; its name."""
        wish = {
            "nodegroupName": unique("group"),
            "subnets": self.private,
            "scalingConfig": {"minSize": 1, "desiredSize": 2, "maxSize": 4},
            **asked,
        }
        if "nodeRole" not in wish:
            wish["nodeRole"] = self.aws.role("ec2.amazonaws.com")
        made = self.eks.create_nodegroup(clusterName=self.cluster, **wish)
        return made["nodegroup"]["nodegroupName"]

    def describe(self, name: str) -> dict[str, Any]:
        """What DescribeNodegroup answers."""
        return self.eks.describe_nodegroup(clusterName=self.cluster, nodegroupName=name)[
            "nodegroup"
        ]

    def settled(self, name: str, *states: str) -> dict[str, Any]:
        """A node group in one of these states, or whichever it ends up in."""
        wanted = set(states) or SETTLED
        until(lambda: self.describe(name)["status"] in wanted, f"{name} is {wanted}")
        return self.describe(name)

    def outcome(self, **asked: Any) -> tuple[str, str]:
        """How a new node group ends: ACTIVE and nothing, or message of the issue and reason.

        The reason is in the emulator's log, and the same for all instances.
        """
        name = self.start(**asked)
        group = self.settled(name)
        if group["status"] == "ACTIVE":
            return "ACTIVE", ""
        (issue,) = group["health"]["issues"]
        assert issue["code"] == "NodeCreationFailure"
        (reason,) = {self.reason(instance) for instance in issue["resourceIds"]}
        return issue["message"], reason

    def reason(self, instance: str) -> str:
        """What the emulator's log says last of an instance."""
        mark = f" {instance}: "
        lines = [line for line in self.aws.log.read_text().splitlines() if mark in line]
        return lines[-1].partition(mark)[2]


def pause() -> None:
    """Let a moment pass in which nothing is to happen."""
    time.sleep(0.1)
