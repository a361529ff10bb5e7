"""What a plan tells a reviewer, and what it lets be carried out."""

import datetime
import json
import re

import pytest

from ops.pipeline import basis as basis_module
from ops.pipeline.approved import not_approved
from ops.pipeline.basis import Basis, basis
from ops.pipeline.changes import changes
from ops.pipeline.costs import cost
from ops.pipeline.deploy import deploy
from ops.pipeline.folder import PlanFolder
from ops.pipeline.log import Finding, Step, read_log
from ops.pipeline.markdown import comment
from ops.pipeline.plan_file import make_usable
from ops.pipeline.risks import LEVELS, risk
from ops.pipeline.summary import Summary, read_summary, write_summary
from ops.recover.finders import FINDERS
from ops.recover.state import UNKNOWN
from ops.user_error import UserError
from spec.facts import tables

CLUSTER, GROUP = "aws:eks/cluster:Cluster", "aws:eks/nodeGroup:NodeGroup"
KEY, LOGS = "aws:kms/key:Key", "aws:cloudwatch/logGroup:LogGroup"
TODAY = datetime.date(2026, 12, 1)


def step(type_, operation, name="x", *, keys=(), old=None, new=None, custom=True):
    return Step(
        urn=f"urn:pulumi:dev::eks-cluster::{type_}::{name}",
        type=type_,
        operation=operation,
        engine_operation=operation,
        custom=custom,
        old=old or {},
        new=new or {},
        keys=tuple(keys),
    )


def a_basis(**other):
    return Basis(
        **{"commit": "c", "program": "p", "stack_file": "s", "lock": "l", "state": "t"} | other
    )


def a_summary(*steps, **other):
    return Summary(
        **{
            "stack": "dev",
            "made": "2026-12-01T05:00:00+00:00",
            "basis": a_basis(),
            "plan": "hash",
            "changes": changes(steps),
            "lock": (),
        }
        | other
    )


# Risks


def test_every_row_says_what_is_at_risk_and_where_from():
    for row in tables.read("change_risks", basis_module.ROOT / "ops" / "pipeline"):
        assert row["risk"] in LEVELS
        assert row["operation"] in {"create", "update", "replace", "delete"}
        assert row["type"] in {*FINDERS, "*"}
        assert row["reason"].endswith(".")
        assert re.fullmatch(r"https://[\w.-]+/\S+", row["source"])


@pytest.mark.parametrize(
    ("type_", "operation", "keys", "level"),
    [
        (CLUSTER, "replace", ["bootstrapSelfManagedAddons"], "data loss"),
        (CLUSTER, "update", ["version"], "high"),
        (CLUSTER, "update", ["tags.Name"], "low"),
        (KEY, "delete", [], "data loss"),
        (LOGS, "update", ["retentionInDays"], "high"),
        ("aws:ec2/vpc:Vpc", "replace", ["cidrBlock"], "data loss"),
        (GROUP, "update", ["releaseVersion"], "medium"),
        (GROUP, "update", ["tags.Name", "releaseVersion"], "medium"),
        (GROUP, "update", ["updateConfig.maxUnavailable"], "medium"),
        ("aws:ec2/tag:Tag", "create", [], "low"),
    ],
)
def test_risk(type_, operation, keys, level):
    assert risk(type_, operation, keys).level == level


# Changes


def test_the_gravest_comes_first_and_components_are_left_out():
    found = changes(
        [
            step("aws:ec2/tag:Tag", "create", "a"),
            step("eks-cluster:index:Cluster", "create", custom=False),
            step(GROUP, "update", "b", keys=["version"]),
            step(CLUSTER, "replace", "c", keys=["name"]),
        ]
    )
    assert [it.name for it in found] == ["c", "b", "a"]


def test_values_are_told_only_of_what_is_harmless():
    old = {"version": "1.35", "userData": "old secret", "scalingConfig": {"desiredSize": 2}}
    new = {"version": "1.36", "userData": "new secret", "scalingConfig": {"desiredSize": UNKNOWN}}
    keys = ["version", "userData", "scalingConfig.desiredSize"]
    (found,) = changes([step(GROUP, "update", keys=keys, old=old, new=new)])
    assert found.keys == (
        "version: 1.35 -> 1.36",
        "userData",
        "scalingConfig.desiredSize: 2 -> known only then",
    )


def test_the_steps_of_a_replacement_are_one_change(tmp_path):
    def event(number, op, **more):
        step = {"op": op, "urn": "u::x", "type": GROUP, "new": {"custom": True}, **more}
        told = {"sequence": number, "timestamp": 1, "resourcePreEvent": {"metadata": step}}
        return json.dumps(told)

    log = tmp_path / "events.json"
    log.write_text(
        "\n".join(
            [
                event(1, "create-replacement", keys=["amiType"]),
                event(2, "replace", keys=["amiType"]),
                event(3, "delete-replaced"),
                '{"cut off',
            ]
        )
    )
    (found,) = changes(read_log(log).steps)
    assert (found.operation, found.keys) == ("replace", ("amiType",))


# What was approved


APPROVED = changes(
    [
        step(GROUP, "create", "new"),
        step(GROUP, "update", "old", keys=["version", "releaseVersion"]),
        step(KEY, "replace", "key"),
    ]
)


@pytest.mark.parametrize(
    ("now", "covered"),
    [
        (step(GROUP, "create", "new"), True),
        (step(GROUP, "update", "new", keys=["tags"]), True),
        (step(GROUP, "delete", "new"), False),
        (step(GROUP, "update", "old", keys=["version"]), True),
        (step(GROUP, "update", "old", keys=["taints"]), False),
        (step(GROUP, "replace", "old", keys=["version"]), False),
        (step(KEY, "delete", "key"), True),
        (step(KEY, "delete", "another"), False),
    ],
)
def test_only_what_was_approved_is_carried_out(now, covered):
    assert (list(not_approved(APPROVED, changes([now]))) == []) is covered


