"""Random valid stacks, previewed and made: nothing fails, the order holds, names fit.

`EKS_CLUSTER_FUZZ=full` tries 2,000 instead of a few dozen.
"""

import json
import os

import pytest

from spec import facts
from spec.names import AUTONAME_LENGTH
from tests.components.program import RefusedError, run
from tests.components.random_stacks import random_stack
from tests.graph import missing, violations

FULL = os.environ.get("EKS_CLUSTER_FUZZ") == "full"
AT_ONCE = 5
COUNT = 2000 if FULL else 30

NAMES = {
    "aws:cloudwatch/logGroup:LogGroup": ("name", "log-group.name"),
    "aws:ec2/launchTemplate:LaunchTemplate": ("name", "launch-template.name"),
    "aws:ec2/securityGroup:SecurityGroup": ("name", "security-group.name"),
    "aws:eks/capability:Capability": ("capabilityName", "cluster.name"),
    "aws:eks/cluster:Cluster": ("name", "cluster.name"),
    "aws:eks/nodeGroup:NodeGroup": ("nodeGroupName", "node-group.name"),
    "aws:iam/role:Role": ("name", "role.name"),
    "aws:iam/rolePolicy:RolePolicy": ("name", "iam.policyName"),
    "aws:kms/alias:Alias": ("name", "key-alias.name"),
}
"""Resources that have names in AWS: the input that says it, and its limit."""

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
# https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
LONGEST = {
    ("aws:iam/role:Role", "description"): 1000,
    ("aws:iam/role:Role", "assumeRolePolicy"): 2048,
    ("aws:iam/rolePolicy:RolePolicy", "policy"): 10240,
    ("aws:kms/key:Key", "policy"): 32768,
    ("aws:kms/key:Key", "description"): 8192,
    ("aws:ec2/launchTemplate:LaunchTemplate", "description"): 255,
}
"""The longest texts that AWS takes."""


def unfit(registered):
    """What of a resource AWS would find too long."""
    limits = facts.limits()
    if registered.type in NAMES:
        field, limit = NAMES[registered.type]
        name = registered.inputs.get(field)
        length = len(registered.name) + AUTONAME_LENGTH if name is None else len(name)
        if length > limits[limit].maximum:
            yield f"{registered.urn}: {length} characters"
    for (type_, field), longest in LONGEST.items():
        text = registered.inputs.get(field) if registered.type == type_ else None
        if text and len(text) > longest:
            yield f"{registered.urn}: {field} of {len(text)} characters"
    for key, value in registered.tags.items():
        if len(key) > limits["tag.key"].maximum or len(value) > limits["tag.value"].maximum:
            yield f"{registered.urn}: tag {key}"


@pytest.mark.parametrize("first", range(0, COUNT, AT_ONCE))
def test_random_stacks_are_previewed_and_made(first):
    for number in range(first, first + AT_ONCE):
        config, account = random_stack(number)
        about = f"stack {number}: {json.dumps(config)}"
        try:
            preview = run(config, account=account, preview=True)
            made = run(config, account=account)
        except RefusedError as refused:
            # What AWS alone can tell: then nothing has been made.
            kinds = {it.type.partition(":")[0] for it in refused.recorder.registered}
            assert kinds <= {"pulumi", "eks-cluster"}, about
            continue
        except Exception as error:
            raise AssertionError(about) from error
        assert {it.urn for it in preview.registered} == {it.urn for it in made.registered}, about
        for recorder in (preview, made):
            graph = recorder.graph()
            assert violations(graph, without=missing(graph)) == [], about
            assert [it for each in recorder.registered for it in unfit(each)] == [], about


def test_most_random_stacks_are_not_refused():
    refused = 0
    for number in range(20):
        config, account = random_stack(number)
        try:
            run(config, account=account, preview=True)
        except RefusedError:
            refused += 1
    assert refused <= 5
