"""What a pipeline asks of GitHub or GitLab, whichever it runs on."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ops.forge.http import RefusedError
from ops.user_error import UserError

__all__ = ["Forge", "Note", "RefusedError", "forge"]


@dataclass(frozen=True)
class Note:
    """A comment or an issue.

    Attributes:
        id: Its number in the API.
        text: What it says.
        url: Where people read it.
    """

    id: int
    text: str
    url: str


class Forge(Protocol):
    """GitHub or GitLab."""

    @property
    def summary(self) -> Path | None:
        """The file that the page of the job shows; None: there is none."""
        ...

    def comments(self) -> Iterator[Note]:
        """The comments on the pull or merge request.

        Raises:
            RefusedError: The token does not allow it.
            UserError: This runs for no such request.
        """
        ...

    def comment(self, text: str, old: Note | None) -> Note:
        """Writes a comment, in place of an old one if there is one."""
        ...

    def issues(self) -> Iterator[Note]:
        """The issues that are open."""
        ...

    def issue(self, title: str, text: str, old: Note | None) -> Note:
        """Opens an issue, or changes one that is open."""
        ...

    def close(self, issue: Note, text: str) -> None:
        """Says why in a comment, and closes an issue."""
        ...


def forge(environment: Mapping[str, str] = os.environ) -> Forge:
    """The one whose pipeline this is.

    Raises:
        UserError: It is neither's, or has no token.
    """
    if environment.get("GITHUB_ACTIONS") == "true":
        from ops.forge.github import GitHub  # noqa: PLC0415

        return GitHub(environment)
    if environment.get("GITLAB_CI") == "true":
        from ops.forge.gitlab import GitLab  # noqa: PLC0415

        return GitLab(environment)
    raise UserError(
        "this runs in a pipeline of GitHub (GITHUB_ACTIONS=true) or GitLab (GITLAB_CI=true) only"
    )


def needed(environment: Mapping[str, str], name: str, what: str) -> str:
    """A variable that has to be there.

    Raises:
        UserError: It is not.
    """
    if value := environment.get(name):
        return value
    raise UserError(f"{name} is not set: {what}")
