"""docs/fleet.md says what the tables of facts say."""

import re
from pathlib import Path

from spec.facts.durations import durations
from spec.facts.quotas import quotas

TEXT = (Path(__file__).parents[2] / "docs" / "fleet.md").read_text()
# What the page calls a limit, by its name in the table.
LIMITS = {
    "vpcs": "VPCs",
    "internet-gateways": "internet gateways",
    "elastic-ips": "Elastic IP addresses",
    "eks.clusters": "EKS clusters",
}


def test_the_limits_are_those_of_the_table():
    told = dict(re.findall(r"^\| \[(.*?)\]\(.*?\) of a region \| ([0-9,]+) \|", TEXT, re.MULTILINE))
    assert told == {title: str(quotas()[name].value) for name, title in LIMITS.items()}


def test_new_node_images_take_what_the_table_says():
    minutes = durations()["nodegroup.update-version"].seconds / 60
    assert f"ten times {minutes:.0f} min" in TEXT
