"""A report as a picture: an SVG timeline, one bar for each resource that takes its time."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from ops.report.report import Report
from ops.report.schedule import Step
from ops.report.text import duration, headline, short_type

SHOWN = 1.0
"""Seconds; what takes no longer has no bar."""

_CHARACTER = 7.3  # width of one of 12 pixels in a monospaced font, with some to spare
_ROW = 24
_TOP = 74
_PLOT = 620
_MARGIN = 16
_CRITICAL = " · critical path"
# Steps of the axis, in seconds; the first that makes at most eleven ticks is taken.
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)

_STYLE = """\
text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1f2328}
.title{font-size:14px;font-weight:bold}
.axis{fill:#59636e}
.back{fill:#ffffff}
.grid{stroke:#d1d9e0;stroke-width:1}
.bar{fill:#b6d4fe;stroke:#6e9bd6;stroke-width:1}
.critical{fill:#ffd8a8;stroke:#1f2328;stroke-width:3}
.wait{stroke:#59636e;stroke-width:1;stroke-dasharray:3 3;fill:none}
@media (prefers-color-scheme:dark){
text{fill:#f0f6fc}
.axis{fill:#9198a1}
.back{fill:#0d1117}
.grid{stroke:#3d444d}
.bar{fill:#1f4b85;stroke:#6e9bd6}
.critical{fill:#8a4b00;stroke:#f0f6fc}
.wait{stroke:#9198a1}
}"""


def svg(report: Report) -> str:
    """The timeline as an SVG document of its own.

    Bars of the critical path have a thick outline and say so beside them. Light or dark follows
    the reader's settings; nothing is loaded from anywhere.
    """
    steps = [it for it in report.steps if it.takes > SHOWN]
    left = _MARGIN + _wide(max((_label(it) for it in steps), key=len, default="")) + 12
    right = _wide(duration(report.total) + _CRITICAL) + 12 + _MARGIN
    width = round(max(left + _PLOT + right, 2 * _MARGIN + _wide(_title(report)) * 14 / 12))
    height = _TOP + _ROW * max(len(steps), 1) + _MARGIN
    scale = _PLOT / max(report.total, 1.0)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">',
        f'<title id="title">{escape(_title(report))}</title>',
        f"<style>{_STYLE}</style>",
        f'<rect class="back" width="{width}" height="{height}"/>',
        f'<text class="title" x="{_MARGIN}" y="30">{escape(_title(report))}</text>',
        *_axis(report.total, left, scale, height),
    ]
    rows = {step.operation.urn + step.operation.kind: row for row, step in enumerate(steps)}
    for row, step in enumerate(steps):
        lines += _bar(step, row, left, scale, critical=step in report.path)
    lines += _waits(report, rows, left, scale)
    return "\n".join([*lines, "</svg>", ""])


def _title(report: Report) -> str:
    return headline(report).partition(". ")[0].replace("`", "")


def _label(step: Step) -> str:
    return f"{step.operation.name} ({short_type(step)})"


def _wide(text: str) -> float:
    return len(text) * _CHARACTER


def _axis(total: float, left: float, scale: float, height: int) -> Iterator[str]:
    step = next((it for it in _STEPS if total / it <= 10), _STEPS[-1])
    seconds = 0
    while seconds <= total:
        x = left + seconds * scale
        yield f'<line class="grid" x1="{x:.1f}" y1="{_TOP - 14}" x2="{x:.1f}" y2="{height - 8}"/>'
        yield (
            f'<text class="axis" x="{x:.1f}" y="{_TOP - 20}" text-anchor="middle">'
            f"{_tick(seconds)}</text>"
        )
        seconds += step


def _tick(seconds: int) -> str:
    if seconds and seconds % 60 == 0:
        return f"{seconds // 60} min"
    return f"{seconds // 60}:{seconds % 60:02}" if seconds > 60 else f"{seconds} s"


def _bar(step: Step, row: int, left: float, scale: float, *, critical: bool) -> Iterator[str]:
    y = _TOP + row * _ROW
    x = left + step.starts * scale
    width = max(step.takes * scale, 2)
    said = duration(step.takes) + (_CRITICAL if critical else "")
    yield f'<text x="{left - 12:.1f}" y="{y + 14}" text-anchor="end">{escape(_label(step))}</text>'
    yield (
        f'<rect class="{"critical" if critical else "bar"}" x="{x:.1f}" y="{y + 3}" '
        f'width="{width:.1f}" height="{_ROW - 8}" rx="2">'
        f"<title>{escape(_hint(step))}</title></rect>"
    )
    yield f'<text x="{x + width + 8:.1f}" y="{y + 14}">{escape(said)}</text>'


def _hint(step: Step) -> str:
    waited = f", after {_label(step.waited_for)}" if step.waited_for else ""
    return f"{step.operation.kind} {step.operation.urn}{waited}"


def _waits(report: Report, rows: dict[str, int], left: float, scale: float) -> Iterator[str]:
    """What a bar of the critical path waited for, as a line from there to its beginning."""
    for step in report.path:
        row = rows.get(step.operation.urn + step.operation.kind)
        before = step.waited_for
        above = rows.get(before.operation.urn + before.operation.kind) if before else None
        if row is not None and above is not None and above < row:
            x = left + step.starts * scale
            y1, y2 = _TOP + above * _ROW + _ROW - 5, _TOP + row * _ROW + 3
            yield f'<path class="wait" d="M{x:.1f} {y1}V{y2}"/>'
