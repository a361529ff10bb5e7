"""checkov, which scans infrastructure code, in an environment of its own.

python -m tools.checkov           makes the environment, if it is not there
python -m tools.checkov FOLDER    scans a folder of Terraform plans (*.json), and says what fails

The environment lies in the cache of tools, by checkov's version, Python's, and the pins of
checkov-requirements.txt. Once it is there, nothing leaves the machine.
"""

import collections
import dataclasses
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tools.toolchain import cache

REQUIREMENTS = Path(__file__).parent / "checkov-requirements.txt"

_NOWHERE = "http://127.0.0.1:9"
"""The discard port: a proxy that nobody answers at, so that every way out fails at once."""


class CheckovError(Exception):
    """checkov could not be had, or did not scan."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Failure:
    """What checkov found.

    Attributes:
        plan: The plan's file name, without `.json`.
        id: checkov's rule.
        resource: Terraform's address of the resource.
        title: What the rule demands.
    """

    plan: str
    id: str
    resource: str
    title: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Report:
    """What a scan says.

    Attributes:
        failures: What failed.
        looked_at: For each plan, the ids of the rules that found something to judge.
    """

    failures: tuple[Failure, ...]
    looked_at: Mapping[str, frozenset[str]]

    def failed(self, plan: str) -> frozenset[str]:
        """The ids of the rules that failed for a plan."""
        return frozenset(it.id for it in self.failures if it.plan == plan)


def version() -> str:
    """The pinned version of checkov.

    Raises:
        LookupError: It is not pinned.
    """
    for pin in _pins():
        if pin.startswith("checkov=="):
            return pin.strip().partition("==")[2]
    raise LookupError(f"{REQUIREMENTS} does not pin checkov")


def _pins() -> list[str]:
    return REQUIREMENTS.read_text(encoding="utf-8").splitlines(keepends=True)


def environment() -> Path:
    """The folder of the environment, which is made if it is not there.

    Raises:
        CheckovError: It could not be made.
    """
    pins = [it for it in _pins() if not it.startswith("#")]
    digest = hashlib.sha256("".join(pins).encode()).hexdigest()[:8]
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    name = f"checkov-{version()}-{python}-{digest}"
    tools = cache.Cache(cache.folder(os.environ))
    if _is_usable(tools.folder / name):
        return tools.folder / name
    with tools.lock(lambda: None):
        if _is_usable(tools.folder / name):  # made while this one waited
            return tools.folder / name
        with tools.work() as folder:
            finished = folder / "finished"
            base = getattr(sys, "_base_executable", sys.executable)
            _run([base, "-I", "-m", "venv", finished])
            pip = [finished / "bin" / "python", "-I", "-m", "pip", "install", "--no-input"]
            _run([*pip, "--disable-pip-version-check", "--no-deps", "-r", REQUIREMENTS])
            return tools.keep(finished, name)


def _is_usable(folder: Path) -> bool:
    return os.access(folder / "bin" / "python", os.X_OK)


def _run(command: list[Any]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CheckovError(f"{' '.join(map(str, command))}: {done.stderr[-2000:]}")


def scan(folder: Path) -> Report:
    """Scans all plans of a folder, in one run.

    Args:
        folder: The folder; its `*.json` are Terraform plans.

    Raises:
        CheckovError: checkov could not be had, or did not understand a plan.
    """
    python = environment() / "bin" / "python"  # -m: a moved environment's commands are not usable
    command = [python, "-I", "-m", "checkov.main", "--framework", "terraform_plan"]
    command += ["--directory", folder, "--output", "json", "--compact", "--skip-download"]
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            cwd=home,
            env={
                "PATH": os.defpath,
                "HOME": home,
                "CKV_SKIP_PACKAGE_UPDATE_CHECK": "true",
                "https_proxy": _NOWHERE,
                "http_proxy": _NOWHERE,
            },
        )
    try:
        report: dict[str, Any] = json.loads(done.stdout)
        errors: list[str] = report["results"]["parsing_errors"]
    except (ValueError, LookupError, TypeError) as error:
        raise CheckovError(f"checkov: {done.stdout[-1000:]}{done.stderr[-2000:]}") from error
    if errors:
        raise CheckovError(f"checkov does not understand {', '.join(errors)}")
    looked_at: dict[str, set[str]] = collections.defaultdict(set)
    for it in (*report["results"]["passed_checks"], *report["results"]["failed_checks"]):
        looked_at[_plan(it)].add(it["check_id"])
    return Report(
        failures=tuple(_failures(report)),
        looked_at={plan: frozenset(ids) for plan, ids in looked_at.items()},
    )


def _plan(check: Mapping[str, Any]) -> str:
    return Path(check["file_path"]).stem


def _failures(report: Mapping[str, Any]) -> Iterator[Failure]:
    for it in report["results"]["failed_checks"]:
        yield Failure(
            plan=_plan(it), id=it["check_id"], resource=it["resource"], title=it["check_name"]
        )


def main(arguments: list[str]) -> int:
    """Make the environment, or scan a folder; returns 1 if something fails."""
    if not arguments:
        print(environment())
        return 0
    failures = scan(Path(arguments[0])).failures
    for it in failures:
        print(f"{it.plan}: {it.id}: {it.resource}: {it.title}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
