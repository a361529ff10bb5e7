"""The flags of a pipeline's commands."""

import argparse
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

_STACK = "the stack's name"


def add_commands(commands: Any) -> None:
    """Adds the commands to the parser's."""
    planning = commands.add_parser(
        "plan",
        help="show what a deployment would do, and save it as a plan",
        description="Runs `pulumi preview` and writes plan.json, summary.json and comment.md: what"
        " changes, what is at risk, how long it takes, what it costs. docs/gitops.md",
    )
    _add_stack_and_folder(planning)
    planning.add_argument(
        "--base",
        default=os.environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA") or "HEAD^",
        metavar="COMMIT",
        help="the commit whose lock file this one's is compared with; default: HEAD^, and in"
        " GitLab's merge requests their base",
    )
    commenting = commands.add_parser(
        "comment",
        help="tell the plan in a comment on the pull or merge request",
        description="Posts comment.md, or changes the comment that is there. In GitHub's and"
        " GitLab's pipelines, with the token of GITHUB_TOKEN or GITLAB_TOKEN.",
    )
    _add_stack_and_folder(commenting)
    deploying = commands.add_parser(
        "deploy",
        help="carry out a plan",
        description="Runs `pulumi up --plan`, after it has made good what an interrupted run has"
        " left behind. Refuses a plan of another commit, stack file or lock file.",
    )
    _add_stack_and_folder(deploying)
    deploying.add_argument(
        "--release-lock",
        action="store_true",
        default=os.environ.get("EKS_CLUSTER_RELEASE_LOCK") == "true",
        help="release the stack's lock first, which a killed run has left behind: only if nobody"
        " runs pulumi on it now; default: EKS_CLUSTER_RELEASE_LOCK=true",
    )
    drifting = commands.add_parser(
        "drift",
        help="tell what somebody has changed in AWS",
        description="Compares AWS with the state, and changes neither. Exit code 1: it differs.",
    )
    drifting.add_argument("stack", help=_STACK)
    drifting.add_argument(
        "--report", action="store_true", help="open an issue about it, change it, close it"
    )
    destroying = commands.add_parser(
        "destroy",
        help="destroy a stack",
        description="Runs `pulumi destroy` if the name that is typed is the stack's.",
    )
    destroying.add_argument("stack", help=_STACK)
    destroying.add_argument(
        "--confirm", required=True, metavar="NAME", help="the stack's name, once more"
    )
    listing = commands.add_parser(
        "stacks",
        help="list the stacks of this folder",
        description="Lists the stacks whose files are in this folder, or those that the variable"
        " STACKS names.",
    )
    listing.add_argument("--json", action="store_true", help="as a JSON list, on one line")


def _add_stack_and_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("stack", help=_STACK)
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="the plan's folder; default: .plan/STACK"
    )


# Imported late: it takes half a second, which `check` does not need.


def _plan(arguments: argparse.Namespace) -> int:
    from ops.pipeline.plan import plan  # noqa: PLC0415

    return plan(arguments.stack, arguments.out, arguments.base)


def _comment(arguments: argparse.Namespace) -> int:
    from ops.pipeline.comment import comment  # noqa: PLC0415

    return comment(arguments.stack, arguments.out)


def _deploy(arguments: argparse.Namespace) -> int:
    from ops.pipeline.deploy import deploy  # noqa: PLC0415

    return deploy(arguments.stack, arguments.out, release_lock=arguments.release_lock)


def _drift(arguments: argparse.Namespace) -> int:
    from ops.pipeline.drift import drift  # noqa: PLC0415

    return drift(arguments.stack, report=arguments.report)


def _destroy(arguments: argparse.Namespace) -> int:
    from ops.pipeline.destroy import destroy  # noqa: PLC0415

    return destroy(arguments.stack, arguments.confirm)


def _stacks(arguments: argparse.Namespace) -> int:
    from ops.pipeline.stacks import stacks  # noqa: PLC0415

    return stacks(as_json=arguments.json)


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "plan": _plan,
    "comment": _comment,
    "deploy": _deploy,
    "drift": _drift,
    "destroy": _destroy,
    "stacks": _stacks,
}
"""By name."""
