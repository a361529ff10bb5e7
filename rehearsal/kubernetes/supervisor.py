"""``python -m rehearsal.kubernetes.supervisor PLAN``: keeps the processes of a control plane alive.

It ends them, and itself, as soon as its standard input is closed: that happens however whoever
started it has ended, by SIGKILL too. A process that ends by itself is started again, as a kubelet
does with those of a control plane, but not for ever.

The plan is JSON: ``{"log": file, "lock": file, "processes": [...]}``, each of which is
``{"arguments": [...], "port": n, "ready": url, "authority": file}``. The next one is started when
it listens on its port, and says at its URL that it is ready; 0 and "" stand for none.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

STEP = 0.02  # seconds between two looks
PATIENCE = 60.0  # seconds for a process to listen
PAUSE = 0.5  # seconds before a process is started again
MOST_RESTARTS = 5


class Supervisor:
    """The processes of one plan.

    Args:
        plan: See this module.
    """

    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan = plan
        self._over = threading.Event()
        self._restarts = 0
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self) -> int:
        """Start everything, and keep it running until it is to end; the exit code."""
        threading.Thread(target=self._wait_for_end, daemon=True).start()
        try:
            with self._alone():
                for process in self._plan["processes"]:
                    self._running.append(self._start(process))
                    self._wait_for(len(self._running) - 1, process)
                while not self._over.wait(STEP * 10):
                    self._restart_ended()
        except GaveUpError as error:
            print(f"supervisor: {error}", file=sys.stderr, flush=True)
            return 1
        finally:
            self._end()
        return 0

    def stop(self) -> None:
        """End everything soon."""
        self._over.set()

    def _wait_for_end(self) -> None:
        while os.read(0, 4096):
            pass
        self._over.set()

    @contextlib.contextmanager
    def _alone(self) -> Any:
        """Wait for an earlier supervisor of the same control plane to end its processes."""
        with Path(self._plan["lock"]).open("w") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    if self._over.wait(STEP):
                        raise GaveUpError("told to end") from None
                else:
                    break
            yield

    def _start(self, process: dict[str, Any]) -> subprocess.Popen[bytes]:
        with Path(self._plan["log"]).open("ab") as log:
            return subprocess.Popen(
                process["arguments"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=Path(self._plan["log"]).parent,
                start_new_session=True,
            )

    def _wait_for(self, index: int, process: dict[str, Any]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not (_listens(process["port"]) and _is_ready(process["ready"], process["authority"])):
            if self._over.wait(STEP):
                raise GaveUpError("told to end")
            if time.monotonic() > deadline:
                raise GaveUpError(f"{self._name(index)} is not ready after {PATIENCE:.0f} s")
            self._restart_ended()

    def _restart_ended(self) -> None:
        for index, child in enumerate(self._running):
            if child.poll() is None:
                continue
            if self._restarts == MOST_RESTARTS:
                raise GaveUpError(f"{self._name(index)} ended again, with {child.returncode}")
            self._restarts += 1
            if self._over.wait(PAUSE):
                return
            self._running[index] = self._start(self._plan["processes"][index])

    def _name(self, index: int) -> str:
        return Path(self._plan["processes"][index]["arguments"][0]).name

    def _end(self) -> None:
        # Nothing is lost: what etcd has answered is with the operating system.
        for child in self._running:
            child.kill()
        for child in self._running:
            child.wait()


class GaveUpError(Exception):
    """It goes on no longer; the message says why."""


def _listens(port: int) -> bool:
    if not port:
        return True
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _is_ready(url: str, authority: str) -> bool:
    if not url:
        return True
    trusted = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=authority))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), trusted)
    try:
        opener.open(url, timeout=5).close()
    except OSError:
        return False
    return True


def main(plan: Path) -> int:
    """Run the plan of a file; the exit code of the process."""
    supervisor = Supervisor(json.loads(plan.read_text(encoding="utf-8")))

    def stop(_: int, __: FrameType | None) -> None:
        supervisor.stop()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    return supervisor.run()


def _main() -> NoReturn:
    sys.exit(main(Path(sys.argv[1])))


if __name__ == "__main__":
    _main()
