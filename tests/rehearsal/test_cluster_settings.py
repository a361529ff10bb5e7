"""Everything that `eks.Cluster` cannot say, said by a transform, under the real engine.

A transform reaches the cluster inside the component with its inputs by their names on the wire. A
role of one's own takes the place of the component's; that its policies are attached before the
cluster is made, and go after it, is said by an output that is the role once they are. (What a
transform adds to `depends_on` is not recorded.)
"""

import json

import pytest

from tests.rehearsal.engine import Project, embedded_aws
from tests.rehearsal.programs import CLUSTER, NETWORK, named

ROLES = """
def trust(service):
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }
    return {"Version": "2012-10-17", "Statement": [statement]}

plane = aws.iam.Role("plane", path="/x/", assume_role_policy=trust("eks.amazonaws.com"), opts=mine)
workers = aws.iam.Role("workers", assume_role_policy=trust("ec2.amazonaws.com"), opts=mine)
attached = [
    aws.iam.RolePolicyAttachment(
        name, role=plane.name, policy_arn=f"arn:aws:iam::aws:policy/{name}", opts=mine
    )
    for name in (
        "AmazonEKSClusterPolicy",
        "AmazonEKSComputePolicy",
        "AmazonEKSBlockStoragePolicy",
        "AmazonEKSLoadBalancingPolicy",
        "AmazonEKSNetworkingPolicy",
    )
]
"""

SETTINGS = """
def settle(args):
    if args.type_ != "aws:eks/cluster:Cluster":
        return None
    on = choose("AUTO", "yes") == "yes"
    compute = {"enabled": on}
    if on:
        compute |= {"nodePools": ["general-purpose", "system"], "nodeRoleArn": workers.arn}
    network = dict(args.props.get("kubernetesNetworkConfig") or {})
    props = {
        **args.props,
        "accessConfig": {
            "authenticationMode": choose("MODE", "API"),
            "bootstrapClusterCreatorAdminPermissions": choose("MODE", "API") == "CONFIG_MAP",
        },
        "computeConfig": compute,
        "storageConfig": {"blockStorage": {"enabled": on}},
        "kubernetesNetworkConfig": {**network, "elasticLoadBalancing": {"enabled": on}},
        "zonalShiftConfig": {"enabled": choose("SHIFT", "yes") == "yes"},
        "controlPlaneScalingConfig": {"tier": choose("TIER", "tier-xl")},
        "kubeApiServerConfig": {
            "eventTtl": choose("EVENTS", "30m"),
            "serviceNodePortRange": {"minPort": 30000, "maxPort": 31000},
        },
        "kubeSchedulerConfig": {
            "nodeResourcesFit": {
                "scoringStrategy": {
                    "type": choose("STRATEGY", "MostAllocated"),
                    "resources": [{"name": "cpu", "weight": 2}, {"name": "memory", "weight": 1}],
                }
            }
        },
        "kubeControllerManagerConfig": {
            "horizontalPodAutoscalerControllerConfig": {
                "horizontalPodAutoscalerSyncPeriod": "10s"
            },
            "podGcControllerConfig": {"terminatedPodGcThreshold": int(choose("GARBAGE", "10000"))},
        },
        "vpcConfig": {
            **args.props["vpcConfig"],
            "controlPlaneEgressMode": choose("EGRESS", "AWS_MANAGED"),
        },
        "forceUpdateVersion": True,
    }
    if choose("MODE", "API") != "CONFIG_MAP":
        props["remoteNetworkConfig"] = {
            "remoteNodeNetworks": {"cidrs": ["192.168.0.0/17"]},
            "remotePodNetworks": {"cidrs": [choose("PODS", "192.168.128.0/17")]},
        }
    args.opts.custom_timeouts = pulumi.CustomTimeouts(create="41m", update="42m", delete="43m")
    args.opts.ignore_changes = [*(args.opts.ignore_changes or []), "tags"]
    return pulumi.ResourceTransformResult(props, args.opts)
"""

SETTLED = CLUSTER.replace(
    "    enabled_cluster_log_types=",
    """\
    service_role=pulumi.Output.all(*[one.id for one in attached]).apply(lambda _: plane),
    upgrade_policy={"support_type": "STANDARD"},
    deletion_protection=choose("PROTECTED", "") == "yes",
    kubernetes_service_ip_address_range="172.21.0.0/16",
    provider_credential_opts={
        "role_arn": "arn:aws:iam::123456789012:role/admin", "profile_name": "prod"
    },
    enabled_cluster_log_types=""",
).replace("providers=[provider]", "providers=[provider], transforms=[settle]")

