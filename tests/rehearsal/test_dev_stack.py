"""The dev stack from nothing to nothing: real engine, unchanged program, embedded AWS.

What it proves ends where AWS begins: that real EC2 instances boot and join is not shown here.
"""

import json
import re
import signal
import stat

import pytest

from components.order import AFTER, Step, effective
from tests.graph import from_state, violations, without_edge
from tests.rehearsal.kubernetes import PROGRAMS, eventually, needs_kubernetes
from tests.rehearsal.workspace import Workspace, changes, succeeded, table

WITHOUT = {
    Step.INTERRUPTION_QUEUE,
    Step.CONTROL_PLANE_EXTRAS,
    Step.SERVICE_ACCOUNTS,
    Step.FARGATE,
    Step.OTHER_FARGATE,
    Step.IDENTITY_PROVIDERS,
}
"""What a development stack has nothing of."""


def before(step: Step) -> set[Step]:
    """All that a step waits for, by whatever way."""
    return {it for near in AFTER[step] for it in (near, *before(near))}


EDGES = [
    (step, it)
    for step in Step
    if step not in WITHOUT
    for it in Step
    if it in effective(AFTER[step], WITHOUT)
    and not any(it in before(other) for other in effective(AFTER[step], WITHOUT))
]
"""Those of the order that no other implies."""

NODE_NAME = re.compile(r"ip-10-0-\d+-\d+\.ap-northeast-2\.compute\.internal")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dev") / "eks-cluster"
    workspace = Workspace(folder, kubernetes=PROGRAMS.exists())
    yield workspace
    workspace.rehearse("--destroy")


@pytest.fixture(scope="module")
def up(workspace):
    return succeeded(workspace.rehearse())


@pytest.mark.usefixtures("up")
class TestStory:
    """Steps of one rehearsal; each goes on where the one before has stopped."""

    def test_up_ends_with_two_ready_nodes(self, up):
        nodes = table(up, "Nodes of dev:")
        assert [node["STATUS"] for node in nodes] == ["Ready", "Ready"]
        assert all(NODE_NAME.fullmatch(node["NAME"]) for node in nodes), nodes
        assert {node["INSTANCE TYPE"] for node in nodes} == {"t3.medium"}
        assert {node["ZONE"] for node in nodes} == {"ap-northeast-2a", "ap-northeast-2b"}

    def test_the_outputs_are_those_that_are_promised(self, workspace):
        outputs = workspace.deployment()["resources"][0]["outputs"]
        assert sorted(outputs) == [
            "clusterArn",
            "clusterName",
            "clusterSecurityGroupId",
            "endpoint",
            "kubeconfig",
            "kubernetesVersion",
            "nodeGroups",
            "oidcIssuer",
            "region",
            "subnets",
            "vpcId",
        ]
        assert outputs["clusterName"] == "dev"
        assert outputs["kubernetesVersion"] == "1.36"
        user = json.loads(outputs["kubeconfig"])["users"][0]["user"]
        assert list(user) == ["exec"], "a kubeconfig holds no secret"
        assert user["exec"]["command"] == "aws"

    @needs_kubernetes
    def test_kubectl_works_with_the_stacks_own_kubeconfig(self, workspace, up):
        assert ". rehearsal/.state/dev/env" in up
        listed = table(f"Nodes:\n{workspace.shell('kubectl get nodes -o wide')}\n", "Nodes:")
        assert [node["STATUS"] for node in listed] == ["Ready", "Ready"]
        assert all(NODE_NAME.fullmatch(node["NAME"]) for node in listed), listed
        caller = workspace.shell("aws sts get-caller-identity --query Arn --output text").strip()
        assert re.search(f"^Username +{caller}$", workspace.shell("kubectl auth whoami"), re.M)

        def running():
            said = workspace.shell("kubectl get pods -A --no-headers")
            return [it.split()[1] for it in said.splitlines() if it.split()[3:4] == ["Running"]]

        pods = eventually(lambda: len(found := running()) == 8 and found, "eight pods run")
        kinds = {pod.rpartition("-")[0].removesuffix("-") for pod in pods}
        assert {"aws-node", "kube-proxy", "eks-pod-identity-agent"} < kinds, pods
        assert sum(pod.startswith("coredns-") for pod in pods) == 2

    @needs_kubernetes
    def test_another_principal_is_refused(self, workspace):
        said = workspace.shell("AWS_SECRET_ACCESS_KEY=other kubectl get nodes")
        assert "You must be logged in to the server (Unauthorized)" in said
        assert stat.S_IMODE((workspace.state / "env").stat().st_mode) == 0o600
        assert stat.S_IMODE((workspace.state / "kubeconfig").stat().st_mode) == 0o600

    def test_the_engine_has_recorded_the_declared_order(self, workspace):
        assert violations(from_state(workspace.deployment()), without=WITHOUT) == []

    @pytest.mark.parametrize(("step", "predecessor"), EDGES)
    def test_every_edge_of_the_order_counts(self, workspace, step, predecessor):
        graph = from_state(workspace.deployment())
        assert violations(without_edge(graph, step, predecessor), without=WITHOUT)

    def test_no_resource_comes_from_a_default_provider(self, workspace):
        providers = {
            resource["urn"].partition("::pulumi:providers:")[2]
            for resource in workspace.deployment()["resources"]
            if "pulumi:providers:aws" in resource["type"]
        }
        assert providers == {"aws::aws"}

    def test_a_second_run_changes_nothing(self, workspace):
        finished = workspace.rehearse()
        assert finished.returncode == 0, finished.stdout + finished.stderr
        assert list(changes(finished.stdout)) == ["unchanged"]

    def test_one_more_node_is_one_update_in_place(self, workspace):
        workspace.edit("nodes: 2 #", "nodes: 3 #")
        finished = workspace.rehearse()
        assert finished.returncode == 0, finished.stdout + finished.stderr
        done = changes(finished.stdout)
        assert (done.pop("updated"), list(done)) == (1, ["unchanged"])
        assert len(table(finished.stdout, "Nodes of dev:")) == 3

    def test_a_named_network_opens_the_endpoint_in_place(self, workspace):
        workspace.edit("publicAccessCidrs: []", "publicAccessCidrs: [198.51.100.0/24]")
        finished = workspace.rehearse()
        assert finished.returncode == 0, finished.stdout + finished.stderr
        done = changes(finished.stdout)
        # the cluster, and the component that it is in
        assert (done.pop("updated"), list(done)) == (2, ["unchanged"]), finished.stdout
        (cluster,) = (
            resource["outputs"]["vpcConfig"]
            for resource in workspace.deployment()["resources"]
            if resource["type"] == "aws:eks/cluster:Cluster"
        )
        assert cluster["endpointPrivateAccess"] is True
        assert cluster["endpointPublicAccess"] is True
        assert cluster["publicAccessCidrs"] == ["198.51.100.0/24"]

    def test_a_new_node_group_changes_nothing_else(self, workspace):
        with workspace.stack_file.open("a") as file:
            file.write("    spot:\n      instanceTypes: [t3.large, t3a.large]\n")
            file.write("      nodes: 1\n      capacityType: SPOT\n")
        finished = workspace.rehearse()
        assert finished.returncode == 0, finished.stdout + finished.stderr
        done = changes(finished.stdout)
        assert (done.pop("created"), list(done)) == (3, ["unchanged"]), finished.stdout
        assert len(table(finished.stdout, "Nodes of dev:")) == 4

    def test_a_bad_stack_file_stops_before_the_engine(self, workspace):
        workspace.edit("t3.large, t3a.large", "t3.large, t4g.large")
        finished = workspace.rehearse()
        workspace.edit("t3.large, t4g.large", "t3.large, t3a.large")
        assert finished.returncode == 1
        assert finished.stdout == ""
        assert "error: Pulumi.dev.yaml:20:22: cluster:nodeGroups.spot" in finished.stderr
        assert "Traceback" not in finished.stderr

    def test_destroy_takes_the_reverse_order_and_leaves_nothing(self, workspace):
        finished = workspace.rehearse("--destroy")
        assert finished.returncode == 0, finished.stdout + finished.stderr
        steps = [
            "Addon dev-on-nodes-coredns deleted",
            "NodeGroup dev-general deleting",
            "NodeGroup dev-general deleted",
            "Addon dev-vpc-cni deleting",
            "Addon dev-vpc-cni deleted",
            "Cluster dev-eksCluster deleting",
            "Cluster dev-eksCluster deleted",
            "LogGroup dev deleting",
        ]
        places = [finished.stdout.index(step) for step in steps]
        assert places == sorted(places), finished.stdout
        last = "The embedded AWS holds nothing any more: EC2, EKS, IAM, KMS and Logs are empty.\n"
        assert finished.stdout.endswith(last)
        assert not workspace.state.exists()

    def test_no_tracked_file_has_changed_but_the_users_own(self, workspace):
        assert workspace.git_status() == " M Pulumi.dev.yaml\n"


