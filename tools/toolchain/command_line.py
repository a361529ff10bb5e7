"""The command line of the set-up."""

import argparse
import os
import signal
import sys
from types import FrameType

from tools.toolchain import pins
from tools.toolchain.engine import PULUMI
from tools.toolchain.environment import Environment
from tools.toolchain.progress import Progress
from tools.toolchain.setup import Setup
from tools.toolchain.user_error import UserError

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Runs one command. Returns its exit code: 0, 1 where something is missing, 130 if stopped."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.toolchain", description=__doc__)
    parser.add_argument(
        "command",
        nargs="?",
        choices=["setup", "path"],
        default="setup",
        help="setup: bring all up to date; path: say where pulumi is; default: setup",
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing if nothing is to do")
    arguments = parser.parse_args()
    _stop_on_signals()
    try:
        return _path() if arguments.command == "path" else _setup(quiet=arguments.quiet)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
    except OSError as error:
        print(f"error: {error.filename or 'set-up'}: {error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. Nothing unfinished is kept; run it again.", file=sys.stderr)
        return 130
    return 1


def _setup(*, quiet: bool) -> int:
    engine = Setup(pins.ROOT, os.environ, Progress(sys.stderr), again=not quiet).run()
    if not quiet:
        print(f"Ready: Python {pins.python()} in .venv, pulumi {engine}.")
    return 0


def _path() -> int:
    link = Environment(pins.ROOT, os.environ).commands / PULUMI
    if not link.exists():
        raise UserError("there is no pulumi yet: run `make setup`")
    print(link.resolve())
    return 0


def _stop_on_signals() -> None:
    """Lets every way of being ended clean up, and lets nothing disturb that."""

    def stop(_: int, __: FrameType | None) -> None:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, stop)
