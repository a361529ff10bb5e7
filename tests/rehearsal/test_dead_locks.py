"""The classic dead-locks of EKS programs: a wrong order fails in a rehearsal as it does on AWS.

That our own program has none of them is what tests/rehearsal/test_dev_stack.py shows: it passes
where these fail.
"""

import pytest

from tests.rehearsal.engine import Project, embedded_aws
from tests.rehearsal.programs import CLUSTER, EGRESS, NETWORK, NODE_PARTS, named

# Parts of a program that are independent of each other unless `opts` says otherwise.
PARTS = """
made = cluster.eks_cluster

def after(*others):
    return pulumi.ResourceOptions(
        provider=provider,
        depends_on=list(others),
        custom_timeouts=pulumi.CustomTimeouts(create="@LIMIT@"),
    )

def addon(name, *others):
    return aws.eks.Addon(name, cluster_name=made.name, addon_name=name, opts=after(*others))

def nodes(*others):
    return aws.eks.NodeGroup(
        "general",
        cluster_name=made.name,
        node_role_arn=role.arn,
        subnet_ids=[subnet.id for subnet in subnets[1:]],
        scaling_config={"min_size": 1, "desired_size": 1, "max_size": 2},
        opts=after(*others, *attached),
    )
"""
IN_ORDER = """
plugin = addon("vpc-cni")
group = nodes(plugin, route, *associated)
addon("coredns", group)
"""
COREDNS_FIRST = """
plugin = addon("vpc-cni")
coredns = addon("coredns", plugin)
nodes(coredns, route, *associated)
"""
NODES_FIRST = """
group = nodes(route, *associated)
addon("vpc-cni", group)
"""
WITHOUT_NAT = """
nodes(addon("vpc-cni"))
"""
NAT_BESIDE_NODES = """
nodes(addon("vpc-cni"), *associated)
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    with embedded_aws(tmp_path_factory.mktemp("aws")) as running:
        yield running


def program(name, *pieces, limit="10m"):
    return named(name, *pieces).replace("@LIMIT@", limit)


def test_in_the_right_order_all_of_it_is_made(tmp_path, cloud):
    project = Project(tmp_path, cloud.url)
    project.write(program("right", NETWORK, EGRESS, NODE_PARTS, CLUSTER, PARTS, IN_ORDER))
    project.up()
    project.destroy()


def test_coredns_before_nodes_waits_for_nodes_that_wait_for_it(tmp_path, cloud):
    project = Project(tmp_path, cloud.url)
    pieces = (NETWORK, EGRESS, NODE_PARTS, CLUSTER, PARTS, COREDNS_FIRST)
    project.write(program("early", *pieces, limit="3s"))
    said = project.fail()
    assert "(early:coredns) create: timeout while waiting for state to become 'ACTIVE'" in said
    assert "last state: 'DEGRADED'" in said
    assert "aws:eks/nodeGroup:NodeGroup::general" not in project.resources()
    project.destroy()


def test_nodes_before_their_network_plugin_fail(tmp_path, cloud):
    project = Project(tmp_path, cloud.url)
    project.write(program("bare", NETWORK, EGRESS, NODE_PARTS, CLUSTER, PARTS, NODES_FIRST))
    said = project.fail()
    assert "unexpected state 'CREATE_FAILED', wanted target 'ACTIVE'" in said
    assert "NodeCreationFailure: Unhealthy nodes in the kubernetes cluster" in said
    assert "aws:eks/addon:Addon::vpc-cni" not in project.resources()
    project.destroy()


def test_nodes_without_a_nat_gateway_fail(tmp_path, cloud):
    project = Project(tmp_path, cloud.url)
    project.write(program("shut", NETWORK, NODE_PARTS, CLUSTER, PARTS, WITHOUT_NAT))
    said = project.fail()
    assert "NodeCreationFailure: Instances failed to join the kubernetes cluster" in said
    project.destroy()


def test_a_nat_gateway_that_comes_while_nodes_wait_is_in_time(tmp_path):
    folders = [tmp_path / name for name in ("aws", "project")]
    for folder in folders:
        folder.mkdir()
    with embedded_aws(folders[0], speed="100") as slow:
        project = Project(folders[1], slow.url)
        pieces = (NETWORK, EGRESS, NODE_PARTS, CLUSTER, PARTS, NAT_BESIDE_NODES)
        project.write(program("beside", *pieces))
        project.up()
        project.destroy()