@pytest.fixture
def other(tmp_path):
    workspace = Workspace(tmp_path / "eks-cluster")
    yield workspace
    workspace.rehearse("--destroy")


def test_a_killed_up_is_picked_up_by_the_next(other):
    other.kill_when("dev-eksCluster creating", signal.SIGKILL, called="CreateCluster")
    before = {it["id"]: it for it in other.deployment()["resources"] if it.get("id")}
    finished = other.rehearse()
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert finished.stdout.startswith("The last run did not come to its end.")
    assert re.search(
        "^dev-eksCluster +EKS cluster +dev +adopted into the state$", finished.stdout, re.MULTILINE
    ), finished.stdout
    assert len(table(finished.stdout, "Nodes of dev:")) == 2
    why = "EKS_CLUSTER_KUBERNETES says so"
    assert f"The cluster has no Kubernetes API: {why}.\n" in finished.stdout
    after = {it["id"] for it in other.deployment()["resources"] if it.get("id")}
    assert before.keys() <= after, "something was made anew"
    gone = other.rehearse("--destroy")
    assert "The embedded AWS holds nothing any more" in gone.stdout


def test_a_killed_change_and_a_killed_destroy_are_finished_by_the_next_run(other):
    assert other.rehearse().returncode == 0
    other.edit("nodes: 2 #", "nodes: 3 #")
    other.kill_when("NodeGroup dev-general updating", signal.SIGKILL)
    finished = other.rehearse()
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert len(table(finished.stdout, "Nodes of dev:")) == 3
    other.kill_when("NodeGroup dev-general deleting", signal.SIGKILL, "--destroy")
    gone = other.rehearse("--destroy")
    assert "The embedded AWS holds nothing any more" in gone.stdout, gone.stdout + gone.stderr


def test_ctrl_c_finishes_what_is_under_way_and_the_next_run_goes_on(other):
    output = other.kill_when("dev-eksCluster creating", signal.SIGINT)
    assert "Traceback" not in output
    finished = other.rehearse()
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert finished.stdout.startswith("The last run did not come to its end.")
    assert re.search("^dev-eksCluster +EKS cluster +dev +read again$", finished.stdout, re.M)
    assert changes(finished.stdout)["unchanged"] > 20
    assert len(table(finished.stdout, "Nodes of dev:")) == 2
