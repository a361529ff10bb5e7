"""The program under the real engine, without `ops` around it: as with a bare `pulumi up`."""

import os
import subprocess

import pytest

from tests.rehearsal.workspace import Workspace


@pytest.fixture
def preview(tmp_path):
    workspace = Workspace(tmp_path / "eks-cluster")
    (tmp_path / "backend").mkdir()
    environment = os.environ | {
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def pulumi(*arguments):
        return subprocess.run(
            ["pulumi", *arguments],
            cwd=workspace.path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def run(old, new):
        made = pulumi("stack", "init", "dev")
        assert made.returncode == 0, made.stdout + made.stderr
        workspace.edit(old, new)
        return pulumi("preview", "--stack", "dev", "--color", "never")

    return run


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "[t3.medium]",
            "[t3.medum]",
            "Pulumi.dev.yaml:17:23: cluster:nodeGroups.general.instanceTypes[0]: "
            '"t3.medum" is not a known EC2 instance type; did you mean "t3.medium"?',
        ),
        (
            '"1.36"',
            "1.30",
            "Pulumi.dev.yaml:6:30: cluster:kubernetesVersion: must be in quotes: YAML reads 1.30 "
            'as 1.3; write "1.30"',
        ),
    ],
)
def test_a_bad_stack_file_is_refused_before_anything_is_registered(preview, old, new, message):
    finished = preview(old, new)
    assert finished.returncode != 0
    assert message in finished.stdout
    assert "Traceback" not in finished.stdout + finished.stderr
    assert "aws:" not in finished.stdout.partition("Diagnostics:")[0], "a resource was registered"
