"""The state of a rehearsal in a file, so that it outlives the process and the machine.

The file is one line of JSON that says what wrote it, and a pickle of all backends with the changes
that are still due. What comes with the packages is left out and taken from there again.

A request that changed something is answered only after its change is in the file. One thread
writes, and whatever was changed in the meantime goes into the next file together: the more
requests there are at once, the fewer files it takes for each.
"""

import functools
import hashlib
import importlib
import io
import json
import os
import pickle
import platform
import sys
import threading
import traceback
import types
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import moto
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.iam.models import IAMBackend, ManagedPolicy
from moto.ssm.models import ParameterDict

from rehearsal.aws.account import ACCOUNT
from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.inventory import GIVEN

# Services of moto that are about moto itself.
NOT_OF_AWS = {"moto_api", "instance_metadata"}


class UnusableStateError(Exception):
    """A state file that cannot be gone on with; the message says why."""


class Saver:
    """Keeps a file up to date with the state.

    Args:
        file: where to; beside it a second file comes and goes.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._condition = threading.Condition()
        self._changes = 0
        self._saved = 0

    def start(self) -> None:
        """Save what is there now, and what changes from now on, in a thread of its own."""
        self.changed()
        threading.Thread(target=self._run, name="saver", daemon=True).start()

    def changed(self) -> int:
        """Tell of a change that has been made; the number to wait for."""
        with self._condition:
            self._changes += 1
            self._condition.notify_all()
            return self._changes

    def wait(self, change: int) -> None:
        """Return when that change, and all before it, are in the file."""
        with self._condition:
            self._condition.wait_for(lambda: self._saved >= change)

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._changes > self._saved)
            number = self._changes
            try:
                with TIMELINE.lock:
                    number, state = self._changes, dump()
                write(self._file, state)
            except Exception:
                # Nobody must wait for ever; the rehearsal goes on without being saved.
                traceback.print_exc()
                print(f"The state could not be saved in {self._file}", file=sys.stderr, flush=True)
            with self._condition:
                self._saved = number
                self._condition.notify_all()


def write(file: Path, state: bytes) -> None:
    """Write a state so that the file is whole at all times, even if the machine stops."""
    heading = _origin() | {"account": ACCOUNT, "sha256": hashlib.sha256(state).hexdigest()}
    beside = file.with_name(f"{file.name}.new")
    with beside.open("wb") as output:
        output.write(json.dumps(heading).encode() + b"\n" + state)
        output.flush()
        os.fsync(output.fileno())
    beside.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def restore(file: Path) -> None:
    """Make the state of a file the state of this process, which has none yet.

    Raises:
        UnusableStateError: the file is damaged, or another version has written it.
    """
    heading, _, state = file.read_bytes().partition(b"\n")
    try:
        origin = json.loads(heading)
        checksum = origin.pop("sha256")
        origin.pop("account", None)
    except (ValueError, KeyError, AttributeError, TypeError):
        raise UnusableStateError("is damaged: it does not begin as a state file does") from None
    if origin != _origin():
        raise UnusableStateError("was saved by another version of the embedded AWS")
    if hashlib.sha256(state).hexdigest() != checksum:
        raise UnusableStateError("is damaged: its checksum is not that of its content")
    load(state)


def dump() -> bytes:
    """The state. The caller holds the lock."""
    registries: Any = vars(BackendDict)["_instances"]  # moto has no other list of them
    backends = {
        registry.service_name: {
            account: {place: it for place, it in places.items() if not _is_new(it)}
            for account, places in registry.items()
        }
        for registry in registries
        if registry.service_name not in NOT_OF_AWS
    }
    output = io.BytesIO()
    _Pickler(output, protocol=pickle.HIGHEST_PROTOCOL).dump((backends, GIVEN, TIMELINE.pending()))
    return output.getvalue()


def load(state: bytes) -> None:
    """Make a state that `dump` has returned that of this process."""
    # What carries out changes that are due is registered when it is imported, which otherwise
    # happens at the first call of EKS.
    for module in ("rehearsal.aws.eks.responses", "rehearsal.aws.outcomes"):
        importlib.import_module(module)
    backends, given, pending = pickle.loads(state)  # noqa: S301 - the file is this program's own
    for service, accounts in backends.items():
        for account, places in accounts.items():
            registry: Any = get_backend(service)[account]
            registry.update(places)
    GIVEN.update(given)
    TIMELINE.resume(pending)


class _Pickler(pickle.Pickler):
    """Leaves out what is in the packages, and knows how to save what pickle does not."""

    def reducer_override(self, obj: Any) -> Any:
        """How to save an object; NotImplemented leaves it to pickle."""
        for kind, reduce in _REDUCERS.items():
            if isinstance(obj, kind):
                return reduce(obj)
        return NotImplemented


def _is_new(backend: Any) -> bool:
    """Whether it is one of the partitions of IAM that moto makes and nobody uses."""
    return isinstance(backend, IAMBackend) and not (
        backend.roles
        or backend.users
        or backend.groups
        or backend.instance_profiles
        or backend.open_id_providers
        or any(not _is_of_packages(policy) for policy in backend.managed_policies.values())
    )


def _is_of_packages(it: Any) -> bool:
    """Whether an image or a policy is as every account has it."""
    if isinstance(it, Ami):
        return it.owner_alias == "amazon"
    return ":iam::aws:" in it.arn and not it.attachment_count


def _reduce_image(image: Ami) -> Any:
    if _is_of_packages(image):
        return _image, (image.ec2_backend, image.id)
    return NotImplemented


def _image(ec2: EC2Backend, image: str) -> Ami:
    return ec2.amis[image]


def _reduce_policy(policy: ManagedPolicy) -> Any:
    if _is_of_packages(policy):
        return _policy, (policy.backend, policy.arn)
    return NotImplemented


def _policy(iam: IAMBackend, arn: str) -> ManagedPolicy:
    return iam.managed_policies[arn]


def _reduce_ec2(ec2: EC2Backend) -> Any:
    images = {name: it for name, it in ec2.amis.items() if not _is_of_packages(it)}
    known = {it.ebs_snapshot.id for it in ec2.amis.values() if _is_of_packages(it)}
    snapshots = {name: it for name, it in ec2.snapshots.items() if name not in known}
    state = {**vars(ec2), "amis": images, "snapshots": snapshots}
    return _new, (type(ec2), ec2.region_name, ec2.account_id), state, None, None, _add


def _reduce_iam(iam: IAMBackend) -> Any:
    policies = {arn: it for arn, it in iam.managed_policies.items() if not _is_of_packages(it)}
    state = {**vars(iam), "managed_policies": policies, "aws_managed_policies": None}
    return _new, (type(iam), iam.partition, iam.account_id), state, None, None, _add


def _new(kind: type[Any], place: str, account: str) -> Any:
    """A backend with nothing in it but what comes with the packages."""
    return kind(place, account)


def _add(backend: Any, state: dict[str, Any]) -> None:
    """Put a saved state into a backend that is new."""
    for name in ("amis", "snapshots", "managed_policies"):
        if name in state:
            state[name] = getattr(backend, name) | state[name]
    if "managed_policies" in state:
        policies = state["managed_policies"]
        state["aws_managed_policies"] = [policies[it.arn] for it in backend.aws_managed_policies]
    vars(backend).update(state)


def _nested_dicts() -> defaultdict[Any, Any]:
    return defaultdict(dict)


def _nested_dicts_factory() -> Callable[[], Any]:
    return _nested_dicts


def _reduce_function(function: types.FunctionType) -> Any:
    # The only function in moto's state of the services of a stack that has no name to find it by.
    if function.__qualname__ == "SimpleSystemManagerBackend.__init__.<locals>.<lambda>":
        return _nested_dicts_factory, ()
    return NotImplemented


def _reduce_private_key(key: RSAPrivateKey) -> Any:
    text = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return _private_key, (text,)


def _private_key(text: bytes) -> Any:
    return serialization.load_der_private_key(text, None)


def _reduce_parameters(parameters: ParameterDict) -> Any:
    # It is a dict whose class takes other arguments than dict's.
    made_of = (parameters.account_id, parameters.region_name)
    return ParameterDict, made_of, dict(parameters.__dict__), None, iter(dict.items(parameters))


def _reduce_lock(lock: Any) -> Any:
    return type(lock), ()


_REDUCERS: dict[type, Callable[[Any], Any]] = {
    Ami: _reduce_image,
    EC2Backend: _reduce_ec2,
    IAMBackend: _reduce_iam,
    ManagedPolicy: _reduce_policy,
    types.FunctionType: _reduce_function,
    RSAPrivateKey: _reduce_private_key,
    ParameterDict: _reduce_parameters,
    type(threading.RLock()): _reduce_lock,
    type(threading.Lock()): _reduce_lock,
    threading.Condition: _reduce_lock,
}


@functools.cache
def _origin() -> dict[str, str]:
    """What has to be the same for a state to be understood: pickles name classes, not formats."""
    code = hashlib.sha256()
    for module in sorted(Path(__file__).parent.rglob("*.py")):
        code.update(module.read_bytes())
    return {
        "python": platform.python_version(),
        "moto": moto.__version__,
        "embedded-aws": code.hexdigest(),
    }
