"""The example stack files: each passes the program's check and the JSON Schema."""

import json
import re
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from spec.stack_file import read_unpinned

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "examples"
NAMES = ("auto-mode", "existing-vpc", "ipv6", "minimal", "private", "production")
FILES = {name: FOLDER / f"Pulumi.{name}.yaml" for name in NAMES}
STACKS = {name: read_unpinned(file) for name, file in FILES.items()}
SCHEMA = Draft202012Validator(
    json.loads((ROOT / "schema" / "stack.schema.json").read_text(encoding="utf-8"))
)
README = (FOLDER / "README.md").read_text(encoding="utf-8")

by_name = pytest.mark.parametrize("name", NAMES)


def test_these_are_all_examples():
    assert {file.name for file in FOLDER.glob("*.yaml")} == {it.name for it in FILES.values()}


def test_each_passes_the_check():
    finished = subprocess.run(
        [sys.executable, "-m", "ops", "check", *map(str, FILES.values())],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.count(": ok: ") == len(NAMES)


@by_name
def test_each_passes_the_schema(name):
    document = yaml.safe_load(FILES[name].read_text(encoding="utf-8"))
    assert [it.message for it in SCHEMA.iter_errors(document)] == []


@pytest.mark.parametrize("file", [*FILES.values(), ROOT / "Pulumi.dev.yaml"])
def test_the_first_line_leads_to_the_schema(file):
    first = file.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found, first
    assert (file.parent / found[1]).resolve() == ROOT / "schema" / "stack.schema.json"


@by_name
def test_each_is_in_the_readme(name):
    assert f"**[{name}](Pulumi.{name}.yaml)**" in README


@by_name
def test_none_is_open_to_the_internet(name):
    assert not STACKS[name].cluster.endpoint.open_to_the_internet


def test_the_private_one_has_no_way_out_and_none_in():
    cluster = STACKS["private"].cluster
    assert cluster.network.nat_gateways == "none"
    assert not cluster.network.has_public_subnets
    assert not cluster.endpoint.public_access_cidrs
    assert {"ec2", "ecr.api", "ecr.dkr", "sts", "eks-auth", "s3"} <= set(
        cluster.network.endpoint_services
    )


def test_the_others_are_what_their_names_say():
    assert STACKS["ipv6"].cluster.network.ip_family == "ipv6"
    assert STACKS["auto-mode"].cluster.is_all_auto
    assert STACKS["existing-vpc"].cluster.network.existing is not None
    assert set(STACKS["minimal"].cluster.model_fields_set) == {
        *("region", "name", "kubernetes_version", "access", "node_groups")
    }


# Rule of the scanners, as in security-rules: what the production example says for it. What every
# cluster has (a key that rotates, IMDSv2, encrypted volumes) is the program's.
PRODUCTION = {
    "cluster_logs_all": lambda it: (
        set(it.logging.types) == {"api", "audit", "authenticator", "controllerManager", "scheduler"}
    ),
    "endpoint_not_public": lambda it: it.endpoint.public_access_cidrs == (),
    "endpoint_private_on": lambda it: it.endpoint.private,
    "version_supported": lambda it: it.kubernetes_version == "1.35",
    "deletion_protection": lambda it: it.control_plane.deletion_protection,
    "kms_window": lambda it: it.encryption.deletion_window_days >= 7,
    "log_retention_year": lambda it: (
        it.logging.retention_days >= 365 and it.network.flow_logs.retention_days >= 365
    ),
    "vpc_flow_logs": lambda it: it.network.flow_logs.traffic_type == "ALL",
    "sg_ingress": lambda it: all(
        rule.cidr is None or (rule.cidr.is_private and rule.protocol == "tcp")
        for rule in it.control_plane.security_group_rules.values()
    ),
    "sg_description": lambda it: all(
        rule.description for rule in it.control_plane.security_group_rules.values()
    ),
    "access_entries": lambda it: (
        it.access.authentication_mode == "API" and "creator" not in it.access.admins
    ),
    "network_policy": lambda it: it.network.pods.network_policy,
    "tags": lambda it: bool(it.tags),
    "nat_per_zone": lambda it: it.network.nat_gateways == "perZone" and len(it.zones) >= 3,
    "zonal_shift": lambda it: it.control_plane.zonal_shift,
}


@pytest.mark.parametrize("rule", PRODUCTION.values(), ids=PRODUCTION)
def test_the_production_example_holds_the_rules_of_scanners(rule):
    assert rule(STACKS["production"].cluster)


def test_the_production_example_has_a_node_in_each_zone():
    cluster = STACKS["production"].cluster
    assert cluster.node_groups["general"].nodes.min >= len(cluster.zones)


def test_the_examples_networks_do_not_overlap_where_one_company_could_have_them_all():
    blocks = [ip_network(STACKS[name].cluster.network.cidr) for name in ("production", "private")]
    assert not blocks[0].overlaps(blocks[1])
