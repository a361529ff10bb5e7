"""Sessions of roles may do what policies say, with AWS's answer where they may not."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.rehearsal.emulator import REGION, refusal, unique

ACCOUNT = "123456789012"


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource="*", **condition):
    more = {"Condition": condition} if condition else {}
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def signed_in(aws, *statements, boundary=None, inline=False):
    """Clients, by service, of a session of a new role with these statements as its policy."""
    iam, name = aws.client("iam"), unique("session")
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    more = {}
    if boundary:
        made = iam.create_policy(PolicyName=unique("b"), PolicyDocument=document(*boundary))
        more["PermissionsBoundary"] = made["Policy"]["Arn"]
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust), **more)
    if inline:
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document(*statements))
    else:
        made = iam.create_policy(PolicyName=unique("p"), PolicyDocument=document(*statements))
        iam.attach_role_policy(RoleName=name, PolicyArn=made["Policy"]["Arn"])
    keys = aws.client("sts").assume_role(RoleArn=role["Role"]["Arn"], RoleSessionName="job")
    return lambda service: aws.signed_in(service, keys["Credentials"])


@pytest.fixture(scope="module")
def bucket(aws):
    name = unique("bucket")
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=name, Key="a/b", Body=b"1")
    return name


@pytest.mark.parametrize("inline", [True, False])
def test_what_a_policy_allows_can_be_done_and_nothing_else(aws, bucket, inline):
    objects = f"arn:aws:s3:::{bucket}/a/*"
    s3 = signed_in(aws, allow("s3:GetObject", objects), inline=inline)("s3")
    assert s3.get_object(Bucket=bucket, Key="a/b")["Body"].read() == b"1"
    code, message = refusal(s3.get_object, Bucket=bucket, Key="c")
    assert code == "AccessDenied"
    assert f"is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::{bucket}/c" in (
        message
    )
    assert refusal(s3.put_object, Bucket=bucket, Key="a/b", Body=b"2")[0] == "AccessDenied"
    assert refusal(s3.list_objects_v2, Bucket=bucket)[0] == "AccessDenied"


def test_each_service_says_it_in_its_own_words(aws):
    session = signed_in(aws, allow("sqs:ListQueues"))
    assert refusal(session("ec2").describe_vpcs)[0] == "UnauthorizedOperation"
    assert refusal(session("eks").list_clusters)[0] == "AccessDeniedException"
    assert refusal(session("kms").list_keys)[0] == "AccessDeniedException"
    assert refusal(session("iam").list_roles)[0] == "AccessDenied"


def test_nobody_is_kept_from_asking_who_they_are(aws):
    session = signed_in(aws, allow("sqs:ListQueues"))
    assert ":assumed-role/" in session("sts").get_caller_identity()["Arn"]


def test_a_boundary_is_the_most_that_a_role_can_do(aws):
    session = signed_in(aws, allow("*"), boundary=[allow("ec2:*")])
    session("ec2").describe_vpcs()
    assert refusal(session("eks").list_clusters)[0] == "AccessDeniedException"


def test_a_region_can_be_the_only_one(aws):
    session = signed_in(aws, allow("ec2:*", StringEquals={"aws:RequestedRegion": "eu-west-1"}))
    assert refusal(session("ec2").describe_vpcs)[0] == "UnauthorizedOperation"


def test_roles_are_made_within_a_boundary_alone(aws):
    admin = aws.client("iam")
    made = admin.create_policy(PolicyName=unique("b"), PolicyDocument=document(allow("s3:*")))
    boundary = made["Policy"]["Arn"]
    roles = f"arn:aws:iam::{ACCOUNT}:role/within/*"
    within = allow(
        ["iam:CreateRole", "iam:AttachRolePolicy"],
        roles,
        StringEquals={"iam:PermissionsBoundary": boundary},
    )
    iam = signed_in(aws, within)("iam")
    services = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}
    name, trust = unique("within"), document({**services, "Action": "sts:AssumeRole"})
    asked = {"RoleName": name, "AssumeRolePolicyDocument": trust}
    assert refusal(iam.create_role, **asked, Path="/within/")[0] == "AccessDenied"
    assert refusal(iam.create_role, **asked, PermissionsBoundary=boundary)[0] == "AccessDenied"
    iam.create_role(**asked, Path="/within/", PermissionsBoundary=boundary)
    policy = "arn:aws:iam::aws:policy/AdministratorAccess"
    iam.attach_role_policy(RoleName=name, PolicyArn=policy)
    other = unique("other")
    admin.create_role(RoleName=other, AssumeRolePolicyDocument=trust, Path="/within/")
    refused = refusal(iam.attach_role_policy, RoleName=other, PolicyArn=policy)
    assert refused[0] == "AccessDenied"


def test_a_role_is_handed_to_a_service_by_whoever_may_pass_it(aws):
    role, vpc = aws.role("eks.amazonaws.com"), aws.vpc()
    wish = {"roleArn": role, "resourcesVpcConfig": {"subnetIds": aws.subnets(vpc)}}
    eks = signed_in(aws, allow("eks:*"))("eks")
    code, message = refusal(eks.create_cluster, name=unique("c"), **wish)
    assert (code, "iam:PassRole" in message, role in message) == (
        "AccessDeniedException",
        True,
        True,
    )
    eks = signed_in(aws, allow("eks:*"), allow("iam:PassRole", role))("eks")
    eks.create_cluster(name=unique("c"), **wish)


def test_a_buckets_policy_can_deny(aws, bucket):
    s3 = signed_in(aws, allow("s3:*"))("s3")
    strangers = {
        **allow("s3:*", StringNotEquals={"aws:PrincipalAccount": "999999999999"}),
        "Effect": "Deny",
        "Principal": "*",
    }
    admin = aws.client("s3")
    admin.put_bucket_policy(Bucket=bucket, Policy=document(strangers))
    try:
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.get_object(Bucket=bucket, Key="a/b")
    finally:
        admin.delete_bucket_policy(Bucket=bucket)
    s3.get_object(Bucket=bucket, Key="a/b")


def test_keys_are_resources(aws):
    kms = aws.client("kms")
    mine, other = (kms.create_key()["KeyMetadata"] for _ in "ab")
    kms.create_alias(AliasName=f"alias/{mine['KeyId']}", TargetKeyId=mine["KeyId"])
    session = signed_in(aws, allow("kms:Encrypt", mine["Arn"]))("kms")
    session.encrypt(KeyId=mine["KeyId"], Plaintext=b"1")
    session.encrypt(KeyId=f"alias/{mine['KeyId']}", Plaintext=b"1")
    refused = refusal(session.encrypt, KeyId=other["Arn"], Plaintext=b"1")
    assert refused[0] == "AccessDeniedException"