OUTPUT = """
pulumi.export("kubeconfig", cluster.kubeconfig)
pulumi.export("role", cluster.core.apply(lambda core: core.cluster_iam_role.arn))
"""

CHANGES = {
    "AUTO": "",
    "EGRESS": "CUSTOMER_ROUTED",
    "EVENTS": "1h",
    "GARBAGE": "12000",
    "PODS": "192.168.128.0/18",
    "PROTECTED": "yes",
    "SHIFT": "",
    "STRATEGY": "LeastAllocated",
    "TIER": "tier-2xl",
}
"""Another value of each setting that can be changed in place."""

MADE = "aws:eks/cluster:Cluster::settled-eksCluster"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    with embedded_aws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="module")
def settled(tmp_path_factory, cloud):
    project = Project(tmp_path_factory.mktemp("settled"), cloud.url)
    project.write(named("settled", NETWORK, ROLES, SETTINGS, SETTLED, OUTPUT))
    project.up()
    return project


def described(cloud):
    return cloud.client("eks").describe_cluster(name="settled")["cluster"]


class TestEverySettingOfACluster:
    """Steps of one story; each goes on where the one before has stopped."""

    def test_all_of_it_arrives_at_aws(self, settled, cloud):
        cluster = described(cloud)
        assert cluster["accessConfig"]["authenticationMode"] == "API"
        assert cluster["accessConfig"]["bootstrapClusterCreatorAdminPermissions"] is False
        assert cluster["computeConfig"]["enabled"] is True
        assert sorted(cluster["computeConfig"]["nodePools"]) == ["general-purpose", "system"]
        assert ":role/workers-" in cluster["computeConfig"]["nodeRoleArn"]
        assert cluster["storageConfig"] == {"blockStorage": {"enabled": True}}
        network = cluster["kubernetesNetworkConfig"]
        assert network["elasticLoadBalancing"]["enabled"] is True
        assert (network["ipFamily"], network["serviceIpv4Cidr"]) == ("ipv4", "172.21.0.0/16")
        assert cluster["remoteNetworkConfig"] == {
            "remoteNodeNetworks": [{"cidrs": ["192.168.0.0/17"]}],
            "remotePodNetworks": [{"cidrs": ["192.168.128.0/17"]}],
        }
        assert cluster["zonalShiftConfig"] == {"enabled": True}
        assert cluster["controlPlaneScalingConfig"] == {"tier": "tier-xl"}
        assert cluster["kubeApiServerConfig"] == {
            "eventTtl": "30m",
            "serviceNodePortRange": {"minPort": 30000, "maxPort": 31000},
        }
        assert cluster["kubeSchedulerConfig"]["nodeResourcesFit"]["scoringStrategy"] == {
            "type": "MostAllocated",
            "resources": [{"name": "cpu", "weight": 2}, {"name": "memory", "weight": 1}],
        }
        assert cluster["kubeControllerManagerConfig"] == {
            "horizontalPodAutoscalerControllerConfig": {"horizontalPodAutoscalerSyncPeriod": "10s"},
            "podGcControllerConfig": {"terminatedPodGcThreshold": 10000},
        }
        assert cluster["resourcesVpcConfig"]["controlPlaneEgressMode"] == "AWS_MANAGED"
        assert cluster["upgradePolicy"] == {"supportType": "STANDARD"}
        assert cluster["deletionProtection"] is False
        assert ":role/x/plane-" in cluster["roleArn"]

    def test_options_reach_it_too(self, settled):
        cluster = settled.resources()[MADE]
        assert cluster["customTimeouts"] == {"create": 2460, "update": 2520, "delete": 2580}
        before = {urn.rpartition("::")[2] for urn in cluster["dependencies"]}
        assert {"plane", "AmazonEKSClusterPolicy", "AmazonEKSNetworkingPolicy"} <= before

    def test_the_component_makes_no_role_of_its_own(self, settled):
        inside = {
            name for name, item in settled.resources().items() if "eks:index:Cluster" in item["urn"]
        }
        assert inside == {
            "eks:index:Cluster::settled",
            MADE,
            "pulumi:providers:kubernetes::settled-eks-k8s",
        }
        outputs = json.loads(settled.succeed("stack", "output", "--json"))
        assert ":role/x/plane-" in outputs["role"]

    def test_the_kubeconfig_takes_the_role_and_the_provider_the_profile_too(self, settled):
        outputs = json.loads(settled.succeed("stack", "output", "--json"))
        role = ["--role", "arn:aws:iam::123456789012:role/admin"]
        args = outputs["kubeconfig"]["users"][0]["user"]["exec"]["args"]
        assert args[-2:] == role
        provider = settled.resources()["pulumi:providers:kubernetes::settled-eks-k8s"]
        scoped = json.loads(provider["inputs"]["kubeconfig"])["users"][0]["user"]["exec"]["args"]
        assert scoped[-4:] == [*role, "--profile", "prod"]

    def test_a_second_run_changes_nothing(self, settled):
        assert settled.plan() == {}
        settled.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes")
        assert settled.plan() == {}

    def test_changes_are_made_in_place(self, settled, cloud):
        plan = settled.plan(**CHANGES)
        assert plan.pop("settled", "update") == "update"
        assert plan == {"settled-eksCluster": "update"}
        settled.up(**CHANGES)
        assert settled.plan(**CHANGES) == {}
        cluster = described(cloud)
        assert cluster["controlPlaneScalingConfig"]["tier"] == "tier-2xl"
        assert cluster["zonalShiftConfig"]["enabled"] is False
        assert cluster["kubeApiServerConfig"]["eventTtl"] == "1h"
        scoring = cluster["kubeSchedulerConfig"]["nodeResourcesFit"]["scoringStrategy"]
        assert scoring["type"] == "LeastAllocated"
        collector = cluster["kubeControllerManagerConfig"]["podGcControllerConfig"]
        assert collector["terminatedPodGcThreshold"] == 12000
        pods = cluster["remoteNetworkConfig"]["remotePodNetworks"]
        assert pods == [{"cidrs": ["192.168.128.0/18"]}]
        assert cluster["deletionProtection"] is True
        assert cluster["computeConfig"]["enabled"] is False
        assert cluster["kubernetesNetworkConfig"]["elasticLoadBalancing"]["enabled"] is False
        assert cluster["resourcesVpcConfig"]["controlPlaneEgressMode"] == "CUSTOMER_ROUTED"

    def test_every_kind_of_change_is_an_update_of_its_own(self, cloud):
        eks = cloud.client("eks")
        ids = eks.list_updates(name="settled")["updateIds"]
        kinds = [eks.describe_update(name="settled", updateId=it)["update"]["type"] for it in ids]
        component = "ControlPlaneComponentConfigUpdate"
        assert kinds == [
            "AutoModeUpdate",
            "ControlPlaneScalingConfigUpdate",
            "DeletionProtectionUpdate",
            component,
            component,
            component,
            "RemoteNetworkConfigUpdate",
            "ControlPlaneEgressUpdate",
            "ZonalShiftConfigUpdate",
        ]

    def test_a_protected_cluster_is_not_destroyed(self, settled):
        done = settled.run("destroy", "--yes", "--skip-preview")
        assert done.returncode != 0
        assert "is protected against deletion" in " ".join(done.stdout.split())

    def test_the_egress_mode_goes_back_by_another_cluster_alone(self, settled):
        kept = {**CHANGES, "EGRESS": "AWS_MANAGED"}
        assert settled.plan(**kept)["settled-eksCluster"] == "replace"

    def test_destroy_leaves_nothing(self, settled, cloud):
        settled.up(**{**CHANGES, "PROTECTED": ""})
        settled.destroy()
        assert cloud.inventory() == []


