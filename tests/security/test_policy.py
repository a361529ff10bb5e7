"""What the policy pack makes of rules and waivers, without an engine."""

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto import analyzer_pb2_grpc

from policy import RULES, Finding, Resource, Resources, judge
from policy.pack.resources import registered
from policy.pack.server import Analyzer
from policy.unknown import UNKNOWN, marked
from policy.waivers import read, ruling
from spec import facts
from tests.components.program import run
from tests.components.stacks import stack
from tests.security import recorded
from tests.security.mutations import MUTATIONS

PACK = Path(__file__).parents[2] / "policy"
TODAY = datetime.date(2027, 1, 1)
BY_ID = {it.id: it for it in RULES}


def alone(resource, stack):
    """What a resource is among when the engine is about to make it."""
    provider = stack.provider_of(resource)
    return Resources([resource, *([provider] if provider else [])])


@pytest.mark.parametrize("rule", [it for it in RULES if not it.of_stack], ids=lambda it: it.id)
def test_a_rule_that_is_not_of_the_stack_needs_the_resource_alone(rule):
    production = recorded.example("production")
    for among in (production, *(it.made(production) for it in MUTATIONS if rule.id in it.rules)):
        for resource in among:
            if rule.looks_at(resource):
                verdict = rule.judge(resource, alone(resource, among))
                assert verdict == rule.judge(resource, among)


@pytest.mark.parametrize("rule", [it for it in RULES if it.of_stack], ids=lambda it: it.id)
def test_a_rule_of_the_stack_needs_more_than_the_resource(rule):
    production = recorded.example("production")
    looked_at = [it for it in production if rule.looks_at(it)]
    assert any(rule.judge(it, alone(it, production)).faults for it in looked_at)


@pytest.mark.parametrize("rule", RULES, ids=lambda it: it.id)
def test_no_rule_stumbles_over_what_nobody_knows(rule):
    """Each property of each resource in turn, and each part of it."""
    production = recorded.example("production")
    for resource in production:
        if not rule.looks_at(resource):
            continue
        for name in resource.properties:
            for changed in unknown_somewhere(resource.properties[name]):
                properties = marked({**resource.properties, name: changed})
                partly = Resource(
                    urn=resource.urn,
                    type=resource.type,
                    name=resource.name,
                    properties=properties,
                    references=resource.references,
                    provider=resource.provider,
                )
                others = (it for it in production if it.urn != resource.urn)
                assert rule.judge(partly, Resources([partly, *others])).faults == ()


def unknown_somewhere(value):
    yield UNKNOWN
    if isinstance(value, dict):
        for key, inner in value.items():
            for changed in unknown_somewhere(inner):
                yield {**value, key: changed}
    if isinstance(value, list):
        for index, inner in enumerate(value):
            for changed in unknown_somewhere(inner):
                yield [*value[:index], changed, *value[index + 1 :]]


def test_what_is_wrong_whatever_is_unknown_is_told():
    rule = BY_ID["cluster_logs_all"]
    properties = marked({"enabledClusterLogTypes": ["api"], "version": UNKNOWN})
    cluster = Resource(urn="c", type=rule.types[0], name="c", properties=properties)
    verdict = rule.judge(cluster, Resources([cluster]))
    assert verdict.faults
    assert verdict.is_final


def test_what_is_not_known_yet_is_no_final_word():
    rule = BY_ID["kms_rotation"]
    key = Resource(
        urn="k", type=rule.types[0], name="k", properties=marked({"enableKeyRotation": UNKNOWN})
    )
    assert not rule.judge(key, Resources([key])).is_final


def test_a_fault_of_a_rule_itself_is_not_hidden():
    role = Resource(urn="r", type="aws:iam/role:Role", name="r", properties=marked({}))
    with pytest.raises(KeyError):
        BY_ID["role_trust"].judge(role, Resources([role]))


def test_the_table_of_guardrails_has_every_rule_in_order():
    assert list(facts.guardrails()) == [it.id for it in RULES]
    table = (Path(facts.__file__).parent / "guardrails" / "rules.tsv").read_text()
    levels = {line.split("\t")[1] for line in table.splitlines() if not line.startswith("#")}
    assert levels == {"level", "mandatory", "advisory"}


def test_what_a_stack_does_not_keep_that_says_nothing_is_advised_only():
    broken = {it.rule.id for it in judged("minimal")}
    assert broken
    assert not any(facts.guardrails()[it].is_mandatory for it in broken)


@pytest.mark.parametrize("name", recorded.names())
def test_no_example_is_refused(name):
    assert [str(it) for it in judged(name) if facts.guardrails()[it.rule.id].is_mandatory] == []


def judged(name):
    return judge(recorded.example(name), RULES)


def finding(rule="imdsv2", name="dev"):
    resource = Resource(urn=f"urn:{name}", type="t", name=name, properties={})
    return Finding(rule=BY_ID[rule], resource=resource, fault="is not so")


def ruled(*waivers, rule="imdsv2", today=TODAY):
    return ruling(finding(rule), read(json.dumps({"waivers": waivers})), today)


