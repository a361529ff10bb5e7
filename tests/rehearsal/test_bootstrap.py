"""A team's first day: bucket, key and roles are made, and a stack is deployed with nothing else.

Real engine, unchanged programs, embedded AWS, which judges sessions of roles by their policies.
That AWS judges them in the same way is not shown here.
"""

import base64
import json
import os
import re
import subprocess
import sys
import time
import urllib.request

import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from ops.engine import Credentials, environment
from tests.rehearsal.workspace import Workspace
from tests.stack_files import write_lock

REGION = "ap-northeast-2"
REPOSITORY = "repo:octo-org/platform"
PULL_REQUEST = f"{REPOSITORY}:pull_request"
PRODUCTION = f"{REPOSITORY}:environment:production"
_TIMEOUT = 300


class Team:
    """A copy of the project, whose bootstrap is rehearsed."""

    def __init__(self, path):
        self.workspace = Workspace(path)
        self.path = self.workspace.path
        self.state = self.path / "rehearsal" / ".state" / "bootstrap-main"
        self.file = self.path / "bootstrap" / "Pulumi.main.yaml"

    def bootstrap(self, *arguments):
        return subprocess.run(
            [sys.executable, "-m", "ops", "bootstrap", "--rehearse", *arguments],
            cwd=self.path,
            env=self.workspace.environment,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )

    @property
    def url(self):
        return json.loads((self.state / "aws.json").read_text())["url"]

    def client(self, service, **options):
        return botocore.session.Session().create_client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            **(options or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}),
        )

    def calls(self, after=0):
        with urllib.request.urlopen(f"{self.url}/_rehearsal/calls?after={after}") as told:  # noqa: S310
            return json.load(told)

    def variable(self, said, name):
        return re.search(rf"^  {name} +(\S+)$", said, re.MULTILINE)[1]

    def sign_in(
        self, role, subject, *, ref="refs/heads/main", audience="sts.amazonaws.com", **more
    ):
        """What a job's token opens."""
        claims = {
            "iss": "https://token.actions.githubusercontent.com",
            "aud": audience,
            "sub": subject,
            "ref": ref,
            "exp": time.time() + 300,
        }
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
        sts = self.client("sts", config=Config(signature_version=UNSIGNED))
        keys = sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="job", WebIdentityToken=f"header.{body}.signature", **more
        )["Credentials"]
        return Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    team = Team(tmp_path_factory.mktemp("team") / "eks-cluster")
    yield team
    if (team.state / "aws.json").exists():
        os.kill(json.loads((team.state / "aws.json").read_text())["pid"], 15)


@pytest.fixture(scope="module")
def said(team):
    """What the first run says."""
    finished = team.bootstrap()
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@pytest.fixture(scope="module")
def preview_role(team, said):
    return team.variable(said, "AWS_PREVIEW_ROLE_ARN")


@pytest.fixture(scope="module")
def deploy_role(team, said):
    return team.variable(said, "AWS_DEPLOY_ROLE_ARN")


