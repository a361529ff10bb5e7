"""GitLab: https://docs.gitlab.com/api/notes/ and https://docs.gitlab.com/api/issues/."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from ops.forge.forge import Note, needed
from ops.forge.http import Api


class GitLab:
    """The project whose pipeline this is.

    Args:
        environment: https://docs.gitlab.com/ci/variables/predefined_variables/

    Raises:
        UserError: A variable is missing.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        token = needed(
            environment,
            "GITLAB_TOKEN",
            "a project access token with the scope api; the job's own token cannot write comments",
        )
        url = needed(environment, "CI_API_V4_URL", "the runner sets it")
        self._api = Api(url, {"PRIVATE-TOKEN": token})
        self._project = f"/projects/{needed(environment, 'CI_PROJECT_ID', 'the runner sets it')}"
        self._environment = environment

    @property
    def summary(self) -> Path | None:
        """GitLab shows no file on the page of a job."""
        return None

    def comments(self) -> Iterator[Note]:
        """The comments on the merge request.

        Raises:
            RefusedError: The token does not allow it.
            UserError: This runs for no merge request.
        """
        for it in self._api.all(f"{self._request}/notes"):
            if not it.get("system"):
                yield _note(it)

    def comment(self, text: str, old: Note | None) -> Note:
        """Writes a comment, in place of an old one if there is one."""
        if old:
            return _note(self._api.send("PUT", f"{self._request}/notes/{old.id}", {"body": text}))
        return _note(self._api.send("POST", f"{self._request}/notes", {"body": text}))

    def issues(self) -> Iterator[Note]:
        """The issues that are open."""
        for it in self._api.all(f"{self._project}/issues?state=opened"):
            yield _issue(it)

    def issue(self, title: str, text: str, old: Note | None) -> Note:
        """Opens an issue, or changes one that is open."""
        content = {"title": title, "description": text}
        if old:
            return _issue(self._api.send("PUT", f"{self._project}/issues/{old.id}", content))
        return _issue(self._api.send("POST", f"{self._project}/issues", content))

    def close(self, issue: Note, text: str) -> None:
        """Says why in a comment, and closes an issue."""
        path = f"{self._project}/issues/{issue.id}"
        self._api.send("POST", f"{path}/notes", {"body": text})
        self._api.send("PUT", path, {"state_event": "close"})

    @property
    def _request(self) -> str:
        number = needed(
            self._environment,
            "CI_MERGE_REQUEST_IID",
            "this runs for no merge request: there is nothing to comment",
        )
        return f"{self._project}/merge_requests/{number}"


def _note(told: Any) -> Note:
    it = cast("Mapping[str, Any]", told)
    return Note(int(it["id"]), str(it.get("body") or ""), "")


def _issue(told: Any) -> Note:
    it = cast("Mapping[str, Any]", told)
    return Note(int(it["iid"]), str(it.get("description") or ""), str(it.get("web_url") or ""))
