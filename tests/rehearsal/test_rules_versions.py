"""What EKS demands of versions far apart, on a day when it offers more of them than today."""

import pytest

from tests.rehearsal.emulator import refusal, running, until
from tests.rehearsal.stage import Stage

INVALID = "InvalidParameterException"


@pytest.fixture(scope="module")
def later():
    with running(program="tests.rehearsal.another_day") as emulator:
        yield emulator


@pytest.fixture
def too_late():
    with running(program="tests.rehearsal.another_day", TOO_LATE="yes") as emulator:
        yield emulator


def updated(aws, cluster, version):
    eks = aws.client("eks")
    eks.update_cluster_version(name=cluster, version=version)
    until(lambda: aws.describe(cluster)["version"] == version, f"it is {version}", aws.patience)


def test_a_rollback_comes_within_seven_days(later, too_late):
    for aws in (later, too_late):
        name = aws.cluster(version="1.35")
        updated(aws, name, "1.36")
        back = {"name": name, "version": "1.35"}
        if aws is later:
            aws.client("eks").update_cluster_version(**back)
        else:
            assert refusal(aws.client("eks").update_cluster_version, **back) == (
                INVALID,
                "Unsupported Kubernetes minor version update from 1.36 to 1.35",
            )


@pytest.mark.parametrize("policy", ["STANDARD", "EXTENDED"])
def test_a_rollback_into_extended_support_needs_its_policy(later, policy):
    name = later.cluster(version="1.33", upgradePolicy={"supportType": policy})
    updated(later, name, "1.34")
    back = {"name": name, "version": "1.33"}
    if policy == "EXTENDED":
        later.client("eks").update_cluster_version(**back)
    else:
        assert refusal(later.client("eks").update_cluster_version, **back) == (
            "InvalidRequestException",
            "Kubernetes version 1.33 is in extended support, which the cluster's upgrade policy "
            "does not allow",
        )


def test_extended_support_is_not_left_once_it_has_begun(later):
    eks = later.client("eks")
    standard = {"supportType": "STANDARD"}
    old = later.cluster(version="1.33")
    code, words = refusal(eks.update_cluster_config, name=old, upgradePolicy=standard)
    assert code == "InvalidRequestException"
    assert "You cannot disable extended support" in words
    new = later.cluster(version="1.36")
    eks.update_cluster_config(name=new, upgradePolicy=standard)
    until(lambda: later.describe(new)["upgradePolicy"] == standard, "it is changed")


def test_nodes_four_versions_behind_hold_the_control_plane_back(later):
    name = later.cluster(version="1.34")
    group = later.nodegroup(name)["nodegroupName"]
    for version in ("1.35", "1.36", "1.37"):
        updated(later, name, version)
    assert refusal(later.client("eks").update_cluster_version, name=name, version="1.38") == (
        INVALID,
        f"Nodegroups {group} must be updated to match cluster version 1.37 before updating "
        "cluster version",
    )


def test_a_node_group_is_not_brought_four_versions_behind(later):
    name = later.cluster(version="1.36")
    group = later.nodegroup(name)["nodegroupName"]
    update = later.client("eks").update_nodegroup_version
    code, words = refusal(update, clusterName=name, nodegroupName=group, version="1.32")
    assert (code, words) == (
        INVALID,
        "Kubernetes version 1.32 is more than three minor versions behind the control plane's "
        "version, 1.36",
    )
    update(clusterName=name, nodegroupName=group, version="1.33")
    assert later.settled(name, group)["version"] == "1.33"


@pytest.mark.parametrize(("kubelet", "joins"), [("1.33", True), ("1.32", False)])
def test_a_kubelet_is_at_most_three_versions_older_than_the_control_plane(later, kubelet, joins):
    stage = Stage(later, version="1.36", plugin=False, bootstrapSelfManagedAddons=True)
    path = f"/aws/service/eks/optimized-ami/{kubelet}/amazon-linux-2023/x86_64/standard"
    image = later.client("ssm").get_parameter(Name=f"{path}/recommended/image_id")
    told = f"#!/bin/bash\n/etc/eks/bootstrap.sh {stage.cluster}\n"
    template = stage.template(told, ImageId=image["Parameter"]["Value"])
    message, reason = stage.outcome(launchTemplate=template)
    if joins:
        assert (message, reason) == ("ACTIVE", "")
    else:
        assert message.startswith("Instances failed to join the kubernetes cluster")
        assert reason.startswith("its kubelet is v1.32.")
