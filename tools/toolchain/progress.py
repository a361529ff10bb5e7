"""Shows what a set-up does: one line that changes on a terminal, a line now and then elsewhere."""

import shutil
import threading
import time
from collections.abc import Callable
from typing import TextIO

_EVERY = 10.0  # seconds between two lines where the output is not a terminal


class Task:
    """One thing that is being done.

    Attributes:
        name: What it is called.
        begun: When it was begun, on the clock of its `Progress`.
        note: Says something that stays.
    """

    def __init__(self, name: str, begun: float, note: Callable[[str], None]) -> None:
        self.name = name
        self.begun = begun
        self.note = note
        self._text = ""

    def say(self, text: str) -> None:
        """Sets what is being done now."""
        self._text = text

    def line(self, now: float) -> str:
        """The task in one line, with the time that it has taken."""
        text = f": {self._text}" if self._text else ""
        return f"{self.name}{text} ({_duration(now - self.begun)})"


class Progress:
    """The tasks that are under way.

    Args:
        stream: Where it is shown.
        clock: The seconds since some moment.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._terminal = stream.isatty()
        self._tasks: list[Task] = []
        self._shown = clock()
        self._lock = threading.Lock()

    def begin(self, name: str) -> Task:
        """Adds a task."""
        task = Task(name, self._clock(), self.note)
        with self._lock:
            self._tasks.append(task)
        return task

    def end(self, task: Task, result: str) -> None:
        """Takes a task away, and says how it ended."""
        with self._lock:
            self._tasks.remove(task)
            task.say(result)
            self._write(task.line(self._clock()))

    def note(self, text: str) -> None:
        """Says something that stays."""
        with self._lock:
            self._write(text)

    def tick(self) -> None:
        """Brings the shown state up to date; called a few times a second."""
        with self._lock:
            now = self._clock()
            state = " | ".join(task.line(now) for task in self._tasks)
            if not state:
                return
            if self._terminal:
                width = shutil.get_terminal_size().columns - 1
                self._stream.write(f"\r\033[K{state[:width]}")
                self._stream.flush()
            elif now - self._shown >= _EVERY:
                self._write(state)

    def _write(self, line: str) -> None:
        clear = "\r\033[K" if self._terminal else ""
        self._stream.write(f"{clear}{line}\n")
        self._stream.flush()
        self._shown = self._clock()


def _duration(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
