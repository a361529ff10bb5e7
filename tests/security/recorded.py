"""What the program registers for a stack, as rules and scanners see it."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from policy import Resource, Resources
from tests.components.account import ACCOUNT, Account
from tests.components.program import run
from tests.components.recorder import Registered

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def stack_file(name: str) -> dict[str, Any]:
    """The configuration of an example stack."""
    text = (EXAMPLES / f"Pulumi.{name}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["config"]


@functools.cache
def example(name: str) -> Resources:
    """What an example stack registers."""
    return stack(stack_file(name))


def stack(config: Mapping[str, Any]) -> Resources:
    """What a stack of some configuration registers, when its deployer runs it."""
    deployers = config["cluster:access"].get("deployersWithoutAdmin", [])
    caller = (*deployers, f"arn:aws:iam::{ACCOUNT}:role/deployer")[0]
    recorder = run(config, account=Account(caller=caller))
    return Resources(_resource(it) for it in recorder.registered)


def _resource(it: Registered) -> Resource:
    return Resource(
        urn=it.urn,
        type=it.type,
        name=it.name,
        properties=it.inputs,
        references=it.references,
        provider=it.provider,
    )
