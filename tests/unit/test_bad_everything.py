"""That no field and no rule is without a test that breaks it."""

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from spec.messages import alternatives, names
from spec.model import ClusterSpec, SubnetsSpec, rules
from spec.model.network import VpcSpec
from spec.problems import StackFileError
from spec.stack_file import AwsSettings
from tests.stack_files import GOOD, read, stack_file
from tests.unit import test_bad_input

MODULES = [
    importlib.import_module(f"tests.unit.test_bad_{name}")
    for name in (
        "cluster",
        "control_plane",
        "settings",
        "network",
        "access",
        "addons",
        "service_accounts",
        "karpenter",
        "node_groups",
        "self_managed",
        "nodes",
        "fargate",
        "user_data",
    )
]


def all_bad_files() -> Iterator[str]:
    for module in MODULES:
        for lines, _ in module.CASES.values():
            yield stack_file(lines)
    for written, instead, _ in test_bad_input.CASES.values():
        yield GOOD.replace(written, instead, 1)


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> tuple[set[str], set[str]]:
    """The paths of all problems, and the names of all rules that were broken."""
    paths: set[str] = set()
    broken: set[str] = set()

    def watched(rule):
        def watching(cluster):
            for it in rule(cluster):
                broken.add(rule.__name__)
                yield it

        return watching

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("bad"))
        patch.setattr(rules, "RULES", tuple(watched(rule) for rule in rules.RULES))
        for text in all_bad_files():
            with pytest.raises(StackFileError) as raised:
                read(text)
            paths |= {problem.path for problem in raised.value.problems}
    return paths, broken


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_every_rule_is_broken(rule, told):
    assert rule.__name__ in told[1]


def test_every_rule_of_the_module_is_checked():
    declared = {
        name
        for name, it in vars(rules).items()
        if callable(it)
        and getattr(it, "__module__", "") == rules.__name__
        and not name.startswith("_")
        and it.__annotations__.get("return") == Iterator[rules.Broken]
    }
    assert declared - {"broken"} == {rule.__name__ for rule in rules.RULES}


def fields(model: type[BaseModel], path: str) -> Iterator[str]:
    """A pattern of each field's path, down to the last."""
    for name, annotation in names(model).items():
        here = f"{path}{name}" if path.endswith(":") else rf"{path}\.{name}"
        if model is ClusterSpec and name == "region":
            here = "aws:region"
        yield here
        yield from below(annotation, here)


BY_TAGS = (SubnetsSpec, VpcSpec)
"""Written as an id, or ids, or `{tags: ...}`: fields of the model, not of the file."""


def below(annotation: Any, path: str) -> Iterator[str]:
    for kind in alternatives(annotation):
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in BY_TAGS:
            yield from fields(kind, path)
        elif getattr(kind, "__origin__", None) is dict:
            yield from below(kind.__args__[1], rf"{path}\.[^.]+")
        elif getattr(kind, "__origin__", None) in (tuple, list):
            yield from below(kind.__args__[0], rf"{path}\[\d+\]")


FIELDS = sorted({*fields(ClusterSpec, "cluster:"), *fields(AwsSettings, "aws:")})


def test_there_are_as_many_fields_as_ever():
    assert len(FIELDS) > 130


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_is_broken(field, told):
    assert any(re.fullmatch(rf"{field}([.\[].*)?", path) for path in told[0])
