"""Capabilities in the embedded AWS, and what EKS demands of them."""

import pytest

from tests.rehearsal.emulator import refusal, unique, until

INVALID = "InvalidParameterException"
TRUSTED = "capabilities.eks.amazonaws.com"
IDC = {"idcInstanceArn": "arn:aws:sso:::instance/ssoins-1234567890abcdef"}


def wish(aws, cluster, **asked):
    return {
        "clusterName": cluster,
        "capabilityName": "tool",
        "type": "KRO",
        "roleArn": asked.get("roleArn") or aws.role(TRUSTED),
        "deletePropagationPolicy": "RETAIN",
        **asked,
    }


def refused(aws, cluster, **asked):
    return refusal(aws.client("eks").create_capability, **wish(aws, cluster, **asked))


def described(aws, cluster, name="tool"):
    where = {"clusterName": cluster, "capabilityName": name}
    return aws.client("eks").describe_capability(**where)["capability"]


def made(aws, cluster, **asked):
    capability = aws.client("eks").create_capability(**wish(aws, cluster, **asked))["capability"]
    assert capability["status"] == "CREATING"
    name = capability["capabilityName"]
    until(lambda: described(aws, cluster, name)["status"] == "ACTIVE", "it is ACTIVE")
    return described(aws, cluster, name)


def argo(**asked):
    return {"type": "ARGOCD", "configuration": {"argoCd": {"awsIdc": IDC, **asked}}}


def mapping(role, *users):
    return {"role": role, "identities": [{"type": "SSO_USER", "id": user} for user in users]}


class TestLife:
    def test_it_is_made_listed_tagged_and_deleted_before_its_cluster(self, aws):
        cluster, eks = aws.cluster(), aws.client("eks")
        capability = made(aws, cluster, tags={"a": "b"})
        assert eks.list_tags_for_resource(resourceArn=capability["arn"])["tags"] == {"a": "b"}
        listed = eks.list_capabilities(clusterName=cluster)["capabilities"]
        assert [it["capabilityName"] for it in listed] == ["tool"]
        assert refusal(eks.delete_cluster, name=cluster) == (
            "ResourceInUseException",
            "Cluster has capabilities attached",
        )
        assert capability["arn"] in {it["id"] for it in aws.inventory()}
        gone = {"clusterName": cluster, "capabilityName": "tool"}
        assert eks.delete_capability(**gone)["capability"]["status"] == "DELETING"
        until(lambda: not eks.list_capabilities(clusterName=cluster)["capabilities"], "it is gone")
        assert refusal(eks.describe_capability, **gone)[0] == "ResourceNotFoundException"
        eks.delete_cluster(name=cluster)

    @pytest.mark.parametrize(
        ("asked", "policies"),
        [
            ({"type": "ACK"}, ["AmazonEKSACKPolicy"]),
            ({"type": "KRO"}, ["AmazonEKSKROPolicy"]),
            (argo(), ["AmazonEKSArgoCDClusterPolicy", "AmazonEKSArgoCDPolicy"]),
        ],
        ids=["ACK", "KRO", "ARGOCD"],
    )
    def test_its_role_is_let_into_the_cluster(self, aws, asked, policies):
        cluster, role = aws.cluster(), aws.role(TRUSTED)
        made(aws, cluster, roleArn=role, **asked)
        found = aws.client("eks").list_associated_access_policies(
            clusterName=cluster, principalArn=role
        )["associatedAccessPolicies"]
        assert sorted(it["policyArn"].rpartition("/")[2] for it in found) == policies

    def test_argo_cd_has_a_server_and_an_application(self, aws):
        found = made(aws, aws.cluster(), **argo())["configuration"]["argoCd"]
        assert found["serverUrl"].startswith("https://")
        assert found["namespace"] == "argocd"
        assert found["awsIdc"]["idcManagedApplicationArn"].startswith("arn:aws:sso::")
        assert found["awsIdc"]["idcRegion"] == "ap-northeast-2"

    def test_mappings_are_added_exchanged_and_removed(self, aws):
        cluster, eks = aws.cluster(), aws.client("eks")
        before = [mapping("ADMIN", "me"), mapping("VIEWER", "you")]
        made(aws, cluster, **argo(rbacRoleMappings=before))
        changes = {
            "addOrUpdateRoleMappings": [mapping("ADMIN", "me", "her"), mapping("EDITOR", "him")],
            "removeRoleMappings": [mapping("VIEWER", "you")],
        }
        update = eks.update_capability(
            clusterName=cluster,
            capabilityName="tool",
            configuration={"argoCd": {"rbacRoleMappings": changes}},
        )["update"]
        assert update["type"] == "CapabilityUpdate"
        where = {"name": cluster, "capabilityName": "tool", "updateId": update["id"]}
        until(lambda: eks.describe_update(**where)["update"]["status"] == "Successful", "done")
        mappings = described(aws, cluster)["configuration"]["argoCd"]["rbacRoleMappings"]
        assert {it["role"]: len(it["identities"]) for it in mappings} == {"ADMIN": 2, "EDITOR": 1}

    def test_another_role_is_let_in_too(self, aws):
        cluster, eks = aws.cluster(), aws.client("eks")
        made(aws, cluster)
        role = aws.role(TRUSTED)
        eks.update_capability(clusterName=cluster, capabilityName="tool", roleArn=role)
        until(lambda: described(aws, cluster)["roleArn"] == role, "it has the other role")
        assert role in eks.list_access_entries(clusterName=cluster)["accessEntries"]


