"""What a shell is given to look around in a rehearsal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops.shell import write_shell

ENDPOINT = "http://127.0.0.1:4321"
LOCAL = "https://127.0.0.1:40001"
TOOLS = Path(sys.executable).parent


def outputs(endpoint=LOCAL):
    return {"kubeconfig": '{"its": "own"}', "region": "eu-west-1", "endpoint": endpoint}


def sourced(env, shell, **before):
    """The environment of a shell after it has sourced the file."""
    finished = subprocess.run(
        [shell, "-euc", '. "$1"; env; echo "AWS_TOOL=$(command -v aws)"', shell, str(env)],
        env={"PATH": os.environ["PATH"], **before},
        capture_output=True,
        text=True,
        check=True,
    )
    assert finished.stderr == ""
    return dict(line.split("=", 1) for line in finished.stdout.splitlines() if "=" in line)


def test_only_an_api_on_this_machine_is_offered(tmp_path):
    assert write_shell(tmp_path, outputs(), ENDPOINT) == tmp_path / "env"
    for other in ("https://ABC.gr7.eu-west-1.eks.amazonaws.com", "https://127.0.0.1.example.org"):
        assert write_shell(tmp_path, outputs(other), ENDPOINT) is None
        assert (tmp_path / "env").exists(), "aws works all the same"


def test_nobody_else_can_read_the_files(tmp_path):
    for file in ("env", "kubeconfig"):
        (tmp_path / file).write_text("of an earlier run")
        (tmp_path / file).chmod(0o644)
    write_shell(tmp_path, outputs(), ENDPOINT)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["env", "kubeconfig"]
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    assert (tmp_path / "kubeconfig").read_text() == '{"its": "own"}'


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_shell_talks_to_the_rehearsal_and_to_nothing_else(tmp_path, shell):
    folder = tmp_path / "it's a folder"
    folder.mkdir()
    write_shell(folder, outputs(), ENDPOINT)
    found = sourced(
        folder / "env",
        shell,
        AWS_PROFILE="work",
        AWS_SESSION_TOKEN="real",  # noqa: S106
        AWS_ENDPOINT_URL_STS="http://elsewhere",
        AWS_REGION="us-east-1",
        NO_PROXY="example.org",
    )
    assert found.pop("AWS_TOOL") == str(TOOLS / "aws")
    assert {name: value for name, value in found.items() if name.startswith("AWS_")} == {
        "AWS_ACCESS_KEY_ID": "rehearsal",
        "AWS_SECRET_ACCESS_KEY": "rehearsal",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": ENDPOINT,
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }
    assert found["KUBECONFIG"] == str(folder / "kubeconfig")
    assert found["NO_PROXY"] == "127.0.0.1,localhost,example.org"
    assert found["no_proxy"] == "127.0.0.1,localhost"
