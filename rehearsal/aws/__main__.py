"""``python -m rehearsal.aws``: start the embedded AWS and serve until told to stop."""

import argparse
import math
import os
import re
import sys
from pathlib import Path

from rehearsal.aws import server
from rehearsal.aws.clock import parse_speed

# The exit code that tells whoever starts the process that the state file is of no use.
STATE_LOST = 3


def _speed(text: str) -> float:
    try:
        return parse_speed(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _account(text: str) -> str:
    if not re.fullmatch("[0-9]{12}", text):
        raise argparse.ArgumentTypeError(f"must be 12 digits, not {text!r}")
    return text


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m rehearsal.aws",
        description="The embedded AWS: it answers AWS's own wire protocol on 127.0.0.1.",
    )
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free)")
    parser.add_argument(
        "--speed",
        type=_speed,
        default=math.inf,
        metavar="N",
        help="slow operations take their real duration divided by N; 'max' (default): no time",
    )
    parser.add_argument(
        "--endpoint-file",
        type=Path,
        metavar="FILE",
        help="write {url, pid, account} as JSON here as soon as requests are answered",
    )
    parser.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="keep the state here, and go on with the one that is here already",
    )
    parser.add_argument(
        "--kubernetes",
        type=Path,
        metavar="FOLDER",
        help="make a real control plane for each cluster of the programs in FOLDER",
    )
    parser.add_argument(
        "--account",
        type=_account,
        metavar="ID",
        help="the account's number (default: that of a state that is here, or 123456789012)",
    )
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    """Run the server; the exit code of the process."""
    arguments = _arguments(argv)
    try:
        server.serve(
            arguments.port,
            arguments.speed,
            arguments.endpoint_file,
            arguments.state,
            arguments.kubernetes,
            account=arguments.account,
        )
    except server.PortTakenError as error:
        print(error, file=sys.stderr)
        return 1
    except server.StateError as error:
        print(error, file=sys.stderr)
        return STATE_LOST
    return 0


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except SystemExit as end:
        code = end.code
    sys.stdout.flush()
    sys.stderr.flush()
    # Nothing is left to save, and to take a whole AWS apart object by object takes seconds.
    os._exit(int(code or 0))
