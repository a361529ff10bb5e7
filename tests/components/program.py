"""Runs the program itself, `__main__.py`, with a stack's configuration, and records it."""

import contextlib
import functools
import json
import os
import runpy
import signal
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from components.cluster import Cluster
from ops import lock
from spec.lock import written
from spec.model import ClusterSpec
from spec.problems import StackFileError
from spec.stack_file import unpinned_from_engine
from tests.components.account import Account
from tests.components.recorder import Recorder, record
from tests.components.stacks import KINDS

PROGRAM = Path(__file__).parents[2] / "__main__.py"

STACK_FILE = Path("Pulumi.test.yaml")
"""Of the stack that the recorder names."""

TOLD = 32
"""The exit code with which the program says that the user has been told."""

Config = Mapping[str, Any]
"""What a stack file has under `config`."""


class RefusedError(Exception):
    """The program has ended with a message for the user.

    Attributes:
        recorder: What it had registered by then.
    """

    def __init__(self, recorder: Recorder) -> None:
        super().__init__("\n".join(recorder.told))
        self.recorder = recorder


def cluster(spec: ClusterSpec) -> Cluster:
    """Makes a cluster alone, in the program that is recorded."""
    return Cluster(spec.name, spec, aws.get_caller_identity())


def run(config: Config, *, preview: bool = False, account: Account | None = None) -> Recorder:
    """Runs the program for a stack.

    Raises:
        RefusedError: It refused the stack.
    """
    recorders: list[Recorder] = []
    with _configured(config):
        try:
            return record(
                lambda: runpy.run_path(str(PROGRAM), run_name="__main__"),
                preview=preview,
                account=account,
                into=recorders,
            )
        except SystemExit as end:
            if end.code != TOLD:
                raise
            raise RefusedError(*recorders) from end


@contextlib.contextmanager
def _configured(config: Config) -> Iterator[None]:
    """The configuration as the engine hands it on: text as it is, anything else as JSON."""
    texts = {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()
    }
    before = os.environ.get("PULUMI_CONFIG")
    handler = signal.getsignal(signal.SIGINT)
    os.environ["PULUMI_CONFIG"] = json.dumps(texts)
    pulumi.runtime.set_all_config(texts)
    try:
        with _locked():
            yield
    finally:
        signal.signal(signal.SIGINT, handler)
        pulumi.runtime.set_all_config({})
        if before is None:
            del os.environ["PULUMI_CONFIG"]
        else:
            os.environ["PULUMI_CONFIG"] = before


@contextlib.contextmanager
def _locked() -> Iterator[None]:
    """A folder with the lock file of the configured stack, with the newest versions."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        with contextlib.suppress(StackFileError):  # the program says the same
            lock.write(STACK_FILE, written(unpinned_from_engine("test").cluster))
        yield


@functools.cache
def of_kind(kind: str, *, preview: bool = False) -> Recorder:
    """What the program registers for a stack of a kind of `stacks`."""
    config, account = KINDS[kind]
    return run(config, preview=preview, account=account)
