"""The language host that the set-up builds, where there is no official download."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
                yield host
                host.kill()
    finally:
        if handler:
            signal.signal(signal.SIGINT, handler)


def hosts_of(engine: str) -> list[str]:
    """The processes that were started for an engine, by their command lines."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_text().split("\0")
            if engine in words and "pulumi-language-python" in words[0]:
                found.append(words[0])
    return found


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("ignoring", [False, True], ids=["in front", "in the background"])
def test_it_ends_at_once_when_the_engine_says_so(number, ignoring):
    with started(ignoring=ignoring) as host:
        assert host.stdout
        assert host.stdout.readline().strip().isdigit(), "the port that it answers on"
        engine = host.args[1]
        host.send_signal(number)
        assert host.wait(10) == 0
        deadline = time.monotonic() + 10
        while Path("/proc").exists() and hosts_of(engine):
            assert time.monotonic() < deadline, "what it had started is still there"
            time.sleep(0.05)
