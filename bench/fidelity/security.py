"""IAM, KMS and CloudWatch Logs."""

import json

from bench.fidelity.checks import (
    ACCOUNT,
    REGION,
    allow,
    check,
    document,
    refused,
    tags,
    trust,
    unique,
)
from tests.rehearsal.emulator import Emulator

EC2 = trust(Service="ec2.amazonaws.com")
READ = document(allow("s3:GetObject", Resource="*"))
MANAGED = "arn:aws:iam::aws:policy"
EKS_POLICIES = (
    "AmazonEKSClusterPolicy",
    "AmazonEKSVPCResourceController",
    "AmazonEKSServicePolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
    "AmazonEKSFargatePodExecutionRolePolicy",
    "AmazonEKSComputePolicy",
    "AmazonEKSBlockStoragePolicy",
    "AmazonEKSLoadBalancingPolicy",
    "AmazonEKSNetworkingPolicy",
    "AmazonEBSCSIDriverPolicyV2",
    "service-role/AmazonEBSCSIDriverPolicy",
    "service-role/AmazonEFSCSIDriverPolicy",
    "CloudWatchAgentServerPolicy",
)


def _role(aws: Emulator, **asked: object) -> str:
    name = unique("role")
    aws.client("iam").create_role(**{"RoleName": name, "AssumeRolePolicyDocument": EC2, **asked})
    return name


@check("iam", "CreateRole/GetRole")
def role(aws: Emulator) -> None:
    name = _role(aws, Description="d", MaxSessionDuration=7200, Tags=tags(a="1"))
    found = aws.client("iam").get_role(RoleName=name)["Role"]
    assert found["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/{name}"
    assert found["AssumeRolePolicyDocument"] == json.loads(EC2)
    assert (found["Description"], found["MaxSessionDuration"]) == ("d", 7200)
    assert found["Tags"] == tags(a="1")
    assert found["RoleId"].startswith("AROA")


@check("iam", "CreateRole duplicate")
def role_twice(aws: Emulator) -> None:
    asked = {"RoleName": _role(aws), "AssumeRolePolicyDocument": EC2}
    refused("EntityAlreadyExists", aws.client("iam").create_role, **asked)


@check("iam", "GetRole missing")
def no_role(aws: Emulator) -> None:
    refused("NoSuchEntity", aws.client("iam").get_role, RoleName="nobody")


@check("iam", "CreateRole malformed policy")
def role_without_a_trust_policy(aws: Emulator) -> None:
    asked = {"RoleName": unique("role"), "AssumeRolePolicyDocument": "not JSON"}
    refused("MalformedPolicyDocument", aws.client("iam").create_role, **asked)


@check("iam", "GetPolicy AWS managed EKS policies")
def managed_policies(aws: Emulator) -> None:
    for name in EKS_POLICIES:
        found = aws.client("iam").get_policy(PolicyArn=f"{MANAGED}/{name}")["Policy"]
        assert found["PolicyName"] == name.rpartition("/")[2]


@check("iam", "AttachRolePolicy managed")
def attached_policy(aws: Emulator) -> None:
    iam, name = aws.client("iam"), _role(aws)
    arn = f"{MANAGED}/AmazonEKSWorkerNodePolicy"
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    found = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert [one["PolicyArn"] for one in found] == [arn]
    iam.detach_role_policy(RoleName=name, PolicyArn=arn)
    refused("NoSuchEntity", iam.detach_role_policy, RoleName=name, PolicyArn=arn)


@check("iam", "AttachRolePolicy invented AWS policy")
def invented_policy(aws: Emulator) -> None:
    asked = {"RoleName": _role(aws), "PolicyArn": f"{MANAGED}/AmazonEKSInvented"}
    refused("NoSuchEntity", aws.client("iam").attach_role_policy, **asked)


@check("iam", "GetPolicyVersion managed doc")
def managed_document(aws: Emulator) -> None:
    iam = aws.client("iam")
    arn = f"{MANAGED}/AmazonEKS_CNI_Policy"
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    found = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
    actions = [a for s in found["Document"]["Statement"] for a in s["Action"]]
    assert "ec2:AssignPrivateIpAddresses" in actions


@check("iam", "DeleteRole with policies")
def role_with_policies(aws: Emulator) -> None:
    name = _role(aws)
    aws.client("iam").attach_role_policy(RoleName=name, PolicyArn=f"{MANAGED}/AmazonEKS_CNI_Policy")
    refused("DeleteConflict", aws.client("iam").delete_role, RoleName=name)


@check("iam", "DeleteRole in instance profile")
def role_in_a_profile(aws: Emulator) -> None:
    iam, name = aws.client("iam"), _role(aws)
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    refused("DeleteConflict", iam.delete_role, RoleName=name)


@check("iam", "Inline policies")
def inline_policies(aws: Emulator) -> None:
    iam, name = aws.client("iam"), _role(aws)
    own = {"RoleName": name, "PolicyName": "own"}
    iam.put_role_policy(**own, PolicyDocument=READ)
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["own"]
    assert iam.get_role_policy(**own)["PolicyDocument"] == json.loads(READ)
    iam.delete_role_policy(**own)
    refused("NoSuchEntity", iam.get_role_policy, **own)


@check("iam", "Customer policy + versions + delete conflict")
def customer_policy(aws: Emulator) -> None:
    iam, name = aws.client("iam"), _role(aws)
    arn = iam.create_policy(PolicyName=unique("p"), PolicyDocument=READ)["Policy"]["Arn"]
    other = document(allow("s3:PutObject", Resource="*"))
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=other, SetAsDefault=True)
    assert made["PolicyVersion"]["VersionId"] == "v2"
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v2"
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    refused("DeleteConflict", iam.delete_policy, PolicyArn=arn)
    iam.detach_role_policy(RoleName=name, PolicyArn=arn)
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy(PolicyArn=arn)


