"""What EKS demands of access entries: each test breaks one rule and sees AWS's code and words."""

import json

import pytest

from tests.rehearsal.emulator import refusal, unique

INVALID = "InvalidParameterException"
POLICIES = "arn:aws:eks::aws:cluster-access-policy"
VIEW = f"{POLICIES}/AmazonEKSViewPolicy"
CREATOR = "arn:aws:iam::123456789012:user/rehearsal"
NODES = ("EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX")


def refused(aws, cluster, **asked):
    wish = {"principalArn": aws.role("ec2.amazonaws.com"), **asked}
    return refusal(aws.client("eks").create_access_entry, clusterName=cluster, **wish)


def entry(aws, cluster, **asked):
    wish = {"principalArn": aws.role("ec2.amazonaws.com"), **asked}
    return aws.client("eks").create_access_entry(clusterName=cluster, **wish)["accessEntry"]


class TestPrincipals:
    def test_a_second_entry_is_refused(self, aws, cluster):
        assert refused(aws, cluster, principalArn=CREATOR) == (
            "ResourceInUseException",
            "The specified access entry resource is already in use on this cluster.",
        )

    def test_the_same_request_token_makes_one_entry(self, aws, cluster):
        asked = {"principalArn": aws.role("ec2.amazonaws.com"), "clientRequestToken": unique("t")}
        first = entry(aws, cluster, **asked)["accessEntryArn"]
        assert entry(aws, cluster, **asked)["accessEntryArn"] == first

    def test_entries_are_refused_where_the_config_map_decides(self, aws):
        cluster = aws.cluster(accessConfig={"authenticationMode": "CONFIG_MAP"})
        expected = (
            "InvalidRequestException",
            "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to "
            "perform this operation.",
        )
        assert refused(aws, cluster, principalArn=CREATOR) == expected
        eks = aws.client("eks")
        assert refusal(eks.list_access_entries, clusterName=cluster) == expected

    @pytest.mark.parametrize(
        "principal",
        [
            "arn:aws:sts::123456789012:assumed-role/Admin/me",
            "arn:aws:iam::123456789012:group/admins",
            "Admin",
        ],
    )
    def test_a_principal_that_is_no_role_and_no_user_is_refused(self, aws, cluster, principal):
        assert refused(aws, cluster, principalArn=principal) == (
            INVALID,
            "The principalArn parameter format is not valid",
        )

    @pytest.mark.parametrize("kind", ["role", "user"])
    def test_a_principal_that_is_not_there_is_refused(self, aws, cluster, kind):
        principal = f"arn:aws:iam::123456789012:{kind}/nobody"
        assert refused(aws, cluster, principalArn=principal) == (
            INVALID,
            "The specified principalArn is invalid: invalid principal.",
        )

    def test_a_principal_of_another_account_is_believed(self, aws, cluster):
        principal = "arn:aws:iam::210987654321:role/Admin"
        assert entry(aws, cluster, principalArn=principal)["principalArn"] == principal

    def test_a_user_is_one_as_well(self, aws, cluster):
        user = aws.client("iam").create_user(UserName=unique("user"))["User"]["Arn"]
        assert entry(aws, cluster, principalArn=user)["username"] == user

    def test_a_service_linked_role_is_refused(self, aws, cluster):
        principal = (
            "arn:aws:iam::123456789012:role/aws-service-role/emr-containers.amazonaws.com/"
            "AWSServiceRoleForAmazonEMRContainers"
        )
        assert refused(aws, cluster, principalArn=principal) == (
            INVALID,
            "The caller is not allowed to modify access entries with a principalArn value of a "
            "Service Linked Role",
        )


class TestTypes:
    def test_a_type_that_eks_does_not_have_is_refused(self, aws, cluster):
        code, words = refused(aws, cluster, type="EC2_MAC")
        assert code == INVALID
        assert "EC2_MAC" in words

    @pytest.mark.parametrize("kind", NODES)
    def test_nodes_without_a_role_are_refused(self, aws, cluster, kind):
        user = aws.client("iam").create_user(UserName=unique("user"))["User"]["Arn"]
        code, words = refused(aws, cluster, type=kind, principalArn=user)
        assert code == INVALID
        assert kind in words

    @pytest.mark.parametrize(
        ("kind", "username"),
        [
            ("EC2_LINUX", "system:node:{{EC2PrivateDNSName}}"),
            ("EC2_WINDOWS", "system:node:{{EC2PrivateDNSName}}"),
            ("FARGATE_LINUX", "system:node:{{SessionName}}"),
            ("HYBRID_LINUX", "system:node:{{SessionName}}"),
            ("EC2", "system:node:{{EC2PrivateDNSName}}"),
            ("HYPERPOD_LINUX", "system:node:{{SessionName}}"),
        ],
    )
    def test_nodes_have_the_user_name_of_nodes(self, aws, cluster, kind, username):
        made = entry(aws, cluster, type=kind)
        assert (made["type"], made["username"]) == (kind, username)

    @pytest.mark.parametrize("kind", NODES)
    def test_groups_and_user_names_for_nodes_are_refused(self, aws, cluster, kind):
        assert refused(aws, cluster, type=kind, kubernetesGroups=["viewers"])[0] == INVALID
        assert refused(aws, cluster, type=kind, username="me")[0] == INVALID

    def test_the_type_cannot_be_changed(self, aws):
        members = aws.client("eks").meta.service_model.operation_model("UpdateAccessEntry")
        assert "type" not in members.input_shape.members


