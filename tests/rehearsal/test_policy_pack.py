"""The policy pack under the real engine: what keeps each rule, and what does not.

Resources that break a rule are those of tests/security: the production example with one change
after another. All of them are registered in one run, beside the example itself.
"""

import dataclasses
import datetime
import os
import subprocess
import sys
from pathlib import Path

import pytest

from policy import RULES, Resource, Resources, judge
from policy.rules.keys import KEY
from policy.tables import settings
from policy.unknown import UNKNOWN, marked
from spec import facts
from tests.rehearsal.policy_stack import PolicyStack
from tests.rehearsal.workspace import Workspace
from tests.security import recorded
from tests.security.mutations import MUTATIONS, PROVIDER, Mutation

MANDATORY = {name for name, it in facts.guardrails().items() if it.is_mandatory}


def example() -> list[Resource]:
    """What the production example asks the provider for, and the provider."""
    made = recorded.example("production")
    return [it for it in made if it.type.startswith(("aws:", "pulumi:providers:"))]


def renamed(resources: list[Resource], prefix: str) -> list[Resource]:
    """Resources under other names, that refer to each other as before."""
    urns = {it.urn: f"{it.urn}-{prefix}" for it in resources}
    return [
        dataclasses.replace(
            it,
            urn=urns[it.urn],
            name=f"{prefix}-{it.name}",
            provider=_provider(it.provider, urns),
            references={
                key: frozenset(urns.get(urn, urn) for urn in them)
                for key, them in it.references.items()
            },
        )
        for it in resources
    ]


def _provider(reference: str, urns: dict[str, str]) -> str:
    urn, _, id_ = reference.rpartition("::")
    return f"{urns.get(urn, urn)}::{id_}" if reference else ""


def broken(mutation: Mutation) -> list[Resource]:
    """Those of a changed example that break a rule, and what belongs to them."""
    changed = mutation.made(Resources(example()))
    before = {it.urn: it for it in example()}
    wanted: set[str] = {
        it.urn for it in changed if it.type == PROVIDER and it != before.get(it.urn)
    }
    seen: dict[str, int] = {}
    for finding in judge(changed, RULES):
        rule, resource = finding.rule, finding.resource
        seen[rule.id] = seen.get(rule.id, 0) + 1
        if seen[rule.id] > 2:
            continue
        wanted.add(resource.urn)
        if rule.of_stack:
            wanted |= {it.urn for it in changed.referring_to(resource)}
    return [it for it in changed if it.urn in wanted]


def nobody_knows(resources: list[Resource]) -> list[Resource]:
    """Resources of which nothing is known yet."""
    return [
        dataclasses.replace(
            it, properties=marked(dict.fromkeys(it.properties, UNKNOWN)), references={}
        )
        for it in resources
        if it.type != PROVIDER
    ]


BROKEN = {
    f"m{number}": (mutation, renamed(broken(mutation), f"m{number}"))
    for number, mutation in enumerate(MUTATIONS)
}
UNKNOWN_ONES = renamed(nobody_knows(example()), "unknown")


@pytest.fixture(scope="module")
def all_of_them(tmp_path_factory):
    """A preview of the example, of all that break a rule, and of what nobody knows yet."""
    stack = PolicyStack(tmp_path_factory.mktemp("stack"))
    registered = [*example(), *(it for _, them in BROKEN.values() for it in them), *UNKNOWN_ONES]
    stack.has(registered)
    return registered, stack.judged("preview")


def test_the_engine_tells_what_the_rules_find_and_nothing_else(all_of_them):
    registered, run = all_of_them
    found = [
        (it.rule.id, it.resource.type, it.resource.name, it.fault)
        for it in judge(Resources(registered), RULES)
    ]
    told = [(it.rule, it.type, it.name, it.message.splitlines()[1]) for it in run.violations]
    assert sorted(told) == sorted(found)
    assert run.code != 0


def test_the_production_example_keeps_every_rule(all_of_them):
    names = {(it.type, it.name) for it in example()}
    assert [it for it in all_of_them[1].violations if (it.type, it.name) in names] == []


@pytest.mark.parametrize("number", BROKEN, ids=lambda it: BROKEN[it][0].id)
def test_what_breaks_a_rule_is_told(all_of_them, number):
    mutation, copies = BROKEN[number]
    names = {(it.type, it.name) for it in copies}
    told = {it.rule for it in all_of_them[1].violations if (it.type, it.name) in names}
    assert mutation.rules <= told


def test_every_rule_is_told_of_at_its_level_with_the_setting_that_decides(all_of_them):
    told = all_of_them[1].violations
    assert {it.rule for it in told} == {it.id for it in RULES}
    demands = {it.id: it.demand for it in RULES}
    for it in told:
        assert it.level == ("mandatory" if it.rule in MANDATORY else "advisory"), it.rule
        lines = it.message.splitlines()
        assert lines[0] == demands[it.rule]
        assert lines[2:] == [f"Stack file: {settings()[it.rule].setting}"]


def test_of_what_nobody_knows_yet_nothing_is_told_that_may_be_right(all_of_them):
    told = {it.rule for it in all_of_them[1].violations if it.name.startswith("unknown-")}
    alone = {"vpc_flow_logs", "default_sg_closed", "sg_attached", "eip_attached"}
    assert told == alone, "they have nothing else, whatever their values"


