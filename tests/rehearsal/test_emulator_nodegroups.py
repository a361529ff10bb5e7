"""Managed node groups in the embedded AWS: instances, nodes, scaling, rolling, refusals."""

import base64
import re

from spec import facts
from tests.rehearsal.emulator import REGION, refusal, unique, until

ARM = "AL2023_ARM_64_STANDARD"
MIME = b"""\
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="//"

--//
Content-Type: text/x-shellscript; charset="us-ascii"

#!/bin/bash
--//--
"""
NODE_NAME = re.compile(r"ip-10-0-\d+-\d+\.ap-northeast-2\.compute\.internal")


def wish(aws, cluster, **asked):
    return {
        "clusterName": cluster,
        "nodegroupName": unique("group"),
        "subnets": aws.describe(cluster)["resourcesVpcConfig"]["subnetIds"],
        "nodeRole": aws.role("ec2.amazonaws.com"),
        **asked,
    }


def nodes(aws, cluster, nodegroup):
    return [node for node in aws.nodes(cluster) if node["nodegroup"] == nodegroup]


def template(aws, **data):
    made = aws.client("ec2").create_launch_template(
        LaunchTemplateName=unique("template"), LaunchTemplateData=data
    )
    return made["LaunchTemplate"]["LaunchTemplateId"]


