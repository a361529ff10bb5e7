"""The kill test: `pulumi up` ends after any one call that changes AWS, and converges all the same.

    python -m tests.rehearsal.kill                     # SIGKILL after each write call in turn
    python -m tests.rehearsal.kill --action lost       # no kill: the answer to the call is lost
    python -m tests.rehearsal.kill --action throttling --together
    python -m tests.rehearsal.kill --only 'ec2.*'

Each point is a rehearsal of the dev stack from nothing. At the point's call the embedded AWS
carries the call out and never answers; then engine and plugins are killed. The next `up` must end
with the wanted state, which a refresh and a preview confirm, and `destroy` must leave nothing.

What ends no run can happen to several calls in one: with `--together` the first call of every
operation is disturbed in one rehearsal, the second of every operation in the next, and so on. Each
call is hit as it is by itself, because calls are counted by operation; it only takes less time.
"""

import argparse
import collections
import concurrent.futures
import contextlib
import dataclasses
import fnmatch
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ops.engine import Engine
from tests.rehearsal.workspace import Workspace, table

PATIENCE = 300  # seconds; a rehearsal takes fifteen, on a machine that does nothing else
QUICKLY = ("--skip-preview",)  # which changes nothing in AWS
RUNS = 3  # of `up`, until one succeeds, where a fault makes the first one fail


@dataclasses.dataclass(frozen=True)
class Point:
    """A call that changes AWS.

    Attributes:
        service: As in an ARN.
        operation: As AWS names it.
        number: The how many-th call of this operation it is; calls of different operations overtake
            each other, so that the n-th of all is another one in each run.
    """

    service: str
    operation: str
    number: int

    def __str__(self) -> str:
        return f"{self.service}.{self.operation}#{self.number}"

    def fault(self, action: str) -> dict[str, Any]:
        """The item of a faults file that has `action` happen at this call."""
        match = {"service": self.service, "operation": self.operation}
        when = {"nth": self.number, "writes": True}
        return {"match": match, "when": when, "action": action}


class Aws:
    """The embedded AWS of a workspace's rehearsal."""

    def __init__(self, workspace: Workspace) -> None:
        self._address = workspace.state / "aws.json"

    @property
    def is_there(self) -> bool:
        return self._address.exists()

    @property
    def pid(self) -> int:
        return json.loads(self._address.read_text())["pid"]

    @property
    def url(self) -> str:
        return json.loads(self._address.read_text())["url"]

    def ask(self, what: str) -> Any:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.url}/_rehearsal/{what}", timeout=30) as answer:
            return json.load(answer)

    def writes(self) -> list[Point]:
        """The calls that have changed something so far."""
        counted: collections.Counter[tuple[str, str]] = collections.Counter()
        points = []
        for call in self.ask("calls"):
            if call["kind"] == "write":
                counted[call["service"], call["operation"]] += 1
                name = call["service"], call["operation"]
                points.append(Point(*name, counted[name]))
        return points

    def kinds(self) -> dict[str, int]:
        """How many there are of each kind of resource."""
        return dict(collections.Counter(it["type"] for it in self.ask("inventory")))


def learn(workspace: Workspace) -> tuple[list[Point], dict[str, int]]:
    """An undisturbed `up` and `destroy`: the points, and what there has to be after `up`."""
    up = workspace.rehearse(*QUICKLY)
    assert up.returncode == 0, up.stdout + up.stderr
    aws = Aws(workspace)
    points, kinds = aws.writes(), aws.kinds()
    destroyed = workspace.rehearse("--destroy", *QUICKLY)
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    return points, kinds


@contextlib.contextmanager
def rehearsing(
    workspace: Workspace, points: Sequence[Point], action: str
) -> Iterator[subprocess.Popen[str]]:
    """A rehearsal that has just begun, with something to happen at calls of its AWS."""
    faults = workspace.path.parent / "faults.yaml"
    faults.write_text(json.dumps([point.fault(action) for point in points]))
    with (workspace.path.parent / "up.log").open("w") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "ops", "rehearse", "dev", "--speed", "max"),
                *("--faults", str(faults), *QUICKLY),
            ],
            cwd=workspace.path,
            env=workspace.environment,
            stdout=log,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        try:
            aws = Aws(workspace)
            _until(lambda: aws.is_there or process.poll() is not None)
            yield process
        finally:
            if process.poll() is None:
                kill_all(process.pid, spare=aws.pid)
                process.wait(10)


def kill_all(pid: int, spare: int) -> None:
    """SIGKILL to a process and all that it has started, but for one."""
    children = collections.defaultdict(list)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            child, _, rest = stat.read_text().partition(" ")
            children[int(rest.rpartition(") ")[2].split()[1])].append(int(child))
    doomed, queue = [], [pid]
    while queue:
        doomed.append(queue.pop())
        queue += [child for child in children[doomed[-1]] if child != spare]
    for it in doomed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(it, signal.SIGKILL)


def kill_at(workspace: Workspace, point: Point) -> None:
    """Starts an `up`, and kills it when AWS has carried out a call and not answered it."""
    with rehearsing(workspace, [point], "hang") as process:
        aws = Aws(workspace)
        _until(lambda: fired(aws) or process.poll() is not None)
        assert process.poll() is None, f"{point}: it ended before"
        kill_all(process.pid, spare=aws.pid)
        process.wait(10)


