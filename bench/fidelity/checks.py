"""The table of checks, and what all of them need.

A check is a small function of an embedded AWS. It calls what a stack would call, and asserts what
AWS answers: codes, members, states. It makes what it needs itself, so that checks can be run alone
and in any order.
"""

import base64
import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tests.rehearsal.emulator import REGION, Emulator, unique

ACCOUNT = "123456789012"
ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True)
class Check:
    """One.

    Attributes:
        service: as boto3 names it.
        name: what is checked, unique within the service.
        run: raises anything where the answer is not AWS's.
    """

    service: str
    name: str
    run: Callable[[Emulator], None]


CHECKS: list[Check] = []


def check(service: str, name: str) -> Callable[[Callable[[Emulator], None]], Callable[..., None]]:
    """Decorate a function as a check."""

    def register(function: Callable[[Emulator], None]) -> Callable[[Emulator], None]:
        CHECKS.append(Check(service, name, function))
        return function

    return register


def refused(codes: str | tuple[str, ...], call: Callable[..., Any], **arguments: Any) -> None:
    """See that AWS refuses a call with one of the codes."""
    wanted = (codes,) if isinstance(codes, str) else codes
    try:
        call(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] in wanted:
            return
        raise
    raise AssertionError(f"want {wanted}, but it was accepted")


def tags(**values: str) -> list[dict[str, str]]:
    """As EC2 and IAM have them."""
    return [{"Key": key, "Value": value} for key, value in values.items()]


def tagged(kind: str, **values: str) -> list[dict[str, Any]]:
    """What EC2 calls tag specifications."""
    return [{"ResourceType": kind, "Tags": tags(**values)}]


def named(**values: str | list[str]) -> list[dict[str, Any]]:
    """Filters of EC2; ``_`` in a name is a dash."""
    return [
        {"Name": name.replace("_", "-"), "Values": value if isinstance(value, list) else [value]}
        for name, value in values.items()
    ]


def document(*statements: dict[str, Any]) -> str:
    """A policy."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], **more: Any) -> dict[str, Any]:
    """A statement of a policy."""
    return {"Effect": "Allow", "Action": action, **more}


def trust(**principal: Any) -> str:
    """The trust policy of a role."""
    return document(allow("sts:AssumeRole", Principal=principal))


def user_data(text: str = "hello") -> str:
    """As a launch template has it."""
    return base64.b64encode(text.encode()).decode()


# --- what many checks begin with ---


def subnet(aws: Emulator) -> tuple[str, str]:
    """A new VPC and a subnet of it."""
    vpc = aws.vpc()
    return vpc, aws.subnets(vpc, zones="a")[0]


def gateway(aws: Emulator, vpc: str) -> str:
    """A new internet gateway of a VPC."""
    ec2 = aws.client("ec2")
    made = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=vpc)
    return made


def table(aws: Emulator, vpc: str) -> str:
    """A new route table of a VPC."""
    return aws.client("ec2").create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]


def group(aws: Emulator, vpc: str) -> str:
    """A new security group of a VPC."""
    made = aws.client("ec2").create_security_group(
        GroupName=unique("group"), Description="of a check", VpcId=vpc
    )
    return made["GroupId"]


def nat_gateway(aws: Emulator) -> tuple[str, str, str, str]:
    """A new NAT gateway that is available: VPC, subnet, address, gateway."""
    ec2 = aws.client("ec2")
    vpc, place = subnet(aws)
    gateway(aws, vpc)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=place, AllocationId=address)["NatGateway"]
    ec2.get_waiter("nat_gateway_available").wait(
        NatGatewayIds=[nat["NatGatewayId"]], WaiterConfig={"Delay": 0, "MaxAttempts": 200}
    )
    return vpc, place, address, nat["NatGatewayId"]


def image(aws: Emulator) -> str:
    """An image for nodes."""
    path = "/aws/service/eks/optimized-ami/1.35/amazon-linux-2023/x86_64/standard/recommended"
    found = aws.client("ssm").get_parameter(Name=f"{path}/image_id")
    return found["Parameter"]["Value"]


def instance(aws: Emulator, place: str, **asked: Any) -> dict[str, Any]:
    """A new instance in a subnet."""
    wish = {"ImageId": image(aws), "InstanceType": "t3.medium", "MinCount": 1, "MaxCount": 1}
    launched = aws.client("ec2").run_instances(**{**wish, "SubnetId": place, **asked})
    return launched["Instances"][0]


def described(aws: Emulator, instance_id: str) -> dict[str, Any]:
    """What DescribeInstances answers of an instance."""
    found = aws.client("ec2").describe_instances(InstanceIds=[instance_id])
    return found["Reservations"][0]["Instances"][0]


@functools.cache
def cluster(aws: Emulator) -> str:
    """A cluster with a network plugin, for checks that leave it as it is."""
    name = aws.cluster()
    aws.client("eks").create_addon(clusterName=name, addonName="vpc-cni")
    return name


@functools.cache
def nodegroup(aws: Emulator) -> str:
    """A node group of :func:`cluster` that is ACTIVE, for checks that leave it as it is."""
    return aws.nodegroup(cluster(aws))["nodegroupName"]


__all__ = ["REGION", "unique"]
