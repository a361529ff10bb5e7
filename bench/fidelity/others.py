"""Load balancers, Auto Scaling, queues, events, tags of everything."""

import json
from typing import Any

from bench.fidelity.checks import (
    REGION,
    allow,
    check,
    document,
    group,
    image,
    refused,
    subnet,
    tags,
    unique,
)
from tests.rehearsal.emulator import Emulator


def _load_balancer(aws: Emulator, kind: str = "application") -> dict[str, Any]:
    vpc = aws.vpc()
    places = aws.subnets(vpc, zones="ab")
    made = aws.client("elbv2").create_load_balancer(
        Name=unique("lb"),
        Subnets=places,
        SecurityGroups=[group(aws, vpc)] if kind == "application" else [],
        Type=kind,
        Scheme="internal",
        Tags=tags(a="1"),
    )
    return made["LoadBalancers"][0]


def _target_group(aws: Emulator, vpc: str) -> str:
    made = aws.client("elbv2").create_target_group(
        Name=unique("tg"), Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip"
    )
    return made["TargetGroups"][0]["TargetGroupArn"]


def _listener(aws: Emulator, balancer: str, target: str) -> str:
    made = aws.client("elbv2").create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": target}],
    )
    return made["Listeners"][0]["ListenerArn"]


@check("elbv2", "LB + TG + listener + tags")
def load_balancer(aws: Emulator) -> None:
    elb = aws.client("elbv2")
    made = _load_balancer(aws)
    arn = made["LoadBalancerArn"]
    assert ":loadbalancer/app/" in arn
    _listener(aws, arn, _target_group(aws, made["VpcId"]))
    assert len(elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]) == 1
    (found,) = elb.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert found["Tags"] == tags(a="1")


@check("elbv2", "NLB")
def network_load_balancer(aws: Emulator) -> None:
    made = _load_balancer(aws, "network")
    assert made["Type"] == "network"
    assert ":loadbalancer/net/" in made["LoadBalancerArn"]


@check("elbv2", "in-use errors: delete TG / SG / subnet under a LB")
def load_balancer_in_use(aws: Emulator) -> None:
    ec2, elb = aws.client("ec2"), aws.client("elbv2")
    made = _load_balancer(aws)
    target = _target_group(aws, made["VpcId"])
    _listener(aws, made["LoadBalancerArn"], target)
    refused("ResourceInUse", elb.delete_target_group, TargetGroupArn=target)
    own = made["SecurityGroups"][0]
    refused("DependencyViolation", ec2.delete_security_group, GroupId=own)
    place = made["AvailabilityZones"][0]["SubnetId"]
    refused("DependencyViolation", ec2.delete_subnet, SubnetId=place)


@check("elbv2", "Delete LBs/TG")
def load_balancer_deleted(aws: Emulator) -> None:
    ec2, elb = aws.client("ec2"), aws.client("elbv2")
    made = _load_balancer(aws)
    target = _target_group(aws, made["VpcId"])
    _listener(aws, made["LoadBalancerArn"], target)
    elb.delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])
    elb.delete_target_group(TargetGroupArn=target)
    refused(
        "LoadBalancerNotFound",
        elb.describe_load_balancers,
        LoadBalancerArns=[made["LoadBalancerArn"]],
    )
    ec2.delete_security_group(GroupId=made["SecurityGroups"][0])
    for zone in made["AvailabilityZones"]:
        ec2.delete_subnet(SubnetId=zone["SubnetId"])


def _scaling_group(aws: Emulator, desired: int = 2) -> str:
    name = unique("asg")
    aws.client("ec2").create_launch_template(
        LaunchTemplateName=name,
        LaunchTemplateData={"ImageId": image(aws), "InstanceType": "t3.medium"},
    )
    places = aws.subnets(aws.vpc(), zones="ab")
    aws.client("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName=name,
        LaunchTemplate={"LaunchTemplateName": name, "Version": "1"},
        MinSize=0,
        MaxSize=4,
        DesiredCapacity=desired,
        VPCZoneIdentifier=",".join(places),
        Tags=[{"Key": "a", "Value": "1", "PropagateAtLaunch": True}],
    )
    return name


