"""The bootstrap keeps the rules of stacks, and its bucket those of `policy/elsewhere.tsv`."""

import functools
import json
import os
import runpy
from pathlib import Path

import pulumi
import pytest

from policy import RULES, judge
from policy.tables import elsewhere
from tests.components.recorder import record
from tests.security import recorded

PROGRAM = Path(__file__).parents[2] / "bootstrap" / "__main__.py"
CONFIG = {
    "aws:region": "ap-northeast-2",
    "bootstrap:github": {"repository": "octo-org/platform", "environments": ["production"]},
    "bootstrap:gitlab": {"project": "octo-group/platform"},
}
# A boundary allows nothing by itself: it is the most that other policies can allow.
OF_BOUNDARY = {("iam_actions", "eks-cluster-boundary")}


@functools.cache
def made(**more):
    texts = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in {**CONFIG, **more}.items()
    }
    before = os.environ.get("PULUMI_CONFIG")
    os.environ["PULUMI_CONFIG"] = json.dumps(texts)
    pulumi.runtime.set_all_config(texts)
    try:
        return record(lambda: runpy.run_path(str(PROGRAM), run_name="__main__"), preview=False)
    finally:
        pulumi.runtime.set_all_config({})
        os.environ.pop("PULUMI_CONFIG")
        if before is not None:
            os.environ["PULUMI_CONFIG"] = before


@pytest.fixture(scope="module")
def resources():
    return recorded.resources(made().registered)


def test_it_keeps_every_rule(resources):
    found = {(it.rule.id, it.resource.name) for it in judge(resources, RULES)}
    assert found == OF_BOUNDARY


def statements(policy):
    return json.loads(policy)["Statement"]


def of_bucket(kind, name="eks-cluster"):
    type_ = f"aws:s3/{kind[0].lower()}{kind[1:]}:{kind}"
    return made().of_type(type_)[name].inputs


def test_the_demand_of_the_state_bucket_is_the_one_that_is_held_here():
    (row,) = [it for it in elsewhere() if it.rule == "state_bucket"]
    assert row.demand == "The bucket of Pulumi's state is private, encrypted, versioned and logged."


@pytest.mark.parametrize("bucket", ["eks-cluster", "eks-cluster-logs"])
def test_buckets_are_private_and_versioned(bucket):
    block = of_bucket("BucketPublicAccessBlock", bucket)
    names = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(block[name] is True for name in names)
    versioning = of_bucket("BucketVersioning", bucket)
    assert versioning["versioningConfiguration"]["status"] == "Enabled"
    owner = of_bucket("BucketOwnershipControls", bucket)
    assert owner["rule"]["objectOwnership"] == "BucketOwnerEnforced"
    (over_tls, *_) = statements(of_bucket("BucketPolicy", bucket)["policy"])
    assert over_tls["Effect"] == "Deny"
    assert over_tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    (rule,) = of_bucket("BucketLifecycleConfiguration", bucket)["rules"]
    assert rule["noncurrentVersionExpiration"]["noncurrentDays"] == 90


def test_the_state_is_encrypted_with_the_key_and_logged():
    (rule,) = of_bucket("BucketServerSideEncryptionConfiguration")["rules"]
    default = rule["applyServerSideEncryptionByDefault"]
    assert default["sseAlgorithm"] == "aws:kms"
    assert default["kmsMasterKeyId"]
    assert rule["bucketKeyEnabled"] is True
    assert of_bucket("BucketLogging")["targetPrefix"] == "state/"


def test_only_s3_itself_writes_logs_and_only_of_this_bucket():
    statement = statements(of_bucket("BucketPolicy", "eks-cluster-logs")["policy"])[1]
    assert statement["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    bucket = of_bucket("Bucket")["bucket"]
    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }


def test_nothing_is_destroyed_by_mistake():
    kept = {it.type for it in made().registered if it.options.get("protect")}
    assert kept == {"aws:s3/bucket:Bucket", "aws:kms/key:Key"}
    assert not of_bucket("Bucket").get("forceDestroy")


def test_nobody_has_a_long_lived_key():
    types = {it.type for it in made().registered}
    assert not types & {"aws:iam/user:User", "aws:iam/accessKey:AccessKey"}


def test_the_roles_trust_jobs_of_the_repository_and_the_project_alone():
    trust = {
        name.removeprefix("eks-cluster-"): statements(it.inputs["assumeRolePolicy"])
        for name, it in made().of_type("aws:iam/role:Role").items()
    }
    github, gitlab = trust["deploy"]
    assert github["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:ref": "refs/heads/main",
        },
        "StringLike": {
            "token.actions.githubusercontent.com:sub": (
                "repo:octo-org/platform:environment:production"
            )
        },
    }
    assert gitlab["Condition"] == {
        "StringEquals": {"gitlab.com:aud": "sts.amazonaws.com"},
        "StringLike": {
            "gitlab.com:sub": "project_path:octo-group/platform:ref_type:branch:ref:main"
        },
    }
    github, gitlab = trust["preview"]
    assert github["Condition"]["StringLike"]["token.actions.githubusercontent.com:sub"] == [
        "repo:octo-org/platform:pull_request",
        "repo:octo-org/platform:ref:refs/heads/main",
    ]
    assert gitlab["Condition"]["StringLike"]["gitlab.com:sub"].endswith(":ref:*")
