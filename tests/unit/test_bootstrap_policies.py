"""The policies of the pipeline's roles: enough for what stacks call, and no more."""

import importlib
import json
import re
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name
from moto.iam.aws_managed_policies import aws_managed_policies_data

from bootstrap import documents
from ops.recover.finders import FINDERS
from policy.documents import as_list
from rehearsal.aws.permissions.evaluation import Effect, Request, decide
from rehearsal.providers.aws.tables import RESOURCES
from spec import facts
from spec.facts import tables
from tests.bootstrap_policies import IAM, NAMES, actions_of, policies_of
from tests.unit.test_provider_tables import calls

PROVIDER = Path(__file__).parents[2] / "rehearsal" / "providers" / "aws"
# Buckets are the bootstrap's, not those of stacks.
NOT_OF_STACKS = {"s3"}
# Nobody who deploys takes the boundary off a role: a stack that names none would have roles that it
# may not make.
NEVER = {"iam:DeleteRolePermissionsBoundary"}
IAM_LIMIT = 6144
"""https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, 2026-12-01."""


@pytest.fixture(scope="module")
def operations():
    """Service and operation of all that the provider, or a recovery, can call for a stack."""
    loader = botocore.session.Session()
    services = sorted({row.service for row in RESOURCES.values()} | {"ssm", "sts"})
    wire = {
        service: {xform_name(it): it for it in loader.get_service_model(service).operation_names}
        for service in services
    }
    found = {*_of_rows(), *_of_finders(), *_of_functions(wire)}
    # Nobody has to be allowed to ask who they are.
    return {(service, wire[service][name]) for service, name in found if service != "sts"}


def _of_rows():
    for row in RESOURCES.values():
        if row.service not in NOT_OF_STACKS:
            for call in calls(row):
                service, _, name = call.operation.rpartition(".")
                yield service or row.service, name


def _of_functions(wire):
    """Functions of rows, and data sources, say the operations that they call as texts."""
    for file in sorted(PROVIDER.rglob("*.py")):
        services = _services_of(file)
        for text in re.findall(r'"((?:[a-z0-9]+\.)?[a-z]+(?:_[a-z0-9]+)+)"', file.read_text()):
            service, _, name = text.rpartition(".")
            for candidate in [service] if service else services:
                if name in wire.get(candidate, {}):
                    yield candidate, name


def _services_of(file):
    """Services that the functions of a file call without saying so: those of its rows."""
    if file.parent.name != "tables" or file.name == "__init__.py":
        return []
    module = importlib.import_module(f"rehearsal.providers.aws.tables.{file.stem}")
    rows = {row.service for row in getattr(module, "ROWS", ())}
    return sorted((rows or {file.stem.partition("_")[0]}) - NOT_OF_STACKS)


def _of_finders():
    for finder in FINDERS.values():
        if finder.service in NOT_OF_STACKS:
            continue
        for listing in (finder.find, finder.sweep, finder.find.detail):
            if listing is not None:
                yield finder.service, listing.operation
        for call in finder.delete:
            yield finder.service, call.operation


def test_whoever_deploys_may_make_every_call_that_a_stack_can_make(operations):
    allowed = actions_of(*policies_of("deploy"))
    needed = {action for it in operations for action in facts.iam_actions(*it)}
    assert needed - allowed == NEVER


def test_whoever_deploys_may_do_nothing_that_no_stack_calls(operations):
    needed = {action for it in operations for action in facts.iam_actions(*it)}
    unseen = {row["action"] for row in tables.read("unseen", documents.FOLDER)}
    state = actions_of("state")
    assert actions_of(*policies_of("deploy")) - state - unseen == needed - state - NEVER
    assert not unseen & needed, "is called, and needs no other reason"


def test_whoever_previews_only_looks():
    for action in actions_of(*policies_of("preview")):
        name = action.partition(":")[2]
        assert name.startswith(("Describe", "List", "Get")) or action == "kms:Decrypt", action


@pytest.mark.parametrize("policy", [it.name for it in documents.policies()])
def test_a_policy_is_within_iams_limit(policy):
    longest = NAMES.__class__(**{**vars(NAMES), "regions": ["ap-northeast-2"] * 8})
    text = documents.policy(policy, longest)
    assert len(re.sub(r"\s", "", text)) <= IAM_LIMIT


def test_no_action_but_the_boundarys_has_a_wildcard():
    for policy in documents.policies():
        if policy.name != "boundary":
            assert not [it for it in actions_of(policy.name) if "*" in it]


def test_a_statement_needs_no_action_twice():
    for role in ("preview", "deploy"):
        rows = [r for r in tables.read("statements", documents.FOLDER) if r["effect"] == "Allow"]
        said = [a for r in rows if r["policy"] in policies_of(role) for a in r["actions"].split()]
        # The key of the state is not a key of a cluster.
        twice = {it for it in said if said.count(it) > 1}
        assert not twice, twice


# --- the boundary ---


def boundary(action, resource="*"):
    policy = json.loads(documents.policy("boundary", NAMES))
    return decide(policy, Request(action=action, resource=resource))


@pytest.mark.parametrize(
    "action",
    [
        "iam:CreateUser",
        "iam:CreateAccessKey",
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:AttachRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:DeleteRolePermissionsBoundary",
        "iam:CreatePolicyVersion",
        "organizations:LeaveOrganization",
        "dynamodb:Scan",
        "secretsmanager:GetSecretValue",
    ],
)
def test_a_role_of_a_cluster_gets_no_more_power(action):
    assert boundary(action) is not Effect.ALLOW


def test_a_role_of_a_cluster_gets_at_neither_state_nor_key_nor_those_that_deploy():
    assert boundary("s3:GetObject", "arn:aws:s3:::state/x") is Effect.DENY
    assert boundary("s3:GetObject", "arn:aws:s3:::other/x") is Effect.ALLOW
    assert boundary("kms:Decrypt", NAMES.key) is Effect.DENY
    own = f"{IAM}:role/eks-cluster-bootstrap/eks-cluster-deploy"
    assert boundary("sts:AssumeRole", own) is Effect.DENY


def _policies_of_aws():
    documents_ = json.loads(aws_managed_policies_data)
    by_name = {arn.rpartition("/")[2]: it for arn, it in documents_.items()}
    names = {row.name for row in facts.role_policies()}
    names |= {it for row in facts.addons().values() for it in row.managed_policies}
    return {name: by_name[name]["Document"] for name in sorted(names) if name in by_name}


def _policies_of_controllers():
    folder = tables.FOLDER / "policies"
    return {file.stem: json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))}


def test_the_boundary_leaves_nodes_add_ons_and_controllers_what_they_need():
    known = {**_policies_of_aws(), **_policies_of_controllers()}
    assert len(known) > 12
    for name, policy in known.items():
        for statement in as_list(policy["Statement"]):
            for action in as_list(statement.get("Action", [])):
                if statement["Effect"] == "Allow":
                    assert boundary(action) is Effect.ALLOW, f"{action} of {name}"
