"""Comments and issues, on APIs of this machine that turn pages and check tokens."""

import http.server
import json
import threading

import pytest

from ops.forge import forge
from ops.forge.http import Api
from ops.pipeline.comment import comment
from ops.pipeline.drift import _report
from ops.pipeline.markdown import marker
from ops.user_error import UserError
from tests.unit.test_pipeline_plan import step
from tests.workflows.api import serving

MAY = "token;issues=write,pull-requests=write"


@pytest.fixture
def api():
    with serving() as found:
        yield found


@pytest.fixture
def github(api, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}))
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": api.url,
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REPOSITORY": "me/clusters",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GITHUB_TOKEN": MAY,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    write(tmp_path, "first")
    return tmp_path


@pytest.fixture
def gitlab(api, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    variables = {
        "GITLAB_CI": "true",
        "GITLAB_TOKEN": "gitlab",
        "CI_API_V4_URL": api.url,
        "CI_PROJECT_ID": "5",
        "CI_MERGE_REQUEST_IID": "7",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    write(tmp_path, "first")
    return tmp_path


def write(folder, text):
    file = folder / ".plan" / "dev" / "comment.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{marker('plan', 'dev')}\n\n{text}\n")


@pytest.mark.parametrize("place", ["github", "gitlab"])
def test_there_is_one_comment_which_is_changed(api, place, request):
    folder = request.getfixturevalue(place)
    assert comment("dev", None) == 0
    write(folder, "second")
    assert comment("dev", None) == 0
    (told,) = api.of_plan()
    assert "second" in told
    before = len(api.calls)
    assert comment("dev", None) == 0
    assert all(it.startswith("GET") for it in api.calls[before:]), "it says so already"
    assert not any(it.startswith("DELETE") for it in api.calls)


@pytest.mark.parametrize("place", ["github", "gitlab"])
def test_there_is_one_issue_which_is_closed(api, place, request):
    request.getfixturevalue(place)
    drifted = [step("aws:kms/key:Key", "update", keys=["enableKeyRotation"])]
    _report("dev", drifted)
    _report("dev", [*drifted, step("aws:kms/alias:Alias", "delete")])
    (issue,) = api.of_drift()
    assert "| KMS alias `x` | is gone |" in issue["body"]
    _report("dev", [])
    assert issue["state"] == "closed"
    _report("dev", [])
    _report("dev", drifted)
    assert [it["state"] for it in api.of_drift()] == ["closed", "open"]


def test_without_permission_it_says_so_and_shows_the_plan_elsewhere(
    api, github, monkeypatch, capsys
):
    monkeypatch.setenv("GITHUB_TOKEN", "token;contents=read")
    assert comment("dev", None) == 0
    assert "the token may not" in capsys.readouterr().out
    assert "first" in (github / "summary").read_text()
    assert api.of_plan() == []


@pytest.mark.usefixtures("github")
def test_a_run_for_no_pull_request_says_so(monkeypatch):
    monkeypatch.setenv("GITHUB_EVENT_PATH", "/nowhere")
    with pytest.raises(UserError, match="this runs for no pull request"):
        comment("dev", None)


def test_outside_of_a_pipeline_it_says_so():
    with pytest.raises(UserError, match="in a pipeline of GitHub"):
        forge({})
    with pytest.raises(UserError, match="GITLAB_TOKEN is not set"):
        forge({"GITLAB_CI": "true"})


@pytest.mark.parametrize(
    ("status", "header", "said"),
    [
        (302, {"Location": "http://127.0.0.1:9/elsewhere"}, "302"),
        (200, {"Link": '<http://example.invalid/next>; rel="next"'}, "names a next page elsewhere"),
    ],
)
def test_a_token_goes_nowhere_else(status, header, said):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            for name, value in {**header, "Content-Length": "2"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"[]")

        def log_message(self, *_):
            """Says nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with pytest.raises(UserError, match=said):
            list(Api(f"http://127.0.0.1:{server.server_port}", {"X": "secret"}).all("/x"))
    finally:
        server.shutdown()
        server.server_close()
