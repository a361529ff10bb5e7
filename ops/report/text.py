"""A report as text for people."""

from collections.abc import Iterator, Sequence

from ops.report.report import SLOW, Report
from ops.report.schedule import Step


def duration(seconds: float) -> str:
    """A time as people say it, e.g. `8 min 59 s`."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def short_type(step: Step) -> str:
    """The last part of a type, e.g. `NodeGroup`."""
    return step.operation.type.rpartition(":")[2]


def summary(report: Report) -> str:
    """The total and the critical path, in ten lines or so."""
    return "\n".join([headline(report), *_columns([["  starts", "takes", ""], *_chain(report)])])


def headline(report: Report) -> str:
    """How long it takes, in one line."""
    what = "destroy" if report.destroys else "up"
    total = duration(report.total)
    if report.speed is None:
        return f"`pulumi {what}` took {total}. What decided it:"
    return f"On AWS this `pulumi {what}` typically takes {total}. What decides it:"


def full(report: Report) -> str:
    """The summary, and every slow resource with what it waited for."""
    scaled = report.speed is not None and report.speed != float("inf")
    header = ["RESOURCE", "TYPE", "STARTS", "TAKES", "ENDS", "CRITICAL", "WAITED FOR"]
    if scaled:
        header.insert(4, f"MEASURED x {report.speed:g}")
    rows = [header]
    for step in report.slow:
        row = [step.operation.name, short_type(step), *_times(step)]
        row.append("yes" if step in report.path else "")
        row.append(_waited_for(step))
        if scaled:
            row.insert(4, duration(report.scaled(step) or 0))
        rows.append(row)
    parts = [summary(report), "\n".join(_columns(rows))]
    quick = len(report.steps) - len(report.slow)
    parts.append(f"{quick} more took less than {SLOW:g} s each." if quick else "")
    if report.speed is not None:
        parts.append(
            "Times are typical ones of spec/facts/durations.tsv; a single run can take half of it, "
            "or twice."
        )
    if report.unverified:
        parts.append("No public page reports how long these take: " + ", ".join(report.unverified))
    return "\n\n".join(part for part in parts if part)


def _waited_for(step: Step) -> str:
    other = step.waited_for
    if not other:
        return "-"
    idle = f", and {duration(step.idle)} more" if step.idle >= SLOW else ""
    return f"{other.operation.name} ({short_type(other)}){idle}"


def _times(step: Step) -> tuple[str, str, str]:
    return duration(step.starts), duration(step.takes), duration(step.ends)


def _chain(report: Report) -> Iterator[list[str]]:
    """The critical path, where quick ones that follow each other are one line."""
    quick: list[Step] = []
    for step in report.path:
        if step.takes < SLOW and step.idle < SLOW:
            quick.append(step)
            continue
        yield from _together(quick)
        quick = []
        starts, takes, _ = _times(step)
        yield [f"  {starts}", takes, f"{step.operation.name} ({short_type(step)})"]
    yield from _together(quick)


def _together(quick: Sequence[Step]) -> Iterator[list[str]]:
    timed = [step for step in quick if step.takes]
    if timed:
        takes = timed[-1].ends - timed[0].starts
        many = f"{len(timed)} quick ones" if len(timed) > 1 else timed[0].operation.name
        yield [f"  {duration(timed[0].starts)}", duration(takes), many]


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return [
        "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
