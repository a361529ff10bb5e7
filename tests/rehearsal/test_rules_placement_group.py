"""What EC2 refuses of placement groups in the embedded AWS, and what it tells of them."""

import pytest

from tests.rehearsal.emulator import refusal, unique


@pytest.fixture
def ec2(aws):
    return aws.client("ec2")


@pytest.fixture
def make(ec2):
    def make(strategy="spread", **more):
        name = unique("group")
        ec2.create_placement_group(GroupName=name, Strategy=strategy, **more)
        return name

    return make


@pytest.fixture
def launched(aws, ec2, cluster):
    """A node group of two nodes in two zones whose template names a placement group."""

    def launched(placement, **asked):
        template = ec2.create_launch_template(
            LaunchTemplateName=unique("template"), LaunchTemplateData={"Placement": placement}
        )["LaunchTemplate"]
        return aws.nodegroup(cluster, launchTemplate={"id": template["LaunchTemplateId"]}, **asked)

    return launched


def described(ec2, name):
    (group,) = ec2.describe_placement_groups(GroupNames=[name])["PlacementGroups"]
    return group


@pytest.mark.parametrize(
    ("strategy", "more", "told"),
    [
        ("cluster", {}, {}),
        ("spread", {}, {"SpreadLevel": "rack"}),
        ("partition", {}, {"PartitionCount": 2}),
        ("partition", {"PartitionCount": 5}, {"PartitionCount": 5}),
    ],
)
def test_it_is_described_as_it_was_made(ec2, make, strategy, more, told):
    name = make(strategy, **more)
    group = described(ec2, name)
    assert group.pop("GroupId").startswith("pg-")
    assert group.pop("GroupArn").endswith(f":placement-group/{name}")
    expected = {"GroupName": name, "State": "available", "Strategy": strategy, "Tags": [], **told}
    assert group == expected


def test_it_is_found_by_its_tags(ec2, make):
    tag = {"Key": "owner", "Value": unique("me")}
    name = make(TagSpecifications=[{"ResourceType": "placement-group", "Tags": [tag]}])
    make(TagSpecifications=[{"ResourceType": "placement-group", "Tags": [{**tag, "Value": "x"}]}])
    filters = [{"Name": "tag:owner", "Values": [tag["Value"]]}]
    (found,) = ec2.describe_placement_groups(Filters=filters)["PlacementGroups"]
    assert (found["GroupName"], found["Tags"]) == (name, [tag])


def test_a_second_one_of_a_name_is_refused(ec2, make):
    name = make()
    assert refusal(ec2.create_placement_group, GroupName=name, Strategy="spread") == (
        "InvalidPlacementGroup.Duplicate",
        f"The placement group '{name}' already exists.",
    )


@pytest.mark.parametrize(
    ("strategy", "member", "value", "only"),
    [
        ("spread", "PartitionCount", 3, "partition"),
        ("cluster", "SpreadLevel", "rack", "spread"),
    ],
)
def test_a_member_of_another_strategy_is_refused(ec2, strategy, member, value, only):
    asked = {"GroupName": unique("group"), "Strategy": strategy, member: value}
    assert refusal(ec2.create_placement_group, **asked) == (
        "InvalidParameterCombination",
        f"The parameter {member} can only be used with the placement strategy {only}.",
    )


def test_one_that_is_not_there_is_refused(ec2):
    answer = ("InvalidPlacementGroup.Unknown", "The Placement Group 'nobody' is unknown.")
    assert refusal(ec2.describe_placement_groups, GroupNames=["nobody"]) == answer
    assert refusal(ec2.delete_placement_group, GroupName="nobody") == answer


def test_one_with_instances_is_not_deleted(aws, ec2, cluster, make, launched):
    name = make()
    group = launched({"GroupName": name})["nodegroupName"]
    assert {it["Placement"]["GroupName"] for it in aws.instances(group)} == {name}
    assert refusal(ec2.delete_placement_group, GroupName=name) == (
        "InvalidPlacementGroup.InUse",
        f"The placement group '{name}' is in use and may not be deleted.",
    )
    ec2.terminate_instances(InstanceIds=[it["InstanceId"] for it in aws.instances(group)])
    assert described(ec2, name), "the node group has launched others into it"


def test_one_without_instances_is_deleted(ec2, make):
    name = make()
    ec2.delete_placement_group(GroupName=name)
    found = ec2.describe_placement_groups()["PlacementGroups"]
    assert name not in {it["GroupName"] for it in found}


def test_one_that_packs_instances_lies_in_one_zone(aws, ec2, cluster, make):
    """The second node's zone is another one: its launch fails, and the group says why."""
    name = make("cluster")
    template = ec2.create_launch_template(
        LaunchTemplateName=unique("template"),
        LaunchTemplateData={"Placement": {"GroupName": name}},
    )["LaunchTemplate"]
    eks, group = aws.client("eks"), unique("group")
    eks.create_nodegroup(
        clusterName=cluster,
        nodegroupName=group,
        subnets=aws.describe(cluster)["resourcesVpcConfig"]["subnetIds"],
        nodeRole=aws.role("ec2.amazonaws.com"),
        scalingConfig={"minSize": 2, "desiredSize": 2, "maxSize": 2},
        launchTemplate={"id": template["LaunchTemplateId"]},
    )
    zones = {it["Placement"]["AvailabilityZone"] for it in aws.instances(group)}
    assert len(zones) == 1
    described = eks.describe_nodegroup(clusterName=cluster, nodegroupName=group)["nodegroup"]
    (issue,) = described["health"]["issues"]
    (zone,) = zones
    assert (
        f"The placement group '{name}' is in use in another availability zone: {zone}"
        in (issue["message"])
    )


def test_an_instance_for_one_that_is_not_there_is_not_launched(aws, ec2, cluster):
    template = ec2.create_launch_template(
        LaunchTemplateName=unique("template"),
        LaunchTemplateData={"Placement": {"GroupName": "nobody"}},
    )["LaunchTemplate"]
    eks, group = aws.client("eks"), unique("group")
    eks.create_nodegroup(
        clusterName=cluster,
        nodegroupName=group,
        subnets=aws.describe(cluster)["resourcesVpcConfig"]["subnetIds"],
        nodeRole=aws.role("ec2.amazonaws.com"),
        launchTemplate={"id": template["LaunchTemplateId"]},
    )
    described = eks.describe_nodegroup(clusterName=cluster, nodegroupName=group)["nodegroup"]
    assert "The Placement Group 'nobody' is unknown." in described["health"]["issues"][0]["message"]
    assert aws.instances(group) == []
