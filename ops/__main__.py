"""The command line: `python -m ops COMMAND`; without one, it lists them."""

import argparse
import io
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from ops import init
from ops.check import check
from ops.pipeline import command_line as pipeline
from ops.user_error import UserError
from spec.model.principals import identity


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ops", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    initialising = commands.add_parser(
        "init",
        help="write a first stack file from a few answers",
        description="Asks what no flag says, checks each answer, and writes Pulumi.<stack>.yaml."
        " Where standard input is no terminal, its lines are the answers, and what is missing when"
        " it ends is as by default.",
    )
    init.add_arguments(initialising)

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
    checking.add_argument(
        "--deployer",
        type=_principal,
        metavar="ARN",
        help="the IAM role or user that would run pulumi; a session's ARN counts as its role:"
        " refuse stacks whose cluster it would not administer",
    )
    checking.add_argument("--json", action="store_true", help="the problems as a JSON list")

    _add_bootstrap(commands)
    _add_lock(commands)
    _add_recover(commands)

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
    rehearsing.add_argument(
        "--skip-preview",
        action="store_true",
        help="do not show first what is going to be done; quicker",
    )
    rehearsing.add_argument(
        "--no-policy",
        action="store_true",
        help="let the policy pack judge nothing; see docs/policy.md",
    )
    rehearsing.add_argument(
        "--as",
        dest="deployer",
        type=_principal,
        metavar="ARN",
        help="the role or user that deploys; default: one that the stack file names as deployer or"
        " administrator, else a user of the rehearsal's own",
    )
    _add_report(commands)
    pipeline.add_commands(commands)
    return parser.parse_args()


def _add_bootstrap(commands: Any) -> None:
    bootstrapping = commands.add_parser(
        "bootstrap",
        help="make what a team needs once: a place for the state, and roles for the pipeline",
        description="Makes a state bucket, a key, and roles that GitHub and GitLab deploy with, as"
        " bootstrap/Pulumi.<name>.yaml says, and moves its own state into the bucket."
        " docs/bootstrap.md",
    )
    bootstrapping.add_argument("name", nargs="?", default="main", help="default: main")
    bootstrapping.add_argument(
        "--rehearse", action="store_true", help="on an AWS that is embedded in this machine"
    )
    bootstrapping.add_argument("--destroy", action="store_true", help="take all of it down")
    bootstrapping.add_argument("--yes", action="store_true", help="go on without asking")


def _bootstrap(arguments: argparse.Namespace) -> int:
    from ops import bootstrap  # noqa: PLC0415

    options = bootstrap.Options(
        rehearse=arguments.rehearse, destroy=arguments.destroy, yes=arguments.yes
    )
    return bootstrap.bootstrap(arguments.name, options)


def _add_lock(commands: Any) -> None:
    locking = commands.add_parser(
        "lock",
        help="write down the versions that AWS would otherwise choose",
        description="Writes locks/<stack>.yaml: releases of node images, versions of add-ons, and"
        " instance types of groups with an instanceSelector. What stands there stays.",
    )
    locking.add_argument(
        "files",
        nargs="*",
        metavar="STACK",
        help="a Pulumi.<stack>.yaml, or a stack's name; default: all in this folder",
    )
    locking.add_argument(
        "--update", action="store_true", help="move to the newest, and show what that changes"
    )
    locking.add_argument(
        "--aws", action="store_true", help="ask AWS for versions, not the tables that come along"
    )
    locking.add_argument(
        "--check", action="store_true", help="write nothing; fail where something lacks"
    )
    locking.add_argument("--json", action="store_true", help="what changes as a JSON list")


def _lock(arguments: argparse.Namespace) -> int:
    from ops import lock  # noqa: PLC0415

    return lock.lock(
        arguments.files,
        update=arguments.update,
        check=arguments.check,
        as_json=arguments.json,
        source=lock.from_aws if arguments.aws else lock.bundled,
    )


