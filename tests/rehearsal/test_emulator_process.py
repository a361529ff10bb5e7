"""The embedded AWS as a process: how it starts, how it stops, and what it says when it cannot."""

import json
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal.conftest import UNFRIENDLY
from tests.rehearsal.emulator import PATIENCE, ROOT, command, until


def run(*arguments):
    return subprocess.run(
        command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_a_taken_port_is_named_with_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        finished = run("--port", str(port))
    assert finished.returncode == 1
    assert finished.stderr == (
        f"Port {port} on 127.0.0.1 cannot be used ([Errno 98] Address already in use): stop the "
        "program that listens there, or choose another port with --port (0 takes any free one).\n"
    )


@pytest.mark.parametrize("speed", ["0", "-1", "fast"])
def test_a_speed_that_is_no_positive_number_is_refused(speed):
    finished = run(f"--speed={speed}")
    assert finished.returncode == 2
    assert f"'{speed}' is neither a positive number nor 'max'" in finished.stderr


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_within_a_second_of_a_signal_and_takes_its_endpoint_file_along(ending, tmp_path):
    endpoint = tmp_path / "endpoint.json"
    process = subprocess.Popen(
        command("--endpoint-file", str(endpoint)), cwd=ROOT, stderr=subprocess.DEVNULL
    )
    until(endpoint.exists, "it has started")
    assert json.loads(endpoint.read_text())["pid"] == process.pid
    process.send_signal(ending)
    assert process.wait(PATIENCE) == 0
    assert not endpoint.exists()


def test_profiles_and_settings_of_the_caller_do_not_disturb_it(aws):
    assert "AWS_PROFILE" in UNFRIENDLY
    assert aws.client("sts").get_caller_identity()["Account"] == "123456789012"


def test_it_listens_on_loopback_only(aws):
    port = int(aws.url.rpartition(":")[2])
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[1].endswith(f":{port:04X}") and line.split()[3] == "0A"
    ]
    assert listening == [f"0100007F:{port:04X}"]


def test_what_it_does_not_serve_it_says_so_and_once(aws):
    with pytest.raises(ClientError) as refusal:
        aws.client("eks").list_eks_anywhere_subscriptions()
    assert refusal.value.response["Error"] == {
        "Code": "UnsupportedOperation",
        "Message": "The embedded AWS does not serve eks:ListEksAnywhereSubscriptions",
    }


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("ec2", "create_ipam"),
        ("iam", "enable_outbound_web_identity_federation"),
        ("kms", "describe_custom_key_stores"),
    ],
)
def test_a_call_that_moto_lacks_is_an_error_of_its_protocol(aws, service, operation):
    with pytest.raises(ClientError) as refusal:
        getattr(aws.client(service), operation)()
    assert refusal.value.response["Error"]["Code"] == "NotImplemented"
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_question_it_does_not_understand_is_a_bad_request(aws):
    with pytest.raises(OSError, match="400"):
        aws.ask("/_rehearsal/nodes?cluster=only")


@pytest.mark.parametrize("value", ["0", "fast"])
def test_a_speed_cannot_be_changed_to_no_speed(aws, value):
    with pytest.raises(OSError, match="400"), aws.at_speed(value):
        pass


def test_ten_at_a_time_lose_nothing(aws):
    ec2 = aws.client("ec2")
    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(lambda _: ec2.create_vpc(CidrBlock="10.9.0.0/16"), range(50)))
    ids = {answer["Vpc"]["VpcId"] for answer in made}
    assert len(ids) == 50
    assert ids <= {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]}
    for vpc in ids:
        ec2.delete_vpc(VpcId=vpc)


def test_its_log_names_service_region_and_action(aws):
    aws.client("ec2", "us-east-1").describe_vpcs()
    aws.client("kms").list_keys()
    aws.client("eks").list_clusters()
    lines = [line.rpartition(" ")[0] for line in aws.log.read_text().splitlines()]
    assert lines[-3:] == [
        "ec2 us-east-1 DescribeVpcs 200",
        "kms ap-northeast-2 ListKeys 200",
        "eks ap-northeast-2 ListClusters 200",
    ]
    assert "\x1b" not in aws.log.read_text(), "no colours in a log"
