"""The dev stack on days when AWS does not answer as it should."""

import re

import pytest

from tests.rehearsal.workspace import ROOT, Workspace, changes, table


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path / "eks-cluster")
    yield workspace
    workspace.rehearse("--destroy")


def told(output):
    """How often each fault has matched and fired, by its number."""
    heading = re.search(r"Faults of .*:", output)
    assert heading, output
    return {
        int(row["FAULT"]): (int(row["MATCHED"]), int(row["FIRED"]))
        for row in table(output, heading[0])
    }


def faults(workspace, text):
    path = workspace.path / "faults.yaml"
    path.write_text(text)
    return ("--faults", path.name)


def test_a_stack_gets_through_the_bad_day_of_the_documentation(workspace):
    finished = workspace.rehearse("--faults", "docs/faults.yaml")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert len(table(finished.stdout, "Nodes of dev:")) == 2
    counted = told(finished.stdout)
    assert counted[1][1] >= 5, "throttling"
    assert counted[2][1] >= 2, "server-error"
    assert counted[3] == (2, 1), "lost, and made again with the same token"
    assert counted[4] == (0, 0)
    assert "\nNever fired: 4.\n" in finished.stdout
    again = workspace.rehearse()
    assert set(changes(again.stdout)) == {"unchanged"}
    gone = workspace.rehearse("--destroy", "--faults", "docs/faults.yaml")
    assert "The embedded AWS holds nothing any more" in gone.stdout, gone.stdout + gone.stderr


def test_a_credential_that_expires_in_the_middle_ends_the_run_and_a_new_one_goes_on(workspace):
    expiring = faults(workspace, "- {action: expired-credential, when: {from: 60}}\n")
    ended = workspace.rehearse(*expiring)
    assert ended.returncode != 0
    assert "ExpiredToken" in ended.stdout or "RequestExpired" in ended.stdout, ended.stdout
    assert told(ended.stdout)[1][1] >= 1
    finished = workspace.rehearse()
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert len(table(finished.stdout, "Nodes of dev:")) == 2


def test_credentials_that_have_expired_are_told_in_a_sentence(workspace):
    expired = faults(workspace, "- {action: expired-credential, match: {service: sts}}\n")
    ended = workspace.rehearse(*expired)
    assert ended.returncode != 0
    assert "error: AWS was asked and did not answer: operation error STS" in ended.stdout
    assert "ExpiredToken: The security token included in the request is expired" in ended.stdout
    assert "`aws sts get-caller-identity` tells whether" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_zone_without_capacity_shows_in_the_words_of_eks(workspace):
    short = faults(workspace, "- {action: insufficient-capacity, match: {zone: '*b'}}\n")
    failed = workspace.rehearse(*short)
    assert failed.returncode != 0
    assert (
        "AsgInstanceLaunchFailures: Could not launch On-Demand Instances. "
        "InsufficientInstanceCapacity - We currently do not have sufficient t3.medium capacity"
    ) in failed.stdout, failed.stdout
    finished = workspace.rehearse()
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_a_mistake_in_the_file_starts_nothing(workspace):
    refused = workspace.rehearse(*faults(workspace, "- {action: throtling}\n"))
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        "error: faults.yaml:1:12: fault 1.action: must be one of throttling,"
    )
    assert 'did you mean "throttling"?' in refused.stderr
    assert not workspace.state.exists()


def test_a_faults_file_that_is_not_there_is_named(workspace):
    refused = workspace.rehearse("--faults", "nowhere.yaml")
    assert (refused.returncode, refused.stderr) == (1, "error: nowhere.yaml: does not exist\n")


def test_the_example_is_the_one_of_the_documentation():
    text = (ROOT / "docs" / "faults.yaml").read_text()
    assert text in (ROOT / "docs" / "faults.md").read_text()
