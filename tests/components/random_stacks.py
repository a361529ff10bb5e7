"""Random valid stacks: of every kind, with changes that fit together, and names of any length.

A stack follows from a number alone, so that a failure can be had again.
"""

import random
import string
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from spec.model import ClusterSpec
from tests.components.account import Account
from tests.components.stacks import KINDS, merged, stack
from tests.components.test_no_silent_field import CHANGES

_LETTERS = string.ascii_lowercase + string.digits
_INNER = _LETTERS + string.ascii_uppercase + "-_"


def random_stack(number: int) -> tuple[dict[str, Any], Account]:
    """A valid stack and the account that it is for.

    Args:
        number: The same number gives the same stack.
    """
    dice = random.Random(number)  # noqa: S311 - nothing is secret
    while True:
        config, account = dice.choice(list(KINDS.values()))
        for change in dice.sample(CHANGES, dice.choice((0, 1, 2, 3, 5, 8, 13))):
            changed = change.laid_over(merged(config, stack(**change.base)))
            if _is_valid(changed):
                config = changed
        config = _renamed(config, dice)
        if _is_valid(config):
            return config, account


def _name(dice: random.Random, longest: int) -> str:
    length = dice.choice((1, 8, longest // 2, longest - 1, longest))
    return dice.choice(_LETTERS) + "".join(dice.choices(_INNER, k=length - 1))


def _renamed(config: Mapping[str, Any], dice: random.Random) -> dict[str, Any]:
    """The stack with other names of the cluster, of node groups, rules, entries and so on."""
    changed = dict(config)
    if dice.random() < 0.5:
        changed["cluster:name"] = _name(dice, 100)

    def renamed(there: Any, longest: int) -> Any:
        if not there or dice.random() < 0.5:
            return there
        return {_name(dice, longest): value for value in there.values()}

    for key, longest in (("nodeGroups", 63), ("capabilities", 100), ("serviceAccounts", 100)):
        if there := changed.get(f"cluster:{key}"):
            changed[f"cluster:{key}"] = renamed(there, longest)
    for key, field in (
        ("access", "entries"),
        ("access", "identityProviders"),
        ("controlPlane", "securityGroupRules"),
    ):
        if there := changed.get(f"cluster:{key}", {}).get(field):
            changed[f"cluster:{key}"] = {
                **changed[f"cluster:{key}"],
                field: renamed(there, 100),
            }
    return changed


def _is_valid(config: Mapping[str, Any]) -> bool:
    values = {
        key.removeprefix("cluster:"): value
        for key, value in config.items()
        if key.startswith("cluster:")
    }
    try:
        ClusterSpec.model_validate(
            {**values, "region": config["aws:region"]}, by_alias=True, by_name=False
        )
    except ValidationError:
        return False
    return True
