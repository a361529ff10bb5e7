"""Access entries, identity providers and capabilities under the real engine."""

import pytest

from tests.rehearsal.engine import Project, embedded_aws
from tests.rehearsal.programs import CLUSTER, NETWORK, named

PROGRAM = """
made = cluster.eks_cluster
account = "arn:aws:iam::210987654321"
people = aws.eks.AccessEntry(
    "people",
    cluster_name=made.name,
    principal_arn=f"{account}:role/{choose('WHO', 'people')}",
    kubernetes_groups=choose("GROUPS", "readers").split(),
    user_name=choose("NAME", "people:{{SessionName}}"),
    tags={"team": choose("TEAM", "a")},
    opts=pulumi.ResourceOptions(
        provider=provider, ignore_changes=["principalArn"] if choose("KEPT", "") else None
    ),
)
aws.eks.AccessPolicyAssociation(
    "people",
    cluster_name=made.name,
    principal_arn=people.principal_arn,
    policy_arn="arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
    access_scope={"type": "namespace", "namespaces": choose("SPACES", "a b").split()},
    opts=mine,
)
nodes = aws.iam.Role(
    "hybrid",
    assume_role_policy={
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ssm.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    },
    opts=mine,
)
aws.eks.AccessEntry(
    "hybrid",
    cluster_name=made.name,
    principal_arn=nodes.arn,
    type="HYBRID_LINUX",
    opts=mine,
)
sso = aws.eks.IdentityProviderConfig(
    "sso",
    cluster_name=made.name,
    oidc={
        "identity_provider_config_name": "sso",
        "issuer_url": choose("ISSUER", "https://login.example.org"),
        "client_id": "kubernetes",
        "groups_claim": "groups",
        "required_claims": {"aud": "kubernetes"},
    },
    tags={"team": choose("TEAM", "a")},
    opts=mine,
)
trust = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "capabilities.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}
roles = [aws.iam.Role(f"tools-{i}", assume_role_policy=trust, opts=mine) for i in range(2)]
kro = aws.eks.Capability(
    "kro",
    cluster_name=made.name,
    capability_name="kro",
    type="KRO",
    role_arn=roles[int(choose("ROLE", "0"))].arn,
    delete_propagation_policy="RETAIN",
    tags={"team": choose("TEAM", "a")},
    opts=pulumi.ResourceOptions(provider=provider, depends_on=[sso]),
)
argo = aws.eks.Capability(
    "argo",
    cluster_name=made.name,
    capability_name="argo",
    type="ARGOCD",
    role_arn=roles[0].arn,
    delete_propagation_policy="RETAIN",
    configuration={
        "argo_cd": {
            "aws_idc": {"idc_instance_arn": "arn:aws:sso:::instance/ssoins-1234567890abcdef"},
            "namespace": choose("SPACE", "argocd"),
            "rbac_role_mappings": [
                {"role": role, "identities": [{"type": "SSO_GROUP", "id": "everyone"}]}
                for role in choose("ROLES", "ADMIN VIEWER").split()
            ],
        }
    },
    opts=pulumi.ResourceOptions(provider=provider, depends_on=[sso]),
)
pulumi.export("server", argo.configuration.argo_cd.server_url)
"""

ENTRY = "aws:eks/accessEntry:AccessEntry::people"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    with embedded_aws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="module")
def project(tmp_path_factory, cloud):
    project = Project(tmp_path_factory.mktemp("access"), cloud.url)
    project.write(named("access", NETWORK, CLUSTER, PROGRAM))
    project.up()
    return project


def entry(cloud, name):
    principal = f"arn:aws:iam::210987654321:role/{name}"
    where = {"clusterName": "access", "principalArn": principal}
    return cloud.client("eks").describe_access_entry(**where)["accessEntry"]


def capability(cloud, name):
    where = {"clusterName": "access", "capabilityName": name}
    return cloud.client("eks").describe_capability(**where)["capability"]


class TestAccessAndCapabilities:
    """Steps of one story; each goes on where the one before has stopped."""

    def test_ids_are_those_of_the_official_provider(self, project):
        ids = {name.partition("/")[2]: it.get("id") for name, it in project.resources().items()}
        people = "arn:aws:iam::210987654321:role/people"
        view = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
        assert ids["accessEntry:AccessEntry::people"] == f"access:{people}"
        assert (
            ids["accessPolicyAssociation:AccessPolicyAssociation::people"]
            == f"access#{people}#{view}"
        )
        assert ids["identityProviderConfig:IdentityProviderConfig::sso"] == "access:sso"
        assert ids["capability:Capability::kro"] == "access,kro"

    def test_all_of_it_arrives_at_aws(self, project, cloud):
        found = entry(cloud, "people")
        assert (found["kubernetesGroups"], found["username"]) == (
            ["readers"],
            "people:{{SessionName}}",
        )
        argo = capability(cloud, "argo")["configuration"]["argoCd"]
        assert {it["role"] for it in argo["rbacRoleMappings"]} == {"ADMIN", "VIEWER"}
        assert project.succeed("stack", "output", "server").strip() == argo["serverUrl"]

    def test_a_second_run_changes_nothing(self, project):
        assert project.plan() == {}
        project.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes")
        assert project.plan() == {}

    @pytest.mark.parametrize(
        ("variables", "plan"),
        [
            ({"WHO": "others"}, {"people": "replace"}),
            ({"WHO": "others", "KEPT": "yes"}, {}),
            ({"SPACES": "a"}, {"people": "replace"}),
            ({"ISSUER": "https://other.example.org"}, {"sso": "replace"}),
            ({"SPACE": "other"}, {"argo": "replace"}),
            ({"ROLE": "1"}, {"kro": "update"}),
        ],
        ids=lambda value: "-".join(sorted(value)),
    )
    def test_a_change_is_planned_as_on_aws(self, project, variables, plan):
        assert project.plan(**variables) == plan

    def test_changes_in_place_reach_aws(self, project, cloud):
        changes = {
            "GROUPS": "readers writers",
            "NAME": "folk:{{SessionName}}",
            "TEAM": "b",
            "ROLE": "1",
            "ROLES": "ADMIN EDITOR",
        }
        project.up(**changes)
        found = entry(cloud, "people")
        assert sorted(found["kubernetesGroups"]) == ["readers", "writers"]
        assert found["username"] == "folk:{{SessionName}}"
        assert found["tags"]["team"] == "b"
        assert ":role/tools-1" in capability(cloud, "kro")["roleArn"]
        assert capability(cloud, "kro")["tags"]["team"] == "b"
        argo = capability(cloud, "argo")["configuration"]["argoCd"]
        assert {it["role"] for it in argo["rbacRoleMappings"]} == {"ADMIN", "EDITOR"}
        assert project.plan(**changes) == {}

    def test_destroy_leaves_nothing(self, project, cloud):
        project.destroy()
        assert cloud.inventory() == []
