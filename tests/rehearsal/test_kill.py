"""The kill test at some of its points: each operation once, as many as CI has time for.

`make kill-test` runs all of them, see `tests/rehearsal/kill.py`.
"""

import pytest

from tests.rehearsal.kill import Point, check, disturb_at, kill_at, learn, workspace

# One for each way in which a creation is found again: by tags, by name, by what it hangs on; before
# and after AWS has done with it; in the middle of a creation of several calls.
KILLED = [
    Point("ec2", "CreateVpc", 1),
    Point("ec2", "CreateTags", 1),
    Point("ec2", "AttachInternetGateway", 1),
    Point("ec2", "CreateRoute", 2),
    Point("iam", "AttachRolePolicy", 1),
    Point("kms", "EnableKeyRotation", 1),
    Point("logs", "CreateLogGroup", 1),
    Point("eks", "CreateCluster", 1),
    Point("eks", "CreateNodegroup", 1),
]
# Calls that AWS carries out twice, or refuses the second time, when they are repeated.
LOST = [Point("ec2", "CreateVpc", 1), Point("logs", "CreateLogGroup", 1)]


@pytest.fixture(scope="module")
def wanted():
    """What there is after an `up` that nothing disturbs."""
    with workspace() as undisturbed:
        return learn(undisturbed)[1]


@pytest.mark.parametrize("point", KILLED, ids=str)
def test_an_up_that_is_killed_at_a_call_is_finished_by_the_next(point, wanted):
    with workspace() as mine:
        kill_at(mine, point)
        check(mine, wanted)


@pytest.mark.parametrize("point", LOST, ids=str)
def test_an_answer_that_is_lost_does_no_harm(point, wanted):
    with workspace() as mine:
        disturb_at(mine, [point], "lost")
        check(mine, wanted, runs=3)
