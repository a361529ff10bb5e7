"""A plan as text for a terminal and a job's log."""

from collections.abc import Iterator

from ops.pipeline.changes import counted
from ops.pipeline.summary import Summary
from ops.recover.report import table
from ops.report.text import duration
from spec.problems import listed

_COLUMNS = {"RISK": "risk", "WHAT": "operation", "RESOURCE": "resource", "CHANGES": "keys"}


def text(summary: Summary) -> str:
    """The plan, all of its changes listed."""
    return "\n".join(_lines(summary))


def _lines(summary: Summary) -> Iterator[str]:
    if summary.failed:
        yield f"There is no plan of {summary.stack}:"
        yield from summary.errors
    else:
        risk = f"; gravest risk: {summary.risk}" if summary.risk else ""
        yield f"Plan of {summary.stack}: {counted(summary.changes)}{risk}"
    rows = [
        {
            "risk": it.risk.level,
            "operation": it.operation,
            "resource": f"{it.title} {it.name}",
            "keys": ", ".join(it.keys),
        }
        for it in summary.changes
    ]
    if rows:
        yield table(rows, _COLUMNS)
    if summary.changes and summary.time:
        yield f"On AWS this typically takes {duration(summary.time.seconds)}."
    if summary.cost:
        change = summary.cost.after - summary.cost.before
        unknown = listed(f"{number} x {what}" for what, number in summary.cost.unknown.items())
        yield f"It costs {summary.cost.after:.2f} USD a month ({change:+.2f}), without use" + (
            f" and without {unknown}, whose prices are not known." if unknown else "."
        )
    for it in summary.findings:
        yield f"{it.level}: {it.policy}: {it.urn.rpartition('::')[2]}: {it.message}"