def fired(aws: Aws) -> bool:
    """Whether the fault has happened; it is armed a moment after the embedded AWS is there."""
    return any(it["fired"] for it in aws.ask("faults"))


def disturb_at(workspace: Workspace, points: Sequence[Point], action: str) -> None:
    """Runs an `up` during which faults happen; whether it succeeds is up to the retries."""
    with rehearsing(workspace, points, action) as process:
        process.wait(PATIENCE)
    told = (workspace.path.parent / "up.log").read_text()
    assert "Never fired" not in told, f"{_names(points)}: not each was called\n{told}"


def check(workspace: Workspace, wanted: dict[str, int], runs: int = 1) -> None:
    """The next `up` converges, and `destroy` leaves nothing.

    Raises:
        AssertionError: It does not.
    """
    for _ in range(runs):
        up = workspace.rehearse(*QUICKLY)
        if up.returncode == 0:
            break
    said = up.stdout + up.stderr
    assert up.returncode == 0, said
    nodes = table(up.stdout, "Nodes of dev:")
    assert [node["STATUS"] for node in nodes] == ["Ready", "Ready"], said
    assert_nothing_to_change(workspace)
    # What a repeated call has made twice is cleared away at the latest by `destroy`.
    there = Aws(workspace).kinds()
    assert all(there.get(kind, 0) >= number for kind, number in wanted.items()), (there, said)
    destroyed = workspace.rehearse("--destroy", *QUICKLY)
    said += destroyed.stdout + destroyed.stderr
    assert "The embedded AWS holds nothing any more" in destroyed.stdout, said


def assert_nothing_to_change(workspace: Workspace) -> None:
    """AWS is what the program wants, as AWS itself says."""
    with (workspace.path.parent / "preview.log").open("w+") as log:
        engine = Engine(
            "dev",
            workspace.state,
            Aws(workspace).url,
            project=workspace.path / "rehearsal",
            output=log,
        )
        code = engine.preview("--refresh", "--expect-no-changes")
        log.seek(0)
        assert code == 0, log.read()


def run(points: Sequence[Point], action: str, wanted: dict[str, int]) -> None:
    """One rehearsal, from nothing to nothing; `kill` takes a single point.

    Raises:
        AssertionError: It does not converge.
    """
    with workspace() as mine:
        if action == "kill":
            (point,) = points
            kill_at(mine, point)
            check(mine, wanted)
        else:
            disturb_at(mine, points, action)
            check(mine, wanted, RUNS)


@contextlib.contextmanager
def workspace() -> Iterator[Workspace]:
    """A copy of the project, with no rehearsal left behind."""
    folder = Path(tempfile.mkdtemp(prefix="kill-"))
    mine = Workspace(folder / "eks-cluster")
    try:
        yield mine
    finally:
        aws = Aws(mine)
        if aws.is_there:
            with contextlib.suppress(ProcessLookupError):
                os.kill(aws.pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def batches(points: Sequence[Point], *, together: bool) -> list[list[Point]]:
    """What is disturbed in one rehearsal each: a call, or a call of each operation."""
    if not together:
        return [[point] for point in points]
    by_number: dict[int, list[Point]] = {}
    for point in points:
        by_number.setdefault(point.number, []).append(point)
    return list(by_number.values())


def _names(points: Sequence[Point]) -> str:
    return ", ".join(str(point) for point in points)


def _until(happened: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--action", default="kill", help="kill, or an action of a faults file")
    parser.add_argument("--only", default="*", metavar="PATTERN", help="e.g. 'ec2.*', '*#1'")
    parser.add_argument("--jobs", type=int, default=2, help="points at a time; default: 2")
    parser.add_argument(
        "--together",
        action="store_true",
        help="disturb a call of each operation in one rehearsal; not for kill",
    )
    arguments = parser.parse_args()
    if arguments.together and arguments.action == "lost":
        parser.error("a lost answer may end `up`, so that the others would not be reached")
    if arguments.together and arguments.action == "kill":
        parser.error("an `up` can be killed once: --together is for faults")
    with workspace() as undisturbed:
        points, wanted = learn(undisturbed)
    chosen = [it for it in points if fnmatch.fnmatchcase(str(it), arguments.only)]
    print(f"{len(points)} calls change AWS in an `up` of the dev stack.", flush=True)
    failed: dict[str, str] = {}
    passed = ended = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        runs = {
            pool.submit(run, it, arguments.action, wanted): it
            for it in batches(chosen, together=arguments.together)
        }
        for done in concurrent.futures.as_completed(runs):
            disturbed = runs[done]
            ended += len(disturbed)
            error = done.exception()
            if error:
                failed[_names(disturbed)] = str(error)
            else:
                passed += len(disturbed)
            said = "FAILED" if error else "ok"
            print(
                f"{ended:3}/{len(chosen)} {arguments.action} {_names(disturbed)}: {said}",
                flush=True,
            )
    for names, said in failed.items():
        print(f"\n=== {names}\n{said[-6000:]}")
    print(
        f"\n{passed} of {len(chosen)}: `up` converges and `destroy` leaves nothing "
        f"({arguments.action} at each call that changes AWS)."
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
