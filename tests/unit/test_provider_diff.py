"""What a change does, and what is no change at all."""

import json

import pytest

from rehearsal.providers.aws.diff import compare
from rehearsal.providers.aws.properties import (
    block,
    block_set,
    blocks,
    flag,
    mapping,
    number,
    policy_document,
    text,
    text_set,
    texts,
)
from rehearsal.providers.aws.tables import RESOURCES
from rehearsal.providers.protocol import UNKNOWN


def kinds(properties, old, new, ignored=()):
    """Changes as `path: what`, with `!` where the resource is replaced."""
    return {
        change.path: change.kind + ("!" if change.replaces else "")
        for change in compare(properties, old, new, ignored)
    }


def test_what_is_equal_is_no_change():
    properties = {"a": text(), "b": number(), "c": flag(), "d": texts(), "e": mapping()}
    same = {"a": "x", "b": 2, "c": True, "d": ["1", "2"], "e": {"k": "v"}}
    assert kinds(properties, same, dict(same)) == {}


@pytest.mark.parametrize("blank", [None, "", 0, False, [], {}])
def test_nothing_and_a_blank_value_are_the_same(blank):
    given = {} if blank is None else {"a": blank}
    assert kinds({"a": text()}, given, {}) == {}
    assert kinds({"a": text()}, {}, given) == {}


def test_adding_changing_and_removing_are_told_apart():
    properties = {"a": text(), "b": text(), "c": text()}
    assert kinds(properties, {"b": "1", "c": "1"}, {"a": "1", "b": "2"}) == {
        "a": "ADD",
        "b": "UPDATE",
        "c": "DELETE",
    }


def test_what_aws_chose_is_no_change_until_the_program_chooses():
    properties = {"a": text(computed=True, replaces=True)}
    assert kinds(properties, {"a": "aws"}, {}) == {}
    assert kinds(properties, {"a": "aws"}, {"a": "mine"}) == {"a": "UPDATE!"}


def test_an_unknown_value_is_a_change_and_replaces_where_a_known_one_would():
    properties = {"a": text(replaces=True), "b": text(), "c": block({"d": text(replaces=True)})}
    old = {"a": "1", "b": "1", "c": {"d": "1"}}
    new = {"a": UNKNOWN, "b": UNKNOWN, "c": {"d": UNKNOWN}}
    assert kinds(properties, old, new) == {"a": "UPDATE!", "b": "UPDATE", "c.d": "UPDATE!"}


def test_the_order_of_a_set_means_nothing_and_that_of_a_list_does():
    old, new = {"a": ["1", "2"]}, {"a": ["2", "1"]}
    assert kinds({"a": text_set()}, old, new) == {}
    assert kinds({"a": texts()}, old, new) == {"a[0]": "UPDATE", "a[1]": "UPDATE"}


def test_a_change_names_the_item_it_is_about():
    assert kinds({"a": text_set()}, {"a": ["1"]}, {"a": ["1", "2"]}) == {"a[1]": "ADD"}
    assert kinds({"a": text_set()}, {"a": ["1", "2"]}, {"a": ["1"]}) == {"a[1]": "DELETE"}
    assert kinds({"a": mapping()}, {"a": {"x": "1"}}, {"a": {"y/z": "1"}}) == {
        "a.x": "DELETE",
        'a["y/z"]': "ADD",
    }


def test_a_block_is_compared_by_its_members():
    properties = {
        "a": block({"in": text(), "new": text(replaces=True), "aws": text(computed=True)})
    }
    old = {"a": {"in": "1", "new": "1", "aws": "1"}}
    assert kinds(properties, old, {"a": {"in": "2", "new": "1"}}) == {"a.in": "UPDATE"}
    assert kinds(properties, old, {"a": {"in": "1", "new": "2"}}) == {"a.new": "UPDATE!"}
    assert kinds(properties, old, {}) == {"a": "DELETE!"}, "with it goes a member that replaces"


def test_notes_about_defaults_are_no_properties():
    properties = {"a": block_set({"x": text()}), "b": blocks({"x": text()})}
    old = {"a": [{"x": "1"}], "b": [{"x": "1"}]}
    new = {"a": [{"x": "1", "__defaults": []}], "b": [{"x": "1", "__defaults": []}]}
    assert kinds(properties, old, {**new, "__defaults": []}) == {}


def test_what_is_ignored_is_not_looked_at():
    properties = {"a": block({"x": text(replaces=True), "y": text()}), "b": text()}
    old, new = {"a": {"x": "1", "y": "1"}, "b": "1"}, {"a": {"x": "2", "y": "2"}, "b": "2"}
    assert kinds(properties, old, new, ["a.x", "b"]) == {"a.y": "UPDATE"}


def test_policies_that_say_the_same_are_the_same():
    one = {"Statement": [{"Action": "s3:Get", "Resource": ["b", "a"], "Effect": "Allow"}]}
    two = {"Statement": {"Effect": "Allow", "Action": ["s3:Get"], "Resource": ["a", "b"]}}
    properties = {"policy": text(canonical=policy_document)}
    old, new = {"policy": json.dumps(one)}, {"policy": json.dumps(two, indent=2)}
    assert kinds(properties, old, new) == {}
    other = {"policy": json.dumps({"Statement": []})}
    assert kinds(properties, old, other) == {"policy": "UPDATE"}


