"""Engines that the machine already has."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.toolchain import pins
from tools.toolchain.engine import EXECUTOR, HOST, PULUMI, Engine


class OnPath:
    """The `pulumi` commands on PATH, and where the official installer puts one.

    Args:
        environment: The user's environment.
        pinned: The version of the Python SDK.
        own: The folder that holds the tree's own link to an engine, which is none to choose.
        memory: The file that remembers the versions of commands: asking takes a tenth of a second.
    """

    def __init__(
        self, environment: Mapping[str, str], pinned: pins.Version, own: Path, memory: Path
    ) -> None:
        self._environment = environment
        self._pinned = pinned
        self._own = own
        self._memory = memory

    def find(self) -> tuple[Engine | None, list[str]]:
        """The first that suits, and why the ones before it do not, each in one line."""
        passed_over: list[str] = []
        for command in self._files(PULUMI):
            if command.parent.resolve() == self._own.resolve():
                continue
            version = self._version(command)
            if version is None:
                passed_over.append(f"{command} does not tell its version")
            elif not pins.suits(version, self._pinned):
                passed_over.append(
                    f"{command} is version {version}, and {pins.OLDEST_PULUMI} or newer is needed, "
                    f"below {self._pinned.major + 1}"
                )
            elif (host := self._host(command)) is None:
                passed_over.append(f"{command} has no {HOST}")
            else:
                return Engine(command, host, version), passed_over
        return None, passed_over

    def _files(self, name: str) -> Iterator[Path]:
        folders = [
            folder for folder in self._environment.get("PATH", "").split(os.pathsep) if folder
        ]
        if home := self._environment.get("HOME"):
            # Where the official installer puts it, for a shell that was begun before.
            folders.append(f"{home}/.pulumi/bin")
        for folder in folders:
            file = Path(folder, name).absolute()
            if file.is_file() and os.access(file, os.X_OK):
                yield file

    def _host(self, command: Path) -> Path | None:
        """The language host, where the engine itself looks for it: beside it, or on PATH."""
        beside = (command.resolve().with_name(HOST), command.with_name(HOST))
        for host in (*beside, *self._files(HOST)):
            if os.access(host, os.X_OK) and host.with_name(EXECUTOR).exists():
                return host
        return None

    def _version(self, command: Path) -> pins.Version | None:
        file = command.resolve()
        about = file.stat()
        key = f"{file} {about.st_size} {about.st_mtime_ns}"
        remembered = self._remembered()
        if key in remembered:
            return pins.Version.find(remembered[key])
        answer = self._ask(command)
        version = pins.Version.find(answer)
        if version and file.name == PULUMI:  # else it is a launcher that chooses among many
            self._remember(remembered | {key: answer})
        return version

    def _ask(self, command: Path) -> str:
        quiet = {**self._environment, "PULUMI_SKIP_UPDATE_CHECK": "true"}
        try:
            return subprocess.run(
                [command, "version"],
                env=quiet,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=15,
                check=True,
            ).stdout.strip()
        except (OSError, subprocess.SubprocessError):
            return ""

    def _remembered(self) -> dict[str, str]:
        try:
            return json.loads(self._memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}

    def _remember(self, versions: Mapping[str, str]) -> None:
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        new = self._memory.with_name(f"{self._memory.name}.{os.getpid()}")
        new.write_text(json.dumps(versions), encoding="utf-8")
        new.replace(self._memory)
