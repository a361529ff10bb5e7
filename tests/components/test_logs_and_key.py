"""Flow logs, the control plane's logs, and the key that encrypts them."""

import json

import pytest

from tests.components.program import of_kind, run
from tests.components.stacks import iam, key, stack

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
KEY = "aws:kms/key:Key"


def sids(made):
    return {it["Sid"]: it for it in json.loads(made.one(KEY).inputs["policy"])["Statement"]}


def test_refused_traffic_is_written_down_for_a_year():
    made = of_kind("development")
    assert made.one(FLOW_LOG).inputs == {
        "vpcId": "dev-id",
        "trafficType": "REJECT",
        "logDestinationType": "cloud-watch-logs",
        "logDestination": "arn:aws:test:::dev-flow-logs",
        "iamRoleArn": "arn:aws:test:::dev-flow-logs",
        "maxAggregationInterval": 600,
        "tags": {"Name": "dev"},
    }
    group = made.of_type(LOG_GROUP)["dev-flow-logs"].inputs
    assert group["name"] == "/aws/vpc/dev/flow-logs"
    assert group["retentionInDays"] == 365
    assert group["kmsKeyId"] == "arn:aws:test:::dev"


def test_the_role_of_flow_logs_writes_to_one_group_and_is_of_one_account():
    made = of_kind("development")
    trust = json.loads(
        made.of_type("aws:iam/role:Role")["dev-flow-logs"].inputs["assumeRolePolicy"]
    )
    (statement,) = trust["Statement"]
    assert statement["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:ec2:ap-northeast-2:123456789012:vpc-flow-log/*"},
    }
    policy = json.loads(made.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])
    writing = policy["Statement"][0]
    assert writing["Resource"] == "arn:aws:test:::dev-flow-logs:*"
    assert "logs:CreateLogGroup" not in writing["Action"]


def test_a_flow_log_outlives_none_of_what_it_needs():
    made = of_kind("development")
    policy = made.one("aws:iam/rolePolicy:RolePolicy")
    assert policy.urn in made.one(FLOW_LOG).dependencies, "it could not write its last records"


def test_the_logs_of_the_control_plane_are_kept_as_wished():
    logging = {
        "retentionDays": 30,
        "class": "INFREQUENT_ACCESS",
        "keyArn": key("logs"),
        "keepOnDestroy": True,
    }
    group = run(stack(logging=logging)).of_type(LOG_GROUP)["dev"].inputs
    assert group == {
        "name": "/aws/eks/dev/cluster",
        "retentionInDays": 30,
        "logGroupClass": "INFREQUENT_ACCESS",
        "kmsKeyId": key("logs"),
        "skipDestroy": True,
        "tags": {"Name": "/aws/eks/dev/cluster"},
    }


def test_no_log_type_means_no_log_group():
    made = of_kind("silent")
    assert made.cluster.inputs["enabledClusterLogTypes"] == []
    assert not made.of_type(LOG_GROUP)


def test_the_account_and_named_administrators_keep_the_key():
    made = run(
        stack(
            encryption={
                "administrators": [iam("role/Keys")],
                "rotationDays": 90,
                "deletionWindowDays": 7,
            }
        )
    )
    inputs = made.one(KEY).inputs
    assert inputs["enableKeyRotation"] is True
    assert inputs["rotationPeriodInDays"] == 90
    assert inputs["deletionWindowInDays"] == 7
    statements = sids(made)
    assert statements["Account"]["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert statements["Administrators"]["Principal"] == {"AWS": [iam("role/Keys")]}
    actions = statements["Administrators"]["Action"]
    assert not {it for it in actions if it in ("kms:*", "kms:Decrypt", "kms:CreateGrant")}
    alias = made.one("aws:kms/alias:Alias").inputs
    assert alias["name"] == "alias/eks/dev"


@pytest.mark.parametrize(
    ("changes", "makes", "secrets", "logs"),
    [
        ({}, True, "arn:aws:test:::dev", "arn:aws:test:::dev"),
        ({"encryption": {"keyArn": key("s")}}, True, key("s"), "arn:aws:test:::dev"),
        ({"logging": {"keyArn": key("l")}}, True, "arn:aws:test:::dev", key("l")),
        (
            {"encryption": {"keyArn": key("s")}, "logging": {"keyArn": key("l")}},
            False,
            key("s"),
            key("l"),
        ),
        (
            {
                "encryption": {"keyArn": key("s")},
                "logging": {"types": []},
                "network": {"flowLogs": {"trafficType": "NONE"}},
            },
            False,
            key("s"),
            None,
        ),
    ],
)
def test_a_key_is_made_only_if_something_is_encrypted_with_it(changes, makes, secrets, logs):
    made = run(stack(**changes))
    assert bool(made.of_type(KEY)) is makes
    assert made.cluster.inputs["encryptionConfig"]["provider"]["keyArn"] == secrets
    assert {it.inputs["kmsKeyId"] for it in made.of_type(LOG_GROUP).values()} == (
        {logs} if logs else set()
    )


def test_a_key_of_secrets_alone_is_not_for_logs():
    made = run(stack(logging={"keyArn": key("l")}))
    assert sids(made).keys() == {"Account"}
