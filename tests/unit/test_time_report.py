"""The report of what a run takes: reading, scheduling, critical path, and how it is shown."""

import importlib.util
import itertools
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ops import report
from ops.report.durations import _rows, typical
from ops.report.events import Operation, read_events
from ops.report.graph import read_graph
from ops.report.picture import svg
from ops.report.report import make_report
from ops.report.text import duration, full, summary
from ops.user_error import UserError
from spec import facts

PROVIDER = "urn:pulumi:dev::eks-cluster::pulumi:providers:aws::aws"
STACK = "urn:pulumi:dev::eks-cluster::pulumi:pulumi:Stack::eks-cluster-dev"
PULUMI_AWS = Path(importlib.util.find_spec("pulumi_aws").origin).parent
SVG = "{http://www.w3.org/2000/svg}"
T = {name: it.seconds for name, it in facts.durations().items()}


def parsed(drawn):
    return ET.fromstring(drawn)  # noqa: S314  our own


def urn(name):
    return f"urn:pulumi:dev::eks-cluster::{TYPES.get(name, name)}::{name}"


TYPES = {
    "cluster": "aws:eks/cluster:Cluster",
    "cni": "aws:eks/addon:Addon",
    "coredns": "aws:eks/addon:Addon",
    "nodes": "aws:eks/nodeGroup:NodeGroup",
    "nat": "aws:ec2/natGateway:NatGateway",
    "vpc": "aws:ec2/vpc:Vpc",
    "role": "aws:iam/role:Role",
    "network": "eks-cluster:index:Network",
    "addons": "eks-cluster:index:Addons",
}
INPUTS = {"cni": {"addonName": "vpc-cni"}, "coredns": {"addonName": "coredns"}}


class Stack:
    """A stack's state and the log of one run, as the engine writes them."""

    def __init__(self, folder):
        self.folder = folder
        self.resources = [
            {"urn": STACK, "type": "pulumi:pulumi:Stack", "custom": False},
            {"urn": PROVIDER, "type": "pulumi:providers:aws", "custom": True, "parent": STACK},
        ]
        self.log = []

    def has(self, name, *needs, parent=None, custom=True):
        provider = {"provider": f"{PROVIDER}::1234"} if custom else {}
        self.resources.append(
            {
                "urn": urn(name),
                "type": TYPES[name],
                "custom": custom,
                "parent": urn(parent) if parent else STACK,
                "dependencies": [urn(it) for it in needs],
                **provider,
            }
        )

    def event(self, what, at, **content):
        self.log.append({"sequence": len(self.log), "timestamp": at, what: content})

    def step(self, name, op, begun, ended, **more):
        metadata = {"op": op, "urn": urn(name), "type": TYPES[name], "old": None, "new": None}
        metadata["old" if op == "delete" else "new"] = {"inputs": INPUTS.get(name, {})}
        metadata |= more
        self.event("resourcePreEvent", begun, metadata=metadata)
        if ended is not None:
            self.event("resOutputsEvent", ended, metadata=metadata)

    def summary(self, result="succeeded", *, preview=False):
        self.event("summaryEvent", 0, result=result, isPreview=preview)

    @property
    def state(self):
        file = self.folder / "state.json"
        file.write_text(json.dumps({"version": 3, "deployment": {"resources": self.resources}}))
        return file

    @property
    def events(self):
        file = self.folder / "events.json"
        file.write_text("".join(json.dumps(it) + "\n" for it in self.log))
        return file

    def report(self, speed=None):
        return make_report(read_events(self.events), read_graph([self.state]), speed)


@pytest.fixture
def stack(tmp_path):
    """A cluster with nodes, made in the order that the program declares."""
    stack = Stack(tmp_path)
    stack.has("network", custom=False)
    stack.has("vpc", parent="network")
    stack.has("role", "vpc")
    stack.has("nat", "vpc", parent="network")
    stack.has("cluster", "vpc", "role")
    stack.has("addons", "cluster", custom=False)
    stack.has("cni", parent="addons")
    stack.has("nodes", "cluster", "addons", "nat")
    stack.has("coredns", "nodes")
    return stack


