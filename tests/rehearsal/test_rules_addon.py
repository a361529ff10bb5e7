"""What EKS demands of add-ons: one test breaks one thing."""

import json

import pytest

from spec import facts
from tests.rehearsal.emulator import refusal, until
from tests.rehearsal.stage import Stage, pause

STARVED = (
    "InsufficientNumberOfReplicas",
    "The add-on is unhealthy because it doesn't have the desired number of replicas.",
)
NOT_SUPPORTED = "ConfigurationValue provided in request is not supported: "


@pytest.fixture(scope="module")
def shared(aws):
    """A stage that tests leave as it is: without nodes, with vpc-cni."""
    return Stage(aws)


@pytest.fixture
def stage(aws):
    return Stage(aws)


def issue(addon):
    (found,) = addon["health"]["issues"]
    return found["code"], found["message"]


def taint(key, value="", effect="NO_SCHEDULE"):
    return {"key": key, "value": value, "effect": effect}


class TestPlaceForPods:
    def test_without_nodes_a_deployment_is_degraded(self, stage):
        assert issue(stage.addon("coredns")) == STARVED
        assert stage.describe_addon("coredns")["status"] == "DEGRADED"

    def test_taints_that_it_does_not_tolerate_keep_it_away(self, stage):
        stage.settled(stage.start(taints=[taint("gpu", "yes")]), "ACTIVE")
        assert issue(stage.addon("coredns")) == STARVED
        stage.settled(stage.start(taints=[taint("spot", effect="PREFER_NO_SCHEDULE")]), "ACTIVE")
        assert stage.describe_addon("coredns")["status"] == "ACTIVE"

    def test_taints_that_it_tolerates_of_itself_do_not(self, stage):
        stage.settled(stage.start(taints=[taint("CriticalAddonsOnly", "true")]), "ACTIVE")
        assert stage.addon("coredns")["status"] == "ACTIVE"

    @pytest.mark.parametrize(
        ("toleration", "status"),
        [
            ({"key": "gpu", "operator": "Exists"}, "ACTIVE"),
            ({"operator": "Exists"}, "ACTIVE"),
            ({"key": "gpu", "value": "yes", "effect": "NoSchedule"}, "ACTIVE"),
            ({"key": "gpu", "value": "no", "effect": "NoSchedule"}, "DEGRADED"),
            ({"key": "gpu", "operator": "Exists", "effect": "NoExecute"}, "DEGRADED"),
        ],
    )
    def test_tolerations_of_its_values_count(self, stage, toleration, status):
        stage.settled(stage.start(taints=[taint("gpu", "yes")]), "ACTIVE")
        values = json.dumps({"tolerations": [toleration]})
        assert stage.addon("coredns", configurationValues=values)["status"] == status

    def test_so_does_its_node_selector(self, stage):
        stage.settled(stage.start(labels={"role": "system"}), "ACTIVE")
        values = {"nodeSelector": {"role": "apps"}}
        made = stage.addon("coredns", configurationValues=json.dumps(values))
        assert issue(made) == STARVED
        stage.eks.update_addon(
            clusterName=stage.cluster,
            addonName="coredns",
            configurationValues='nodeSelector: {role: system, "kubernetes.io/os": linux}',
        )
        assert stage.settled_addon("coredns")["status"] == "ACTIVE"

    def test_a_fargate_profile_takes_it_if_it_is_told_so(self, aws, stage):
        stage.eks.create_fargate_profile(
            clusterName=stage.cluster,
            fargateProfileName="system",
            podExecutionRoleArn=aws.role(
                "eks-fargate-pods.amazonaws.com", "AmazonEKSFargatePodExecutionRolePolicy"
            ),
            subnets=stage.private,
            selectors=[{"namespace": "kube-system"}],
        )
        assert issue(stage.addon("coredns")) == STARVED
        stage.eks.update_addon(
            clusterName=stage.cluster,
            addonName="coredns",
            configurationValues='{"computeType":"Fargate"}',
        )
        until(
            lambda: stage.describe_addon("coredns")["status"] == "ACTIVE",
            "the profile takes its pods",
        )

    def test_nodes_that_are_not_ready_do_not_count(self, aws):
        stage = Stage(aws, plugin=False)
        stage.settled(stage.start(), "CREATE_FAILED")
        assert issue(stage.addon("coredns")) == STARVED


