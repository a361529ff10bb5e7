"""The programs of a Kubernetes control plane, for rehearsals; nothing else needs them.

A machine that has no way to them does without: rehearsed clusters have no Kubernetes API then.
"""

import os
import platform
from collections.abc import Mapping
from pathlib import Path

from tools.toolchain import go_modules, kubernetes_download, pins
from tools.toolchain.cache import Cache
from tools.toolchain.children import Children
from tools.toolchain.go_modules import GoBuild, Program
from tools.toolchain.pins import Version
from tools.toolchain.progress import Task
from tools.toolchain.work import Unavailable, Work

# Set to "no", it keeps the set-up from getting them.
SWITCH = "EKS_CLUSTER_KUBERNETES"

_LINK, _MISSING = "kubernetes", "kubernetes-missing"  # in .venv
_MODULES = pins.KUBERNETES
_ALL = Program("control plane", "kubernetes", _MODULES, ".")
_SPACE = 6e9  # bytes: modules 1.5, compiled packages 3.3, the result 0.1, and some to spare


class Kubernetes:
    """The programs for one tree.

    Args:
        cache: Where they are kept.
        variables: The user's environment variables.
        environment: The tree's `.venv`, which gets a link to them.
    """

    def __init__(self, cache: Cache, variables: Mapping[str, str], environment: Path) -> None:
        self._cache = cache
        self._variables = variables
        self._link = environment / _LINK
        self._missing = environment / _MISSING
        self._why = ""
        self._recipe = go_modules.recipe([_MODULES])
        self._pinned = pins.kubernetes()
        system = f"{platform.system().lower()}-{platform.machine().lower()}"
        self._official = f"kubernetes-{self._pinned}-{system}"
        self._built = f"{self._official}-built-{self._recipe}"

    @property
    def wanted(self) -> bool:
        """Whether they are to be got."""
        return self._variables.get(SWITCH, "").lower() not in {"no", "0", "false", "off"}

    def is_settled(self, *, again: bool) -> bool:
        """Whether there is nothing to do.

        Args:
            again: What could not be had the last time is tried again.
        """
        if not self.wanted:
            return not self._link.is_symlink()
        found = self._cached()
        if found:
            return self._link.is_symlink() and self._link.readlink() == found
        return not again and self._told_missing() == self._recipe

    def obtain(self, children: Children, task: Task) -> str:
        """Gets them, if there is a way. Needs the cache's lock.

        Returns:
            What has come of it, in a few words.
        """
        if found := self._cached():
            return _of(found)
        reasons: list[str] = []
        for name, kept_as, get in (
            ("official download", self._official, kubernetes_download.download),
            ("build from Go modules", self._built, _build),
        ):
            with self._cache.work() as folder:
                work = Work(self._pinned, folder, self._variables, children, task)
                try:
                    get(work)
                except (Unavailable, OSError) as error:
                    reasons.append(f"no {name}: {str(error).splitlines()[0]}")
                    continue
                self._cache.keep(work.finished, kept_as)
            if found := self._cached():
                return _of(found)
        why = "; ".join(reasons)
        task.note(f"Rehearsals go without a Kubernetes API: {why}.")
        self._why = why
        return "none"

    def link(self) -> None:
        """Has the tree's environment tell where they are, or why there are none."""
        found = self._cached() if self.wanted else None
        self._link.unlink(missing_ok=True)
        if found:
            self._link.symlink_to(found)
            self._missing.unlink(missing_ok=True)
        elif why := self._why if self.wanted else f"{SWITCH} says so":
            self._missing.write_text(f"{why}\n{self._recipe}\n", encoding="utf-8")

    def _told_missing(self) -> str:
        try:
            return self._missing.read_text(encoding="utf-8").splitlines()[-1]
        except (OSError, IndexError):
            return ""

    def _cached(self) -> Path | None:
        for name in (self._official, self._built):
            folder = self._cache.folder / name / "bin"
            if all(os.access(folder / program, os.X_OK) for program in pins.KUBERNETES_PROGRAMS):
                return folder
        return None


def _of(folder: Path) -> str:
    return f"{pins.kubernetes()}, {folder}"


def _build(work: Work) -> None:
    """Builds them in some minutes, as one program that is called by five names."""
    go = GoBuild(work, go_modules.needed_go(_MODULES), _SPACE)
    go.make(_ALL, _versions(work.version))
    for name in pins.KUBERNETES_PROGRAMS:
        (go.target / name).symlink_to(_ALL.name)


def _versions(version: Version) -> str:
    """What makes the programs know which version they are, as Kubernetes' own build does.

    https://github.com/kubernetes/kubernetes/blob/master/hack/lib/version.sh
    """
    values = {
        "gitVersion": f"v{version}",
        "gitMajor": version.major,
        "gitMinor": version.minor,
        "gitTreeState": "clean",
    }
    return " ".join(
        f"-X {package}.{name}={value}"
        for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
        for name, value in values.items()
    )
