"""What AWS tells about itself: who calls, regions, zones, instance types, images."""

from typing import Any

import boto3

from bench.fidelity.checks import ACCOUNT, REGION, check, named, refused, trust, unique
from tests.rehearsal.emulator import Emulator

# vCPUs, MiB, network interfaces, IPv4 addresses of each.
# https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-types.html
INSTANCE_TYPES = {
    "t3.micro": (2, 1024, 2, 2),
    "t3.small": (2, 2048, 3, 4),
    "t3.medium": (2, 4096, 3, 6),
    "t3.large": (2, 8192, 3, 12),
    "t3.xlarge": (4, 16384, 4, 15),
    "t4g.medium": (2, 4096, 3, 6),
    "m5.large": (2, 8192, 3, 10),
    "m5.xlarge": (4, 16384, 4, 15),
    "m5.2xlarge": (8, 32768, 4, 15),
    "m5.24xlarge": (96, 393216, 15, 50),
    "m6i.large": (2, 8192, 3, 10),
    "m7i.xlarge": (4, 16384, 4, 15),
    "c5.large": (2, 4096, 3, 10),
    "c5.4xlarge": (16, 32768, 8, 30),
    "c6g.large": (2, 4096, 3, 10),
    "r5.large": (2, 16384, 3, 10),
    "r6g.large": (2, 16384, 3, 10),
    "g5.xlarge": (4, 16384, 4, 15),
}


@check("sts", "GetCallerIdentity")
def caller(aws: Emulator) -> None:
    identity = aws.client("sts").get_caller_identity()
    assert identity["Account"] == ACCOUNT
    assert identity["Arn"].startswith(f"arn:aws:iam::{ACCOUNT}:")


def _as(aws: Emulator, role: str) -> Any:
    keys = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="check")["Credentials"]
    return boto3.client(
        "sts",
        region_name=REGION,
        endpoint_url=aws.url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


@check("sts", "GetCallerIdentity other account")
def caller_of_another_account(aws: Emulator) -> None:
    identity = _as(aws, "arn:aws:iam::210987654321:role/there").get_caller_identity()
    assert identity["Account"] == "210987654321"


@check("sts", "AssumeRole")
def assumed_role(aws: Emulator) -> None:
    name = unique("role")
    made = aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust(AWS=ACCOUNT))
    identity = _as(aws, made["Role"]["Arn"]).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/check"


def _zones(aws: Emulator, region: str) -> list[dict[str, Any]]:
    return aws.client("ec2", region).describe_availability_zones()["AvailabilityZones"]


def _check_zones(aws: Emulator, region: str, letters: str, prefix: str) -> None:
    zones = _zones(aws, region)
    assert [zone["ZoneName"] for zone in zones] == [f"{region}{letter}" for letter in letters]
    assert all(zone["ZoneId"].startswith(f"{prefix}-az") for zone in zones)
    assert all(zone["State"] == "available" for zone in zones)


@check("ec2", "DescribeAvailabilityZones ap-northeast-2")
def zones_of_seoul(aws: Emulator) -> None:
    _check_zones(aws, "ap-northeast-2", "abcd", "apne2")


@check("ec2", "DescribeAvailabilityZones eu-west-1")
def zones_of_ireland(aws: Emulator) -> None:
    _check_zones(aws, "eu-west-1", "abc", "euw1")


@check("ec2", "DescribeAvailabilityZones us-west-2")
def zones_of_oregon(aws: Emulator) -> None:
    _check_zones(aws, "us-west-2", "abcd", "usw2")


@check("ec2", "DescribeAvailabilityZones us-east-1")
def zones_of_virginia(aws: Emulator) -> None:
    _check_zones(aws, "us-east-1", "abcdef", "use1")


@check("ec2", "DescribeAvailabilityZones filters")
def zones_by_filter(aws: Emulator) -> None:
    describe = aws.client("ec2").describe_availability_zones
    assert len(describe(Filters=named(state="available"))["AvailabilityZones"]) == 4
    (one,) = describe(ZoneNames=[f"{REGION}c"])["AvailabilityZones"]
    assert one["ZoneName"] == f"{REGION}c"
    (same,) = describe(Filters=named(zone_id=one["ZoneId"]))["AvailabilityZones"]
    assert same["ZoneName"] == one["ZoneName"]


@check("ec2", "DescribeRegions")
def regions(aws: Emulator) -> None:
    found = aws.client("ec2").describe_regions()["Regions"]
    assert {"ap-northeast-2", "eu-west-1", "us-east-1"} <= {one["RegionName"] for one in found}
    (one,) = aws.client("ec2").describe_regions(RegionNames=["eu-west-1"])["Regions"]
    assert one["Endpoint"] == "ec2.eu-west-1.amazonaws.com"


@check("ec2", "DescribeInstanceTypes realism")
def types_are_real(aws: Emulator) -> None:
    found = aws.client("ec2").describe_instance_types(InstanceTypes=list(INSTANCE_TYPES))
    assert {
        one["InstanceType"]: (
            one["VCpuInfo"]["DefaultVCpus"],
            one["MemoryInfo"]["SizeInMiB"],
            one["NetworkInfo"]["MaximumNetworkInterfaces"],
            one["NetworkInfo"]["Ipv4AddressesPerInterface"],
        )
        for one in found["InstanceTypes"]
    } == INSTANCE_TYPES


