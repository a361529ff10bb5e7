"""Read the tables of this folder: tab-separated, one fact a row, each with its public source.

A line that starts with `#` is a comment; `# source: URL` and `# date: YYYY-MM-DD` hold for every
row that has no such column of its own. The first other line names the columns. An empty cell is a
fact that no public source tells.
"""

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent

Row = dict[str, str]


def read(name: str, folder: Path = FOLDER) -> Iterator[Row]:
    """The rows of the table `name`.tsv of a folder, as column: cell.

    Raises:
        ValueError: A row has more or fewer cells than there are columns.
    """
    defaults: Row = {}
    columns: list[str] = []
    text = (folder / f"{name}.tsv").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            key, colon, value = line.removeprefix("#").partition(": ")
            if colon and key.strip() in {"source", "date"}:
                defaults[key.strip()] = value.strip()
        elif not columns:
            columns = line.split("\t")
        else:
            cells = line.split("\t")
            if len(cells) != len(columns):
                raise ValueError(f"{name}.tsv:{number}: {len(cells)} cells, {len(columns)} columns")
            yield {**defaults, **dict(zip(columns, cells, strict=True))}
