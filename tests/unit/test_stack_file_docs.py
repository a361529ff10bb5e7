"""The page that describes the stack file: current, whole, and true."""

import re
from pathlib import Path

import pytest
import yaml

from spec.model.rules import RULES
from spec.stack_file import parse_stack_file
from tools import stack_file_docs, stack_schema

ROOT = Path(__file__).parents[2]
PAGE = stack_file_docs.PAGE.read_text(encoding="utf-8")


def anchors(page: str) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    titles = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


def test_the_page_is_current():
    assert stack_file_docs.page() == PAGE, "run: python -m tools.stack_file_docs"


def test_every_field_has_a_row():
    rows = re.findall(r"^\| `([^`]+)` \|", PAGE, re.MULTILINE)
    fields = [path.rpartition(".")[2] for path in stack_schema.paths(stack_schema.schema())]
    named = {it for it in fields if not it.startswith("cluster:") and it != "tags"}
    assert named - set(rows) == set()


def test_links_within_the_page_lead_somewhere():
    assert set(re.findall(r"\(#([^)]*)\)", PAGE)) - anchors(PAGE) == set()


def test_links_of_the_readme_lead_into_the_page():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\(docs/stack-file\.md#([^)]*)\)", readme))
    assert linked
    assert linked - anchors(PAGE) == set()


def test_files_that_the_page_links_are_there():
    for link in set(re.findall(r"\]\((?!https:|#)([^)]+)\)", PAGE)):
        assert (stack_file_docs.PAGE.parent / link).exists(), link


def test_the_smallest_example_is_right():
    assert parse_stack_file("Pulumi.dev.yaml", stack_file_docs.MINIMAL).cluster.name == "dev"


def test_the_readme_shows_a_file_that_is_right():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    assert parse_stack_file("Pulumi.dev.yaml", shown).cluster.name == "dev"


@pytest.mark.parametrize("example", stack_file_docs.EXAMPLES.values(), ids=stack_file_docs.EXAMPLES)
def test_every_example_is_right(example):
    config = yaml.safe_load(stack_file_docs.MINIMAL)["config"]
    whole = {"config": {**config, **yaml.safe_load(example)}}
    parse_stack_file("Pulumi.dev.yaml", yaml.safe_dump(whole))


def test_every_rule_is_told_in_sentences():
    for rule in RULES:
        assert rule.__doc__ is not None
        assert "`" in rule.__doc__, f"{rule.__name__} names no field"
