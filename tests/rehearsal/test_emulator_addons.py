"""EKS add-ons in the embedded AWS."""

import pytest

from spec import facts
from tests.rehearsal.emulator import refusal, until


def addon(aws, cluster, name):
    return aws.client("eks").describe_addon(clusterName=cluster, addonName=name)["addon"]


def settle(aws, cluster, name):
    until(
        lambda: addon(aws, cluster, name)["status"] not in {"CREATING", "UPDATING"},
        f"{name} has settled",
    )
    return addon(aws, cluster, name)


@pytest.fixture
def empty(aws):
    """A cluster without nodes and without add-ons."""
    return aws.cluster(version="1.36", bootstrapSelfManagedAddons=False)


@pytest.mark.parametrize("name", ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"])
def test_a_daemon_set_is_active_without_nodes(aws, empty, name):
    made = aws.client("eks").create_addon(clusterName=empty, addonName=name)["addon"]
    assert made["status"] == "CREATING"
    assert made["addonVersion"] == facts.addon_version(name, "1.36")
    assert settle(aws, empty, name)["status"] == "ACTIVE"


def test_coredns_is_degraded_without_nodes_and_active_with_them(aws, empty):
    eks = aws.client("eks")
    eks.create_addon(clusterName=empty, addonName="vpc-cni")
    eks.create_addon(clusterName=empty, addonName="coredns")
    degraded = settle(aws, empty, "coredns")
    assert degraded["status"] == "DEGRADED"
    assert [issue["code"] for issue in degraded["health"]["issues"]] == [
        "InsufficientNumberOfReplicas"
    ]
    group = aws.nodegroup(empty)["nodegroupName"]
    assert addon(aws, empty, "coredns")["status"] == "ACTIVE"
    assert addon(aws, empty, "coredns")["health"]["issues"] == []
    eks.delete_nodegroup(clusterName=empty, nodegroupName=group)
    until(lambda: addon(aws, empty, "coredns")["status"] == "DEGRADED", "its nodes are gone")


def test_nodes_that_are_not_ready_do_not_help_coredns(aws, empty):
    eks = aws.client("eks")
    eks.create_addon(clusterName=empty, addonName="coredns")
    eks.create_nodegroup(
        clusterName=empty,
        nodegroupName="group",
        subnets=aws.describe(empty)["resourcesVpcConfig"]["subnetIds"],
        nodeRole=aws.role("ec2.amazonaws.com"),
    )
    until(lambda: len(aws.nodes(empty)) == 2, "the nodes have joined")
    assert settle(aws, empty, "coredns")["status"] == "DEGRADED"


def test_an_update_changes_version_and_configuration(aws, empty):
    eks = aws.client("eks")
    offered = {known.name: known.versions["1.36"] for known in facts.addons().values()}
    name = next(name for name, versions in offered.items() if len(versions) > 1)
    newest, older = offered[name][:2]
    where = {"clusterName": empty, "addonName": name}
    eks.create_addon(**where, addonVersion=older)
    settle(aws, empty, name)
    update = eks.update_addon(
        **where,
        addonVersion=newest,
        configurationValues='{"resources":{}}',
        resolveConflicts="PRESERVE",
    )["update"]
    assert update["type"] == "AddonUpdate"
    changed = settle(aws, empty, name)
    assert changed["addonVersion"] == newest
    assert changed["configurationValues"] == '{"resources":{}}'
    done = eks.describe_update(name=empty, addonName=name, updateId=update["id"])["update"]
    assert done["status"] == "Successful"
    code, _ = refusal(eks.describe_update, name=empty, updateId=update["id"])
    assert code == "ResourceNotFoundException", "it is found with the add-on's name only"


def test_an_addon_that_is_busy_cannot_be_updated(aws, empty):
    eks = aws.client("eks")
    where = {"clusterName": empty, "addonName": "coredns"}
    with aws.at_speed(1):
        eks.create_addon(**where)
    assert refusal(eks.update_addon, **where, resolveConflicts="OVERWRITE") == (
        "ResourceInUseException",
        "Addon coredns cannot be updated as it is currently in CREATING state",
    )


def test_roles_of_an_addon_are_its_own_and_go_with_it(aws, empty):
    eks = aws.client("eks")
    role = aws.role("pods.eks.amazonaws.com")
    where = {"clusterName": empty, "addonName": "vpc-cni"}
    wish = [{"serviceAccount": "aws-node", "roleArn": role}]
    made = eks.create_addon(**where, podIdentityAssociations=wish)["addon"]
    (association,) = eks.list_pod_identity_associations(clusterName=empty)["associations"]
    assert made["podIdentityAssociations"] == [association["associationArn"]]
    assert association["ownerArn"] == made["addonArn"]
    eks.delete_addon(**where)
    until(lambda: eks.list_addons(clusterName=empty)["addons"] == [], "it is gone")
    assert eks.list_pod_identity_associations(clusterName=empty)["associations"] == []


class TestRefusals:
    def test_a_second_one(self, aws, cluster):
        create = aws.client("eks").create_addon
        assert refusal(create, clusterName=cluster, addonName="vpc-cni") == (
            "ResourceInUseException",
            "Addon already exists.",
        )

    def test_one_that_eks_does_not_have(self, aws, empty):
        create = aws.client("eks").create_addon
        assert refusal(create, clusterName=empty, addonName="nobody") == (
            "InvalidParameterException",
            "Addon nobody specified is not supported in 1.36 kubernetes version",
        )

    def test_a_version_that_does_not_fit_the_cluster(self, aws, empty):
        create = aws.client("eks").create_addon
        wrong = facts.addon_version("kube-proxy", "1.35")
        asked = {"clusterName": empty, "addonName": "kube-proxy", "addonVersion": wrong}
        assert refusal(create, **asked) == (
            "InvalidParameterException",
            "Addon version specified is not supported",
        )

    def test_one_that_is_not_there(self, aws, empty):
        where = {"clusterName": empty, "addonName": "coredns"}
        for call in ("describe_addon", "delete_addon", "update_addon"):
            assert refusal(getattr(aws.client("eks"), call), **where) == (
                "ResourceNotFoundException",
                f"No addon: coredns found in cluster: {empty}",
            )


def test_versions_that_fit_a_kubernetes_version(aws):
    answer = aws.client("eks").describe_addon_versions(
        addonName="coredns", kubernetesVersion="1.36"
    )
    (info,) = answer["addons"]
    offered = [version["addonVersion"] for version in info["addonVersions"]]
    assert offered == list(facts.addons()["coredns"].versions["1.36"])
    default = [
        version["addonVersion"]
        for version in info["addonVersions"]
        if version["compatibilities"][0]["defaultVersion"]
    ]
    assert default == [facts.addon_version("coredns", "1.36")]
