"""A stack that says something in every field, in another region: it reaches AWS, and stays so."""

import pytest

from tests.rehearsal.workspace import Workspace, changes, succeeded, table

STACK = """\
config:
  aws:region: us-east-1
  aws:allowedAccountIds: ["123456789012"]
  cluster:name: everything
  cluster:kubernetesVersion: "1.35"
  cluster:network:
    cidr: 172.20.0.0/18
    availabilityZones: [us-east-1b, us-east-1d]
    natGateways: perZone
  cluster:endpoint:
    publicAccessCidrs: [198.51.100.0/24, 203.0.113.8/32]
  cluster:access:
    admins: [creator]
  cluster:nodeGroups:
    general:
      instanceTypes: [m7i.large, m6i.large]
      nodes: {min: 1, desired: 2, max: 5}
      diskSize: 80
    database:
      instanceTypes: [r7g.large]
      nodes: 1
      capacityType: SPOT
      labels: {tier: db, example.com/team: data}
      taints:
        - {key: dedicated, value: db, effect: NoSchedule}
        - {key: spare, effect: PreferNoSchedule}
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("all") / "a folder with spaces")
    workspace.stack_file.write_text(STACK)
    yield workspace
    workspace.rehearse("--destroy")


@pytest.fixture(scope="module")
def up(workspace):
    return succeeded(workspace.rehearse())


@pytest.fixture(scope="module")
def made(workspace, up):
    """What AWS answered, by type and name."""
    assert up
    return {
        (resource["type"], resource["urn"].rpartition("::")[2]): resource.get("outputs", {})
        for resource in workspace.deployment()["resources"]
    }


def test_the_nodes_are_where_and_what_was_asked_for(up):
    nodes = table(up, "Nodes of everything:")
    assert sorted((node["INSTANCE TYPE"], node["ZONE"]) for node in nodes) == [
        ("m7i.large", "us-east-1b"),
        ("m7i.large", "us-east-1d"),
        ("r7g.large", "us-east-1b"),
    ]
    assert all(node["NAME"].endswith(".ec2.internal") for node in nodes), nodes
    assert all(node["VERSION"].startswith("v1.35.") for node in nodes), nodes


def test_the_network_is_what_was_asked_for(made):
    assert made["aws:ec2/vpc:Vpc", "everything"]["cidrBlock"] == "172.20.0.0/18"
    gateways = [name for type_, name in made if type_ == "aws:ec2/natGateway:NatGateway"]
    assert sorted(gateways) == ["everything-us-east-1b", "everything-us-east-1d"]
    vpc_config = made["aws:eks/cluster:Cluster", "everything-eksCluster"]["vpcConfig"]
    assert sorted(vpc_config["publicAccessCidrs"]) == ["198.51.100.0/24", "203.0.113.8/32"]


def test_the_node_groups_are_what_was_asked_for(made):
    general = made["aws:eks/nodeGroup:NodeGroup", "everything-general"]
    assert general["scalingConfig"] == {"minSize": 1, "desiredSize": 2, "maxSize": 5}
    assert general["instanceTypes"] == ["m7i.large", "m6i.large"]
    template = made["aws:ec2/launchTemplate:LaunchTemplate", "everything-general"]
    assert template["blockDeviceMappings"][0]["ebs"]["volumeSize"] == 80
    database = made["aws:eks/nodeGroup:NodeGroup", "everything-database"]
    assert database["amiType"] == "AL2023_ARM_64_STANDARD"
    assert database["capacityType"] == "SPOT"
    assert database["labels"] == {"tier": "db", "example.com/team": "data"}
    assert sorted((it["key"], it["effect"]) for it in database["taints"]) == [
        ("dedicated", "NO_SCHEDULE"),
        ("spare", "PREFER_NO_SCHEDULE"),
    ]


def test_a_second_run_changes_nothing(workspace, up):
    assert up
    finished = workspace.rehearse()
    assert list(changes(finished.stdout)) == ["unchanged"], finished.stdout


def test_destroy_leaves_nothing(workspace, up):
    assert up
    finished = workspace.rehearse("--destroy")
    assert "The embedded AWS holds nothing any more" in finished.stdout, finished.stdout
