"""Where built and downloaded tools are kept: outside the tree, by version, for all checkouts."""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

_WORK = "work-"  # how the names of unfinished folders begin


class Cache:
    """The cache folder. What lies in it under its final name is complete.

    Args:
        folder: Made when it is first written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def lock(self, waiting: Callable[[], None]) -> Generator[int]:
        """Keeps other set-ups out. Gives the lock's file descriptor.

        A child process that inherits the descriptor keeps the lock as long as it lives, so that a
        set-up that is killed is over only when the commands that it started are.

        Args:
            waiting: Called again and again while another set-up holds the lock.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not _locked(descriptor):
                waiting()
                time.sleep(0.2)
            self._remove_leftovers()
            yield descriptor
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def work(self) -> Generator[Path]:
        """A temporary folder that is gone afterwards, whatever happens. Needs the lock."""
        folder = Path(tempfile.mkdtemp(prefix=_WORK, dir=self.folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def keep(self, finished: Path, name: str) -> Path:
        """Moves a finished folder to its final name, in one step."""
        kept = self.folder / name
        if kept.exists():
            shutil.rmtree(kept)
        return finished.rename(kept)

    def _remove_leftovers(self) -> None:
        """What a killed set-up could not remove: who holds the lock is the only one at work."""
        for folder in self.folder.glob(f"{_WORK}*"):
            shutil.rmtree(folder)


def folder(environment: Mapping[str, str]) -> Path:
    """The cache folder: EKS_CLUSTER_CACHE, or eks-cluster in the user's cache folder."""
    if chosen := environment.get("EKS_CLUSTER_CACHE"):
        return Path(chosen).expanduser().absolute()
    general = Path(environment.get("XDG_CACHE_HOME", ""))
    if not general.is_absolute():  # as the XDG specification has it
        general = Path(environment.get("HOME") or Path.home()) / ".cache"
    return general / "eks-cluster"


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
