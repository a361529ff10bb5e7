"""`python -m ops comment`: the plan, told where the change is reviewed."""

from pathlib import Path

from ops.forge import RefusedError, forge
from ops.pipeline.folder import PlanFolder
from ops.pipeline.job_summary import add_to_job_summary
from ops.pipeline.markdown import marker
from ops.user_error import UserError


def comment(stack: str, out: Path | None) -> int:
    """Posts the plan as a comment on the pull or merge request, or changes the one that is there.

    Where the token may not, as in a pull request from a fork, it says so and shows the plan on the
    page of the job.

    Args:
        stack: The stack's name.
        out: The folder of the plan; None: `.plan/<stack>`.

    Returns:
        0.

    Raises:
        UserError: There is no plan, or the API fails.
    """
    file = PlanFolder.of(stack, out).comment
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        raise UserError(f"there is no {file}: run `python -m ops plan {stack}` first") from None
    place = forge()
    first = marker("plan", stack)
    try:
        old = next((it for it in place.comments() if it.text.startswith(first)), None)
        if old and old.text.strip() == text.strip():
            print(f"The comment says so already: {old.url}")
            return 0
        written = place.comment(text, old)
    except RefusedError as error:
        print(f"The plan is not told as a comment: the token may not ({error}).")
        if add_to_job_summary(text):
            print("It is on the page of the job.")
        return 0
    print(f"{'Changed' if old else 'Wrote'} the comment {written.url}".rstrip())
    return 0
