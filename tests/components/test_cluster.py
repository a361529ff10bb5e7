"""What the program registers for a cluster: what holds for stacks of all kinds, and for nodes."""

import json
from ipaddress import IPv4Network

import pulumi_aws as aws
import pytest

from components.order import AFTER, Sequence, Step
from spec.lock import newest
from spec.model import (
    AccessSpec,
    ClusterSpec,
    EndpointSpec,
    NetworkSpec,
    NodeGroupSpec,
    TaintSpec,
)
from tests.components.account import ACCOUNT, Account
from tests.components.program import RefusedError, cluster, of_kind, run
from tests.components.recorder import record
from tests.components.stacks import BOUNDARY, EXISTING, KINDS, iam, stack
from tests.graph import missing, violations, without_edge

NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
LAUNCH_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
ROLE = "aws:iam/role:Role"

GROUPS = {Step.LAUNCH_TEMPLATES, Step.NODE_GROUPS}
FARGATE = {Step.FARGATE, Step.OTHER_FARGATE}
RARE = FARGATE | {Step.IDENTITY_PROVIDERS, Step.INTERRUPTION_QUEUE}
PLAIN = {Step.CONTROL_PLANE_EXTRAS, Step.SERVICE_ACCOUNTS} | RARE
NOTHING_TO_DO = {
    "everything": FARGATE | {Step.INTERRUPTION_QUEUE},
    "karpenter": PLAIN - {Step.SERVICE_ACCOUNTS, Step.INTERRUPTION_QUEUE},
    "karpenter-on-fargate": (PLAIN - FARGATE - {Step.SERVICE_ACCOUNTS})
    | {Step.OTHER_FARGATE}
    | GROUPS,
    "fargate": PLAIN - FARGATE,
    "fargate-alone": (PLAIN - FARGATE) | {Step.ADDONS_BEFORE_NODES} | GROUPS,
    "workloads": {Step.CONTROL_PLANE_EXTRAS} | RARE,
    "storage": {Step.CONTROL_PLANE_EXTRAS} | RARE,
    "few-addons": PLAIN | {Step.ADDONS_AFTER_NODES},
    "auto-mode": PLAIN | GROUPS | {Step.ADDONS_BEFORE_NODES, Step.ADDONS_AFTER_NODES},
    "auto-mode-with-workloads": {Step.CONTROL_PLANE_EXTRAS, Step.ADDONS_BEFORE_NODES}
    | GROUPS
    | RARE,
    "capabilities": {Step.SERVICE_ACCOUNTS} | RARE,
    "config-map": PLAIN | {Step.ACCESS},
    "given-keys": PLAIN | {Step.KEY},
    "silent": PLAIN | {Step.FLOW_LOGS, Step.LOG_GROUP},
    "nobody": PLAIN | {Step.ACCESS},
    "existing": PLAIN | {Step.NETWORK, Step.EGRESS, Step.FLOW_LOGS},
    "existing-by-tags": PLAIN | {Step.EGRESS, Step.FLOW_LOGS},
}
"""Steps that have nothing to do in stacks of a kind; in all others, only those of `PLAIN`."""


def a_cluster(**changes) -> ClusterSpec:
    fields = {
        "name": "dev",
        "region": "ap-northeast-2",
        "kubernetes_version": "1.36",
        "access": AccessSpec(admins=["creator"]),
        "node_groups": {"general": NodeGroupSpec(instance_types=("t3.medium",), nodes=2)},
    }
    return ClusterSpec(**(fields | changes))


def recorded(**changes):
    spec = a_cluster(**changes)
    return record(lambda: cluster(newest(spec)))


@pytest.fixture(scope="module")
def dev():
    return recorded()


@pytest.mark.parametrize("kind", KINDS)
def test_everything_is_made_in_the_declared_order(kind):
    graph = of_kind(kind).graph()
    assert missing(graph) == NOTHING_TO_DO.get(kind, PLAIN)
    assert violations(graph, without=missing(graph)) == []


@pytest.mark.parametrize(
    "kind", ["everything", "existing-by-tags", "workloads", "fargate", "fargate-alone", "karpenter"]
)
@pytest.mark.parametrize(
    ("step", "predecessor"), [(step, it) for step in Step for it in Step if it in AFTER[step]]
)
def test_every_edge_of_the_order_counts(kind, step, predecessor):
    nothing = NOTHING_TO_DO[kind]
    if {step, predecessor} & nothing:
        pytest.skip("nothing to do in this step")
    graph = without_edge(of_kind(kind).graph(), step, predecessor)
    assert violations(graph, without=nothing), (
        f"{step.value} would still seem to wait for {predecessor.value}"
    )


