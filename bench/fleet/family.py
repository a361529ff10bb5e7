"""All processes that come of this one, orphans too: what they cost, and their end. Linux only."""

import contextlib
import ctypes
import os
import resource
import signal
import time
from collections.abc import Iterator

from bench.scale.memory import descendants

_PR_SET_CHILD_SUBREAPER = (
    36  # https://man7.org/linux/man-pages/man2/PR_SET_CHILD_SUBREAPER.2const.html
)
_PATIENCE = 10.0  # seconds for killed processes to be gone


def adopt_orphans() -> None:
    """Makes this process the parent of every descendant whose own parent ends.

    An embedded AWS outlives the command that starts it; by this it stays ours, and its processor
    time is counted when it ends.

    Raises:
        OSError: The system refuses.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


def processor_seconds() -> float:
    """What all descendants that have ended have taken of processors, in seconds.

    Only for a moment when nobody waits for a child: it waits for all that have ended.
    """
    deadline = time.monotonic() + _PATIENCE
    while _reap() and time.monotonic() < deadline:
        time.sleep(0.05)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextlib.contextmanager
def none_left() -> Iterator[None]:
    """Kills all descendants at the end, however it comes; a second signal does not keep it."""
    try:
        yield
    finally:
        before = {it: signal.signal(it, signal.SIG_IGN) for it in (signal.SIGINT, signal.SIGTERM)}
        deadline = time.monotonic() + _PATIENCE
        while _reap() and time.monotonic() < deadline:
            # Until there are none: one may have started another before it was killed.
            for pid in list(descendants(os.getpid())):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        for number, handler in before.items():
            signal.signal(number, handler)


def _reap() -> bool:
    """Waits for all children that have ended. Whether there are others."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
        return True
    return False
