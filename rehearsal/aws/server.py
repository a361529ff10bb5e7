"""The process: environment, socket, signals, endpoint file."""

import json
import os
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from rehearsal.aws.clock import TIMELINE
from spec.rehearsal import ACCOUNT_VARIABLE, DEFAULT_ACCOUNT

if TYPE_CHECKING:
    from rehearsal.aws.eks.kubernetes.planes import Planes

HOST = "127.0.0.1"

# moto reads these when it is imported; anything else of its settings would make rehearsals differ.
MOTO_SETTINGS = {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "true",
    "MOTO_ENABLE_AMI_VALIDATION": "true",
}
# Profiles and credentials of whoever starts the process are no business of its own boto3.
NO_AWS_CONFIGURATION = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}


class PortTakenError(Exception):
    """The port cannot be bound; the message says what to do."""


class StateError(Exception):
    """The state file cannot be gone on with; the message says what to do."""


def serve(
    port: int,
    speed: float,
    endpoint_file: Path | None,
    state_file: Path | None = None,
    kubernetes: Path | None = None,
    *,
    account: str | None = None,
) -> None:
    """Serve on ``port`` of loopback until SIGTERM or SIGINT.

    Args:
        port: 0 takes any free one.
        speed: slow operations take their real duration divided by this.
        endpoint_file: gets ``{"url", "pid", "account"}`` as JSON once requests are answered; goes
            at the end.
        state_file: where the state is kept; one that is there already is gone on with.
        kubernetes: the folder with the programs of a control plane; None: clusters have none.
        account: the account's number, unless the state file tells another.

    Raises:
        StateError: the state file is damaged, or of another version.
        PortTakenError: something else listens on the port, or it is not ours to bind.
        SystemExit: with 0, at a signal.
    """
    listener = _listen(port)
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    _prepare_environment((_saved_account(state_file) if state_file else None) or account)
    # Only now, because moto reads the environment when it is imported, and so does our own code.
    from rehearsal.aws.account import ACCOUNT  # noqa: PLC0415
    from rehearsal.aws.gate import make_server  # noqa: PLC0415
    from rehearsal.aws.saving import Saver, UnusableStateError, restore  # noqa: PLC0415
    from rehearsal.aws.wiring import make_application, warm_up  # noqa: PLC0415

    TIMELINE.speed = speed
    application = make_application()
    saver = Saver(state_file) if state_file else None
    if saver and state_file:
        try:
            if state_file.exists():
                restore(state_file)
        except UnusableStateError as error:
            raise StateError(f"{state_file} {error}.") from error
        saver.start()
        TIMELINE.when_carried_out = saver.changed
    server = make_server(listener, application, saver)
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    planes = _control_planes(kubernetes, state_file, url) if kubernetes else None
    TIMELINE.start()
    address = json.dumps({"url": url, "pid": os.getpid(), "account": ACCOUNT})
    try:
        if endpoint_file:
            _write_whole(endpoint_file, address)
        print(f"AWS is embedded at {url}", file=sys.stderr, flush=True)
        threading.Thread(target=warm_up, args=(application,), name="warm-up", daemon=True).start()
        server.serve_forever()
    finally:
        if planes:
            planes.stop()
        # A successor may have left its own address there by now.
        if endpoint_file and endpoint_file.exists() and endpoint_file.read_text() == address:
            endpoint_file.unlink()


def _control_planes(programs: Path, state_file: Path | None, url: str) -> "Planes | None":
    """Have a control plane made for each cluster, if the programs are of use."""
    # Only now, and only if they are wanted: it loads all of EKS.
    from rehearsal.aws.eks.kubernetes.planes import PLANES  # noqa: PLC0415
    from rehearsal.kubernetes.programs import Programs, UnusableError  # noqa: PLC0415

    try:
        found = Programs(programs)
    except UnusableError as error:
        print(f"Clusters have no Kubernetes API: {error}", file=sys.stderr, flush=True)
        return None
    if state_file:
        folder = state_file.parent / "kubernetes"
    else:
        folder = Path(tempfile.mkdtemp(prefix="eks-cluster-"))
    PLANES.use(found, folder.absolute(), url, keep=state_file is not None)
    TIMELINE.when_changed = PLANES.look
    with TIMELINE.lock:
        PLANES.look()
    return PLANES


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise PortTakenError(
            f"Port {port} on {HOST} cannot be used ({error}): stop the program that listens there, "
            "or choose another port with --port (0 takes any free one)."
        ) from error
    return listener


def _prepare_environment(account: str | None) -> None:
    for name in list(os.environ):
        if name.startswith(("AWS_", "MOTO_")):
            del os.environ[name]
    os.environ.update(MOTO_SETTINGS | NO_AWS_CONFIGURATION)
    os.environ[ACCOUNT_VARIABLE] = account or DEFAULT_ACCOUNT


def _saved_account(state_file: Path) -> str | None:
    """The account of a state that is gone on with; None if there is none that can be read."""
    try:
        with state_file.open("rb") as saved:
            account = json.loads(saved.readline())["account"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(account)


def _write_whole(path: Path, text: str) -> None:
    """Write so that a reader sees the whole text or no file."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(0)