@pytest.fixture
def stack(tmp_path):
    return PolicyStack(tmp_path)


def key(name: str) -> Resource:
    """A key that does not rotate."""
    good = next(it for it in example() if it.type == KEY)
    properties = {**good.properties, "enableKeyRotation": False}
    return dataclasses.replace(
        good, urn=f"urn:{name}", name=name, properties=properties, references={}
    )


def with_provider(*resources: Resource) -> list[Resource]:
    return [it for it in example() if it.type == PROVIDER] + list(resources)


def test_what_becomes_known_is_judged_before_it_is_made(stack):
    stack.has(with_provider(key("late")), {"late": ["enableKeyRotation"]})
    preview = stack.judged("preview")
    assert preview.code == 0, preview.output
    assert preview.violations == ()
    up = stack.judged("up", "--yes", "--skip-preview")
    assert up.code != 0
    (violation,) = up.violations
    assert (violation.rule, violation.name) == ("kms_rotation", "late")
    made = {name.rpartition("::")[2] for name in stack.resources()}
    assert "seed" in made
    assert "late" not in made


def test_a_waiver_holds_for_its_rule_and_resource_until_its_day(stack):
    today = datetime.datetime.now(tz=datetime.UTC).date()
    ended = today - datetime.timedelta(days=1)
    stack.has(with_provider(key("waived"), key("ended"), key("other")))
    stack.waives(
        # YAML takes the first for a date, the second is text.
        f"{{rule: kms_rotation, resource: waived, reason: 'moves in spring', until: {today}}}",
        f"{{rule: kms_rotation, resource: ended, reason: 'moved in autumn', until: '{ended}'}}",
        "{rule: kms_window, resource: other, reason: 'another rule', until: 2999-12-31}",
    )
    run = stack.judged("preview")
    assert run.code != 0
    told = {it.name: (it.level, it.message.splitlines()[3:]) for it in run.violations}
    assert told == {
        "waived": ("advisory", [f"Waived until {today}: moves in spring"]),
        "ended": ("mandatory", [f"Its waiver ended on {ended}: moved in autumn"]),
        "other": ("mandatory", []),
    }
    assert f"Waived until {today}: moves in spring" in run.output

    stack.has(with_provider(key("waived")))
    up = stack.judged("up", "--yes")
    assert up.code == 0, up.output
    assert {it.level for it in up.violations} == {"advisory"}


def test_a_rehearsed_stack_is_refused_before_anything_is_made_and_made_with_a_waiver(tmp_path):
    workspace = Workspace(tmp_path / "eks-cluster", policy=True)
    told = workspace.stack_file.read_text().splitlines()
    at = told.index("config:") + 1
    assert not any("cluster:logging" in it or "cluster:policy" in it for it in told)
    lines = [*told[:at], "  cluster:logging: {types: [api]}", *told[at:]]
    workspace.stack_file.write_text("\n".join(lines) + "\n")
    try:
        refused = workspace.rehearse()
        assert refused.returncode != 0
        assert "[mandatory] [severity: medium]  cluster_logs_all" in refused.stdout
        assert "enabledClusterLogTypes is without audit, authenticator" in refused.stdout
        assert "Stack file: `logging.types`: all five" in refused.stdout
        assert "Traceback" not in refused.stdout + refused.stderr
        assert workspace.inventory() == []

        waiver = "rule: cluster_logs_all, reason: nobody reads them, until: 2999-12-31"
        lines.insert(at, f"  cluster:policy: {{waivers: [{{{waiver}}}]}}")
        workspace.stack_file.write_text("\n".join(lines) + "\n")
        made = workspace.rehearse("--skip-preview")
        assert made.returncode == 0, made.stdout + made.stderr
        assert "[advisory] [severity: medium]  cluster_logs_all" in made.stdout
        assert "Waived until 2999-12-31: nobody reads them" in made.stdout
        assert "[mandatory]" not in made.stdout
    finally:
        workspace.end()


def test_the_program_says_what_is_wrong_with_a_waiver_not_the_pack(tmp_path):
    """With the very command of the documentation, in the folder of the project."""
    workspace = Workspace(tmp_path / "eks-cluster")
    (tmp_path / "backend").mkdir()
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{tmp_path / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }

    def pulumi(*arguments: str) -> str:
        return subprocess.run(
            ["pulumi", *arguments, "--color", "never", "--non-interactive"],
            cwd=workspace.path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        ).stdout

    pulumi("stack", "init", "dev")
    waivers = "{rule: tags, reason: x, until: 2999-12-31}, {rule: imds, reason: '', until: soon}"
    workspace.edit("config:\n", f"config:\n  cluster:policy: {{waivers: [{waivers}]}}\n")
    told = pulumi("preview", "--policy-pack", "policy")
    for message in (
        'cluster:policy.waivers[1].rule: "imds" is not a rule; did you mean "imdsv2"?',
        "cluster:policy.waivers[1].reason: must not be empty",
        'cluster:policy.waivers[1].until: must be a day such as 2027-03-31, not "soon"',
    ):
        line = [it for it in told.splitlines() if message in it][-1]  # in "Diagnostics:"
        assert line.strip().removeprefix("error: ").startswith("Pulumi.dev.yaml:"), line
    assert "Traceback" not in told
    assert "Exception" not in told
