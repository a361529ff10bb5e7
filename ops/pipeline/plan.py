"""`python -m ops plan`: what a deployment would do, saved so that it does just that."""

import datetime
import sys
from pathlib import Path
from typing import Any, Final

from ops.pipeline.basis import Basis, basis, file_hash
from ops.pipeline.changes import changes
from ops.pipeline.costs import Cost, Resource, cost
from ops.pipeline.folder import PlanFolder
from ops.pipeline.lock_changes import lock_changes
from ops.pipeline.log import Log, read_log
from ops.pipeline.markdown import comment
from ops.pipeline.plan_file import make_usable
from ops.pipeline.summary import Summary, Time, write_summary
from ops.pipeline.text import text
from ops.pipeline.times import times
from ops.recover.pulumi import Pulumi
from ops.report.graph import resources_of
from ops.user_error import UserError
from spec.problems import StackFileError
from spec.stack_file import Stack, read_stack_file

POLICY: Final = Path("policy")
"""Where a policy pack is, if there is one."""


def plan(stack: str, out: Path | None, base: str) -> int:
    """Makes a plan, and prints it.

    Args:
        stack: The stack's name.
        out: The folder to write to; None: `.plan/<stack>`.
        base: The commit whose lock file this one's is compared with.

    Returns:
        0; 1 where there is no plan because the stack file, the program or a policy refuses it.

    Raises:
        UserError: The engine cannot be asked.
    """
    summary = make_plan(stack, PlanFolder.of(stack, out), base)
    print(text(summary))
    return 1 if summary.failed else 0


def make_plan(stack: str, folder: PlanFolder, base: str) -> Summary:
    """Makes a plan, and writes all that belongs to it into a folder.

    Raises:
        UserError: The engine cannot be asked.
    """
    folder.path.mkdir(parents=True, exist_ok=True)
    for file in (folder.plan, folder.summary, folder.comment, folder.events):
        file.unlink(missing_ok=True)
    summary = _made(stack, folder, base)
    write_summary(folder, summary)
    folder.comment.write_text(comment(summary), encoding="utf-8")
    return summary


def _made(stack: str, folder: PlanFolder, base: str) -> Summary:
    stack_file = Path(f"Pulumi.{stack}.yaml")
    try:
        read = read_stack_file(stack_file)
    except StackFileError as error:
        nothing: dict[str, Any] = {"deployment": {}}
        return _failed(stack, basis(stack_file, nothing), Log(errors=[str(error)]))
    pulumi = Pulumi(stack, Path())
    state = pulumi.export()
    made_of = basis(stack_file, state)
    packs = ("--policy-pack", str(POLICY)) if (POLICY / "PulumiPolicy.yaml").exists() else ()
    with folder.display.open("w", encoding="utf-8") as display:
        code = pulumi.operate(
            *("preview", "--save-plan", str(folder.plan), *packs),
            events=folder.events,
            output=display,
        )
    log = read_log(folder.events) if folder.events.exists() else Log()
    if code or not folder.plan.exists():
        folder.plan.unlink(missing_ok=True)
        log.errors = log.errors or [folder.display.read_text(encoding="utf-8").strip()]
        return _failed(stack, made_of, log)
    make_usable(folder.plan)
    return Summary(
        stack=stack,
        made=_now().isoformat(timespec="seconds"),
        basis=made_of,
        plan=file_hash(folder.plan),
        changes=changes(log.steps),
        packs=log.packs,
        findings=tuple(log.findings),
        time=_time(log, folder.plan, state),
        cost=_cost(log, state, read),
        lock=lock_changes(stack_file, base),
    )


def _failed(stack: str, made_of: Basis, log: Log) -> Summary:
    return Summary(
        stack=stack,
        made=_now().isoformat(timespec="seconds"),
        basis=made_of,
        plan="",
        changes=changes(log.steps),
        packs=log.packs,
        findings=tuple(log.findings),
        errors=tuple(log.errors),
    )


def _time(log: Log, plan_file: Path, state: Any) -> Time | None:
    try:
        return Time.of(times(log.steps, plan_file, state))
    except UserError as error:
        print(f"How long it takes cannot be told: {error}", file=sys.stderr)
        return None


def _cost(log: Log, state: Any, stack: Stack) -> Cost:
    there: dict[str, Resource] = {
        it["urn"]: (it["type"], it.get("inputs") or {})
        for it in resources_of(state)
        if not it.get("delete")
    }
    return cost(there, log.steps, stack.cluster.region, _now().date())


def _now() -> datetime.datetime:
    return datetime.datetime.now(tz=datetime.UTC)
