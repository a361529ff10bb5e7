"""The stand-in plugins under the real engine.

What it proves ends at the embedded AWS: that the official plugins do the same is known from their
sources.
"""

import json
import os
import signal
import subprocess

import pytest

from tests.rehearsal.engine import REGION, ROOT, Project, embedded_aws, until
from tests.rehearsal.programs import (
    ACCOUNT,
    CLUSTER,
    EGRESS,
    FIREWALL,
    LOGS,
    NETWORK,
    NODE_PARTS,
    NODES,
    PLAIN_CLUSTER,
    QUESTIONS,
    named,
)

EVERYTHING = (NETWORK, EGRESS, FIREWALL, ACCOUNT, NODE_PARTS, CLUSTER, NODES, QUESTIONS)
UPGRADED = {"VERSION": "1.36", "TYPE": "t3.large"}
GROUP = "aws:eks/nodeGroup:NodeGroup::general"
ADMIN = "arn:aws:iam::210987654321:role/admin"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    with embedded_aws(tmp_path_factory.mktemp("aws")) as running:
        yield running


@pytest.fixture(scope="module")
def slow_cloud(tmp_path_factory):
    """A control plane takes nine seconds here."""
    with embedded_aws(tmp_path_factory.mktemp("aws"), speed="60") as running:
        yield running


@pytest.fixture
def project(tmp_path, cloud):
    return Project(tmp_path, cloud.url)


@pytest.fixture(scope="module")
def full(tmp_path_factory, cloud):
    """A project that has one of everything, deployed."""
    project = Project(tmp_path_factory.mktemp("full"), cloud.url)
    project.write(named("full", *EVERYTHING))
    project.up()
    return project


def log_group(cloud, name):
    found = cloud.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return found[0] if found else None


