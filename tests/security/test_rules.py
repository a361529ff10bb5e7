"""Our own rules: that they hold, and that each can fail.

They judge inputs of resources; that AWS makes of them what they say, they do not prove.
"""

import inspect

import pulumi_aws as aws
import pytest

from policy import RULES, Resource, Resources, judge
from policy.documents import statements
from policy.rules.tags import TAGGED
from policy.tables import elsewhere, scanner_rules, settings
from tests.security import recorded
from tests.security.mutations import MUTATIONS, bare
from tools import security_rules

IDS = {it.id for it in RULES}


def broken(resources: Resources) -> set[str]:
    return {it.rule.id for it in judge(resources, RULES)}


def test_every_rule_holds_for_the_production_stack():
    assert [str(it) for it in judge(recorded.example("production"), RULES)] == []


def test_what_holds_by_default_is_what_the_page_says():
    not_by_default = {it.rule for it in settings().values() if not it.by_default}
    assert broken(recorded.example("minimal")) == not_by_default


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("auto-mode", set()),
        ("existing-vpc", set()),
        ("ipv6", {"endpoint_not_public"}),
        ("private", set()),
    ],
)
def test_other_examples_keep_what_holds_by_default(name, more):
    not_by_default = {it.rule for it in settings().values() if not it.by_default}
    assert broken(recorded.example(name)) - not_by_default == more


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda it: it.id)
def test_a_change_for_the_worse_breaks_exactly_its_rule(mutation):
    assert broken(mutation.made(recorded.example("production"))) == mutation.rules


def test_every_rule_is_seen_to_fail():
    assert frozenset[str]().union(*(it.rules for it in MUTATIONS)) == IDS


def test_every_rule_has_something_to_look_at():
    """A rule that looks at nothing would hold of everything; two demand that nothing is there.

    Auto Scaling groups are EKS's own there; a mutation has one, and tests/components another.
    """
    made = recorded.example("production")
    idle = {rule.id for rule in RULES if not any(rule.looks_at(it) for it in made)}
    assert idle == {"asg", "no_default_vpc", "no_user_policies"}


def test_the_defaults_of_aws_break_many_rules():
    assert broken(bare(recorded.example("production"))) == {
        "access_entries",
        "cluster_logs_all",
        "default_sg_closed",
        "deletion_protection",
        "ebs_encrypted",
        "imds_hop_1",
        "imdsv2",
        "kms_policy",
        "kms_rotation",
        "kms_window",
        "log_retention",
        "queue_encrypted",
        "sg_description",
        "tags",
        "version_supported",
        "vpc_flow_logs",
    }


def test_a_demand_that_concerns_nothing_of_ours_names_types_that_no_stack_has():
    made = {it.type for name in recorded.names() for it in recorded.example(name)}
    made |= {token for name in recorded.names() for token in recorded.looked_up(name)}
    for demand in elsewhere():
        assert not made & set(demand.types), f"{demand.rule} needs a rule"


def test_every_rule_and_demand_is_in_the_tables_once():
    others = [it.rule for it in elsewhere()]
    assert list(settings()) == [it.id for it in RULES], "in the order of the rules"
    assert not IDS & set(others)
    assert {it.rule for it in scanner_rules()} <= IDS | set(others)
    ids = [(it.rule, it.scanner, it.id) for it in scanner_rules()]
    assert len(ids) == len(set(ids))


def test_every_demand_of_a_rule_is_one_sentence():
    for rule in RULES:
        assert rule.demand.endswith("."), rule.id
        assert ". " not in rule.demand, rule.id


def test_the_types_that_can_have_tags_are_those_of_the_provider():
    made = {it.type for name in recorded.names() for it in recorded.example(name)}
    for type_ in made | set(TAGGED):
        if type_.startswith("aws:"):
            package, _, name = type_.removeprefix("aws:").partition("/")
            made_by = getattr(getattr(aws, package), name.partition(":")[2])
            takes_tags = "tags" in inspect.signature(made_by._internal_init).parameters
            assert takes_tags == (type_ in TAGGED), type_


def test_the_cni_of_ipv6_changes_network_interfaces_alone():
    policies = [it for it in recorded.example("ipv6") if it.name.endswith("vpc-cni-ipv6")]
    changing = [
        (statement["Action"], statement["Resource"])
        for policy in policies
        for statement in statements(policy.properties["policy"])
        if not all(":Describe" in action for action in statement["Action"])
    ]
    assert changing == [
        (["ec2:AssignIpv6Addresses", "ec2:CreateTags"], "arn:aws:ec2:*:*:network-interface/*")
    ]


def test_a_finding_says_which_resource_and_what():
    key = Resource(urn="urn:key", type="aws:kms/key:Key", name="mine", properties={"policy": "{}"})
    told = {str(it) for it in judge(Resources([key]), RULES)}
    assert "kms_rotation (MEDIUM): Key mine: enableKeyRotation is not true" in told


def test_the_page_of_rules_is_current():
    page = security_rules.PAGE.read_text(encoding="utf-8")
    assert page == security_rules.page(), "run: python -m tools.security_rules"
