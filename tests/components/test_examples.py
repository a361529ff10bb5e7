"""What the program registers for each example stack file."""

from pathlib import Path

import pytest

from spec.stack_file import read_stack_file
from tests.components.account import Account, Subnet
from tests.components.program import cluster
from tests.components.recorder import record

EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "examples").glob("Pulumi.*.yaml"))
VPC = "vpc-0123456789abcdef0"
ZONES = {"ap-northeast-2a": "apne2-az1", "ap-northeast-2b": "apne2-az2"}


def account() -> Account:
    """Whoever deploys the production example, and the VPC of the one that has an existing one."""
    routes = ("nat-0123abcd", "igw-0123abcd")
    subnets = [
        Subnet(zone=zone, zone_id=zone_id, vpc_id=VPC, route=route)
        for route in routes
        for zone, zone_id in ZONES.items()
    ]
    return Account(
        caller="arn:aws:sts::123456789012:assumed-role/deploy/pipeline",
        subnets={f"subnet-0123456789abcdef{index}": it for index, it in enumerate(subnets)},
    )


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda it: it.name.split(".")[1])
def test_each_previews_with_what_is_known_before_it_is_made(file):
    spec = read_stack_file(file).cluster

    def registered(*, preview: bool) -> list[str]:
        made = record(lambda: cluster(spec), preview=preview, account=account())
        return sorted(it.urn for it in made.registered)

    assert registered(preview=True) == registered(preview=False)
