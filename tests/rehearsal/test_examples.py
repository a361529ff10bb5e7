"""The example stack files, as they are: up, nothing to change, destroyed, and nothing is left."""

import shutil
from pathlib import Path

import pytest

from spec import facts
from spec.stack_file import read_unpinned
from tests.bootstrap_policies import actions_of, policies_of
from tests.rehearsal.workspace import ROOT, Workspace, changes, succeeded, table

EXAMPLES = ROOT / "docs" / "examples"
NAMES = sorted(
    file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in EXAMPLES.glob("*.yaml")
)
NOTHING = "The embedded AWS holds nothing any more"
# What each says of the account before it makes anything.
TAKEN_FOR_GRANTED = {
    "existing-vpc": "The embedded account 123456789012 has what the stack file takes for granted: "
    "a VPC with 4 subnets.",
    "production": "The embedded account 123456789012 has what the stack file takes for granted: "
    "5 roles.",
}
# What the pipeline's role may do, whatever with: what of it is said in its policies is tested with
# them, and test_bootstrap.py deploys with it.
ALLOWED = actions_of(*policies_of("deploy"))


def needed_by(calls: set[tuple[str, str]]) -> set[str]:
    """What IAM asks of whoever makes these calls; anybody may ask who they are."""
    signed = {it for it in calls if it[0] not in ("", "sts")}
    return {action for it in signed for action in facts.iam_actions(*it)}


def workspace_of(tmp_path: Path, name: str) -> Workspace:
    """A workspace with an example as the stack of that name."""
    workspace = Workspace(tmp_path / "eks-cluster", stack=name)
    shutil.copy(EXAMPLES / f"Pulumi.{name}.yaml", workspace.stack_file)
    return workspace


@pytest.mark.parametrize("name", NAMES)
def test_an_example_comes_up_stays_as_it_is_and_goes(tmp_path, name):
    workspace = workspace_of(tmp_path, name)
    cluster = read_unpinned(workspace.stack_file).cluster
    try:
        up = succeeded(workspace.rehearse("--skip-preview"))
        nodes = table(up, f"Nodes of {name}:") if cluster.node_groups else []
        expected = sum(group.nodes.desired for group in cluster.node_groups.values())
        assert [node["STATUS"] for node in nodes] == ["Ready"] * expected, up
        said = TAKEN_FOR_GRANTED.get(name)
        assert said in up if said else "takes for granted" not in up

        again = succeeded(workspace.rehearse("--skip-preview"))
        assert list(changes(again)) == ["unchanged"], again
        assert "takes for granted" not in again, "all of it was there"

        assert needed_by(workspace.calls()) - ALLOWED == set(), "the pipeline's role may not"

        if cluster.control_plane.deletion_protection:
            refused = workspace.rehearse("--destroy")
            assert refused.returncode == 1
            assert "because it is protected" in refused.stdout
            assert " deleted (" not in refused.stdout, "nothing is gone, nodes least of all"
            assert "Traceback" not in refused.stdout + refused.stderr
            workspace.edit("deletionProtection: true", "deletionProtection: false")
            mended = succeeded(workspace.rehearse("--skip-preview"))
            assert len(table(mended, f"Nodes of {name}:")) == expected

        gone = succeeded(workspace.rehearse("--destroy", "--skip-preview"))
        kept = f" but what the stack file keeps: the log-group /aws/eks/{name}/cluster.\n"
        rest = kept if cluster.logging.keep_on_destroy else ": EC2, EKS, IAM, KMS and Logs are "
        assert f"{NOTHING}{rest}" in gone, gone
        assert not workspace.state.exists()
    finally:
        workspace.end()