def waiver(until="2027-01-01", **other):
    return {"rule": "imdsv2", "reason": "moves in spring", "until": until, **other}


def test_a_waiver_makes_a_mandatory_rule_advise_until_its_last_day():
    assert ruled().is_mandatory
    assert not ruled(waiver()).is_mandatory
    assert ruled(waiver()).note == "Waived until 2027-01-01: moves in spring"
    ended = ruled(waiver(), today=datetime.date(2027, 1, 2))
    assert ended.is_mandatory
    assert ended.note == "Its waiver ended on 2027-01-01: moves in spring"


def test_a_waiver_is_of_its_rule_and_resource():
    assert not ruled(waiver(resource="dev")).is_mandatory
    assert ruled(waiver(resource="prod")).is_mandatory
    assert ruled(waiver(rule="imds_hop_1")).note == ""


def test_of_two_waivers_the_longer_counts():
    both = ruled(waiver("2026-01-01"), waiver("2028-01-01", resource="dev", reason="vendor"))
    assert both.note == "Waived until 2028-01-01: vendor"


def test_a_rule_that_is_never_waived_stays_mandatory_whoever_says_so():
    told = ruled(waiver(rule="no_secret_userdata"), rule="no_secret_userdata")
    assert told.is_mandatory
    assert told.note == ""


def test_a_day_that_the_engine_made_a_time_of_is_the_day():
    assert not ruled(waiver("2027-01-01 00:00:00 +0000 UTC")).is_mandatory
    assert not ruled(waiver("2027-01-01T00:00:00Z")).is_mandatory


def test_the_pack_starts_as_the_official_language_host_starts_it(tmp_path):
    """https://github.com/pulumi/pulumi/tree/v3.259.0/sdk/python/cmd/pulumi-language-python"""
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(PACK)]
    kept = {name: it for name, it in os.environ.items() if not name.startswith("PULUMI_")}
    with subprocess.Popen(
        command, cwd=PACK, env=kept, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            port = int(process.stdout.readline())
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                stub = analyzer_pb2_grpc.AnalyzerStub(channel)
                stub.ConfigureStack(messages.AnalyzerStackConfigureRequest(stack="dev"))
                info = stub.GetAnalyzerInfo(Empty())
        finally:
            process.terminate()
    assert [it.name for it in info.policies] == [it.id for it in RULES]
    told = {it.name: it for it in info.policies}
    assert told["imdsv2"].enforcementLevel == messages.MANDATORY
    assert told["tags"].enforcementLevel == messages.ADVISORY
    assert told["vpc_flow_logs"].policy_type == messages.POLICY_TYPE_STACK
    assert "network.flowLogs.trafficType" in told["vpc_flow_logs"].remediation_steps


@pytest.mark.parametrize(
    "said", ["", "7", "x", "[]", '{"waivers": 1}', '{"waivers": [{}]}', '{"waivers": [7]}']
)
def test_what_is_no_waiver_excuses_nothing_and_leaves_the_word_to_the_program(said):
    pack = Analyzer()
    config = {"cluster:policy": said}
    pack.ConfigureStack(messages.AnalyzerStackConfigureRequest(config=config), None)
    key = messages.AnalyzeRequest(urn="urn:k", type="aws:kms/key:Key", name="k")
    levels = {it.policyName: it.enforcementLevel for it in pack.Analyze(key, None).diagnostics}
    assert levels["kms_rotation"] == messages.MANDATORY


def test_what_the_pack_is_handed_is_unwrapped():
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    late = {"4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4"}
    request = messages.AnalyzeRequest(urn="urn:k", type="aws:kms/key:Key", name="k")
    request.properties.update(
        {
            "enableKeyRotation": {**secret, "value": True},
            "deletionWindowInDays": 30,
            "policy": "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
            "tags": {**late},
            "multi": [1.5, None, "text", {**late, "value": "known"}],
        }
    )
    read_as = registered(request).properties
    assert read_as["enableKeyRotation"] is True
    assert str(read_as["deletionWindowInDays"]) == "30"
    assert read_as["policy"] is UNKNOWN
    assert read_as["tags"] is UNKNOWN
    assert list(read_as["multi"]) == [1.5, None, "text", "known"]
    answer = Analyzer().Analyze(request, None)
    assert [it.policyName for it in answer.diagnostics] == []
    assert {it.policy_name for it in answer.not_applicable} == {"kms_policy", "tags"}


def test_no_well_known_workload_is_refused():
    accounts = {
        name.lower(): {
            "namespace": "kube-system",
            "serviceAccount": name.lower(),
            "wellKnown": [name],
            **({"hostedZones": ["Z0123456789ABC"]} if "hostedZones" in policy.needs else {}),
        }
        for name, policy in facts.workload_policies().items()
    }
    resources = recorded.resources(run(stack(serviceAccounts=accounts)).registered)
    broken = {it.rule.id for it in judge(resources, RULES)}
    assert "iam_resources" in broken, "AWS's own policies do: it is told"
    assert not any(facts.guardrails()[it].is_mandatory for it in broken)