class TestNames:
    @pytest.mark.parametrize("prefix", ["system:", "eks:", "aws:", "amazon:", "iam:"])
    def test_a_user_name_like_those_of_aws_is_refused(self, aws, cluster, prefix):
        expected = (INVALID, f"The username must not begin with {prefix}")
        assert refused(aws, cluster, username=f"{prefix}me") == expected
        who = {"clusterName": cluster, "principalArn": entry(aws, cluster)["principalArn"]}
        update = aws.client("eks").update_access_entry
        assert refusal(update, **who, username=f"{prefix}me") == expected

    def test_a_session_name_without_a_colon_before_it_is_refused(self, aws, cluster):
        code, words = refused(aws, cluster, username="john{{SessionName}}")
        assert code == INVALID
        assert "colon" in words
        assert entry(aws, cluster, username="jo:hn{{SessionName}}")["username"].startswith("jo:")

    def test_a_group_like_those_of_kubernetes_is_refused(self, aws, cluster):
        expected = (
            INVALID,
            "The kubernetes group name system:masters is invalid, it cannot start with system:",
        )
        assert refused(aws, cluster, kubernetesGroups=["system:masters"]) == expected
        who = {"clusterName": cluster, "principalArn": entry(aws, cluster)["principalArn"]}
        update = aws.client("eks").update_access_entry
        assert refusal(update, **who, kubernetesGroups=["system:masters"]) == expected


class TestPolicies:
    def refused(self, aws, cluster, principal, **asked):
        wish = {"policyArn": VIEW, "accessScope": {"type": "cluster"}, **asked}
        associate = aws.client("eks").associate_access_policy
        return refusal(associate, clusterName=cluster, principalArn=principal, **wish)

    def test_one_for_someone_without_an_entry_is_refused(self, aws, cluster):
        assert self.refused(aws, cluster, "arn:aws:iam::123456789012:role/nobody") == (
            "ResourceNotFoundException",
            "The specified principalArn could not be found. You can view your available access "
            "entries with 'list-access-entries'.",
        )

    @pytest.mark.parametrize(
        "policy", ["arn:aws:iam::aws:policy/AdministratorAccess", f"{POLICIES}/MyOwnPolicy"]
    )
    def test_one_that_eks_does_not_have_is_refused(self, aws, cluster, policy):
        code, words = self.refused(aws, cluster, CREATOR, policyArn=policy)
        assert code == INVALID
        assert policy in words

    @pytest.mark.parametrize("kind", NODES)
    def test_one_for_nodes_is_refused(self, aws, cluster, kind):
        principal = entry(aws, cluster, type=kind)["principalArn"]
        code, words = self.refused(aws, cluster, principal)
        assert code == "InvalidRequestException"
        assert kind in words

    @pytest.mark.parametrize(
        "scope", [{"type": "namespace"}, {"type": "cluster", "namespaces": ["default"]}]
    )
    def test_a_scope_that_does_not_say_where_is_refused(self, aws, cluster, scope):
        assert self.refused(aws, cluster, CREATOR, accessScope=scope)[0] == INVALID

    def test_one_that_was_not_associated_is_not_dissociated(self, aws, cluster):
        principal = entry(aws, cluster)["principalArn"]
        asked = {"clusterName": cluster, "principalArn": principal, "policyArn": VIEW}
        code, _ = refusal(aws.client("eks").disassociate_access_policy, **asked)
        assert code == "ResourceNotFoundException"


class TestTheCreator:
    def test_is_administrator_where_that_is_asked_for(self, aws):
        eks = aws.client("eks")
        for bootstraps, expected in ((True, [CREATOR]), (False, [])):
            access = {
                "authenticationMode": "API",
                "bootstrapClusterCreatorAdminPermissions": bootstraps,
            }
            cluster = aws.cluster(accessConfig=access)
            assert eks.list_access_entries(clusterName=cluster)["accessEntries"] == expected

    def test_in_a_role_is_the_role(self, aws):
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
            ],
        }
        role = aws.client("iam").create_role(
            RoleName=unique("admin"), Path="/ops/", AssumeRolePolicyDocument=json.dumps(trust)
        )["Role"]["Arn"]
        aws.let_do_everything(role)
        keys = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
        name = unique("cluster")
        aws.signed_in("eks", keys).create_cluster(
            name=name,
            roleArn=aws.role("eks.amazonaws.com"),
            accessConfig={"authenticationMode": "API"},
            resourcesVpcConfig={"subnetIds": aws.subnets(aws.vpc())},
        )
        entries = aws.client("eks").list_access_entries(clusterName=name)["accessEntries"]
        assert entries == [role]
