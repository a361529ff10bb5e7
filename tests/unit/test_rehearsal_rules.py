"""The rules of the embedded AWS as they are written down for people."""

import importlib
import inspect
import pkgutil

import pytest

import rehearsal.aws.eks.rules
from rehearsal.aws.rules import rule
from tools import rehearsal_rules

PREFIX = "rehearsal.aws.eks.rules."


def test_the_page_of_rules_is_current():
    page = rehearsal_rules.PAGE.read_text(encoding="utf-8")
    assert page == rehearsal_rules.page(), "run: python -m tools.rehearsal_rules"


def test_every_rule_says_its_demand_in_one_sentence():
    for one in rehearsal_rules.rules():
        assert one.demand.endswith("."), one.name
        assert ". " not in one.demand, one.name


def test_all_that_is_public_among_the_rules_of_eks_is_a_rule():
    registered = {(one.module, one.name) for one in rehearsal_rules.rules()}
    for found in pkgutil.iter_modules(rehearsal.aws.eks.rules.__path__, PREFIX):
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == found.name and not name.startswith("_"):
                assert (found.name, name) in registered, f"{found.name}.{name} has no @rule"


def test_a_rule_without_a_page_of_aws_is_refused():
    with pytest.raises(ValueError, match="where AWS makes it"):

        @rule(ValueError)
        def is_so() -> None:
            """It is so."""
