"""The contract checks of `bench/fidelity`: how much the embedded AWS is like AWS."""

import pytest

from bench.fidelity.__main__ import failures
from bench.fidelity.checks import CHECKS
from tests.rehearsal.emulator import running

GOAL = 205
# What is known not to be as in AWS. A check that passes has to go from here.
KNOWN = {
    # Only Amazon Linux 2023, and only versions that the table of facts has.
    ("ssm", "GetParameter eks/optimized-ami/1.31/amazon-linux-2/recommended/image_id"),
}


@pytest.fixture(scope="module")
def failed():
    # An account of its own: some checks look at all that there is.
    with running() as aws:
        return failures(aws)


def test_there_are_as_many_checks_as_calls_were_looked_at():
    assert len(CHECKS) == 214
    assert len({(one.service, one.name) for one in CHECKS}) == len(CHECKS)


def test_what_a_stack_calls_is_answered_as_aws_does(failed):
    unexpected = {check: why for check, why in failed.items() if check not in KNOWN}
    assert not unexpected
    assert len(CHECKS) - len(failed) >= GOAL


def test_what_is_known_not_to_be_is_still_not(failed):
    mended = KNOWN - set(failed)
    assert not mended, f"remove from KNOWN: {mended}"