def processes():
    """(process, parent, command) of all that run."""
    listed = subprocess.run(
        ["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    for line in listed.stdout.splitlines():
        process, parent, command = line.split(maxsplit=2)
        yield int(process), int(parent), command


class TestOneOfEverything:
    """Steps of one story; each goes on where the one before has stopped."""

    def test_a_second_run_changes_nothing(self, full):
        assert full.plan() == {}

    def test_a_refresh_sees_no_drift_where_there_is_none(self, full):
        full.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes")
        assert full.plan() == {}

    def test_names_are_made_up_as_the_official_provider_does(self, full):
        name, _, digits = full.resources()[GROUP]["outputs"]["nodeGroupName"].rpartition("-")
        assert name == "general"
        assert len(digits) == 7
        assert int(digits, 16) >= 0

    def test_ids_are_those_of_the_official_provider(self, full):
        resources = full.resources()
        ids = {name.partition("::")[0]: item.get("id") for name, item in resources.items()}
        group = resources[GROUP]["outputs"]
        assert ids["aws:eks/cluster:Cluster"] == "full"
        assert ids["aws:eks/nodeGroup:NodeGroup"] == f"full:{group['nodeGroupName']}"
        assert ids["aws:eks/addon:Addon"] in {"full:vpc-cni", "full:coredns"}
        assert ids["aws:eks/accessEntry:AccessEntry"] == f"full:{ADMIN}"
        assert ids["aws:ec2/vpc:Vpc"].startswith("vpc-")
        assert ids["aws:cloudwatch/logGroup:LogGroup"] == "/tests/full"
        assert ids["aws:kms/alias:Alias"].startswith("alias/key-")

    def test_a_cluster_tells_what_programs_need(self, full):
        outputs = full.resources()["aws:eks/cluster:Cluster::full-eksCluster"]["outputs"]
        assert outputs["endpoint"].startswith("https://")
        assert outputs["certificateAuthority"]["data"]
        assert outputs["identities"][0]["oidcs"][0]["issuer"].startswith("https://")
        assert outputs["vpcConfig"]["vpcId"].startswith("vpc-")
        assert outputs["vpcConfig"]["clusterSecurityGroupId"].startswith("sg-")
        assert outputs["platformVersion"].startswith("eks.")
        assert outputs["createdAt"].endswith("Z")
        assert outputs["status"] == "ACTIVE"
        group = full.resources()[GROUP]["outputs"]
        assert group["resources"][0]["autoscalingGroups"][0]["name"].startswith("eks-")

    def test_default_tags_are_on_everything_that_takes_tags(self, full, cloud):
        untagged = {
            name
            for name, item in full.resources().items()
            if "owner" not in item.get("outputs", {}).get("tagsAll", {"owner": ""})
        }
        assert untagged == set()
        tags = cloud.client("eks").describe_cluster(name="full")["cluster"]["tags"]
        assert tags == {"Name": "full-eksCluster", "owner": "tests"}

    def test_questions_are_answered(self, full):
        outputs = json.loads(full.succeed("stack", "output", "--json"))
        assert outputs["partition"] == "aws"
        assert outputs["region"] == REGION
        assert outputs["account"] == "123456789012"
        assert f"{REGION}a" in outputs["zones"]
        assert outputs["coredns"].startswith("v1.")

    def test_the_component_answers_as_the_official_one(self, full):
        outputs = json.loads(full.succeed("stack", "output", "--json"))
        assert outputs["group"].startswith("sg-")
        assert outputs["issuer"].startswith("oidc.eks.")
        user = outputs["kubeconfig"]["users"][0]["user"]
        assert list(user) == ["exec"], "a kubeconfig holds no secret"
        token = ["--region", REGION, "eks", "get-token", "--cluster-name", "full"]
        assert user["exec"]["args"] == [*token, "--output", "json"]
        scoped = json.loads(outputs["scoped"])["users"][0]["user"]["exec"]["args"]
        assert scoped == [*token, "--output", "json", "--profile", "prod"]

    def test_the_component_makes_what_the_official_one_makes(self, full):
        resources = full.resources()
        found = {
            name: item["urn"].split("::")[2]
            for name, item in resources.items()
            if "eks:index:Cluster" in item["urn"]
        }
        cluster = "eks:index:Cluster"
        role = f"{cluster}$eks:index:ServiceRole"
        attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
        assert found == {
            "eks:index:Cluster::full": cluster,
            "eks:index:ServiceRole::full-eksRole": role,
            "aws:iam/role:Role::full-eksRole-role": f"{role}$aws:iam/role:Role",
            f"{attachment}::full-eksRole-4b490823": f"{role}${attachment}",
            "aws:eks/cluster:Cluster::full-eksCluster": f"{cluster}$aws:eks/cluster:Cluster",
            "pulumi:providers:kubernetes::full-eks-k8s": f"{cluster}$pulumi:providers:kubernetes",
        }
        item = resources["aws:eks/cluster:Cluster::full-eksCluster"]
        assert {urn.rpartition("::")[2] for urn in item["dependencies"]} >= {
            "full-eksRole-role",
            "full-eksRole-4b490823",
        }, "the role's policy must be there before the cluster and go after it"

    @pytest.mark.parametrize(
        ("variables", "plan"),
        [
            ({"NODES": "3"}, {"general": "update"}),
            ({"LABEL": "big", "TAINT": "yes"}, {"general": "update"}),
            ({"TYPE": "t3.large"}, {"general": "replace"}),
            ({"DISK": "40"}, {"nodes": "update", "general": "update"}),
            ({"VERSION": "1.36"}, {"full": "update", "full-eksCluster": "update"}),
            ({"POLICY": "AmazonEKSViewPolicy"}, {"admin": "replace"}),
            ({"DAYS": "60", "ABOUT": "workers"}, {"logs": "update", "nodes": "update"}),
            ({"FROM": "10.0.0.0/16", "RULE": "changed"}, {"inline": "update", "in": "update"}),
            ({"PUBLIC": "a"}, {"zone-a": "update"}),
        ],
        ids=lambda value: "-".join(sorted(value)),
    )
    def test_a_change_is_planned_as_on_aws_and_touches_nothing_else(self, full, variables, plan):
        assert full.plan(**variables) == plan

    def test_changes_in_place_reach_aws(self, full, cloud):
        changes = {
            "NODES": "3",
            "LABEL": "big",
            "TAINT": "yes",
            "DISK": "40",
            "DAYS": "60",
            "FROM": "10.0.0.0/16",
            "PUBLIC": "a",
        }
        before = full.resources()[GROUP]["id"]
        full.up(**changes)
        assert full.resources()[GROUP]["id"] == before
        seen = cloud.client("eks").describe_nodegroup(
            clusterName="full", nodegroupName=before.partition(":")[2]
        )["nodegroup"]
        assert seen["scalingConfig"]["desiredSize"] == 3
        assert seen["labels"] == {"size": "big"}
        assert seen["taints"] == [{"key": "only", "value": "us", "effect": "NO_SCHEDULE"}]
        assert seen["launchTemplate"]["version"] == "2"
        subnet = full.resources()["aws:ec2/subnet:Subnet::zone-a"]["id"]
        found = cloud.client("ec2").describe_subnets(SubnetIds=[subnet])["Subnets"][0]
        assert found["MapPublicIpOnLaunch"] is True
        assert log_group(cloud, "/tests/full")["retentionInDays"] == 60
        assert full.plan(**changes) == {}

    def test_what_is_no_longer_asked_for_is_taken_away(self, full, cloud):
        full.up(LABEL="")
        resources = full.resources()
        seen = cloud.client("eks").describe_nodegroup(
            clusterName="full", nodegroupName=resources[GROUP]["outputs"]["nodeGroupName"]
        )["nodegroup"]
        assert seen.get("taints", []) == []
        assert seen.get("labels", {}) == {}
        subnet = resources["aws:ec2/subnet:Subnet::zone-a"]["id"]
        found = cloud.client("ec2").describe_subnets(SubnetIds=[subnet])["Subnets"][0]
        assert found["MapPublicIpOnLaunch"] is False
        assert full.plan(LABEL="") == {}
        full.up()
        assert full.plan() == {}

    def test_an_upgrade_is_waited_for_and_a_replaced_node_group_is_a_new_one(self, full, cloud):
        before = full.resources()[GROUP]["id"]
        full.up(**UPGRADED)
        client = cloud.client("eks")
        assert client.describe_cluster(name="full")["cluster"]["version"] == "1.36"
        after = full.resources()[GROUP]["id"]
        assert after != before
        groups = client.list_nodegroups(clusterName="full")["nodegroups"]
        assert groups == [after.partition(":")[2]], "the old one is gone"
        assert full.plan(**UPGRADED) == {}

    def test_drift_is_seen_and_put_right(self, full, cloud):
        cloud.client("logs").put_retention_policy(logGroupName="/tests/full", retentionInDays=7)
        cloud.client("eks").delete_access_entry(clusterName="full", principalArn=ADMIN)
        assert full.plan(**UPGRADED) == {}, "without a refresh the state is what counts"
        full.succeed("refresh", "--yes", "--skip-preview", **UPGRADED)
        assert full.plan(**UPGRADED) == {"logs": "update", "admin": "create"}
        full.up(**UPGRADED)
        assert log_group(cloud, "/tests/full")["retentionInDays"] == 30
        assert full.plan(**UPGRADED) == {}

    def test_destroy_leaves_nothing_and_minds_nothing_that_is_gone(self, full, cloud):
        cloud.client("logs").delete_log_group(logGroupName="/tests/full")
        full.destroy()
        assert cloud.inventory() == []
        assert full.resources() == {}


class TestRefusals:
    @pytest.mark.parametrize(
        "endpoint", [None, "https://eks.ap-northeast-2.amazonaws.com", "http://10.1.2.3:5000"]
    )
    def test_an_endpoint_that_is_not_here_stops_everything(self, tmp_path, endpoint):
        project = Project(tmp_path, endpoint)
        project.write(named("refused", LOGS))
        said = project.fail()
        assert "refused: AWS_ENDPOINT_URL is" in said
        assert not [name for name in project.resources() if name.startswith("aws:")]

    def test_an_endpoint_in_the_program_is_refused_too(self, project):
        project.write(
            'away = [{"logs": "https://logs.example.com"}]\n'
            'other = aws.Provider("other", region="ap-northeast-2", endpoints=away)\n'
            "theirs = pulumi.ResourceOptions(provider=other)\n"
            'aws.cloudwatch.LogGroup("logs", opts=theirs)\n'
        )
        said = project.fail()
        assert "refused: the provider's endpoint for logs is 'https://logs.example.com'" in said

    def test_nothing_that_lies_around_leads_away(self, project, cloud):
        project.write(named("/tests/here", LOGS))
        away = "https://logs.ap-northeast-2.amazonaws.com"
        project.up(
            AWS_PROFILE="prod",
            AWS_ENDPOINT_URL_LOGS=away,
            AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=away,
            AWS_CONFIG_FILE="/nonexistent/config",
            HTTPS_PROXY="http://192.0.2.1:3128",
            HTTP_PROXY="http://192.0.2.1:3128",
            AWS_ACCESS_KEY_ID="AKIAREAL",
        )
        assert log_group(cloud, "/tests/here")
        project.destroy()

    def test_a_type_that_is_not_served_is_named(self, project):
        project.write('aws.sns.Topic("news", opts=mine)')
        assert "aws:sns/topic:Topic cannot be rehearsed yet" in project.fail()

    def test_a_property_that_is_not_served_is_named(self, project):
        project.write('aws.ec2.Vpc("net", ipv4_ipam_pool_id="pool", opts=mine)')
        assert "`ipv4IpamPoolId` is not a property of aws:ec2/vpc:Vpc" in project.fail()

    def test_a_kubernetes_resource_is_refused(self, project):
        project.write('pulumi.CustomResource("kubernetes:core/v1:ConfigMap", "map", {})')
        assert "kubernetes:core/v1:ConfigMap cannot be rehearsed" in project.fail()

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            (
                "skip_default_node_group=True",
                "skip_default_node_group=False",
                "cannot be rehearsed with `skipDefaultNodeGroup` = False",
            ),
            (
                "version=choose",
                "fargate=True, version=choose",
                "cannot be rehearsed with `fargate`",
            ),
            (
                "version=choose",
                'endpoint_public_access=False, public_access_cidrs=["::/0"], version=choose',
                "`publicAccessCidrs` can only be set when `endpointPublicAccess` is true",
            ),
        ],
    )
    def test_a_cluster_beyond_the_thin_form_is_refused(self, project, old, new, said):
        assert old in CLUSTER
        project.write(named("thick", NETWORK, CLUSTER.replace(old, new)))
        assert said in " ".join(project.run("preview").stdout.split())

    def test_another_account_than_the_allowed_ones_is_refused(self, project):
        project.write(
            'only = ["999999999999"]\n'
            'other = aws.Provider("other", region="ap-northeast-2", allowed_account_ids=only)\n'
            "theirs = pulumi.ResourceOptions(provider=other)\n"
            'aws.cloudwatch.LogGroup("logs", opts=theirs)\n'
        )
        assert "AWS account ID not allowed: 123456789012" in project.fail()


