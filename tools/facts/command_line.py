"""What the scripts that make tables share: write the table, or compare it."""

import argparse
import datetime
import re
import sys
from collections.abc import Callable
from pathlib import Path


def write_or_check(path: Path, make: Callable[[str], str], description: str) -> int:
    """Writes a table, or with `--check` tells whether the one that is there would come out again.

    Args:
        path: The table.
        make: Its whole text, given the day of the run in ISO.
        description: What the script does.

    Returns:
        An exit code.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    if not parser.parse_args().check:
        path.write_text(make(datetime.date.today().isoformat()), encoding="utf-8")
        return 0
    there = path.read_text(encoding="utf-8")
    made_on = re.search(r"^# date: (\S+)$", there, re.MULTILINE)
    if made_on and there == make(made_on[1]):
        return 0
    print(f"{path} is not what {Path(sys.argv[0]).name} makes: run it", file=sys.stderr)
    return 1