def made(stack, clock=1000):
    """The run that made it, every step one second after what it needs."""
    times = {
        "network": (0, 4),
        "vpc": (0, 1),
        "role": (1, 2),
        "nat": (1, 3),
        "cluster": (2, 10),
        "addons": (10, 11),
        "cni": (10, 11),
        "nodes": (11, 13),
        "coredns": (13, 14),
    }
    for name, (begun, ended) in times.items():
        stack.step(name, "create", clock + begun, clock + ended)
    stack.summary()
    return stack


def unmade(stack, clock=1000):
    waves = [["coredns"], ["nodes"], ["cni"], ["addons"], ["cluster"], ["nat", "role"], ["vpc"]]
    for number, wave in enumerate([*waves, ["network"]]):
        for name in wave:
            stack.step(name, "delete", clock + number, clock + number + 1)
    stack.summary()
    return stack


def names(steps):
    return [it.operation.name for it in steps]


def ends(made_report):
    return {it.operation.name: it.ends for it in made_report.steps}


# The schedule


def test_each_step_takes_its_typical_time_after_what_it_depends_on(stack):
    done = ends(made(stack).report(60))
    assert done["cluster"] == T["vpc.create"] + 1 + T["cluster.create"]
    assert done["nat"] == T["vpc.create"] + T["nat-gateway.create"]
    assert done["cni"] == done["cluster"] + T["addon.create"]
    assert done["nodes"] == done["cni"] + T["nodegroup.create"]
    assert done["coredns"] == done["nodes"] + T["addon.create.deployment"]


def test_the_critical_path_is_the_chain_that_ends_last(stack):
    told = made(stack).report(60)
    assert names(told.path) == ["vpc", "role", "cluster", "cni", "nodes", "coredns"]
    assert told.total == told.path[-1].ends
    for before, after in itertools.pairwise(told.path):
        assert after.after == before
        assert after.starts == before.ends


def test_what_a_component_holds_is_there_before_what_depends_on_the_component(stack):
    told = {it.operation.name: it for it in made(stack).report(60).steps}
    assert told["nodes"].after == told["cni"], "nodes need the component addons, not cni"
    assert told["cni"].after == told["cluster"], "its component needs the cluster"
    assert "addons" not in told, "a component takes no time of its own"


def test_a_chain_through_what_stays_as_it_is_is_not_lost(stack):
    stack.step("vpc", "update", 1000, 1003)
    stack.step("cluster", "same", 1003, 1003)
    stack.step("cni", "update", 1003, 1004, diffs=["addonVersion"])
    told = {it.operation.name: it for it in stack.report(60).steps}
    assert list(told) == ["vpc", "cni"]
    assert told["cni"].after == told["vpc"]
    assert told["cni"].takes == T["addon.update"]


def test_deletions_come_in_waves_that_wait_for_each_other(stack):
    told = {it.operation.name: it for it in unmade(stack).report(60).steps}
    assert told["nodes"].starts == T["addon.delete"]
    assert told["cluster"].starts == told["cni"].ends
    # Nothing stands in the way of the gateway once the nodes are gone, but the engine waits.
    assert told["nat"].starts == told["cluster"].ends
    assert names(stack.report(60).path)[:5] == ["coredns", "nodes", "cni", "cluster", "nat"]


def test_what_is_not_needed_any_more_is_deleted_at_the_end_of_an_up(stack):
    stack.step("coredns", "update", 1000, 1001, diffs=["addonVersion"])
    stack.step("nat", "delete", 1001, 1002)
    told = {it.operation.name: it for it in stack.report(60).steps}
    assert told["nat"].starts == told["coredns"].ends == T["addon.update"]


@pytest.mark.parametrize(("delete_first"), [True, False])
def test_a_replacement_takes_making_and_deleting_in_the_engines_order(stack, delete_first):
    first, second = ("delete-replaced", "create-replacement")[:: 1 if delete_first else -1]
    stack.step("nat", first, 1000, 1001)
    stack.step("nat", "replace", 1001, 1001)
    stack.step("nat", second, 1001, 1002)
    told = stack.report(60)
    kinds = ["delete", "create"] if delete_first else ["create", "delete"]
    assert [it.operation.kind for it in told.steps] == kinds
    assert told.total == T["nat-gateway.create"] + T["nat-gateway.delete"]


def test_a_run_on_aws_is_told_in_the_times_that_were_measured(stack):
    told = made(stack).report()
    assert told.total == 14
    expected = {"vpc": 1, "role": 2, "nat": 3, "cluster": 10, "cni": 11, "nodes": 13, "coredns": 14}
    assert ends(told) == expected
    assert names(told.path) == ["vpc", "role", "cluster", "cni", "nodes", "coredns"]
    assert "took 14 s" in summary(told)
    assert told.unverified == ()