def test_what_is_gone_is_forgotten_by_a_refresh_and_no_hindrance_to_destroy(tmp_path):
    folders = [tmp_path / name for name in ("project", "here", "elsewhere")]
    for folder in folders:
        folder.mkdir()
    with embedded_aws(folders[1]) as here, embedded_aws(folders[2]) as elsewhere:
        project = Project(folders[0], here.url)
        project.write(named("gone", *EVERYTHING))
        project.up()
        state = tmp_path / "state.json"
        state.write_text(project.succeed("stack", "export", "--show-secrets"))
        empty = {"AWS_ENDPOINT_URL": elsewhere.url}

        project.succeed("destroy", "--yes", "--skip-preview", **empty)
        assert project.resources() == {}

        project.succeed("stack", "import", "--file", str(state))
        project.succeed("refresh", "--yes", "--skip-preview", **empty)
        assert not [name for name in project.resources() if name.startswith("aws:")]

        project.succeed("stack", "import", "--file", str(state))
        project.destroy()
        assert here.inventory() == []


def test_another_region_is_another_resource(project, cloud):
    project.write(named("/tests/moving", LOGS))
    project.up()
    assert project.plan(REGION="eu-west-1") == {"aws": "update", "logs": "replace"}
    project.up(REGION="eu-west-1")
    assert log_group(cloud, "/tests/moving") is None, "the old one is gone"
    project.environment["REGION"] = "eu-west-1"
    assert project.plan() == {}
    project.destroy()


