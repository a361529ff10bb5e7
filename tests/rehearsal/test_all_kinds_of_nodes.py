"""Nodes of all kinds in one stack: up, scaled, with newer images, a group less, destroyed."""

import json
import subprocess
import sys

import pytest

from tests.rehearsal.kubernetes import PROGRAMS, eventually, needs_kubernetes
from tests.rehearsal.workspace import Workspace, changes, succeeded, table

REGION = "ap-northeast-2"
STACK = """\
config:
  aws:region: ap-northeast-2
  cluster:name: kinds
  cluster:kubernetesVersion: "1.36"
  cluster:access: {admins: [creator]}
  cluster:network: {availabilityZones: 2}
  cluster:nodeGroups:
    general:
      instanceTypes: [m7i.large]
      nodes: 1
      labels: {kind: general}
    spot:
      instanceTypes: [m7i.large, m6i.large]
      nodes: {min: 1, desired: 1, max: 3}
      capacityType: SPOT
      labels: {kind: spot}
      taints: [{key: spot, value: "yes", effect: NoSchedule}]
    gpu:
      instanceTypes: [g4dn.xlarge]
      nodes: 1
      labels: {kind: gpu}
      taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
    rocket:
      instanceTypes: [m7g.large]
      nodes: 1
      imageFamily: BOTTLEROCKET
      labels: {kind: rocket}
      taints: [{key: os, value: bottlerocket, effect: PreferNoSchedule}]
  cluster:selfManagedNodeGroups:
    own:
      instanceTypes: [m7i.large, m6i.large]
      nodes: {min: 1, desired: 2, max: 4}
      labels: {kind: own}
      taints: [{key: owner, value: us, effect: NoExecute}]
  cluster:fargateProfiles:
    batch: {selectors: [{namespace: batch}]}
    jobs: {selectors: [{namespace: jobs}]}
"""
TAINTS = {
    "general": [],
    "spot": ["spot=yes:NoSchedule"],
    "gpu": ["nvidia.com/gpu:NoSchedule"],
    "rocket": ["os=bottlerocket:PreferNoSchedule"],
    "own": ["owner=us:NoExecute"],
}
OLD, NEW = "1.36.2-20260625", "1.36.2-20260714"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds") / "eks-cluster"
    workspace = Workspace(folder, kubernetes=PROGRAMS.exists(), stack="kinds")
    workspace.stack_file.write_text(STACK)
    lock(workspace)
    file = workspace.path / "locks" / "kinds.yaml"
    assert NEW in file.read_text()
    file.write_text(file.read_text().replace(NEW, OLD))
    yield workspace
    workspace.end()


def lock(workspace, *arguments):
    command = [sys.executable, "-m", "ops", "lock", "kinds", *arguments]
    told = subprocess.run(command, cwd=workspace.path, capture_output=True, text=True, check=True)
    return told.stdout


def kinds(nodes):
    return sorted(node["NODE GROUP"].split("-")[1] for node in nodes)


def kubernetes_nodes(workspace):
    """What `kubectl get nodes` tells: of each node that is Ready its kind, taints and release."""
    found = json.loads(workspace.shell("kubectl get nodes -o json"))["items"]
    told = []
    for node in found:
        states = {it["type"]: it["status"] for it in node["status"].get("conditions", [])}
        if states.get("Ready") == "True":
            taints = [
                f"{it['key']}{'=' * ('value' in it)}{it.get('value', '')}:{it['effect']}"
                for it in node["spec"].get("taints", [])
            ]
            told.append((node["metadata"]["labels"].get("kind"), taints))
    return sorted(told, key=str)


def expected(**counts):
    of_all = {"general": 1, "spot": 1, "gpu": 1, "rocket": 1, "own": 2} | counts
    return sorted(
        ((kind, TAINTS[kind]) for kind, count in of_all.items() for _ in range(count)), key=str
    )


