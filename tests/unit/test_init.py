"""`python -m ops init`: a first stack file from flags or answers, right by construction."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ops import init
from ops.starter_file import render
from spec.stack_file import parse_stack_file, read_stack_file
from tools import stack_schema

ROOT = Path(__file__).parents[2]
ADMIN = "arn:aws:iam::123456789012:role/Admin"
SCHEMA = Draft202012Validator(stack_schema.schema())


@pytest.fixture
def run(tmp_path):
    """Runs the command in an empty folder, with the lines of its standard input."""

    def ops(*arguments: str, answers: str | None = "", **env: str):
        clean = {name: it for name, it in os.environ.items() if not name.startswith("AWS_")}
        return subprocess.run(
            [sys.executable, "-m", "ops", *arguments],
            input=answers,
            cwd=tmp_path,
            env={**clean, "PYTHONPATH": str(ROOT), **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return ops


@pytest.fixture
def made(tmp_path):
    return lambda name="dev": read_stack_file(tmp_path / f"Pulumi.{name}.yaml").cluster


def test_flags_alone_make_a_file_that_passes_the_check(run, made):
    finished = run("init", "--yes", "--stack", "prod", "--region", "eu-west-1")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == (
        "Pulumi.prod.yaml: ok: cluster prod, Kubernetes 1.36, eu-west-1 in 3 zones, node groups: "
        "general (2 x t3.medium), administrators: creator\n"
        "\n"
        "Next: make rehearse STACK=prod     on an embedded AWS, without an account\n"
        "  or: pulumi stack init prod && pulumi up     on AWS\n"
    )
    assert made("prod").access.admins == ("creator",)
    assert made("prod").endpoint.public_access_cidrs == ()
    assert run("check").returncode == 0


def test_every_flag_is_in_the_file(run, made):
    flags = (
        "--region us-east-1 --kubernetes-version 1.35 --network new --nat-gateways perzone "
        f"--admins creator {ADMIN} --compute group --instance-types m7i.large m6i.large "
        "--nodes 2-6 --public-access-cidrs 198.51.100.0/24 203.0.113.0/24"
    )
    finished = run("init", "--yes", *flags.split())
    assert finished.returncode == 0, finished.stderr
    cluster = made()
    assert (cluster.region, cluster.kubernetes_version) == ("us-east-1", "1.35")
    assert cluster.network.nat_gateways == "perZone"
    assert cluster.access.admins == ("creator", ADMIN)
    group = cluster.node_groups["general"]
    assert group.instance_types == ("m7i.large", "m6i.large")
    assert (group.nodes.min, group.nodes.desired, group.nodes.max) == (2, 2, 6)
    assert [str(it) for it in cluster.endpoint.public_access_cidrs] == [
        "198.51.100.0/24",
        "203.0.113.0/24",
    ]


def test_the_shells_region_is_the_default(run, made):
    assert run("init", "--yes", AWS_REGION="ap-south-1").returncode == 0
    assert made().region == "ap-south-1"


def test_kinds_of_networks(run, made):
    for kind, rest in (
        ("private", ()),
        ("ipv6", ()),
        ("existing", ("--vpc", "Name=shared", "--private-subnets", "tier=private")),
    ):
        flags = ("--yes", "--region", "eu-west-1", "--stack", kind, "--network", kind)
        finished = run("init", *flags, *rest)
        assert finished.returncode == 0, finished.stderr
    assert made("private").network.nat_gateways == "none"
    assert made("ipv6").network.ip_family == "ipv6"
    existing = made("existing").network.existing
    assert existing.vpc.tags == {"Name": "shared"}
    assert existing.private_subnets.tags == {"tier": "private"}
    assert existing.public_subnets is None


def test_auto_mode_has_no_node_group(run, made):
    assert run("init", "--yes", "--region", "eu-west-1", "--compute", "auto").returncode == 0
    assert made().auto_mode is not None
    assert made().node_groups == {}


def test_answers_on_a_pipe_and_wrong_ones_are_asked_again(run, made):
    finished = run(
        "init",
        answers="prod\neu-wst-1\n\neu-west-1\n1.3\n1.35\nprivat\nprivate\nroot\n"
        f"{ADMIN}\n\nt3.medum\nt3.large\n6-2\n3\n",
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    for told in (
        '  EKS is not in a region "eu-wst-1"; did you mean "eu-west-1"?\n',
        "  please answer; there is no default\n",
        '  "1.3" is not a Kubernetes version that is known here: 1.36, 1.35, 1.34; '
        "YAML reads 1.30 without quotes as 1.3\n",
        '  must be one of new, private, ipv6, existing, not "privat"; did you mean "private"?\n',
        '  "root" is not the ARN of an IAM role or user such as '
        "arn:aws:iam::123456789012:role/Admin\n",
        '  "t3.medum" is not a known EC2 instance type; did you mean "t3.medium"?\n',
        "  min 6 is greater than max 2\n",
    ):
        assert told in finished.stdout
    cluster = made("prod")
    assert (cluster.region, cluster.kubernetes_version) == ("eu-west-1", "1.35")
    assert cluster.access.admins == (ADMIN,)
    assert cluster.node_groups["general"].instance_types == ("t3.large",)
    assert cluster.node_groups["general"].nodes.desired == 3


def test_what_is_not_answered_is_as_by_default(run, made):
    assert run("init", answers="\neu-west-1\n").returncode == 0
    assert made().node_groups["general"].nodes.desired == 2


def test_what_a_flag_says_is_not_asked(run):
    finished = run("init", "--region", "eu-west-1", "--nodes", "3", answers="\n\n")
    assert finished.returncode == 0
    assert "AWS region" not in finished.stdout
    assert "How many nodes" not in finished.stdout
    assert "Kubernetes version" in finished.stdout


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ("", "--region is needed: the AWS region; default: that of AWS_REGION"),
        (
            "--region eu-wst-1",
            '--region: EKS is not in a region "eu-wst-1"; did you mean "eu-west-1"?',
        ),
        (
            "--region eu-west-1 --stack a.b",
            '--stack: "a.b" cannot name a stack and a cluster: it has letters, digits, - and _, '
            "and begins with a letter or digit",
        ),
        (
            "--region eu-west-1 --stack ../dev",
            '--stack: "../dev" cannot name a stack and a cluster: it has letters, digits, - and _, '
            "and begins with a letter or digit",
        ),
        ("--region eu-west-1 --nodes many", "--nodes: must be a whole number or"),
        (
            "--region eu-west-1 --nodes 0",
            "--nodes: no group has a Linux node without a NoSchedule or NoExecute taint",
        ),
        (
            "--region eu-west-1 --public-access-cidrs 0.0.0.0/0",
            "--public-access-cidrs: 0.0.0.0/0 opens the Kubernetes API to the whole internet",
        ),
        (
            "--region eu-west-1 --network existing",
            "--vpc is needed: the existing VPC",
        ),
        (
            "--region eu-west-1 --vpc vpc-0123abcd",
            "--vpc is of no use here: --network is new",
        ),
        (
            "--region eu-west-1 --compute auto --nodes 3",
            "--nodes is of no use here: --compute is auto",
        ),
        (
            "--region eu-west-1 --network ipv6 --instance-types t2.medium",
            "--instance-types: t2.medium are not of the Nitro system, which IPv6 needs",
        ),
    ],
)
def test_a_flag_that_is_wrong_writes_nothing(run, tmp_path, flags, told):
    finished = run("init", "--yes", *flags.split())
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr.startswith(f"error: {told}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_written_over_with_force_only(run, tmp_path, made):
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text("precious")
    flags = ("init", "--yes", "--region", "eu-west-1")
    refused = run(*flags)
    assert refused.returncode == 1
    assert refused.stderr == (
        "error: --stack: Pulumi.dev.yaml is there already; name another stack, or write over it "
        "with --force\n"
    )
    assert file.read_text() == "precious"
    assert run(*flags, "--force").returncode == 0
    assert made().region == "eu-west-1"


def test_a_file_that_is_there_is_asked_about_at_once(run, tmp_path, made):
    (tmp_path / "Pulumi.dev.yaml").write_text("precious")
    finished = run("init", answers="\nprod\neu-west-1\n")
    assert finished.returncode == 0
    assert "  Pulumi.dev.yaml is there already; name another stack" in finished.stdout
    assert made("prod").region == "eu-west-1"


def test_the_first_line_leads_to_the_schema(run, tmp_path):
    run("init", "--yes", "--region", "eu-west-1")
    first = (tmp_path / "Pulumi.dev.yaml").read_text().splitlines()[0]
    _, _, path = first.partition("# yaml-language-server: $schema=")
    assert (tmp_path / path).resolve() == stack_schema.SCHEMA


def test_what_is_written_is_right_by_the_schema_too(run, tmp_path):
    run("init", "--yes", "--region", "eu-west-1", "--network", "private")
    document = yaml.safe_load((tmp_path / "Pulumi.dev.yaml").read_text())
    assert list(SCHEMA.iter_errors(document)) == []


@settings(max_examples=200, deadline=None)
@given(
    answer=st.text(max_size=30).filter(lambda it: "none" not in it),
    name=st.sampled_from(["region", "admins", "instance_types", "nodes", "public_access_cidrs"]),
)
def test_no_answer_breaks_out_of_its_place(answer, name):
    """Whatever is answered stands where it belongs, or is refused: it adds no key."""
    answers = {it.name: it.default or it.placeholder for it in init.questions()}
    text = render({**answers, "region": "eu-west-1", name: answer})
    usual = yaml.safe_load(render({**answers, "region": "eu-west-1"}))
    document = yaml.safe_load(text)
    assert document["config"].keys() == usual["config"].keys()
    assert document["config"]["cluster:nodeGroups"].keys() == {"general"}


def test_the_defaults_of_all_questions_make_a_stack():
    answers = {it.name: it.default or it.placeholder for it in init.questions()}
    for network in ("new", "private", "ipv6", "existing"):
        parse_stack_file("Pulumi.dev.yaml", render({**answers, "network": network}))