class TestVersion:
    def test_of_another_kubernetes_version(self, shared):
        wrong = facts.addon_version("kube-proxy", "1.35")
        create = shared.eks.create_addon
        asked = {"clusterName": shared.cluster, "addonName": "kube-proxy", "addonVersion": wrong}
        assert refusal(create, **asked) == (
            "InvalidParameterException",
            "Addon version specified is not supported",
        )

    def test_in_an_update(self, shared):
        update = shared.eks.update_addon
        asked = {"clusterName": shared.cluster, "addonName": "vpc-cni", "addonVersion": "v0.0.1"}
        assert refusal(update, **asked)[1] == "Addon version specified is not supported"

    def test_an_addon_that_eks_does_not_have_for_it(self, shared):
        asked = {"clusterName": shared.cluster, "addonName": "nobody"}
        assert refusal(shared.eks.create_addon, **asked) == (
            "InvalidParameterException",
            "Addon nobody specified is not supported in 1.36 kubernetes version",
        )

    def test_a_second_one(self, shared):
        asked = {"clusterName": shared.cluster, "addonName": "vpc-cni"}
        assert refusal(shared.eks.create_addon, **asked) == (
            "ResourceInUseException",
            "Addon already exists.",
        )


class TestConfiguration:
    @pytest.mark.parametrize(
        ("addon", "values", "problem"),
        [
            (
                "vpc-cni",
                {"env": {"ENABLE_PREFIX__DELEGATION": "true"}},
                "$.env.ENABLE_PREFIX__DELEGATION: is not defined in the schema and the schema does "
                "not allow additional properties",
            ),
            (
                "vpc-cni",
                {"env": {"WARM_ENI_TARGET": 1}},
                "$.env.WARM_ENI_TARGET: integer found, string expected",
            ),
            (
                "vpc-cni",
                {"eniConfig": {"create": True, "subnets": {"a": {"securityGroups": [1]}}}},
                "$.eniConfig.region: is missing but it is required, "
                "$.eniConfig.subnets.a.id: is missing but it is required, "
                "$.eniConfig.subnets.a.securityGroups[0]: integer found, string expected",
            ),
            (
                "vpc-cni",
                {"eniConfig": {"create": True, "region": "ap-northeast-2", "subnets": {}}},
                "$.eniConfig.subnets: must have a minimum of 1 properties",
            ),
            (
                "kube-proxy",
                {"mode": "nftables"},
                "$.mode: does not have a value in the enumeration [iptables, ipvs]",
            ),
            ("coredns", {"replicaCount": "2"}, "$.replicaCount: string found, integer expected"),
            (
                "coredns",
                {"autoScaling": {"minReplicas": 1}},
                "$.autoScaling.enabled: is missing but it is required, "
                "$.autoScaling.minReplicas: must have a minimum value of 2",
            ),
            ("coredns", None, "$: null found, object expected"),
        ],
    )
    def test_it_fits_the_schema(self, shared, addon, values, problem):
        call = shared.eks.update_addon if addon == "vpc-cni" else shared.eks.create_addon
        asked = {"clusterName": shared.cluster, "addonName": addon}
        assert refusal(call, **asked, configurationValues=json.dumps(values)) == (
            "InvalidParameterException",
            f"{NOT_SUPPORTED}Json schema validation failed with error: [{problem}]",
        )

    def test_custom_networking_prefixes_and_security_groups_of_pods_fit_it(self, shared):
        values = {
            "env": {
                "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG": "true",
                "ENI_CONFIG_LABEL_DEF": "topology.kubernetes.io/zone",
                "ENABLE_PREFIX_DELEGATION": "true",
                "WARM_PREFIX_TARGET": "1",
                "WARM_IP_TARGET": "5",
                "MINIMUM_IP_TARGET": "10",
                "WARM_ENI_TARGET": "1",
                "ENABLE_POD_ENI": "true",
                "POD_SECURITY_GROUP_ENFORCING_MODE": "standard",
            },
            "init": {"env": {"DISABLE_TCP_EARLY_DEMUX": "true"}},
            "enableNetworkPolicy": "true",
            "eniConfig": {
                "create": True,
                "region": "ap-northeast-2",
                "subnets": {"ap-northeast-2a": {"id": "subnet-1", "securityGroups": ["sg-1"]}},
            },
        }
        asked = {"clusterName": shared.cluster, "addonName": "vpc-cni"}
        update = shared.eks.update_addon(**asked, configurationValues=json.dumps(values))["update"]
        assert update["type"] == "AddonUpdate"
        until(
            lambda: shared.eks.describe_addon(**asked)["addon"]["status"] == "ACTIVE",
            "it is ACTIVE again",
        )
        shared.eks.update_addon(**asked, configurationValues="{}")
        until(
            lambda: shared.eks.describe_addon(**asked)["addon"]["status"] == "ACTIVE",
            "it is as it was",
        )

    def test_it_is_json_or_yaml(self, shared):
        asked = {"clusterName": shared.cluster, "addonName": "coredns"}
        code, message = refusal(
            shared.eks.create_addon, **asked, configurationValues="{replicaCount: [2"
        )
        assert code == "InvalidParameterException"
        assert message.startswith(f"{NOT_SUPPORTED}while parsing a flow")

    @pytest.mark.parametrize("values", ['{"replicaCount":3}', "replicaCount: 3\ncorefile: x\n"])
    def test_json_and_yaml_that_fit_are_kept_as_they_are(self, stage, values):
        assert stage.addon("coredns", configurationValues=values)["configurationValues"] == values

    def test_the_schema_is_there_to_read(self, shared):
        version = facts.addon_version("coredns", "1.36")
        answer = shared.eks.describe_addon_configuration(addonName="coredns", addonVersion=version)
        schema = json.loads(answer["configurationSchema"])
        assert schema["additionalProperties"] is False
        assert schema["properties"]["autoScaling"]["required"] == ["enabled"]
        assert schema["properties"]["computeType"] == {"type": "string"}
        assert answer["podIdentityConfiguration"] == []

    def test_so_is_who_needs_a_role(self, shared):
        version = facts.addon_version("vpc-cni", "1.36")
        answer = shared.eks.describe_addon_configuration(addonName="vpc-cni", addonVersion=version)
        assert answer["podIdentityConfiguration"] == [
            {
                "serviceAccount": "aws-node",
                "recommendedManagedPolicies": ["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"],
            }
        ]


