"""`python -m ops rehearse`: the unchanged program and stack file against the embedded AWS."""

import fcntl
import json
import shutil
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ops.deployer import is_no_administrator, settle, sign_in, wanted
from ops.embedded_aws import EmbeddedAws, StateLostError
from ops.engine import OWN, POLICY_PACK, PROJECT, ROOT, Engine
from ops.recover.report import table
from ops.report import after_run
from ops.shell import write_shell
from ops.user_error import UserError
from spec.faults import read_faults
from spec.model import ClusterSpec
from spec.problems import StackFileError, listed
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
_FAULT_COLUMNS = {
    "FAULT": "number",
    "ACTION": "action",
    "MATCHED": "matched",
    "FIRED": "fired",
    "WHAT": "fault",
}
_RESOURCE_COLUMNS = {"SERVICE": "service", "TYPE": "type", "ID": "id", "STATE": "state"}


class Rehearsal:
    """The rehearsal of one stack.

    It stays up between commands: engine state, embedded AWS and logs are kept in one folder for
    each stack, and go with `destroy`.

    Args:
        stack: The stack's name; its file is `Pulumi.<stack>.yaml` in the project's folder.
        speed: How many times faster than on AWS time passes, or `max`.
        faults: A file that says what goes wrong; None: nothing.
        preview: Whether the engine shows what it is going to do before it does it.
        deployer: The ARN of the role or user that deploys; None: as the stack file has it.
        policy: Whether the policy pack judges what is going to be made.
    """

    def __init__(
        self,
        stack: str,
        *,
        speed: str,
        faults: Path | None = None,
        preview: bool = True,
        deployer: str | None = None,
        policy: bool = True,
    ) -> None:
        self._stack = stack
        self._stack_file = ROOT / f"Pulumi.{stack}.yaml"
        self._state = _STATE / stack
        self._speed = speed
        self._aws = EmbeddedAws(self._state, speed)
        self._faults = faults
        self._deployer = deployer
        self._credentials = OWN
        self._options = () if preview else ("--skip-preview",)
        self._pack = ("--policy-pack", str(POLICY_PACK)) if policy else ()

    def up(self) -> int:
        """Brings the stack up, or up to date, and lists its nodes. Returns an exit code."""
        try:
            shown = self._stack_file.relative_to(ROOT)
            stack = read_stack_file(shown)
            self._check_faults()
        except StackFileError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        cluster, givens = stack.cluster, wanted(stack, self._deployer)
        with self._alone():
            begun = time.monotonic()
            if not self._resume():
                self._begin(givens.account)
            self._credentials = settle(self._aws, self._state, givens)
            engine = self._engine()
            if engine.unfinished:
                self._recover(engine)
            engine.prepare(self._stack_file)
            with self._going_wrong():
                code = self._told(engine.up(*self._options, *self._pack))
            if code:
                return code
            nodes = self._nodes(cluster)
            print(f"Nodes of {cluster.name}:\n{table(nodes, _NODE_COLUMNS)}")
            self._print_times(engine, self._state / "report")
            print(self._how_to_look(engine))
            if limits := is_no_administrator(cluster, givens.deployer):
                print(limits)
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
        try:
            self._check_faults()
        except StackFileError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
        with self._alone():
            if not self._resume():
                print("Nothing of it is left.")
                return 0
            self._credentials = sign_in(self._aws, self._state, self._deployer)
            engine = self._engine()
            # Also after a run that went well: a call whose answer was lost and that was repeated
            # may have made two of a kind, of which the engine knows one.
            self._recover(engine)
            kept = self._kept(engine)
            with self._going_wrong():
                code = self._told(engine.destroy(*self._options))
            if code:
                return code
            inventory = self._aws.inventory()
            if wrong := self._wrong(inventory, kept):
                print(f"\n{wrong}")
                return 1
            self._print_times(engine, _STATE / f"{self._stack}-destroy")
            self._forget()
        print(_all_gone(inventory))
        return 0

    def _wrong(self, inventory: Sequence[Mapping[str, Any]], kept: set[str]) -> str:
        """What a destroy has left, or has taken away that was not its own; empty if all is well."""
        if left := [it for it in inventory if it["name"] not in kept]:
            return f"The embedded AWS still holds:\n{table(left, _RESOURCE_COLUMNS)}"
        if missing := self._aws.missing():
            columns = {name: key for name, key in _RESOURCE_COLUMNS.items() if name != "STATE"}
            return f"Was there before the stack, and is gone:\n{table(missing, columns)}"
        return ""

    def _kept(self, engine: Engine) -> set[str]:
        """What the stack keeps in AWS, also if an earlier destroy that failed has forgotten it."""
        file = self._state / "kept.json"
        before: list[str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
        kept = {*before, *engine.kept()}
        file.write_text(json.dumps(sorted(kept)), encoding="utf-8")
        return kept

    def _check_faults(self) -> None:
        """Reads the faults file.

        Raises:
            StackFileError: All that is wrong with it.
        """
        if self._faults:
            read_faults(self._faults)

    @contextmanager
    def _going_wrong(self) -> Generator[None]:
        """Lets the faults of the file happen, and tells at the end which have."""
        self._aws.arm(self._faults)
        yield
        if not self._faults:
            return
        faults = self._aws.faults()
        self._aws.arm(None)
        print(f"\nFaults of {self._faults}:\n{table(faults, _FAULT_COLUMNS)}\n")
        idle = [str(number) for number, it in enumerate(faults, 1) if not it["fired"]]
        if idle:
            print(f"Never fired: {', '.join(idle)}.\n")

    def _nodes(self, cluster: ClusterSpec) -> list[dict[str, Any]]:
        """The nodes, once all that were asked for are there: they join after EKS says ACTIVE."""
        expected = self._aws.wanted_nodes(cluster.name, cluster.region)
        deadline = time.monotonic() + _JOIN_TIMEOUT
        while True:
            nodes = self._aws.nodes(cluster.name, cluster.region)
            ready = sum(node["status"] == "Ready" for node in nodes)
            if ready == len(nodes) == expected or time.monotonic() > deadline:
                return nodes
            time.sleep(0.1)

    def _how_to_look(self, engine: Engine) -> str:
        """How to talk to the cluster's Kubernetes API, or why there is none."""
        env = write_shell(self._state, engine.outputs(), self._aws.url, self._credentials)
        if env:
            shown = env.relative_to(ROOT)
            return f"kubectl and aws work in a shell that has read its settings: . {shown}"
        if self._aws.has_kubernetes:
            return (
                f"The cluster has no Kubernetes API: it was made without, or {self._log} tells why."
            )
        return f"The cluster has no Kubernetes API: {self._aws.why_no_kubernetes}."

    def _print_times(self, engine: Engine, to: Path) -> None:
        """Says what the engine's newest run would take on AWS."""
        times = after_run(self._state, engine.checkpoint, self._speed, to)
        print(f"\n{times}" if times else "")

    def _told(self, code: int) -> int:
        """The engine's exit code; where it failed, with a word on where to look further."""
        if code:
            print(f"\nThe rehearsal failed; the embedded AWS's log is {self._log}.")
        return code

    @property
    def _log(self) -> str:
        return str((self._state / "aws.log").relative_to(ROOT))

    def _resume(self) -> bool:
        """Whether engine and embedded AWS of an earlier command still know the same.

        If they do not, it says why and clears both away.
        """
        if not self._state.exists():
            return False
        if not self._aws.running() and not self._restart():
            self._forget()
            return False
        self._aws.pass_time()
        if not self._engine().prepared:
            self._forget()
            return False
        return True

    def _engine(self) -> Engine:
        """The engine, for whoever deploys."""
        return Engine(self._stack, self._state, self._aws.url, credentials=self._credentials)

    def _restart(self) -> bool:
        """Starts an embedded AWS that has ended where it was; whether that is possible."""
        if not self._aws.saved:
            print("The embedded AWS has ended before it held anything; the rehearsal begins anew.")
            return False
        try:
            self._aws.start()
        except StateLostError as error:
            print(f"The embedded AWS has ended: {error} The rehearsal begins anew.")
            return False
        print("The embedded AWS had ended; it goes on where it was.")
        return True

    def _begin(self, account: str) -> None:
        """Starts an embedded AWS with nothing in it."""
        self._state.mkdir(parents=True)
        self._aws.start(account)

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


def _all_gone(kept: Sequence[Mapping[str, Any]]) -> str:
    """How a destroy ends that has left what it should, and nothing else."""
    nothing = "The embedded AWS holds nothing any more"
    if not kept:
        return f"{nothing}: EC2, EKS, IAM, KMS and Logs are empty."
    names = listed(f"the {it['type']} {it['name']}" for it in kept)
    return f"{nothing} but what the stack file keeps: {names}."
