"""Builds programs from pinned Go modules.

The modules are downloaded, and compiled packages kept, in the temporary folder of the order alone.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.toolchain.children import CommandError
from tools.toolchain.pins import Version
from tools.toolchain.work import Unavailable, Work

MODULES = Path(__file__).parent / "go"

_TARGET = ("GOOS", "GOARCH")  # this machine, whatever the user builds for otherwise

# What Go says where it cannot download a module.
_NO_NETWORK = re.compile(
    r"dial tcp|no such host|i/o timeout|connection refused|module lookup disab"
)


@dataclass(frozen=True)
class Program:
    """What is built.

    Attributes:
        title: What users are told that it is.
        name: Its file's name.
        modules: The folder with its `go.mod` and `go.sum`.
        package: Its main package.
    """

    title: str
    name: str
    modules: Path
    package: str


def recipe(folders: Sequence[Path]) -> str:
    """Changes with what is built in these folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.iterdir()):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:8]


def needed_go(modules: Path) -> Version:
    """The oldest Go that can build a module."""
    found = re.search(r"^go (\S+)", (modules / "go.mod").read_text(), re.MULTILINE)
    version = Version.find(found[1]) if found else None
    if version is None:
        raise ValueError("go.mod names no Go version")
    return version


class GoBuild:
    """One build with one Go; its programs go to the order's `finished/bin`.

    Args:
        work: The order.
        needed: The oldest Go that can.
        space: The bytes that it takes for as long as it lasts.

    Raises:
        Unavailable: There is no Go that can, or no space.
    """

    def __init__(self, work: Work, needed: Version, space: float) -> None:
        go = shutil.which("go", path=work.variables.get("PATH"))
        if go is None:
            raise Unavailable(f"it needs Go {needed} or newer, and there is none")
        free = shutil.disk_usage(work.folder).free
        if free < space:
            raise Unavailable(
                f"it takes {space / 1e9:.0f} GB in {work.folder.parent} for some minutes, and "
                f"{free / 1e9:.1f} GB are free; EKS_CLUSTER_CACHE names a folder on another disk"
            )
        self._work = work
        self._go = go
        self._variables = _variables(work)
        self.target = work.finished / "bin"
        self._check_go(needed)
        Path(self._variables["GOTMPDIR"]).mkdir()
        self.target.mkdir(parents=True)

    def _check_go(self, needed: Version) -> None:
        told = self.run("env", "GOVERSION", "GOTOOLCHAIN", folder=self._work.folder)
        has, switching = told[:2]
        version = Version.find(has)
        can_switch = switching.endswith(("auto", "path")) and version and version >= (1, 21, 0)
        if version and version < needed and not can_switch:
            raise Unavailable(
                f"it needs Go {needed} or newer, and {self._go} is {version} "
                f"(GOTOOLCHAIN={switching})"
            )

    def make(self, program: Program, linker_flags: str = "") -> None:
        """Builds one program.

        Raises:
            Unavailable: It cannot be built here.
        """
        modules = 0

        def show_module(line: str) -> None:
            nonlocal modules
            if line.startswith("go: downloading"):
                modules += 1
                self._work.task.say(f"{program.title}, {modules} modules downloaded")

        self._work.task.say(program.title)
        listed = self.run(
            "list", "-deps", program.package, folder=program.modules, on_line=show_module
        )
        packages = sum(not line.startswith("go: ") for line in listed)
        compiled = 0

        def show_package(_: str) -> None:
            nonlocal compiled
            compiled += 1
            self._work.task.say(f"{program.title}, {compiled} of {packages} packages compiled")

        self.run(
            *("build", "-v", "-o", str(self.target / program.name)),
            # Nothing for debuggers: the compiler is a seventh faster without.
            *("-gcflags", "all=-dwarf=false", "-ldflags", f"-s -w {linker_flags}".rstrip()),
            program.package,
            folder=program.modules,
            on_line=show_package,
        )

    def run(
        self, *arguments: str, folder: Path, on_line: Callable[[str], None] = lambda _: None
    ) -> list[str]:
        """Runs a command of Go's. Returns what it printed.

        Raises:
            Unavailable: It failed.
        """
        try:
            return self._work.children.run(
                [self._go, *arguments], environment=self._variables, folder=folder, on_line=on_line
            )
        except CommandError as error:
            raise Unavailable(_explain(error)) from error


def _variables(work: Work) -> dict[str, str]:
    """The user's, which say where modules come from, with ours for what Go makes and where."""
    kept = {name: value for name, value in work.variables.items() if name not in _TARGET}
    return kept | {
        "CGO_ENABLED": "0",
        "GO111MODULE": "on",
        "GOCACHE": str(work.folder / "compiled"),
        "GOFLAGS": "-mod=readonly -modcacherw -trimpath -buildvcs=false",
        "GOMODCACHE": str(work.folder / "modules"),
        "GOPATH": str(work.folder / "go"),
        "GOTMPDIR": str(work.folder / "temporary"),
        "GOWORK": "off",
    }


def _explain(error: CommandError) -> str:
    for line in error.lines:
        if _NO_NETWORK.search(line):
            return f"its modules could not be downloaded: {line.strip()}"
    return f"{error}\n{error.last_words}"
