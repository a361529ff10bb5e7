"""Builds the engine and its Python language host from pinned Go modules.

Each has its own `go.mod` and `go.sum`: the language host of the engine's version is no module that
could be required, so the last one that was is built, with the engine's version of the script that
starts programs, and behind a program of ours that tells it what engines say in another way since.
"""

import shutil
from pathlib import Path

from tools.toolchain import go_modules
from tools.toolchain.engine import EXECUTOR, HOST, PULUMI
from tools.toolchain.go_modules import MODULES, GoBuild, Program
from tools.toolchain.pins import Version
from tools.toolchain.work import Work

_SDK = "github.com/pulumi/pulumi/sdk/v3"
_SPACE = 5e9  # bytes: modules 2.0, compiled packages 1.3, the result 0.1, and some to spare

_ENGINE = Program(
    "engine", PULUMI, MODULES / "engine", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
)
_HOST = Program("language host", HOST, MODULES / "language", ".")
_OLD_HOST = Program(
    "old language host",
    f"{HOST}-host",
    MODULES / "language",
    f"{_SDK}/python/cmd/pulumi-language-python",
)


def recipe() -> str:
    """Changes with what is built, for one and the same version of the engine."""
    return go_modules.recipe([_ENGINE.modules, _HOST.modules])


def needed_go() -> Version:
    """The oldest Go that can build it."""
    return go_modules.needed_go(_ENGINE.modules)


def build(work: Work) -> None:
    """Builds an engine in a few minutes.

    Raises:
        Unavailable: There is no Go that can, or the build failed.
    """
    go = GoBuild(work, needed_go(), _SPACE)
    # The small one first: whatever is wrong shows soon.
    go.make(_OLD_HOST)
    go.make(_HOST)
    go.make(_ENGINE, f"-X {_SDK}/go/common/version.Version=v{work.version}")
    executor = go.target / EXECUTOR
    shutil.copyfile(_sdk(go) / "python" / "cmd" / EXECUTOR, executor)
    executor.chmod(0o755)


def _sdk(go: GoBuild) -> Path:
    """The folder of the SDK's sources, of the engine's version."""
    return Path(go.run("list", "-m", "-f", "{{.Dir}}", _SDK, folder=_ENGINE.modules)[-1])
