"""Who may use a cluster of the embedded AWS: access entries, access policies, pod identity."""

import re

from tests.rehearsal.emulator import refusal, unique

ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
CREATOR = "arn:aws:iam::123456789012:user/rehearsal"


def test_the_creator_is_admitted_as_administrator(aws, cluster):
    eks = aws.client("eks")
    entry = eks.describe_access_entry(clusterName=cluster, principalArn=CREATOR)["accessEntry"]
    assert entry["type"] == "STANDARD"
    assert entry["username"] == CREATOR
    policies = eks.list_associated_access_policies(clusterName=cluster, principalArn=CREATOR)
    (policy,) = policies["associatedAccessPolicies"]
    assert policy["policyArn"] == ADMIN
    assert policy["accessScope"] == {"type": "cluster", "namespaces": []}


def test_nobody_is_admitted_who_was_not_asked_for(aws):
    access = {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False}
    cluster = aws.cluster(accessConfig=access)
    assert aws.client("eks").list_access_entries(clusterName=cluster)["accessEntries"] == []


def test_an_entry_of_a_role_has_its_session_in_the_user_name(aws, cluster):
    eks = aws.client("eks")
    role = aws.role("ec2.amazonaws.com")
    name = role.rpartition("/")[2]
    entry = eks.create_access_entry(
        clusterName=cluster, principalArn=role, kubernetesGroups=["viewers"], tags={"a": "b"}
    )["accessEntry"]
    assert entry["username"] == (
        f"arn:aws:sts::123456789012:assumed-role/{name}/{{{{SessionName}}}}"
    )
    assert re.fullmatch(
        rf"arn:aws:eks:ap-northeast-2:123456789012:access-entry/{cluster}/role/123456789012/{name}"
        r"/[0-9a-f-]{36}",
        entry["accessEntryArn"],
    )
    assert entry["kubernetesGroups"] == ["viewers"]
    changed = eks.update_access_entry(
        clusterName=cluster, principalArn=role, kubernetesGroups=["editors"]
    )["accessEntry"]
    assert changed["kubernetesGroups"] == ["editors"]
    eks.delete_access_entry(clusterName=cluster, principalArn=role)
    code, _ = refusal(eks.describe_access_entry, clusterName=cluster, principalArn=role)
    assert code == "ResourceNotFoundException"


def test_an_entry_for_nodes_has_the_name_and_group_of_nodes(aws, cluster):
    role = aws.role("ec2.amazonaws.com")
    entry = aws.client("eks").create_access_entry(
        clusterName=cluster, principalArn=role, type="EC2_LINUX"
    )["accessEntry"]
    assert entry["username"] == "system:node:{{EC2PrivateDNSName}}"
    assert entry["kubernetesGroups"] == ["system:nodes"]


def test_a_policy_is_associated_and_dissociated(aws, cluster):
    eks = aws.client("eks")
    role = aws.role("ec2.amazonaws.com")
    who = {"clusterName": cluster, "principalArn": role}
    eks.create_access_entry(**who)
    scope = {"type": "namespace", "namespaces": ["default"]}
    made = eks.associate_access_policy(**who, policyArn=VIEW, accessScope=scope)
    assert made["associatedAccessPolicy"]["accessScope"] == scope
    listed = eks.list_access_entries(clusterName=cluster, associatedPolicyArn=VIEW)
    assert listed["accessEntries"] == [role]
    eks.disassociate_access_policy(**who, policyArn=VIEW)
    assert eks.list_associated_access_policies(**who)["associatedAccessPolicies"] == []
    code, _ = refusal(eks.disassociate_access_policy, **who, policyArn=VIEW)
    assert code == "ResourceNotFoundException"


def test_all_access_policies_are_listed(aws):
    policies = aws.client("eks").list_access_policies()["accessPolicies"]
    assert {ADMIN, VIEW} <= {policy["arn"] for policy in policies}


def test_pod_identity_is_one_role_per_service_account(aws, cluster):
    eks = aws.client("eks")
    asked = {
        "clusterName": cluster,
        "namespace": "default",
        "serviceAccount": unique("account"),
        "roleArn": aws.role("pods.eks.amazonaws.com"),
    }
    made = eks.create_pod_identity_association(**asked)["association"]
    assert re.fullmatch("a-[0-9a-z]{17}", made["associationId"])
    assert refusal(eks.create_pod_identity_association, **asked) == (
        "ResourceInUseException",
        f"Association already exists: {made['associationId']}",
    )
    other = aws.role("pods.eks.amazonaws.com")
    where = {"clusterName": cluster, "associationId": made["associationId"]}
    eks.update_pod_identity_association(**where, roleArn=other)
    found = eks.describe_pod_identity_association(**where)["association"]
    assert found["roleArn"] == other
    eks.delete_pod_identity_association(**where)
    code, _ = refusal(eks.describe_pod_identity_association, **where)
    assert code == "ResourceNotFoundException"
