"""Fargate profiles: a chain, in private subnets, with roles that Fargate alone takes on."""

import itertools
import json

import pytest

from spec.model import FargateProfileSpec, FargateSelectorSpec
from tests.components.program import RefusedError, of_kind, run
from tests.components.stacks import ACCOUNT_WITH_VPC, EXISTING, PROFILES, stack

PROFILE = "aws:eks/fargateProfile:FargateProfile"
ADDON = "aws:eks/addon:Addon"
ROLE = "aws:iam/role:Role"
DNS = PROFILES["coredns"]


def profiles(recorder):
    """The profiles by name, without the cluster's."""
    return {name.removeprefix("dev-"): it for name, it in recorder.of_type(PROFILE).items()}


def waits_for(resource) -> set[str]:
    """Names of the profiles that a resource itself waits for."""
    return {urn.rpartition("::")[2] for urn in resource.dependencies if f"{PROFILE}::" in urn}


def test_profiles_are_made_one_after_the_other():
    names = ["a", "b", "c", "d"]
    wanted = {name: {"selectors": [{"namespace": name}]} for name in names}
    made = profiles(run(stack(fargateProfiles={**wanted, "dns": DNS, "all": _of("*")})))
    assert waits_for(made["dns"]) == set(), "those of add-ons come first"
    chain = ["dns", "all", *names]
    assert made.keys() == set(chain)
    for before, after in itertools.pairwise(chain):
        assert f"dev-{before}" in waits_for(made[after])


def _of(namespace: str) -> dict[str, object]:
    return {"selectors": [{"namespace": namespace}]}


def test_a_profile_is_what_the_stack_file_says():
    batch = profiles(of_kind("fargate"))["batch"].inputs
    assert batch["selectors"] == [
        {"namespace": "batch-*"},
        {"namespace": "jobs", "labels": {"size": "s?"}},
    ]
    assert batch["subnetIds"] == [f"dev-private-ap-northeast-2{it}-id" for it in "ac"]
    assert "fargateProfileName" not in batch, "a new one could not be made before the old one goes"


@pytest.mark.parametrize("kind", ["fargate", "fargate-alone"])
def test_fargate_takes_the_roles_on_for_this_cluster_alone(kind):
    roles = of_kind(kind).of_type(ROLE)
    found = {it.inputs["podExecutionRoleArn"] for it in profiles(of_kind(kind)).values()}
    assert found == {"arn:aws:test:::dev-fargate", "arn:aws:test:::dev-fargate-batch"}
    for name in ("dev-fargate", "dev-fargate-batch"):
        (statement,) = json.loads(roles[name].inputs["assumeRolePolicy"])["Statement"]
        assert statement["Principal"] == {"Service": "eks-fargate-pods.amazonaws.com"}
        assert statement["Condition"] == {
            "ArnLike": {
                "aws:SourceArn": "arn:aws:eks:ap-northeast-2:123456789012:fargateprofile/dev/*"
            }
        }


def test_further_policies_are_of_one_profile():
    attached = of_kind("fargate").of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    assert {
        name: it.inputs["policyArn"].rpartition("/")[2]
        for name, it in attached.items()
        if name.startswith("dev-fargate")
    } == {
        f"dev-fargate{it}": policy
        for it, policy in {
            "-AmazonEKSFargatePodExecutionRolePolicy": "AmazonEKSFargatePodExecutionRolePolicy",
            "-batch-AmazonEKSFargatePodExecutionRolePolicy": (
                "AmazonEKSFargatePodExecutionRolePolicy"
            ),
            "-batch-aws-CloudWatchLogsFullAccess": "CloudWatchLogsFullAccess",
        }.items()
    }


def test_coredns_is_told_to_run_on_fargate_where_no_node_takes_it():
    tainted = {"general": {"taints": [{"key": "dedicated", "effect": "NoSchedule"}]}}
    told = {
        "nodes": of_kind("fargate"),
        "no nodes": of_kind("fargate-alone"),
        "tainted nodes": run(stack(fargateProfiles=PROFILES, nodeGroups=tainted)),
        "said": run(
            stack(
                fargateProfiles=PROFILES,
                addons={"coredns": {"configuration": {"computeType": "fargate"}}},
            )
        ),
    }
    assert {
        name: json.loads(
            it.of_type(ADDON)["dev-on-nodes-coredns"].inputs.get("configurationValues", "{}")
        )
        for name, it in told.items()
    } == {
        "nodes": {},
        "no nodes": {"computeType": "Fargate"},
        "tainted nodes": {"computeType": "Fargate"},
        "said": {"computeType": "Fargate"},
    }


def test_add_ons_wait_for_the_profiles_that_may_take_their_pods_and_for_no_other():
    coredns = of_kind("fargate").of_type(ADDON)["dev-on-nodes-coredns"]
    assert waits_for(coredns) == {"dev-coredns"}


def test_without_nodes_there_is_no_daemon_set():
    assert of_kind("fargate-alone").of_type(ADDON).keys() == {"dev-on-nodes-coredns"}


def test_no_profile_has_a_name_that_aws_keeps_for_itself():
    made = run(stack(name="eks-dev", fargateProfiles=PROFILES))
    assert made.of_type(PROFILE).keys() == {"fargate-eks-dev-coredns", "fargate-eks-dev-batch"}


def test_subnets_that_are_not_there_are_refused_before_anything_is_made():
    wanted = {"batch": {**DNS, "subnets": {"zones": ["ap-northeast-2d"]}}}
    config = stack(network={"existing": EXISTING}, fargateProfiles=wanted)
    with pytest.raises(
        RefusedError,
        match=r"cluster:fargateProfiles\.batch\.subnets\.zones\[0\]: there is no private subnet in "
        "ap-northeast-2d",
    ) as refused:
        run(config, account=ACCOUNT_WITH_VPC)
    assert not refused.value.recorder.of_type("aws:eks/cluster:Cluster")


@pytest.mark.parametrize(
    ("selector", "taken"),
    [
        ({"namespace": "kube-system"}, True),
        ({"namespace": "kube-*"}, True),
        ({"namespace": "kube-syste?"}, True),
        ({"namespace": "kube"}, False),
        ({"namespace": "kube-system?"}, False),
        ({"namespace": "*", "labels": {"k8s-app": "kube-dns"}}, True),
        ({"namespace": "*", "labels": {"k8s-*": "*"}}, True),
        ({"namespace": "*", "labels": {"k8s-app": "kube-dns", "tier": "*"}}, False),
        ({"namespace": "*", "labels": {"k8s-app": "dns"}}, False),
    ],
)
def test_selectors_take_what_they_say(selector, taken):
    profile = FargateProfileSpec(selectors=[FargateSelectorSpec(**selector)])
    assert profile.takes("kube-system", {"k8s-app": "kube-dns", "pod": "x"}) is taken
