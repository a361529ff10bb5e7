"""What IAM refuses in the embedded AWS: one test a rule."""

import json

import pytest

from tests.rehearsal.emulator import refusal, running, unique

ACCOUNT = "123456789012"
CLUSTER_ROLE = "AWSServiceRoleForAmazonEKS"
NODEGROUP_ROLE = "AWSServiceRoleForAmazonEKSNodegroup"


@pytest.fixture
def iam(aws):
    return aws.client("iam")


def trust(**principal):
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def policy(*resources):
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": list(resources)}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


TRUST = trust(Service="ec2.amazonaws.com")


class TestNames:
    def test_a_role_has_at_most_64_characters(self, iam):
        name = "r" * 65
        asked = {"RoleName": name, "AssumeRolePolicyDocument": TRUST}
        assert refusal(iam.create_role, **asked) == (
            "ValidationError",
            f"1 validation error detected: Value '{name}' at 'roleName' failed to satisfy "
            "constraint: Member must have length less than or equal to 64",
        )
        iam.create_role(RoleName="r" * 64, AssumeRolePolicyDocument=TRUST)

    def test_a_policy_has_at_most_128(self, iam):
        asked = {"PolicyName": "p" * 129, "PolicyDocument": policy("*")}
        code, message = refusal(iam.create_policy, **asked)
        assert code == "ValidationError"
        assert message.endswith("Member must have length less than or equal to 128")

    def test_an_instance_profile_has_at_most_128(self, iam):
        code, message = refusal(iam.create_instance_profile, InstanceProfileName="p" * 129)
        assert code == "ValidationError"
        assert "'instanceProfileName'" in message


class TestPrincipals:
    @pytest.mark.parametrize("kind", ["role", "user"])
    def test_of_the_account_exist(self, iam, kind):
        nobody = f"arn:aws:iam::{ACCOUNT}:{kind}/nobody"
        asked = {"RoleName": unique("role"), "AssumeRolePolicyDocument": trust(AWS=nobody)}
        assert refusal(iam.create_role, **asked) == (
            "MalformedPolicyDocument",
            f'Invalid principal in policy: "AWS":"{nobody}"',
        )

    def test_of_a_changed_trust_policy_exist(self, aws, iam):
        name = aws.role("ec2.amazonaws.com").rpartition("/")[2]
        document = trust(AWS=f"arn:aws:iam::{ACCOUNT}:role/nobody")
        code, _ = refusal(iam.update_assume_role_policy, RoleName=name, PolicyDocument=document)
        assert code == "MalformedPolicyDocument"

    def test_are_services_by_their_form(self, iam):
        asked = {"RoleName": unique("role"), "AssumeRolePolicyDocument": trust(Service="eks")}
        assert refusal(iam.create_role, **asked) == (
            "MalformedPolicyDocument",
            'Invalid principal in policy: "SERVICE":"eks"',
        )

    def test_that_are_there_or_elsewhere_are_fine(self, aws, iam):
        role = aws.role("ec2.amazonaws.com")
        caller = aws.client("sts").get_caller_identity()["Arn"]
        others = [role, caller, f"arn:aws:iam::{ACCOUNT}:root", "arn:aws:iam::999999999999:role/x"]
        iam.create_role(RoleName=unique("role"), AssumeRolePolicyDocument=trust(AWS=others))


