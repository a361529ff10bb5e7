"""Random stacks that are right are taken as they are meant; random faults are told, not raised.

`make fuzz` runs this in full: 2,000 stacks and 10,000 faults.
"""

import copy
import json
import os
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from spec.problems import Problem, StackFileError
from spec.stack_file import read_unpinned, unpinned_from_engine
from tests import strategies

FULL = os.environ.get("EKS_CLUSTER_FUZZ") == "full"
STACKS = 2_000 if FULL else 60
FAULTS_OF_A_STACK = 10
FAULTY_STACKS = 1_000 if FULL else 30

SLOW = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
    print_blob=True,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("random")


def as_yaml(tree: Any) -> str:
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)


@settings(SLOW, max_examples=STACKS)
@given(stack=strategies.stacks())
def test_a_right_stack_is_the_same_from_file_and_engine(folder, stack):
    meant = strategies.cluster(stack)
    file = folder / "Pulumi.dev.yaml"
    file.write_text(as_yaml({"config": stack}), encoding="utf-8")
    assert read_unpinned(file).cluster == meant
    passed_on = {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in stack.items()
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PULUMI_CONFIG", json.dumps(passed_on))
        patch.chdir(folder.parent)
        assert unpinned_from_engine("dev").cluster == meant


VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    10**30,
    1.5,
    float("inf"),
    "",
    " ",
    "none",
    "a" * 5000,
    "한국어 \u2028 é\u0301",
    "\U0001f600",
    "'\"{}[]",
    "a\tb\nc",
    "::/0",
    "10.0.0.0/33",
    "arn:aws:iam::123456789012:role/",
    [],
    {},
    [[]],
    [None],
    {"": None},
    {"[key]": {"0": 1}},
    {"a": "b"},
)


def places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every path of a tree of mappings and lists but the root's."""
    items: list[Any] = []
    if isinstance(tree, dict):
        items = list(tree.items())
    elif isinstance(tree, list):
        items = list(enumerate(tree))
    return [it for key, inner in items for it in ((*path, key), *places(inner, (*path, key)))]


def spelled_wrong(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) + 1)
    return chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + chance.choice("aZ0_- .é\u200b") + word[at:],
            word.swapcase(),
            re.sub("([A-Z])", r"_\1", word).lower(),
            word * 200,
            f"{word}s",
            "",
        ]
    )


def with_fault(tree: Any, chance: random.Random) -> Any:
    """A copy of a tree with something changed."""
    tree = copy.deepcopy(tree)
    *way, last = chance.choice(places(tree))
    inner = tree
    for step in way:
        inner = inner[step]
    kind = chance.randrange(7)
    if kind == 0:
        del inner[last]
    elif kind == 1 and isinstance(inner, dict):
        inner[spelled_wrong(last, chance)] = inner.pop(last)
    elif kind == 2 and isinstance(inner, list):
        inner.append(copy.deepcopy(inner[last]))
    elif kind == 3 and isinstance(inner[last], str):
        inner[last] = spelled_wrong(inner[last], chance)
    elif kind == 4:
        inner[last] = [inner[last]] if chance.random() < 0.5 else {"a": inner[last]}
    elif kind == 5:  # what stands elsewhere
        other: Any = tree
        for step in chance.choice(places(tree)):
            other = other[step]
        inner[last] = copy.deepcopy(other)
    else:
        inner[last] = copy.deepcopy(chance.choice(VALUES))
    return tree


def with_fault_of_text(text: str, chance: random.Random) -> str:
    """A text with something changed that YAML itself may stumble over."""
    lines = text.splitlines(keepends=True)
    at, line = (spot := chance.randrange(len(text))), chance.randrange(len(lines))
    return chance.choice(
        [
            text[:at],
            text[:at]
            + chance.choice("\t\x00\x07\u2028{}[]:#&*!|>'\"%@`,?-\ufeff\u200b")
            + text[at:],
            text[:at] + text[at + 1 :],
            "".join([*lines[:line], lines[line], *lines[line:]]),
            "".join([*lines[:line], *lines[line + 1 :]]),
            "".join([*lines[:line], "\t", *lines[line:]]),
            "".join([*lines[:line], "  ", *lines[line:]]),
            text[:spot] + "[" * 3000 + text[spot:],
            text + text,
            text.replace(": ", ":", 1),
            text.replace("- ", "-", 1),
            text.replace("'", ""),
        ]
    )


PYDANTIC = re.compile("Input should|should be|validation error|valid (string|integer|dictionary)")


def check_problem(problem: Problem, file: Path) -> None:
    assert problem.file == str(file)
    assert problem.message
    assert "\n" not in problem.message
    assert "\n" not in problem.path
    assert len(problem.message) < 4000
    assert not PYDANTIC.search(problem.message)
    str(problem).encode()
    if "is empty; it needs" in problem.message:
        return
    assert problem.position
    assert problem.position.line >= 1
    if not problem.message.startswith(("is not YAML", "must be a mapping that begins")):
        assert problem.path


@settings(SLOW, max_examples=FAULTY_STACKS)
@given(stack=strategies.stacks(), seed=st.integers(0, 2**32 - 1))
def test_a_faulty_stack_is_a_stack_or_a_message(folder, stack, seed):
    chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    file = folder / "Pulumi.dev.yaml"
    for _ in range(FAULTS_OF_A_STACK):
        tree: Any = {"config": stack}
        for _ in range(chance.choice([1, 1, 1, 2, 5])):
            tree = with_fault(tree, chance) if places(tree) else tree
        text = as_yaml(tree)
        if chance.random() < 0.3:
            text = with_fault_of_text(text, chance)
        file.write_text(text, encoding="utf-8")
        for problem in problems_of(file):
            check_problem(problem, file)


def problems_of(file: Path) -> Sequence[Problem]:
    try:
        read_unpinned(file)
    except StackFileError as error:
        return error.problems or pytest.fail("refused without a reason")
    return ()
