"""The page that GitHub shows of a job."""

import os
from pathlib import Path


def add_to_job_summary(text: str) -> bool:
    """Adds to the page of the job. Returns whether there is one.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
    """
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return False
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{text}\n")
    return True