def test_a_step_that_idled_says_for_how_long(stack):
    stack.step("vpc", "create", 1000, 1010)
    stack.step("nat", "create", 1030, 1040)
    told = stack.report()
    assert [it.idle for it in told.steps] == [0, 20]
    assert "vpc (Vpc), and 20 s more" in full(told)


# Which duration a step takes


def operation(type_, kind, inputs=None, changed=()):
    return Operation(
        urn="u::n",
        type=type_,
        kind=kind,
        begun=0,
        ended=1,
        inputs=inputs or {},
        changed=frozenset(changed),
    )


@pytest.mark.parametrize(
    ("type_", "kind", "inputs", "changed", "expected"),
    [
        ("aws:eks/addon:Addon", "create", {"addonName": "vpc-cni"}, (), "addon.create"),
        ("aws:eks/addon:Addon", "create", {"addonName": "coredns"}, (), "addon.create.deployment"),
        ("aws:eks/addon:Addon", "create", {"addonName": "mine"}, (), "addon.create"),
        ("aws:eks/cluster:Cluster", "update", {}, ["version"], "cluster.update-version"),
        ("aws:eks/cluster:Cluster", "update", {}, ["vpcConfig"], "cluster.update-config"),
        ("aws:eks/cluster:Cluster", "update", {}, ["tags"], None),
        ("aws:eks/nodeGroup:NodeGroup", "update", {}, ["scalingConfig"], "nodegroup.update-config"),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", "create", {}, (), "vpc-endpoint.gateway.create"),
        (
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            "create",
            {"vpcEndpointType": "Interface"},
            (),
            "vpc-endpoint.interface.create",
        ),
        ("aws:autoscaling/group:Group", "create", {}, (), "auto-scaling-group.create"),
        ("aws:autoscaling/group:Group", "delete", {}, (), "auto-scaling-group.delete"),
        ("aws:sqs/queue:Queue", "create", {}, (), "queue.create"),
        ("aws:sqs/queuePolicy:QueuePolicy", "create", {}, (), "queue-policy.create"),
        ("aws:ec2/subnet:Subnet", "create", {}, (), None),
    ],
)
def test_a_step_takes_the_duration_of_its_kind(type_, kind, inputs, changed, expected):
    fact = typical(operation(type_, kind, inputs, changed))
    assert (fact and fact.operation) == expected


def test_every_slow_operation_is_of_a_resource_that_exists_and_of_a_known_duration():
    for row in _rows():
        assert row["duration"] in facts.durations(), row
        module, name = re.fullmatch(r"aws:(\w+)/(\w+):\w+", row["type"]).groups()
        file = re.sub("[A-Z]", lambda it: f"_{it[0].lower()}", name)
        assert row["type"] in (PULUMI_AWS / module / f"{file}.py").read_text(), row


def test_no_known_duration_of_a_step_is_left_out():
    inside = {"instance.join", "nodegroup.give-up"}  # of a step that another is the duration of
    assert {row["duration"] for row in _rows()} == facts.durations().keys() - inside


# Reading


def test_a_preview_before_the_run_does_not_count(stack):
    stack.step("vpc", "create", 900, 999)
    stack.summary(preview=True)
    told = made(stack).report()
    assert told.total == 14


def test_a_failed_run_is_told_apart(stack):
    stack.step("vpc", "create", 1000, 1001)
    stack.step("nat", "create", 1001, None)
    stack.summary("failed")
    run = read_events(stack.events)
    assert run.failed
    assert [it.name for it in run.operations] == ["vpc"], "what did not end has no duration"


def test_a_checkpoint_of_a_file_backend_is_a_state_too(stack, tmp_path):
    told = made(stack)
    file = tmp_path / "checkpoint.json"
    file.write_text(json.dumps({"checkpoint": {"latest": {"resources": stack.resources}}}))
    graph = read_graph([file])
    assert make_report(read_events(told.events), graph, 60).total == told.report(60).total


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("hello\n", ":1: not an event of Pulumi's engine"),
        ('{"version": 3, "deployment": {}}\n', ":1: not an event of Pulumi's engine"),
        ('["a"]\n', ":1: not an event of Pulumi's engine"),
        (
            '{"sequence": 0, "timestamp": 1}\n{"sequence": 1, "times',
            ":2: the last event is cut off",
        ),
        ('{"sequence": 0, "timestamp": 1}\nx\n{"sequence": 2, "timestamp": 1}', ":2: not an event"),
        (b"\xff\xfe", "cannot read the event log"),
        (None, "cannot read the event log"),
    ],
)
def test_a_file_that_is_no_event_log_is_refused_in_words(tmp_path, content, message):
    file = tmp_path / "events.json"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(UserError, match=re.escape(message)):
        read_events(file)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"deployment": {"resources": [{}]}}', "x"])
