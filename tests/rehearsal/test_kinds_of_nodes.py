"""A stack with nodes of every operating system, and add-ons on them: up, unchanged, destroyed."""

from tests.rehearsal.workspace import Workspace, changes, succeeded, table
from tests.stack_files import write_lock

STACK = """\
config:
  aws:region: eu-central-1
  cluster:kubernetesVersion: "1.34"
  cluster:access: {admins: [creator]}
  cluster:nodeGroups:
    general: {instanceTypes: [m7i.large], nodes: 1}
    rocket:
      instanceTypes: [m7g.large]
      nodes: 1
      imageFamily: BOTTLEROCKET
      kubelet: {imageGCHighThresholdPercent: 80, imageGCLowThresholdPercent: 70}
      labels: {team: a}
    spots:
      instanceTypes: [m5.large, m5a.large]
      nodes: {min: 1, desired: 2, max: 4}
      capacityType: SPOT
      scaling: autoscaler
      repair: true
    windows: {instanceTypes: [m5.large], nodes: 1, imageFamily: WINDOWS_CORE_2022}
"""


def test_nodes_of_several_kinds_come_up_stay_and_go(tmp_path):
    workspace = Workspace(tmp_path / "eks-cluster", stack="nodes")
    workspace.stack_file.write_text(STACK)
    write_lock(workspace.stack_file)
    try:
        up = succeeded(workspace.rehearse("--skip-preview"))
        assert [node["STATUS"] for node in table(up, "Nodes of nodes:")] == ["Ready"] * 5, up
        again = succeeded(workspace.rehearse("--skip-preview"))
        assert list(changes(again)) == ["unchanged"], again
        gone = succeeded(workspace.rehearse("--destroy", "--skip-preview"))
        assert "The embedded AWS holds nothing any more" in gone
    finally:
        workspace.end()
