"""Every command of every workflow, in order, with the real engine against an embedded AWS.

GitHub and GitLab are stood in for: `tests/workflows` reads their YAML, and a server on this machine
answers for their APIs. The stack is a small one.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import yaml

from tests.rehearsal.engine import ROOT, embedded_aws
from tests.rehearsal.workspace import Workspace
from tests.stack_files import write_lock
from tests.workflows.api import serving
from tests.workflows.expressions import holds
from tests.workflows.github import SETUP, GitHub, Job
from tests.workflows.gitlab import FILE, GitLab

STACK_FILE = """\
config:
  aws:region: us-east-1
  cluster:kubernetesVersion: "1.36"
  cluster:access: {admins: [creator]}
  cluster:network: {availabilityZones: 2}
  cluster:nodeGroups:
    general: {instanceTypes: [m7i.large], nodes: 2}
"""
REQUEST = {
    "pull_request": {"number": 7, "head": {"repo": {"full_name": "me/clusters"}}},
}
WORKFLOWS = sorted(it.name for it in (ROOT / ".github/workflows").glob("*.yml"))
# What is not run here: this repository's own tests, which this is one of.
ELSEWHERE = {"ci.yml"}


class World:
    """A repository, the runners' machines, an AWS account and the forges' APIs."""

    def __init__(self, folder: Path, aws, forge) -> None:
        self.aws, self.forge = aws, forge
        self.origin = Workspace(folder / "origin", stack="small").path
        for file in ("Pulumi.dev.yaml", "locks/dev.yaml"):
            (self.origin / file).unlink()
        (self.origin / "Pulumi.small.yaml").write_text(STACK_FILE)
        write_lock(self.origin / "Pulumi.small.yaml")
        # The stand-in plugins are found on PATH, as any plugin is: nothing of the tree changes.
        plugins = [str(ROOT / "rehearsal/providers" / it) for it in ("aws", "eks", "kubernetes")]
        tools = str(Path(sys.executable).parent)
        (folder / "backend").mkdir()
        self.machine = {
            "PATH": os.pathsep.join([tools, *plugins, os.environ["PATH"]]),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "EKS_CLUSTER_KUBERNETES": "no",
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "PULUMI_CONFIG_PASSPHRASE": "a passphrase",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(folder / "pulumi"),
        }
        backend = f"file://{folder / 'backend'}"
        cloud = {
            "AWS_ACCESS_KEY_ID": "rehearsal",
            "AWS_SECRET_ACCESS_KEY": "rehearsal",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL": aws.url,
            "EKS_CLUSTER_REHEARSAL_CREDENTIALS": "rehearsal:rehearsal:",
        }
        subprocess.run(
            ["pulumi", "stack", "init", "small"],
            cwd=self.origin,
            env=self.machine | {"PULUMI_BACKEND_URL": backend},
            check=True,
            capture_output=True,
        )
        self.commit("A small cluster")
        role = "arn:aws:iam::123456789012:role"
        self.github = GitHub(
            self.origin,
            folder / "github",
            variables={
                "PULUMI_BACKEND_URL": backend,
                "AWS_REGION": "us-east-1",
                "AWS_PREVIEW_ROLE_ARN": f"{role}/preview",
                "AWS_DEPLOY_ROLE_ARN": f"{role}/deploy",
            },
            machine=self.machine,
            cloud=cloud,
            api=forge.url,
            environment=Path(sys.prefix),
        )
        text = (self.origin / FILE).read_text()
        (self.origin / FILE).write_text(text.replace("[dev]", "[small]"))
        self.commit("Its name in GitLab's file")
        self.gitlab = GitLab(
            self.origin,
            folder / "gitlab",
            machine=self.machine
            | {
                "PULUMI_BACKEND_URL": backend,
                "AWS_PREVIEW_ROLE_ARN": f"{role}/preview",
                "AWS_DEPLOY_ROLE_ARN": f"{role}/deploy",
                "GITLAB_TOKEN": "gitlab",
                "CI_API_V4_URL": forge.url,
                "CI_PROJECT_ID": "5",
            },
            cloud=cloud,
            environment=Path(sys.prefix),
        )
        self.ran: dict[str, set[str]] = {}

    def commit(self, message: str) -> None:
        git = ["git", "-C", str(self.origin), "-c", "user.name=t", "-c", "user.email=t@t"]
        subprocess.run([*git, "add", "--all"], check=True)
        subprocess.run([*git, "commit", "--quiet", "-m", message], check=True)

    def edit(self, old: str, new: str) -> None:
        file = self.origin / "Pulumi.small.yaml"
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
        self.commit(f"{new} instead of {old}")

    def arm(self, faults: str) -> None:
        change = urllib.request.Request(  # noqa: S310
            f"{self.aws.url}/_rehearsal/faults", method="PUT", data=faults.encode()
        )
        urllib.request.urlopen(change).close()  # noqa: S310

    def run(self, workflow: str, event: str, **what):
        jobs = self.github.run(workflow, event, **what)
        for it in jobs.values():
            self.ran.setdefault(workflow, set()).update(it.ran)
        return jobs

    def pipeline(self, **variables: str):
        jobs = self.gitlab.pipeline(**variables)
        for it in jobs.values():
            self.ran.setdefault(FILE, set()).update(it.ran)
        return jobs

    def eks(self):
        return self.aws.client("eks", "us-east-1")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workflows")
    with embedded_aws(folder) as aws, serving() as forge:
        yield World(folder, aws, forge)
    shutil.rmtree(folder / "github", ignore_errors=True)


def succeeded(jobs):
    for it in jobs.values():
        assert it.status in {"success", "skipped"}, it.output
    return jobs


@pytest.fixture(scope="module")
def request_(world):
    return succeeded(world.run("pull-request.yml", "pull_request", payload=REQUEST))


class TestStory:
    """Steps of one story; each goes on where the one before has stopped."""

    def test_a_pull_request_is_checked_rehearsed_planned_and_told(self, world, request_):
        assert [it for it, job in request_.items() if job.status == "success"] == [
            "check",
            "rehearse",
            "preview",
        ]
        assert "The embedded AWS holds nothing any more" in request_["rehearse"].output
        (told,) = world.forge.of_plan()
        assert told.startswith("<!-- eks-cluster plan: small -->\n")
        assert "| create | node group `small-general` |" in told
        assert "**Time on AWS**: typically" in told
        # 73 of the control plane, 1 of the key, 3.65 of the address, 32.85 of the gateway, and two
        # instances of 0.1008 an hour.
        assert "257.67 USD a month (+257.67)" in told
        assert world.eks().list_clusters()["clusters"] == [], "a preview has made something"

    def test_the_comment_is_changed_and_not_written_once_more(self, world, request_):
        world.edit("nodes: 2", "nodes: 3")
        before = {**request_, "preview": failed("preview", request_)}  # it alone is run again
        jobs = world.run("pull-request.yml", "pull_request", payload=REQUEST, again=before)
        (told,) = world.forge.of_plan()
        assert "331.25 USD a month" in told
        assert "Changed the comment" in jobs["preview"].output

    def test_a_deployment_that_fails_goes_on_where_it_was_when_it_is_run_again(self, world):
        world.arm("- {action: expired-credential, match: {operation: CreateNodegroup}}")
        first = world.run("deploy.yml", "push")
        assert first["plan"].status == "success", first["plan"].output
        assert first["deploy"].status == "failure"
        assert "Run it again with the same plan" in first["deploy"].output
        assert world.eks().list_clusters()["clusters"] == ["small"]
        world.arm("")
        again = world.run("deploy.yml", "push", again=first)["deploy"]
        assert again.status == "success", again.output
        assert "The last run of the stack did not succeed." in again.output
        assert "All of it is in the plan that was approved." in again.output
        assert len(world.eks().list_nodegroups(clusterName="small")["nodegroups"]) == 1
        assert "small`: deployed" in again.summary

    def test_a_plan_is_no_longer_good_when_something_else_was_deployed(self, world):
        world.edit("nodes: 3", "nodes: 2")
        deployed = succeeded(world.run("deploy.yml", "push"))
        world.edit("nodes: 2", "nodes: 4")
        again = {**deployed, "deploy": failed("deploy", deployed)}
        refused = world.run("deploy.yml", "push", again=again)
        assert refused["deploy"].status == "failure"
        assert "the plan is of something else than what is here" in refused["deploy"].output
        assert "stack file: planned" in refused["deploy"].output

    def test_drift_opens_an_issue_and_its_end_closes_it(self, world):
        logs = world.aws.client("logs", "us-east-1")
        group = "/aws/eks/small/cluster"
        before = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]
        logs.put_retention_policy(logGroupName=group, retentionInDays=1)
        found = world.run("drift.yml", "schedule")["drift"]
        assert found.status == "failure"
        assert re.search(r"log group small +is another +retentionInDays", found.output)
        (issue,) = world.forge.of_drift()
        assert issue["title"] == "Drift: small"
        assert "| log group `small` | is another | `retentionInDays` |" in issue["body"]
        logs.put_retention_policy(logGroupName=group, retentionInDays=before["retentionInDays"])
        succeeded(world.run("drift.yml", "schedule"))
        assert world.forge.of_drift()[0]["state"] == "closed"

    def test_gitlab_plans_tells_deploys_and_looks_alike(self, world):
        before = world.forge.of_plan()
        jobs = world.pipeline(
            CI_PIPELINE_SOURCE="merge_request_event",
            CI_MERGE_REQUEST_IID="7",
            CI_MERGE_REQUEST_SOURCE_PROJECT_ID="5",
            CI_PROJECT_ID="5",
        )
        assert list(succeeded(jobs)) == ["check", "rehearse", "preview"]
        (told,) = world.forge.of_plan()
        assert told != before[0]
        assert "scalingConfig.desiredSize: 2 -> 4" in told
        branch = {"CI_COMMIT_BRANCH": "main", "CI_DEFAULT_BRANCH": "main"}
        jobs = world.pipeline(CI_PIPELINE_SOURCE="push", **branch)
        assert list(succeeded(jobs)) == ["check", "plan", "deploy"]
        (name,) = world.eks().list_nodegroups(clusterName="small")["nodegroups"]
        group = world.eks().describe_nodegroup(clusterName="small", nodegroupName=name)
        assert group["nodegroup"]["scalingConfig"]["desiredSize"] == 4
        jobs = world.pipeline(CI_PIPELINE_SOURCE="schedule", **branch)
        assert list(succeeded(jobs)) == ["drift"]

    def test_destroy_wants_the_name_once_more(self, world):
        wrong = {"stack": "small", "confirm": "smal"}
        refused = world.run("destroy.yml", "workflow_dispatch", inputs=wrong)["destroy"]
        assert refused.status == "failure"
        assert "nothing was destroyed" in refused.output
        assert world.eks().list_clusters()["clusters"] == ["small"]
        jobs = world.pipeline(CI_PIPELINE_SOURCE="web", STACK="small", CONFIRM="smal")
        assert jobs["destroy"].status == "failure"
        right = {"stack": "small", "confirm": "small"}
        succeeded(world.run("destroy.yml", "workflow_dispatch", inputs=right))
        assert world.aws.inventory() == []
        jobs = world.pipeline(CI_PIPELINE_SOURCE="web", STACK="small", CONFIRM="small")
        assert list(succeeded(jobs)) == ["destroy"]

    def test_a_fork_is_checked_and_rehearsed_only(self, world, monkeypatch):
        monkeypatch.setattr(world.github, "_job", _only_conditions())
        payload = json.loads(json.dumps(REQUEST))
        payload["pull_request"]["head"]["repo"]["full_name"] = "them/clusters"
        jobs = world.github.run("pull-request.yml", "pull_request", payload=payload)
        assert {name: job.status for name, job in jobs.items()} == {
            "check": "success",
            "rehearse": "success",
            "preview": "skipped",
        }

    @pytest.mark.parametrize("workflow", [it for it in WORKFLOWS if it not in ELSEWHERE])
    def test_every_command_was_run(self, world, workflow):
        jobs = yaml.safe_load((ROOT / ".github/workflows" / workflow).read_text())["jobs"]
        told = {step["run"] for job in jobs.values() for step in job["steps"] if "run" in step}
        assert told <= world.ran[workflow]

    def test_every_line_of_gitlab_was_run(self, world):
        jobs = yaml.safe_load((ROOT / FILE).read_text())
        told = {
            line
            for job in jobs.values()
            if isinstance(job, dict)
            for line in [*job.get("script", []), *job.get("after_script", [])]
        }
        assert told <= world.ran[FILE]


def failed(name, jobs):
    """A job as if it had failed: it is one that can be run again."""
    return Job(name, "failure", jobs[name].outputs)


def _only_conditions():
    """Runs no step: only whether a job would be run is of interest."""

    def job(name, workflow, told, base, done):
        met = holds(told.get("if", "success()"), base | {"needs": {}}, failed=False)
        return Job(name, "success" if met else "skipped")

    return job


def test_the_set_up_is_known_to_stand_for():
    for workflow in WORKFLOWS:
        assert SETUP in (ROOT / ".github/workflows" / workflow).read_text()
