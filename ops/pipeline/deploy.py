"""`python -m ops deploy`: carries out a plan, also one that an earlier run has begun with."""

import sys
from pathlib import Path
from typing import Any

from ops.pipeline.approved import not_approved
from ops.pipeline.basis import basis, file_hash
from ops.pipeline.changes import counted
from ops.pipeline.folder import PlanFolder
from ops.pipeline.job_summary import add_to_job_summary
from ops.pipeline.log import read_log
from ops.pipeline.markdown import fenced
from ops.pipeline.plan import make_plan
from ops.pipeline.summary import Summary, read_summary
from ops.pipeline.text import text
from ops.recover.pulumi import Pulumi
from ops.recover.recovery import Options, recover
from ops.recover.state import State
from ops.user_error import UserError


def deploy(stack: str, out: Path | None, *, release_lock: bool = False) -> int:
    """Carries out a plan.

    Where the stack is no more what it was when it was planned, because an earlier run has begun
    with the plan, it plans anew and goes on if all that is left was in the plan.

    Args:
        stack: The stack's name.
        out: The folder of the plan; None: `.plan/<stack>`.
        release_lock: Release the lock of a run that never ended, first.

    Returns:
        The exit code: that of the engine.

    Raises:
        UserError: The plan is of something else, or something would be done that is not in it.
    """
    folder = PlanFolder.of(stack, out)
    approved = _checked(stack, folder)
    pulumi = Pulumi(stack, Path())
    if release_lock:
        pulumi.release_lock()
    if _is_unfinished(pulumi):
        print("The last run of the stack did not succeed. `python -m ops recover` makes it good:")
        if code := recover(stack, Options(yes=True)):
            return code
    here = basis(Path(f"Pulumi.{stack}.yaml"), pulumi.export())
    if here.state != approved.basis.state:
        folder = PlanFolder(folder.path / "rest")
        if not _planned_anew(stack, folder, approved).changes:
            return 0
    return _carried_out(pulumi, folder, approved)


def _checked(stack: str, folder: PlanFolder) -> Summary:
    """The plan, which is of this stack and of what is here.

    Raises:
        UserError: It is not.
    """
    approved = read_summary(folder)
    if approved.stack != stack:
        raise UserError(f"the plan in {folder.path} is of the stack {approved.stack}, not {stack}")
    if approved.failed or not folder.plan.exists():
        raise UserError(f"there is nothing in {folder.path} to carry out: making the plan failed")
    if file_hash(folder.plan) != approved.plan:
        raise UserError(f"{folder.plan} is not the one that {folder.summary} is of: plan anew")
    nothing: dict[str, Any] = {"deployment": {}}  # the state is looked at later
    here = basis(Path(f"Pulumi.{stack}.yaml"), nothing)
    if differences := list(approved.basis.differences(here)):
        raise UserError(
            "the plan is of something else than what is here; nothing was done. Plan anew.\n  "
            + "\n  ".join(differences)
        )
    return approved


def _is_unfinished(pulumi: Pulumi) -> bool:
    """Whether the newest run has left something to make good."""
    state = State(pulumi.export())
    kinds = ("creating", "updating", "deleting", "importing")
    pending = any(state.pending(*kinds)) or any(state.half_made)
    return pending or pulumi.last_result() not in {"", "succeeded"}


def _planned_anew(stack: str, folder: PlanFolder, approved: Summary) -> Summary:
    """What is left to do, all of which is in the plan that was approved.

    Raises:
        UserError: It cannot be planned, or has something else in it.
    """
    print("The stack is not what it was when it was planned. What is left to do:")
    left = make_plan(stack, folder, "HEAD^")
    print(text(left))
    if left.failed:
        raise UserError("what is left to do cannot be planned")
    if others := list(not_approved(approved.changes, left.changes)):
        told = "\n  ".join(f"{it.operation} {it.title} {it.name}" for it in others)
        raise UserError(
            "nothing was done: this is not in the plan that was approved. Plan anew, and have it "
            f"approved:\n  {told}"
        )
    print("All of it is in the plan that was approved.")
    return left


def _carried_out(pulumi: Pulumi, folder: PlanFolder, approved: Summary) -> int:
    events = folder.path / "deploy.json"
    code = pulumi.operate(
        *("up", "--yes", "--skip-preview", "--suppress-outputs", "--plan", str(folder.plan)),
        events=events,
    )
    if code == 0:
        add_to_job_summary(f"### `{approved.stack}`: deployed ({counted(approved.changes)})")
        return 0
    errors = "\n".join(read_log(events).errors) if events.exists() else ""
    print(
        "\nThe deployment did not come to its end. Run it again with the same plan: it makes good "
        "what was left behind, and goes on where it was.",
        file=sys.stderr,
    )
    add_to_job_summary(
        f"### `{approved.stack}`: not deployed\n\nRun the job again: it goes on where it was."
        + (f"\n\n{fenced(errors)}" if errors else "")
    )
    return code