def test_a_file_that_is_no_state_is_refused_in_words(tmp_path, content):
    file = tmp_path / "state.json"
    file.write_text(content)
    with pytest.raises(UserError, match="pulumi stack export"):
        read_graph([file])


def test_a_state_that_does_not_know_the_run_is_refused(stack):
    made(stack)
    stack.resources = stack.resources[:-1]
    with pytest.raises(UserError, match="the state does not know coredns"):
        stack.report(60)


def test_events_alone_are_refused_with_what_is_missing(stack, capsys):
    with pytest.raises(UserError, match="give --state"):
        report.report(made(stack).events, report.Options())
    assert capsys.readouterr().out == ""


# How it is shown


def test_the_table_shows_every_slow_resource_and_what_it_waited_for(stack):
    shown = full(made(stack).report(60))
    lines = shown[shown.index("RESOURCE") :].splitlines()
    rows = {line.split()[0]: re.split(r" {3,}", line) for line in lines[1 : lines.index("")]}
    assert set(rows) == {"vpc", "cluster", "cni", "nodes", "coredns", "nat"}
    assert rows["nodes"][-1] == "cni (Addon)"
    assert rows["cluster"][3:5] == [duration(T["cluster.create"]), duration(8 * 60)]
    assert [name for name, row in rows.items() if "yes" in row] == [
        "vpc",
        "cluster",
        "cni",
        "nodes",
        "coredns",
    ]


def test_without_a_known_speed_nothing_is_scaled(stack):
    assert "MEASURED" not in full(made(stack).report(float("inf")))
    assert "MEASURED x 60" in full(stack.report(60))


def test_durations_that_no_page_reports_are_named(stack):
    stack.step("nodes", "update", 1000, 1001, diffs=["labels.tier"])
    unverified = facts.durations()["nodegroup.update-config"]
    told = stack.report(60)
    assert told.unverified == (() if unverified.verified else ("nodegroup.update-config",))
    assert ("No public page" in full(told)) is not unverified.verified


def test_the_short_version_is_ten_lines_at_most(stack):
    assert len(summary(made(stack).report(60)).splitlines()) <= 10


def test_the_json_holds_all_of_it(stack, capsys):
    told = made(stack)
    options = report.Options(states=[told.state], speed=60, as_json=True)
    assert report.report(told.events, options) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["source"] == "durations"
    assert shown["criticalPath"] == [it.operation.urn for it in told.report(60).path]
    resources = {it["name"]: it for it in shown["resources"]}
    assert shown["total"] == max(it["ends"] for it in resources.values())
    assert [it["urn"] for it in resources.values() if it["critical"]] == shown["criticalPath"]
    assert resources["nodes"]["duration"] == "nodegroup.create"
    assert resources["nodes"]["waitedFor"] == urn("cni")
    assert resources["cluster"]["measured"] == 8
    assert resources["cluster"]["measuredAtPaceOfAws"] == 480


def test_an_unknown_speed_is_valid_json(stack):
    shown = json.dumps(made(stack).report(float("inf")).as_json(), allow_nan=False)
    assert json.loads(shown)["resources"][0]["measuredAtPaceOfAws"] is None


def bars(document):
    return [it for it in document.iter(f"{SVG}rect") if it.get("class") in {"bar", "critical"}]


def test_the_picture_has_a_bar_for_each_that_takes_time_and_marks_the_critical_path(stack):
    told = made(stack).report(60)
    document = parsed(svg(told))
    assert len(bars(document)) == len([it for it in told.steps if it.takes > 1]) == 6
    critical = [
        it.findtext(f"{SVG}title").split(",")[0]
        for it in bars(document)
        if it.get("class") == "critical"
    ]
    assert critical == [f"create {it.operation.urn}" for it in told.path if it.takes > 1]
    marked = [it.text for it in document.iter(f"{SVG}text") if "critical path" in (it.text or "")]
    assert len(marked) == len(critical), "not by colour alone"


