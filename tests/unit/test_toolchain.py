"""The set-up: which engine is chosen, what is redone, and what is left behind."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.unit.machine import PINNED, Machine
from tools.toolchain import build, pins
from tools.toolchain.engine import EXECUTOR, HOST
from tools.toolchain.user_error import UserError


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


# Which engine


def test_an_engine_on_path_that_suits_is_used_as_it_is(machine: Machine):
    pulumi = machine.pulumi(PINNED)
    machine.go()
    machine.curl(reaches=True)
    assert machine.set_up().pulumi == pulumi
    assert machine.cached() == [], "nothing is downloaded or built where there is an engine"


def test_a_newer_engine_of_the_same_major_version_suits(machine: Machine):
    machine.pulumi("3.999.1")
    assert machine.set_up().version == (3, 999, 1)


@pytest.mark.parametrize("version", ["3.1.0", "4.0.0", "2.99.0"])
def test_an_engine_of_a_wrong_version_is_named_in_one_line_and_passed_over(
    machine: Machine, version: str
):
    wrong = machine.pulumi(version)
    machine.curl(reaches=True)
    assert machine.set_up().version == PINNED
    assert (
        f"Not used: {wrong} is version {version}, and {pins.OLDEST_PULUMI} or newer is needed, "
        "below 4.\n"
    ) in machine.output


def test_an_engine_behind_a_wrong_one_on_path_is_found(machine: Machine):
    machine.pulumi("2.0.0")
    right = machine.pulumi(PINNED, "later")
    machine.path.append(right.parent)
    engine = machine.set_up()
    assert engine.pulumi == right
    assert engine.host == right.with_name(HOST), "the wrong engine's language host is not its own"


def test_what_the_official_installer_put_into_the_home_folder_is_found(machine: Machine):
    installed = machine.pulumi(PINNED, ".pulumi/bin")
    assert machine.set_up().pulumi == installed, "it is on PATH only in the next shell"


def test_an_engine_without_a_python_language_host_is_passed_over(machine: Machine):
    alone = machine.pulumi(PINNED, host=False)
    machine.curl(reaches=True)
    assert machine.set_up().pulumi != alone
    assert f"Not used: {alone} has no {HOST}.\n" in machine.output


def test_a_command_that_is_no_pulumi_is_passed_over(machine: Machine):
    machine.pulumi("unknown")
    machine.curl(reaches=True)
    assert machine.set_up().version == PINNED
    assert "does not tell its version" in machine.output


def test_the_official_download_is_preferred_to_a_build(machine: Machine):
    machine.curl(reaches=True)
    machine.go()
    engine = machine.set_up()
    assert machine.calls("installer") == [f"installer {PINNED}"]
    assert machine.calls("go") == []
    assert [engine.pulumi.parent.parent.name] == machine.cached()


def test_a_download_of_another_version_is_not_kept(machine: Machine):
    machine.curl(reaches=True, brings="3.0.0")
    machine.go()
    assert "built" in str(machine.set_up().pulumi)
    assert f"it did not bring a complete pulumi {PINNED}" in machine.output


def test_without_a_way_to_the_download_the_engine_is_built(machine: Machine):
    machine.go()
    engine = machine.set_up()
    assert "No official download: not reached: curl: (6) Could not resolve host" in machine.output
    assert engine.host.with_name(EXECUTOR).read_text() == "program\n"
    assert os.access(engine.host.with_name(EXECUTOR), os.X_OK), "the language host executes it"
    assert [engine.pulumi.parent.parent.name] == machine.cached(), (
        "the folders that a build fills are removed"
    )


def test_a_cached_engine_is_used_by_the_next_tree(machine: Machine, tmp_path: Path):
    machine.go()
    first = machine.set_up()
    calls = len(machine.calls("go"))
    machine.tree = Path(shutil.copytree(machine.tree, tmp_path / "second", symlinks=True))
    shutil.rmtree(machine.tree / ".venv")
    assert machine.set_up() == first
    assert len(machine.calls("go")) == calls, "it was not built again"


def test_the_tree_own_link_is_no_engine_to_choose(machine: Machine):
    machine.go()
    built = machine.set_up()
    machine.path.insert(0, machine.tree / ".venv" / "bin")
    assert machine.set_up() == built, "an activated environment does not choose itself"


def test_the_environment_finds_engine_and_language_host_together(machine: Machine):
    engine = machine.set_up_with_engine()
    commands = machine.tree / ".venv" / "bin"
    assert (commands / "pulumi").resolve() == engine.pulumi
    assert (commands / HOST).resolve() == engine.host
    assert (commands / EXECUTOR).resolve() == engine.host.with_name(EXECUTOR)


# What is missing


def test_without_go_and_network_one_message_says_what_is_missing(machine: Machine):
    with pytest.raises(UserError) as raised:
        machine.set_up()
    assert str(raised.value) == (
        f"there is no way to a pulumi {PINNED} on this machine:\n"
        "  on PATH: there is none\n"
        "  official download: not reached: curl: (6) Could not resolve host\n"
        "  build from Go modules: it needs Go 1.25.11 or newer, and there is none\n"
        "One of these is enough; then run the same command again:\n"
        f"  pulumi: curl -fsSL https://get.pulumi.com | sh -s -- --version {PINNED}\n"
        "  Go 1.25.11 or newer, and a Go module proxy in reach. "
        "Install it: https://go.dev/doc/install"
    )


def test_without_go_and_network_the_python_packages_are_installed_all_the_same(machine: Machine):
    with pytest.raises(UserError):
        machine.set_up()
    machine.go()
    machine.set_up()
    assert len(machine.calls("python -I -m venv")) == 1, "what was made before the failure is kept"


def test_a_go_that_is_too_old_is_named(machine: Machine):
    machine.go("1.24.3", switching="local")
    with pytest.raises(UserError, match=r"it needs Go 1\.25\.11 or newer, and .*/go is 1\.24\.3 "):
        machine.set_up()


def test_a_go_that_can_get_a_newer_one_is_used(machine: Machine):
    machine.go("1.24.3", switching="auto")
    assert machine.set_up().version == PINNED


def test_modules_that_cannot_be_downloaded_are_told_in_one_line(machine: Machine):
    refused = "go: example.com/module: dial tcp: lookup proxy: no such host"
    machine.go(building=f'echo "{refused}"; exit 1')
    with pytest.raises(UserError, match=f"modules could not be downloaded: {refused}\n"):
        machine.set_up()


def test_a_disk_that_is_too_full_is_told_before_the_build(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
):
    machine.go()
    monkeypatch.setattr(build, "_SPACE", 1e18)
    with pytest.raises(UserError, match="EKS_CLUSTER_CACHE names a folder on another disk"):
        machine.set_up()
    assert machine.calls("go") == []


def test_packages_that_cannot_be_downloaded_say_so(machine: Machine):
    machine.pulumi(PINNED)
    machine.python('echo "WARNING: Retrying after NewConnectionError"; exit 1')
    with pytest.raises(UserError, match="pip reaches no package index"):
        machine.set_up()


def test_a_failed_installation_shows_the_end_of_what_pip_said(machine: Machine):
    machine.pulumi(PINNED)
    machine.python('echo "ERROR: no matching distribution"; exit 1')
    with pytest.raises(UserError, match="ERROR: no matching distribution"):
        machine.set_up()


def test_all_that_is_missing_is_told_at_once(machine: Machine):
    machine.python("exit 1")
    with pytest.raises(UserError) as raised:
        machine.set_up()
    assert "packages could not be installed" in str(raised.value)
    assert "no way to a pulumi" in str(raised.value)


# What is redone


def test_a_second_run_does_nothing(machine: Machine):
    machine.set_up_with_engine()
    before = machine.calls("")
    machine.set_up()
    assert machine.calls("") == before, "no command is run, not even `pulumi version`"
    assert machine.output == ""


def test_changed_pins_make_the_environment_anew(machine: Machine):
    machine.set_up_with_engine()
    with (machine.tree / "constraints.txt").open("a") as constraints:
        constraints.write("another==1.0\n")
    machine.set_up()
    assert "the pinned packages or the Python version changed" in machine.output
    assert len(machine.calls("python -I -m pip install")) == 2


def test_another_python_makes_the_environment_anew(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
):
    machine.set_up_with_engine()
    monkeypatch.setattr(pins, "python", lambda: "3.99")
    machine.set_up()
    assert len(machine.calls("python -I -m venv")) == 2


def test_an_environment_whose_python_is_gone_is_made_anew(machine: Machine):
    machine.set_up_with_engine()
    (machine.tree / ".venv" / "bin" / "python").unlink()
    machine.set_up()
    assert "the Python that .venv was made with is gone" in machine.output


def test_an_interrupted_installation_is_redone_from_nothing(machine: Machine):
    machine.pulumi(PINNED)
    machine.python("exit 1")
    with pytest.raises(UserError):
        machine.set_up()
    left = machine.tree / ".venv" / "half-installed"
    left.touch()
    machine.python()
    machine.set_up()
    assert ".venv is unfinished" in machine.output
    assert not left.exists()


def test_a_failed_build_leaves_nothing(machine: Machine):
    machine.go(building="exit 1")
    with pytest.raises(UserError):
        machine.set_up()
    assert machine.cached() == []


def test_an_engine_that_goes_away_is_replaced(machine: Machine):
    pulumi = machine.pulumi(PINNED)
    machine.set_up()
    pulumi.unlink()
    machine.go()
    engine = machine.set_up()
    assert (machine.tree / ".venv" / "bin" / "pulumi").resolve() == engine.pulumi


def test_what_a_killed_build_left_goes_with_the_next(machine: Machine):
    left = machine.cache / "work-of-the-killed"
    left.mkdir(parents=True)
    machine.go()
    machine.set_up()
    assert not left.exists()


def test_two_set_ups_at_once_build_once(machine: Machine):
    machine.go(building="sleep 0.5")
    others: list[object] = []
    other = threading.Thread(target=lambda: others.append(machine.set_up()))
    other.start()
    engine = machine.set_up()
    other.join()
    assert others == [engine]
    builds = [call for call in machine.calls("go build") if "cmd/pulumi" in call]
    assert len(builds) == len({HOST, "pulumi"}), "each program was built once"
    assert "waiting for another set-up: it is over" in machine.output


def test_a_build_that_is_ended_leaves_nothing_and_no_process(machine: Machine):
    tools = Path(build.__file__).parent
    shutil.copytree(tools, machine.tree / "tools" / "toolchain")
    machine.set_up_with_engine().pulumi.unlink()  # so that only the engine is missing
    pid = machine.tree / "pid"
    machine.go(building=f"echo $$ > {pid}; sleep 60")
    with subprocess.Popen(
        [sys.executable, "-m", "tools.toolchain"],
        cwd=machine.tree,
        env=machine.variables,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        deadline = time.monotonic() + 30
        while not (pid.exists() and pid.read_text()) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "pulumi: stopped (" in errors
    assert errors.endswith("Stopped. Nothing unfinished is kept; run it again.\n")
    assert machine.cached() == [], "neither half a binary nor the build's folders are left"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
