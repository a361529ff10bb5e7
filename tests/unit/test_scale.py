"""How bench/scale reckons."""

import os
import subprocess
import sys
import time

import pytest

from bench.scale.__main__ import STEPS, summarise
from bench.scale.memory import Peak


def sample(seconds, mib):
    return dict.fromkeys(STEPS, (seconds, seconds / 2, mib))


def test_medians_ratios_and_what_one_more_group_costs():
    rows = summarise(
        {
            ("dev", 1): [sample(4, 100), sample(3, 100), sample(9, 100)],
            ("floor", 1): [sample(2, 50)] * 3,
            ("dev", 11): [sample(6, 120)] * 3,
            ("floor", 11): [sample(3, 60)] * 3,
        }
    )
    up = {row["groups"]: row for row in rows if row["step"] == "up"}
    assert list(up) == [1, 11, "each more"]
    assert up[1]["seconds"] == {"dev": 4, "floor": 2, "ratio": 2}
    assert up[11]["cpu"] == {"dev": 3, "floor": 1.5, "ratio": 2}
    assert up["each more"]["seconds"] == {"dev": 0.2, "floor": 0.1, "ratio": 2}
    assert up["each more"]["mib"] == {"dev": 2, "floor": 1, "ratio": 2}


def test_a_floor_that_did_not_grow_is_not_compared_with():
    rows = summarise(
        {
            ("dev", 1): [sample(4, 1)],
            ("floor", 1): [sample(2, 1)],
            ("dev", 2): [sample(5, 1)],
            ("floor", 2): [sample(2, 1)],
        }
    )
    more = next(row for row in rows if row["groups"] == "each more")
    assert more["seconds"] == {"dev": 1, "floor": 0, "ratio": None}


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_of_descendants_counts_and_that_of_others_does_not():
    hungry = "import time; held = b'x' * 80_000_000; print(flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", hungry], stdout=subprocess.PIPE) as process:
        try:
            process.stdout.readline()
            with Peak(os.getpid()) as counted, Peak(os.getpid(), [process.pid]) as apart:
                time.sleep(0.5)
        finally:
            process.kill()
    assert counted.mib > 76
    assert apart.mib < counted.mib - 76
