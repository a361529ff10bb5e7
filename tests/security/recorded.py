"""What the program registers for a stack, as rules and scanners see it."""

import functools
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from policy import Resource, Resources
from tests.components.account import ACCOUNT, Account, Subnet
from tests.components.program import run
from tests.components.recorder import Recorder, Registered

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def names() -> list[str]:
    """The names of the example stacks."""
    found = EXAMPLES.glob("Pulumi.*.yaml")
    return sorted(it.name.removeprefix("Pulumi.").removesuffix(".yaml") for it in found)


def resources(registered: Iterable[Registered]) -> Resources:
    """What a program has registered, as rules see it."""
    return Resources(
        Resource(
            urn=it.urn,
            type=it.type,
            name=it.name,
            properties=it.inputs,
            references=it.references,
            provider=it.provider,
        )
        for it in registered
    )


@functools.cache
def example(name: str) -> Resources:
    """What an example stack registers."""
    return resources(_run(name).registered)


def looked_up(name: str) -> list[str]:
    """Tokens of the functions of providers that an example stack calls."""
    return _run(name).invoked


@functools.cache
def _run(name: str) -> Recorder:
    """An example stack, as its deployer runs it in an account that it fits."""
    text = (EXAMPLES / f"Pulumi.{name}.yaml").read_text(encoding="utf-8")
    config = yaml.safe_load(text)["config"]
    deployers = config["cluster:access"].get("deployersWithoutAdmin", [])
    account = Account(
        caller=(*deployers, f"arn:aws:iam::{ACCOUNT}:role/deployer")[0],
        subnets=_subnets(config.get("cluster:network", {}).get("existing", {})),
    )
    return run(config, account=account)


def _subnets(existing: Mapping[str, Any]) -> dict[str, Subnet]:
    """Subnets as an example names them by ids, each kind over the first zones of Seoul."""
    return {
        id_: Subnet(
            zone=f"ap-northeast-2{'abc'[index]}",
            zone_id=f"apne2-az{index + 1}",
            vpc_id=existing["vpc"],
            route=route,
        )
        for field, route in (("privateSubnets", "nat-0123abcd"), ("publicSubnets", "igw-0123abcd"))
        for index, id_ in enumerate(existing.get(field, ()))
    }