def test_half_an_auto_mode_is_refused_before_anything_is_made(tmp_path, cloud):
    project = Project(tmp_path, cloud.url)
    half = SETTINGS.replace(
        '"storageConfig": {"blockStorage": {"enabled": on}}', '"storageConfig": {}'
    )
    project.write(named("half", NETWORK, ROLES, half, SETTLED))
    done = project.run("preview")
    said = " ".join(done.stdout.split())
    assert done.returncode != 0
    assert "diffing urn:pulumi:dev::providers::eks:index:Cluster$aws:eks/cluster:Cluster::" in said
    assert "storage_config.block_storage.enabled must all be set to either true or false" in said


@pytest.mark.parametrize("mode", ["API_AND_CONFIG_MAP", "CONFIG_MAP"])
def test_another_authentication_mode_is_said_by_the_transform(tmp_path, cloud, mode):
    project = Project(tmp_path, cloud.url)
    name = mode.lower().replace("_", "-")
    project.write(named(name, NETWORK, ROLES, SETTINGS, SETTLED))
    variables = {"MODE": mode, "AUTO": "", "TIER": "tier-xl"}
    project.up(**variables)
    cluster = cloud.client("eks").describe_cluster(name=name)["cluster"]
    assert cluster["accessConfig"]["authenticationMode"] == mode
    assert project.plan(**variables) == {}
    assert not [found for found in project.resources() if found.startswith("kubernetes:")]
    project.destroy()
