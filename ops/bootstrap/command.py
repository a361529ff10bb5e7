"""What `python -m ops bootstrap` does, step by step.

Its state begins on this machine, as there is no bucket yet; once there is, it moves there, and is
removed here when it has been seen there. An interrupted run is gone on with by the next one.
"""

import contextlib
import dataclasses
import fcntl
import os
import secrets
import shutil
import sys
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from ops.bootstrap.bucket import Account
from ops.bootstrap.migration import move
from ops.bootstrap.project import (
    PROJECT_NAME,
    Place,
    copy_project,
    copy_settings,
    forget_secrets,
    plugins_of,
)
from ops.embedded_aws import EmbeddedAws, StateLostError
from ops.engine import PROJECT, ROOT, environment
from ops.recover.report import table
from ops.user_error import UserError
from spec.bootstrap import Bootstrap, read_bootstrap_file
from spec.problems import StackFileError, listed

_FOLDER = ROOT / "bootstrap"
_SPEED = "max"
_COLUMNS = {"SERVICE": "service", "TYPE": "type", "ID": "id", "STATE": "state"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """How a bootstrap is made.

    Attributes:
        rehearse: Whether on an AWS that is embedded in this machine.
        destroy: Whether all of it is taken down.
        yes: Whether Pulumi does not ask.
    """

    rehearse: bool = False
    destroy: bool = False
    yes: bool = False


def bootstrap(name: str, options: Options) -> int:
    """Makes what a team needs once, or takes it down. Returns an exit code.

    Args:
        name: The name of the bootstrap; its file is `bootstrap/Pulumi.<name>.yaml`.
        options: How.

    Raises:
        UserError: Something is in the way; the message says what.
    """
    shown = (_FOLDER / f"Pulumi.{name}.yaml").relative_to(ROOT)
    try:
        said = read_bootstrap_file(ROOT / shown if Path.cwd() != ROOT else shown)
    except StackFileError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    kind = _Rehearsed if options.rehearse else _OnAws
    work = kind.work(name)
    with _alone(work):
        run = kind(name, work, said)
        return run.destroy(yes=options.yes) if options.destroy else run.up(yes=options.yes)


class _OnAws:
    """The bootstrap of one account.

    Args:
        name: Its name.
        work: The folder for what is on this machine for a while.
        said: What its file says.
    """

    def __init__(self, name: str, work: Path, said: Bootstrap) -> None:
        self.name, self.folder, self._said = name, work, said
        self._stack_file = _FOLDER / f"Pulumi.{name}.yaml"
        self._environment = self._begin()
        spec, profile = said.spec, said.aws.profile
        self._account = Account(spec.region, profile, self._environment)
        self._bucket = spec.bucket_name(self._account.id())
        self._backend = f"s3://{self._bucket}?region={spec.region}"
        if profile:
            self._environment = {"AWS_PROFILE": profile, **self._environment}

    @staticmethod
    def work(name: str) -> Path:
        """The folder for what is on this machine for a while."""
        return _FOLDER / ".state" / name

    def _begin(self) -> Mapping[str, str]:
        """The environment of Pulumi."""
        return {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}

    def up(self, *, yes: bool) -> int:
        """Makes it, or brings it up to date. Returns an exit code."""
        if not self._is_here and self._is_there:
            place = self._there()
            if code := place.run("up", *_agreed(yes)):
                return code
            self._tell(place.outputs())
            return 0
        if not self._is_there:
            here = self._here(make=True)
            if code := here.run("up", *_agreed(yes)):
                return code
        here = self._here()
        outputs = here.outputs()
        there = self._there()
        move(here, there, outputs["secretsProvider"])
        self._remove_local()
        print(f"\nThe state of {self.name} is in {self._backend} now, and nowhere else.")
        self._tell(outputs)
        return 0

    def destroy(self, *, yes: bool) -> int:
        """Takes all of it down. Returns an exit code."""
        if not (self._is_here or self._is_there):
            print("There is nothing of it.")
            return 0
        self._check_nobody_needs_it()
        if not self._is_here:
            # What `protect: false` says is told to AWS first: buckets that may go with all in them.
            there = self._there()
            if code := there.run("up", *_agreed(yes)):
                return code
            move(there, self._here(make=True), "passphrase")
            print(f"The state of {self.name} is on this machine now: its bucket is going.")
        if code := self._here().run("destroy", *_agreed(yes)):
            return code
        self._remove_local()
        self._end()
        return 0

    def _end(self) -> None:
        forget_secrets(self._stack_file)

    def _check_nobody_needs_it(self) -> None:
        others = [it for it in self._account.stacks(self._bucket) if it != self._full_name]
        if others:
            raise UserError(
                f"{self._bucket} holds the state of {listed(others)}; destroy these stacks first, "
                "with `pulumi destroy` and `pulumi stack rm`"
            )
        if self._said.spec.protect:
            raise UserError(
                f"{self._stack_file.relative_to(ROOT)} keeps bucket and key from being destroyed; "
                "say `bootstrap:protect: false` there first"
            )

    @property
    def _full_name(self) -> str:
        return f"{PROJECT_NAME}/{self.name}"

    @property
    def _is_there(self) -> bool:
        """Whether the bucket holds the state, or the beginning of it."""
        return self._full_name in self._account.stacks(self._bucket)

    @property
    def _is_here(self) -> bool:
        """Whether the state is on this machine."""
        return (self._local_backend / ".pulumi" / "stacks" / f"{self._full_name}.json").exists()

    @property
    def _local_backend(self) -> Path:
        return self.folder / "backend"

    def _here(self, *, make: bool = False) -> Place:
        """The place on this machine.

        Args:
            make: Whether to make it if it is not there.
        """
        folder = self.folder / "local"
        copy_project(_FOLDER, folder, virtualenv=Path(sys.prefix), plugins=self._plugins)
        passphrase = self.folder / "passphrase"
        if not passphrase.exists():
            # For a state without secrets, for as long as it is here: Pulumi wants one.
            self._local_backend.mkdir(parents=True, exist_ok=True)
            passphrase.touch(mode=0o600)
            passphrase.write_text(secrets.token_urlsafe(), encoding="utf-8")
        place = Place(
            name=self.name,
            folder=folder,
            environment={
                **self._environment,
                "PULUMI_BACKEND_URL": f"file://{self._local_backend}",
                "PULUMI_CONFIG_PASSPHRASE": passphrase.read_text(encoding="utf-8"),
            },
        )
        copy_settings(self._stack_file, folder / self._stack_file.name)
        if make:
            place.init("passphrase")
        return place

    def _there(self) -> Place:
        """The place in the bucket."""
        return Place(
            name=self.name,
            folder=self._settings_there(),
            environment={**self._environment, "PULUMI_BACKEND_URL": self._backend},
        )

    def _settings_there(self) -> Path:
        """The folder whose stack file says how the bucket's secrets are encrypted."""
        return _FOLDER

    @property
    def _plugins(self) -> list[dict[str, str]]:
        return []

    def _remove_local(self) -> None:
        for folder in (self._local_backend, self.folder / "local"):
            shutil.rmtree(folder, ignore_errors=True)
        (self.folder / "passphrase").unlink(missing_ok=True)

    def _tell(self, outputs: Mapping[str, Any]) -> None:
        """Says what to put where."""
        print(
            f"""
Variables of the pipeline; none of them is a secret:
  AWS_REGION               {self._said.spec.region}
  PULUMI_BACKEND_URL       {outputs["backendUrl"]}
  PULUMI_SECRETS_PROVIDER  {outputs["secretsProvider"]}
  AWS_PREVIEW_ROLE_ARN     {outputs["previewRoleArn"]}
  AWS_DEPLOY_ROLE_ARN      {outputs["deployRoleArn"]}
In each stack file, as the second role makes no other roles than such:
  cluster:iam:
    path: {outputs["rolePath"]}
    permissionsBoundary: {outputs["permissionsBoundary"]}"""
        )


class _Rehearsed(_OnAws):
    """A bootstrap on an embedded AWS of its own, which stays up between commands."""

    @staticmethod
    def work(name: str) -> Path:
        """The folder of the rehearsal."""
        return PROJECT / ".state" / f"bootstrap-{name}"

    def _begin(self) -> Mapping[str, str]:
        self._aws = EmbeddedAws(self.folder, _SPEED, kubernetes=False)
        if not self._aws.running():
            try:
                self._aws.start()
            except StateLostError as error:
                print(f"The embedded AWS has ended: {error} The rehearsal begins anew.")
                shutil.rmtree(self.folder)
                self.folder.mkdir(parents=True)
                self._aws.start()
        return environment(self.folder, self._aws.url)

    @property
    def _plugins(self) -> list[dict[str, str]]:
        return plugins_of(PROJECT)

    def _settings_there(self) -> Path:
        folder = self.folder / "remote"
        copy_project(_FOLDER, folder, virtualenv=Path(sys.prefix), plugins=self._plugins)
        copy_settings(self._stack_file, folder / self._stack_file.name)
        return folder

    def up(self, *, yes: bool) -> int:
        """Makes it, or brings it up to date. Returns an exit code."""
        del yes  # nothing here is worth asking
        return super().up(yes=True)

    def destroy(self, *, yes: bool) -> int:
        """Takes all of it down, and proves that nothing is left. Returns an exit code."""
        del yes
        return super().destroy(yes=True)

    def _end(self) -> None:
        if left := self._aws.inventory():
            raise UserError(f"the embedded AWS still holds:\n{table(left, _COLUMNS)}")
        self._aws.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        print("The embedded AWS holds nothing any more.")


def _agreed(yes: bool) -> tuple[str, ...]:
    return ("--yes", "--skip-preview") if yes else ()


@contextlib.contextmanager
def _alone(work: Path) -> Generator[None]:
    """Keeps a second command away for as long as this one runs."""
    work.mkdir(parents=True, exist_ok=True)
    with work.with_name(f"{work.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                "another command is at the same bootstrap now; wait for it to end"
            ) from None
        yield
