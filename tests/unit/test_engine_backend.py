"""What the engine's file backend is left with when it is killed while it writes."""

import pytest

from ops.engine import Engine


@pytest.fixture
def stacks(tmp_path):
    folder = tmp_path / "backend/.pulumi/stacks/eks-cluster"
    folder.mkdir(parents=True)
    (folder / "dev.json").write_text('{"serial": 2}')
    (folder / "dev.json.attrs").write_text("{}")
    (folder / "dev.json.bak").write_text('{"serial": 1}')
    return folder


@pytest.fixture
def mend(tmp_path):
    engine = object.__new__(Engine)  # without `pulumi`, which it would look for
    engine._stack, engine._state = "dev", tmp_path
    return engine._mend_backend


def test_what_is_whole_stays_as_it_is(stacks, mend):
    mend()
    assert (stacks / "dev.json").read_text() == '{"serial": 2}'
    assert (stacks / "dev.json.attrs").exists()


def test_attributes_that_are_half_written_go(stacks, mend):
    (stacks / "dev.json.attrs").write_text("")
    mend()
    assert not (stacks / "dev.json.attrs").exists()
    assert (stacks / "dev.json").read_text() == '{"serial": 2}'


@pytest.mark.parametrize("text", ["", '{"serial": ', None])
def test_a_checkpoint_that_is_not_whole_gives_way_to_the_one_before(stacks, mend, text):
    (stacks / "dev.json").unlink()
    if text is not None:
        (stacks / "dev.json").write_text(text)
    mend()
    assert (stacks / "dev.json").read_text() == '{"serial": 1}'
