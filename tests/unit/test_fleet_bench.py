"""How bench/fleet reckons, and what it leaves behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.fleet.__main__ import Cost, compare

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, adopts orphans")

# Starts a process that outlives its parent, and one that does not want to end; then waits.
_FAMILY = """
import subprocess, time
from bench.fleet import family
family.adopt_orphans()
with family.none_left():
    subprocess.run(["sh", "-c", "sleep 61 & echo $!"])
    stubborn = ["sh", "-c", "trap '' TERM INT; sleep 62"]
    print(subprocess.Popen(stubborn, start_new_session=True).pid, flush=True)
    {then}
"""
_BUSY = """
import subprocess, sys
from bench.fleet import family
family.adopt_orphans()
before = family.processor_seconds()
busy = "import time\\nwhile time.process_time() < 0.5: pass"
subprocess.run(["sh", "-c", f"{sys.executable} -c '{busy}' &"])
print(family.processor_seconds() - before)
"""


def test_ratios_are_of_one_alone_and_of_as_many_one_after_the_other():
    found = compare(Cost(1, 1, 10, 8, 100, {}), Cost(20, 20, 100, 240, 1500, {}))
    assert found == {"seconds": 10, "serial": 0.5, "processor": 30, "each": 1.5, "mib": 15}


@pytest.mark.parametrize("then", ["time.sleep(60)", "raise SystemExit(3)"])
def test_no_process_is_left_however_it_ends(then):
    with subprocess.Popen(
        [sys.executable, "-c", _FAMILY.format(then=then)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        pids = [int(process.stdout.readline()) for _ in range(2)]
        if "sleep" in then:
            assert all(map(_runs, pids))
            process.send_signal(signal.SIGINT)
        process.wait(20)
    assert not any(map(_runs, pids))


def test_the_time_of_an_orphan_counts():
    told = subprocess.run(
        [sys.executable, "-c", _BUSY], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert 0.5 <= float(told.stdout) < 2


def _runs(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
