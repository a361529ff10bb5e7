"""The orders that bench/makespan compares: their tables, and how long they take."""

import pytest

from bench.makespan import orders
from bench.makespan.__main__ import OTHERS, measure
from bench.makespan.orders import DIRECTIONS, Step, makespan, read_order
from ops.report.events import Operation
from ops.report.schedule import Step as Placed
from spec import facts

SECONDS = {name: it.seconds for name, it in facts.durations().items()}


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", ["bound", *OTHERS])
def test_every_step_of_an_order_has_a_source_and_takes_its_time(name, direction):
    steps = read_order(name, direction)
    assert {"control plane", "node group"} <= steps.keys()
    for step in steps.values():
        assert step.source.startswith("https://"), step
        assert step.seconds > 0, step


def test_the_bound_is_control_plane_node_group_and_coredns():
    chain = ["cluster.create", "nodegroup.create", "addon.create.deployment"]
    assert makespan(read_order("bound", "create")) == sum(SECONDS[it] for it in chain)
    back = SECONDS["nodegroup.delete"] + SECONDS["cluster.delete"]
    assert makespan(read_order("bound", "destroy")) == back


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("name", OTHERS)
def test_no_order_is_faster_than_the_bound(name, direction):
    assert makespan(read_order(name, direction)) >= makespan(read_order("bound", direction))


def test_steps_that_wait_for_nobody_run_side_by_side():
    def step(name, seconds, *after):
        return Step(name=name, seconds=seconds, after=after, source="")

    steps = [step("a", 5), step("b", 7), step("c", 1, "a"), step("d", 2, "a", "b")]
    assert makespan({it.name: it for it in steps}) == 9


def test_an_order_that_waits_for_what_comes_later_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(orders, "FOLDER", tmp_path)
    (tmp_path / "wrong.tsv").write_text(
        "direction\tstep\tduration\tafter\tsource\ncreate\ta\t1\tb\thttps://a\n"
    )
    with pytest.raises(ValueError, match="a precedes what it waits for"):
        read_order("wrong", "create")


def test_ours_is_measured_against_the_bound():
    def placed(seconds):
        operation = Operation(
            urn="u::n", type="t", kind="create", begun=0, ended=1, inputs={}, changed=frozenset()
        )
        return Placed(operation=operation, starts=0.0, ends=seconds, after=None)

    bound = makespan(read_order("bound", "create"))
    found = measure({"create": [placed(2 * bound)], "destroy": [placed(1.0)]})
    assert found["orders"]["eks-cluster"]["create"]["ratio"] == 2
    assert found["path"]["create"] == [{"name": "n", "type": "t", "seconds": 2 * bound}]
