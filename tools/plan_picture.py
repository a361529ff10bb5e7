"""Makes docs/images/plan-comment.svg: the comment that docs/gitops.md shows, as a reviewer sees it.

python -m tools.plan_picture           writes the picture
python -m tools.plan_picture --check   compares it only
"""

import html
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from tools import made_file

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "gitops.md"
PICTURE = ROOT / "docs" / "images" / "plan-comment.svg"

_BEGIN, _END = "````markdown\n", "````\n"
_CHARACTER = 7.3  # width of one of 12 pixels in a monospaced font, with some to spare
_LINE = 19
_MARGIN = 20
_COLUMNS = 132  # characters
_WIDEST = 46  # characters of a table's cell

_STYLE = """\
text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1f2328;white-space:pre}
.title{font-size:16px;font-weight:bold}
.bold{font-weight:bold}
.small{fill:#59636e}
.back{fill:#ffffff;stroke:#d1d9e0}
.rule{stroke:#d1d9e0;stroke-width:1}
@media (prefers-color-scheme:dark){
text{fill:#f0f6fc}
.small{fill:#9198a1}
.back{fill:#0d1117;stroke:#3d444d}
.rule{stroke:#3d444d}
}"""


def comment() -> str:
    """The comment, as docs/gitops.md shows it."""
    return PAGE.read_text(encoding="utf-8").partition(_BEGIN)[2].partition(_END)[0]


def picture(markdown: str) -> str:
    """The comment as an SVG document of its own; what is folded is folded in it."""
    drawn: list[str] = []
    y = 34.0
    for kind, text in _lines(markdown):
        if kind == "rule":
            drawn.append(
                f'<line class="rule" x1="{_MARGIN}" x2="{_MARGIN + _COLUMNS * _CHARACTER:.0f}" '
                f'y1="{y - 13:.0f}" y2="{y - 13:.0f}"/>'
            )
            continue
        drawn.append(f'<text class="{kind}" x="{_MARGIN}" y="{y:.0f}">{escape(text)}</text>')
        y += _LINE
    width, height = round(_COLUMNS * _CHARACTER) + 2 * _MARGIN, round(y)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">',
            '<title id="title">The comment on a pull request</title>',
            f"<style>{_STYLE}</style>",
            f'<rect class="back" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}"/>',
            *drawn,
            "</svg>",
            "",
        ]
    )


def _lines(markdown: str) -> Iterator[tuple[str, str]]:
    """Lines with their kind."""
    shown = re.sub(
        r"<details><summary>(.*?)</summary>.*?</details>", r"> \1", markdown, flags=re.DOTALL
    )
    shown = re.sub(r"<!--.*?-->\n*", "", shown, flags=re.DOTALL)
    for block in re.split(r"\n\n+", shown.strip()):
        if block.startswith("|"):
            yield from _table(block)
        elif block.startswith("#"):
            yield "title", _plain(block.lstrip("# "))
        else:
            kind = "small" if block.startswith("<sub>") else "text"
            text = "\u25b8 " + block[2:] if block.startswith("> ") else block
            for line in textwrap.wrap(_plain(text), _COLUMNS):
                yield kind, line
        yield "text", ""


def _table(block: str) -> Iterator[tuple[str, str]]:
    rows = [[_plain(it) for it in line.strip("|").split("|")] for line in block.splitlines()]
    head, rows = rows[0], rows[2:]
    wrapped = [[textwrap.wrap(cell, _WIDEST) or [""] for cell in row] for row in [head, *rows]]
    widths = [max(len(line) for row in wrapped for line in row[it]) for it in range(len(head))]
    for number, row in enumerate(wrapped):
        yield "rule", ""
        for line in range(max(len(cell) for cell in row)):
            cells = [cell[line] if line < len(cell) else "" for cell in row]
            text = "  ".join(it.ljust(width) for it, width in zip(cells, widths, strict=True))
            yield ("bold" if number == 0 else "text"), text.rstrip()
    yield "rule", ""


def _plain(text: str) -> str:
    """Markdown as its reader sees it; that something is a link is left out."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"<[^>]*>|\*\*|`", "", text)
    return html.unescape(" ".join(text.split()))


if __name__ == "__main__":
    sys.exit(made_file.main(PICTURE, picture(comment()), "tools.plan_picture"))
