"""Runs a set-up's commands, and ends them with it."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_TAIL = 12  # lines of a failed command's output that are shown


class CommandError(Exception):
    """A command that failed.

    Attributes:
        lines: All that it printed.
    """

    def __init__(self, command: Sequence[str], reason: str, lines: Sequence[str]) -> None:
        super().__init__(f"`{' '.join(command)}` {reason}")
        self.lines = lines

    @property
    def last_words(self) -> str:
        """The end of its output."""
        return "\n".join(self.lines[-_TAIL:])


class Stopped(Exception):  # noqa: N818
    """The set-up is being ended."""


def _ignore(_: str) -> None:
    pass


class Children:
    """The commands that run at present.

    Args:
        inherited: A file descriptor that they all get.
    """

    def __init__(self, inherited: int) -> None:
        self._inherited = inherited
        self._running: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def run(
        self,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        folder: Path,
        on_line: Callable[[str], None] = _ignore,
        timeout: float = 3600,
    ) -> list[str]:
        """Runs one command to its end. Returns all lines that it printed.

        Args:
            command: The command and its arguments.
            environment: Its whole environment.
            folder: Where it runs.
            on_line: Called with each line as it comes.
            timeout: Seconds after which it is ended.

        Raises:
            CommandError: It could not be started, failed, or took too long.
            Stopped: `stop` was called.
        """
        words = [str(word) for word in command]
        lines: list[str] = []
        try:
            process = self._start(words, environment, folder)
        except OSError as error:
            raise CommandError(words, f"does not run: {error.strerror}", lines) from error
        alarm = threading.Timer(timeout, _end, [process])
        alarm.daemon = True
        alarm.start()
        try:
            for line in process.stdout or ():
                lines.append(line.rstrip("\n"))
                on_line(lines[-1])
            code = process.wait()
        finally:
            timed_out = not alarm.is_alive()
            alarm.cancel()
            self._running.discard(process)
        if self._stopped:
            raise Stopped
        if timed_out:
            raise CommandError(words, f"was ended after {timeout:.0f} s", lines)
        if code:
            raise CommandError(words, f"failed with exit code {code}", lines)
        return lines

    def stop(self) -> None:
        """Ends all commands and lets no new one start."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                _end(process)

    def _start(
        self, words: list[str], environment: Mapping[str, str], folder: Path
    ) -> "subprocess.Popen[str]":
        with self._lock:
            if self._stopped:
                raise Stopped
            process = subprocess.Popen(
                words,
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                # Its own group, so that the processes that it starts can be ended with it.
                start_new_session=True,
                pass_fds=[self._inherited],
            )
            self._running.add(process)
            return process


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