class TestFailures:
    def test_an_error_of_aws_is_told_in_the_official_words(self, project, cloud):
        cloud.client("logs").create_log_group(logGroupName="/tests/taken")
        project.write(named("/tests/taken", LOGS))
        said = project.fail()
        cloud.client("logs").delete_log_group(logGroupName="/tests/taken")
        assert (
            "1 error occurred: * creating CloudWatch Logs Log Group (/tests/taken): operation "
            "error CloudWatch Logs: CreateLogGroup, https response error StatusCode: 400, "
            "RequestID:"
        ) in said
        assert ", ResourceAlreadyExistsException: The specified log group already exists" in said

    def test_an_existing_resource_can_be_adopted(self, project, cloud):
        client = cloud.client("logs")
        client.create_log_group(logGroupName="/tests/old", tags={"owner": "tests"})
        client.put_retention_policy(logGroupName="/tests/old", retentionInDays=30)
        known = 'opts=pulumi.ResourceOptions(provider=provider, import_="/tests/old")'
        project.write(named("/tests/old", LOGS).replace("opts=mine", known))
        assert project.plan() == {"aws": "create", "logs": "import", "providers-dev": "create"}
        project.up()
        project.write(named("/tests/old", LOGS))
        assert project.plan() == {}
        project.destroy()

    def test_an_import_of_what_does_not_exist_fails(self, project):
        project.write(
            'known = pulumi.ResourceOptions(provider=provider, import_="vpc-00000000000000000")\n'
            'aws.ec2.Vpc("net", cidr_block="10.0.0.0/16", opts=known)\n'
        )
        assert "resource 'vpc-00000000000000000' does not exist" in project.fail()

    def test_a_secret_stays_one(self, project):
        project.write(
            NODE_PARTS.replace('choose("ABOUT", "nodes")', 'pulumi.Output.secret("hush-hush")')
        )
        project.up()
        state = "".join(path.read_text() for path in (project.path / "state").rglob("*.json"))
        assert "AmazonEKSWorkerNodePolicy" in state
        assert "hush-hush" not in state
        assert project.plan() == {}
        project.destroy()

    def test_what_is_not_ready_in_time_is_kept_and_finished_later(self, tmp_path, slow_cloud):
        project = Project(tmp_path, slow_cloud.url)
        project.write(named("late", NETWORK, PLAIN_CLUSTER))
        said = project.fail()
        assert (
            "* waiting for EKS Cluster (late) create: timeout while waiting for state to become "
            "'ACTIVE' (last state: 'CREATING', timeout: 1s)"
        ) in said
        kept = project.resources()["aws:eks/cluster:Cluster::late"]
        assert kept["id"] == "late", "what exists must be known, or nobody takes it away"
        assert kept["outputs"]["status"] == "CREATING"
        project.up(LIMIT="30m")
        client = slow_cloud.client("eks")
        until(lambda: client.describe_cluster(name="late")["cluster"]["status"] == "ACTIVE")
        project.destroy()
        assert slow_cloud.inventory() == []

    def test_an_interrupted_run_ends_at_once_and_the_next_goes_on(self, tmp_path, slow_cloud):
        project = Project(tmp_path, slow_cloud.url)
        project.write(named("stopped", NETWORK, CLUSTER))
        client = slow_cloud.client("eks")
        with project.started("up", "--yes", "--skip-preview") as engine:
            until(lambda: "stopped" in client.list_clusters()["clusters"])
            os.kill(engine.pid, signal.SIGINT)
            output, _ = engine.communicate(timeout=60)
        assert "waiting for EKS Cluster (stopped) create: context canceled" in output
        kept = project.resources()["aws:eks/cluster:Cluster::stopped-eksCluster"]
        assert kept["id"] == "stopped"
        until(lambda: client.describe_cluster(name="stopped")["cluster"]["status"] == "ACTIVE")
        project.up()
        assert project.plan() == {}
        project.destroy()
        assert slow_cloud.inventory() == []

    def test_a_killed_engine_leaves_no_plugin_behind(self, tmp_path, slow_cloud):
        project = Project(tmp_path, slow_cloud.url)
        project.write(named("killed", NETWORK, CLUSTER))
        client = slow_cloud.client("eks")
        with project.started("up", "--yes", "--skip-preview") as engine:
            until(lambda: "killed" in client.list_clusters()["clusters"])
            plugins = [
                process
                for process, parent, command in processes()
                if parent == engine.pid and "pulumi-resource-" in command
            ]
            assert len(plugins) == 2, "aws and eks"
            engine.kill()
            engine.wait(10)
        until(lambda: not {it for it, _, _ in processes()} & set(plugins), 5)

    def test_without_an_aws_the_error_says_so_and_a_second_run_goes_on(self, tmp_path, cloud):
        project = Project(tmp_path, "http://127.0.0.1:9")
        project.write(named("/tests/later", LOGS))
        said = project.fail()
        assert "CreateLogGroup, exceeded maximum number of attempts" in said
        assert "http://127.0.0.1:9" in said
        project.environment["AWS_ENDPOINT_URL"] = cloud.url
        project.up()
        assert log_group(cloud, "/tests/later")
        project.destroy()


@pytest.mark.parametrize("name", ["aws", "eks", "kubernetes"])
def test_a_plugin_tells_its_port_and_ends_when_told(name):
    plugin = ROOT / "rehearsal" / "providers" / name / f"pulumi-resource-{name}"
    process = subprocess.Popen(
        [str(plugin), "127.0.0.1:1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert int(process.stdout.readline()) > 0
    process.send_signal(signal.SIGINT)
    process.wait(4)  # the engine kills it after five seconds, at every exit
