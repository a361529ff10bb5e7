"""Builds the engine and its Python language host from pinned Go modules.

Each has its own `go.mod` and `go.sum`: the language host of the engine's version is no module that
could be required, so the last one that was is built, with the engine's version of the script that
starts programs.
"""

import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.toolchain.children import CommandError
from tools.toolchain.engine import EXECUTOR, HOST, PULUMI, Unavailable
from tools.toolchain.pins import Version
from tools.toolchain.work import Work

_SDK = "github.com/pulumi/pulumi/sdk/v3"
_MODULES = Path(__file__).parent / "go"
_SPACE = 5e9  # bytes: modules 2.0, compiled packages 1.3, the result 0.1, and some to spare


@dataclass(frozen=True)
class _Program:
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


_ENGINE = _Program(
    "engine", PULUMI, _MODULES / "engine", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
)
_HOST = _Program(
    "language host", HOST, _MODULES / "language", f"{_SDK}/python/cmd/pulumi-language-python"
)

_TARGET = ("GOOS", "GOARCH")  # this machine, whatever the user builds for otherwise

# What Go says where it cannot download a module.
_NO_NETWORK = re.compile(
    r"dial tcp|no such host|i/o timeout|connection refused|module lookup disab"
)


def recipe() -> str:
    """Changes with what is built, for one and the same version of the engine."""
    digest = hashlib.sha256()
    for program in (_ENGINE, _HOST):
        for name in ("go.mod", "go.sum"):
            digest.update((program.modules / name).read_bytes())
    return digest.hexdigest()[:8]


def build(work: Work) -> None:
    """Builds an engine in a few minutes.

    Raises:
        Unavailable: There is no Go that can, or the build failed.
    """
    go = shutil.which("go", path=work.variables.get("PATH"))
    if go is None:
        raise Unavailable(f"it needs Go {needed_go()} or newer, and there is none")
    free = shutil.disk_usage(work.folder).free
    if free < _SPACE:
        raise Unavailable(
            f"it takes {_SPACE / 1e9:.0f} GB in {work.folder.parent} for some minutes, and "
            f"{free / 1e9:.1f} GB are free; EKS_CLUSTER_CACHE names a folder on another disk"
        )
    try:
        _Build(work, go).run()
    except CommandError as error:
        raise Unavailable(_explain(error)) from error


class _Build:
    """One build with one Go."""

    def __init__(self, work: Work, go: str) -> None:
        self._work = work
        self._go = go
        self._target = work.finished / "bin"
        self._variables = _variables(work)

    def run(self) -> None:
        self._check_go()
        Path(self._variables["GOTMPDIR"]).mkdir()
        self._target.mkdir(parents=True)
        # The small one first: whatever is wrong shows soon.
        self._make(_HOST)
        self._make(_ENGINE, f"-X {_SDK}/go/common/version.Version=v{self._work.version}")
        executor = self._target / EXECUTOR
        shutil.copyfile(self._sdk() / "python" / "cmd" / EXECUTOR, executor)
        executor.chmod(0o755)

    def _check_go(self) -> None:
        has, switching = self._run("env", "GOVERSION", "GOTOOLCHAIN", folder=self._work.folder)[:2]
        version = Version.find(has)
        can_switch = switching.endswith(("auto", "path")) and version and version >= (1, 21, 0)
        needed = needed_go()
        if version and version < needed and not can_switch:
            raise Unavailable(
                f"it needs Go {needed} or newer, and {self._go} is {version} "
                f"(GOTOOLCHAIN={switching})"
            )

    def _make(self, program: _Program, linker_flags: str = "") -> None:
        modules = 0

        def show_module(line: str) -> None:
            nonlocal modules
            if line.startswith("go: downloading"):
                modules += 1
                self._work.task.say(f"{program.title}, {modules} modules downloaded")

        self._work.task.say(program.title)
        listed = self._run(
            "list", "-deps", program.package, folder=program.modules, on_line=show_module
        )
        packages = sum(not line.startswith("go: ") for line in listed)
        compiled = 0

        def show_package(_: str) -> None:
            nonlocal compiled
            compiled += 1
            self._work.task.say(f"{program.title}, {compiled} of {packages} packages compiled")

        self._run(
            *("build", "-v", "-o", str(self._target / program.name)),
            # Nothing for debuggers: the compiler is a seventh faster without.
            *("-gcflags", "all=-dwarf=false", "-ldflags", f"-s -w {linker_flags}".rstrip()),
            program.package,
            folder=program.modules,
            on_line=show_package,
        )

    def _sdk(self) -> Path:
        """The folder of the SDK's sources, of the engine's version."""
        return Path(self._run("list", "-m", "-f", "{{.Dir}}", _SDK, folder=_ENGINE.modules)[-1])

    def _run(
        self, *arguments: str, folder: Path, on_line: Callable[[str], None] = lambda _: None
    ) -> list[str]:
        return self._work.children.run(
            [self._go, *arguments], environment=self._variables, folder=folder, on_line=on_line
        )


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


def needed_go() -> Version:
    """The oldest Go that can build the modules."""
    found = re.search(r"^go (\S+)", (_ENGINE.modules / "go.mod").read_text(), re.MULTILINE)
    version = Version.find(found[1]) if found else None
    if version is None:
        raise ValueError("go.mod names no Go version")
    return version


def _explain(error: CommandError) -> str:
    for line in error.lines:
        if _NO_NETWORK.search(line):
            return f"its modules could not be downloaded: {line.strip()}"
    return f"{error}\n{error.last_words}"
