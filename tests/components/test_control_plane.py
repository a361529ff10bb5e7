"""The EKS cluster as AWS is asked for it, and what hangs on it."""

import json

import pytest

from tests.components.program import of_kind, run
from tests.components.stacks import stack

ROLE = "aws:iam/role:Role"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
CAPABILITY = "aws:eks/capability:Capability"
MANAGED = "arn:aws:iam::aws:policy/"


def policies_of(made, role):
    return {
        it.inputs["policyArn"].removeprefix(MANAGED)
        for it in made.of_type(ATTACHMENT).values()
        if f"$aws:iam/role:Role::{role}" in " ".join(it.dependencies)
    }


def test_a_cluster_is_asked_for_in_full():
    cluster = of_kind("development").cluster
    assert cluster.inputs == {
        "name": "dev",
        "version": "1.36",
        "roleArn": "arn:aws:test:::dev-control-plane",
        "bootstrapSelfManagedAddons": False,
        "vpcConfig": {
            "subnetIds": [f"dev-private-ap-northeast-2{zone}-id" for zone in "abc"],
            "endpointPrivateAccess": True,
            "endpointPublicAccess": False,
        },
        "kubernetesNetworkConfig": {
            "ipFamily": "ipv4",
            "elasticLoadBalancing": {"enabled": False},
        },
        "computeConfig": {"enabled": False},
        "storageConfig": {"blockStorage": {"enabled": False}},
        "enabledClusterLogTypes": [
            "api",
            "audit",
            "authenticator",
            "controllerManager",
            "scheduler",
        ],
        "encryptionConfig": {
            "provider": {"keyArn": "arn:aws:test:::dev"},
            "resources": ["secrets"],
        },
        "accessConfig": {
            "authenticationMode": "API",
            "bootstrapClusterCreatorAdminPermissions": False,
        },
        "upgradePolicy": {"supportType": "STANDARD"},
        "deletionProtection": False,
        "zonalShiftConfig": {"enabled": False},
        "controlPlaneScalingConfig": {"tier": "standard"},
        "tags": {"Name": "dev-eksCluster"},
    }
    assert cluster.options == {
        "ignoreChanges": [
            "accessConfig.bootstrapClusterCreatorAdminPermissions",
            "bootstrapSelfManagedAddons",
        ]
    }


def test_a_protected_cluster_is_protected_in_the_engine_too():
    """EKS alone would refuse after the nodes are gone."""
    assert of_kind("everything").cluster.inputs["deletionProtection"] is True
    assert of_kind("everything").cluster.options["protect"] is True


def test_all_settings_reach_the_cluster():
    inputs = of_kind("everything").cluster.inputs
    assert inputs["kubernetesNetworkConfig"] == {
        "ipFamily": "ipv4",
        "serviceIpv4Cidr": "172.20.0.0/16",
        "elasticLoadBalancing": {"enabled": False},
    }
    assert inputs["vpcConfig"]["publicAccessCidrs"] == ["198.51.100.0/24"]
    assert inputs["zonalShiftConfig"] == {"enabled": True}
    assert inputs["controlPlaneScalingConfig"] == {"tier": "tier-xl"}
    assert inputs["kubeApiServerConfig"] == {
        "eventTtl": "30m",
        "serviceNodePortRange": {"minPort": 30000, "maxPort": 32767},
    }
    assert inputs["kubeSchedulerConfig"] == {
        "nodeResourcesFit": {"scoringStrategy": {"type": "MostAllocated"}}
    }
    assert inputs["kubeControllerManagerConfig"] == {
        "horizontalPodAutoscalerControllerConfig": {"horizontalPodAutoscalerSyncPeriod": "10s"},
        "podGcControllerConfig": {"terminatedPodGcThreshold": 12500},
    }
    assert inputs["remoteNetworkConfig"] == {
        "remoteNodeNetworks": {"cidrs": ["192.168.0.0/17"]},
        "remotePodNetworks": {"cidrs": ["192.168.128.0/17"]},
    }


def test_an_egress_mode_leaves_the_rest_of_the_network_settings():
    made = run(stack(controlPlane={"egressMode": "CUSTOMER_ROUTED"}))
    network = made.cluster.inputs["vpcConfig"]
    assert network["controlPlaneEgressMode"] == "CUSTOMER_ROUTED"
    assert network["subnetIds"] == of_kind("development").cluster.inputs["vpcConfig"]["subnetIds"]


def test_auto_modes_three_switches_go_together():
    inputs = of_kind("auto-mode").cluster.inputs
    assert inputs["computeConfig"] == {
        "enabled": True,
        "nodePools": ["general-purpose", "system"],
        "nodeRoleArn": "arn:aws:test:::dev-auto-mode-nodes",
    }
    assert inputs["storageConfig"] == {"blockStorage": {"enabled": True}}
    assert inputs["kubernetesNetworkConfig"] == {
        "ipFamily": "ipv4",
        "elasticLoadBalancing": {"enabled": True},
    }