class TestConflicts:
    def older(self, name):
        default = facts.addon_version(name, "1.36")
        return next(v for v in facts.addons()[name].versions["1.36"] if v != default)

    @pytest.fixture
    def furnished(self, aws):
        """A cluster with what EKS installs if it is let to."""
        return Stage(aws, plugin=False, bootstrapSelfManagedAddons=True)

    def test_what_eks_installed_otherwise_is_in_the_way(self, furnished):
        made = furnished.addon("coredns", addonVersion=self.older("coredns"))
        assert made["status"] == "CREATE_FAILED"
        assert issue(made) == (
            "ConfigurationConflict",
            "Conflicts found when trying to apply. Will not continue due to resolve conflicts mode."
            ' Conflicts:\nDeployment.apps coredns - .spec.template.spec.containers[name="coredns"]'
            ".image",
        )

    def test_it_can_be_overwritten(self, furnished):
        furnished.settled(furnished.start(), "ACTIVE")
        made = furnished.addon(
            "coredns", addonVersion=self.older("coredns"), resolveConflicts="OVERWRITE"
        )
        assert made["status"] == "ACTIVE"

    def test_the_same_is_no_conflict(self, furnished):
        assert furnished.addon("vpc-cni")["status"] == "ACTIVE"

    def test_a_cluster_without_it_has_no_conflict(self, stage):
        made = stage.addon("coredns", addonVersion=self.older("coredns"))
        assert issue(made) == STARVED

    def test_preserve_is_for_updates(self, shared):
        asked = {"clusterName": shared.cluster, "addonName": "coredns"}
        assert refusal(shared.eks.create_addon, **asked, resolveConflicts="PRESERVE") == (
            "InvalidParameterException",
            "Resolve conflicts option preserve is not supported for operation CreateAddon",
        )


