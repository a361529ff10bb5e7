"""The set-up gets the programs of a Kubernetes control plane if it can, and does without if not."""

import platform
from pathlib import Path

import pytest

from tests.unit.machine import PINNED, Machine
from tools.toolchain import pins
from tools.toolchain.command_line import UserError

LINUX = pytest.mark.skipif(platform.system() != "Linux", reason="there are official ones for Linux")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    found = Machine(tmp_path, monkeypatch)
    found.kubernetes = ""
    found.pulumi(PINNED)
    return found


def link(machine: Machine) -> Path:
    return machine.tree / ".venv" / "kubernetes"


def missing(machine: Machine) -> str:
    return (machine.tree / ".venv" / "kubernetes-missing").read_text().splitlines()[0]


def names(machine: Machine) -> list[str]:
    """What the tree's link leads to and can be run."""
    return sorted(it.name for it in link(machine).iterdir() if it.stat().st_mode & 0o100)


def test_it_is_built_as_one_program_of_five_names(machine: Machine):
    machine.go()
    machine.set_up()
    assert names(machine) == sorted([*pins.KUBERNETES_PROGRAMS, "kubernetes"])
    (kept,) = machine.cached()
    assert kept.startswith(f"kubernetes-{pins.kubernetes()}-")
    assert not (machine.tree / ".venv" / "kubernetes-missing").exists()
    (build,) = machine.calls("go build")
    assert f"-X k8s.io/component-base/version.gitVersion=v{pins.kubernetes()}" in build


@LINUX
def test_the_official_download_is_preferred_to_a_build(machine: Machine):
    machine.kubernetes_downloads()
    machine.go()
    machine.set_up()
    assert names(machine) == sorted(pins.KUBERNETES_PROGRAMS)
    assert machine.calls("go") == []
    assert "built" not in machine.cached()[0]
    fetched = " ".join(machine.calls("fetched"))
    assert f"https://dl.k8s.io/release/v{pins.kubernetes()}/bin/linux/" in fetched


@LINUX
@pytest.mark.parametrize("wrong", ["kube-scheduler", "etcd"])
def test_a_download_with_another_checksum_is_not_kept(machine: Machine, wrong: str):
    archive = f"etcd-v{pins.kubernetes_module('go.etcd.io/etcd/server/v3')}-linux-"
    archive += "amd64.tar.gz" if platform.machine() == "x86_64" else "arm64.tar.gz"
    machine.kubernetes_downloads(wrong=archive if wrong == "etcd" else wrong)
    machine.go()
    machine.set_up()
    assert "built" in machine.cached()[0]


def test_without_go_and_network_the_set_up_goes_on_and_says_so_in_a_line(machine: Machine):
    machine.set_up()
    (line,) = [it for it in machine.output.splitlines() if "Kubernetes API" in it]
    assert line.startswith("Rehearsals go without a Kubernetes API: no official download: ")
    assert "no build from Go modules: it needs Go 1.26.0 or newer, and there is none" in line
    assert missing(machine) in line
    assert not link(machine).exists()


def test_what_could_not_be_had_is_tried_again_only_when_asked_for(machine: Machine):
    machine.set_up()
    machine.go()
    machine.set_up(again=False)
    assert machine.calls("go") == []
    machine.set_up()
    assert link(machine).exists()
    assert not (machine.tree / ".venv" / "kubernetes-missing").exists()


def test_a_second_run_does_nothing(machine: Machine):
    machine.go()
    machine.set_up()
    before = machine.calls("")
    machine.set_up()
    assert machine.calls("") == before
    assert machine.output == ""


def test_a_failed_build_keeps_nothing_of_it_and_all_of_the_engine(machine: Machine):
    (machine.bin / "pulumi").unlink()
    machine.go(building='case "$PWD" in *kubernetes*) exit 1;; esac')
    engine = machine.set_up()
    assert [engine.pulumi.parent.parent.name] == machine.cached()
    assert "failed with exit code 1" in missing(machine)


def test_an_engine_that_fails_keeps_kubernetes(machine: Machine):
    (machine.bin / "pulumi").unlink()
    machine.go(building='case "$PWD" in *kubernetes*) ;; *) exit 1;; esac')
    with pytest.raises(UserError):
        machine.set_up()
    assert [it.partition("-")[0] for it in machine.cached()] == ["kubernetes"]


def test_the_next_tree_uses_what_is_cached(machine: Machine, tmp_path: Path):
    machine.go()
    machine.set_up()
    calls = len(machine.calls("go"))
    (machine.tree / ".venv").rename(tmp_path / "old")
    machine.set_up()
    assert link(machine).exists()
    assert len(machine.calls("go")) == calls


def test_who_wants_none_gets_none(machine: Machine):
    machine.go()
    machine.set_up()
    machine.kubernetes = "no"
    machine.set_up()
    assert not link(machine).exists()
    assert missing(machine) == "EKS_CLUSTER_KUBERNETES says so"
    machine.kubernetes = ""
    machine.set_up(again=False)
    assert link(machine).exists()
