"""The order that is guaranteed, on all example stacks and on 500 random ones."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from components.order import AFTER, Step
from spec.model import ClusterSpec
from spec.model.broken import BrokenError
from spec.stack_file import read_stack_file
from tests import strategies
from tests.components.drawn import account_of, versioned
from tests.components.program import cluster, of_kind
from tests.components.recorder import Registered, record
from tests.components.stacks import KINDS
from tests.order import GUARANTEES, ONE_BY_ONE, PROFILE, Guarantee, broken, judged, without

ROOT = Path(__file__).parents[2]
FILES = [*sorted((ROOT / "docs" / "examples").glob("Pulumi.*.yaml")), ROOT / "Pulumi.dev.yaml"]

FULL = os.environ.get("EKS_CLUSTER_FUZZ") == "full"
AT_ONCE = 50
STACKS = 2_000 if FULL else 500

RANDOM = settings(
    max_examples=AT_ONCE,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)


def registered(spec: ClusterSpec, *, preview: bool = False) -> list[Registered]:
    made = record(lambda: cluster(spec), account=account_of(spec), preview=preview)
    return made.registered


@pytest.mark.parametrize("file", FILES, ids=lambda it: it.name.split(".")[1])
@pytest.mark.parametrize("preview", [False, True], ids=["update", "preview"])
def test_the_order_holds_for_each_example(file, preview):
    spec = read_stack_file(file).cluster
    assert broken(registered(spec, preview=preview), spec) == []


@pytest.mark.parametrize("number", range(STACKS // AT_ONCE))
def test_the_order_holds_for_random_stacks(number):
    said: set[str] = set()

    @seed(number)
    @RANDOM
    @given(stack=strategies.stacks())
    def holds(stack):
        spec = versioned(strategies.cluster(stack))
        try:
            found = registered(spec)
        except BrokenError:  # tags were drawn that the subnets of two tiers have
            assume(False)
        said.update(judged(found))
        assert broken(found, spec) == []

    holds()
    assert said == set(GUARANTEES), "too few kinds of stacks: some guarantees were not put to test"


CHAIN = Guarantee(first=lambda it: it.type == PROFILE, then=lambda it: it.type == PROFILE)


@pytest.mark.parametrize("kind", ["everything", "fargate", "workloads"])
@pytest.mark.parametrize("name", [*GUARANTEES, ONE_BY_ONE])
def test_an_order_that_lacks_an_edge_is_found(kind, name):
    made, spec = of_kind(kind).registered, strategies.cluster(KINDS[kind][0])
    assert broken(made, spec) == []
    guarantee = GUARANTEES.get(name, CHAIN)
    firsts = list(filter(guarantee.first, made))
    if not firsts or not any(map(guarantee.then, made)):
        pytest.skip("there is no such resource")
    cuts = [firsts] if guarantee.enough else [[it] for it in firsts]
    if guarantee is CHAIN:
        cuts.pop()  # nothing waits for the last
    for cut in cuts:
        lacking = without(made, lambda it, cut=cut: it in cut, guarantee.then)
        found = [it for it in broken(lacking, spec) if it.startswith(f"{name}: ")]
        assert found, f"nothing seems to be missing without {cut[0].urn}"


@pytest.mark.parametrize(
    ("steps", "predecessor", "name"),
    [
        (
            [Step.NODE_GROUPS],
            Step.ADDONS_BEFORE_NODES,
            "network plugin, proxy and Pod Identity agent before nodes",
        ),
        # A node group waits for its launch template anyway.
        ([Step.NODE_GROUPS, Step.LAUNCH_TEMPLATES], Step.EGRESS, "the way out before nodes"),
        ([Step.ADDONS_AFTER_NODES], Step.NODE_GROUPS, "a place for its pods before a Deployment"),
    ],
)
def test_a_program_that_declares_an_edge_less_is_found(monkeypatch, steps, predecessor, name):
    spec = read_stack_file(ROOT / "Pulumi.dev.yaml").cluster
    for step in steps:
        others = AFTER[step] - {predecessor}
        # What the predecessor waits for still comes before.
        monkeypatch.setitem(AFTER, step, others | (AFTER[predecessor] - {Step.LOG_GROUP}))
    assert {it.partition(": ")[0] for it in broken(registered(spec), spec)} == {name}
