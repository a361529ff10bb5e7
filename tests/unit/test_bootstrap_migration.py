"""The state moves from one place to another, whatever an interrupted move has left."""

import pytest

from ops.bootstrap.migration import move
from ops.user_error import UserError


def known(*names):
    urns = [{"urn": f"urn:{name}", "type": "t", "id": name, "inputs": {}} for name in names]
    return {"deployment": {"resources": urns}}


class Place:
    """A place of which a test says what it knows."""

    name = "main"

    def __init__(self, url, *names, loses=False):
        self.environment = {"PULUMI_BACKEND_URL": url}
        self.state = known(*names)
        self.loses = loses
        self.done = []

    def init(self, secrets_provider):
        self.done.append(secrets_provider)

    def deployment(self):
        return self.state

    def take_over(self, deployment):
        self.done.append("took over")
        self.state = known() if self.loses else deployment


def test_the_target_knows_what_the_source_knows():
    source, target = Place("file://here", "a", "b"), Place("s3://there")
    move(source, target, "awskms:///key")
    assert target.state == source.state
    assert target.done == ["awskms:///key", "took over"]


def test_a_move_that_was_interrupted_after_it_had_come_to_its_end_is_not_made_again():
    source, target = Place("file://here", "a"), Place("s3://there", "a")
    move(source, target, "awskms:///key")
    assert "took over" not in target.done


def test_two_places_that_differ_are_left_alone():
    source, target = Place("file://here", "a"), Place("s3://there", "a", "b")
    with pytest.raises(UserError, match="file://here and s3://there"):
        move(source, target, "awskms:///key")
    assert target.state == known("a", "b")


def test_what_has_not_arrived_is_told_of():
    source, target = Place("file://here", "a"), Place("s3://there", loses=True)
    with pytest.raises(UserError, match="still is in file://here"):
        move(source, target, "awskms:///key")
