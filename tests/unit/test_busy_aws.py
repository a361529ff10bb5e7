"""What ops makes of an embedded AWS that does not answer."""

import contextlib
import json
import socket

import pytest

from ops import embedded_aws
from ops.embedded_aws import BusyError, EmbeddedAws


@contextlib.contextmanager
def listening(folder):
    """An embedded AWS that takes every connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        (folder / "aws.json").write_text(json.dumps({"url": url, "pid": 4711}))
        yield


@pytest.fixture
def aws(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded_aws, "_ANSWER_TIMEOUT", 0.2)
    return EmbeddedAws(tmp_path, "max")


def test_one_that_is_busy_runs_and_is_not_started_a_second_time(aws, tmp_path):
    with listening(tmp_path):
        assert aws.running()


def test_one_that_has_ended_does_not_run(aws, tmp_path):
    with listening(tmp_path):
        pass
    assert not aws.running()


def test_a_user_is_told_of_one_that_does_not_answer(aws, tmp_path):
    with listening(tmp_path), pytest.raises(BusyError, match=r"4711.*has not answered.*kill 4711"):
        aws.inventory()