def _add_recover(commands: Any) -> None:
    recovering = commands.add_parser(
        "recover",
        help="make good what an interrupted or killed `pulumi up` left behind",
        description="Finds in AWS what a run of Pulumi was making when it ended, and adopts it into"
        " the stack's state, so that the next `pulumi up` goes on from there. docs/recovery.md",
    )
    recovering.add_argument("stack", help="the stack's name")
    recovering.add_argument(
        "--dry-run", action="store_true", help="show what would be done, change nothing"
    )
    recovering.add_argument("--yes", action="store_true", help="go on without asking")
    recovering.add_argument(
        "--delete-orphans",
        action="store_true",
        help="delete what carries this stack's tags and is in no state",
    )
    recovering.add_argument("--json", action="store_true", help="the report as JSON")
    recovering.add_argument(
        "--no-preview",
        action="store_true",
        help="look only for what Pulumi was making, not for what it took for failed",
    )
    recovering.add_argument(
        "--patience",
        type=float,
        default=15.0,
        metavar="SECONDS",
        help="how long to look again for what AWS does not tell of yet; default: 15",
    )
    recovering.add_argument(
        "--cwd", type=Path, default=Path(), metavar="DIR", help="the Pulumi project; default: here"
    )
    recovering.add_argument(
        "--config-file", type=Path, metavar="FILE", help="the stack file, where Pulumi needs it"
    )


def _add_report(commands: Any) -> None:
    reporting = commands.add_parser(
        "report",
        help="tell how long a run of Pulumi takes, and what it waits for",
        description="Reads the event log of a `pulumi up` or `pulumi destroy`: its critical path,"
        " and what each slow resource waited for. docs/time-report.md",
    )
    reporting.add_argument(
        "events",
        nargs="?",
        type=Path,
        metavar="EVENTS",
        help="what `pulumi up --event-log EVENTS` wrote; default: the newest rehearsal's",
    )
    reporting.add_argument("--stack", default="dev", help="whose rehearsal; default: dev")
    reporting.add_argument(
        "--state",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="what `pulumi stack export` wrote, after an up or before a destroy; can be repeated",
    )
    reporting.add_argument(
        "--speed",
        type=_speed,
        help="the events are a rehearsal's at this many times AWS's pace, or max; a rehearsal's"
        " own are known to be",
    )
    reporting.add_argument("--json", action="store_true", help="the report as JSON")
    reporting.add_argument("--svg", type=Path, metavar="FILE", help="write the timeline there")


def _report(arguments: argparse.Namespace) -> int:
    from ops import report  # noqa: PLC0415
    from ops.engine import PROJECT  # noqa: PLC0415

    events = arguments.events or PROJECT / ".state" / arguments.stack / "events.json"
    options = report.Options(
        states=arguments.state,
        speed=float(arguments.speed.replace("max", "inf")) if arguments.speed else None,
        svg=arguments.svg,
        as_json=arguments.json,
    )
    return report.report(events, options)


def _recover(arguments: argparse.Namespace) -> int:
    from ops.recover.recovery import Options, recover  # noqa: PLC0415  takes half a second

    return recover(
        arguments.stack,
        Options(
            folder=arguments.cwd,
            config_file=arguments.config_file,
            delete_orphans=arguments.delete_orphans,
            preview=not arguments.no_preview,
            dry_run=arguments.dry_run,
            yes=arguments.yes,
            as_json=arguments.json,
            patience=arguments.patience,
        ),
    )


def _principal(text: str) -> str:
    if identity(text) is None:
        example = "arn:aws:iam::123456789012:role/Admin"
        raise argparse.ArgumentTypeError(
            f"must be the ARN of an IAM role or user such as {example}, not {text!r}"
        )
    return text


def _speed(text: str) -> str:
    try:
        if text == "max" or float(text) > 0:
            return text
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"must be a number greater than 0, or max, not {text!r}")


def _rehearse(arguments: argparse.Namespace) -> int:
    # Imported late, as the others: `check` answers in a fraction of the time this takes.
    from ops import rehearse  # noqa: PLC0415

    rehearsal = rehearse.Rehearsal(
        arguments.stack,
        speed=arguments.speed,
        faults=arguments.faults,
        preview=not arguments.skip_preview,
        deployer=arguments.deployer,
        policy=not arguments.no_policy,
    )
    return rehearsal.destroy() if arguments.destroy else rehearsal.up()


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "bootstrap": _bootstrap,
    "check": lambda arguments: check(
        arguments.files, deployer=arguments.deployer, as_json=arguments.json
    ),
    "init": init.init,
    "lock": _lock,
    "recover": _recover,
    "rehearse": _rehearse,
    "report": _report,
    **pipeline.COMMANDS,
}


def main() -> int:
    """Runs one command. Returns its exit code: 0, or 1 where something is wrong."""
    # In a pipe too, what is said comes where it belongs in the output of the engine.
    cast("io.TextIOWrapper[io.BufferedWriter]", sys.stdout).reconfigure(line_buffering=True)
    arguments = _arguments()
    try:
        return _COMMANDS[arguments.command](arguments)
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
