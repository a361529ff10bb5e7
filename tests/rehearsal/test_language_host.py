"""The language host that the set-up builds, where there is no official download."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.scale.memory import descendants

HOST = (Path(sys.prefix) / "bin" / "pulumi-language-python").resolve()

pytestmark = pytest.mark.skipif(
    not HOST.with_name("pulumi-language-python-host").exists(),
    reason="the engine is an official download",
)


@contextlib.contextmanager
def started(*, ignoring: bool):
    """The host, of an engine that listens and says nothing."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN) if ignoring else None
    try:
        with socket.create_server(("127.0.0.1", 0)) as engine:
            command = [str(HOST), f"127.0.0.1:{engine.getsockname()[1]}"]
            # What is ignored here, it ignores from its start.
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as host:
                try:
                    yield host
                finally:
                    host.kill()
    finally:
        if handler:
            signal.signal(signal.SIGINT, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("ignoring", [False, True], ids=["in front", "in the background"])
def test_it_ends_at_once_when_the_engine_says_so(number, ignoring):
    with started(ignoring=ignoring) as host:
        assert host.stdout
        assert host.stdout.readline().strip().isdigit(), "the port that it answers on"
        below = list(descendants(host.pid))
        assert below or sys.platform != "linux", "the older host, which it hands all on to"
        host.send_signal(number)
        assert host.wait(10) == 0
        deadline = time.monotonic() + 10
        while any(Path(f"/proc/{pid}").exists() for pid in below):
            assert time.monotonic() < deadline, "what it had started is still there"
            time.sleep(0.05)
