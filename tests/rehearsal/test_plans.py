"""What the engine writes into plans and event logs: how far both can be trusted with secrets."""

import dataclasses

import pytest

from ops.pipeline.changes import changes
from ops.pipeline.log import read_log
from ops.pipeline.markdown import comment
from tests.rehearsal.engine import Project, embedded_aws
from tests.unit.test_pipeline_plan import a_summary

SECRET = "correct-horse-battery"  # noqa: S105  the test's own
PROGRAM = """
word = pulumi.Output.secret(choose("WORD", "nothing"))
aws.kms.Key("key", description=word, opts=mine)
"""
DEBUG = {"PULUMI_DEBUG_COMMANDS": "true"}  # the engine hides --event-log without it


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    """A project whose program has a secret that changes, and the plan of that change."""
    folder = tmp_path_factory.mktemp("plans")
    (folder / "project").mkdir()
    with embedded_aws(folder) as aws:
        project = Project(folder / "project", aws.url)
        project.write(PROGRAM)
        project.up()
        plan, events = folder / "plan.json", folder / "events.json"
        project.succeed(
            *("preview", "--save-plan", str(plan), "--event-log", str(events)), WORD=SECRET, **DEBUG
        )
        yield project, plan, events


def test_a_secret_is_in_no_file(planned):
    _, plan, events = planned
    assert SECRET not in plan.read_text()
    assert "ciphertext" in plan.read_text(), "the plan has it encrypted"
    assert SECRET not in events.read_text()
    assert "[secret]" in events.read_text()


def test_a_secret_is_not_in_the_comment(planned):
    found = changes(read_log(planned[2]).steps)
    assert {it.name for it in found} == {"key"}
    told = comment(dataclasses.replace(a_summary(), changes=found))
    assert "`description`" in told
    assert SECRET not in told


def test_the_engine_holds_itself_to_its_plan(planned):
    project, plan, _ = planned
    refused = project.fail("--plan", str(plan), WORD="another")
    assert "violates plan" in refused
    done = project.run("up", "--yes", "--skip-preview", "--plan", str(plan), WORD=SECRET)
    assert done.returncode == 0, done.stdout + done.stderr
