"""Time in the embedded AWS, without a server."""

import math
import pickle
import threading

import pytest

from rehearsal.aws.clock import Timeline, Transition, parse_speed
from spec import facts


@pytest.mark.parametrize(("text", "speed"), [("max", math.inf), ("60", 60.0), ("0.5", 0.5)])
def test_speeds(text, speed):
    assert parse_speed(text) == speed


@pytest.mark.parametrize("text", ["0", "-1", "fast", "", "nan"])
def test_what_is_no_speed(text):
    with pytest.raises(ValueError, match="neither a positive number nor 'max'"):
        parse_speed(text)


def test_an_operation_takes_its_real_duration_divided_by_the_speed():
    timeline = Timeline()
    timeline.speed = 60
    real = facts.durations()["cluster.create"].seconds
    assert timeline.seconds("cluster.create") == real / 60
    timeline.speed = math.inf
    assert timeline.seconds("cluster.create") == 0


def test_what_is_due_is_plain_data():
    change = Transition(1.0, 2, "kind", "ap-northeast-2", ("cluster", "name"))
    assert pickle.loads(pickle.dumps(change)) == change  # noqa: S301 - our own


def test_changes_come_when_they_are_due_in_order_and_one_that_fails_stops_nothing(capsys):
    timeline = Timeline()
    seen: list[str] = []
    done = threading.Event()

    @timeline.carries_out("note")
    def note(region, name):
        seen.append(f"{region} {name}")
        if name == "last":
            done.set()

    @timeline.carries_out("fail")
    def fail(region, name):
        raise RuntimeError(name)

    timeline.speed = facts.durations()["cluster.create"].seconds / 0.05
    timeline.after("cluster.create", "note", "here", "last")
    timeline.speed = math.inf
    timeline.after("cluster.create", "note", "here", "first")
    timeline.after("cluster.create", "fail", "here", "broken")
    timeline.after("cluster.create", "note", "here", "second")
    timeline.start()
    assert done.wait(5)
    assert seen == ["here first", "here second", "here last"]
    assert "RuntimeError: broken" in capsys.readouterr().err
