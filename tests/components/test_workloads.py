"""Add-ons and service accounts: what is installed, and what pods may do in AWS."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from components.policies import POD_IDENTITY_TRUST
from spec import facts
from spec.names import AUTONAME_LENGTH
from tests.components.account import ACCOUNT
from tests.components.program import of_kind, run
from tests.components.stacks import iam, stack

ADDON = "aws:eks/addon:Addon"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
INLINE = "aws:iam/rolePolicy:RolePolicy"
ROLE = "aws:iam/role:Role"
ISSUER = "oidc.example.invalid/id/1"


@pytest.fixture(scope="module")
def made():
    return of_kind("workloads")


def addon(made, name: str) -> dict[str, Any]:
    (found,) = (it for it in made.of_type(ADDON).values() if it.inputs["addonName"] == name)
    return found.inputs


def test_every_addon_is_installed_once_and_in_a_version_that_is_named(made):
    installed = {it.inputs["addonName"]: it.inputs for it in made.of_type(ADDON).values()}
    assert len(installed) == len(made.of_type(ADDON)) == 9
    assert all(it["addonVersion"].startswith("v") for it in installed.values())


def test_what_is_switched_off_is_not_installed():
    installed = {it.inputs["addonName"] for it in of_kind("few-addons").of_type(ADDON).values()}
    assert installed == {"vpc-cni", "eks-pod-identity-agent"}


def test_an_addon_on_nodes_of_auto_mode_waits_for_the_cluster():
    made = of_kind("auto-mode-with-workloads")
    (metrics,) = made.of_type(ADDON).values()
    assert made.cluster.urn in metrics.dependencies


def test_the_phase_says_whether_nodes_wait(made):
    urns = {it.inputs["addonName"]: it for it in made.of_type(ADDON).values()}
    (group,) = made.of_type("aws:eks/nodeGroup:NodeGroup").values()
    awaited = group.dependencies
    assert [it for it in awaited if it.endswith("::dev")]  # the component of the first phase
    for name in ("metrics-server", "aws-ebs-csi-driver", "vendor_agent", "coredns"):
        assert any("NodeGroup" in it for it in urns[name].dependencies), name
    for name in ("vpc-cni", "eks-node-monitoring-agent"):
        assert not any("NodeGroup" in it for it in urns[name].dependencies), name


def test_configuration_is_json_with_its_keys_in_order(made):
    text = addon(made, "coredns")["configurationValues"]
    assert text == '{"replicaCount": 3}'
    config = stack(addons={"other": {"version": "v1.0.0-eksbuild.1", "configuration": {"b": 1}}})
    config["cluster:addons"]["other"]["configuration"]["a"] = {"d": 1, "c": [2, 1]}
    text = addon(run(config), "other")["configurationValues"]
    assert text == '{"a": {"c": [2, 1], "d": 1}, "b": 1}'


def test_what_is_said_of_the_cni_stands_beside_what_network_pods_says():
    config = stack(
        network={"pods": {"prefixDelegation": True, "networkPolicy": True}},
        addons={
            "vpc-cni": {
                "configuration": {"env": {"MAX_ENI": "4"}, "livenessProbeTimeoutSeconds": 20}
            }
        },
    )
    assert json.loads(addon(run(config), "vpc-cni")["configurationValues"]) == {
        "enableNetworkPolicy": "true",
        "env": {"ENABLE_PREFIX_DELEGATION": "true", "MAX_ENI": "4"},
        "livenessProbeTimeoutSeconds": 20,
    }


def test_conflicts_and_preserve_are_as_said(made):
    coredns, ebs = addon(made, "coredns"), addon(made, "aws-ebs-csi-driver")
    assert (coredns["resolveConflictsOnCreate"], coredns["resolveConflictsOnUpdate"]) == (
        "OVERWRITE",
        "OVERWRITE",
    )
    assert ebs["resolveConflictsOnUpdate"] == "PRESERVE"
    assert "preserve" not in ebs


def test_addons_that_call_aws_have_roles_of_their_own(made):
    assert addon(made, "aws-ebs-csi-driver")["podIdentityAssociations"] == [
        {
            "serviceAccount": "ebs-csi-controller-sa",
            "roleArn": "arn:aws:test:::dev-aws-ebs-csi-driver",
        }
    ]
    assert policies_of(made, "dev-aws-ebs-csi-driver") == {
        "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy"
    }
    assert made.of_type(ROLE)["dev-aws-ebs-csi-driver"].inputs["assumeRolePolicy"] == (
        POD_IDENTITY_TRUST
    )
    vendor = addon(made, "vendor_agent")
    assert vendor["namespaceConfig"] == {"namespace": "vendor"}
    assert vendor["podIdentityAssociations"][0]["serviceAccount"] == "agent"
    assert policies_of(made, "dev-vendor_agent") == {iam("policy/agent")}
    for name in ("metrics-server", "coredns", "kube-proxy"):
        assert "podIdentityAssociations" not in addon(made, name)
        assert "serviceAccountRoleArn" not in addon(made, name)


def test_a_role_that_is_there_takes_the_place_of_one_that_is_made():
    config = stack(
        addons={
            "aws-ebs-csi-driver": {
                "version": "v1.2.3-eksbuild.1",
                "identity": {"roleArn": iam("role/Ebs")},
            }
        }
    )
    made = run(config)
    (association,) = addon(made, "aws-ebs-csi-driver")["podIdentityAssociations"]
    assert association["roleArn"] == iam("role/Ebs")
    assert "dev-aws-ebs-csi-driver" not in made.of_type(ROLE)


def test_irsa_trusts_one_service_account_of_one_cluster(made):
    efs = addon(made, "aws-efs-csi-driver")
    assert "podIdentityAssociations" not in efs
    assert efs["serviceAccountRoleArn"] == "arn:aws:test:::dev-addon.aws-efs-csi-driver"
    expected = {
        "dev-addon.aws-efs-csi-driver": "kube-system:efs-csi-controller-sa",
        "dev-dns": "dns:external-dns",
    }
    for role, account in expected.items():
        (statement,) = json.loads(made.of_type(ROLE)[role].inputs["assumeRolePolicy"])["Statement"]
        assert statement == {
            "Effect": "Allow",
            "Principal": {"Federated": "arn:aws:test:::dev"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
                "StringEquals": {
                    f"{ISSUER}:aud": "sts.amazonaws.com",
                    f"{ISSUER}:sub": f"system:serviceaccount:{account}",
                }
            },
        }


def test_pods_have_their_roles_before_nodes_are_there(made):
    (group,) = made.of_type("aws:eks/nodeGroup:NodeGroup").values()
    by_urn = {it.urn: it for it in made.registered}
    reached, waiting = set(), list(group.dependencies)
    while waiting:
        urn = waiting.pop()
        if urn not in reached and urn in by_urn:
            reached.add(urn)
            waiting += by_urn[urn].dependencies
    assert {it.urn for it in made.of_type(ASSOCIATION).values()} <= reached


def test_service_accounts_have_their_roles_through_pod_identity(made):
    associated = {
        name: (it.inputs["namespace"], it.inputs["serviceAccount"], it.inputs["roleArn"])
        for name, it in made.of_type(ASSOCIATION).items()
    }
    assert associated == {
        "dev-autoscaler": ("kube-system", "cluster-autoscaler", "arn:aws:test:::dev-autoscaler"),
        "dev-app": ("apps", "app", "arn:aws:test:::dev-app"),
        "dev-given": ("apps", "given", iam("role/Given")),
    }
    for name in ("dev-autoscaler", "dev-app"):
        assert made.of_type(ROLE)[name].inputs["assumeRolePolicy"] == POD_IDENTITY_TRUST
    assert policies_of(made, "dev-app") == {"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}
    assert "dev-given" not in made.of_type(ROLE)


def test_roles_are_told_by_the_names_of_the_stack_file(made):
    assert made.outputs["serviceAccountRoleArns"] == {
        "autoscaler": "arn:aws:test:::dev-autoscaler",
        "dns": "arn:aws:test:::dev-dns",
        "app": "arn:aws:test:::dev-app",
        "given": iam("role/Given"),
    }


def test_the_autoscaler_scales_groups_of_this_cluster_alone(made):
    document = json.loads(made.of_type(INLINE)["dev-autoscaler-clusterAutoscaler"].inputs["policy"])
    changing = [it for it in document["Statement"] if it["Resource"] != "*"]
    assert {action for it in changing for action in actions_of(it)} == {
        "autoscaling:SetDesiredCapacity",
        "autoscaling:TerminateInstanceInAutoScalingGroup",
        "eks:DescribeNodegroup",
    }
    assert f"arn:aws:eks:ap-northeast-2:{ACCOUNT}:nodegroup/dev/*" in {
        it["Resource"] for it in changing
    }
    (condition,) = (it["Condition"] for it in changing if "Condition" in it)
    assert condition == {"StringEquals": {"aws:ResourceTag/k8s.io/cluster-autoscaler/dev": "owned"}}


def test_dns_is_changed_in_the_named_zones_alone(made):
    document = json.loads(made.of_type(INLINE)["dev-dns-externalDns"].inputs["policy"])
    changing = [it for it in document["Statement"] if it["Resource"] != "*"]
    assert [it["Resource"] for it in changing] == [["arn:aws:route53:::hostedzone/Z0123456789ABC"]]


def test_the_longest_names_stay_within_the_limits_of_iam():
    policies = {"p" * 127 + it: {"Statement": [{}]} for it in "ab"}
    account = {"namespace": "a", "serviceAccount": "b", "inlinePolicies": policies}
    made = run(stack(name="c" * 100, serviceAccounts={"a" * 100: account}))
    for type_, limit in ((INLINE, "iam.policyName"), (ROLE, "role.name")):
        most = facts.limits()[limit].maximum
        assert all(len(name) + AUTONAME_LENGTH <= most for name in made.of_type(type_)), type_
    texts = [it.inputs["policy"] for it in made.of_type(INLINE).values()]
    assert len([it for it in texts if '"Statement": [{}]' in it]) == 2


READS = ("Describe", "Get", "List")


@pytest.mark.parametrize("kind", ["development", "everything", "ipv6", "workloads"])
def test_no_role_of_pods_may_do_anything_to_everything(kind):
    made = of_kind(kind)
    documents = {
        name: json.loads(it.inputs["policy"])
        for name, it in made.of_type(INLINE).items()
        if not name.startswith(("dev-flow-logs", "all-flow-logs"))
    }
    for name, document in documents.items():
        for statement in document["Statement"]:
            for action in actions_of(statement):
                assert "*" not in action, name
                reads = action.partition(":")[2].startswith(READS)
                assert statement["Resource"] != "*" or reads, (name, action)


def actions_of(statement: Mapping[str, Any]) -> Iterator[str]:
    actions = statement["Action"]
    yield from [actions] if isinstance(actions, str) else actions


def policies_of(made, role: str) -> set[str]:
    """ARNs of the managed policies of a role."""
    parent = made.of_type(ROLE)[role].parent
    return {
        it.inputs["policyArn"] for it in made.of_type(ATTACHMENT).values() if it.parent == parent
    }