class TestCreation:
    def test_defaults_are_those_of_eks(self, aws, cluster):
        group = aws.nodegroup(cluster, scalingConfig={})
        assert group["instanceTypes"] == ["t3.medium"]
        assert group["diskSize"] == 20
        assert group["amiType"] == "AL2023_x86_64_STANDARD"
        assert group["capacityType"] == "ON_DEMAND"
        assert group["updateConfig"] == {"maxUnavailable": 1}
        version = facts.kubernetes_versions()[aws.describe(cluster)["version"]]
        assert group["version"] == version.version
        assert group["releaseVersion"] == version.ami_release["AL2023_x86_64_STANDARD"]

    def test_nodes_are_ready_named_by_private_dns_and_spread_over_zones(self, aws, cluster):
        group = aws.nodegroup(
            cluster, scalingConfig={"minSize": 3, "desiredSize": 3, "maxSize": 3}
        )["nodegroupName"]
        found = nodes(aws, cluster, group)
        assert [node["status"] for node in found] == ["Ready"] * 3
        assert all(NODE_NAME.fullmatch(node["name"]) for node in found), found
        assert {node["zone"] for node in found} == {f"{REGION}{zone}" for zone in "abc"}
        assert found == sorted(found, key=lambda node: node["name"])
        version = facts.kubernetes_versions()[aws.describe(cluster)["version"]]
        kubelet = version.ami_release["AL2023_x86_64_STANDARD"].partition("-")[0]
        assert {node["version"] for node in found} == {f"v{kubelet}"}
        instances = {one["PrivateDnsName"]: one for one in aws.instances(group)}
        for node in found:
            instance = instances[node["name"]]
            assert instance["InstanceId"] == node["instanceId"]
            assert instance["PrivateIpAddress"] == node["internalIp"]
            dashed = node["internalIp"].replace(".", "-")
            assert node["name"] == f"ip-{dashed}.{REGION}.compute.internal"

    def test_nodes_of_us_east_1_have_the_domain_of_old(self, aws):
        ec2 = aws.client("ec2", "us-east-1")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
        image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        launched = ec2.run_instances(
            ImageId=image, InstanceType="t3.medium", MinCount=1, MaxCount=1, SubnetId=subnet
        )["Instances"][0]
        assert launched["PrivateDnsName"] == "ip-10-0-0-4.ec2.internal"

    def test_instances_carry_the_cluster_security_group_and_the_nodes_role(self, aws, cluster):
        group = aws.nodegroup(cluster)
        own = aws.describe(cluster)["resourcesVpcConfig"]["clusterSecurityGroupId"]
        for instance in aws.instances(group["nodegroupName"]):
            assert [g["GroupId"] for g in instance["SecurityGroups"]] == [own]
            profile = instance["IamInstanceProfile"]["Arn"].rpartition("/")[2]
            found = aws.client("iam").get_instance_profile(InstanceProfileName=profile)
            assert found["InstanceProfile"]["Roles"][0]["Arn"] == group["nodeRole"]

    def test_the_auto_scaling_group_is_real(self, aws, cluster):
        group = aws.nodegroup(cluster)
        name = group["resources"]["autoScalingGroups"][0]["name"]
        scaling = aws.client("autoscaling").describe_auto_scaling_groups(
            AutoScalingGroupNames=[name]
        )["AutoScalingGroups"][0]
        assert scaling["DesiredCapacity"] == 2
        launched = {one["InstanceId"] for one in aws.instances(group["nodegroupName"])}
        assert {one["InstanceId"] for one in scaling["Instances"]} == launched

    def test_the_nodes_role_gets_an_access_entry(self, aws, cluster):
        role = aws.nodegroup(cluster)["nodeRole"]
        entry = aws.client("eks").describe_access_entry(clusterName=cluster, principalArn=role)
        assert entry["accessEntry"]["type"] == "EC2_LINUX"

    def test_all_of_the_launch_template_reaches_instances_and_volumes(self, aws, cluster):
        device = {
            "VolumeSize": 50,
            "VolumeType": "gp3",
            "Encrypted": True,
            "DeleteOnTermination": True,
            "Throughput": 250,
        }
        launch_template = template(
            aws,
            BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": device}],
            MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
            Monitoring={"Enabled": True},
            UserData=base64.b64encode(MIME).decode(),
            TagSpecifications=[
                {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "worker"}]},
                {"ResourceType": "volume", "Tags": [{"Key": "team", "Value": "platform"}]},
            ],
        )
        group = aws.nodegroup(cluster, launchTemplate={"id": launch_template, "version": "1"})
        assert group["launchTemplate"]["id"] == launch_template
        assert "diskSize" not in group
        for instance in aws.instances(group["nodegroupName"]):
            tags = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
            assert tags["Name"] == "worker"
            assert tags["eks:cluster-name"] == cluster
            assert tags[f"kubernetes.io/cluster/{cluster}"] == "owned"
            assert instance["MetadataOptions"]["HttpTokens"] == "required"
            assert instance["MetadataOptions"]["HttpPutResponseHopLimit"] == 1
            assert instance["Monitoring"]["State"] == "enabled"
            (root,) = instance["BlockDeviceMappings"]
            volume = aws.client("ec2").describe_volumes(VolumeIds=[root["Ebs"]["VolumeId"]])
            (volume,) = volume["Volumes"]
            assert (volume["Size"], volume["VolumeType"], volume["Encrypted"]) == (50, "gp3", True)
            assert volume["Throughput"] == 250
            assert {"Key": "team", "Value": "platform"} in volume["Tags"]

    def test_spot_and_arm(self, aws, cluster):
        group = aws.nodegroup(
            cluster, capacityType="SPOT", instanceTypes=["m7g.large"], amiType=ARM
        )
        assert group["amiType"] == ARM
        for instance in aws.instances(group["nodegroupName"]):
            assert instance["InstanceLifecycle"] == "spot"
            assert instance["Architecture"] == "arm64"

    def test_without_a_network_plugin_nodes_are_not_ready_until_there_is_one(self, aws):
        cluster = aws.cluster(bootstrapSelfManagedAddons=False)
        eks = aws.client("eks")
        group = wish(aws, cluster)
        with aws.at_speed(1000):
            eks.create_nodegroup(**group)
        until(lambda: len(aws.nodes(cluster)) == 2, "two nodes have joined")
        assert {node["status"] for node in aws.nodes(cluster)} == {"NotReady"}
        describe = {"clusterName": cluster, "nodegroupName": group["nodegroupName"]}
        assert eks.describe_nodegroup(**describe)["nodegroup"]["status"] == "CREATING"
        eks.create_addon(clusterName=cluster, addonName="vpc-cni")
        aws.settled(cluster, group["nodegroupName"])
        assert {node["status"] for node in aws.nodes(cluster)} == {"Ready"}

    def test_a_subnet_without_addresses_launches_nothing_and_says_why(self, aws):
        vpc = aws.vpc()
        cluster = aws.cluster(aws.subnets(vpc))
        tiny = aws.client("ec2").create_subnet(
            VpcId=vpc, CidrBlock="10.0.9.0/28", AvailabilityZone=f"{REGION}a"
        )["Subnet"]["SubnetId"]
        scaling = {"minSize": 1, "desiredSize": 12, "maxSize": 12}
        group = wish(aws, cluster, subnets=[tiny], scalingConfig=scaling)
        eks = aws.client("eks")
        made = eks.create_nodegroup(**group)["nodegroup"]
        assert [issue["code"] for issue in made["health"]["issues"]] == [
            "InsufficientFreeAddresses"
        ]
        assert len(aws.instances(group["nodegroupName"])) == 11, "of 16 addresses AWS keeps 5"
        where = {"clusterName": cluster, "nodegroupName": group["nodegroupName"]}
        until(
            lambda: eks.describe_nodegroup(**where)["nodegroup"]["status"] == "CREATE_FAILED",
            "the group has failed",
        )


