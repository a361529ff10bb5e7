"""Who a principal is, and who is locked out."""

import pytest
from pydantic_core import PydanticCustomError

from spec import lock_out
from spec.model.principals import Identity, identity, is_session, principal_of
from tests import strategies

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role"
SSO = "AWSReservedSSO_Admin_0123456789abcdef"
SSO_PATH = "aws-reserved/sso.amazonaws.com/eu-west-1"


@pytest.mark.parametrize(
    ("arn", "kind", "name"),
    [
        (f"{ROLE}/Admin", "role", "Admin"),
        (f"{ROLE}/a/b/Admin", "role", "Admin"),
        (f"{SESSION}/Admin/jane@example.com", "role", "Admin"),
        (f"{ROLE}/{SSO_PATH}/{SSO}", "role", SSO),
        (f"{SESSION}/{SSO}/jane@example.com", "role", SSO),
        (f"arn:aws:iam::{ACCOUNT}:user/jane", "user", "jane"),
        (f"arn:aws:iam::{ACCOUNT}:user/people/jane", "user", "jane"),
        (f"arn:aws-us-gov:iam::{ACCOUNT}:role/Admin", "role", "Admin"),
        (f"arn:aws-cn:sts::{ACCOUNT}:assumed-role/Admin/i-0123", "role", "Admin"),
    ],
)
def test_an_arn_is_of_somebody(arn, kind, name):
    assert identity(arn) == Identity(account=ACCOUNT, kind=kind, name=name)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "Admin",
        f"arn:aws:iam::{ACCOUNT}:root",
        f"arn:aws:iam::{ACCOUNT}:group/admins",
        f"arn:aws:iam::{ACCOUNT}:instance-profile/nodes",
        f"arn:aws:sts::{ACCOUNT}:federated-user/jane",
        "arn:aws:iam::1234:role/Admin",
        f"{ROLE}/",
        f"{ROLE}/Admin ",
        f"{SESSION}/Admin",
    ],
)
def test_an_arn_is_of_nobody(arn):
    assert identity(arn) is None
    with pytest.raises(PydanticCustomError, match="is not the ARN of an IAM role or user"):
        principal_of(arn)


def test_a_session_stands_for_its_role():
    assert principal_of(f"{SESSION}/Admin/jane") == f"{ROLE}/Admin"
    assert principal_of(f"{ROLE}/x/Admin") == f"{ROLE}/x/Admin"
    assert is_session(f"{SESSION}/Admin/jane")
    assert not is_session(f"{ROLE}/Admin")


def test_a_session_of_identity_center_stays_as_aws_alone_knows_its_roles_path():
    assert principal_of(f"{SESSION}/{SSO}/jane") == f"{SESSION}/{SSO}/jane"


def cluster(access: dict):
    return strategies.cluster(
        {
            "aws:region": "eu-west-1",
            "cluster:kubernetesVersion": "1.36",
            "cluster:autoMode": {},
            "cluster:access": access,
        }
    )


CLUSTER_ADMIN = {"policy": "AmazonEKSClusterAdminPolicy"}


@pytest.mark.parametrize(
    "access",
    [
        {"admins": ["creator"]},
        {"admins": "nobody"},
        {"admins": [f"{ROLE}/Admin"]},
        {"admins": [f"{ROLE}/x/Admin"]},
        {"admins": [f"{SESSION}/Admin/other"]},
        {"admins": [f"{ROLE}/B"], "deployersWithoutAdmin": [f"{ROLE}/Admin"]},
        {
            "admins": [f"{ROLE}/B"],
            "entries": {"a": {"principal": f"{ROLE}/Admin", "policies": [CLUSTER_ADMIN]}},
        },
    ],
)
@pytest.mark.parametrize("deployer", [f"{ROLE}/Admin", f"{SESSION}/Admin/jane"])
def test_who_administers_is_not_locked_out(access, deployer):
    assert list(lock_out.broken(cluster(access), deployer)) == []


@pytest.mark.parametrize(
    "access",
    [
        {"admins": [f"{ROLE}/Other"]},
        {"admins": [f"arn:aws:iam::{ACCOUNT}:user/Admin"]},
        {"admins": ["arn:aws:iam::999999999999:role/Admin"]},
        {
            "admins": [f"{ROLE}/Other"],
            "entries": {
                "a": {
                    "principal": f"{ROLE}/Admin",
                    "policies": [CLUSTER_ADMIN | {"namespaces": ["team"]}],
                }
            },
        },
        {
            "admins": [f"{ROLE}/Other"],
            "entries": {
                "a": {
                    "principal": f"{ROLE}/Admin",
                    "policies": [{"policy": "AmazonEKSAdminPolicy"}],
                }
            },
        },
    ],
)
def test_who_does_not_administer_is_locked_out(access):
    (broken,) = lock_out.broken(cluster(access), f"{SESSION}/Admin/jane")
    assert broken.path == ("access", "admins")
    assert broken.message.startswith(f"{SESSION}/Admin/jane, who runs this, would not administer")
