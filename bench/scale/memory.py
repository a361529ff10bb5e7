"""How much memory the processes below this one take together, at most. Linux only."""

import contextlib
import os
import threading
from collections.abc import Collection, Iterator
from pathlib import Path

_INTERVAL = 0.1  # seconds; a plugin lives for seconds
_PAGE = os.sysconf("SC_PAGE_SIZE")  # bytes; what the kernel counts resident memory in


class Peak:
    """Watches while it is entered.

    A page that several processes share counts for each of them, as it does in `ps`.

    Args:
        root: The process whose descendants are watched.
        apart: Processes that do not count, nor do their descendants.

    Attributes:
        mib: The most that they have taken together, in MiB.
    """

    def __init__(self, root: int, apart: Collection[int] = ()) -> None:
        self._root = root
        self._apart = frozenset(apart)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.mib = 0.0

    def __enter__(self) -> "Peak":
        """Begins to watch."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends to watch."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_INTERVAL):
            resident = sum(_resident(pid) for pid in descendants(self._root, self._apart))
            self.mib = max(self.mib, resident * _PAGE / 2**20)


def descendants(root: int, apart: Collection[int] = ()) -> Iterator[int]:
    """The processes below one.

    Args:
        root: The process.
        apart: Processes that are left out, with their descendants.
    """
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        # A process may end at any moment.
        with contextlib.suppress(OSError, IndexError, ValueError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    waiting = list(children.get(root, ()))
    while waiting:
        pid = waiting.pop()
        if pid not in apart:
            yield pid
            waiting += children.get(pid, ())


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
