"""A machine in a temporary folder: what is on its PATH, in its cache and in its tree.

Nothing is downloaded or built: `pulumi`, `go`, `curl` and Python are shell scripts that leave what
the real ones leave, and write down how they were called.
"""

import hashlib
import io
import platform
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

from tools.toolchain import pins
from tools.toolchain.engine import EXECUTOR, HOST, Engine
from tools.toolchain.progress import Progress
from tools.toolchain.setup import Setup

PINNED = pins.pulumi(pins.ROOT)

# All else that the scripts need: the rest of the real PATH may hold a real `pulumi` or `go`.
_SYSTEM = ("cat", "chmod", "cp", "mkdir", "rm", "sh", "sleep")

_PULUMI = 'echo "v{version}"'

_CURL = """\
while [ "$1" != --output ]; do shift; done
{answer}
"""
_NO_WAY = 'echo "curl: (6) Could not resolve host"; exit 6'
# What the installer is called with: sh SCRIPT --no-edit-path --version V --install-root FOLDER
_INSTALLER = """\
cat > "$2" <<'SCRIPT'
echo "installer $3" >> {calls}
mkdir -p "$5/bin"
for name in pulumi {host} {executor}; do
  printf '#!/bin/sh\\necho v{brings}\\n' > "$5/bin/$name"
  chmod +x "$5/bin/$name"
done
SCRIPT
"""

_GO = """\
case "$1" in
env)
  echo go{version}; echo {switching} ;;
list)
  mkdir -p "$GOMODCACHE/sdk/python/cmd"
  echo program > "$GOMODCACHE/sdk/python/cmd/{executor}"
  if [ "$2" = -m ]; then echo "$GOMODCACHE/sdk"; else
    echo "go: downloading example.com/module v1.0.0"; echo example.com/package; fi ;;
build)
  mkdir -p "$GOCACHE"
  echo half > "$4"
  {building}
  printf '#!/bin/sh\\necho v{pinned}\\n' > "$4"; chmod +x "$4" ;;
esac
"""

# Called as `python -I -m venv --clear FOLDER` and as `FOLDER/bin/python -I -m pip install ...`.
_PYTHON = """\
if [ "$3" = venv ]; then
  rm -rf "$5"; mkdir -p "$5/bin"; cp "$0" "$5/bin/python"
else
  echo "Collecting one"; echo "Collecting two"
  {installing}
fi
"""


class Machine:
    """The machine; it begins with a Python and no network."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.tree = folder / "tree"
        self.cache = folder / "cache"
        self.bin = folder / "bin"
        self.path = [self.bin, folder / "system"]
        self.output = ""
        self.kubernetes = "no"
        self._calls = folder / "calls"
        self.tree.mkdir()
        self.path[-1].mkdir()
        for name in _SYSTEM:
            (self.path[-1] / name).symlink_to(shutil.which(name) or name)
        for name in ("requirements.txt", "requirements-dev.txt", "constraints.txt"):
            shutil.copy(pins.ROOT / name, self.tree / name)
        self._monkeypatch = monkeypatch
        monkeypatch.setenv("PATH", str(self.path[-1]))  # hints look for package managers there
        self.python()
        self.curl(reaches=False)

    @property
    def variables(self) -> dict[str, str]:
        return {
            "PATH": ":".join(str(folder) for folder in self.path),
            "HOME": str(self.tree.parent),
            "EKS_CLUSTER_CACHE": str(self.cache),
            "EKS_CLUSTER_KUBERNETES": self.kubernetes,
        }

    def python(self, installing: str = "true") -> None:
        """Puts the Python that environments are made with; `installing` is what pip does."""
        self._script("python", _PYTHON.format(installing=installing))
        self._monkeypatch.setattr(sys, "_base_executable", str(self.bin / "python"))

    def curl(self, *, reaches: bool, brings: object = PINNED) -> None:
        """Puts a curl that reaches the official installer, or does not."""
        installer = _INSTALLER.format(
            calls=self._calls, host=HOST, executor=EXECUTOR, brings=brings
        )
        self._script("curl", _CURL.format(answer=installer if reaches else _NO_WAY))

    def kubernetes_downloads(self, wrong: str = "") -> None:
        """Puts a curl that reaches the official programs; one of them is not what it should be."""
        served = self.bin.parent / "served"
        served.mkdir()
        for name in pins.KUBERNETES_PROGRAMS:
            (served / name).write_text("#!/bin/sh\necho official\n")
        machine = {"x86_64": "amd64"}.get(platform.machine(), "arm64")
        folder = f"etcd-v{pins.kubernetes_module('go.etcd.io/etcd/server/v3')}-linux-{machine}"
        with tarfile.open(served / f"{folder}.tar.gz", "w:gz") as archive:
            archive.add(served / "etcd", f"{folder}/etcd")
        (served / "kwok").rename(served / f"kwok-linux-{machine}")
        for file in sorted(served.iterdir()):
            digest = hashlib.sha256(b"x" if file.name == wrong else file.read_bytes()).hexdigest()
            (served / f"{file.name}.sha256").write_text(digest)
            with (served / "SHA256SUMS").open("a") as sums:
                sums.write(f"{digest}  {file.name}\n")
        answer = f"""\
file=$2; for url; do :; done
echo "fetched $url" >> {self._calls}
case $url in *pulumi*) {_NO_WAY};; esac
cp "{served}/${{url##*/}}" "$file" || exit 22
"""
        self._script("curl", _CURL.format(answer=answer))

    def go(self, version: str = "1.30.0", switching: str = "local", building: str = "true") -> None:
        """Puts a Go; `building` is what it does in the middle of a build."""
        script = _GO.format(
            version=version,
            switching=switching,
            building=building,
            executor=EXECUTOR,
            pinned=PINNED,
        )
        self._script("go", script)

    def pulumi(self, version: object, folder: str = "bin", *, host: bool = True) -> Path:
        """Puts a `pulumi` with its language host."""
        if host:
            self._script(HOST, "true", folder)
            self._script(EXECUTOR, "true", folder)
        return self._script("pulumi", _PULUMI.format(version=version), folder)

    def set_up_with_engine(self) -> Engine:
        """Runs the set-up, with an engine on PATH."""
        self.pulumi(PINNED)
        return self.set_up()

    def set_up(self, *, again: bool = True) -> Engine:
        """Runs the set-up."""
        stream = io.StringIO()
        try:
            return Setup(self.tree, self.variables, Progress(stream), again=again).run()
        finally:
            self.output = stream.getvalue()

    def calls(self, name: str) -> list[str]:
        """How a script was called up to now."""
        if not self._calls.exists():
            return []
        return [call for call in self._calls.read_text().splitlines() if call.startswith(name)]

    def cached(self) -> list[str]:
        """The folders in the cache."""
        if not self.cache.exists():
            return []
        return sorted(path.name for path in self.cache.iterdir() if path.is_dir())

    def _script(self, name: str, text: str, folder: str = "bin") -> Path:
        path = self.bin.parent / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {self._calls}\n{text}')
        path.chmod(0o755)
        return path