def test_a_plan_of_something_else_says_of_what():
    planned = a_basis(commit="a" * 40, lock="1" * 64)
    told = list(planned.differences(a_basis(commit="b" * 40, lock="2" * 64, state="another")))
    assert told == [
        f"commit: planned {'a' * 12}, here {'b' * 12}",
        f"lock file: planned {'1' * 12}, here {'2' * 12}",
    ]


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """A plan of the stack in the current folder, which no engine is needed to refuse."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {}\n")
    folder = PlanFolder.of("dev", None)
    folder.path.mkdir(parents=True)
    folder.plan.write_text("{}")
    made_of = basis(tmp_path / "Pulumi.dev.yaml", {"deployment": {}})
    hash_ = basis_module.file_hash(folder.plan)
    write_summary(folder, a_summary(step(GROUP, "create"), basis=made_of, plan=hash_))
    return folder


@pytest.mark.parametrize(
    ("break_", "said"),
    [
        (lambda it: it.summary.unlink(), "run `python -m ops plan` first"),
        (lambda it: it.summary.write_text("[]"), "is no summary of a plan"),
        (lambda it: it.plan.write_text("{ }"), "plan anew"),
        (lambda it: it.plan.unlink(), "nothing in .plan/dev to carry out"),
        (
            lambda it: (it.path / "../../Pulumi.dev.yaml").resolve().write_text("config: {a: b}\n"),
            "stack file: planned",
        ),
        (lambda it: write_summary(it, a_summary(stack="prod")), "is of the stack prod, not dev"),
        (lambda it: write_summary(it, a_summary(plan="")), "making the plan failed"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(planned, break_, said):
    break_(planned)
    with pytest.raises(UserError, match=re.escape(said)):
        deploy("dev", None)


def test_a_summary_is_read_as_it_was_written(planned):
    (change,) = read_summary(planned).changes
    assert (change.operation, change.type, change.risk.level) == ("create", GROUP, "low")


# Costs


def test_costs_before_and_after():
    there = {"c": (CLUSTER, {"version": "1.36"}), "g": (GROUP, {})}
    group = {"instanceTypes": ["m7i.large"], "scalingConfig": {"desiredSize": 2}}
    spot = {**group, "capacityType": "SPOT"}
    found = cost(
        there,
        [
            step(GROUP, "create", "on-demand", new=group),
            step(GROUP, "create", "spot", new=spot),
            step("aws:ec2/natGateway:NatGateway", "create", new={"subnetId": "s"}),
        ],
        "us-east-1",
        TODAY,
    )
    assert round(found.before, 2) == 73
    assert round(found.after, 2) == round(73 + 2 * 0.1008 * 730 + 0.045 * 730, 2)
    assert found.unknown == {"m7i.large (spot)": 2}
    elsewhere = cost(there, [step(GROUP, "create", new=group)], "ap-northeast-2", TODAY)
    assert (round(elsewhere.after, 2), elsewhere.unknown) == (73, {"m7i.large": 2})


def test_extended_support_costs_more():
    there = {"c": (CLUSTER, {"version": "1.36"})}
    late = cost(there, [], "eu-central-1", datetime.date(2027, 9, 1))
    assert round(late.after) == 438


# The comment


def test_a_long_plan_fits_into_a_comment_and_says_what_it_leaves_out():
    steps = [step(GROUP, "delete", f"{'name' * 40}-{number}") for number in range(400)]
    told = comment(a_summary(*steps))
    assert len(told) < 65_536
    assert "And 300 more; the job's log lists all." in told
    assert "<details><summary>80 more of medium risk or above</summary>" in told


def test_what_others_have_written_is_no_markup():
    finding = Finding(
        policy="p|q",
        pack="x",
        level="mandatory",
        urn="",
        message="<img src=x> @everyone | [a](b)\n```",
    )
    told = comment(a_summary(findings=(finding,)))
    (row,) = [it for it in told.splitlines() if it.startswith("| mandatory")]
    assert "`p\\|q`" in row
    assert "<img" not in row.replace("\\<", "")
    assert "@everyone" not in row
    assert "1 findings, 1 of which refuse the change" in told


def test_a_failure_is_told_and_cannot_break_out_of_its_block():
    told = comment(a_summary(plan="", errors=("error: ```\nin the middle",)))
    assert "there is no plan" in told
    assert "````text\nerror: ```\nin the middle\n````" in told


# The engine's plan


def test_only_outputs_that_hold_a_resource_without_an_id_are_made_unknown(tmp_path):
    reference = {"4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e", "urn": "u"}
    outputs = {
        "core": {"cluster": {**reference, "id": ""}},
        "made": {**reference, "id": "i-1"},
        "name": "x",
    }
    goal = {"custom": False, "inputDiff": {"adds": {"a": 1}}, "outputDiff": {"adds": outputs}}
    of_provider = {**goal, "custom": True}
    file = tmp_path / "plan.json"
    plans = {"u": {"goal": goal}, "v": {"goal": of_provider}}
    file.write_text(json.dumps({"resourcePlans": plans}))
    make_usable(file)
    told = json.loads(file.read_text())["resourcePlans"]
    assert told["u"]["goal"]["outputDiff"]["adds"] == {**outputs, "core": UNKNOWN}
    assert told["u"]["goal"]["inputDiff"] == goal["inputDiff"]
    assert told["v"]["goal"] == of_provider
