"""What a self-managed group is made of."""

import pytest

from policy import RULES, judge
from tests.components.account import Account
from tests.components.program import RefusedError, run
from tests.components.stacks import stack
from tests.security import recorded

GROUP = "aws:autoscaling/group:Group"
ENTRY = "aws:eks/accessEntry:AccessEntry"
PROFILE = "aws:iam/instanceProfile:InstanceProfile"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
PLAIN = {"instanceTypes": ["m7i.large"], "nodes": 1}


def made(**groups):
    network = {"serviceCidr": "172.20.0.0/16"}  # the recorder's EKS chooses none
    return run(stack(network=network, selfManagedNodeGroups=groups))


def of(recorded, type_):
    return [it for it in recorded.registered if it.type == type_]


def test_groups_of_a_role_share_profile_and_entry_and_windows_has_its_own():
    windows = {**PLAIN, "imageFamily": "WINDOWS_CORE_2022", "amiId": "ami-0123abcd"}
    recorded = made(a=PLAIN, b=PLAIN, w=windows, own={**PLAIN, "ssm": True})
    entries = {
        it.name.partition("-self-managed-")[2] or it.name.rpartition("-")[2]: it.inputs["type"]
        for it in of(recorded, ENTRY)
        if it.inputs.get("type", "").startswith("EC2_")
    }
    assert entries == {"linux": "EC2_LINUX", "windows": "EC2_WINDOWS", "own": "EC2_LINUX"}
    assert len(of(recorded, PROFILE)) == 3


def test_a_group_of_one_type_has_a_template_and_others_a_policy():
    mixed = {**PLAIN, "instanceTypes": ["m7i.large", "m6i.large"]}
    groups = {it.name.rpartition("-")[2]: it.inputs for it in of(made(a=PLAIN, b=mixed), GROUP)}
    assert "mixedInstancesPolicy" not in groups["a"]
    assert "launchTemplate" not in groups["b"]
    overrides = groups["b"]["mixedInstancesPolicy"]["launchTemplate"]["overrides"]
    assert [it["instanceType"] for it in overrides] == ["m7i.large", "m6i.large"]
    assert all(it["forceDelete"] for it in groups.values())


def test_its_template_names_what_eks_does_not():
    (template,) = [it.inputs for it in of(made(a=PLAIN), TEMPLATE) if "imageId" in it.inputs]
    assert template["imageId"].startswith("ami-")
    assert template["instanceType"] == "m7i.large"
    assert template["iamInstanceProfile"]
    assert template["vpcSecurityGroupIds"]


def test_it_keeps_the_rules_of_security():
    resources = recorded.resources(made(a=PLAIN).registered)
    plain = {"deletion_protection", "network_policy"}
    assert {it.rule.id for it in judge(resources, RULES)} <= plain


def test_a_release_that_a_region_does_not_have_is_refused_before_anything_is_made():
    parameter = (
        "/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/standard/"
        "amazon-eks-node-al2023-x86_64-standard-1.36-v20260625/image_id"
    )
    account = Account(missing_parameters=frozenset({parameter}))
    config = stack(selfManagedNodeGroups={"a": {**PLAIN, "imageRelease": "1.36.2-20260625"}})
    with pytest.raises(RefusedError, match=r"imageRelease: AWS has no image"):
        run(config, account=account)


def test_without_a_refresh_there_is_none():
    (group,) = of(made(a={**PLAIN, "refresh": False}), GROUP)
    assert "instanceRefresh" not in group.inputs
