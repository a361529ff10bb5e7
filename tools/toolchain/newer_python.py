"""For a Python that is too old: goes on with a newer one of the machine, or says how to get one.

This module and the one it imports must run on the old one.
"""

import os
import subprocess
import sys

from tools.toolchain import hints

_OLDEST = 11
_NEWEST_LOOKED_FOR = 19


def take_over() -> None:
    """Replaces this process by the same command on a newer Python. Exits with 1 without one."""
    for minor in range(_NEWEST_LOOKED_FOR, _OLDEST - 1, -1):
        python = f"python3.{minor}"
        if _works(python):
            os.execvp(python, [python, "-m", "tools.toolchain", *sys.argv[1:]])  # noqa: S606
    sys.stderr.write(
        f"error: this needs Python 3.{_OLDEST} or newer, and {sys.executable} is "
        f"{sys.version_info[0]}.{sys.version_info[1]}. {hints.python()}\n"
    )
    sys.exit(1)


def _works(python: str) -> bool:
    try:
        return not subprocess.call(
            [python, "-c", "import ensurepip, venv"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return False