def test_a_step_before_its_predecessors_is_a_mistake_of_the_program():
    with pytest.raises(RuntimeError, match="identity, log group, network must be made first"):
        Sequence().before(Step.CONTROL_PLANE)


def test_the_control_plane_does_not_wait_for_nat_gateways(dev):
    cluster = dev.of_type("eks:index:Cluster")["dev"]
    assert not [urn for urn in cluster.dependencies if "natGateway" in urn]


@pytest.mark.parametrize("kind", KINDS)
def test_the_structure_is_the_same_at_preview(kind):
    at_update = {it.urn for it in of_kind(kind).registered}
    assert {it.urn for it in of_kind(kind, preview=True).registered} == at_update


def test_nothing_is_looked_up_but_the_account(dev):
    assert set(dev.invoked) == {
        "aws:index/getCallerIdentity:getCallerIdentity",
        "aws:index/getPartition:getPartition",  # by the component of the cluster
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_resource_belongs_to_the_cluster(kind):
    orphans = [it.type for it in of_kind(kind).registered if not it.parent]
    assert orphans == ["pulumi:providers:aws", "eks-cluster:index:Cluster"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_resource_of_aws_has_the_explicit_provider(kind):
    providers = {it.provider for it in of_kind(kind).registered if it.type.startswith("aws:")}
    assert providers == {"urn:pulumi:test::eks-cluster::pulumi:providers:aws::aws::aws-id"}


def test_every_name_begins_with_the_clusters_name(dev):
    assert not [it.name for it in dev.registered if not it.name.startswith("dev")]


def class_of(type_):
    """The SDK's class of a type on the wire."""
    _, module, name = type_.split(":")
    return getattr(getattr(aws, module.partition("/")[0]), name)


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_can_have_tags_has_a_name_among_them(kind):
    for it in of_kind(kind).registered:
        if it.type.startswith("aws:") and hasattr(class_of(it.type), "tags"):
            assert it.tags.get("Name"), it.urn


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_can_have_a_description_has_one(kind):
    for it in of_kind(kind).registered:
        of_aws = it.type == "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
        if it.type.startswith("aws:") and hasattr(class_of(it.type), "description") and not of_aws:
            assert it.inputs.get("description"), it.urn


@pytest.mark.parametrize("kind", KINDS)
def test_default_tags_come_from_the_provider(kind):
    made = of_kind(kind)
    tags = json.loads(made.one("pulumi:providers:aws").inputs["defaultTags"])["tags"]
    assert (
        tags.items()
        >= {
            "Cluster": made.cluster.inputs["name"],
            "ManagedBy": "pulumi",
            "pulumi:project": "eks-cluster",
            "pulumi:stack": "test",
        }.items()
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_role_has_the_path_and_the_permissions_boundary(kind):
    config, account = KINDS[kind]
    path = "/" if "cluster:fargateProfiles" in config else "/eks/"  # EKS takes no other there
    iam_of_kind = config.get("cluster:iam", {})
    limited = config | {
        "cluster:iam": {**iam_of_kind, "path": path, "permissionsBoundary": BOUNDARY}
    }
    roles = run(limited, account=account).of_type(ROLE)
    assert roles
    for name, role in roles.items():
        assert role.inputs["path"] == path, name
        assert role.inputs["permissionsBoundary"] == BOUNDARY, name


def test_two_clusters_share_no_name():
    def program():
        cluster(newest(a_cluster(name="one")))
        cluster(newest(a_cluster(name="two")))

    urns = [it.urn for it in record(program).registered]
    assert len(urns) == len(set(urns))


@pytest.mark.parametrize(
    ("network", "account"),
    [
        (
            EXISTING | {"privateSubnets": ["subnet-10000001", "subnet-10000002"]},
            KINDS["existing"][1],
        ),
        (EXISTING, KINDS["existing"][1]),
    ],
    ids=["network", "lock-out"],
)
def test_a_stack_that_is_refused_has_registered_nothing_but_shells(network, account):
    admins = ["creator"] if network != EXISTING else [iam("role/Absent")]
    config = stack(network={"existing": network}, access={"admins": admins})
    with pytest.raises(RefusedError) as refused:
        run(config, account=account)
    kinds = {it.type for it in refused.value.recorder.registered}
    assert kinds <= {
        "pulumi:providers:aws",
        "eks-cluster:index:Cluster",
        "eks-cluster:index:ExistingNetwork",
    }


def test_the_lock_out_is_told_with_the_fix():
    with pytest.raises(
        RefusedError, match=r"cluster:access\.admins: .*user/somebody, who runs this"
    ):
        run(stack(access={"admins": [iam("role/Absent")]}))


def test_what_aws_refuses_is_told_without_a_traceback():
    reason = "api error ExpiredToken: The security token included in the request is expired"
    account = Account(refuses=f"1 error occurred:\n\t* operation error STS, {reason}\n\n")
    with pytest.raises(RefusedError) as refused:
        run(stack(), account=account)
    assert str(refused.value).splitlines() == [
        f"AWS was asked and did not answer: operation error STS, {reason}",
        "`aws sts get-caller-identity` tells whether your credentials are in order.",
    ]
    assert {it.type for it in refused.value.recorder.registered} == {"pulumi:providers:aws"}


@pytest.mark.parametrize(
    "caller",
    [
        iam("role/Platform"),
        iam("role/deep/path/Platform"),
        f"arn:aws:sts::{ACCOUNT}:assumed-role/Platform/session",
    ],
)
def test_whoever_is_an_administrator_deploys_by_whatever_name(caller):
    config = stack(access={"admins": [iam("role/Platform")]})
    assert run(config, account=Account(caller=caller)).cluster


def test_the_api_is_private_unless_networks_are_named(dev):
    private = dev.of_type("eks:index:Cluster")["dev"].inputs
    assert (private["endpointPrivateAccess"], private["endpointPublicAccess"]) == (True, False)
    assert "publicAccessCidrs" not in private
    office = EndpointSpec(public_access_cidrs=(IPv4Network("198.51.100.0/24"),))
    public = recorded(endpoint=office).of_type("eks:index:Cluster")["dev"].inputs
    assert public["endpointPrivateAccess"] is True
    assert "endpointPublicAccess" not in public, "said explicitly, the component waits for it"
    assert public["publicAccessCidrs"] == ["198.51.100.0/24"]


def test_the_control_plane_holds_no_nodes_or_addons(dev):
    inputs = dev.of_type("eks:index:Cluster")["dev"].inputs
    assert inputs["skipDefaultNodeGroup"] is True
    assert inputs["useDefaultVpcCni"] is True
    assert inputs["kubeProxyAddonOptions"]["enabled"] is False
    assert inputs["corednsAddonOptions"]["enabled"] is False
    assert inputs["bootstrapSelfManagedAddons"] is False


def test_secrets_are_encrypted_and_all_logs_are_on(dev):
    inputs = dev.of_type("eks:index:Cluster")["dev"].inputs
    assert inputs["encryptionConfigKeyArn"] == "arn:aws:test:::dev"
    assert set(inputs["enabledClusterLogTypes"]) == {
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
    }
    assert dev.of_type("aws:kms/key:Key")["dev"].inputs["enableKeyRotation"] is True
    log_group = dev.of_type("aws:cloudwatch/logGroup:LogGroup")["dev"].inputs
    assert log_group["name"] == "/aws/eks/dev/cluster"
    assert log_group["retentionInDays"] == 365
    assert log_group["kmsKeyId"] == "arn:aws:test:::dev"


def test_the_key_stays_with_the_account_and_encrypts_no_other_log_group(dev):
    policy = json.loads(dev.of_type("aws:kms/key:Key")["dev"].inputs["policy"])
    account, logs = policy["Statement"]
    assert account["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert account["Action"] == "kms:*"
    assert logs["Principal"] == {"Service": "logs.ap-northeast-2.amazonaws.com"}
    assert logs["Condition"] == {
        "ArnEquals": {
            "kms:EncryptionContext:aws:logs:arn": [
                f"arn:aws:logs:ap-northeast-2:123456789012:log-group:{name}"
                for name in ("/aws/eks/dev/cluster", "/aws/vpc/dev/flow-logs")
            ]
        }
    }


def test_nodes_are_in_the_private_subnets_only(dev):
    group = dev.of_type(NODE_GROUP)["dev-general"].inputs
    zones = ("ap-northeast-2a", "ap-northeast-2b", "ap-northeast-2c")
    assert group["subnetIds"] == [f"dev-private-{zone}-id" for zone in zones]


def test_a_node_group_is_what_the_stack_file_says():
    spec = NodeGroupSpec(
        instance_types=("m7g.large", "m6g.large"),
        nodes={"min": 1, "desired": 3, "max": 9},
        disk_size=120,
        capacity_type="SPOT",
        labels={"tier": "db"},
        taints=(TaintSpec(key="dedicated", value="db", effect="PreferNoSchedule"),),
    )
    dev = recorded(node_groups={"db": spec})
    group = dev.of_type(NODE_GROUP)["dev-db"].inputs
    assert group["instanceTypes"] == ["m7g.large", "m6g.large"]
    assert group["scalingConfig"] == {"minSize": 1, "desiredSize": 3, "maxSize": 9}
    assert group["capacityType"] == "SPOT"
    assert group["labels"] == {"tier": "db"}
    assert group["taints"] == [{"key": "dedicated", "value": "db", "effect": "PREFER_NO_SCHEDULE"}]
    assert group["amiType"] == "AL2023_ARM_64_STANDARD"
    assert group["version"] == "1.36"
    template = dev.of_type(LAUNCH_TEMPLATE)["dev-db"].inputs
    assert template["blockDeviceMappings"][0]["ebs"]["volumeSize"] == 120


def test_a_launch_template_waits_for_no_control_plane(dev):
    template = dev.of_type(LAUNCH_TEMPLATE)["dev-general"]
    assert not [urn for urn in template.dependencies if "eks" in urn.rpartition("$")[2]]


def test_stacks_keep_the_launch_templates_that_they_had_in_components(dev):
    template = dev.of_type(LAUNCH_TEMPLATE)["dev-general"]
    group, _, name = template.parent.rpartition("::")
    assert template.options["formerParents"] == [
        f"{group}$eks-cluster:index:LaunchTemplate::{name}"
    ]


def test_nodes_are_hardened_and_tagged(dev):
    template = dev.of_type(LAUNCH_TEMPLATE)["dev-general"].inputs
    assert template["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }
    assert template["blockDeviceMappings"] == [
        {
            "deviceName": "/dev/xvda",
            "ebs": {
                "deleteOnTermination": "true",
                "encrypted": "true",
                "volumeSize": 50,
                "volumeType": "gp3",
            },
        }
    ]
    tags = {"Cluster": "dev", "ManagedBy": "pulumi", "Name": "dev-general"}
    assert template["tagSpecifications"] == [
        {"resourceType": kind, "tags": tags} for kind in ("instance", "volume", "network-interface")
    ]


def test_the_cni_has_a_role_of_its_own_and_the_nodes_do_not_hold_its_rights(dev):
    attached = {
        name: it.inputs["policyArn"]
        for name, it in dev.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment").items()
    }
    assert {arn for name, arn in attached.items() if name.startswith("dev-nodes")} == {
        "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
        "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
    }
    cni = dev.of_type("aws:eks/addon:Addon")["dev-vpc-cni"].inputs
    assert cni["podIdentityAssociations"] == [
        {"serviceAccount": "aws-node", "roleArn": "arn:aws:test:::dev-vpc-cni"}
    ]


def test_addon_versions_are_pinned(dev):
    addons = dev.of_type("aws:eks/addon:Addon").values()
    assert len(addons) == 4
    assert all(it.inputs["addonVersion"].startswith("v") for it in addons)


@pytest.mark.parametrize(("nat_gateways", "count"), [("single", 1), ("perZone", 3)])
def test_nat_gateways_are_as_many_as_asked_for(nat_gateways, count):
    dev = recorded(network=NetworkSpec(nat_gateways=nat_gateways))
    assert len(dev.of_type("aws:ec2/natGateway:NatGateway")) == count
    assert len(dev.of_type("aws:ec2/eip:Eip")) == count
    routes = {
        name: it.inputs["natGatewayId"]
        for name, it in dev.of_type("aws:ec2/route:Route").items()
        if "natGatewayId" in it.inputs
    }
    assert len(routes) == 3
    assert len(set(routes.values())) == count


def test_subnets_stay_where_they_are_when_zones_change():
    def blocks(zones):
        subnets = recorded(network=NetworkSpec(availability_zones=zones)).of_type(
            "aws:ec2/subnet:Subnet"
        )
        return {name: it.inputs["cidrBlock"] for name, it in subnets.items()}

    all_four, two = blocks(4), blocks(("ap-northeast-2b", "ap-northeast-2d"))
    assert two.items() <= all_four.items()
    assert blocks(2).items() <= blocks(3).items() <= all_four.items()


def test_no_subnet_hands_out_public_addresses(dev):
    assert not any(
        it.inputs["mapPublicIpOnLaunch"] for it in dev.of_type("aws:ec2/subnet:Subnet").values()
    )


def test_load_balancers_find_their_subnets(dev):
    subnets = dev.of_type("aws:ec2/subnet:Subnet")
    assert subnets["dev-public-ap-northeast-2a"].inputs["tags"]["kubernetes.io/role/elb"] == "1"
    private = subnets["dev-private-ap-northeast-2a"].inputs["tags"]
    assert private["kubernetes.io/role/internal-elb"] == "1"
