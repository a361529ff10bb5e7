"""The set-up step as a whole."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, TypeVar

from tools.toolchain import cache
from tools.toolchain.cache import Cache
from tools.toolchain.children import Children, Stopped
from tools.toolchain.choice import Choice
from tools.toolchain.engine import Engine
from tools.toolchain.environment import Environment
from tools.toolchain.kubernetes import Kubernetes
from tools.toolchain.progress import Progress, Task
from tools.toolchain.user_error import UserError

_Result = TypeVar("_Result")


class Setup:
    """Brings the environment and the engine of one tree up to date.

    Args:
        root: The tree.
        variables: The user's environment variables.
        progress: Shows what is done.
        again: Tries again to get what rehearsals can do without, if it could not be had before.
    """

    def __init__(
        self,
        root: Path,
        variables: Mapping[str, str],
        progress: Progress,
        *,
        again: bool = True,
    ) -> None:
        self._progress = progress
        self._again = again
        self._environment = Environment(root, variables)
        self._cache = Cache(cache.folder(variables))
        self._choice = Choice(root, self._cache, variables, self._environment.commands)
        self._kubernetes = Kubernetes(self._cache, variables, self._environment.folder)

    def run(self) -> Engine:
        """Does what there is to do. Returns the engine that the tree uses then.

        Raises:
            UserError: Something is missing that the set-up cannot get.
        """
        engine, _ = self._choice.present()
        linked = engine and engine.is_linked(self._environment.commands)
        if engine and linked and not self._environment.why_outdated() and self._is_settled():
            return engine
        waiting: list[Task] = []

        def wait_for_other() -> None:
            if not waiting:
                waiting.append(self._progress.begin("waiting for another set-up"))
            self._progress.tick()

        with self._cache.lock(wait_for_other) as lock:
            for task in waiting:
                self._progress.end(task, "it is over")
            engine = self._make(Children(lock))
            engine.link(self._environment.commands)
            self._kubernetes.link()
        return engine

    def _is_settled(self) -> bool:
        return self._kubernetes.is_settled(again=self._again)

    def _make(self, children: Children) -> Engine:
        """Makes what is missing, all at a time: some mostly wait while others compute."""
        engine, passed_over = self._choice.present()
        for reason in passed_over:
            self._progress.note(f"Not used: {reason}.")
        packages: list[Future[str]] = []
        engines: list[Future[Engine]] = []
        others: list[Future[str]] = []
        with ThreadPoolExecutor() as pool:
            if why := self._environment.why_outdated():
                self._progress.note(f"Making the Python environment: {why}.")
                make = self._following("Python packages", self._environment.make)
                packages.append(pool.submit(make, children))
            if engine is None:
                self._progress.note("Getting pulumi: this machine has none that suits.")
                obtain = self._following("pulumi", self._choice.obtain)
                engines.append(pool.submit(obtain, children))
            if self._kubernetes.wanted and (packages or not self._is_settled()):
                obtain_all = self._following("Kubernetes", self._kubernetes.obtain)
                others.append(pool.submit(obtain_all, children))
            self._watch([*packages, *engines, *others], children)
        return engine or engines[0].result()

    def _following(
        self, name: str, make: Callable[[Children, Task], _Result]
    ) -> Callable[[Children], _Result]:
        """`make` with its progress shown."""

        def run(children: Children) -> _Result:
            task = self._progress.begin(name)
            try:
                result = make(children, task)
            except Stopped:
                self._progress.end(task, "stopped")
                raise
            except BaseException:
                self._progress.end(task, "failed")
                raise
            self._progress.end(task, str(result))
            return result

        return run

    def _watch(self, jobs: Sequence["Future[Any]"], children: Children) -> None:
        """Waits for all; where one fails, the others come to their end, for it is kept."""
        try:
            while wait(jobs, timeout=0.2).not_done:
                self._progress.tick()
        except BaseException:
            children.stop()
            raise
        problems: list[str] = []
        for job in jobs:
            try:
                job.result()
            except UserError as error:
                problems.append(str(error))
        if problems:
            raise UserError("\n".join(problems))
