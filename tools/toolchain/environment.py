"""The Python environment: `.venv` in the tree, made from the pinned requirements."""

import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.toolchain import hints, pins
from tools.toolchain.children import Children, CommandError
from tools.toolchain.progress import Task
from tools.toolchain.user_error import UserError

# What pip says where it reaches no package index.
_NO_NETWORK = (
    "NewConnectionError",
    "NameResolutionError",
    "ConnectTimeoutError",
    "Network is unreachable",
    "Cannot connect to proxy",
)
_PIP_TARGETS = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")


class Environment:
    """The environment of one tree.

    Args:
        root: The tree.
        variables: The user's environment variables: pip's settings are among them.
    """

    def __init__(self, root: Path, variables: Mapping[str, str]) -> None:
        self._root = root
        # Without what points Python elsewhere: to another home, launcher or place to install to.
        self._variables = {
            name: value
            for name, value in variables.items()
            if not name.startswith(("PYTHON", "__PYVENV")) and name not in _PIP_TARGETS
        }
        self.folder = root / ".venv"
        self.commands = self.folder / "bin"
        # Written last: an environment without it is unfinished, or somebody else's.
        self._stamp = self.folder / "eks-cluster-pins"

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.commands / "python"

    def why_outdated(self) -> str | None:
        """Why it has to be made, in a few words, or None if it is up to date."""
        if not self.folder.exists():
            return "there is no .venv yet"
        try:
            stamp = self._stamp.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ".venv is unfinished, or was not made by this set-up"
        if stamp != pins.fingerprint(self._root):
            return "the pinned packages or the Python version changed"
        if not os.access(self.python, os.X_OK):
            return "the Python that .venv was made with is gone"
        return None

    def make(self, children: Children, task: Task) -> str:
        """Makes it from nothing. Returns what there is then, in a few words.

        Raises:
            UserError: It could not be made.
        """
        if any(importlib.util.find_spec(module) is None for module in ("venv", "ensurepip")):
            raise UserError(
                f"{sys.executable} lacks the module that makes environments. "
                + hints.venv(pins.python())
            )
        try:
            task.say("making .venv")
            self._stamp.unlink(missing_ok=True)
            # The running Python may be the environment's own, the one it was made from is not.
            python = getattr(sys, "_base_executable", sys.executable)
            children.run(
                [python, "-I", "-m", "venv", "--clear", self.folder],
                environment=self._variables,
                folder=self._root,
            )
            return self._install(children, task)
        except CommandError as error:
            if any(sign in line for line in error.lines for sign in _NO_NETWORK):
                raise UserError(
                    "the Python packages could not be downloaded: pip reaches no package index. "
                    "Connect this machine, or tell pip of an index that it can reach "
                    "(`pip config set global.index-url URL`).\n" + error.last_words
                ) from error
            raise UserError(
                f"the Python packages could not be installed: {error}\n{error.last_words}"
            ) from error

    def _install(self, children: Children, task: Task) -> str:
        collected = 0

        def show(line: str) -> None:
            nonlocal collected
            if line.startswith("Collecting "):
                collected += 1
                task.say(f"{collected} packages found")
            elif line.startswith("Installing collected packages"):
                task.say(f"installing {collected} packages")

        task.say("asking for packages")
        command = [self.python, "-I", "-m", "pip", "install", "--disable-pip-version-check"]
        command += ["--no-input", "--progress-bar", "off", "--requirement", pins.REQUIREMENTS]
        if not sys.dont_write_bytecode:
            # Half of the time goes into compiling modules of which most are never imported;
            # those that are, Python compiles when it first imports them.
            command.append("--no-compile")
        children.run(command, environment=self._variables, folder=self._root, on_line=show)
        self._stamp.write_text(pins.fingerprint(self._root), encoding="utf-8")
        return f"{collected} packages for Python {pins.python()} in .venv"
