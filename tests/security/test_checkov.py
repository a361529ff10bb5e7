"""checkov itself, on what the program registers, written as Terraform plans.

It proves what checkov reads in the inputs of resources; that AWS makes of them what they say, it
does not.
"""

import datetime

import pytest

from policy.tables import allowed, elsewhere, scanner_rules
from tests.security import recorded
from tests.security.mutations import MUTATIONS


def test_nothing_fails_for_the_production_stack(report):
    assert [str(it) for it in report.failures if it.plan == "production"] == []


@pytest.mark.parametrize("name", recorded.names())
def test_no_example_fails_but_where_it_is_allowed(report, name):
    excused = {it.id for it in allowed() if it.scanner == "checkov" and name in it.stacks}
    assert report.failed(name) == excused


def test_what_is_allowed_is_looked_at_again_in_time():
    today = datetime.date.today()
    late = [f"{it.id} until {it.until}: {it.reason}" for it in allowed() if it.until < today]
    assert not late, "say again why it is so, in policy/allowed.tsv, or mend it"


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda it: it.id)
def test_a_change_for_the_worse_is_noticed(report, mutation):
    assert report.failed(mutation.id) == mutation.checkov


def test_the_defaults_of_aws_fail(report):
    assert report.failed("bare") == {
        "CKV2_AWS_11",
        "CKV2_AWS_12",
        "CKV2_AWS_19",
        "CKV2_AWS_64",
        "CKV_AWS_23",
        "CKV_AWS_27",
        "CKV_AWS_338",
        "CKV_AWS_37",
        "CKV_AWS_66",
        "CKV_AWS_7",
        "CKV_AWS_79",
    }


def test_every_rule_of_checkov_in_the_table_is_seen_to_fail():
    others = {it.rule for it in elsewhere()}
    named = {it.id for it in scanner_rules() if it.scanner == "checkov" and it.rule not in others}
    assert frozenset[str]().union(*(it.checkov for it in MUTATIONS)) == named
