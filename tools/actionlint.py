"""actionlint, which checks workflows of GitHub, built of its pinned Go module.

python -m tools.actionlint FILE...    checks workflows, and says what is wrong

It lies in the cache of tools, by its version and its pins. Once it is there, nothing leaves the
machine.
"""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.toolchain import cache
from tools.toolchain.children import Children
from tools.toolchain.go_modules import MODULES, GoBuild, Program, needed_go, recipe
from tools.toolchain.pins import Version
from tools.toolchain.progress import Progress
from tools.toolchain.work import Work

_MODULE = MODULES / "actionlint"
_PROGRAM = Program(
    "actionlint", "actionlint", _MODULE, "github.com/rhysd/actionlint/cmd/actionlint"
)
_SPACE = 5e8  # bytes


def version() -> Version:
    """The pinned version.

    Raises:
        ValueError: It is not pinned.
    """
    text = (_MODULE / "go.mod").read_text(encoding="utf-8")
    found = re.search(r"github\.com/rhysd/actionlint (v\S+)", text)
    pinned = Version.find(found[1]) if found else None
    if pinned is None:
        raise ValueError(f"{_MODULE / 'go.mod'} does not pin actionlint")
    return pinned


def program() -> Path:
    """The program, which is built if it is not there.

    Raises:
        Unavailable: It cannot be built here.
    """
    tools = cache.Cache(cache.folder(os.environ))
    name = f"actionlint-{version()}-{recipe([_MODULE])}"
    built = tools.folder / name / "bin" / _PROGRAM.name
    if built.exists():
        return built
    with tools.lock(lambda: None) as lock:
        if not built.exists():  # it was not made while this one waited
            progress = Progress(sys.stderr)
            with tools.work() as folder:
                task = progress.begin("actionlint")
                work = Work(version(), folder, os.environ, Children(lock), task)
                GoBuild(work, needed_go(_MODULE), _SPACE).make(_PROGRAM)
                tools.keep(work.finished, name)
    return built


def problems(files: Sequence[Path]) -> str:
    """What is wrong with workflows; empty where nothing is.

    The commands in them are not looked at: shellcheck is no part of it.
    """
    done = subprocess.run(
        [program(), "-no-color", "-shellcheck=", "-pyflakes=", *files],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def main(arguments: Sequence[str]) -> int:
    """Checks workflows; returns 1 if something is wrong."""
    told = problems([Path(it) for it in arguments])
    print(told, end="")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
