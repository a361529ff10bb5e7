"""The official programs of a Kubernetes control plane; there are such for Linux alone."""

import hashlib
import io
import platform
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

from tools.toolchain import hints, pins
from tools.toolchain.children import CommandError
from tools.toolchain.work import Unavailable, Work

# https://kubernetes.io/releases/download/#binaries
_KUBERNETES = "https://dl.k8s.io/release/v{version}/bin/linux/{machine}"
# https://etcd.io/docs/v3.6/install/
_ETCD = "https://github.com/etcd-io/etcd/releases/download/v{version}"
# https://kwok.sigs.k8s.io/docs/user/installation/ ; it publishes no checksums.
_KWOK = "https://github.com/kubernetes-sigs/kwok/releases/download/v{version}"

_MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}
_CONNECT_TIMEOUT = 5  # seconds: a machine without a way there is not held up
_TIMEOUT = 900  # seconds, for a hundred megabytes


def download(work: Work) -> None:
    """Downloads the programs.

    Raises:
        Unavailable: There are none for this machine, no way to them, or they are not what they
            should be.
    """
    machine = _MACHINES.get(platform.machine())
    if platform.system() != "Linux" or machine is None:
        raise Unavailable(f"there is none for {platform.system()} on {platform.machine()}")
    curl = shutil.which("curl", path=work.variables.get("PATH"))
    if curl is None:
        raise Unavailable(f"it needs curl, and there is none. {hints.curl()}")
    _Download(work, curl, machine).run()


class _Download:
    """One download."""

    def __init__(self, work: Work, curl: str, machine: str) -> None:
        self._work = work
        self._curl = curl
        self._machine = machine
        self._target = work.finished / "bin"

    def run(self) -> None:
        self._target.mkdir(parents=True)
        base = _KUBERNETES.format(version=self._work.version, machine=self._machine)
        for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler"):
            sums = self._get(f"{base}/{name}.sha256").read_text(encoding="utf-8")
            self._keep(self._checked(f"{base}/{name}", sums.split()[0]), name)
        self._etcd()
        version = pins.kubernetes_module("sigs.k8s.io/kwok")
        self._keep(self._get(f"{_KWOK.format(version=version)}/kwok-linux-{self._machine}"), "kwok")
        self._try()

    def _etcd(self) -> None:
        version = pins.kubernetes_module("go.etcd.io/etcd/server/v3")
        base = _ETCD.format(version=version)
        folder = f"etcd-v{version}-linux-{self._machine}"
        sums = self._get(f"{base}/SHA256SUMS").read_text(encoding="utf-8")
        lines = [line.split() for line in sums.splitlines()]
        wanted = next((line[0] for line in lines if line[-1:] == [f"{folder}.tar.gz"]), "none")
        archive = self._checked(f"{base}/{folder}.tar.gz", wanted)
        unpacked = self._work.folder / "etcd"
        try:
            with tarfile.open(archive) as packed, unpacked.open("wb") as output:
                shutil.copyfileobj(packed.extractfile(f"{folder}/etcd") or io.BytesIO(), output)
        except (tarfile.TarError, KeyError) as error:
            raise Unavailable(f"{archive.name} holds no etcd: {error}") from error
        self._keep(unpacked, "etcd")

    def _checked(self, url: str, sha256: str) -> Path:
        file = self._get(url)
        with file.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        if found != sha256:
            raise Unavailable(f"{url} has another checksum than it should have")
        return file

    def _get(self, url: str) -> Path:
        name = url.rpartition("/")[2]
        self._work.task.say(f"downloading {name}")
        file = self._work.folder / name
        command = [self._curl, "--fail", "--silent", "--show-error", "--location"]
        command += ["--output", str(file), "--connect-timeout", str(_CONNECT_TIMEOUT), url]
        self._run(command, lambda error: f"not reached: {error.last_words or error}")
        return file

    def _keep(self, file: Path, name: str) -> None:
        file.chmod(0o755)
        file.rename(self._target / name)

    def _try(self) -> None:
        """Sees that they run on this machine."""
        for name in pins.KUBERNETES_PROGRAMS:
            self._run([str(self._target / name), "--version"], str)

    def _run(self, command: list[str], explain: Callable[[CommandError], str]) -> None:
        try:
            self._work.children.run(
                command,
                environment=self._work.variables,
                folder=self._work.folder,
                timeout=_TIMEOUT,
            )
        except CommandError as error:
            raise Unavailable(explain(error)) from error
