"""Which engine is used: the first on PATH that suits, else ours, downloaded or built."""

import platform
from collections.abc import Mapping
from pathlib import Path

from tools.toolchain import build, engine, hints, official, pins
from tools.toolchain.cache import Cache
from tools.toolchain.children import Children
from tools.toolchain.engine import Engine
from tools.toolchain.on_path import OnPath
from tools.toolchain.progress import Task
from tools.toolchain.user_error import UserError
from tools.toolchain.work import Unavailable, Work


class Choice:
    """The choice among engines.

    Args:
        root: The tree.
        cache: Where ours are kept.
        environment: The user's environment.
        own: The folder with the tree's own links.
    """

    def __init__(self, root: Path, cache: Cache, environment: Mapping[str, str], own: Path) -> None:
        self._pinned = pins.pulumi(root)
        self._cache = cache
        self._environment = environment
        self._on_path = OnPath(environment, self._pinned, own, cache.folder / "versions.json")
        system = f"{platform.system().lower()}-{platform.machine().lower()}"
        self._official = f"pulumi-{self._pinned}-{system}"
        self._built = f"{self._official}-built-{build.recipe()}"

    def present(self) -> tuple[Engine | None, list[str]]:
        """The engine that is already there, and why others on PATH are passed over."""
        found, passed_over = self._on_path.find()
        return found or self._cached(), passed_over

    def obtain(self, children: Children, task: Task) -> Engine:
        """Gets one that is not there yet. Needs the cache's lock.

        Raises:
            UserError: There is no way to get one; the message goes through all of them.
        """
        ways = (
            ("official download", self._official, official.install),
            ("build from Go modules", self._built, build.build),
        )
        _, passed_over = self._on_path.find()
        reasons = [("on PATH", reason) for reason in passed_over or ["there is none"]]
        for name, kept_as, get in ways:
            with self._cache.work() as folder:
                work = Work(self._pinned, folder, self._environment, children, task)
                try:
                    get(work)
                except Unavailable as error:
                    reasons.append((name, str(error)))
                    task.note(f"No {name}: {error}.")
                    continue
                self._cache.keep(work.finished, kept_as)
            if found := self._cached():
                return found
        raise UserError(self._no_engine(reasons))

    def _cached(self) -> Engine | None:
        for name in (self._official, self._built):
            if found := engine.in_folder(self._cache.folder / name / "bin", self._pinned):
                return found
        return None

    def _no_engine(self, reasons: list[tuple[str, str]]) -> str:
        ways = "\n".join(f"  {name}: {reason}" for name, reason in reasons)
        return (
            f"there is no way to a pulumi {self._pinned} on this machine:\n{ways}\n"
            "One of these is enough; then run the same command again:\n"
            f"  pulumi: curl -fsSL https://get.pulumi.com | sh -s -- --version {self._pinned}\n"
            f"  Go {build.needed_go()} or newer, and a Go module proxy in reach. {hints.go()}"
        )