def test_the_state_is_in_the_bucket_and_nowhere_else(team, said):
    assert "The state of main is in s3://" in said
    assert not (team.state / "backend").exists()
    bucket = re.search(r"s3://([a-z0-9-]+)", said)[1]
    s3 = team.client("s3")
    keys = [it["Key"] for it in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert ".pulumi/stacks/eks-cluster-bootstrap/main.json" in keys
    assert not [key for key in keys if "/locks/" in key]
    state = s3.get_object(Bucket=bucket, Key=".pulumi/stacks/eks-cluster-bootstrap/main.json")
    secrets = json.load(state["Body"])["checkpoint"]["latest"]["secrets_providers"]
    assert secrets["type"] == "cloud"
    assert secrets["state"]["url"] == team.variable(said, "PULUMI_SECRETS_PROVIDER")
    assert team.workspace.git_status() == ""


@pytest.mark.parametrize(
    ("role", "subject", "ref"),
    [
        ("DEPLOY", PULL_REQUEST, "refs/pull/1/merge"),
        ("DEPLOY", f"{REPOSITORY}:ref:refs/heads/main", "refs/heads/main"),
        ("DEPLOY", f"{REPOSITORY}:environment:staging", "refs/heads/main"),
        ("DEPLOY", PRODUCTION, "refs/heads/other"),
        ("DEPLOY", "repo:somebody/platform:environment:production", "refs/heads/main"),
        ("PREVIEW", f"{REPOSITORY}:ref:refs/heads/other", "refs/heads/other"),
        ("PREVIEW", "repo:somebody/platform:pull_request", "refs/pull/1/merge"),
        ("PREVIEW", PRODUCTION, "refs/heads/main"),
    ],
)
def test_nobody_else_takes_a_role_on(team, said, role, subject, ref):
    with pytest.raises(
        ClientError, match="Not authorized to perform sts:AssumeRoleWithWebIdentity"
    ):
        team.sign_in(team.variable(said, f"AWS_{role}_ROLE_ARN"), subject, ref=ref)


def test_a_token_for_somebody_else_opens_nothing(team, preview_role):
    with pytest.raises(ClientError, match="Incorrect token audience"):
        team.sign_in(preview_role, PULL_REQUEST, audience="https://github.com/octo-org")


def test_a_session_lasts_as_long_as_the_file_says(team, deploy_role):
    team.sign_in(deploy_role, PRODUCTION, DurationSeconds=7200)
    with pytest.raises(ClientError, match="exceeds the MaxSessionDuration"):
        team.sign_in(deploy_role, PRODUCTION, DurationSeconds=7201)


def test_runs_on_the_branch_look_for_drift(team, preview_role):
    team.sign_in(preview_role, f"{REPOSITORY}:ref:refs/heads/main")


class Stack:
    """A small stack, deployed by jobs that have the variables alone."""

    def __init__(self, team, said):
        self.team = team
        self.backend = team.variable(said, "PULUMI_BACKEND_URL")
        self.secrets = team.variable(said, "PULUMI_SECRETS_PROVIDER")
        self.iam = said.partition("  cluster:iam:\n")[2].splitlines()
        self.file = team.path / "Pulumi.small.yaml"

    def write(self):
        self.file.write_text(
            "config:\n"
            f"  aws:region: {REGION}\n"
            '  cluster:kubernetesVersion: "1.36"\n'
            "  cluster:network: {availabilityZones: 2}\n"
            "  cluster:access: {admins: [creator]}\n"
            "  cluster:nodeGroups:\n"
            "    general: {instanceTypes: [t3.medium], nodes: 1}\n"
            "  cluster:iam:\n" + "\n".join(self.iam[:2]) + "\n"
        )
        write_lock(self.file)

    def pulumi(self, credentials, *arguments):
        settings = environment(self.team.state, self.team.url, credentials)
        settings |= {
            "PULUMI_BACKEND_URL": self.backend,
            "PULUMI_CONFIG_PASSPHRASE": "",
            # The state is written at the end, not at each step: the bootstrap's own run shows that.
            "PULUMI_EXPERIMENTAL": "true",
            "PULUMI_SKIP_CHECKPOINTS": "true",
        }
        return subprocess.run(
            ["pulumi", "-C", str(self.team.path / "rehearsal"), "--non-interactive", *arguments],
            env=settings,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )


@pytest.fixture(scope="module")
def stack(team, said):
    stack = Stack(team, said)
    stack.write()
    return stack


def done(finished):
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_a_stack_is_deployed_through_the_two_roles(team, stack, preview_role, deploy_role):
    deployer = team.sign_in(deploy_role, PRODUCTION)
    reader = team.sign_in(preview_role, PULL_REQUEST, ref="refs/pull/1/merge")
    done(stack.pulumi(deployer, "stack", "init", "small", "--secrets-provider", stack.secrets))
    assert "secretsprovider: awskms://" in stack.file.read_text()

    before = team.calls()[-1]["serial"]
    assert "to create" in done(stack.pulumi(reader, "preview", "-s", "small"))
    assert [it for it in team.calls(before) if it["kind"] == "write"] == [], "a preview only reads"
    refused = stack.pulumi(reader, "up", "--yes", "--skip-preview", "-s", "small")
    assert refused.returncode != 0
    assert "AccessDenied" in refused.stdout + refused.stderr

    done(stack.pulumi(deployer, "up", "--yes", "--skip-preview", "-s", "small"))
    roles = team.client("iam").list_roles(PathPrefix="/eks-cluster/")["Roles"]
    assert roles
    for role in roles:
        found = team.client("iam").get_role(RoleName=role["RoleName"])["Role"]
        boundary = found["PermissionsBoundary"]["PermissionsBoundaryArn"]
        assert boundary.endswith("/eks-cluster-boundary")

    again = stack.pulumi(reader, "preview", "--refresh", "--expect-no-changes", "-s", "small")
    assert "unchanged" in done(again)
    done(stack.pulumi(deployer, "destroy", "--yes", "--skip-preview", "-s", "small"))
    done(stack.pulumi(deployer, "stack", "rm", "--yes", "small"))


def test_who_deploys_gets_no_further(team, deploy_role, said):
    keys = team.sign_in(deploy_role, PRODUCTION)
    signed = {
        "aws_access_key_id": keys.access_key_id,
        "aws_secret_access_key": keys.secret_access_key,
        "aws_session_token": keys.session_token,
    }
    iam, kms, s3 = (team.client(it, **signed) for it in ("iam", "kms", "s3"))
    services = {"Service": "ec2.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": services, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    boundary = re.search(r"permissionsBoundary: (\S+)", said)[1]
    administrator = "arn:aws:iam::aws:policy/AdministratorAccess"
    bucket = re.search(r"s3://([a-z0-9-]+)", said)[1]
    own = deploy_role.rpartition("/")[2]
    for attempt in (
        lambda: iam.create_role(RoleName="x", Path="/eks-cluster/", AssumeRolePolicyDocument=trust),
        lambda: iam.create_role(
            RoleName="x", AssumeRolePolicyDocument=trust, PermissionsBoundary=boundary
        ),
        lambda: iam.create_role(
            RoleName="x",
            Path="/eks-cluster/",
            AssumeRolePolicyDocument=trust,
            PermissionsBoundary=administrator,
        ),
        lambda: iam.attach_role_policy(RoleName=own, PolicyArn=administrator),
        lambda: iam.put_role_policy(RoleName=own, PolicyName="x", PolicyDocument=trust),
        lambda: iam.update_assume_role_policy(RoleName=own, PolicyDocument=trust),
        lambda: iam.create_user(UserName="x"),
        lambda: iam.create_policy_version(PolicyArn=boundary, PolicyDocument=trust),
        lambda: s3.delete_bucket(Bucket=bucket),
        lambda: s3.put_bucket_policy(Bucket=bucket, Policy=trust),
        lambda: kms.schedule_key_deletion(KeyId=re.search(r"awskms:///(\S+)\?", said)[1]),
        lambda: team.client("ec2", **signed).describe_instance_attribute(
            InstanceId="i-0123456789abcdef0", Attribute="userData"
        ),
    ):
        with pytest.raises(ClientError) as refused:
            attempt()
        code = refused.value.response["Error"]["Code"]
        assert code in {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


def test_a_second_run_goes_straight_to_the_bucket(team, stack):
    finished = team.bootstrap()
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "unchanged" in finished.stdout
    assert "and nowhere else" not in finished.stdout
    assert not (team.state / "backend").exists()


_KNOWN_HERE_TOO = """
from pathlib import Path
from ops.bootstrap.command import _Rehearsed
from ops.bootstrap.migration import move
from spec.bootstrap import read_bootstrap_file

said = read_bootstrap_file(Path("bootstrap/Pulumi.main.yaml"))
run = _Rehearsed("main", _Rehearsed.work("main").resolve(), said)
move(run._there(), run._here(make=True), "passphrase")
"""


def test_a_run_that_ended_before_it_removed_the_copy_is_gone_on_with(team, stack):
    known = [sys.executable, "-c", _KNOWN_HERE_TOO]
    subprocess.run(known, cwd=team.path, check=True, timeout=_TIMEOUT, capture_output=True)
    assert (team.state / "backend").exists()
    finished = team.bootstrap()
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "and nowhere else" in finished.stdout
    assert not (team.state / "backend").exists()


def test_it_is_destroyed_only_where_the_file_says_so(team, said):
    finished = team.bootstrap("--destroy")
    assert finished.returncode == 1
    assert "say `bootstrap:protect: false` there first" in finished.stderr
    team.file.write_text(team.file.read_text() + "  bootstrap:protect: false\n")
    finished = team.bootstrap("--destroy")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "The embedded AWS holds nothing any more." in finished.stdout
    assert not team.state.exists()