def test_auto_mode_alone_has_no_add_ons_and_no_nodes_of_ours():
    made = of_kind("auto-mode")
    assert not made.of_type("aws:eks/addon:Addon")
    assert not made.of_type("aws:eks/nodeGroup:NodeGroup")
    assert made.of_type(ROLE).keys() == {
        "dev-control-plane",
        "dev-auto-mode-nodes",
        "dev-flow-logs",
    }
    assert policies_of(made, "dev-auto-mode-nodes") == {
        "AmazonEKSWorkerNodeMinimalPolicy",
        "AmazonEC2ContainerRegistryPullOnly",
    }
    assert policies_of(made, "dev-control-plane") == {
        "AmazonEKSClusterPolicy",
        "AmazonEKSComputePolicy",
        "AmazonEKSBlockStoragePolicyV2",
        "AmazonEKSLoadBalancingPolicy",
        "AmazonEKSNetworkingPolicy",
    }


def test_auto_mode_without_node_pools_names_no_role_of_nodes():
    made = of_kind("auto-mode-own-pools")
    assert made.cluster.inputs["computeConfig"] == {"enabled": True}
    assert "dev-auto-mode-nodes" not in made.of_type(ROLE)


@pytest.mark.parametrize(
    ("kind", "policies"),
    [
        ("development", {"AmazonEKSClusterPolicy"}),
        ("everything", {"AmazonEKSClusterPolicy", "AmazonEKSVPCResourceController"}),
    ],
)
def test_the_role_of_the_control_plane_holds_what_it_needs(kind, policies):
    made = of_kind(kind)
    name = made.cluster.inputs["name"]
    assert policies_of(made, f"{name}-control-plane") == policies
    trust = json.loads(made.of_type(ROLE)[f"{name}-control-plane"].inputs["assumeRolePolicy"])
    assert trust["Statement"][0]["Action"] == ["sts:AssumeRole", "sts:TagSession"]


def test_time_outs_are_those_of_the_stack_file_where_they_count():
    made = of_kind("everything")
    timed = {
        it.type: it.options["customTimeouts"]
        for it in made.registered
        if "customTimeouts" in it.options
    }
    kinds = ("aws:eks/cluster:Cluster", "aws:eks/nodeGroup:NodeGroup", "aws:eks/addon:Addon")
    assert timed == {it: {"create": "50m", "delete": "51m"} for it in kinds}
    assert not [it for it in of_kind("development").registered if "customTimeouts" in it.options]


def test_rules_of_the_cluster_security_group_are_added_to_it():
    made = of_kind("everything")
    rules = made.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert rules["all-vpn"].inputs == {
        "securityGroupId": "sg-of-all-eksCluster",
        "description": "VPN",
        "ipProtocol": "tcp",
        "fromPort": 443,
        "toPort": 443,
        "cidrIpv4": "10.200.0.0/16",
        "tags": {"Name": "all-vpn"},
    }
    out = made.one("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").inputs
    assert out == {
        "securityGroupId": "sg-of-all-eksCluster",
        "description": "out",
        "ipProtocol": "-1",
        "prefixListId": "pl-0123abcd",
        "tags": {"Name": "all-out"},
    }


def test_every_capability_has_a_role_of_its_own():
    made = of_kind("capabilities")
    assert {n: it.inputs["roleArn"] for n, it in made.of_type(CAPABILITY).items()} == {
        f"dev-{it}": f"arn:aws:test:::dev-{it}" for it in ("argo", "ack", "kro")
    }
    argo = made.of_type(CAPABILITY)["dev-argo"].inputs
    assert argo["capabilityName"] == "argo"
    assert argo["deletePropagationPolicy"] == "RETAIN"
    assert argo["configuration"] == {
        "argoCd": {
            "awsIdc": {"idcInstanceArn": "arn:aws:sso:::instance/ssoins-1234567890abcdef"},
            "namespace": "argocd",
            "rbacRoleMappings": [
                {"role": "ADMIN", "identities": [{"id": "a-b", "type": "SSO_GROUP"}]}
            ],
        }
    }
    assert "configuration" not in made.of_type(CAPABILITY)["dev-ack"].inputs
    trust = json.loads(made.of_type(ROLE)["dev-ack"].inputs["assumeRolePolicy"])
    assert trust["Statement"][0]["Principal"] == {"Service": "capabilities.eks.amazonaws.com"}
    attached = made.of_type(ATTACHMENT)["dev-ack-aws-AmazonS3FullAccess"]
    assert attached.urn in made.of_type(CAPABILITY)["dev-ack"].dependencies


def test_policies_of_one_name_are_both_attached():
    policies = [
        f"arn:aws:iam::{it}:policy/{path}Tools"
        for it, path in (("123456789012", ""), ("123456789012", "ops/"), ("aws", ""))
    ]
    made = run(stack(capabilities={"it": {"type": "ACK", "policies": policies}}))
    attached = [
        it.inputs["policyArn"]
        for it in made.of_type(ATTACHMENT).values()
        if it.name.startswith("dev-it-")
    ]
    assert attached == policies


def test_iam_trusts_service_accounts_if_asked_to():
    made = of_kind("everything")
    provider = made.one("aws:iam/openIdConnectProvider:OpenIdConnectProvider")
    assert provider.inputs == {
        "url": "https://oidc.example.invalid/id/1",
        "clientIdLists": ["sts.amazonaws.com"],
        "tags": {"Name": "all"},
    }
    assert made.cluster.urn in provider.dependencies, "it would outlive the cluster"
    assert made.outputs["oidcProviderArn"] == "arn:aws:test:::all"
    assert "oidcProviderArn" not in of_kind("development").outputs
