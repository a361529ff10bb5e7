"""What EKS demands of pod identity, and what add-ons are without the rights it gives."""

import json

import pytest

from tests.rehearsal.emulator import refusal, unique
from tests.rehearsal.stage import Stage
from tests.rehearsal.test_rules_joining import FINE, UNHEALTHY

PODS = "pods.eks.amazonaws.com"
NODE_ONLY = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
CNI = "AmazonEKS_CNI_Policy"
EBS = "service-role/AmazonEBSCSIDriverPolicy"
INVALID_TRUST = (
    "InvalidParameterException",
    "Trust policy of the role provided is invalid. Follow the official documentation to resolve "
    "the issue.",
)


@pytest.fixture(scope="module")
def shared(aws):
    """A stage that tests add associations to, each for a service account of its own."""
    return Stage(aws)


def wish(stage, **asked):
    return {
        "clusterName": stage.cluster,
        "namespace": "apps",
        "serviceAccount": unique("account"),
        "roleArn": stage.aws.role(PODS),
        **asked,
    }


def role_with_trust(aws, *policies, **statement):
    name = unique("role")
    iam = aws.client("iam")
    trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    for policy in policies:
        iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
    return arn


class TestAssociation:
    def test_one_for_each_service_account(self, shared):
        create = shared.eks.create_pod_identity_association
        asked = wish(shared)
        made = create(**asked)["association"]
        assert refusal(create, **asked) == (
            "ResourceInUseException",
            f"Association already exists: {made['associationId']}",
        )
        create(**{**asked, "namespace": "other"})

    def test_pods_are_let_to_take_the_role(self, shared):
        role = shared.aws.role("ec2.amazonaws.com")
        create = shared.eks.create_pod_identity_association
        assert refusal(create, **wish(shared, roleArn=role)) == INVALID_TRUST

    def test_and_to_tag_their_session(self, shared):
        role = role_with_trust(shared.aws, Principal={"Service": PODS}, Action=["sts:AssumeRole"])
        create = shared.eks.create_pod_identity_association
        assert refusal(create, **wish(shared, roleArn=role)) == INVALID_TRUST

    def test_the_role_exists(self, shared):
        role = "arn:aws:iam::123456789012:role/nobody"
        create = shared.eks.create_pod_identity_association
        code, message = refusal(create, **wish(shared, roleArn=role))
        assert (code, role in message) == ("InvalidParameterException", True)

    def test_a_new_role_is_looked_at_as_the_first_was(self, shared):
        made = shared.eks.create_pod_identity_association(**wish(shared))["association"]
        where = {"clusterName": shared.cluster, "associationId": made["associationId"]}
        update = shared.eks.update_pod_identity_association
        other = shared.aws.role("ec2.amazonaws.com")
        assert refusal(update, **where, roleArn=other) == INVALID_TRUST

    def test_a_session_policy_needs_session_tags_off(self, shared):
        policy = json.dumps({"Version": "2012-10-17", "Statement": []})
        create = shared.eks.create_pod_identity_association
        assert refusal(create, **wish(shared, policy=policy))[0] == "InvalidParameterException"
        create(**wish(shared, policy=policy, disableSessionTags=True))

    def test_an_addon_has_a_role_for_its_own_service_account_only(self, shared):
        other = [{"serviceAccount": "default", "roleArn": shared.aws.role(PODS)}]
        asked = {"clusterName": shared.cluster, "addonName": "vpc-cni"}
        assert refusal(shared.eks.update_addon, **asked, podIdentityAssociations=other) == (
            "InvalidParameterException",
            "Service account default in pod identity configuration is not supported for addon "
            "vpc-cni",
        )


