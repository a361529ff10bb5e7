"""Files of this project that a script makes, and a test keeps current."""

import sys
from pathlib import Path


def main(file: Path, content: str, module: str) -> int:
    """Writes a file, or with `--check` on the command line tells whether it is current.

    Args:
        file: The file.
        content: What it has to hold.
        module: The script that makes it.

    Returns:
        The exit code: 1 if it is not current.
    """
    if sys.argv[1:] != ["--check"]:
        file.write_text(content, encoding="utf-8")
        return 0
    if file.read_text(encoding="utf-8") == content:
        return 0
    print(f"{file} is not current: python -m {module}", file=sys.stderr)
    return 1
