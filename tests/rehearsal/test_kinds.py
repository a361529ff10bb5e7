"""Stacks that say what the examples leave out: up, nothing to change, destroyed, nothing is left.

They are those that the tests of components look at one by one; here the engine and the embedded
AWS take them as a whole.
"""

import pytest
import yaml

from spec.stack_file import read_unpinned
from tests.components.stacks import KINDS
from tests.rehearsal.workspace import Workspace, changes, succeeded, table

NAMES = (
    "everything",
    "local-zones",
    "auto-mode-with-groups",
    "dual-stack",
    "given-keys",
    "fargate",
    "storage",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_stack_comes_up_stays_as_it_is_and_goes(tmp_path, name):
    workspace = Workspace(tmp_path / "eks-cluster", stack=name)
    config, _ = KINDS[name]
    workspace.stack_file.write_text(yaml.safe_dump({"config": config}))
    cluster = read_unpinned(workspace.stack_file).cluster
    try:
        up = succeeded(workspace.rehearse("--skip-preview"))
        nodes = table(up, f"Nodes of {cluster.name}:")
        expected = sum(group.nodes.desired for group in cluster.node_groups.values())
        assert [node["STATUS"] for node in nodes] == ["Ready"] * expected, up

        again = succeeded(workspace.rehearse("--skip-preview"))
        assert list(changes(again)) == ["unchanged"], again

        if cluster.control_plane.deletion_protection:
            workspace.edit("deletionProtection: true", "deletionProtection: false")
            succeeded(workspace.rehearse("--skip-preview"))
        gone = succeeded(workspace.rehearse("--destroy", "--skip-preview"))
        assert "The embedded AWS holds nothing any more" in gone, gone
    finally:
        workspace.end()


def test_an_addon_whose_phase_changes_stays_the_same(tmp_path):
    workspace = Workspace(tmp_path / "eks-cluster", stack="storage")
    config, _ = KINDS["storage"]
    workspace.stack_file.write_text(yaml.safe_dump({"config": config}))
    try:
        succeeded(workspace.rehearse("--skip-preview"))
        workspace.edit("metrics-server: {}", "metrics-server: {phase: beforeNodes}")
        again = succeeded(workspace.rehearse("--skip-preview"))
        assert "aws:eks:Addon dev-metrics-server updated" in again, again
        assert not {"created", "deleted", "replaced"} & set(changes(again)), again
    finally:
        workspace.end()
