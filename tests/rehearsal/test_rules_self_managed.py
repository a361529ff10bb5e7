"""Nodes that EKS does not manage: what makes instances of an Auto Scaling group nodes, or not."""

import base64

import pytest
import tomli_w
import yaml

from spec import facts
from tests.rehearsal.emulator import NODE_POLICIES, refusal, unique, until
from tests.rehearsal.stage import Stage

LABELS = {"team": "a"}


def nodeadm(cluster, **spec):
    config = {
        "apiVersion": "node.eks.aws/v1alpha1",
        "kind": "NodeConfig",
        "spec": {
            "cluster": {
                "name": cluster["name"],
                "apiServerEndpoint": cluster["endpoint"],
                "certificateAuthority": cluster["certificateAuthority"]["data"],
                "cidr": cluster["kubernetesNetworkConfig"]["serviceIpv4Cidr"],
            },
            **spec,
        },
    }
    return (
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="//"\n\n--//\n'
        f"Content-Type: application/node.eks.aws\n\n---\n{yaml.safe_dump(config)}\n--//--\n"
    )


def bottlerocket(cluster, **settings):
    return tomli_w.dumps(
        {
            "settings": {
                "kubernetes": {
                    "cluster-name": cluster["name"],
                    "api-server": cluster["endpoint"],
                    "cluster-certificate": cluster["certificateAuthority"]["data"],
                    **settings,
                }
            }
        }
    )


def powershell(cluster):
    return (
        "<powershell>\n"
        '& "$env:ProgramFiles\\Amazon\\EKS\\Start-EKSBootstrap.ps1" '
        f"-EKSClusterName '{cluster['name']}' -APIServerEndpoint '{cluster['endpoint']}' "
        f"-Base64ClusterCA '{cluster['certificateAuthority']['data']}'\n"
        "</powershell>\n"
    )


class Group:
    """A stage with an Auto Scaling group of its own that lets its nodes in."""

    def __init__(self, aws, *, kind="EC2_LINUX", **stage):
        self.aws, self.stage = aws, Stage(aws, **stage)
        self.role = aws.role("ec2.amazonaws.com", *NODE_POLICIES)
        self.cluster = aws.describe(self.stage.cluster)
        self.profile = unique("profile")
        iam = aws.client("iam")
        iam.create_instance_profile(InstanceProfileName=self.profile)
        iam.add_role_to_instance_profile(
            InstanceProfileName=self.profile, RoleName=self.role.rpartition("/")[2]
        )
        if kind:
            aws.client("eks").create_access_entry(
                clusterName=self.stage.cluster, principalArn=self.role, type=kind
            )

    def launch(self, text, ami_type="AL2023_x86_64_STANDARD", **asked):
        """Its nodes, once both instances are launched."""
        name = unique("own")
        release = facts.kubernetes_versions()["1.36"].ami_release.get(ami_type)
        parameter = facts.ami_types()[ami_type].image_parameter_of("1.36", release or "")
        data = {
            "ImageId": f"resolve:ssm:{parameter}",
            "InstanceType": "m5.large",
            "IamInstanceProfile": {"Name": self.profile},
            "SecurityGroupIds": [self.stage.group],
            "UserData": base64.b64encode(text.encode()).decode(),
        }
        self.aws.client("ec2").create_launch_template(
            LaunchTemplateName=name, LaunchTemplateData=data
        )
        template = {"LaunchTemplateName": name, "Version": "$Latest"}
        if "MixedInstancesPolicy" in asked:
            of_template = {"LaunchTemplateSpecification": template}
            asked["MixedInstancesPolicy"]["LaunchTemplate"].update(of_template)
        else:
            asked["LaunchTemplate"] = template
        self.aws.client("autoscaling").create_auto_scaling_group(
            **{
                "AutoScalingGroupName": name,
                "MinSize": 0,
                "DesiredCapacity": 2,
                "MaxSize": 4,
                "VPCZoneIdentifier": ",".join(self.stage.private),
                **asked,
            }
        )
        self.name = name
        return name

    def nodes(self):
        return [it for it in self.aws.nodes(self.stage.cluster) if it["nodegroup"] == self.name]

    def instances(self):
        (group,) = self.aws.client("autoscaling").describe_auto_scaling_groups(
            AutoScalingGroupNames=[self.name]
        )["AutoScalingGroups"]
        return [it["InstanceId"] for it in group["Instances"]]

    def join(self, number=2):
        until(lambda: len(self.nodes()) == number, f"{number} nodes of {self.name}")

    def reason(self):
        """Why its instances are no nodes, as the log of the emulator has it."""
        where = f"{self.stage.cluster}/{self.name}: "
        until(lambda: where in self.aws.log.read_text(), "the log says why")
        line = next(it for it in self.aws.log.read_text().splitlines() if where in it)
        return line.rpartition(": ")[2]


