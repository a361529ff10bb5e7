"""Groups of nodes with all that they can say: up, nothing to change, changed in place, gone."""

import pytest

from tests.rehearsal.workspace import Workspace, changes, succeeded, table

REGION = "ap-northeast-2"
STACK = """\
config:
  aws:region: ap-northeast-2
  cluster:name: groups
  cluster:kubernetesVersion: "1.36"
  cluster:access: {admins: [creator]}
  cluster:network: {availabilityZones: 2}
  cluster:nodeGroups:
    zonal:
      instanceTypes: [m7i.large]
      nodes: {min: 0, desired: 1, max: 3}
      perZone: true
      scaling: autoscaler
      labels: {tier: zonal}
      taints: [{key: dedicated, value: zonal, effect: NoSchedule}]
    spot:
      instanceTypes: [m7i.large, m6i.large]
      nodes: 1
      capacityType: SPOT
      imageFamily: BOTTLEROCKET
      extraVolumes: [{device: /dev/sdf, size: 100, iops: 4000, throughput: 250}]
      update: {maxUnavailablePercentage: 33, strategy: MINIMAL, force: true}
    spread:
      instanceTypes: [m7i.large]
      nodes: {min: 2, desired: 2, max: 4}
      placement: {strategy: spread}
      ssh: {keyName: ops}
      ssm: true
      repair: {maxUnhealthyPercentage: 50}
      warmPool: {minSize: 1, maxPrepared: 6}
    open:
      instanceTypes: [m7i.large]
      nodes: 1
      subnets: {tier: public, zones: [ap-northeast-2a]}
      tenancy: dedicated
      cpu: {cores: 1, threadsPerCore: 1}
    image:
      instanceTypes: [m7i.large]
      nodes: 1
      amiId: ami-0123abcd
      placement: {groupName: apart}
    template:
      instanceTypes: [m7i.large]
      nodes: 1
      launchTemplate: {id: lt-0123abcd, version: "2"}
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("groups") / "eks-cluster")
    workspace.stack_file.write_text(STACK)
    yield workspace
    workspace.end()


def nodegroups(workspace):
    eks = workspace.client("eks", REGION)
    return {
        name.rpartition("-")[0]: eks.describe_nodegroup(clusterName="groups", nodegroupName=name)[
            "nodegroup"
        ]
        for name in eks.list_nodegroups(clusterName="groups")["nodegroups"]
    }


def instances(workspace, group):
    ec2 = workspace.client("ec2", REGION)
    filters = [
        {"Name": "tag:eks:nodegroup-name", "Values": [group["nodegroupName"]]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]
    found = ec2.describe_instances(Filters=filters)["Reservations"]
    return [it for reservation in found for it in reservation["Instances"]]


class TestNodeGroups:
    """Steps of one story; each goes on where the one before has stopped."""

    def test_nodes_are_ready_where_they_were_asked_for(self, workspace):
        up = succeeded(workspace.rehearse("--skip-preview"))
        nodes = table(up, "Nodes of groups:")
        assert [node["STATUS"] for node in nodes] == ["Ready"] * 8, up

    def test_groups_are_as_asked_for(self, workspace):
        made = nodegroups(workspace)
        assert sorted(made) == [
            "groups-image",
            "groups-open",
            "groups-spot",
            "groups-spread",
            "groups-template",
            "groups-zonal-ap-northeast-2a",
            "groups-zonal-ap-northeast-2b",
        ]
        spot, spread = made["groups-spot"], made["groups-spread"]
        assert spot["amiType"] == "BOTTLEROCKET_x86_64"
        assert spot["updateConfig"] == {"maxUnavailablePercentage": 33, "updateStrategy": "MINIMAL"}
        assert spread["warmPoolConfig"] == {
            "enabled": True,
            "minSize": 1,
            "maxGroupPreparedCapacity": 6,
            "poolState": "STOPPED",
            "reuseOnScaleIn": False,
        }
        assert spread["nodeRepairConfig"] == {
            "enabled": True,
            "maxUnhealthyNodeThresholdPercentage": 50,
        }
        (zone,) = {
            it["Placement"]["AvailabilityZone"]
            for it in instances(workspace, made["groups-zonal-ap-northeast-2b"])
        }
        assert zone == "ap-northeast-2b"

    def test_instances_are_as_their_templates_say(self, workspace):
        made, ec2 = nodegroups(workspace), workspace.client("ec2", REGION)
        (spot,) = instances(workspace, made["groups-spot"])
        assert spot["InstanceLifecycle"] == "spot"
        ids = [it["Ebs"]["VolumeId"] for it in spot["BlockDeviceMappings"]]
        volumes = ec2.describe_volumes(VolumeIds=ids)["Volumes"]
        assert all(volume["Encrypted"] for volume in volumes)
        by_size = {volume["Size"]: volume for volume in volumes}
        assert (by_size[100]["Iops"], by_size[100]["Throughput"]) == (4000, 250)
        groups = {it["GroupName"]: it for it in ec2.describe_placement_groups()["PlacementGroups"]}
        (own,) = instances(workspace, made["groups-image"])
        assert (own["ImageId"], own["Placement"]["GroupName"]) == ("ami-0123abcd", "apart")
        assert made["groups-image"]["amiType"] == "CUSTOM"
        assert made["groups-template"]["launchTemplate"]["version"] == "2"
        del groups["apart"]  # which was there before
        (group,) = groups.values()
        assert (group["Strategy"], group["State"]) == ("spread", "available")
        for instance in instances(workspace, made["groups-spread"]):
            assert instance["Placement"]["GroupName"] == group["GroupName"]
            assert instance["KeyName"] == "ops"
            names = {it["GroupName"].rpartition("-")[0] for it in instance["SecurityGroups"]}
            assert "groups-spread" in names, names
        (public,) = instances(workspace, made["groups-open"])
        assert public["PublicIpAddress"]
        assert public["Placement"]["Tenancy"] == "dedicated"

    def test_the_autoscaler_is_told_what_nodes_would_be_like(self, workspace):
        made = nodegroups(workspace)["groups-zonal-ap-northeast-2a"]
        (group,) = made["resources"]["autoScalingGroups"]
        tags = workspace.client("autoscaling", REGION).describe_tags(
            Filters=[{"Name": "auto-scaling-group", "Values": [group["name"]]}]
        )["Tags"]
        template = "k8s.io/cluster-autoscaler/node-template"
        told = {it["Key"]: it["Value"] for it in tags if it["Key"].startswith(template)}
        assert told == {
            f"{template}/label/tier": "zonal",
            f"{template}/taint/dedicated": "zonal:NoSchedule",
        }

    def test_a_second_run_changes_nothing(self, workspace):
        again = succeeded(workspace.rehearse("--skip-preview"))
        assert list(changes(again)) == ["unchanged"], again

    def test_changes_in_place_keep_what_the_autoscaler_did(self, workspace):
        before = nodegroups(workspace)
        zonal = before["groups-zonal-ap-northeast-2a"]
        (group,) = zonal["resources"]["autoScalingGroups"]
        workspace.client("autoscaling", REGION).set_desired_capacity(
            AutoScalingGroupName=group["name"], DesiredCapacity=2
        )
        workspace.edit("maxUnavailablePercentage: 33", "maxUnavailablePercentage: 50")
        workspace.edit("      warmPool: {minSize: 1, maxPrepared: 6}\n", "")
        workspace.edit("value: zonal", "value: other")
        succeeded(workspace.rehearse("--skip-preview"))
        after = nodegroups(workspace)
        assert {name: it["nodegroupArn"] for name, it in after.items()} == {
            name: it["nodegroupArn"] for name, it in before.items()
        }
        assert after["groups-spot"]["updateConfig"]["maxUnavailablePercentage"] == 50
        assert after["groups-spread"]["warmPoolConfig"] == {"enabled": False}
        assert after["groups-zonal-ap-northeast-2a"]["scalingConfig"]["desiredSize"] == 2
        again = succeeded(workspace.rehearse("--skip-preview"))
        assert list(changes(again)) == ["unchanged"], again

    def test_nothing_is_left(self, workspace):
        gone = succeeded(workspace.rehearse("--destroy", "--skip-preview"))
        assert "The embedded AWS holds nothing any more" in gone, gone
