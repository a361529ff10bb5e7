"""Faults: what AWS does not answer as it should, at which call, and how the clients take it."""

import pytest
from botocore.config import Config
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from tests.rehearsal.emulator import running


@pytest.fixture(scope="module")
def faulty():
    """An embedded AWS of these tests' own, as faults are for all of its clients."""
    with running() as emulator:
        yield emulator


@pytest.fixture
def arm(faulty):
    """Arms faults for one test."""
    yield faulty.arm
    faulty.arm("")


def serials(emulator):
    return [call["serial"] for call in emulator.ask("/_rehearsal/calls")]


def last_calls(emulator, number):
    return [
        (call["service"], call["operation"], call["kind"], call["status"], call["code"])
        for call in emulator.ask("/_rehearsal/calls")[-number:]
    ]


def impatient(emulator, service):
    return emulator.client(
        service, config=Config(read_timeout=0.5, retries={"total_max_attempts": 1})
    )


def vpcs(emulator):
    return len(emulator.client("ec2").describe_vpcs()["Vpcs"])


def test_the_log_of_calls_tells_reads_from_writes_in_every_protocol(faulty):
    faulty.client("ec2").describe_vpcs()
    faulty.role("eks.amazonaws.com")
    faulty.client("logs").create_log_group(logGroupName="/told")
    faulty.client("eks").list_clusters()
    with pytest.raises(Exception, match="ResourceNotFoundException"):
        faulty.client("eks").delete_cluster(name="none")
    assert last_calls(faulty, 5) == [
        ("ec2", "DescribeVpcs", "read", 200, ""),
        ("iam", "CreateRole", "write", 200, ""),
        ("logs", "CreateLogGroup", "write", 200, ""),
        ("eks", "ListClusters", "read", 200, ""),
        ("eks", "DeleteCluster", "write", 404, "ResourceNotFoundException"),
    ]
    assert serials(faulty) == list(range(1, len(serials(faulty)) + 1))


def test_a_lost_answer_is_that_of_a_call_that_was_carried_out(faulty, arm):
    arm("- {match: {service: ec2, operation: CreateVpc}, when: {nth: 1}, action: lost}")
    before = vpcs(faulty)
    with pytest.raises(ConnectionClosedError):
        faulty.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert vpcs(faulty) == before + 1
    assert faulty.ask("/_rehearsal/faults")[0]["fired"] == 1


def test_a_call_that_hangs_was_carried_out(faulty, arm):
    arm("- {match: {operation: CreateVpc}, action: hang}")
    before = vpcs(faulty)
    with pytest.raises(ReadTimeoutError):
        impatient(faulty, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert vpcs(faulty) == before + 1


def test_a_call_that_times_out_was_not_carried_out(faulty, arm):
    arm("- {match: {operation: CreateVpc}, action: time-out}")
    before = vpcs(faulty)
    with pytest.raises(ReadTimeoutError):
        impatient(faulty, "ec2").create_vpc(CidrBlock="10.0.0.0/16")
    assert vpcs(faulty) == before


def test_the_nth_write_of_all_is_hit_whatever_it_is(faulty, arm):
    arm("- {when: {nth: 2, writes: true}, action: lost}")
    faulty.role("eks.amazonaws.com")
    faulty.client("iam").list_roles()
    with pytest.raises(ConnectionClosedError):
        faulty.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    faulty.role("eks.amazonaws.com")
    assert [(it["matched"], it["fired"]) for it in faulty.ask("/_rehearsal/faults")] == [(3, 1)]


def test_a_parameter_is_found_wherever_the_request_has_it(faulty, arm):
    arm("- {match: {parameters: {CidrBlock: '10.7.*'}}, action: lost}")
    faulty.client("ec2").create_vpc(CidrBlock="10.6.0.0/16")
    with pytest.raises(ConnectionClosedError):
        faulty.client("ec2").create_vpc(CidrBlock="10.7.0.0/16")


def test_a_text_that_is_no_faults_file_is_a_bad_request_and_changes_nothing(faulty, arm):
    arm("- {action: lost, when: {nth: 999}}")
    with pytest.raises(OSError, match="400"):
        arm("- {action: loose}")
    assert [it["action"] for it in faulty.ask("/_rehearsal/faults")] == ["lost"]
