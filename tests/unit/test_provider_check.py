"""What the stand-in aws provider makes of a program's inputs."""

import re

import pytest

from rehearsal.providers.aws.check import autoname, check, merge_tags, strip_defaults
from rehearsal.providers.aws.diff import compare
from rehearsal.providers.aws.lifecycle import planned, settled
from rehearsal.providers.aws.tables import RESOURCES
from rehearsal.providers.protocol import UNKNOWN

SUBNET = RESOURCES["aws:ec2/subnet:Subnet"]
GROUP = RESOURCES["aws:eks/nodeGroup:NodeGroup"]
ROLE = RESOURCES["aws:iam/role:Role"]
ALIAS = RESOURCES["aws:kms/alias:Alias"]
CLUSTER = RESOURCES["aws:eks/cluster:Cluster"]
TEMPLATE = RESOURCES["aws:ec2/launchTemplate:LaunchTemplate"]


def checked(row, news, olds=None, *, tags=None, seed=b"seed", proposed=None):
    return check(
        row, "thing", news, olds or {}, seed=seed, default_tags=tags or {}, proposed_name=proposed
    )


def test_a_name_is_made_up_of_the_logical_one_and_seven_hex_digits():
    inputs, failures = checked(ROLE, {"assumeRolePolicy": "{}"})
    assert failures == []
    assert re.fullmatch(r"thing-[0-9a-f]{7}", inputs["name"])
    assert "name" in inputs["__defaults"]
    assert checked(ROLE, {"assumeRolePolicy": "{}"})[0]["name"] == inputs["name"]
    other = checked(ROLE, {"assumeRolePolicy": "{}"}, seed=b"other")[0]["name"]
    assert other != inputs["name"], "the engine's seed decides"


def test_a_made_up_name_stays():
    first, _ = checked(ROLE, {"assumeRolePolicy": "{}"})
    second, _ = checked(ROLE, {"assumeRolePolicy": "{}"}, first, seed=b"other")
    assert second["name"] == first["name"]


def test_a_given_name_is_taken_and_giving_it_up_makes_a_new_one():
    first, _ = checked(ROLE, {"assumeRolePolicy": "{}", "name": "mine"})
    assert first["name"] == "mine"
    assert "name" not in first["__defaults"]
    second, _ = checked(ROLE, {"assumeRolePolicy": "{}"}, first)
    assert second["name"].startswith("thing-")


def test_a_name_follows_the_rules_of_its_type():
    alias, _ = checked(ALIAS, {"targetKeyId": "k"})
    assert re.fullmatch(r"alias/thing-[0-9a-f]{7}", alias["name"])
    group, _ = checked(
        GROUP,
        {
            "clusterName": "c",
            "nodeRoleArn": "r",
            "subnetIds": ["s"],
            "scalingConfig": {"desiredSize": 1, "maxSize": 1, "minSize": 1},
        },
    )
    assert re.fullmatch(r"thing-[0-9a-f]{7}", group["nodeGroupName"])


def test_a_project_can_choose_the_name():
    assert checked(ROLE, {"assumeRolePolicy": "{}"}, proposed="chosen")[0]["name"] == "chosen"


def test_a_logical_name_too_long_to_name_after_is_refused():
    with pytest.raises(ValueError, match="plus 7 random chars is longer than maximum length 64"):
        autoname("n" * 60, b"", 64)


def test_what_is_missing_is_told_in_the_official_words():
    assert checked(SUBNET, {})[1] == ["Missing required property 'vpcId'"]
    failures = checked(
        GROUP,
        {
            "clusterName": "c",
            "nodeRoleArn": "r",
            "subnetIds": ["s"],
            "scalingConfig": {"maxSize": 1, "minSize": 1},
            "taints": [{"key": "k"}],
        },
    )[1]
    assert failures == [
        "Missing required property 'scalingConfig.desiredSize'",
        "Missing required property 'taints[0].effect'",
    ]


def test_what_cannot_be_rehearsed_is_refused_by_name():
    _, failures = checked(SUBNET, {"vpcId": "v", "outpostArn": "arn"})
    assert failures == [
        "`outpostArn` is not a property of aws:ec2/subnet:Subnet that a rehearsal can stand in "
        "for. Examine values at 'thing.outpostArn'."
    ]


