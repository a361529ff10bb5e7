"""The services beside EC2 and EKS in the embedded AWS, where moto alone would get them wrong."""

import json

import boto3
import pytest

from spec import facts
from tests.rehearsal.emulator import REGION, refusal, unique

EKS_POLICIES = (
    "AmazonEKSClusterPolicy",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKSWorkerNodeMinimalPolicy",
    "AmazonEKS_CNI_Policy",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonSSMManagedInstanceCore",
)
ANY_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}],
    }
)


class TestIam:
    @pytest.mark.parametrize("name", EKS_POLICIES)
    def test_the_managed_policies_of_eks_can_be_attached(self, aws, name):
        iam = aws.client("iam")
        role = aws.role("pods.eks.amazonaws.com").rpartition("/")[2]
        iam.attach_role_policy(RoleName=role, PolicyArn=f"arn:aws:iam::aws:policy/{name}")
        attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        assert [policy["PolicyName"] for policy in attached] == [name]

    def test_a_trust_policy_that_is_none(self, aws):
        create = aws.client("iam").create_role
        asked = {"RoleName": unique("role"), "AssumeRolePolicyDocument": ANY_POLICY}
        assert refusal(create, **asked)[0] == "MalformedPolicyDocument"

    def test_pod_identity_may_tag_the_session(self, aws):
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "pods.eks.amazonaws.com"},
                    "Action": ["sts:AssumeRole", "sts:TagSession"],
                }
            ],
        }
        name = unique("role")
        made = aws.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(trust)
        )
        assert made["Role"]["RoleName"] == name

    def test_a_policy_that_is_attached_cannot_be_deleted(self, aws):
        iam = aws.client("iam")
        arn = iam.create_policy(PolicyName=unique("policy"), PolicyDocument=ANY_POLICY)["Policy"][
            "Arn"
        ]
        role = aws.role("pods.eks.amazonaws.com").rpartition("/")[2]
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)
        assert refusal(iam.delete_policy, PolicyArn=arn) == (
            "DeleteConflict",
            "Cannot delete a policy attached to entities.",
        )
        iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        iam.delete_policy(PolicyArn=arn)

    def test_the_nodes_role_cannot_be_deleted_under_them(self, aws, cluster):
        role = aws.nodegroup(cluster)["nodeRole"].rpartition("/")[2]
        assert refusal(aws.client("iam").delete_role, RoleName=role) == (
            "DeleteConflict",
            "Cannot delete entity, must remove roles from instance profile first.",
        )


class TestKms:
    def test_the_rotation_period_is_kept(self, aws):
        kms = aws.client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        assert kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
        kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
        status = kms.get_key_rotation_status(KeyId=key)
        assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"]) == (True, 180)
        kms.enable_key_rotation(KeyId=key)
        assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365


def key_for_logs(aws):
    statements = [
        {"Effect": "Allow", "Principal": who, "Action": "kms:*", "Resource": "*"}
        for who in ({"AWS": "*"}, {"Service": f"logs.{REGION}.amazonaws.com"})
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return aws.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]


class TestLogs:
    def test_the_key_of_a_log_group_changes(self, aws):
        logs = aws.client("logs")
        name = unique("/aws/eks/group")
        logs.create_log_group(logGroupName=name)

        def key():
            found = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
            return next(g.get("kmsKeyId") for g in found if g["logGroupName"] == name)

        arn = key_for_logs(aws)
        logs.associate_kms_key(logGroupName=name, kmsKeyId=arn)
        assert key() == arn
        logs.disassociate_kms_key(logGroupName=name)
        assert key() is None

    def test_a_key_for_a_log_group_that_is_not_there(self, aws):
        asked = {"logGroupName": "nobody", "kmsKeyId": "arn:aws:kms:key"}
        code, _ = refusal(aws.client("logs").associate_kms_key, **asked)
        assert code == "ResourceNotFoundException"

    def test_retention_is_one_of_a_set_of_days(self, aws):
        logs = aws.client("logs")
        name = unique("group")
        logs.create_log_group(logGroupName=name)
        logs.put_retention_policy(logGroupName=name, retentionInDays=90)
        code, _ = refusal(logs.put_retention_policy, logGroupName=name, retentionInDays=91)
        assert code == "InvalidParameterException"


class TestImages:
    @pytest.mark.parametrize("version", facts.kubernetes_versions())
    def test_the_newest_node_image_is_a_public_parameter(self, aws, version):
        images = f"/aws/service/eks/optimized-ami/{version}/amazon-linux-2023"
        path = f"{images}/x86_64/standard/recommended"
        ssm = aws.client("ssm")
        release = ssm.get_parameter(Name=f"{path}/release_version")["Parameter"]["Value"]
        known = facts.kubernetes_versions()[version].ami_release["AL2023_x86_64_STANDARD"]
        assert release == known
        image = ssm.get_parameter(Name=f"{path}/image_id")["Parameter"]["Value"]
        (found,) = aws.client("ec2").describe_images(ImageIds=[image])["Images"]
        day = release.partition("-")[2]
        assert found["Name"] == f"amazon-eks-node-al2023-x86_64-standard-{version}-v{day}"
        assert found["RootDeviceName"] == "/dev/xvda"


class TestSts:
    def test_whoever_calls_is_a_user_of_the_account(self, aws):
        identity = aws.client("sts").get_caller_identity()
        assert identity["Arn"] == "arn:aws:iam::123456789012:user/rehearsal"

    def test_an_assumed_role_is_the_creator_as_a_role(self, aws):
        role = aws.role("eks.amazonaws.com")
        aws.let_do_everything(role)
        session = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
        eks = boto3.client(
            "eks",
            region_name=REGION,
            endpoint_url=aws.url,
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        )
        name = unique("cluster")
        eks.create_cluster(
            name=name,
            roleArn=role,
            resourcesVpcConfig={"subnetIds": aws.subnets(aws.vpc())},
            accessConfig={"authenticationMode": "API"},
        )
        assert eks.list_access_entries(clusterName=name)["accessEntries"] == [role]