GROUP = {
    "amiType": "AL2023_x86_64_STANDARD",
    "capacityType": "ON_DEMAND",
    "clusterName": "dev",
    "diskSize": 20,
    "instanceTypes": ["t3.medium"],
    "labels": {"a": "1"},
    "launchTemplate": {"id": "lt-1", "name": "n", "version": "1"},
    "nodeGroupName": "g",
    "nodeRoleArn": "arn:1",
    "releaseVersion": "1.36.0-1",
    "scalingConfig": {"desiredSize": 2, "maxSize": 2, "minSize": 2},
    "subnetIds": ["s-1", "s-2"],
    "taints": [{"key": "k", "value": "v", "effect": "NO_SCHEDULE"}],
    "updateConfig": {"maxUnavailable": 1},
    "version": "1.36",
}
CLUSTER = {
    "accessConfig": {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    },
    "bootstrapSelfManagedAddons": False,
    "enabledClusterLogTypes": ["api"],
    "encryptionConfig": {"provider": {"keyArn": "arn:k"}, "resources": ["secrets"]},
    "kubernetesNetworkConfig": {"ipFamily": "ipv4", "serviceIpv4Cidr": "172.20.0.0/16"},
    "name": "dev",
    "roleArn": "arn:1",
    "upgradePolicy": {"supportType": "STANDARD"},
    "version": "1.35",
    "vpcConfig": {
        "endpointPrivateAccess": True,
        "endpointPublicAccess": False,
        "subnetIds": ["s-1", "s-2"],
        "vpcId": "vpc-1",
    },
}
CHANGES = [
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "amiType", "BOTTLEROCKET_x86_64", True),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "capacityType", "SPOT", True),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "clusterName", "prod", True),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "diskSize", 30, True),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "instanceTypes", ["t3.large"], True),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "launchTemplate.id", "lt-2", True),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "nodeGroupName", "h", True),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "nodeRoleArn", "arn:2", True),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "subnetIds", ["s-1"], True),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "remoteAccess", {"ec2SshKey": "k"}, True),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "labels", {"a": "2"}, False),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "launchTemplate.version", "2", False),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "releaseVersion", "1.36.0-2", False),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "scalingConfig.desiredSize", 3, False),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "taints", [], False),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "updateConfig.maxUnavailable", 2, False),
    ("aws:eks/nodeGroup:NodeGroup", GROUP, "version", "1.37", False),
    ("aws:eks/cluster:Cluster", CLUSTER, "name", "prod", True),
    ("aws:eks/cluster:Cluster", CLUSTER, "roleArn", "arn:2", True),
    ("aws:eks/cluster:Cluster", CLUSTER, "bootstrapSelfManagedAddons", True, True),
    (
        "aws:eks/cluster:Cluster",
        CLUSTER,
        "accessConfig.bootstrapClusterCreatorAdminPermissions",
        True,
        True,
    ),
    ("aws:eks/cluster:Cluster", CLUSTER, "kubernetesNetworkConfig.ipFamily", "ipv6", True),
    (
        "aws:eks/cluster:Cluster",
        CLUSTER,
        "kubernetesNetworkConfig.serviceIpv4Cidr",
        "10.100.0.0/16",
        True,
    ),
    ("aws:eks/cluster:Cluster", CLUSTER, "encryptionConfig", None, True),
    ("aws:eks/cluster:Cluster", CLUSTER, "version", "1.36", False),
    ("aws:eks/cluster:Cluster", CLUSTER, "enabledClusterLogTypes", ["api", "audit"], False),
    ("aws:eks/cluster:Cluster", CLUSTER, "upgradePolicy.supportType", "EXTENDED", False),
    ("aws:eks/cluster:Cluster", CLUSTER, "vpcConfig.subnetIds", ["s-1", "s-3"], False),
    ("aws:eks/cluster:Cluster", CLUSTER, "vpcConfig.endpointPublicAccess", True, False),
    ("aws:eks/cluster:Cluster", CLUSTER, "accessConfig.authenticationMode", "CONFIG_MAP", False),
]


@pytest.mark.parametrize(
    ("token", "state", "path", "value", "replaces"),
    CHANGES,
    ids=[f"{token.rpartition(':')[2]}.{path}" for token, _, path, _, _ in CHANGES],
)
def test_a_change_replaces_exactly_where_it_does_on_aws(token, state, path, value, replaces):
    properties = RESOURCES[token].properties
    assert compare(properties, state, state) == []
    top, _, member = path.partition(".")
    wanted = {**state, top: {**state[top], member: value} if member else value}
    wanted = {name: item for name, item in wanted.items() if item is not None}
    changes = compare(properties, state, wanted)
    assert changes, f"{path} is not seen to change"
    assert {change.top for change in changes} == {top}
    assert any(change.replaces for change in changes) is replaces


def test_encrypting_an_existing_cluster_does_not_replace_it():
    properties = RESOURCES["aws:eks/cluster:Cluster"].properties
    without = {name: value for name, value in CLUSTER.items() if name != "encryptionConfig"}
    changes = compare(properties, without, CLUSTER)
    assert {change.top for change in changes} == {"encryptionConfig"}
    assert not any(change.replaces for change in changes)
