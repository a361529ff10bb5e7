"""What a recovery does to a stack's state."""

import pytest

from ops.recover.finders import FINDERS
from ops.recover.state import Record, State
from rehearsal.providers.aws.tables import RESOURCES

STACK = "urn:pulumi:dev::project::pulumi:pulumi:Stack::project-dev"
PROVIDER = "urn:pulumi:dev::project::pulumi:providers:aws::aws"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def urn(type_, name):
    return f"urn:pulumi:dev::project::{type_}::{name}"


def resource(type_, name, **more):
    return {
        "urn": urn(type_, name),
        "custom": True,
        "type": type_,
        "id": f"{name}-id",
        "inputs": {"name": name},
        "outputs": {"name": name, "arn": "arn"},
        "parent": STACK,
        "provider": f"{PROVIDER}::1234",
        **more,
    }


def exported(*resources, pending=()):
    base = [
        {"urn": STACK, "type": "pulumi:pulumi:Stack"},
        {
            "urn": PROVIDER,
            "custom": True,
            "type": "pulumi:providers:aws",
            "id": "1234",
            "inputs": {"region": "eu-central-1", "allowedAccountIds": '["123456789012"]'},
        },
    ]
    return {
        "version": 3,
        "deployment": {
            "resources": [*base, *resources],
            "pending_operations": [{"resource": raw, "type": kind} for kind, raw in pending],
        },
    }


def names(state):
    return [(it.name, it.raw.get("delete", False)) for it in state.resources[2:]]


@pytest.mark.parametrize("type_", sorted(RESOURCES))
def test_whatever_can_be_rehearsed_can_be_found(type_):
    assert type_ in FINDERS


def test_a_pending_creation_becomes_a_resource_whose_outputs_are_its_inputs():
    raw = resource("aws:ec2/vpc:Vpc", "net", inputs={"__defaults": ["a"], "a": 1, "b": {"c": 2}})
    del raw["id"], raw["outputs"]
    state = State(exported(pending=[("creating", raw)]))
    (record,) = state.pending("creating")
    state.adopt(record, "vpc-1")
    state.forget_pending()
    adopted = State(state.exported).resources[-1].raw
    assert adopted["id"] == "vpc-1"
    assert adopted["inputs"] == {"__defaults": ["a"], "a": 1, "b": {"c": 2}}
    assert adopted["outputs"] == {"a": 1, "b": {"c": 2}}
    assert State(state.exported).pending("creating") == []


def test_what_is_exported_is_not_changed():
    before = exported()
    state = State(before)
    state.adopt(Record(resource("aws:ec2/vpc:Vpc", "net")), "vpc-1")
    assert before == exported()


def test_an_adopted_replacement_takes_the_place_of_the_old_one():
    old = resource("aws:eks/nodeGroup:NodeGroup", "group")
    addon = resource("aws:eks/addon:Addon", "coredns", dependencies=[old["urn"]])
    template = resource("aws:ec2/launchTemplate:LaunchTemplate", "new")
    new = resource("aws:eks/nodeGroup:NodeGroup", "group", dependencies=[template["urn"]])
    state = State(exported(old, addon, template))
    state.adopt(Record(new), "dev:group-2")
    # What depends on it comes after it, and it after what it depends on; the engine deletes the
    # old one when all is well.
    assert names(state) == [
        ("new", False),
        ("group", False),
        ("coredns", False),
        ("group", True),
    ]
    assert [it.id for it in state.resources if it.name == "group"] == ["dev:group-2", "group-id"]


def test_dependencies_on_what_is_not_in_the_state_are_left_out():
    raw = resource(
        "aws:ec2/vpc:Vpc",
        "net",
        dependencies=["urn:gone", PROVIDER],
        propertyDependencies={"a": ["urn:gone"], "b": None},
    )
    state = State(exported())
    state.adopt(Record(raw), "vpc-1")
    adopted = state.resources[-1].raw
    assert adopted["dependencies"] == [PROVIDER]
    assert adopted["propertyDependencies"] == {"a": [], "b": []}


def test_providers_say_where_to_look():
    (provider,) = State(exported()).providers.values()
    assert (provider.region, provider.profile) == ("eu-central-1", None)
    assert provider.accounts == ("123456789012",)


@pytest.mark.parametrize(
    ("inputs", "known"),
    [({"vpcId": "vpc-1"}, True), ({"vpcId": UNKNOWN}, False), ({"key": "[secret]"}, False)],
)
def test_a_preview_does_not_tell_everything(inputs, known):
    assert Record({"inputs": inputs}).is_known() is known


def test_what_is_unknown_is_no_input():
    assert Record({"inputs": {"a": UNKNOWN, "b": [1]}}).inputs == {"b": [1]}
