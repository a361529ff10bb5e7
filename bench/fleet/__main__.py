"""Many stacks at once: `python -m bench.fleet [--stacks 20] [--at-once 20] [--kubernetes]`.

Rehearses one stack alone, then that many at once, each as a user does, with `python -m ops
rehearse`: up, then destroy, which proves that nothing is left. All of it happens in a copy of the
project in a temporary folder, which is gone at the end with every process that was started, also
after Ctrl-C. Linux only. Only ratios mean something: the machine is shared.
"""

import argparse
import concurrent.futures
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any

from bench.fleet import family
from bench.scale.memory import Peak
from ops.engine import ROOT

_STEPS = ("up", "destroy")


@dataclasses.dataclass(frozen=True)
class Cost:
    """What some rehearsals took.

    Attributes:
        stacks: How many there were.
        at_once: How many of them at a time.
        seconds: From the first one's beginning to the last one's end, by the clock.
        processor: Seconds of processors, of all processes together.
        mib: The most memory that they took together; a page that several share counts for each.
        failed: The stacks that failed, with the end of what they said.
    """

    stacks: int
    at_once: int
    seconds: float
    processor: float
    mib: float
    failed: dict[str, str]


class Fleet:
    """Stacks in a copy of the project.

    Args:
        folder: Where to copy it to.
        kubernetes: Whether each cluster gets a Kubernetes API.
    """

    def __init__(self, folder: Path, *, kubernetes: bool) -> None:
        self._folder = folder
        self._environment = dict(os.environ)
        if not kubernetes:
            self._environment["EKS_CLUSTER_KUBERNETES"] = "no"
        self._starting = threading.Lock()
        self._over = False
        tracked = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard"],
            capture_output=True,
            text=True,
            check=True,
        )
        for name in tracked.stdout.splitlines():
            if (ROOT / name).exists():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)

    def rehearse(self, count: int, at_once: int) -> Cost:
        """Rehearses stacks, so many at a time.

        Args:
            count: How many stacks; each is the dev stack by another name.
            at_once: How many of them at a time.
        """
        stacks = [f"fleet-{number + 1:02}" for number in range(count)]
        for stack in stacks:
            shutil.copy2(ROOT / "Pulumi.dev.yaml", self._folder / f"Pulumi.{stack}.yaml")
            shutil.copy2(ROOT / "locks/dev.yaml", self._folder / f"locks/{stack}.yaml")
        used, begun = family.processor_seconds(), time.monotonic()
        pool = concurrent.futures.ThreadPoolExecutor(at_once)
        try:
            with Peak(os.getpid()) as peak:
                ended = list(pool.map(self._up_and_destroy, stacks))
        except KeyboardInterrupt:
            with self._starting:
                self._over = True
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        seconds = time.monotonic() - begun
        used = family.processor_seconds() - used
        failed = {stack: why for stack, why in zip(stacks, ended, strict=True) if why}
        return Cost(count, at_once, seconds, used, peak.mib, failed)

    def _up_and_destroy(self, stack: str) -> str:
        """Rehearses one stack; the end of what it said where it failed."""
        for step in _STEPS:
            begun = time.monotonic()
            command = [sys.executable, "-m", "ops", "rehearse", stack, "--speed", "max"]
            command += ["--skip-preview", *(["--destroy"] if step == "destroy" else [])]
            process = self._start(command)
            if process is None:
                return "interrupted"
            said, _ = process.communicate()
            how = "failed" if process.returncode else "done"
            seconds = time.monotonic() - begun
            print(f"{stack}: {step} {how} in {seconds:.0f} s", file=sys.stderr, flush=True)
            if process.returncode:
                return f"{step}: {said[-3000:]}"
        return ""

    def _start(self, command: list[str]) -> subprocess.Popen[str] | None:
        """Starts a command, unless it is over: nothing may begin while all is killed."""
        with self._starting:
            if self._over:
                return None
            return subprocess.Popen(
                command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,  # Ctrl-C is for us
            )


def compare(alone: Cost, fleet: Cost) -> dict[str, Any]:
    """A fleet beside one stack alone.

    Returns:
        The ratios: `seconds`, `processor` and `mib` to those of one alone; `serial`, of the
        seconds to those of as many one after the other; `each`, of the processor seconds of each
        to those of one alone.
    """
    return {
        "seconds": round(fleet.seconds / alone.seconds, 2),
        "serial": round(fleet.seconds / (alone.seconds * fleet.stacks), 2),
        "processor": round(fleet.processor / alone.processor, 2),
        "each": round(fleet.processor / (alone.processor * fleet.stacks), 2),
        "mib": round(fleet.mib / alone.mib, 2),
    }


def main() -> int:
    """Measures and prints. Returns 0, or 1 where a stack failed, 130 where it was interrupted."""
    parser = argparse.ArgumentParser(prog="python -m bench.fleet", description=__doc__)
    parser.add_argument("--stacks", type=_count, default=20, help="how many; default: 20")
    parser.add_argument("--at-once", type=_count, metavar="N", help="at a time; default: all")
    parser.add_argument("--kubernetes", action="store_true", help="with a Kubernetes API for each")
    parser.add_argument("--json", action="store_true", help="the same as JSON")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    family.adopt_orphans()
    try:
        # The folder goes last, when nobody writes into it any more.
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, family.none_left():
            fleet = Fleet(Path(folder), kubernetes=arguments.kubernetes)
            alone = fleet.rehearse(1, 1)
            many = fleet.rehearse(arguments.stacks, arguments.at_once or arguments.stacks)
    except KeyboardInterrupt:
        print("interrupted; nothing is left of it", file=sys.stderr)
        return 130
    failed = alone.failed | many.failed
    for stack, why in failed.items():
        print(f"\n{stack} failed: {why}", file=sys.stderr)
    ratios = {} if failed else compare(alone, many)
    if arguments.json:
        costs = {"alone": alone, "fleet": many}
        found = {name: dataclasses.asdict(cost) for name, cost in costs.items()}
        print(json.dumps({**found, "ratios": ratios}, indent=2))
    else:
        print(_table(alone, many, ratios))
    return 1 if failed else 0


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"must be a number of 1 or more, not {text!r}")
    return int(text)


def _table(alone: Cost, fleet: Cost, ratios: dict[str, Any]) -> str:
    lines = [f"{'STACKS':<8}{'AT ONCE':>8}{'WALL':>9}{'CPU':>9}{'MEMORY':>11}{'FAILED':>8}"]
    lines += [
        f"{cost.stacks:<8}{cost.at_once:>8}{cost.seconds:>7.0f} s{cost.processor:>7.0f} s"
        f"{cost.mib:>7.0f} MiB{len(cost.failed):>8}"
        for cost in (alone, fleet)
    ]
    if ratios:
        lines += [
            f"{'ratio':<16}{ratios['seconds']:>7} x{ratios['processor']:>7} x{ratios['mib']:>9} x",
            f"One after the other would be 1: wall {ratios['serial']}, CPU {ratios['each']}.",
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