@check("iam", "Instance profiles")
def instance_profiles(aws: Emulator) -> None:
    iam, name = aws.client("iam"), _role(aws)
    iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    found = iam.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]
    assert [one["RoleName"] for one in found["Roles"]] == [name]
    asked = {"InstanceProfileName": name, "RoleName": _role(aws)}
    refused("LimitExceeded", iam.add_role_to_instance_profile, **asked)


THUMBPRINT = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280"


def _provider(aws: Emulator, **asked: object) -> tuple[str, str]:
    host = f"oidc.eks.{REGION}.amazonaws.com/id/{unique('ABC')}"
    made = aws.client("iam").create_open_id_connect_provider(
        **{"Url": f"https://{host}", "ClientIDList": ["sts.amazonaws.com"], **asked}
    )
    return made["OpenIDConnectProviderArn"], host


@check("iam", "OIDC provider create/get")
def identity_provider(aws: Emulator) -> None:
    arn, host = _provider(aws, ThumbprintList=[THUMBPRINT])
    found = aws.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert arn == f"arn:aws:iam::{ACCOUNT}:oidc-provider/{host}"
    assert (found["Url"], found["ThumbprintList"]) == (host, [THUMBPRINT])
    assert found["ClientIDList"] == ["sts.amazonaws.com"]


@check("iam", "OIDC provider without thumbprint")
def identity_provider_without_thumbprint(aws: Emulator) -> None:
    arn, _ = _provider(aws)
    found = aws.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert len(found["ThumbprintList"]) == 1, "AWS looks it up"


@check("iam", "OIDC provider duplicate")
def identity_provider_twice(aws: Emulator) -> None:
    _, host = _provider(aws, ThumbprintList=[THUMBPRINT])
    create = aws.client("iam").create_open_id_connect_provider
    asked = {"Url": f"https://{host}", "ThumbprintList": [THUMBPRINT]}
    refused("EntityAlreadyExists", create, **asked)


@check("iam", "OIDC provider tag/update/delete")
def identity_provider_changed(aws: Emulator) -> None:
    iam = aws.client("iam")
    arn, _ = _provider(aws, ThumbprintList=[THUMBPRINT])
    by_arn = {"OpenIDConnectProviderArn": arn}
    iam.tag_open_id_connect_provider(**by_arn, Tags=tags(a="1"))
    iam.update_open_id_connect_provider_thumbprint(**by_arn, ThumbprintList=["0" * 40])
    found = iam.get_open_id_connect_provider(**by_arn)
    assert (found["Tags"], found["ThumbprintList"]) == (tags(a="1"), ["0" * 40])
    iam.delete_open_id_connect_provider(**by_arn)
    refused("NoSuchEntity", iam.get_open_id_connect_provider, **by_arn)


def _linked(aws: Emulator, service: str, name: str) -> None:
    """The role of a service, made now or before; a second time is refused."""
    iam = aws.client("iam")
    if name not in {one["RoleName"] for one in iam.list_roles()["Roles"]}:
        made = iam.create_service_linked_role(AWSServiceName=service)["Role"]
        assert made["RoleName"] == name
    found = iam.get_role(RoleName=name)["Role"]
    assert found["Path"] == f"/aws-service-role/{service}/"
    refused("InvalidInput", iam.create_service_linked_role, AWSServiceName=service)


@check("iam", "Service-linked role eks")
def service_linked_role(aws: Emulator) -> None:
    _linked(aws, "eks.amazonaws.com", "AWSServiceRoleForAmazonEKS")


@check("iam", "Service-linked role spot")
def service_linked_role_of_spot(aws: Emulator) -> None:
    _linked(aws, "spot.amazonaws.com", "AWSServiceRoleForEC2Spot")


