"""The embedded AWS as a process of its own, and what its tests need to talk to it."""

import contextlib
import functools
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = Path(__file__).parents[2]
REGION = "ap-northeast-2"
# What a test waits at most for something that takes the emulator a moment.
PATIENCE = 60
# The same for its process to come up, which takes a second on a machine that is idle.
START_PATIENCE = 60
# The same for a control plane, which takes three on a machine that is idle.
CONTROL_PLANE_PATIENCE = 120
# What nodes need, and their network plugin if it has no role of its own.
NODE_POLICIES = (
    "AmazonEKSWorkerNodePolicy",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEKS_CNI_Policy",
)
# What EKS demands of a role that a service may take.
POLICIES = {"eks.amazonaws.com": ("AmazonEKSClusterPolicy",), "ec2.amazonaws.com": NODE_POLICIES}
NO_RETRY = Config(retries={"total_max_attempts": 1})

_numbers = itertools.count(1)


def unique(prefix: str) -> str:
    """A name that no other test has."""
    return f"{prefix}-{next(_numbers)}"


def command(*arguments: str, program: str = "rehearsal.aws") -> list[str]:
    """The command line of an emulator."""
    return [sys.executable, "-m", program, *arguments]


@dataclass(frozen=True)
class Emulator:
    """A running one."""

    url: str
    process: subprocess.Popen[str]
    log: Path
    patience: float = PATIENCE

    @functools.cache  # noqa: B019 - there are three of them
    def client(self, service: str, region: str = REGION, config: Config = NO_RETRY) -> Any:
        """A client of boto3 that talks to it, without a second try."""
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id="any",
            aws_secret_access_key="any",  # noqa: S106 - any will do
            config=config,
        )

    def signed_in(self, service: str, keys: dict[str, Any]) -> Any:
        """A client for whom STS has made keys."""
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )

    def ask(self, path: str) -> Any:
        """Its answer to a question of its own."""
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:  # noqa: S310
            return json.load(answer)

    @contextlib.contextmanager
    def at_speed(self, speed: float) -> Iterator[None]:
        """What starts within the block takes its real duration divided by `speed`."""
        self._set_speed(str(speed))
        try:
            yield
        finally:
            self._set_speed("max")

    def set_quota(self, name: str, value: int) -> None:
        """Let the account have so much of what a quota counts; "all" are all quotas."""
        self._put(f"/_rehearsal/quotas?name={name}&value={value}")

    @contextlib.contextmanager
    def at_quota(self, name: str, value: int) -> Iterator[None]:
        """Within the block the account can have so much of what the quota counts."""
        before = self.ask("/_rehearsal/quotas")[name]
        self.set_quota(name, value)
        try:
            yield
        finally:
            self.set_quota(name, before)

    def _set_speed(self, value: str) -> None:
        self._put(f"/_rehearsal/speed?value={value}")

    def _put(self, question: str) -> None:
        url = self.url + question
        change = urllib.request.Request(url, method="PUT")  # noqa: S310
        urllib.request.urlopen(change, timeout=PATIENCE).close()  # noqa: S310

    def arm(self, faults: str) -> None:
        """Let go wrong what a faults file with this text says, and nothing else."""
        change = urllib.request.Request(  # noqa: S310
            f"{self.url}/_rehearsal/faults", method="PUT", data=faults.encode()
        )
        urllib.request.urlopen(change, timeout=PATIENCE).close()  # noqa: S310

    def inventory(self) -> list[dict[str, Any]]:
        """What the account has."""
        return self.ask("/_rehearsal/inventory")

    def nodes(self, cluster: str) -> list[dict[str, Any]]:
        """The nodes of a cluster."""
        return self.ask(f"/_rehearsal/nodes?cluster={cluster}&region={REGION}")

    # --- what most tests begin with ---

    def role(self, service: str, *policies: str) -> str:
        """The ARN of a new role that a service may take.

        It has these policies of AWS's, or without any those that EKS demands of it.
        """
        actions = ["sts:AssumeRole", "sts:TagSession"]
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": service}, "Action": actions}
            ],
        }
        iam = self.client("iam")
        name = unique("role")
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        for policy in policies or POLICIES.get(service, ()):
            iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
        return made["Role"]["Arn"]

    def let_do_everything(self, role: str) -> None:
        """Make a role an administrator of the account."""
        policy = "arn:aws:iam::aws:policy/AdministratorAccess"
        name = role.rpartition("/")[2]
        self.client("iam").attach_role_policy(RoleName=name, PolicyArn=policy)

    def vpc(self) -> str:
        """The id of a new VPC, 10.0.0.0/16, with DNS host names."""
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        return vpc

    def subnets(self, vpc: str, zones: str = "abc", prefix: int = 24) -> list[str]:
        """The ids of new subnets of a VPC, one per zone."""
        ec2 = self.client("ec2")
        return [
            ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=f"10.0.{number}.0/{prefix}",
                AvailabilityZone=f"{REGION}{zone}",
            )["Subnet"]["SubnetId"]
            for number, zone in enumerate(zones)
        ]

    def make_public(self, subnets: list[str]) -> None:
        """Give subnets' instances public addresses, and their VPC's main table a way out."""
        ec2 = self.client("ec2")
        for subnet in subnets:
            ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
        vpc = ec2.describe_subnets(SubnetIds=subnets[:1])["Subnets"][0]["VpcId"]
        of_vpc = [{"Name": "vpc-id", "Values": [vpc]}]
        attached = [{"Name": "attachment.vpc-id", "Values": [vpc]}]
        if ec2.describe_internet_gateways(Filters=attached)["InternetGateways"]:
            return
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        main = {"Name": "association.main", "Values": ["true"]}
        (table,) = ec2.describe_route_tables(Filters=[*of_vpc, main])["RouteTables"]
        ec2.create_route(
            RouteTableId=table["RouteTableId"],
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=gateway,
        )

    def cluster(self, subnets: list[str] | None = None, **asked: Any) -> str:
        """The name of a new cluster that is ACTIVE, whose nodes find a way to it."""
        wish: dict[str, Any] = {
            "name": unique("cluster"),
            "accessConfig": {"authenticationMode": "API"},
            **asked,
        }
        if "roleArn" not in wish:
            wish["roleArn"] = self.role("eks.amazonaws.com")
        if "resourcesVpcConfig" not in wish:
            wish["resourcesVpcConfig"] = {"subnetIds": subnets or self.subnets(self.vpc())}
            self.make_public(wish["resourcesVpcConfig"]["subnetIds"])
        name = self.client("eks").create_cluster(**wish)["cluster"]["name"]
        active = f"{name} is ACTIVE"
        until(lambda: self.describe(name)["status"] == "ACTIVE", active, self.patience)
        return name

    def describe(self, cluster: str) -> dict[str, Any]:
        """What DescribeCluster answers."""
        return self.client("eks").describe_cluster(name=cluster)["cluster"]

    def nodegroup(self, cluster: str, **asked: Any) -> dict[str, Any]:
        """A new node group of two nodes that is ACTIVE."""
        eks = self.client("eks")
        wish: dict[str, Any] = {
            "nodegroupName": unique("group"),
            "subnets": self.describe(cluster)["resourcesVpcConfig"]["subnetIds"],
            "scalingConfig": {"minSize": 1, "desiredSize": 2, "maxSize": 4},
            **asked,
        }
        if "nodeRole" not in wish:
            wish["nodeRole"] = self.role("ec2.amazonaws.com")
        name = eks.create_nodegroup(clusterName=cluster, **wish)["nodegroup"]["nodegroupName"]
        return self.settled(cluster, name)

    def settled(self, cluster: str, nodegroup: str) -> dict[str, Any]:
        """A node group once it is ACTIVE."""
        eks = self.client("eks")

        def now() -> dict[str, Any]:
            return eks.describe_nodegroup(clusterName=cluster, nodegroupName=nodegroup)["nodegroup"]

        until(lambda: now()["status"] == "ACTIVE", f"{nodegroup} is ACTIVE")
        return now()

    def clusters(self) -> list[str]:
        """The names of all clusters; a single ListClusters answers with the first hundred."""
        pages = self.client("eks").get_paginator("list_clusters").paginate()
        return [name for page in pages for name in page["clusters"]]

    def nodegroups(self, cluster: str) -> list[str]:
        """The names of all node groups of a cluster."""
        pages = self.client("eks").get_paginator("list_nodegroups").paginate(clusterName=cluster)
        return [name for page in pages for name in page["nodegroups"]]

    def instances(self, nodegroup: str) -> list[dict[str, Any]]:
        """The running instances of a node group."""
        filters = [
            {"Name": "tag:eks:nodegroup-name", "Values": [nodegroup]},
            {"Name": "instance-state-name", "Values": ["running"]},
        ]
        reservations = self.client("ec2").describe_instances(Filters=filters)["Reservations"]
        return [instance for reservation in reservations for instance in reservation["Instances"]]


