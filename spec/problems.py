"""What is wrong with a stack file, in the words and at the place of the person who wrote it.

Exceptions:
    StackFileError(ValueError)
        Every problem of one stack file, at once.
"""

import dataclasses
import difflib
import json
from collections.abc import Iterable, Sequence

PathKey = str | int
"""One step of a path inside the stack file: a mapping's key or a list's index."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Position:
    """A span of one line of a file. Lines and columns count from 1."""

    line: int
    column: int
    end_column: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that has to be changed in the stack file.

    Attributes:
        message: What is wrong and what would be right.
        path: Where in the configuration, e.g. `cluster:nodeGroups.general.nodes`. Empty for the
            file as a whole.
        file: The file's name as the user wrote it, or None where the value came from elsewhere
            (`pulumi up --config`, an environment).
        position: Where in the file, if known.
        source: The line of the file that `position` points into, without its line break.
    """

    message: str
    path: str = ""
    file: str | None = None
    position: Position | None = None
    source: str | None = None

    def __str__(self) -> str:
        """One line `file:line:column: path: message`, then the marked line of the file."""
        place = self.file or ""
        if self.position:
            place += f":{self.position.line}:{self.position.column}"
        text = ": ".join(part for part in (place, self.path, self.message) if part)
        if self.position and self.source is not None:
            width = max(1, self.position.end_column - self.position.column)
            margin = f"{self.position.line:>6} | "
            source, begin = _window(self.source, self.position.column - 1)
            # Tabs are as wide below the line as in it.
            indent = "".join("\t" if it == "\t" else " " for it in source[:begin])
            mark = " " * (len(margin) - 2) + "| " + indent + "^" * min(width, _WINDOW - begin)
            text += f"\n{margin}{source}\n{mark}"
        return text

    def as_json(self) -> dict[str, str | int | None]:
        """The problem for machines: file, line, column, path, message."""
        return {
            "file": self.file,
            "line": self.position.line if self.position else None,
            "column": self.position.column if self.position else None,
            "path": self.path,
            "message": self.message,
        }


class StackFileError(ValueError):
    """A stack file that cannot be used.

    Attributes:
        problems: All that was found, in the order of the file.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Sequence[Problem] = sorted(
            problems,
            key=lambda p: (p.position.line, p.position.column) if p.position else (0, 0),
        )
        super().__init__(str(self))

    def __str__(self) -> str:
        """All problems as text, closed by their number where there are several."""
        blocks = [str(problem) for problem in self.problems]
        if len(blocks) > 1:
            blocks.append(f"{len(blocks)} problems; nothing was changed.")
        return "\n\n".join(blocks)


_WINDOW = 160
"""The most characters of a line that are shown."""


def _window(line: str, at: int) -> tuple[str, int]:
    """The part of a long line around a place, and the place in it."""
    start = max(0, at - _WINDOW // 2) if len(line) > _WINDOW else 0
    return line[start : start + _WINDOW], at - start


_LONGEST_QUOTE = 140


def quoted(text: str) -> str:
    """A text in quotes, on one line however it is, and cut where it is very long."""
    if len(text) > _LONGEST_QUOTE:
        text = f"{text[: _LONGEST_QUOTE - 20]}..."
    in_json = json.dumps(text, ensure_ascii=False)
    return "".join(
        it if it.isprintable() else it.encode("unicode_escape").decode() for it in in_json
    )


def shown_path(path: Sequence[PathKey]) -> str:
    """A path as the user reads it: `cluster:network.localZones.us-west-2-lax-1a`, `taints[0]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step and step.isprintable() and len(step) <= _LONGEST_QUOTE:
            text += f".{step}" if text else step
        else:
            text += f"[{quoted(step)}]"
    return text


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a sentence that names the nearest of the known words.

    Returns:
        `; did you mean "x"?`, or an empty text where nothing is near.
    """
    by_folded = {name.casefold(): name for name in known}
    if len(word) > _LONGEST_QUOTE:
        return ""
    nearest = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return f'; did you mean "{by_folded[nearest[0]]}"?' if nearest else ""


def listed(words: Iterable[object]) -> str:
    """Words as a readable list: `a, b, c`."""
    return ", ".join(str(word) for word in words)