@pytest.mark.parametrize(
    ("ami_type", "told", "kind"),
    [
        ("AL2023_x86_64_STANDARD", nodeadm, "EC2_LINUX"),
        ("BOTTLEROCKET_x86_64", bottlerocket, "EC2_LINUX"),
        ("WINDOWS_CORE_2022_x86_64", powershell, "EC2_WINDOWS"),
    ],
)
def test_instances_join_the_cluster_that_their_user_data_names(aws, ami_type, told, kind):
    group = Group(aws, kind=kind)
    group.launch(told(group.cluster), ami_type)
    group.join()
    assert {it["status"] for it in group.nodes()} == {"Ready"}
    assert {it["instanceId"] for it in group.nodes()} == set(group.instances())
    assert {it["version"][:5] for it in group.nodes()} == {"v1.36"}


def test_without_an_access_entry_they_never_join(aws):
    group = Group(aws, kind=None)
    group.launch(nodeadm(group.cluster))
    assert group.reason() == f"the cluster has no access entry for nodes with {group.role}"
    assert group.nodes() == []
    # It is looked at again: what was missing may come later.
    aws.client("eks").create_access_entry(
        clusterName=group.stage.cluster, principalArn=group.role, type="EC2_LINUX"
    )
    group.join()


def test_an_entry_of_people_is_none_for_nodes(aws):
    group = Group(aws, kind="STANDARD")
    group.launch(nodeadm(group.cluster))
    assert group.reason() == f"the cluster has no access entry for nodes with {group.role}"


def test_without_a_way_out_they_never_join(aws):
    group = Group(aws, nat=False)
    group.launch(nodeadm(group.cluster))
    assert group.reason() == "it does not reach ec2"


def test_user_data_of_another_cluster_leads_nowhere(aws):
    group = Group(aws)
    other = {**group.cluster, "endpoint": "https://other.example.com"}
    group.launch(nodeadm(other))
    assert group.reason() == "its user data names the endpoint https://other.example.com"


def test_nodes_leave_with_their_instances(aws):
    group = Group(aws)
    group.launch(nodeadm(group.cluster))
    group.join()
    before = set(group.instances())
    autoscaling = aws.client("autoscaling")
    autoscaling.set_desired_capacity(AutoScalingGroupName=group.name, DesiredCapacity=1)
    group.join(1)
    # One that somebody terminates is replaced, and the new one joins.
    aws.client("ec2").terminate_instances(InstanceIds=group.instances())
    until(lambda: len(group.nodes()) == 1, "the new one is a node")
    assert not before & {it["instanceId"] for it in group.nodes()}
    autoscaling.delete_auto_scaling_group(AutoScalingGroupName=group.name, ForceDelete=True)
    assert group.nodes() == []


@pytest.mark.parametrize(
    ("ami_type", "told", "kind", "status"),
    [
        ("AL2023_x86_64_STANDARD", nodeadm, "EC2_LINUX", "ACTIVE"),
        ("WINDOWS_CORE_2022_x86_64", powershell, "EC2_WINDOWS", "DEGRADED"),
    ],
)
def test_an_addon_runs_on_them_unless_they_are_windows(aws, ami_type, told, kind, status):
    group = Group(aws, kind=kind)
    group.launch(told(group.cluster), ami_type)
    group.join()
    group.stage.addon("coredns")
    where = {"clusterName": group.stage.cluster, "addonName": "coredns"}
    describe = aws.client("eks").describe_addon
    until(lambda: describe(**where)["addon"]["status"] != "CREATING", "it is settled")
    assert describe(**where)["addon"]["status"] == status