class TestNetworkPlugin:
    def stage(self, aws, *, agent=True, **asked):
        stage = Stage(aws, plugin=False)
        if agent:
            stage.addon("eks-pod-identity-agent")
        stage.addon("vpc-cni", **asked)
        return stage

    def outcome(self, stage):
        return stage.outcome(nodeRole=stage.aws.role("ec2.amazonaws.com", *NODE_ONLY))

    def by_pod_identity(self, aws, *policies):
        return [{"serviceAccount": "aws-node", "roleArn": aws.role(PODS, *policies)}]

    def test_it_may_have_a_role_of_its_own(self, aws):
        stage = self.stage(aws, podIdentityAssociations=self.by_pod_identity(aws, CNI))
        assert self.outcome(stage) == FINE

    def test_which_is_of_no_use_without_the_agent(self, aws):
        wanted = self.by_pod_identity(aws, CNI)
        stage = self.stage(aws, agent=False, podIdentityAssociations=wanted)
        message, reason = self.outcome(stage)
        assert message == UNHEALTHY
        assert reason.endswith("by pod identity, but there is no eks-pod-identity-agent")

    def test_and_needs_the_rights(self, aws):
        stage = self.stage(aws, podIdentityAssociations=self.by_pod_identity(aws))
        message, reason = self.outcome(stage)
        assert message == UNHEALTHY
        assert "may not ec2:AssignPrivateIpAddresses" in reason

    def test_a_role_by_irsa_needs_an_oidc_provider_and_its_trust(self, aws):
        iam = aws.client("iam")
        stage = Stage(aws, plugin=False)
        issuer = aws.describe(stage.cluster)["identity"]["oidc"]["issuer"]
        provider = f"arn:aws:iam::123456789012:oidc-provider/{issuer.removeprefix('https://')}"
        role = role_with_trust(
            aws, CNI, Principal={"Federated": provider}, Action="sts:AssumeRoleWithWebIdentity"
        )
        stage.addon("vpc-cni", serviceAccountRoleArn=role)
        message, reason = self.outcome(stage)
        assert message == UNHEALTHY
        assert "IAM has no OIDC provider" in reason
        iam.create_open_id_connect_provider(Url=issuer, ClientIDList=["sts.amazonaws.com"])
        assert self.outcome(stage) == FINE
        other = role_with_trust(aws, CNI, Principal={"Service": PODS}, Action="sts:AssumeRole")
        stage.eks.update_addon(
            clusterName=stage.cluster, addonName="vpc-cni", serviceAccountRoleArn=other
        )
        stage.settled_addon("vpc-cni")
        assert self.outcome(stage)[0] == UNHEALTHY


class TestEbsDriver:
    """Its controller crashes where it may not call EC2, and the add-on is DEGRADED."""

    @pytest.fixture
    def stage(self, aws):
        stage = Stage(aws, version="1.35")
        stage.settled(stage.start(), "ACTIVE")
        return stage

    def by_pod_identity(self, aws):
        account = "ebs-csi-controller-sa"
        return [{"serviceAccount": account, "roleArn": aws.role(PODS, EBS)}]

    def test_without_rights(self, stage):
        made = stage.addon("aws-ebs-csi-driver")
        assert made["status"] == "DEGRADED"
        assert made["health"]["issues"][0]["code"] == "InsufficientNumberOfReplicas"

    def test_with_a_role_but_without_the_agent_and_then_with_it(self, aws, stage):
        made = stage.addon("aws-ebs-csi-driver", podIdentityAssociations=self.by_pod_identity(aws))
        assert made["status"] == "DEGRADED"
        stage.addon("eks-pod-identity-agent")
        assert stage.describe_addon("aws-ebs-csi-driver")["status"] == "ACTIVE"

    @pytest.mark.parametrize(("hops", "status"), [(1, "DEGRADED"), (2, "ACTIVE")])
    def test_with_the_nodes_rights_it_needs_a_second_hop(self, aws, hops, status):
        stage = Stage(aws, version="1.35")
        role = aws.role("ec2.amazonaws.com", *NODE_ONLY, CNI, EBS)
        template = stage.template(MetadataOptions={"HttpPutResponseHopLimit": hops})
        stage.settled(stage.start(nodeRole=role, launchTemplate=template), "ACTIVE")
        assert stage.addon("aws-ebs-csi-driver")["status"] == status
