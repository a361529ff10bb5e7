"""What the policies of the pipeline's roles say, in an account of the tests."""

import json

from bootstrap import documents
from bootstrap.documents import Names
from policy.documents import as_list
from spec.bootstrap.model import SERVICES

ACCOUNT, REGION = "123456789012", "ap-northeast-2"
IAM = f"arn:aws:iam::{ACCOUNT}"
NAMES = Names(
    partition="aws",
    account=ACCOUNT,
    regions=[REGION],
    path="/eks-cluster/",
    own_path="/eks-cluster-bootstrap/",
    bucket="arn:aws:s3:::state",
    key=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234",
    boundary=f"{IAM}:policy/eks-cluster-bootstrap/eks-cluster-boundary",
    services=SERVICES,
)


def policies_of(role: str) -> list[str]:
    """Names of the policies that a role has: `preview` or `deploy`."""
    return [it.name for it in documents.policies() if role in it.roles]


def actions_of(*policies: str, effect: str = "Allow") -> set[str]:
    """The actions that policies allow, or deny, whatever with."""
    return {
        action
        for name in policies
        for statement in json.loads(documents.policy(name, NAMES))["Statement"]
        if statement["Effect"] == effect
        for action in as_list(statement["Action"])
    }