@check("kms", "CreateKey/alias/describe by alias")
def key(aws: Emulator) -> None:
    kms, alias = aws.client("kms"), f"alias/{unique('key')}"
    made = kms.create_key(Description="d")["KeyMetadata"]
    kms.create_alias(AliasName=alias, TargetKeyId=made["KeyId"])
    found = kms.describe_key(KeyId=alias)["KeyMetadata"]
    assert (found["Arn"], found["KeyState"]) == (made["Arn"], "Enabled")
    assert found["KeySpec"] == "SYMMETRIC_DEFAULT"


@check("kms", "Enable rotation / status")
def key_rotation(aws: Emulator) -> None:
    kms = aws.client("kms")
    made = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.enable_key_rotation(KeyId=made, RotationPeriodInDays=180)
    found = kms.get_key_rotation_status(KeyId=made)
    assert (found["KeyRotationEnabled"], found["RotationPeriodInDays"]) == (True, 180)


@check("kms", "Key policy + tags")
def key_policy(aws: Emulator) -> None:
    kms = aws.client("kms")
    own = document(allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Resource="*"))
    made = kms.create_key(Policy=own, Tags=[{"TagKey": "a", "TagValue": "1"}])["KeyMetadata"]
    found = kms.get_key_policy(KeyId=made["KeyId"], PolicyName="default")["Policy"]
    assert json.loads(found) == json.loads(own)
    tagged = kms.list_resource_tags(KeyId=made["KeyId"])["Tags"]
    assert tagged == [{"TagKey": "a", "TagValue": "1"}]


@check("kms", "CreateGrant")
def key_grant(aws: Emulator) -> None:
    kms = aws.client("kms")
    made = kms.create_key()["KeyMetadata"]["KeyId"]
    grantee = aws.role("ec2.amazonaws.com")
    grant = kms.create_grant(KeyId=made, GranteePrincipal=grantee, Operations=["Encrypt"])
    (found,) = kms.list_grants(KeyId=made)["Grants"]
    assert (found["GrantId"], found["GranteePrincipal"]) == (grant["GrantId"], grantee)


@check("kms", "ScheduleKeyDeletion")
def key_deletion(aws: Emulator) -> None:
    kms = aws.client("kms")
    made = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=made, PendingWindowInDays=7)
    found = kms.describe_key(KeyId=made)["KeyMetadata"]
    assert found["KeyState"] == "PendingDeletion"
    assert found["DeletionDate"]


@check("kms", "DescribeKey missing")
def no_key(aws: Emulator) -> None:
    refused("NotFoundException", aws.client("kms").describe_key, KeyId="alias/nobody")


def _log_group(aws: Emulator, name: str) -> dict[str, object]:
    found = aws.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next(one for one in found if one["logGroupName"] == name)


def _key_for_logs(aws: Emulator) -> str:
    own = document(
        allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, Resource="*"),
        allow("kms:*", Principal={"Service": f"logs.{REGION}.amazonaws.com"}, Resource="*"),
    )
    return aws.client("kms").create_key(Policy=own)["KeyMetadata"]["Arn"]


@check("logs", "CreateLogGroup kms+retention+tags")
def log_group(aws: Emulator) -> None:
    logs, name, own = aws.client("logs"), unique("/aws/eks/g"), _key_for_logs(aws)
    logs.create_log_group(logGroupName=name, kmsKeyId=own, tags={"a": "1"})
    logs.put_retention_policy(logGroupName=name, retentionInDays=90)
    found = _log_group(aws, name)
    assert (found["kmsKeyId"], found["retentionInDays"]) == (own, 90)
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "1"}


@check("logs", "CreateLogGroup duplicate")
def log_group_twice(aws: Emulator) -> None:
    name = unique("group")
    aws.client("logs").create_log_group(logGroupName=name)
    create = aws.client("logs").create_log_group
    refused("ResourceAlreadyExistsException", create, logGroupName=name)


@check("logs", "PutRetention invalid days")
def retention(aws: Emulator) -> None:
    name = unique("group")
    aws.client("logs").create_log_group(logGroupName=name)
    put = aws.client("logs").put_retention_policy
    refused("InvalidParameterException", put, logGroupName=name, retentionInDays=42)


@check("logs", "DeleteLogGroup missing")
def no_log_group(aws: Emulator) -> None:
    delete = aws.client("logs").delete_log_group
    refused("ResourceNotFoundException", delete, logGroupName="nobody")


@check("logs", "Associate/DisassociateKmsKey")
def log_group_key(aws: Emulator) -> None:
    logs, name, own = aws.client("logs"), unique("group"), _key_for_logs(aws)
    logs.create_log_group(logGroupName=name)
    logs.associate_kms_key(logGroupName=name, kmsKeyId=own)
    assert _log_group(aws, name)["kmsKeyId"] == own
    logs.disassociate_kms_key(logGroupName=name)
    assert "kmsKeyId" not in _log_group(aws, name)
