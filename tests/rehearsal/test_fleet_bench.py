"""bench/fleet, interrupted in the middle."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds; it takes five

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_fleet_leaves_no_process_and_no_file(tmp_path, number):
    with subprocess.Popen(
        [sys.executable, "-m", "bench.fleet", "--stacks", "2"],
        cwd=ROOT,
        env={"TMPDIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        stderr=subprocess.PIPE,
        text=True,
    ) as bench:
        deadline = time.monotonic() + PATIENCE
        # The embedded AWS is up, and is nobody's child any more when its command ends.
        while not list(tmp_path.glob("*/rehearsal/.state/fleet-01/aws.json")):
            assert bench.poll() is None, bench.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert _within(tmp_path)
        bench.send_signal(number)
        _, said = bench.communicate(timeout=PATIENCE)
    assert bench.returncode == 130, said
    assert "interrupted; nothing is left" in said
    assert _within(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def _within(folder):
    """The processes that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            works_in = (process / "cwd").readlink()
        except OSError:
            continue
        if works_in.is_relative_to(folder):
            found.append(process.name)
    return found
