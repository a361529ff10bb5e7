"""GitHub: https://docs.github.com/en/rest/issues. A pull request is an issue with a branch."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from ops.forge.forge import Note, needed
from ops.forge.http import Api
from ops.user_error import UserError


class GitHub:
    """The repository whose workflow this is.

    Args:
        environment: https://docs.github.com/en/actions/reference/workflows-and-actions/variables

    Raises:
        UserError: A variable is missing.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        token = needed(environment, "GITHUB_TOKEN", "give the step ${{ github.token }}")
        self._api = Api(
            environment.get("GITHUB_API_URL") or "https://api.github.com",
            {
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {token}",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        self._repository = needed(environment, "GITHUB_REPOSITORY", "the runner sets it")
        self._event = environment.get("GITHUB_EVENT_PATH")
        self._summary = environment.get("GITHUB_STEP_SUMMARY")

    @property
    def summary(self) -> Path | None:
        """The file that the page of the job shows; None: there is none."""
        return Path(self._summary) if self._summary else None

    def comments(self) -> Iterator[Note]:
        """The comments on the pull request.

        Raises:
            RefusedError: The token does not allow it.
            UserError: This runs for no pull request.
        """
        yield from map(_note, self._api.all(f"{self._issue(self._number)}/comments"))

    def comment(self, text: str, old: Note | None) -> Note:
        """Writes a comment, in place of an old one if there is one."""
        if old:
            path = f"/repos/{self._repository}/issues/comments/{old.id}"
            return _note(self._api.send("PATCH", path, {"body": text}))
        path = f"{self._issue(self._number)}/comments"
        return _note(self._api.send("POST", path, {"body": text}))

    def issues(self) -> Iterator[Note]:
        """The issues that are open."""
        for it in self._api.all(f"/repos/{self._repository}/issues?state=open"):
            if "pull_request" not in it:
                yield _note({**it, "id": it["number"]})

    def issue(self, title: str, text: str, old: Note | None) -> Note:
        """Opens an issue, or changes one that is open."""
        content = {"title": title, "body": text}
        if old:
            told = self._api.send("PATCH", self._issue(old.id), content)
        else:
            told = self._api.send("POST", f"/repos/{self._repository}/issues", content)
        return _note({**told, "id": told["number"]})

    def close(self, issue: Note, text: str) -> None:
        """Says why in a comment, and closes an issue."""
        self._api.send("POST", f"{self._issue(issue.id)}/comments", {"body": text})
        closed = {"state": "closed", "state_reason": "completed"}
        self._api.send("PATCH", self._issue(issue.id), closed)

    def _issue(self, number: int) -> str:
        return f"/repos/{self._repository}/issues/{number}"

    @property
    def _number(self) -> int:
        try:
            event: Any = json.loads(Path(self._event or "").read_text(encoding="utf-8"))
            return int(event["pull_request"]["number"])
        except (OSError, ValueError, LookupError, TypeError):
            raise UserError("this runs for no pull request: there is nothing to comment") from None


def _note(told: Any) -> Note:
    it = cast("Mapping[str, Any]", told)
    return Note(int(it["id"]), str(it.get("body") or ""), str(it.get("html_url") or ""))
