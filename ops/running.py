"""Runs commands that know what to do when they are interrupted."""

import subprocess
from collections.abc import Mapping, Sequence
from typing import IO


def run_to_its_end(
    command: Sequence[str], *, environment: Mapping[str, str], output: IO[str] | None = None
) -> int:
    """Runs a command and returns its exit code, however often Ctrl-C is pressed.

    The command gets the signal too. Pulumi's engine then ends what is under way and writes its
    state; left behind, or killed, it would leave the stack locked.

    Args:
        command: The command and its arguments.
        environment: Its environment variables.
        output: A file for what it says; None: to this process's own output.
    """
    with subprocess.Popen(command, env=dict(environment), stdout=output, stderr=output) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue
