"""The embedded AWS keeps its state in a file, and goes on from there after its process has died."""

import json
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.rehearsal.emulator import PATIENCE, ROOT, Emulator, command, running, until


@pytest.fixture
def state(tmp_path):
    return tmp_path / "aws.state"


def kill(emulator: Emulator) -> None:
    emulator.process.send_signal(signal.SIGKILL)
    emulator.process.wait(PATIENCE)


def refused(state):
    finished = subprocess.run(
        command("--state", str(state)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert finished.returncode == 3
    return finished.stderr


def test_what_was_answered_is_there_after_a_kill(state):
    with running("--state", str(state)) as first:
        with ThreadPoolExecutor(10) as pool:
            make = first.client("ec2").create_vpc
            made = list(pool.map(lambda _: make(CidrBlock="10.9.0.0/16"), range(40)))
        role = first.role("pods.eks.amazonaws.com")
        policy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
        first.client("iam").attach_role_policy(RoleName=role.split("/")[1], PolicyArn=policy)
        key = first.client("kms").create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
        signed = first.client("kms").sign(
            KeyId=key["KeyMetadata"]["KeyId"],
            Message=b"it",
            SigningAlgorithm="RSASSA_PSS_SHA_256",
        )
        first.client("logs").create_log_group(logGroupName="/kept")
        first.client("ec2").create_placement_group(
            GroupName="kept", Strategy="partition", PartitionCount=3
        )
        first.client("ssm").put_parameter(Name="/kept", Value="here", Type="String")
        images = "/aws/service/eks/optimized-ami/1.36/amazon-linux-2023"
        parameter = f"{images}/x86_64/standard/recommended/image_id"
        image = first.client("ssm").get_parameter(Name=parameter)["Parameter"]["Value"]
        before = first.inventory()
        kill(first)
    with running("--state", str(state)) as second:
        assert second.inventory() == before
        kept = {vpc["VpcId"] for vpc in second.client("ec2").describe_vpcs()["Vpcs"]}
        assert {answer["Vpc"]["VpcId"] for answer in made} <= kept
        iam = second.client("iam")
        attached = iam.list_attached_role_policies(RoleName=role.split("/")[1])
        assert [it["PolicyArn"] for it in attached["AttachedPolicies"]] == [policy]
        assert iam.get_policy(PolicyArn=policy)["Policy"]["AttachmentCount"] == 1
        only = iam.list_policies(Scope="AWS", OnlyAttached=True)["Policies"]
        assert [it["Arn"] for it in only] == [policy]
        assert len(iam.list_policies(Scope="AWS", MaxItems=1000)["Policies"]) == 1000
        assert second.client("kms").verify(
            KeyId=key["KeyMetadata"]["KeyId"],
            Message=b"it",
            Signature=signed["Signature"],
            SigningAlgorithm="RSASSA_PSS_SHA_256",
        )["SignatureValid"]
        ssm = second.client("ssm")
        assert ssm.get_parameter(Name="/kept")["Parameter"]["Value"] == "here"
        assert ssm.get_parameter(Name=parameter)["Parameter"]["Value"] == image
        (group,) = second.client("ec2").describe_placement_groups()["PlacementGroups"]
        assert (group["GroupName"], group["PartitionCount"]) == ("kept", 3)
        found = second.client("ec2").describe_images(ImageIds=[image])["Images"]
        assert [it["ImageId"] for it in found] == [image]


def test_a_cluster_that_was_being_made_is_finished_when_its_time_has_come(state):
    # A control plane takes minutes, so that at this speed it takes twenty seconds: longer than
    # the second process needs to start on a machine that does much else.
    with running("--state", str(state), "--speed", "25") as first:
        eks = first.client("eks")
        subnets = first.subnets(first.vpc())
        eks.create_cluster(
            name="kept",
            roleArn=first.role("eks.amazonaws.com"),
            resourcesVpcConfig={"subnetIds": subnets},
            accessConfig={"authenticationMode": "API"},
        )
        described = eks.describe_cluster(name="kept")["cluster"]
        assert described["status"] == "CREATING"
        kill(first)
    with running("--state", str(state), "--speed", "25") as second:
        eks = second.client("eks")
        again = eks.describe_cluster(name="kept")["cluster"]
        assert again["createdAt"] == described["createdAt"]
        assert again["status"] == "CREATING", "its time has not come yet"
        until(
            lambda: eks.describe_cluster(name="kept")["cluster"]["status"] == "ACTIVE",
            "the cluster is ACTIVE",
        )
        eks.delete_cluster(name="kept")
        kill(second)
    time.sleep(13)  # longer than the deletion takes
    with running("--state", str(state), "--speed", "25") as third:
        until(
            lambda: third.client("eks").list_clusters()["clusters"] == [],
            "what fell due meanwhile has happened",
        )


def test_a_signal_in_the_middle_of_writing_leaves_a_whole_file(state):
    for _ in range(3):
        with running("--state", str(state)) as emulator:
            known = len(emulator.client("ec2").describe_vpcs()["Vpcs"])
            answered = 0
            with ThreadPoolExecutor(4) as pool:
                results = [
                    pool.submit(emulator.client("ec2").create_vpc, CidrBlock="10.9.0.0/16")
                    for _ in range(30)
                ]
                until(lambda: sum(it.done() for it in results) >= 5, "five are made")  # noqa: B023
                kill(emulator)
            answered = sum(it.exception() is None for it in results)
        with running("--state", str(state)) as emulator:
            there = len(emulator.client("ec2").describe_vpcs()["Vpcs"])
            assert known + answered <= there <= known + 30


def test_a_damaged_file_is_refused_by_name(state):
    state.write_bytes(b"no state at all")
    assert refused(state) == f"{state} is damaged: it does not begin as a state file does.\n"
    with running("--state", str(state.with_name("whole"))) as emulator:
        until(state.with_name("whole").exists, "it has saved")
        kill(emulator)
    whole = state.with_name("whole").read_bytes()
    state.write_bytes(whole[:-1])
    assert refused(state) == f"{state} is damaged: its checksum is not that of its content.\n"


def test_a_file_of_another_version_is_refused_by_name(state):
    with running("--state", str(state)) as emulator:
        until(state.exists, "it has saved")
        kill(emulator)
    heading, _, rest = state.read_bytes().partition(b"\n")
    origin = json.loads(heading)
    state.write_bytes(json.dumps(origin | {"moto": "5.0.0"}).encode() + b"\n" + rest)
    assert refused(state) == f"{state} was saved by another version of the embedded AWS.\n"


def test_a_folder_that_cannot_be_written_does_not_stop_the_rehearsal(tmp_path):
    if os.geteuid() == 0:
        place = tmp_path / "gone" / "aws.state"  # root may write everywhere that exists
    else:
        tmp_path.chmod(0o500)
        place = tmp_path / "aws.state"
    with running("--state", str(place)) as emulator:
        emulator.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")
        assert f"The state could not be saved in {place}" in emulator.log.read_text()
