"""A cluster without nodes: CoreDNS runs on Fargate, and profiles are replaced one by one."""

import yaml

from tests.components.stacks import KINDS
from tests.rehearsal.workspace import Workspace, changes, succeeded


def test_profiles_of_a_cluster_without_nodes_are_replaced(tmp_path):
    workspace = Workspace(tmp_path / "eks-cluster", stack="fargate")
    config, _ = KINDS["fargate-alone"]
    workspace.stack_file.write_text(yaml.safe_dump({"config": config}))
    try:
        succeeded(workspace.rehearse("--skip-preview"))

        # Both: the new ones are there before the old ones go.
        workspace.edit("namespace: jobs", "namespace: work")
        workspace.edit("k8s-app: kube-dns", "k8s-app: kube-*")
        changed = succeeded(workspace.rehearse("--skip-preview"))
        assert changes(changed)["replaced"] == 2, changed

        again = succeeded(workspace.rehearse("--skip-preview"))
        assert list(changes(again)) == ["unchanged"], again

        gone = succeeded(workspace.rehearse("--destroy", "--skip-preview"))
        assert "The embedded AWS holds nothing any more" in gone, gone
    finally:
        workspace.end()