class TestQuotas:
    def test_managed_policies_of_a_role(self, aws, iam):
        role = aws.role("pods.eks.amazonaws.com").rpartition("/")[2]
        with aws.at_quota("iam.policies-per-role", 1):
            first = "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy"
            second = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
            iam.attach_role_policy(RoleName=role, PolicyArn=first)
            iam.attach_role_policy(RoleName=role, PolicyArn=first)
            assert refusal(iam.attach_role_policy, RoleName=role, PolicyArn=second) == (
                "LimitExceeded",
                "Cannot exceed quota for PoliciesPerRole: 1",
            )

    def test_characters_of_a_trust_policy(self, aws, iam):
        with aws.at_quota("iam.trust-policy", 2048):
            document = trust(AWS=[f"arn:aws:iam::{n:012}:root" for n in range(1, 80)])
            asked = {"RoleName": unique("role"), "AssumeRolePolicyDocument": document}
            assert refusal(iam.create_role, **asked) == (
                "LimitExceeded",
                "Cannot exceed quota for ACLSizePerRole: 2048",
            )

    def test_characters_of_a_policy(self, aws, iam):
        with aws.at_quota("iam.policy", 6144):
            document = policy(*(f"arn:aws:s3:::bucket-{n}/*" for n in range(300)))
            asked = {"PolicyName": unique("policy"), "PolicyDocument": document}
            assert refusal(iam.create_policy, **asked) == (
                "LimitExceeded",
                "Cannot exceed quota for PolicySize: 6144",
            )


class TestPolicies:
    def test_one_with_versions_is_not_deleted(self, iam):
        made = iam.create_policy(PolicyName=unique("policy"), PolicyDocument=policy("*"))
        arn = made["Policy"]["Arn"]
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy("arn:aws:s3:::a"))
        code, message = refusal(iam.delete_policy, PolicyArn=arn)
        assert code == "DeleteConflict"
        assert message.startswith("This policy has more than one version.")
        iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
        iam.delete_policy(PolicyArn=arn)

    @pytest.mark.parametrize("document", ["not JSON", "{}", '{"Statement": []}'])
    def test_one_that_is_none(self, iam, document):
        asked = {"PolicyName": unique("policy"), "PolicyDocument": document}
        assert refusal(iam.create_policy, **asked)[0] == "MalformedPolicyDocument"


class TestServiceLinkedRoles:
    def test_are_made_when_a_service_is_first_used(self):
        with running() as fresh:
            fresh.set_quota("all", 1000)
            iam = fresh.client("iam")

            def names():
                linked = iam.list_roles(PathPrefix="/aws-service-role/")["Roles"]
                return {role["RoleName"] for role in linked}

            assert names() == set()
            cluster = fresh.cluster()
            assert names() == {CLUSTER_ROLE}
            fresh.client("eks").create_addon(clusterName=cluster, addonName="vpc-cni")
            fresh.nodegroup(cluster)
            assert names() == {CLUSTER_ROLE, NODEGROUP_ROLE, "AWSServiceRoleForAutoScaling"}
            fresh.nodegroup(cluster, capacityType="SPOT")
            assert "AWSServiceRoleForEC2Spot" in names()
            roles = [one["name"] for one in fresh.inventory() if one["type"] == "role"]
            assert not names() & set(roles), "they are nobody's to tidy up"

    def test_have_the_names_that_aws_gives_them(self, aws, iam):
        service = "elasticloadbalancing.amazonaws.com"
        made = iam.create_service_linked_role(AWSServiceName=service)["Role"]
        assert made["RoleName"] == "AWSServiceRoleForElasticLoadBalancing"
        assert made["Path"] == f"/aws-service-role/{service}/"
        assert refusal(iam.create_service_linked_role, AWSServiceName=service) == (
            "InvalidInput",
            "Service role name AWSServiceRoleForElasticLoadBalancing has been taken in this "
            "account, please try a different suffix.",
        )
        protected = (
            "UnmodifiableEntity",
            "Cannot perform the operation on the protected role "
            "'AWSServiceRoleForElasticLoadBalancing' - this role is only modifiable by AWS",
        )
        assert refusal(iam.delete_role, RoleName=made["RoleName"]) == protected
        attach = {
            "RoleName": made["RoleName"],
            "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
        }
        assert refusal(iam.attach_role_policy, **attach) == protected
        iam.delete_service_linked_role(RoleName=made["RoleName"])
        assert refusal(iam.get_role, RoleName=made["RoleName"])[0] == "NoSuchEntity"
