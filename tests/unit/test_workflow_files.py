"""The files of GitHub's and GitLab's pipelines: right by their schemas, safe, and without logic."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tools import actionlint, plan_picture

ROOT = Path(__file__).parents[2]
GITHUB = sorted((ROOT / ".github/workflows").glob("*.yml"))
ACTION = ROOT / ".github/actions/setup/action.yml"
GITLAB = ROOT / "deploy/gitlab/.gitlab-ci.yml"
SCRIPT = Path(sys.executable).parent


def checked(*command):
    done = subprocess.run(
        [str(it) for it in command], capture_output=True, text=True, check=False, cwd=ROOT
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "files", "needed"),
    [
        (["vendor.github-workflows"], GITHUB, "jobs:"),
        (["vendor.github-actions"], [ACTION], "runs:"),
        (["vendor.gitlab-ci", "--data-transform", "gitlab-ci"], [GITLAB], "  script:"),
    ],
    ids=["workflows", "action", "gitlab"],
)
def test_they_are_right_by_their_schemas(schema, files, needed, tmp_path):
    command = [SCRIPT / "check-jsonschema", "--builtin-schema", *schema]
    code, told = checked(*command, *files)
    assert code == 0, told
    broken = tmp_path / files[0].name
    text = files[0].read_text()
    broken.write_text(re.sub(rf"(?m)^{needed}", f"{needed[:-1]}x:", text))
    assert checked(*command, broken)[0] != 0, "the schema lets everything through"


def test_they_are_safe_by_zizmor(tmp_path):
    command = [SCRIPT / "zizmor", "--offline", "--no-progress", "--config", ".github/zizmor.yml"]
    code, told = checked(*command, ".github")
    assert code == 0, told
    unsafe = tmp_path / ".github/workflows/deploy.yml"
    unsafe.parent.mkdir(parents=True)
    text = (ROOT / ".github/workflows/destroy.yml").read_text()
    unsafe.write_text(text.replace('"$CONFIRM"', '"${{ inputs.confirm }}"'))
    code, told = checked(*command, unsafe)
    assert code != 0
    assert "template-injection" in told


@pytest.mark.skipif(os.environ.get("EKS_CLUSTER_ACTIONLINT") == "no", reason="left out")
def test_they_are_right_by_actionlint(tmp_path):
    assert actionlint.problems(GITHUB) == ""
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(GITHUB[1].read_text().replace("needs.stacks.outputs", "needs.nobody.outputs"))
    assert 'property "nobody" is not defined' in actionlint.problems([wrong])


def jobs():
    for file in GITHUB:
        for name, job in yaml.safe_load(file.read_text())["jobs"].items():
            yield pytest.param(job, id=f"{file.name}-{name}")


@pytest.mark.parametrize("job", list(jobs()))
def test_a_job_has_a_limit_and_only_the_rights_it_needs(job):
    assert job["timeout-minutes"] <= 120
    rights = dict(job["permissions"])
    assert rights.pop("contents") == "read"
    commands = " ".join(it.get("run", "") for it in job["steps"])
    becomes = any("configure-aws-credentials" in it.get("uses", "") for it in job["steps"])
    assert rights == {
        **({"id-token": "write"} if becomes else {}),
        **({"pull-requests": "write"} if "ops comment" in commands else {}),
        **({"issues": "write"} if "--report" in commands else {}),
    }


@pytest.mark.parametrize("job", list(jobs()))
def test_steps_are_plain_commands(job):
    plain = re.compile(
        r'python -m ops [a-z]+( "\$[A-Z]+"| --[a-z-]+| max)*'
        r'|echo "stacks=\$\(python -m ops stacks --json\)" >> "\$GITHUB_OUTPUT"'
        r'|cat "\.plan/\$STACK/comment\.md" >> "\$GITHUB_STEP_SUMMARY"'
        r"|\.ci/run"
    )
    for step in job["steps"]:
        if "run" in step:
            assert plain.fullmatch(step["run"]), step["run"]


def test_what_is_used_is_pinned_and_says_its_version():
    pinned = re.compile(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
    for file in [*GITHUB, ACTION]:
        for line in file.read_text().splitlines():
            if "uses:" in line and "./.github/" not in line:
                assert pinned.search(line), f"{file.name}: {line}"


def test_no_secret_is_used():
    for file in [*GITHUB, ACTION, GITLAB]:
        assert "secrets." not in file.read_text()
        assert "AWS_SECRET" not in file.read_text()


def test_the_picture_is_of_the_comment_that_the_page_shows():
    shown = plan_picture.comment()
    assert shown.startswith("<!-- eks-cluster plan: ")
    assert plan_picture.PICTURE.read_text() == plan_picture.picture(shown)
