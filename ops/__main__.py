"""The command line: `python -m ops check`, `python -m ops rehearse`."""

import argparse
import sys
from pathlib import Path

from ops.check import check
from ops.user_error import UserError


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ops", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    checking = commands.add_parser(
        "check",
        help="check stack files without engine and network",
        description="Checks stack files as the program itself does before it makes anything.",
    )
    checking.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="a Pulumi.<stack>.yaml; default: all in this folder",
    )
    checking.add_argument("--json", action="store_true", help="the problems as a JSON list")

    rehearsing = commands.add_parser(
        "rehearse",
        help="run a stack against the embedded AWS",
        description="Brings a stack up, or up to date, on an AWS that is embedded in this machine.",
    )
    rehearsing.add_argument("stack", nargs="?", default="dev", help="default: dev")
    rehearsing.add_argument(
        "--destroy", action="store_true", help="take it down and prove that nothing is left"
    )
    rehearsing.add_argument(
        "--speed",
        type=_speed,
        default="60",
        help="how many times faster than AWS time passes, or 'max'; default: 60",
    )
    rehearsing.add_argument(
        "--faults",
        type=Path,
        metavar="FILE",
        help="a YAML file that says what goes wrong, and when; see docs/faults.md",
    )
    return parser.parse_args()


def _speed(text: str) -> str:
    try:
        if text == "max" or float(text) > 0:
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"must be a number greater than 0, or max, not {text!r}")


def main() -> int:
    """Runs one command. Returns its exit code: 0, or 1 where something is wrong."""
    arguments = _arguments()
    try:
        if arguments.command == "check":
            return check(arguments.files, as_json=arguments.json)
        # Imported late: `check` answers in a fraction of the time this takes.
        from ops import rehearse  # noqa: PLC0415

        rehearsal = rehearse.Rehearsal(
            arguments.stack, speed=arguments.speed, faults=arguments.faults
        )
        return rehearsal.destroy() if arguments.destroy else rehearsal.up()
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