def test_defaults_are_filled_in_and_noted_beside_the_inputs():
    inputs, _ = checked(CLUSTER, {"roleArn": "r", "vpcConfig": {"subnetIds": ["s"]}})
    assert inputs["bootstrapSelfManagedAddons"] is True
    assert inputs["vpcConfig"]["endpointPublicAccess"] is True
    assert inputs["vpcConfig"]["endpointPrivateAccess"] is False
    assert sorted(inputs["vpcConfig"]["__defaults"]) == [
        "endpointPrivateAccess",
        "endpointPublicAccess",
    ]
    assert "__defaults" not in strip_defaults(inputs)["vpcConfig"]


def test_values_take_the_type_of_their_property():
    inputs, _ = checked(
        GROUP,
        {
            "clusterName": "c",
            "nodeRoleArn": "r",
            "subnetIds": ["s"],
            "launchTemplate": {"id": "lt-1", "version": 3},
            "scalingConfig": {"desiredSize": "2", "maxSize": 2, "minSize": 2},
        },
    )
    assert inputs["launchTemplate"]["version"] == "3"
    assert inputs["scalingConfig"]["desiredSize"] == 2
    role, _ = checked(ROLE, {"assumeRolePolicy": {"Version": "2012-10-17", "Statement": []}})
    assert role["assumeRolePolicy"] == '{"Version":"2012-10-17","Statement":[]}'


def test_default_tags_go_into_all_tags_and_are_overridden_by_the_resources_own():
    tags = {"project": "p", "owner": "me"}
    inputs, _ = checked(SUBNET, {"vpcId": "v", "tags": {"owner": "you"}}, tags=tags)
    assert inputs["tags"] == {"owner": "you"}
    assert inputs["tagsAll"] == {"project": "p", "owner": "you"}
    assert checked(SUBNET, {"vpcId": "v"})[0]["tagsAll"] == {}
    assert merge_tags(tags, {"a": UNKNOWN}) is UNKNOWN


def test_a_preview_knows_what_was_given_and_nothing_that_aws_makes():
    inputs, _ = checked(CLUSTER, {"roleArn": UNKNOWN, "vpcConfig": {"subnetIds": ["s"]}})
    state = planned(CLUSTER, None, inputs)
    assert state["name"] == inputs["name"]
    assert state["roleArn"] is UNKNOWN
    assert state["endpoint"] is UNKNOWN
    assert state["vpcConfig"]["subnetIds"] == ["s"]
    assert state["vpcConfig"]["clusterSecurityGroupId"] is UNKNOWN


def test_a_new_version_of_a_launch_template_is_unknown_until_it_is_made():
    inputs, _ = checked(TEMPLATE, {"imageId": "ami-1", "updateDefaultVersion": True})
    state = {**strip_defaults(inputs), "latestVersion": 1, "defaultVersion": 1, "arn": "a"}
    for change, unknown in (
        ({"imageId": "ami-2"}, {"latestVersion", "defaultVersion"}),
        ({"tagsAll": {"a": "b"}}, set()),
    ):
        news = {**inputs, **change}
        plan = planned(TEMPLATE, state, news, compare(TEMPLATE.properties, state, news))
        assert {name for name, value in plan.items() if value is UNKNOWN} == unknown
        assert plan["arn"] == "a"


def test_an_update_keeps_what_aws_chose_and_drops_what_is_no_longer_asked_for():
    olds = {
        "clusterName": "c",
        "labels": {"a": "b"},
        "amiType": "AL2023_x86_64_STANDARD",
        "arn": "a",
        "launchTemplate": {"id": "lt-1", "name": "n", "version": "1"},
    }
    news = {"clusterName": "c", "launchTemplate": {"id": "lt-1", "version": "2", "__defaults": []}}
    assert settled(GROUP, olds, news) == {
        "clusterName": "c",
        "amiType": "AL2023_x86_64_STANDARD",
        "arn": "a",
        "launchTemplate": {"id": "lt-1", "name": "n", "version": "2"},
    }


def test_a_preview_of_an_update_keeps_what_stays():
    olds = {"vpcId": "v", "cidrBlock": "c", "mapPublicIpOnLaunch": True, "arn": "a", "region": "r"}
    news = {"vpcId": "v", "cidrBlock": "c"}
    plan = planned(SUBNET, olds, news, compare(SUBNET.properties, olds, news))
    assert plan == {"vpcId": "v", "cidrBlock": "c", "arn": "a", "region": "r"}