@check("ec2", "DescribeInstanceTypes fields")
def types_have_their_members(aws: Emulator) -> None:
    found = aws.client("ec2").describe_instance_types(InstanceTypes=["m7g.large"])
    (one,) = found["InstanceTypes"]
    assert one["ProcessorInfo"]["SupportedArchitectures"] == ["arm64"]
    assert one["Hypervisor"] == "nitro"
    assert "spot" in one["SupportedUsageClasses"]
    assert one["CurrentGeneration"] is True


@check("ec2", "DescribeInstanceTypes all (paginate)")
def types_are_paged(aws: Emulator) -> None:
    pages = aws.client("ec2").get_paginator("describe_instance_types").paginate()
    assert sum(len(page["InstanceTypes"]) for page in pages) > 600


@check("ec2", "DescribeInstanceTypes unknown")
def type_that_is_none(aws: Emulator) -> None:
    describe = aws.client("ec2").describe_instance_types
    refused("InvalidInstanceType", describe, InstanceTypes=["t33.medium"])


@check("ec2", "DescribeInstanceTypes GpuInfo")
def type_with_an_accelerator(aws: Emulator) -> None:
    found = aws.client("ec2").describe_instance_types(InstanceTypes=["g5.xlarge"])
    (gpu,) = found["InstanceTypes"][0]["GpuInfo"]["Gpus"]
    assert (gpu["Manufacturer"], gpu["Name"], gpu["Count"]) == ("NVIDIA", "A10G", 1)


@check("ec2", "DescribeInstanceTypeOfferings by AZ")
def types_by_zone(aws: Emulator) -> None:
    found = aws.client("ec2").describe_instance_type_offerings(
        LocationType="availability-zone", Filters=named(instance_type="t3.medium")
    )
    zones = {one["Location"] for one in found["InstanceTypeOfferings"]}
    assert zones == {f"{REGION}{letter}" for letter in "abcd"}


@check("ec2", "DescribeInstanceTypeOfferings by AZ id")
def types_by_zone_id(aws: Emulator) -> None:
    found = aws.client("ec2").describe_instance_type_offerings(
        LocationType="availability-zone-id", Filters=named(instance_type="m5.large")
    )
    zones = {one["Location"] for one in found["InstanceTypeOfferings"]}
    assert zones == {zone["ZoneId"] for zone in _zones(aws, REGION)}


@check("ec2", "DescribeImages amazon eks")
def images_of_eks(aws: Emulator) -> None:
    found = aws.client("ec2").describe_images(
        Owners=["amazon"],
        Filters=[{"Name": "name", "Values": ["amazon-eks-node-al2023-x86_64-standard-1.35-*"]}],
    )["Images"]
    assert found
    newest = max(found, key=lambda one: one["CreationDate"])
    assert newest["Architecture"] == "x86_64"
    assert newest["RootDeviceName"] == "/dev/xvda"


def _parameter(aws: Emulator, path: str) -> str:
    return aws.client("ssm").get_parameter(Name=f"/aws/service/{path}")["Parameter"]["Value"]


STANDARD = "amazon-linux-2023/x86_64/standard/recommended"


@check("ssm", f"GetParameter eks/optimized-ami/1.34/{STANDARD}/image_id")
def node_image(aws: Emulator) -> None:
    value = _parameter(aws, f"eks/optimized-ami/1.34/{STANDARD}/image_id")
    (found,) = aws.client("ec2").describe_images(ImageIds=[value])["Images"]
    assert "1.34" in found["Name"]


@check("ssm", f"GetParameter eks/optimized-ami/1.34/{STANDARD}/release_version")
def node_release(aws: Emulator) -> None:
    assert _parameter(aws, f"eks/optimized-ami/1.34/{STANDARD}/release_version").startswith("1.34.")


@check("ssm", "GetParameter eks/optimized-ami/1.31/amazon-linux-2/recommended/image_id")
def old_node_image(aws: Emulator) -> None:
    value = _parameter(aws, "eks/optimized-ami/1.31/amazon-linux-2/recommended/image_id")
    assert value.startswith("ami-")


@check("ssm", "GetParameter bottlerocket/aws-k8s-1.34/x86_64/latest/image_id")
def bottlerocket_image(aws: Emulator) -> None:
    value = _parameter(aws, "bottlerocket/aws-k8s-1.34/x86_64/latest/image_id")
    (found,) = aws.client("ec2").describe_images(ImageIds=[value])["Images"]
    assert found["Name"].startswith("bottlerocket-aws-k8s-1.34-x86_64-")


@check("ssm", "GetParameter ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")
def plain_image(aws: Emulator) -> None:
    path = "ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    assert _parameter(aws, path).startswith("ami-")


@check("ssm", "PutParameter /aws/service (seedable?)")
def parameter_of_aws(aws: Emulator) -> None:
    asked = {"Name": "/aws/service/eks/mine", "Value": "x", "Type": "String"}
    put = aws.client("ssm").put_parameter
    refused(("AccessDeniedException", "ValidationException"), put, **asked)


@check("ssm", "GetParameter missing")
def parameter_that_is_not_there(aws: Emulator) -> None:
    refused("ParameterNotFound", aws.client("ssm").get_parameter, Name="/nowhere")