class TestDeletion:
    def delete(self, stage, name, **asked):
        stage.eks.delete_addon(clusterName=stage.cluster, addonName=name, **asked)
        where = {"clusterName": stage.cluster}
        until(lambda: name not in stage.eks.list_addons(**where)["addons"], f"{name} is gone")

    def test_what_is_preserved_goes_on_working(self, stage):
        self.delete(stage, "vpc-cni", preserve=True)
        assert stage.outcome() == ("ACTIVE", "")

    def test_what_is_not_does_not(self, stage):
        self.delete(stage, "vpc-cni")
        name = stage.start()
        assert stage.settled(name)["status"] == "CREATE_FAILED"

    def test_an_addon_that_took_over_what_eks_installed_takes_it_away(self, aws):
        stage = Stage(aws, bootstrapSelfManagedAddons=True)
        self.delete(stage, "vpc-cni")
        assert stage.settled(stage.start())["status"] == "CREATE_FAILED"


class TestUpdates:
    def test_one_at_a_time(self, stage):
        update = stage.eks.update_addon
        asked = {"clusterName": stage.cluster, "addonName": "vpc-cni"}
        with stage.aws.at_speed(1):
            update(**asked, resolveConflicts="OVERWRITE")
        assert refusal(update, **asked, resolveConflicts="OVERWRITE") == (
            "ResourceInUseException",
            "Addon vpc-cni cannot be updated as it is currently in UPDATING state",
        )

    def test_an_update_that_is_refused_changes_nothing(self, stage):
        role = stage.aws.role("pods.eks.amazonaws.com")
        wish = [{"serviceAccount": "aws-node", "roleArn": role}]
        asked = {"clusterName": stage.cluster, "addonName": "vpc-cni"}
        stage.eks.update_addon(**asked, podIdentityAssociations=wish)
        stage.settled_addon("vpc-cni")
        wrong = [{"serviceAccount": "aws-node", "roleArn": stage.aws.role("ec2.amazonaws.com")}]
        refusal(stage.eks.update_addon, **asked, podIdentityAssociations=wrong)
        listed = stage.eks.list_pod_identity_associations(clusterName=stage.cluster)
        (association,) = listed["associations"]
        described = stage.eks.describe_pod_identity_association(
            clusterName=stage.cluster, associationId=association["associationId"]
        )
        assert described["association"]["roleArn"] == role
        pause()
        assert stage.describe_addon("vpc-cni")["status"] == "ACTIVE"


class TestEveryAddon:
    @pytest.mark.parametrize("name", sorted(facts.known_addons()))
    def test_each_can_be_installed_with_a_version(self, aws, name):
        cluster = aws.cluster(bootstrapSelfManagedAddons=False)
        if name != "vpc-cni":
            aws.client("eks").create_addon(clusterName=cluster, addonName="vpc-cni")
        known = facts.known_addons()[name].default.get("1.36")
        asked = {"addonVersion": known or "v9.9.9-eksbuild.1"}
        eks = aws.client("eks")
        eks.create_addon(clusterName=cluster, addonName=name, **asked)

        def addon():
            return eks.describe_addon(clusterName=cluster, addonName=name)["addon"]

        until(lambda: addon()["status"] != "CREATING", f"{name} is settled")
        assert addon()["addonVersion"] == asked["addonVersion"]
        # Without nodes, a Deployment has no pods; a DaemonSet wants none.
        kind = facts.known_addons()[name].kind
        assert addon()["status"] == ("DEGRADED" if kind == "Deployment" else "ACTIVE")

    def test_a_version_that_cannot_be_eks_is_refused_of_every_one(self, aws, cluster):
        create = aws.client("eks").create_addon
        for name in facts.known_addons():
            code, _ = refusal(create, clusterName=cluster, addonName=name, addonVersion="1.0.0")
            assert code == "InvalidParameterException"

    def test_one_of_which_no_version_is_known_needs_one(self, aws, cluster):
        code, words = refusal(
            aws.client("eks").create_addon,
            clusterName=cluster,
            addonName="aws-mountpoint-s3-csi-driver",
        )
        assert code == "UnsupportedOperation"
        assert "addonVersion" in words

    def test_one_may_be_in_another_namespace(self, aws, cluster):
        create = aws.client("eks").create_addon
        asked = {
            "clusterName": cluster,
            "addonName": "aws-mountpoint-s3-csi-driver",
            "addonVersion": "v9.9.9-eksbuild.1",
        }
        code, _ = refusal(create, **asked, namespaceConfig={"namespace": "Not_a_label"})
        assert code == "InvalidParameterException"
        made = create(**asked, namespaceConfig={"namespace": "monitoring"})["addon"]
        assert made["namespaceConfig"] == {"namespace": "monitoring"}