class TestChanges:
    def update(self, aws, cluster, group, **asked):
        eks = aws.client("eks")
        where = {"clusterName": cluster, "nodegroupName": group["nodegroupName"]}
        update = eks.update_nodegroup_config(**where, **asked)["update"]
        return self.done(aws, cluster, group, update)

    def done(self, aws, cluster, group, update):
        where = {"name": cluster, "nodegroupName": group["nodegroupName"], "updateId": update["id"]}
        eks = aws.client("eks")
        until(
            lambda: eks.describe_update(**where)["update"]["status"] == "Successful", "it is done"
        )
        return aws.settled(cluster, group["nodegroupName"])

    def test_scaling_up_launches_and_scaling_down_terminates(self, aws, cluster):
        group = aws.nodegroup(cluster)
        name = group["nodegroupName"]
        before = {one["InstanceId"] for one in aws.instances(name)}
        group = self.update(aws, cluster, group, scalingConfig={"desiredSize": 3})
        assert group["scalingConfig"] == {"minSize": 1, "desiredSize": 3, "maxSize": 4}
        after = {one["InstanceId"] for one in aws.instances(name)}
        assert before < after, "who was there stays"
        assert len(after) == 3
        assert len(nodes(aws, cluster, name)) == 3
        group = self.update(aws, cluster, group, scalingConfig={"desiredSize": 1})
        assert len(aws.instances(name)) == 1
        assert len(nodes(aws, cluster, name)) == 1

    def test_labels_and_taints_come_and_go(self, aws, cluster):
        taint = {"key": "gpu", "value": "yes", "effect": "NO_SCHEDULE"}
        group = aws.nodegroup(cluster, labels={"a": "1", "b": "2"}, taints=[taint])
        group = self.update(
            aws,
            cluster,
            group,
            labels={"addOrUpdateLabels": {"c": "3"}, "removeLabels": ["a"]},
            taints={"removeTaints": [taint]},
        )
        assert group["labels"] == {"b": "2", "c": "3"}
        assert group["taints"] == []

    def test_a_new_version_of_the_launch_template_replaces_every_instance(self, aws, cluster):
        launch_template = template(aws, Monitoring={"Enabled": False})
        group = aws.nodegroup(cluster, launchTemplate={"id": launch_template, "version": "1"})
        name = group["nodegroupName"]
        before = {one["InstanceId"] for one in aws.instances(name)}
        aws.client("ec2").create_launch_template_version(
            LaunchTemplateId=launch_template,
            SourceVersion="1",
            LaunchTemplateData={"Monitoring": {"Enabled": True}},
        )
        update = aws.client("eks").update_nodegroup_version(
            clusterName=cluster,
            nodegroupName=name,
            launchTemplate={"id": launch_template, "version": "2"},
        )["update"]
        group = self.done(aws, cluster, group, update)
        assert group["launchTemplate"]["version"] == "2"
        instances = aws.instances(name)
        assert len(instances) == 2
        assert not before & {one["InstanceId"] for one in instances}
        assert {one["Monitoring"]["State"] for one in instances} == {"enabled"}

    def test_a_version_update_follows_the_cluster(self, aws):
        cluster = aws.cluster(version="1.35")
        group = aws.nodegroup(cluster)
        eks = aws.client("eks")
        eks.update_cluster_version(name=cluster, version="1.36")
        until(lambda: aws.describe(cluster)["version"] == "1.36", "the cluster is of 1.36")
        where = {"clusterName": cluster, "nodegroupName": group["nodegroupName"]}
        update = eks.update_nodegroup_version(**where)["update"]
        assert self.done(aws, cluster, group, update)["version"] == "1.36"
        assert all(node["version"].startswith("v1.36.") for node in aws.nodes(cluster))

    def test_an_update_of_a_group_is_not_one_of_the_cluster(self, aws, cluster):
        group = aws.nodegroup(cluster)
        eks = aws.client("eks")
        where = {"clusterName": cluster, "nodegroupName": group["nodegroupName"]}
        update = eks.update_nodegroup_config(**where, scalingConfig={"desiredSize": 3})["update"]
        code, _ = refusal(eks.describe_update, name=cluster, updateId=update["id"])
        assert code == "ResourceNotFoundException"
        listed = eks.list_updates(name=cluster, nodegroupName=group["nodegroupName"])
        assert listed["updateIds"] == [update["id"]]

    def test_an_instance_terminated_behind_its_back_is_replaced(self, aws, cluster):
        name = aws.nodegroup(cluster)["nodegroupName"]
        lost = aws.instances(name)[0]["InstanceId"]
        aws.client("ec2").terminate_instances(InstanceIds=[lost])
        until(lambda: len(nodes(aws, cluster, name)) == 2, "there are two nodes again")
        assert lost not in {one["InstanceId"] for one in aws.instances(name)}

    def test_a_desired_size_set_at_the_auto_scaling_group_is_the_groups(self, aws, cluster):
        group = aws.nodegroup(cluster)
        name = group["resources"]["autoScalingGroups"][0]["name"]
        scale = aws.client("autoscaling").set_desired_capacity
        scale(AutoScalingGroupName=name, DesiredCapacity=1)
        group = aws.settled(cluster, group["nodegroupName"])
        assert group["scalingConfig"]["desiredSize"] == 1
        assert len(aws.instances(group["nodegroupName"])) == 1

    def test_deleting_terminates_instances_and_removes_what_eks_made(self, aws, cluster):
        group = aws.nodegroup(cluster)
        name = group["nodegroupName"]
        made = group["resources"]["autoScalingGroups"][0]["name"]
        uid = made.removeprefix(f"eks-{name}-")
        aws.client("eks").delete_nodegroup(clusterName=cluster, nodegroupName=name)
        until(lambda: name not in aws.nodegroups(cluster), "gone")
        assert aws.instances(name) == []
        assert not [one for one in aws.inventory() if uid in one["name"]]
