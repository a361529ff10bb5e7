"""Groups of nodes that EKS does not manage: up, unchanged, scaled, refreshed, gone."""

import json

import pytest

from tests.graph import from_state, violations
from tests.rehearsal.kubernetes import eventually, needs_kubernetes
from tests.rehearsal.test_dev_stack import WITHOUT
from tests.rehearsal.workspace import Workspace, changes, succeeded, table
from tests.stack_files import write_lock

REGION = "ap-northeast-2"
OLDER, NEWER = "1.36.2-20260625", "1.36.2-20260714"
STACK = f"""\
config:
  aws:region: {REGION}
  cluster:name: own
  cluster:kubernetesVersion: "1.36"
  cluster:access: {{admins: [creator]}}
  cluster:network: {{availabilityZones: 2}}
  cluster:selfManagedNodeGroups:
    mixed:
      instanceTypes: [m7i.large, m6i.large]
      nodes: {{min: 1, desired: 4, max: 6}}
      distribution: {{onDemandBase: 1, onDemandPercentage: 50}}
      labels: {{team: a}}
      imageRelease: {OLDER}
      lifecycleHooks:
        drain: {{transition: terminating}}
    rocket:
      instanceTypes: [m7g.large]
      nodes: {{min: 0, desired: 1, max: 3}}
      imageFamily: BOTTLEROCKET
      scaling: autoscaler
      protectFromScaleIn: true
      labels: {{team: b}}
      taints: [{{key: dedicated, value: b, effect: NoSchedule}}]
      metrics: [GroupInServiceInstances]
      suspendedProcesses: [AZRebalance]
      maxLifetimeDays: 14
      warmPool: {{minSize: 1}}
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "eks-cluster"
    workspace = Workspace(path, kubernetes=True, stack="own")
    workspace.stack_file.write_text(STACK)
    write_lock(workspace.stack_file)
    yield workspace
    workspace.end()


def groups(workspace):
    """The Auto Scaling groups by their names in the stack file."""
    found = workspace.client("autoscaling", REGION).describe_auto_scaling_groups()
    return {
        it["AutoScalingGroupName"].removeprefix("own-").rpartition("-")[0]: it
        for it in found["AutoScalingGroups"]
    }


def instances(workspace, group):
    ids = [it["InstanceId"] for it in groups(workspace)[group]["Instances"]]
    found = workspace.client("ec2", REGION).describe_instances(InstanceIds=ids)["Reservations"]
    return {it["InstanceId"]: it for reservation in found for it in reservation["Instances"]}


def unchanged(workspace):
    again = succeeded(workspace.rehearse("--skip-preview"))
    assert list(changes(again)) == ["unchanged"], again


class TestSelfManaged:
    """Steps of one story; each goes on where the one before has stopped."""

    def test_nodes_are_ready(self, workspace):
        up = succeeded(workspace.rehearse("--skip-preview"))
        nodes = table(up, "Nodes of own:")
        assert [node["STATUS"] for node in nodes] == ["Ready"] * 5, up
        assert violations(from_state(workspace.deployment()), without=WITHOUT) == []

    def test_groups_are_as_asked_for(self, workspace):
        found = groups(workspace)
        assert sorted(found) == ["mixed", "rocket"]
        mixed = instances(workspace, "mixed").values()
        kinds = sorted(it.get("InstanceLifecycle", "on-demand") for it in mixed)
        assert kinds == ["on-demand"] * 3 + ["spot"]
        owned = {"Key": "kubernetes.io/cluster/own", "Value": "owned"}
        assert all(owned in it["Tags"] for it in mixed)
        rocket = found["rocket"]
        assert [it["Metric"] for it in rocket["EnabledMetrics"]] == ["GroupInServiceInstances"]
        assert [it["ProcessName"] for it in rocket["SuspendedProcesses"]] == ["AZRebalance"]
        assert rocket["MaxInstanceLifetime"] == 14 * 86400
        assert rocket["WarmPoolConfiguration"]["MinSize"] == 1
        tags = {it["Key"]: it["Value"] for it in rocket["Tags"] if not it["PropagateAtLaunch"]}
        assert tags == {
            "k8s.io/cluster-autoscaler/enabled": "true",
            "k8s.io/cluster-autoscaler/own": "owned",
            "k8s.io/cluster-autoscaler/node-template/label/team": "b",
            "k8s.io/cluster-autoscaler/node-template/taint/dedicated": "b:NoSchedule",
        }

    @needs_kubernetes
    def test_nodes_have_labels_and_taints(self, workspace):
        def listed():
            return json.loads(workspace.shell("kubectl get nodes -o json"))["items"]

        nodes = eventually(lambda: len(found := listed()) == 5 and found, "five nodes")
        by_team = {}
        for node in nodes:
            by_team.setdefault(node["metadata"]["labels"]["team"], []).append(node["spec"])
        assert {team: len(them) for team, them in by_team.items()} == {"a": 4, "b": 1}
        taint = {"key": "dedicated", "value": "b", "effect": "NoSchedule"}
        assert taint in by_team["b"][0]["taints"]

    def test_a_second_run_changes_nothing(self, workspace):
        unchanged(workspace)

    def test_scaling_is_in_place_and_leaves_the_autoscalers_groups_alone(self, workspace):
        before = {name: it["AutoScalingGroupARN"] for name, it in groups(workspace).items()}
        workspace.client("autoscaling", REGION).set_desired_capacity(
            AutoScalingGroupName=groups(workspace)["rocket"]["AutoScalingGroupName"],
            DesiredCapacity=2,
        )
        workspace.edit("desired: 4", "desired: 2")
        succeeded(workspace.rehearse("--skip-preview"))
        found = groups(workspace)
        assert {name: it["AutoScalingGroupARN"] for name, it in found.items()} == before
        assert {name: len(it["Instances"]) for name, it in found.items()} == {
            "mixed": 2,
            "rocket": 2,
        }

    def test_another_image_is_rolled_out_by_a_refresh(self, workspace):
        before = instances(workspace, "mixed")
        workspace.edit(OLDER, NEWER)
        succeeded(workspace.rehearse("--skip-preview"))
        name = groups(workspace)["mixed"]["AutoScalingGroupName"]
        describe = workspace.client("autoscaling", REGION).describe_instance_refreshes

        def done():
            (refresh,) = describe(AutoScalingGroupName=name)["InstanceRefreshes"]
            return refresh["Status"] == "Successful"

        eventually(done, "the refresh is over")
        after = instances(workspace, "mixed")
        assert len(after) == 2
        assert not before.keys() & after.keys()
        images = [{it["ImageId"] for it in them.values()} for them in (before, after)]
        assert [len(it) for it in images] == [1, 1]
        assert images[0] != images[1]
        unchanged(workspace)

    def test_nothing_is_left_though_nodes_are_protected_and_a_hook_waits(self, workspace):
        gone = succeeded(workspace.rehearse("--destroy", "--skip-preview"))
        assert "The embedded AWS holds nothing any more" in gone, gone
