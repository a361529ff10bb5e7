"""Who may use the cluster, and as what."""

import json

import pytest

from tests.components.account import ACCOUNT, Account
from tests.components.program import of_kind, run
from tests.components.stacks import iam, stack

ENTRY = "aws:eks/accessEntry:AccessEntry"
POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
PROVIDER = "aws:eks/identityProviderConfig:IdentityProviderConfig"
ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def access(account=None, **fields):
    return run(stack(access=fields), account=account)


def test_nobody_gets_in_without_being_named():
    made = of_kind("nobody")
    assert not made.of_type(ENTRY)
    assert not made.of_type(POLICY)
    assert made.cluster.inputs["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }


def test_the_creator_is_whoever_it_was_at_first():
    made = of_kind("development")
    entry = made.one(ENTRY)
    assert entry.inputs["principalArn"] == iam("user/somebody")
    assert entry.options["ignoreChanges"] == ["principalArn"]
    policy = made.one(POLICY)
    assert policy.inputs["policyArn"] == ADMIN
    assert policy.inputs["accessScope"] == {"type": "cluster"}
    assert policy.inputs["principalArn"] == iam("user/somebody")
    assert entry.urn in policy.dependencies


@pytest.mark.parametrize(
    ("caller", "paths", "principal"),
    [
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/Ci/run-1", {}, iam("role/Ci")),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/Ci/run-1", {"Ci": "/ops/"}, iam("role/ops/Ci")),
        (
            f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/jane",
            {"AWSReservedSSO_Admin_0123456789abcdef": "/aws-reserved/sso.amazonaws.com/"},
            iam("role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef"),
        ),
    ],
)
def test_a_session_is_the_role_that_iam_knows(caller, paths, principal):
    made = access(account=Account(caller=caller, paths=paths), admins=["creator"])
    assert made.one(ENTRY).inputs["principalArn"] == principal


def test_a_named_administrator_follows_the_stack_file():
    made = access(admins=["creator", iam("role/ops/Admin")])
    entry = made.of_type(ENTRY)[f"dev-admin-role-{ACCOUNT}-Admin"]
    assert entry.inputs["principalArn"] == iam("role/ops/Admin")
    assert "ignoreChanges" not in entry.options


def test_an_entry_says_all_that_it_is():
    made = of_kind("everything")
    entry = made.of_type(ENTRY)["all-entry-developers"]
    assert entry.inputs == {
        "clusterName": "all",
        "principalArn": iam("role/Developer"),
        "type": "STANDARD",
        "kubernetesGroups": ["developers"],
        "tags": {"Name": "all-entry-developers"},
    }
    policy = made.of_type(POLICY)["all-entry-developers-AmazonEKSEditPolicy"]
    assert policy.inputs == {
        "clusterName": "all",
        "principalArn": iam("role/Developer"),
        "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy",
        "accessScope": {"type": "namespace", "namespaces": ["team-a"]},
    }
    assert entry.urn in policy.dependencies
    outside = made.of_type(ENTRY)["all-entry-outside"].inputs
    assert outside["type"] == "HYBRID_LINUX"
    assert "kubernetesGroups" not in outside


def test_an_entry_may_be_called_as_the_creators_is():
    entries = {"creator": {"principal": iam("role/A")}, "admin": {"principal": iam("role/B")}}
    made = access(admins=["creator"], entries=entries)
    assert len(made.of_type(ENTRY)) == 3


def test_with_a_config_map_eks_lets_in_the_creator_by_itself():
    made = of_kind("config-map")
    assert not made.of_type(ENTRY)
    assert made.cluster.inputs["accessConfig"] == {
        "authenticationMode": "CONFIG_MAP",
        "bootstrapClusterCreatorAdminPermissions": True,
    }


def test_the_first_step_away_from_the_config_map_adds_entries_and_replaces_nothing():
    made = access(admins=["creator"], authenticationMode="API_AND_CONFIG_MAP")
    before = of_kind("config-map").cluster
    assert made.one(ENTRY).inputs["principalArn"] == iam("user/somebody")
    assert "accessConfig.bootstrapClusterCreatorAdminPermissions" in before.options["ignoreChanges"]
    changed = {key for key, value in made.cluster.inputs.items() if before.inputs[key] != value}
    assert changed == {"accessConfig"}


def test_identity_providers_are_added_one_after_the_other():
    made = of_kind("everything")
    first, second = made.of_type(PROVIDER).values()
    assert first.inputs == {
        "clusterName": "all",
        "oidc": {
            "identityProviderConfigName": "main",
            "issuerUrl": "https://login.example.com",
            "clientId": "kubernetes",
        },
        "tags": {"Name": "all-main"},
    }
    assert first.urn in second.dependencies


def test_the_kubeconfig_signs_in_as_wished():
    kubeconfig = {"roleArn": iam("role/Kube"), "profile": "work"}
    made = access(admins=["creator"], kubeconfig=kubeconfig)
    (user,) = json.loads(made.outputs["kubeconfig"])["users"]
    execute = user["user"]["exec"]
    assert execute["args"][-2:] == ["--role-arn", iam("role/Kube")]
    assert execute["env"] == [{"name": "AWS_PROFILE", "value": "work"}]