def test_a_mixed_group_is_on_demand_at_its_base_and_spot_above(aws):
    group = Group(aws)
    group.launch(
        nodeadm(group.cluster),
        DesiredCapacity=4,
        MixedInstancesPolicy={
            "LaunchTemplate": {
                "Overrides": [{"InstanceType": "m6i.large"}, {"InstanceType": "m5.large"}]
            },
            "InstancesDistribution": {
                "OnDemandBaseCapacity": 1,
                "OnDemandPercentageAboveBaseCapacity": 0,
            },
        },
    )
    group.join(4)
    found = aws.client("ec2").describe_instances(InstanceIds=group.instances())["Reservations"]
    instances = [it for reservation in found for it in reservation["Instances"]]
    assert sorted(it.get("InstanceLifecycle", "") for it in instances) == ["", *["spot"] * 3]
    assert {it["InstanceType"] for it in instances} == {"m6i.large"}
    roles = aws.client("iam").list_roles(PathPrefix="/aws-service-role/spot.amazonaws.com/")
    assert roles["Roles"]


def test_an_image_that_no_parameter_names_is_refused(aws):
    group = Group(aws)
    ec2 = aws.client("ec2")
    asked = {"MinCount": 1, "MaxCount": 1, "SubnetId": group.stage.private[0]}
    code, words = refusal(ec2.run_instances, ImageId="resolve:ssm:/aws/service/none", **asked)
    assert code == "InvalidAMIID.NotFound"
    assert "/aws/service/none" in words


def test_an_instance_refresh_replaces_every_instance(aws):
    group = Group(aws)
    group.launch(nodeadm(group.cluster))
    group.join()
    before = set(group.instances())
    autoscaling = aws.client("autoscaling")
    started = autoscaling.start_instance_refresh(
        AutoScalingGroupName=group.name, Preferences={"MinHealthyPercentage": 90}
    )["InstanceRefreshId"]

    def refresh():
        (found,) = autoscaling.describe_instance_refreshes(AutoScalingGroupName=group.name)[
            "InstanceRefreshes"
        ]
        return found

    until(lambda: refresh()["Status"] == "Successful", "it is done")
    assert refresh()["InstanceRefreshId"] == started
    assert refresh()["PercentageComplete"] == 100
    assert not before & set(group.instances())
    until(lambda: {it["instanceId"] for it in group.nodes()} == set(group.instances()), "nodes")


def test_a_second_refresh_waits_for_the_first(aws):
    group = Group(aws)
    group.launch(nodeadm(group.cluster))
    autoscaling = aws.client("autoscaling")
    with aws.at_speed(1):
        autoscaling.start_instance_refresh(AutoScalingGroupName=group.name)
    code, _ = refusal(autoscaling.start_instance_refresh, AutoScalingGroupName=group.name)
    assert code == "InstanceRefreshInProgress"
    autoscaling.cancel_instance_refresh(AutoScalingGroupName=group.name)
    code, _ = refusal(autoscaling.cancel_instance_refresh, AutoScalingGroupName=group.name)
    assert code == "ActiveInstanceRefreshNotFound"


def test_tags_for_scaling_from_zero_stay_on_a_node_groups_group(aws, cluster):
    made = aws.nodegroup(cluster)
    name = made["resources"]["autoScalingGroups"][0]["name"]
    key = "k8s.io/cluster-autoscaler/node-template/label/team"
    tag = {"ResourceId": name, "ResourceType": "auto-scaling-group", "Key": key, "Value": "a"}
    autoscaling = aws.client("autoscaling")
    autoscaling.create_or_update_tags(Tags=[{**tag, "PropagateAtLaunch": False}])
    where = {"Filters": [{"Name": "auto-scaling-group", "Values": [name]}]}
    tags = {it["Key"]: it["Value"] for it in autoscaling.describe_tags(**where)["Tags"]}
    assert tags[key] == "a"
    assert tags["eks:nodegroup-name"] == made["nodegroupName"]
    autoscaling.delete_tags(Tags=[tag])
    after = {it["Key"] for it in autoscaling.describe_tags(**where)["Tags"]}
    assert after == {*tags} - {key}
