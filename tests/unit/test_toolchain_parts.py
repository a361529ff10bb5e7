"""The parts of the set-up: pins, hints, cache folder, progress, command line, Makefile."""

import ast
import io
import os
import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.toolchain import cache, hints, newer_python, pins
from tools.toolchain.pins import Version
from tools.toolchain.progress import Progress

_REQUIREMENTS = [
    Requirement(line)
    for name in ("requirements.txt", "requirements-dev.txt")
    for line in (pins.ROOT / name).read_text().splitlines()
    if line and not line.startswith(("#", "-"))
]
_CONSTRAINTS = {
    canonicalize_name(line.split("==")[0]): line.split("==")[1]
    for line in (pins.ROOT / "constraints.txt").read_text().splitlines()
    if line and not line.startswith("#")
}


@pytest.mark.parametrize("requirement", _REQUIREMENTS, ids=str)
def test_a_requirement_is_pinned_exactly_and_as_the_constraints_have_it(requirement: Requirement):
    pinned = _CONSTRAINTS[canonicalize_name(requirement.name)]
    assert str(requirement.specifier) == f"=={pinned}"


def test_all_that_the_requirements_lead_to_is_pinned_and_installed_so():
    reached: dict[str, str] = {}
    left = list(_REQUIREMENTS)
    while left:
        requirement = left.pop()
        name = canonicalize_name(requirement.name)
        if name in reached and not requirement.extras:
            continue
        distribution = metadata.distribution(name)
        reached[name] = distribution.version
        left += [
            needed
            for needed in map(Requirement, distribution.requires or ())
            if needed.marker is None
            or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *requirement.extras))
        ]
    assert reached == {name: _CONSTRAINTS.get(name) for name in reached}


def test_the_engine_is_built_in_the_version_of_the_python_sdk():
    modules = Path(pins.ROOT, "tools/toolchain/go/engine/go.mod").read_text()
    required = re.findall(r"github\.com/pulumi/pulumi/(?:pkg|sdk)/v3 v(\S+)", modules)
    assert required == [str(pins.pulumi(pins.ROOT))] * 2


@given(st.tuples(*[st.integers(0, 10**6)] * 3), st.sampled_from(["{}", "v{}", "go{}", "v{}-rc.1"]))
def test_a_version_is_found_in_what_a_tool_says(numbers: tuple[int, int, int], text: str):
    version = Version(*numbers)
    assert Version.find(text.format(version)) == version


def test_a_text_without_a_version_has_none():
    assert Version.find("unknown") is None


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"HOME": "/home/a"}, "/home/a/.cache/eks-cluster"),
        ({"HOME": "/home/a", "XDG_CACHE_HOME": "/var/a"}, "/var/a/eks-cluster"),
        ({"HOME": "/home/a", "XDG_CACHE_HOME": "relative"}, "/home/a/.cache/eks-cluster"),
        ({"XDG_CACHE_HOME": "/var/a", "EKS_CLUSTER_CACHE": "/mnt/b"}, "/mnt/b"),
    ],
)
def test_the_cache_folder_is_where_the_user_wants_it(variables: dict[str, str], folder: str):
    assert cache.folder(variables) == Path(folder)


@pytest.mark.parametrize("name", ["__init__", "__main__", "newer_python", "hints"])
def test_what_an_old_python_runs_is_readable_for_it(name: str):
    source = Path(pins.ROOT, f"tools/toolchain/{name}.py").read_text()
    ast.parse(source, feature_version=(3, 6))


def test_an_old_python_goes_on_with_a_newer_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name, code in {"python3.13": 127, "python3.12": 0, "python3.11": 0}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    taken: list[str] = []

    def execute(file: str, _: list[str]) -> None:
        taken.append(file)
        raise SystemExit

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "execvp", execute)
    with pytest.raises(SystemExit):
        newer_python.take_over()
    assert taken == ["python3.12"], "the newest that works"


def test_an_old_python_without_a_newer_one_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "apt-get").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="1"):
        newer_python.take_over()
    told = capsys.readouterr().err
    assert told.startswith("error: this needs Python 3.11 or newer, and ")
    assert told.endswith("Install it: sudo apt-get install python3.11 python3.11-venv\n")


def test_a_missing_venv_module_is_named_with_the_command_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert hints.venv("3.12") == "Install it: https://www.python.org/downloads/"
    (tmp_path / "apt-get").touch(mode=0o755)
    assert hints.venv("3.12") == "Install it: sudo apt-get install python3.12-venv"


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_a_line_every_ten_seconds_where_nobody_watches():
    now = 0.0
    stream = io.StringIO()
    progress = Progress(stream, lambda: now)
    task = progress.begin("pulumi")
    for second in range(26):
        now = float(second)
        task.say(f"{second} packages")
        progress.tick()
    progress.end(task, "3.259.0")
    assert stream.getvalue().splitlines() == [
        "pulumi: 10 packages (0:10)",
        "pulumi: 20 packages (0:20)",
        "pulumi: 3.259.0 (0:25)",
    ]


def test_progress_is_one_changing_line_on_a_terminal(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "30")
    stream = _Terminal()
    progress = Progress(stream, lambda: 0.0)
    progress.begin("packages").say("collecting")
    progress.begin("pulumi").say("compiling")
    progress.tick()
    assert stream.getvalue() == "\r\033[Kpackages: collecting (0:00) |", "it never wraps"


def test_make_names_the_targets_and_a_missing_python():
    listed = subprocess.run(["make"], cwd=pins.ROOT, capture_output=True, text=True, check=True)
    assert "make rehearse-destroy" in listed.stdout
    failed = subprocess.run(
        ["make", "setup", "PYTHON=no-such-python"],
        cwd=pins.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert failed.returncode != 0
    assert "error: there is no no-such-python, and Python 3.11 or newer" in failed.stderr
