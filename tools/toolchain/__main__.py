"""`python3 -m tools.toolchain`. Kept readable for an old Python, which is told what is missing."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    from tools.toolchain import newer_python

    newer_python.take_over()

from tools.toolchain import command_line

sys.exit(command_line.main())