def images(workspace, kind):
    """The images of the running instances of a kind of node."""
    ec2 = workspace.client("ec2", REGION)
    running = [{"Name": "instance-state-name", "Values": ["running"]}]
    reservations = ec2.describe_instances(Filters=running)["Reservations"]
    instances = [it for reservation in reservations for it in reservation["Instances"]]
    return {
        it["ImageId"]
        for it in instances
        if any(tag["Value"].startswith(f"kinds-{kind}") for tag in it["Tags"])
    }


class TestAllKinds:
    """Steps of one story; each goes on where the one before has stopped."""

    def test_up_every_node_is_ready(self, workspace):
        nodes = table(succeeded(workspace.rehearse("--skip-preview")), "Nodes of kinds:")
        assert {node["STATUS"] for node in nodes} == {"Ready"}, nodes
        assert kinds(nodes) == ["general", "gpu", "own", "own", "rocket", "spot"]
        eks = workspace.client("eks", REGION)
        profiles = eks.list_fargate_profiles(clusterName="kinds")["fargateProfileNames"]
        assert len(profiles) == 2

    @needs_kubernetes
    def test_nodes_carry_their_labels_and_taints(self, workspace):
        eventually(lambda: kubernetes_nodes(workspace) == expected(), "labels and taints")
        said = workspace.shell("kubectl get nodes -l kind=own --no-headers")
        assert len(said.splitlines()) == 2, said

    def test_a_second_run_changes_nothing(self, workspace):
        again = succeeded(workspace.rehearse("--skip-preview"))
        assert list(changes(again)) == ["unchanged"], again

    def test_groups_are_scaled_in_place(self, workspace):
        workspace.edit("{min: 1, desired: 1, max: 3}", "{min: 1, desired: 2, max: 3}")
        workspace.edit("{min: 1, desired: 2, max: 4}", "{min: 1, desired: 3, max: 4}")
        scaled = succeeded(workspace.rehearse("--skip-preview"))
        assert changes(scaled)["updated"] == 2, scaled
        assert not {"created", "deleted", "replaced"} & {*changes(scaled)}, scaled
        nodes = table(scaled, "Nodes of kinds:")
        assert kinds(nodes).count("spot") == 2, nodes
        assert kinds(nodes).count("own") == 3, nodes

    def test_newer_images_are_rolled_out_when_they_are_asked_for(self, workspace):
        before = {kind: images(workspace, kind) for kind in TAINTS}
        told = lock(workspace, "--update")
        assert OLD in told, told
        assert NEW in told, told
        rolled = succeeded(workspace.rehearse("--skip-preview"))
        assert not {"deleted", "replaced"} & {*changes(rolled)}, rolled
        after = {kind: images(workspace, kind) for kind in TAINTS}
        moved = {kind for kind in TAINTS if not before[kind] & after[kind]}
        assert moved == {"general", "spot", "gpu", "own"}, (before, after)
        assert all(len(found) == 1 for found in after.values()), after
        nodes = table(rolled, "Nodes of kinds:")
        assert {node["STATUS"] for node in nodes} == {"Ready"}, nodes
        assert len(nodes) == 8, nodes

    @needs_kubernetes
    def test_new_nodes_carry_the_same(self, workspace):
        wanted = expected(spot=2, own=3)
        eventually(lambda: kubernetes_nodes(workspace) == wanted, "labels and taints")

    def test_a_group_that_is_removed_takes_nothing_else_along(self, workspace):
        start, end = STACK.index("    gpu:\n"), STACK.index("    rocket:\n")
        workspace.edit(STACK[start:end], "")
        less = succeeded(workspace.rehearse("--skip-preview"))
        assert not {"created", "updated", "replaced"} & {*changes(less)}, less
        assert "gpu" not in kinds(table(less, "Nodes of kinds:"))
        assert len(table(less, "Nodes of kinds:")) == 7

    def test_nothing_is_left(self, workspace):
        gone = succeeded(workspace.rehearse("--destroy", "--skip-preview"))
        assert "The embedded AWS holds nothing any more" in gone, gone
