"""Pod identity, instance profiles, policies, placement groups: under the real engine."""

import pytest

from tests.rehearsal.engine import Project, embedded_aws
from tests.rehearsal.programs import CLUSTER, NETWORK, named

PROGRAM = """
def trusted(service, *actions):
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": list(actions)}
        ],
    }


made = cluster.eks_cluster
pods = [
    aws.iam.Role(
        f"pods-{i}",
        assume_role_policy=trusted("pods.eks.amazonaws.com", "sts:AssumeRole", "sts:TagSession"),
        opts=mine,
    )
    for i in range(2)
]
identity = aws.eks.PodIdentityAssociation(
    "dns",
    cluster_name=made.name,
    namespace="kube-system",
    service_account=choose("ACCOUNT", "dns"),
    role_arn=pods[int(choose("ROLE", "0"))].arn,
    tags={"team": choose("TEAM", "a")},
    opts=mine,
)
policy = aws.iam.Policy(
    "zones",
    policy={
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": choose("ACTION", "ec2:DescribeVpcs"), "Resource": "*"}
        ],
    },
    tags={"team": choose("TEAM", "a")},
    opts=mine,
)
machines = [
    aws.iam.Role(
        f"machines-{i}",
        assume_role_policy=trusted("ec2.amazonaws.com", "sts:AssumeRole"),
        opts=mine,
    )
    for i in range(2)
]
profile = aws.iam.InstanceProfile(
    "machines",
    role=machines[int(choose("ROLE", "0"))].name,
    tags={"team": choose("TEAM", "a")},
    opts=mine,
)
template = aws.ec2.LaunchTemplate(
    "machines",
    block_device_mappings=[
        {"device_name": "/dev/xvda", "ebs": {"volume_type": "gp3", "volume_size": 50}},
        {
            "device_name": "/dev/xvdb",
            "ebs": {
                "volume_type": "gp3",
                "volume_size": 100,
                "iops": 4000,
                "throughput": int(choose("THROUGHPUT", "250")),
                "encrypted": "true",
            },
        },
    ],
    capacity_reservation_specification={"capacity_reservation_preference": "open"},
    cpu_options={"core_count": 2, "threads_per_core": int(choose("THREADS", "1"))},
    credit_specification={"cpu_credits": "standard"},
    enclave_options={"enabled": True},
    instance_market_options={"market_type": "spot", "spot_options": {"max_price": "0.1"}},
    maintenance_options={"auto_recovery": "default"},
    network_interfaces=[
        {"device_index": 0, "network_card_index": 0, "interface_type": "efa"},
        {"device_index": 1, "network_card_index": 1, "interface_type": "efa-only"},
    ],
    placement={"tenancy": "dedicated", "partition_number": 2},
    opts=mine,
)
apart = aws.ec2.PlacementGroup(
    "apart",
    strategy=choose("STRATEGY", "spread"),
    tags={"team": choose("TEAM", "a")},
    opts=mine,
)
if choose("PARTS", ""):
    aws.ec2.PlacementGroup("parts", strategy="cluster", partition_count=3, opts=mine)
pulumi.export("arns", [identity.association_arn, policy.arn, profile.arn])
"""

IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation::dns"
POLICY = "aws:iam/policy:Policy::zones"
APART = "aws:ec2/placementGroup:PlacementGroup::apart"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate::machines"
PROFILE = "aws:iam/instanceProfile:InstanceProfile::machines"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    with embedded_aws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="module")
def project(tmp_path_factory, cloud):
    project = Project(tmp_path_factory.mktemp("workloads"), cloud.url)
    project.write(named("workloads", NETWORK, CLUSTER, PROGRAM))
    project.up()
    return project


