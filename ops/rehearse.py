"""`python -m ops rehearse`: the unchanged program and stack file against the embedded AWS."""

import fcntl
import shutil
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from ops.embedded_aws import EmbeddedAws
from ops.engine import PROJECT, ROOT, Engine
from ops.recover.report import table
from ops.user_error import UserError
from spec.model import ClusterSpec
from spec.problems import StackFileError
from spec.stack_file import read_stack_file

_STATE = PROJECT / ".state"
_JOIN_TIMEOUT = 60.0  # seconds; typically 39 on AWS, so this is ample at any speed of 1 or more

_NODE_COLUMNS = {
    "NAME": "name",
    "STATUS": "status",
    "NODE GROUP": "nodegroup",
    "INSTANCE TYPE": "instanceType",
    "ZONE": "zone",
    "INTERNAL-IP": "internalIp",
    "VERSION": "version",
}
_RESOURCE_COLUMNS = {"SERVICE": "service", "TYPE": "type", "ID": "id", "STATE": "state"}


class Rehearsal:
    """The rehearsal of one stack.

    It stays up between commands: engine state, embedded AWS and logs are kept in one folder for
    each stack, and go with `destroy`.

    Args:
        stack: The stack's name; its file is `Pulumi.<stack>.yaml` in the project's folder.
        speed: How many times faster than on AWS time passes, or `max`.
    """

    def __init__(self, stack: str, *, speed: str) -> None:
        self._stack = stack
        self._stack_file = ROOT / f"Pulumi.{stack}.yaml"
        self._state = _STATE / stack
        self._aws = EmbeddedAws(self._state, speed)

    def up(self) -> int:
        """Brings the stack up, or up to date, and lists its nodes. Returns an exit code."""
        try:
            shown = self._stack_file.relative_to(ROOT)
            cluster = read_stack_file(shown).cluster
        except StackFileError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        with self._alone():
            begun = time.monotonic()
            engine = self._resume()
            if engine and engine.unfinished:
                self._recover(engine)
            engine = engine or self._begin()
            engine.prepare(self._stack_file)
            code = self._told(engine.up())
            if code:
                return code
            nodes = self._nodes(cluster)
            print(f"Nodes of {cluster.name}:\n{table(nodes, _NODE_COLUMNS)}\n")
            print(
                f"Rehearsed in {time.monotonic() - begun:.0f} s. It stays up: edit "
                f"{self._stack_file.name} and run `make rehearse` again, or take it down with "
                "`make rehearse-destroy`."
            )
        return 0

    def destroy(self) -> int:
        """Takes the stack down and proves that nothing is left. Returns an exit code."""
        if not self._state.exists():
            print(f"There is no rehearsal of {self._stack}.")
            return 0
        with self._alone():
            engine = self._resume()
            if not engine:
                print("Nothing of it is left.")
                return 0
            # Also after a run that went well: a call whose answer was lost and that was repeated
            # may have made two of a kind, of which the engine knows one.
            self._recover(engine)
            code = self._told(engine.destroy())
            if code:
                return code
            left = self._aws.inventory()
            if left:
                print(f"\nThe embedded AWS still holds:\n{table(left, _RESOURCE_COLUMNS)}")
                return 1
            self._forget()
        print("The embedded AWS holds nothing any more: EC2, EKS, IAM, KMS and Logs are empty.")
        return 0

    def _nodes(self, cluster: ClusterSpec) -> list[dict[str, Any]]:
        """The nodes, once all that were asked for are there: they join after EKS says ACTIVE."""
        expected = sum(group.nodes.desired for group in cluster.node_groups.values())
        deadline = time.monotonic() + _JOIN_TIMEOUT
        while True:
            nodes = self._aws.nodes(cluster.name, cluster.region)
            ready = sum(node["status"] == "Ready" for node in nodes)
            if ready == len(nodes) == expected or time.monotonic() > deadline:
                return nodes
            time.sleep(0.1)

    def _told(self, code: int) -> int:
        """The engine's exit code; where it failed, with a word on where to look further."""
        if code:
            print(f"\nThe rehearsal failed; the embedded AWS's log is {self._log}.")
        return code

    @property
    def _log(self) -> str:
        return str((self._state / "aws.log").relative_to(ROOT))

    def _resume(self) -> Engine | None:
        """The engine of an earlier command, if engine and embedded AWS still know the same.

        If they do not, it says why and clears both away.
        """
        if not self._state.exists():
            return None
        if not self._aws.running():
            print("The embedded AWS has ended, and all that was in it.")
            self._forget()
            return None
        self._aws.pass_time()
        engine = Engine(self._stack, self._state, self._aws.url)
        if not engine.prepared:
            self._forget()
            return None
        return engine

    def _begin(self) -> Engine:
        """The engine on an embedded AWS with nothing in it."""
        self._state.mkdir(parents=True)
        self._aws.start()
        return Engine(self._stack, self._state, self._aws.url)

    def _recover(self, engine: Engine) -> None:
        """Makes good what an earlier run left behind, with the command that does it on AWS."""
        if engine.unfinished:
            print("The last run did not come to its end. `python -m ops recover` makes it good:")
        if engine.recover():
            raise UserError(f"the recovery failed; the embedded AWS's log is {self._log}")

    def _forget(self) -> None:
        self._aws.stop()
        shutil.rmtree(self._state, ignore_errors=True)

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Keeps a second command away from the same stack for as long as this one runs."""
        _STATE.mkdir(parents=True, exist_ok=True)
        with (_STATE / f"{self._stack}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UserError(
                    f"another command is rehearsing {self._stack} now; wait for it to end"
                ) from None
            yield
