"""What a rehearsal says of times, with the real engine's event log and its order of deletions."""

import itertools
import json
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from bench.makespan.__main__ import GOAL
from bench.makespan.orders import makespan, read_order
from ops.report.durations import typical
from ops.report.events import Operation
from ops.report.graph import read_graph
from ops.report.schedule import critical_path, simulated
from spec import facts
from tests.rehearsal.workspace import Workspace, succeeded

CHECKPOINT = "backend/.pulumi/stacks/eks-cluster/dev.json"
DELETING = re.compile(r" - +(\S+) (\S+) deleting \(0s\)")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("times") / "eks-cluster")
    yield workspace
    workspace.rehearse("--destroy")


@pytest.fixture(scope="module")
def up(workspace):
    return succeeded(workspace.rehearse())


@pytest.mark.usefixtures("up")
class TestStory:
    """Steps of one rehearsal; each goes on where the one before has stopped."""

    def test_up_ends_with_what_it_would_take_on_aws(self, up):
        said = re.search(r"On AWS this `pulumi up` typically takes (\d+) min \d+ s\.", up)
        typical = facts.durations()
        at_least = sum(
            typical[it].seconds
            for it in [
                "kms-key.create",
                "cluster.create",
                "addon.create",
                "nodegroup.create",
                "addon.create.deployment",
            ]
        )
        assert said
        assert 0 <= int(said[1]) - at_least // 60 <= 1
        block = up[said.start() :].partition("\n\n")[0]
        assert len(block.splitlines()) <= 10
        chain = ["dev-eksCluster (Cluster)", "dev-general (NodeGroup)", "dev-on-nodes-coredns"]
        places = [block.index(name) for name in chain]
        assert places == sorted(places)

    def test_table_and_picture_are_where_it_says(self, workspace, up):
        text, picture = re.search(r"All of it: (\S+), and as a picture (\S+)", up).groups()
        assert "WAITED FOR" in (workspace.path / text).read_text()
        ET.fromstring((workspace.path / picture).read_text())  # noqa: S314  our own

    def test_the_command_tells_the_same_again(self, workspace):
        told = subprocess.run(
            [sys.executable, "-m", "ops", "report", "--json"],
            cwd=workspace.path,
            capture_output=True,
            text=True,
            check=True,
        )
        report = json.loads(told.stdout)
        assert report["speed"] == "inf"
        path = [urn.rpartition("::")[2] for urn in report["criticalPath"]]
        assert path[-2:] == ["dev-general", "dev-on-nodes-coredns"]
        custom = [it for it in workspace.deployment()["resources"] if it.get("custom")]
        made = {it["urn"] for it in report["resources"]}
        assert made <= {it["urn"] for it in custom}
        assert len(made) > 40

    def test_a_run_that_changes_nothing_says_nothing_of_times(self, workspace):
        finished = workspace.rehearse()
        assert finished.returncode == 0
        assert "On AWS" not in finished.stdout

    def test_nat_gateways_are_deleted_beside_the_control_plane(self, workspace):
        waves, types = self.waves(workspace)
        (beside,) = (
            {types[urn] for urn in wave}
            for wave in waves
            if "aws:eks/cluster:Cluster" in {types[urn] for urn in wave}
        )
        assert "aws:ec2/natGateway:NatGateway" in beside

    def test_destroy_takes_little_more_than_what_aws_forces(self, workspace):
        _, types = self.waves(workspace)
        deletions = [
            Operation(
                urn=urn, type=type_, kind="delete", begun=0, ended=0, inputs={}, changed=frozenset()
            )
            for urn, type_ in types.items()
        ]
        graph = read_graph([workspace.state / CHECKPOINT])
        (*_, last) = critical_path(
            simulated(deletions, graph, lambda it: fact.seconds if (fact := typical(it)) else 0.0)
        )
        assert last.ends <= GOAL * makespan(read_order("bound", "destroy"))

    @staticmethod
    def waves(workspace):
        """The URNs of each wave of deletions, and the type of each resource by URN."""
        types = {it["urn"]: it["type"] for it in workspace.deployment()["resources"]}
        return read_graph([workspace.state / CHECKPOINT]).waves(types), types

    def test_deletions_come_in_the_waves_that_the_report_reckons_with(self, workspace):
        waves, types = self.waves(workspace)
        wave_of = {
            (_displayed(types[urn]), urn.rpartition("::")[2]): number
            for number, wave in enumerate(waves)
            for urn in wave
        }
        finished = workspace.rehearse("--destroy")
        assert finished.returncode == 0, finished.stdout + finished.stderr
        begun = [wave_of[found] for found in DELETING.findall(finished.stdout)]
        assert len(begun) > 40, finished.stdout
        assert begun == sorted(begun)
        # Each of many waves is seen, or the order would prove little.
        assert len(set(begun)) > 10
        assert all(later - earlier <= 2 for earlier, later in itertools.pairwise(begun))
        assert "On AWS this `pulumi destroy` typically takes" in finished.stdout
        for ending in ("svg", "txt"):
            assert (workspace.state.parent / f"dev-destroy.{ending}").exists()


def _displayed(type_):
    """As the engine shows it, without the module's file: `aws:eks:Addon`."""
    package, module, name = type_.split(":")
    return f"{package}:{module.partition('/')[0]}:{name}"
