"""`python -m ops destroy`: takes a stack down, for whoever types its name."""

from pathlib import Path

from ops.pipeline.job_summary import add_to_job_summary
from ops.pipeline.log import read_log
from ops.pipeline.markdown import fenced
from ops.recover.pulumi import Pulumi
from ops.user_error import UserError


def destroy(stack: str, confirmed: str) -> int:
    """Destroys a stack.

    Args:
        stack: The stack's name.
        confirmed: What was typed to confirm it.

    Returns:
        The engine's exit code.

    Raises:
        UserError: The typed name is another.
    """
    if confirmed != stack:
        raise UserError(
            f"nothing was destroyed: {stack} is to be destroyed, but {confirmed!r} was typed"
        )
    events = Path(".plan") / stack / "destroy.json"
    events.parent.mkdir(parents=True, exist_ok=True)
    code = Pulumi(stack, Path()).operate("destroy", "--yes", "--skip-preview", events=events)
    if code == 0:
        add_to_job_summary(f"### `{stack}`: destroyed")
    else:
        errors = "\n".join(read_log(events).errors) if events.exists() else ""
        add_to_job_summary(f"### `{stack}`: not destroyed\n\n{fenced(errors)}")
    return code
