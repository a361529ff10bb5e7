"""Rehearsals on days when something else goes wrong than the stack file."""

import fcntl
import os
import signal
import subprocess
import sys

import pytest

from tests.rehearsal.workspace import Workspace, changes, table


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path / "eks-cluster")
    yield workspace
    workspace.rehearse("--destroy")


def test_an_embedded_aws_that_was_killed_goes_on_where_it_was(workspace):
    assert workspace.rehearse().returncode == 0
    os.kill(workspace.aws_process, signal.SIGKILL)
    again = workspace.rehearse()
    assert again.returncode == 0, again.stdout + again.stderr
    assert again.stdout.startswith("The embedded AWS had ended; it goes on where it was.\n")
    assert set(changes(again.stdout)) == {"unchanged"}
    assert len(table(again.stdout, "Nodes of dev:")) == 2
    os.kill(workspace.aws_process, signal.SIGKILL)
    gone = workspace.rehearse("--destroy")
    assert "The embedded AWS holds nothing any more" in gone.stdout, gone.stdout + gone.stderr


def test_a_rehearsal_whose_saved_state_is_damaged_begins_anew(workspace):
    assert workspace.rehearse().returncode == 0
    os.kill(workspace.aws_process, signal.SIGKILL)
    saved = workspace.state / "aws.state"
    saved.write_bytes(saved.read_bytes()[:-1])
    finished = workspace.rehearse()
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert finished.stdout.startswith(
        f"The embedded AWS has ended: {saved} is damaged: its checksum is not that of its content. "
        "The rehearsal begins anew.\n"
    )
    assert set(changes(finished.stdout)) == {"created"}


def test_the_stack_file_of_a_real_stack_can_be_rehearsed_and_be_gone_at_destroy(workspace):
    with workspace.stack_file.open("a") as file:
        file.write("secretsprovider: awskms://alias/x\nencryptedkey: QUJD\nencryptionsalt: v1:x\n")
    finished = workspace.rehearse()
    assert finished.returncode == 0, finished.stdout + finished.stderr
    workspace.stack_file.unlink()
    gone = workspace.rehearse("--destroy")
    assert "The embedded AWS holds nothing any more" in gone.stdout, gone.stdout + gone.stderr


def test_destroying_what_was_never_made_is_no_error(workspace):
    finished = workspace.rehearse("--destroy")
    assert (finished.returncode, finished.stdout) == (0, "There is no rehearsal of dev.\n")


def test_two_commands_at_once_do_not_meet(workspace):
    locks = workspace.state.parent
    locks.mkdir()
    with (locks / "dev.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        finished = workspace.rehearse()
    assert finished.returncode == 1
    assert finished.stderr == ("error: another command is rehearsing dev now; wait for it to end\n")


def test_a_stack_without_a_file_is_named(workspace):
    finished = subprocess.run(
        [sys.executable, "-m", "ops", "rehearse", "prod"],
        cwd=workspace.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert finished.stderr == (
        "error: Pulumi.prod.yaml: does not exist; stack files here: Pulumi.dev.yaml\n"
    )


def test_a_missing_engine_is_named_with_its_remedy(workspace, tmp_path):
    bare = tmp_path / "python"
    bare.symlink_to(sys.executable)
    finished = subprocess.run(
        [str(bare), "-m", "ops", "rehearse", "dev"],
        cwd=workspace.path,
        env={"PATH": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert "error: there is no `pulumi` command; run `make setup` first\n" in finished.stderr


def test_a_speed_that_is_none_is_refused(workspace):
    finished = workspace.rehearse(speed="fast")
    assert finished.returncode == 2
    assert "--speed: must be a number greater than 0, or max, not 'fast'" in finished.stderr


def test_real_credentials_and_endpoints_of_the_shell_are_not_used(workspace, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", "https://ec2.example.invalid")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.invalid:3128")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example.invalid:3128")
    finished = workspace.rehearse()
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_a_change_that_aws_refuses_is_told_in_its_words_and_can_be_taken_back(workspace):
    assert workspace.rehearse().returncode == 0
    workspace.edit('"1.36"', '"1.35"')
    refused = workspace.rehearse()
    assert refused.returncode != 0
    assert (
        "updating EKS Cluster (dev) version: operation error EKS: UpdateClusterVersion"
        in refused.stdout
    )
    assert "Unsupported Kubernetes minor version update from 1.36 to 1.35" in refused.stdout
    assert "Traceback" not in refused.stdout + refused.stderr
    workspace.edit('"1.35"', '"1.36"')
    mended = workspace.rehearse()
    assert mended.returncode == 0, mended.stdout + mended.stderr
    assert len(table(mended.stdout, "Nodes of dev:")) == 2