def test_the_picture_places_bars_by_time(stack):
    told = made(stack).report(60)
    placed = {
        it.findtext(f"{SVG}title").split(",")[0].rpartition("::")[2]: it
        for it in bars(parsed(svg(told)))
    }
    cluster, nodes = placed["cluster"], placed["nodes"]
    scale = float(cluster.get("width")) / T["cluster.create"]
    assert float(nodes.get("width")) == pytest.approx(scale * T["nodegroup.create"], abs=0.2)
    apart = float(nodes.get("x")) - float(cluster.get("x"))
    assert apart == pytest.approx(scale * (T["cluster.create"] + T["addon.create"]), abs=0.3)


@pytest.mark.parametrize("groups", [0, 1, 40])
def test_no_two_texts_of_the_picture_overlap_or_leave_it(tmp_path, groups):
    stack = Stack(tmp_path)
    for number in range(groups):
        name = f"nodes-{'x' * number}"
        TYPES[name] = TYPES["nodes"]
        stack.has(name)
        stack.step(name, "create", 1000, 1001 + number)
    stack.summary()
    drawn = parsed(svg(stack.report(60)))
    width, height = float(drawn.get("width")), float(drawn.get("height"))
    boxes = []
    for text in drawn.iter(f"{SVG}text"):
        size = 14 if text.get("class") == "title" else 12
        wide = len(text.text) * size * 0.6
        anchor = {"end": 1, "middle": 0.5}.get(text.get("text-anchor"), 0)
        left, base = float(text.get("x")) - wide * anchor, float(text.get("y"))
        boxes.append((left, base - size, left + wide, base + 2, text.text))
    for x1, y1, x2, y2, said in boxes:
        assert x1 >= 0, said
        assert y1 >= 0, said
        assert x2 <= width, said
        assert y2 <= height, said
    for one, other in itertools.combinations(boxes, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one[4], other[4])


def test_the_picture_escapes_names_and_loads_nothing(tmp_path):
    stack = Stack(tmp_path)
    TYPES["a<b&c"] = TYPES["nodes"]
    stack.has("a<b&c")
    stack.step("a<b&c", "create", 1000, 1001)
    drawn = svg(stack.report(60))
    assert "a<b&c (NodeGroup)" in [it.text for it in parsed(drawn).iter(f"{SVG}text")]
    assert re.findall(r"https?://[^\"]+", drawn) == ["http://www.w3.org/2000/svg"]
    assert "prefers-color-scheme:dark" in drawn


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (539, "8 min 59 s"), (7260, "2 h 1 min")],
)
def test_times_are_said_as_people_say_them(seconds, said):
    assert duration(seconds) == said


# The end of a rehearsal


def test_after_a_run_the_report_lies_beside_the_events(stack, tmp_path):
    made(stack)
    checkpoint, _ = stack.state, stack.events
    short = report.after_run(tmp_path, checkpoint, "60", tmp_path / "report")
    assert short.startswith("On AWS this `pulumi up` typically takes")
    parsed((tmp_path / "report.svg").read_text())
    assert "WAITED FOR" in (tmp_path / "report.txt").read_text()
    again = report.report(tmp_path / "events.json", report.Options())
    assert again == 0, "the speed and the state are known from then on"


def test_after_a_destroy_the_order_is_known_from_before(stack, tmp_path):
    report.keep_state(stack.state, tmp_path)
    unmade(stack)
    _ = stack.events
    stack.resources = []
    short = report.after_run(tmp_path, stack.state, "max", tmp_path / "report")
    assert short.startswith("On AWS this `pulumi destroy` typically takes")


def test_after_a_run_that_changed_nothing_nothing_is_said(stack, tmp_path):
    stack.step("vpc", "same", 1000, 1000)
    stack.summary()
    checkpoint, _ = stack.state, stack.events
    assert report.after_run(tmp_path, checkpoint, "60", tmp_path / "report") == ""
    assert not (tmp_path / "report.svg").exists()


def test_a_report_that_cannot_be_made_does_not_end_the_rehearsal(stack, tmp_path):
    short = report.after_run(tmp_path, stack.state, "60", tmp_path / "report")
    assert short.startswith("There is no report of times: cannot read the event log")
