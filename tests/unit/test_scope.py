"""docs/scope.md names fields that are there, and says why a feature is not."""

import re
from pathlib import Path

from tools import stack_schema

PAGE = (Path(__file__).parents[2] / "docs" / "scope.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| feature")
]
PATHS = set(stack_schema.paths(stack_schema.schema()))


def test_each_feature_has_a_field_or_a_reason():
    assert len(ROWS) > 40
    for feature, field, reason in ROWS:
        assert re.search(r"`[^`]+`|\*[^*]+\*", field), feature
        if "*" in field:
            assert reason, f"{feature} is left out without a reason"


def test_each_field_is_there():
    named = [it for _, field, _ in ROWS for it in re.findall(r"`([^`]+)`", field)]
    assert [it for it in named if f"cluster:{it}" not in PATHS] == []


def test_each_field_that_a_reason_names_is_there():
    texts = [reason for *_, reason in ROWS]
    named = [it for text in texts for it in re.findall(r"`([a-z]\w*\.[^`\s]+)`", text)]
    provider = [it for it in named if it.startswith("aws.")]
    assert [it for it in named if f"cluster:{it}" not in PATHS and it not in provider] == []


def test_each_field_of_the_three_groups_is_named():
    """What the stack file has, the page tells of: by itself, or by what it is a part of."""
    named = {it for _, field, _ in ROWS for it in re.findall(r"`([^`]+)`", field)}
    groups = ("network", "endpoint", "controlPlane", "access", "logging", "encryption", "iam")
    for path in (it.removeprefix("cluster:") for it in PATHS):
        if not path.startswith(tuple(f"{group}." for group in groups)):
            continue
        related = (path.startswith(it) or it.startswith(path) for it in named)
        assert any(related), path
