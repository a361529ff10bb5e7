"""What the official provider finds when it compares a cluster's inputs with what exists."""

import pytest

from rehearsal.providers.aws.diff import compare
from rehearsal.providers.aws.lifecycle import settled
from rehearsal.providers.aws.tables.eks_cluster import CLUSTER, HALF_AUTO_MODE, half_auto_mode
from rehearsal.providers.protocol import UNKNOWN

ON = {
    "computeConfig": {"enabled": True, "nodePools": ["system"], "nodeRoleArn": "arn:a"},
    "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}, "ipFamily": "ipv4"},
    "storageConfig": {"blockStorage": {"enabled": True}},
}
OFF = {
    "computeConfig": {"enabled": False},
    "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": False}},
    "storageConfig": {"blockStorage": {"enabled": False}},
}


def without(inputs, name):
    return {key: value for key, value in inputs.items() if key != name}


@pytest.mark.parametrize("olds", [{}, ON, OFF], ids=["new", "on", "off"])
@pytest.mark.parametrize("news", [{}, ON, OFF], ids=["not said", "on", "off"])
def test_auto_mode_is_on_or_off_as_a_whole(olds, news):
    assert half_auto_mode(olds, news) is None


@pytest.mark.parametrize("name", ON)
def test_a_part_of_it_is_refused(name):
    assert half_auto_mode({}, without(ON, name)) == HALF_AUTO_MODE
    assert half_auto_mode({}, {**ON, name: UNKNOWN}) == HALF_AUTO_MODE
    assert half_auto_mode(ON, {**ON, name: OFF[name]}) == HALF_AUTO_MODE


def test_what_the_program_no_longer_says_stays_as_it_is():
    assert half_auto_mode(ON, without(ON, "storageConfig")) is None
    network = {"ipFamily": "ipv4"}
    assert half_auto_mode(ON, {**ON, "kubernetesNetworkConfig": network}) is None
    off = {**OFF, "kubernetesNetworkConfig": network}
    assert half_auto_mode(ON, off) == HALF_AUTO_MODE, "load balancing is still on"


def changes(old, new):
    return {
        (it.path, it.replaces) for it in compare(CLUSTER.properties, old, new) if it.path != "name"
    }


@pytest.mark.parametrize(
    ("old", "new", "replaces"),
    [
        ("AWS_MANAGED", "CUSTOMER_ROUTED", False),
        (None, "CUSTOMER_ROUTED", False),
        ("CUSTOMER_ROUTED", "CUSTOMER_ISOLATED", False),
        ("CUSTOMER_ROUTED", "AWS_MANAGED", True),
    ],
)
def test_egress_goes_back_by_a_new_cluster(old, new, replaces):
    def vpc(mode):
        return {"vpcConfig": {"controlPlaneEgressMode": mode, "subnetIds": ["subnet-1"]}}

    path = "vpcConfig.controlPlaneEgressMode"
    assert (path, replaces) in changes(vpc(old), vpc(new))


@pytest.mark.parametrize(
    ("compute", "replaces"),
    [
        ({"enabled": True, "nodePools": ["system"], "nodeRoleArn": "arn:b"}, True),
        ({"enabled": True, "nodePools": []}, False),
        ({"enabled": False}, False),
    ],
)
def test_another_node_role_is_another_cluster(compute, replaces):
    found = changes(ON, {**ON, "computeConfig": compute})
    assert ("computeConfig.nodeRoleArn", replaces) in found


def test_a_node_role_is_added_in_place():
    before = {**ON, "computeConfig": {"enabled": True}}
    assert ("computeConfig.nodeRoleArn", False) in changes(before, ON)


def test_what_is_left_out_of_a_block_stays_what_aws_chose():
    old = {
        "kubeApiServerConfig": {
            "eventTtl": "1h",
            "serviceNodePortRange": {"minPort": 30000, "maxPort": 32767},
        }
    }
    new = {"kubeApiServerConfig": {"serviceNodePortRange": {"minPort": 31000}}}
    assert settled(CLUSTER, old, new)["kubeApiServerConfig"] == {
        "eventTtl": "1h",
        "serviceNodePortRange": {"minPort": 31000, "maxPort": 32767},
    }
