"""How the stand-in aws provider waits, and what it says when waiting ends badly."""

import threading

import pytest

from rehearsal.providers.aws import session as sessions
from rehearsal.providers.aws.resource import Call, Read, Wait, joined
from rehearsal.providers.aws.session import (
    AwsError,
    Session,
    WaitError,
    go_duration,
    plain,
    pruned,
)

THING = Read(call=Call(operation="look"), item="thing", missing=frozenset({"NotFound"}))
READY = Wait(
    status="status",
    pending=frozenset({"CREATING"}),
    target=frozenset({"ACTIVE"}),
    problem="reason",
)


class Clock:
    """Time that passes only while someone sleeps."""

    def __init__(self):
        self.now = 0.0
        self.pauses = []

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds
        return False


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(sessions.time, "monotonic", lambda: clock.now)
    return clock


def session_of(answers, clock, seconds=60.0):
    """A session in which AWS gives these answers one after the other, the last one forever."""
    cancelled = threading.Event()
    cancelled.wait = clock.sleep
    session = Session(clients={}, service="eks", seconds=seconds, cancelled=cancelled)
    left = list(answers)

    def api(*_, **__):
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return {"thing": answer}

    session.api = api
    return session


def test_waiting_ends_when_the_status_is_reached(clock):
    session = session_of([{"status": "CREATING"}] * 3 + [{"status": "ACTIVE"}], clock)
    session.wait(READY, THING, {})
    assert len(clock.pauses) == 3


def test_pauses_grow_from_a_twentieth_of_a_second_to_three(clock):
    session = session_of([{"status": "CREATING"}], clock, seconds=600)
    with pytest.raises(WaitError):
        session.wait(READY, THING, {})
    assert clock.pauses[0] == 0.05
    assert clock.pauses == sorted(clock.pauses)
    assert clock.pauses[-1] == 3.0
    within_five_seconds = [p for i, p in enumerate(clock.pauses) if sum(clock.pauses[:i]) < 5]
    assert max(within_five_seconds) < 0.6, "what is quick is noticed at once"


def test_the_end_of_the_time_is_told_in_the_official_words(clock):
    session = session_of([{"status": "CREATING"}], clock, seconds=1800)
    with pytest.raises(WaitError) as error:
        session.wait(READY, THING, {})
    assert str(error.value) == (
        "timeout while waiting for state to become 'ACTIVE' "
        "(last state: 'CREATING', timeout: 30m0s)"
    )


def test_a_failed_state_is_told_with_its_reason(clock):
    session = session_of([{"status": "FAILED", "reason": "no room"}], clock)
    with pytest.raises(WaitError) as error:
        session.wait(READY, THING, {})
    assert str(error.value) == (
        "unexpected state 'FAILED', wanted target 'ACTIVE'. last error: no room"
    )


def test_what_is_not_there_yet_is_waited_for(clock):
    session = session_of([AwsError("gone", "NotFound"), {"status": "ACTIVE"}], clock)
    session.wait(READY, THING, {})
    assert len(clock.pauses) == 1


def test_waiting_for_the_end_ends_when_it_is_not_there_any_more(clock):
    gone = Wait(status="status", pending=frozenset({"DELETING"}), target=frozenset())
    session = session_of([{"status": "DELETING"}, AwsError("gone", "NotFound")], clock)
    session.wait_gone(gone, THING, {})
    session = session_of([{"status": "DELETE_FAILED"}], clock)
    with pytest.raises(WaitError, match="unexpected state 'DELETE_FAILED', wanted target ''"):
        session.wait_gone(gone, THING, {})


def test_another_error_is_no_reason_to_wait(clock):
    session = session_of([AwsError("no", "AccessDenied")], clock)
    with pytest.raises(AwsError, match="no"):
        session.wait(READY, THING, {})
    assert clock.pauses == []


def test_a_call_is_made_again_while_something_is_in_the_way(clock):
    busy = AwsError("busy", "DependencyViolation", "has dependencies")
    call = Call(operation="delete", retry=frozenset({"DependencyViolation"}))
    assert session_of([busy, busy, "done"], clock).run(call, {}) == {"thing": "done"}
    assert len(clock.pauses) == 2
    with pytest.raises(AwsError, match="busy"):
        session_of([busy], clock, seconds=5).run(call, {})


def test_a_call_can_also_be_made_again_for_a_word_in_the_message(clock):
    busy = AwsError("busy", "ResourceInUseException", "an update is in progress")
    call = Call(operation="delete", retry=frozenset({"in progress"}))
    assert session_of([busy, "done"], clock).run(call, {}) == {"thing": "done"}


def test_that_it_is_gone_already_is_as_good(clock):
    call = Call(operation="delete", ignore=frozenset({"NotFound"}))
    assert session_of([AwsError("gone", "NotFound")], clock).run(call, {}) is None


def test_a_deployment_that_is_called_off_ends_every_waiting():
    cancelled = threading.Event()
    cancelled.set()
    session = Session(clients={}, service="eks", seconds=60, cancelled=cancelled)
    session.api = lambda *_, **__: {"thing": {"status": "CREATING"}}
    with pytest.raises(WaitError, match="context canceled"):
        session.wait(READY, THING, {})


@pytest.mark.parametrize(
    ("seconds", "text"), [(1, "1s"), (60, "1m0s"), (90.4, "1m30s"), (3600, "1h0m0s")]
)
def test_durations_are_written_as_go_writes_them(seconds, text):
    assert go_duration(seconds) == text


def test_a_request_leaves_out_what_is_not_given():
    assert pruned({"a": None, "b": {"c": None, "d": 0}, "e": [{"f": None}], "g": []}) == {
        "b": {"d": 0},
        "e": [{}],
        "g": [],
    }


def test_times_are_told_as_text():
    import datetime

    moment = datetime.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=datetime.UTC)
    assert plain({"at": [moment]}) == {"at": ["2026-01-02T03:04:05Z"]}


def test_an_id_of_parts_can_be_taken_apart():
    expression, parts = joined(":", "clusterName", "principalArn")
    assert expression == "join(':', [clusterName, principalArn])"
    assert parts("dev:arn:aws:iam::1:role/r") == {
        "clusterName": "dev",
        "principalArn": "arn:aws:iam::1:role/r",
    }
