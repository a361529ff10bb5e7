"""`python -m ops drift`: what somebody has changed behind Pulumi's back."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ops.forge import Note, forge
from ops.pipeline.changes import title
from ops.pipeline.job_summary import add_to_job_summary
from ops.pipeline.log import Step, read_log
from ops.pipeline.markdown import code, marker
from ops.recover.pulumi import Pulumi
from ops.recover.report import table
from ops.user_error import UserError

_WHAT = {"update": "is another", "delete": "is gone", "replace": "is another", "create": "is new"}
_COLUMNS = {"RESOURCE": "resource", "WHAT": "what", "PROPERTIES": "keys"}


def drift(stack: str, *, report: bool = False) -> int:
    """Compares what AWS has with what the state says; changes neither.

    Args:
        stack: The stack's name.
        report: Keep one issue about it: opened, changed, and closed when all is as it should be.

    Returns:
        0 where nothing has drifted, else 1.

    Raises:
        UserError: AWS cannot be asked.
    """
    found = _found(stack)
    rows = [
        {
            "resource": f"{title(it.type)} {it.name}",
            "what": _WHAT[it.operation],
            "keys": ", ".join(it.keys),
        }
        for it in found
    ]
    print(
        f"Somebody has changed what is of {stack}:\n{table(rows, _COLUMNS)}\n"
        "`pulumi up` after `pulumi refresh` takes it back; or write it into the stack file."
        if rows
        else f"Nothing of {stack} has drifted."
    )
    if report:
        _report(stack, found)
    return 1 if found else 0


def _found(stack: str) -> Sequence[Step]:
    pulumi = Pulumi(stack, Path())
    with (
        tempfile.TemporaryDirectory(prefix="drift-") as folder,
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
    ):
        events = Path(folder) / "events.json"
        exit_code = pulumi.operate(
            "refresh", "--preview-only", "--expect-no-changes", events=events, output=nowhere
        )
        if not events.exists():
            raise UserError(f"`pulumi refresh --preview-only` failed with exit code {exit_code}")
        log = read_log(events)
    found = [it for it in log.drifted if it.custom]
    errors = [it for it in log.errors if "no changes were expected" not in it]
    if exit_code and not found:
        raise UserError("what AWS has cannot be read:\n" + "\n".join(errors))
    return sorted(found, key=lambda it: (it.operation, it.type, it.name))


def _report(stack: str, found: Sequence[Step]) -> None:
    first = marker("drift", stack)
    place = forge()
    old = next((it for it in place.issues() if it.text.startswith(first)), None)
    if not found:
        if old:
            place.close(old, f"Nothing of `{stack}` has drifted any more.")
            print(f"Closed the issue {old.url}".rstrip())
        return
    text = f"{first}\n{_text(stack, found)}"
    add_to_job_summary(text)
    if old and old.text.strip() == text.strip():
        print(f"The issue says so already: {old.url}")
        return
    written: Note = place.issue(f"Drift: {stack}", text, old)
    print(f"{'Changed' if old else 'Opened'} the issue {written.url}".rstrip())


def _text(stack: str, found: Sequence[Step]) -> str:
    rows = [
        f"| {title(it.type)} {code(it.name)} | {_WHAT[it.operation]} "
        f"| {', '.join(map(code, it.keys))} |"
        for it in found
    ]
    return "\n".join(
        [
            f"AWS has not what the state of `{stack}` says:",
            "",
            "| resource | what | properties |",
            "|--|--|--|",
            *rows,
            "",
            "Take it back with a deployment after `pulumi refresh`, or write it into the stack "
            "file. This issue is changed when something else drifts, and closed when nothing does.",
        ]
    )