class TestRefusals:
    def test_a_second_one_of_a_type_or_name_is_refused(self, aws):
        cluster = aws.cluster()
        made(aws, cluster)
        assert refused(aws, cluster, type="ACK")[0] == "ResourceInUseException"
        assert refused(aws, cluster, capabilityName="other")[0] == "ResourceInUseException"

    @pytest.mark.parametrize(
        "asked",
        [
            {"type": "HELM"},
            {"deletePropagationPolicy": "DELETE"},
            {"type": "ARGOCD"},
            argo(rbacRoleMappings=[mapping("OWNER", "me")]),
            {"configuration": {"argoCd": {"awsIdc": IDC}}},
            {"roleArn": "arn:aws:iam::123456789012:role/missing"},
        ],
        ids=["type", "policy", "no identity center", "role of Argo CD", "of another type", "role"],
    )
    def test_what_does_not_fit_is_refused(self, aws, cluster, asked):
        assert refused(aws, cluster, **asked)[0] == INVALID

    def test_a_role_that_capabilities_cannot_take_is_refused(self, aws, cluster):
        role = aws.role("eks.amazonaws.com")
        assert refused(aws, cluster, roleArn=role) == (
            INVALID,
            f"The role {role} does not exist, or does not allow capabilities.eks.amazonaws.com "
            "sts:AssumeRole and sts:TagSession",
        )

    def test_the_config_map_alone_is_refused(self, aws):
        cluster = aws.cluster(accessConfig={"authenticationMode": "CONFIG_MAP"})
        assert refused(aws, cluster)[0] == "InvalidRequestException"

    def test_one_that_is_not_there_is_not_found(self, aws, cluster):
        where = {"clusterName": cluster, "capabilityName": unique("none")}
        for call in ("describe_capability", "update_capability", "delete_capability"):
            assert refusal(getattr(aws.client("eks"), call), **where) == (
                "ResourceNotFoundException",
                f"No capability: {where['capabilityName']} found in cluster: {cluster}",
            )

    def test_one_that_is_deleted_is_not_changed(self, aws):
        cluster, eks = aws.cluster(), aws.client("eks")
        made(aws, cluster)
        where = {"clusterName": cluster, "capabilityName": "tool"}
        with aws.at_speed(1):
            eks.delete_capability(**where)
            code, words = refusal(eks.update_capability, **where)
        assert code == "ResourceInUseException"
        assert "DELETING" in words
