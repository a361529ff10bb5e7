"""The report as a command, and as the end of a rehearsal."""

import dataclasses
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from ops.report.events import read_events
from ops.report.graph import read_graph
from ops.report.picture import svg
from ops.report.report import Report, make_report
from ops.report.text import full, summary
from ops.user_error import UserError

EVENTS = "events.json"
_SPEED = "events.meta.json"
_BEFORE = "events.before.json"
_AFTER = "events.after.json"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What a report is made of, and how it is shown.

    Attributes:
        states: Files with the stack's state; none: those that a rehearsal keeps beside its events.
        speed: How many times faster than on AWS time passed; None: what a rehearsal has written
            down, and if there is none, it ran on AWS.
        svg: Where to write the picture; None: nowhere.
        as_json: Print JSON instead of text.
    """

    states: Sequence[Path] = ()
    speed: float | None = None
    svg: Path | None = None
    as_json: bool = False


def report(events: Path, options: Options) -> int:
    """Prints the report of an event log.

    Args:
        events: The file that `pulumi up --event-log` has written.
        options: What else it is made of, and how it is shown.

    Returns:
        0.

    Raises:
        UserError: A file cannot be used; the message says how to get one that can.
    """
    made = _read(events, options)
    if options.svg:
        try:
            options.svg.write_text(svg(made), encoding="utf-8")
        except OSError as error:
            raise UserError(f"cannot write the picture {options.svg}: {error}") from error
    print(json.dumps(made.as_json(), indent=2) if options.as_json else full(made))
    return 0


def keep_state(checkpoint: Path, state: Path) -> None:
    """Keeps the stack's state from before a run: after a `destroy` nothing tells the order.

    Args:
        checkpoint: The engine's.
        state: The folder of the rehearsal.
    """
    if checkpoint.exists():
        shutil.copyfile(checkpoint, state / _BEFORE)


def after_run(state: Path, checkpoint: Path, speed: str, to: Path) -> str:
    """Makes the report of a rehearsal's newest run.

    Args:
        state: The folder of the rehearsal, with the engine's events.
        checkpoint: The engine's state.
        speed: How many times faster than on AWS time passed, or `max`.
        to: Where the report is written, without the ending: `.txt` and `.svg`.

    Returns:
        The short version and where the rest is; empty where nothing slow was done.
    """
    (state / _SPEED).write_text(json.dumps({"speed": speed}), encoding="utf-8")
    if checkpoint.exists():
        shutil.copyfile(checkpoint, state / _AFTER)
    try:
        made = _read(state / EVENTS, Options())
    except UserError as error:
        return f"There is no report of times: {error}\n"
    if not made.slow:
        return ""
    text, picture = to.with_suffix(".txt"), to.with_suffix(".svg")
    text.write_text(full(made) + "\n", encoding="utf-8")
    picture.write_text(svg(made), encoding="utf-8")
    return f"{summary(made)}\nAll of it: {_shown(text)}, and as a picture {_shown(picture)}\n"


def _shown(file: Path) -> Path:
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


def _read(events: Path, options: Options) -> Report:
    run = read_events(events)
    beside = [file for name in (_AFTER, _BEFORE) if (file := events.with_name(name)).exists()]
    states = list(options.states) or beside
    if not states:
        raise UserError(
            "an event log does not tell what waits for what: give --state the stack's state from "
            "after the `up`, or from before the `destroy` (`pulumi stack export > state.json`)"
        )
    return make_report(run, read_graph(states), _speed(events, options.speed))


def _speed(events: Path, given: float | None) -> float | None:
    written = events.with_name(_SPEED)
    if given is not None or not written.exists():
        return given
    try:
        said = str(json.loads(written.read_text(encoding="utf-8"))["speed"])
        return float("inf") if said == "max" else float(said)
    except (ValueError, LookupError, TypeError):
        raise UserError(f"{written} does not tell a speed; give --speed") from None
