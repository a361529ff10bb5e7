"""What Auto Scaling refuses in the embedded AWS: one test a rule, of EKS's groups and of others."""

import pytest

from tests.rehearsal.emulator import refusal, unique

ABOVE = (
    "ValidationError",
    "New SetDesiredCapacity value 5 is above max value 4 for the AutoScalingGroup.",
)
BELOW = (
    "ValidationError",
    "New SetDesiredCapacity value 0 is below min value 1 for the AutoScalingGroup.",
)


@pytest.fixture
def autoscaling(aws):
    return aws.client("autoscaling")


@pytest.fixture
def group(aws, autoscaling):
    """A group of two instances that is nobody's but the user's own."""
    (image, *_) = aws.client("ec2").describe_images(
        Filters=[{"Name": "name", "Values": ["amazon-eks-node-al2023-x86_64-standard-*"]}]
    )["Images"]
    name = unique("asg")
    aws.client("ec2").create_launch_template(
        LaunchTemplateName=name,
        LaunchTemplateData={"ImageId": image["ImageId"], "InstanceType": "t3.medium"},
    )
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateName": name, "Version": "1"},
        MinSize=1,
        DesiredCapacity=2,
        MaxSize=4,
        VPCZoneIdentifier=aws.subnets(aws.vpc(), "a")[0],
    )
    return name


@pytest.mark.parametrize(("wanted", "answer"), [(5, ABOVE), (0, BELOW)])
def test_a_size_beyond_those_of_the_group_is_refused(autoscaling, group, wanted, answer):
    asked = {"AutoScalingGroupName": group, "DesiredCapacity": wanted}
    assert refusal(autoscaling.set_desired_capacity, **asked) == answer


@pytest.mark.parametrize(("wanted", "answer"), [(5, ABOVE), (0, BELOW)])
def test_so_it_is_for_a_node_group_and_nothing_changes(aws, autoscaling, cluster, wanted, answer):
    made = aws.nodegroup(cluster)
    name = made["resources"]["autoScalingGroups"][0]["name"]
    asked = {"AutoScalingGroupName": name, "DesiredCapacity": wanted}
    assert refusal(autoscaling.set_desired_capacity, **asked) == answer
    after = aws.settled(cluster, made["nodegroupName"])
    assert after["scalingConfig"] == made["scalingConfig"]
    assert len(aws.instances(made["nodegroupName"])) == made["scalingConfig"]["desiredSize"]


def test_a_group_with_instances_is_not_deleted_unless_it_is_forced(autoscaling, group):
    assert refusal(autoscaling.delete_auto_scaling_group, AutoScalingGroupName=group) == (
        "ResourceInUse",
        "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance "
        "request(s) still in the group.",
    )
    autoscaling.delete_auto_scaling_group(AutoScalingGroupName=group, ForceDelete=True)
    found = autoscaling.describe_auto_scaling_groups(AutoScalingGroupNames=[group])
    assert found["AutoScalingGroups"] == []


@pytest.mark.parametrize("operation", ["create_or_update_tags", "delete_tags"])
def test_a_tag_of_a_group_that_is_not_there_is_refused(autoscaling, operation):
    tag = {"ResourceId": "nobody", "ResourceType": "auto-scaling-group", "Key": "a", "Value": "b"}
    assert refusal(getattr(autoscaling, operation), Tags=[tag]) == (
        "ValidationError",
        "AutoScalingGroup not found - AutoScaling Group nobody not found",
    )


def test_instances_of_no_group_are_not_replaced(autoscaling):
    asked = {"AutoScalingGroupName": "nobody"}
    code, words = refusal(autoscaling.start_instance_refresh, **asked)
    assert code == "ValidationError"
    assert "nobody" in words