class TestWorkloadTypes:
    """Steps of one story; each goes on where the one before has stopped."""

    def test_ids_are_those_of_the_official_provider(self, project):
        made = project.resources()
        assert made[IDENTITY]["id"] == made[IDENTITY]["outputs"]["associationId"]
        assert made[POLICY]["id"] == made[POLICY]["outputs"]["arn"]
        assert made[PROFILE]["id"] == made[PROFILE]["outputs"]["name"]
        apart = made[APART]["outputs"]
        assert made[APART]["id"] == apart["name"]
        assert apart["name"].startswith("apart-"), "the provider makes a name up"
        assert apart["placementGroupId"].startswith("pg-")
        assert apart["arn"].endswith(f":placement-group/{apart['name']}")
        assert apart["spreadLevel"] == "rack"

    def test_a_second_run_changes_nothing(self, project):
        assert project.plan() == {}
        project.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes")
        assert project.plan() == {}

    @pytest.mark.parametrize(
        ("variables", "plan"),
        [
            ({"ACCOUNT": "other"}, {"dns": "replace"}),
            ({"ROLE": "1"}, {"dns": "update", "machines": "update"}),
            ({"STRATEGY": "cluster"}, {"apart": "replace"}),
            ({"THREADS": "2"}, {"machines": "update"}),
            ({"THROUGHPUT": "500"}, {"machines": "update"}),
            ({"ACTION": "ec2:DescribeSubnets"}, {"zones": "update"}),
        ],
        ids=lambda value: "-".join(sorted(value)),
    )
    def test_a_change_is_planned_as_on_aws(self, project, variables, plan):
        assert project.plan(**variables) == plan

    def test_a_property_of_another_strategy_is_refused_as_by_the_official_provider(self, project):
        refused = project.run("preview", PARTS="yes")
        assert refused.returncode != 0
        said = 'partition_count must not be set when strategy = "cluster"'
        assert said in refused.stdout + refused.stderr

    def test_changes_in_place_reach_aws(self, project, cloud):
        changes = {"ROLE": "1", "ACTION": "ec2:DescribeSubnets", "TEAM": "b", "THREADS": "2"}
        project.up(**changes)
        made, iam = project.resources(), cloud.client("iam")
        association = cloud.client("eks").describe_pod_identity_association(
            clusterName="workloads", associationId=made[IDENTITY]["id"]
        )["association"]
        (apart,) = cloud.client("ec2").describe_placement_groups()["PlacementGroups"]
        assert {"Key": "team", "Value": "b"} in apart["Tags"]
        assert ":role/pods-1" in association["roleArn"]
        assert association["tags"]["team"] == "b"
        policy = iam.get_policy(PolicyArn=made[POLICY]["id"])["Policy"]
        assert {"Key": "team", "Value": "b"} in policy["Tags"]
        document = iam.get_policy_version(
            PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"]
        )["PolicyVersion"]["Document"]
        assert document["Statement"][0]["Action"] == "ec2:DescribeSubnets"
        profile = iam.get_instance_profile(InstanceProfileName=made[PROFILE]["id"])
        roles = profile["InstanceProfile"]["Roles"]
        assert [role["RoleName"].rpartition("-")[0] for role in roles] == ["machines-1"]
        versions = cloud.client("ec2").describe_launch_template_versions(
            LaunchTemplateId=made[TEMPLATE]["id"], Versions=["$Latest"]
        )["LaunchTemplateVersions"]
        data = versions[0]["LaunchTemplateData"]
        assert versions[0]["VersionNumber"] == 2
        assert data["CpuOptions"] == {"CoreCount": 2, "ThreadsPerCore": 2}
        assert data["EnclaveOptions"] == {"Enabled": True}
        assert data["Placement"] == {"Tenancy": "dedicated", "PartitionNumber": 2}
        assert [it["InterfaceType"] for it in data["NetworkInterfaces"]] == ["efa", "efa-only"]
        assert project.plan(**changes) == {}

    def test_destroy_leaves_nothing(self, project, cloud):
        project.destroy()
        assert cloud.inventory() == []