def _instances(aws: Emulator, name: str) -> list[dict[str, Any]]:
    found = aws.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[name])
    ids = [one["InstanceId"] for one in found["AutoScalingGroups"][0]["Instances"]]
    if not ids:
        return []
    reservations = aws.client("ec2").describe_instances(InstanceIds=ids)["Reservations"]
    return [one for reservation in reservations for one in reservation["Instances"]]


@check("autoscaling", "CreateAutoScalingGroup launches EC2")
def scaling_group(aws: Emulator) -> None:
    found = _instances(aws, _scaling_group(aws))
    assert {one["Placement"]["AvailabilityZone"] for one in found} == {
        f"{REGION}a",
        f"{REGION}b",
    }
    for one in found:
        assert one["PrivateDnsName"].endswith(f".{REGION}.compute.internal")
        assert tags(a="1")[0] in one["Tags"]


@check("autoscaling", "SetDesiredCapacity")
def scaled_group(aws: Emulator) -> None:
    name = _scaling_group(aws)
    change = aws.client("autoscaling").set_desired_capacity
    change(AutoScalingGroupName=name, DesiredCapacity=3)
    assert len(_instances(aws, name)) == 3
    asked = {"AutoScalingGroupName": name, "DesiredCapacity": 9}
    refused("ValidationError", change, **asked)


@check("autoscaling", "DeleteAutoScalingGroup without force")
def scaling_group_in_use(aws: Emulator) -> None:
    name = _scaling_group(aws)
    delete = aws.client("autoscaling").delete_auto_scaling_group
    refused("ResourceInUse", delete, AutoScalingGroupName=name)


@check("autoscaling", "Delete force terminates")
def scaling_group_forced(aws: Emulator) -> None:
    name = _scaling_group(aws)
    ids = [one["InstanceId"] for one in _instances(aws, name)]
    aws.client("autoscaling").delete_auto_scaling_group(AutoScalingGroupName=name, ForceDelete=True)
    found = aws.client("ec2").describe_instances(InstanceIds=ids)["Reservations"]
    states = {one["State"]["Name"] for r in found for one in r["Instances"]}
    assert states <= {"shutting-down", "terminated"}


def _queue(aws: Emulator) -> tuple[str, str]:
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=unique("queue"))["QueueUrl"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    return url, found["Attributes"]["QueueArn"]


@check("sqs", "CreateQueue+policy+tags")
def queue(aws: Emulator) -> None:
    sqs = aws.client("sqs")
    url, arn = _queue(aws)
    own = document(
        allow("sqs:SendMessage", Principal={"Service": "events.amazonaws.com"}, Resource=arn)
    )
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": own})
    sqs.tag_queue(QueueUrl=url, Tags={"a": "1"})
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert json.loads(found["Policy"]) == json.loads(own)
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"a": "1"}
    sqs.delete_queue(QueueUrl=url)
    codes = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
    refused(codes, sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["All"])


@check("events", "Rules/targets")
def event_rules(aws: Emulator) -> None:
    events, name = aws.client("events"), unique("rule")
    _, arn = _queue(aws)
    pattern = json.dumps({"source": ["aws.ec2"]})
    events.put_rule(Name=name, EventPattern=pattern)
    events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])
    (target,) = events.list_targets_by_rule(Rule=name)["Targets"]
    assert target["Arn"] == arn
    refused("ValidationException", events.delete_rule, Name=name)
    events.remove_targets(Rule=name, Ids=["queue"])
    events.delete_rule(Name=name)
    refused("ResourceNotFoundException", events.describe_rule, Name=name)


@check("tagging", "GetResources by tag")
def resources_by_tag(aws: Emulator) -> None:
    vpc, place = subnet(aws)
    name = unique("name")
    aws.client("ec2").create_tags(Resources=[vpc, place], Tags=tags(check=name))
    found = aws.client("resourcegroupstaggingapi").get_resources(
        TagFilters=[{"Key": "check", "Values": [name]}]
    )
    arns = {one["ResourceARN"] for one in found["ResourceTagMappingList"]}
    assert {arn.rpartition("/")[2] for arn in arns} == {vpc, place}
