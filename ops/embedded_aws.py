"""Starts, finds and stops the embedded AWS of a rehearsal, which is a process of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http import HTTPStatus
from pathlib import Path
from typing import Any

from ops.engine import ROOT, Credentials
from ops.user_error import UserError
from spec.givens import Givens

_START_TIMEOUT = 60.0  # seconds; it takes one, but not on a machine that is busy
# The programs of a control plane, which the set-up gets if it can.
_KUBERNETES = Path(sys.prefix) / "kubernetes"
_KUBERNETES_MISSING = Path(sys.prefix) / "kubernetes-missing"  # says why there are none
_SWITCH = "EKS_CLUSTER_KUBERNETES"  # "no" keeps the set-up and rehearsals from them
_STOP_TIMEOUT = 10.0  # seconds
_ANSWER_TIMEOUT = 60.0  # seconds; it takes milliseconds, but not on a machine that is busy
_STATE_LOST = 3  # its exit code where it cannot go on with what it has saved


def _is_unwanted() -> bool:
    return os.environ.get(_SWITCH, "").lower() in {"no", "0", "false", "off"}


class StateLostError(UserError):
    """The saved state cannot be gone on with; the message says why."""


class BusyError(UserError):
    """It is there, and does not answer; the message says for how long."""


class EmbeddedAws:
    """The embedded AWS of one stack.

    Args:
        state: The stack's folder; the process leaves its address and log there.
        speed: How many times faster than on AWS time passes, or `max`.
        kubernetes: Whether clusters get a Kubernetes API, if they can have one.
    """

    def __init__(self, state: Path, speed: str, *, kubernetes: bool = True) -> None:
        self._kubernetes = kubernetes
        self._address = state / "aws.json"
        self._log = state / "aws.log"
        self._saved = state / "aws.state"
        self._speed = speed

    @property
    def url(self) -> str:
        """Where it answers, e.g. `http://127.0.0.1:40123`."""
        return self._read_address()["url"]

    def running(self) -> bool:
        """Whether it answers; an error of its own is an answer too, and so is to be busy."""
        try:
            self._get("inventory")
        except BusyError:
            return True
        except urllib.error.HTTPError as error:
            return error.code >= HTTPStatus.INTERNAL_SERVER_ERROR
        except (OSError, ValueError, KeyError):
            return False
        return True

    @property
    def saved(self) -> bool:
        """Whether there is a state to go on with."""
        return self._saved.exists()

    @property
    def has_kubernetes(self) -> bool:
        """Whether clusters can have a Kubernetes API."""
        return self._kubernetes and _KUBERNETES.is_dir() and not _is_unwanted()

    @property
    def why_no_kubernetes(self) -> str:
        """Why clusters have none, in a few words."""
        if _is_unwanted():
            return f"{_SWITCH} says so"
        try:
            return _KUBERNETES_MISSING.read_text(encoding="utf-8").splitlines()[0]
        except (OSError, IndexError):
            return "`make setup` has not got its programs"

    def start(self, account: str | None = None) -> None:
        """Starts it, where it was when it last ended if it ran before.

        Args:
            account: The account's number. Default: that of AWS's documentation. It stays what it
                was where it goes on.

        Raises:
            StateLostError: What it has saved is damaged, or of another version.
            UserError: It did not come up; the message holds its last words.
        """
        self._address.unlink(missing_ok=True)
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "rehearsal.aws"),
                    *("--port", "0", "--speed", self._speed),
                    *("--endpoint-file", str(self._address)),
                    *("--state", str(self._saved)),
                    *(["--kubernetes", str(_KUBERNETES)] if self.has_kubernetes else []),
                    *(["--account", account] if account else []),
                ],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # It outlives this command, and Ctrl-C is meant for the engine alone.
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_TIMEOUT
        while not self.running():
            if process.poll() is not None or time.monotonic() > deadline:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                last_words = self._log.read_text(errors="replace").strip().splitlines()[-5:]
                if process.poll() == _STATE_LOST:
                    raise StateLostError(last_words[-1])
                raise UserError(
                    "the embedded AWS did not start; its log "
                    f"({self._log}) ends with:\n" + "\n".join(last_words)
                )
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends it, if it runs."""
        if not self.running():
            return
        pid = int(self._read_address()["pid"])
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + _STOP_TIMEOUT
        while self.running():
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                break
            time.sleep(0.05)
        self._address.unlink(missing_ok=True)

    def pass_time(self) -> None:
        """Lets time pass at this command's speed, if it was started at another."""
        self._ask("PUT", f"speed?value={self._speed}")

    def arm(self, faults: Path | None) -> None:
        """Lets go wrong what a faults file says, and nothing else.

        Args:
            faults: A file that has been checked; None for none.
        """
        text = faults.read_bytes() if faults else b""
        self._ask("PUT", f"faults?name={urllib.parse.quote(str(faults))}", text)

    def faults(self) -> list[dict[str, Any]]:
        """The faults of the file, and how often each has fired."""
        return self._get("faults")

    def give(self, givens: Givens) -> list[dict[str, str]]:
        """Puts what a stack takes for granted into the account; kind and id of what is new there.

        Raises:
            UserError: The embedded account is another one.
        """
        account = self._read_address()["account"]
        if account != givens.account:
            raise UserError(
                f"the stack file is of the account {givens.account}, and the rehearsal is up in "
                f"{account}; take it down first with `make rehearse-destroy`"
            )
        return json.loads(self._ask("PUT", "givens", givens.as_json()))["made"]

    def missing(self) -> list[dict[str, str]]:
        """What was put into the account for a stack and is not there any more."""
        return self._get("givens")

    def credentials(self, of: str) -> Credentials:
        """Keys of a role or user of the account.

        Args:
            of: Its ARN.

        Raises:
            UserError: There is no such role or user.
        """
        asked = urllib.parse.urlencode({"of": of})
        try:
            keys = json.loads(self._ask("PUT", f"credentials?{asked}"))
        except urllib.error.HTTPError as error:
            raise UserError(f"there is no {of} in the embedded account") from error
        return Credentials(keys["id"], keys["secret"], keys["token"])

    def inventory(self) -> list[dict[str, Any]]:
        """All that is still there and would be seen or paid for on AWS."""
        return self._get("inventory")

    def nodes(self, cluster: str, region: str) -> list[dict[str, Any]]:
        """The cluster's Kubernetes nodes."""
        return self._get(f"nodes?cluster={cluster}&region={region}")

    def wanted_nodes(self, cluster: str, region: str) -> int:
        """How many nodes its groups are to have, whoever has said so last: an autoscaler may."""
        return self._get(f"wanted-nodes?cluster={cluster}&region={region}")

    def _get(self, what: str) -> Any:
        return json.loads(self._ask("GET", what))

    def _ask(self, method: str, what: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - it is on this machine
            f"{self.url}/_rehearsal/{what}", method=method, data=body
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=_ANSWER_TIMEOUT) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code == HTTPStatus.NOT_FOUND and not what.startswith("credentials"):
                pid = self._read_address()["pid"]
                raise UserError(
                    f"the embedded AWS that runs (process {pid}) was started by another version of "
                    f"this project and does not know {what!r}; end it with `kill {pid}`, and the "
                    "rehearsal begins anew"
                ) from error
            raise
        except (TimeoutError, urllib.error.URLError) as error:
            if isinstance(getattr(error, "reason", error), TimeoutError):
                pid = self._read_address()["pid"]
                raise BusyError(
                    f"the embedded AWS (process {pid}) has not answered for {_ANSWER_TIMEOUT:.0f} "
                    "s; if the machine is not too busy for it, end it with "
                    f"`kill {pid}`, and the rehearsal goes on where it was at the next run"
                ) from error
            raise

    def _read_address(self) -> dict[str, Any]:
        return json.loads(self._address.read_text())