def until(condition: Callable[[], bool], hope: str, patience: float = PATIENCE) -> None:
    """Wait for something that will be so in a moment."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, f"not within {patience} s: {hope}"
        time.sleep(0.01)


@contextlib.contextmanager
def running(
    *arguments: str, program: str = "rehearsal.aws", **environment: str
) -> Iterator[Emulator]:
    """An emulator on any free port, as long as the block lasts."""
    with tempfile.TemporaryDirectory() as folder:
        endpoint = Path(folder) / "endpoint.json"
        log = Path(folder) / "log"
        process = subprocess.Popen(
            command("--endpoint-file", str(endpoint), *arguments, program=program),
            cwd=ROOT,
            env={**os.environ, **environment},
            stderr=log.open("w"),
            text=True,
        )
        try:
            until(endpoint.exists, "the endpoint file is there", START_PATIENCE)
            patience = CONTROL_PLANE_PATIENCE if "--kubernetes" in arguments else PATIENCE
            emulator = Emulator(json.loads(endpoint.read_text())["url"], process, log, patience)
            # Many tests share an account, which would soon be full by a new account's quotas.
            emulator.set_quota("all", 100_000)
            yield emulator
        finally:
            process.terminate()
            process.wait(PATIENCE)


def refusal(call: Callable[..., Any], **arguments: Any) -> tuple[str, str]:
    """Code and message of AWS's refusal of a call."""
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]
