"""The real engine on small programs, with the stand-in plugins and an embedded AWS of their own."""

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session

ROOT = Path(__file__).parents[2]
REGION = "ap-northeast-2"
_TIMEOUT = 120  # seconds
_PROJECT = """\
name: providers
runtime: python
backend: {{url: "file://{state}"}}
plugins:
  providers:
    - {{name: aws, path: {root}/rehearsal/providers/aws}}
    - {{name: eks, path: {root}/rehearsal/providers/eks}}
    - {{name: kubernetes, path: {root}/rehearsal/providers/kubernetes}}
"""
_HEAD = """\
import json, os
import pulumi
import pulumi_aws as aws
import pulumi_eks as eks

choose = lambda name, usual: os.environ.get(name, usual)
provider = aws.Provider(
    "aws",
    region=choose("REGION", "ap-northeast-2"),
    default_tags={"tags": {"owner": "tests"}},
)
mine = pulumi.ResourceOptions(provider=provider)
"""


@dataclasses.dataclass(frozen=True)
class EmbeddedAws:
    """An emulator that runs.

    Attributes:
        url: Its address.
        pid: Its process.
    """

    url: str
    pid: int

    def client(self, service: str, region: str = REGION) -> Any:
        """A client, to look at what there is and to meddle with it."""
        return botocore.session.Session().create_client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106  any will do
        )

    def inventory(self) -> list[dict[str, Any]]:
        """What an account owner would still see."""
        import urllib.request

        with urllib.request.urlopen(f"{self.url}/_rehearsal/inventory") as answer:  # noqa: S310
            return json.load(answer)


@contextlib.contextmanager
def embedded_aws(folder: Path, speed: str = "max") -> Iterator[EmbeddedAws]:
    """An emulator on a free port.

    Args:
        folder: Where it may leave its endpoint file and its log.
        speed: How much faster than AWS it is.
    """
    endpoint = folder / "endpoint.json"
    command = [sys.executable, "-m", "rehearsal.aws", "--port", "0", "--speed", speed]
    with (folder / "aws.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--endpoint-file", str(endpoint)], cwd=ROOT, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 30
        while not endpoint.exists():
            assert process.poll() is None, (folder / "aws.log").read_text()
            assert time.monotonic() < deadline, "the embedded AWS does not answer"
            time.sleep(0.05)
        yield EmbeddedAws(json.loads(endpoint.read_text())["url"], process.pid)
    finally:
        process.terminate()
        process.wait(10)


class Project:
    """A Pulumi project with one stack.

    Args:
        path: An empty folder for it.
        endpoint: The address of its AWS; None leaves AWS_ENDPOINT_URL unset.
    """

    def __init__(self, path: Path, endpoint: str | None) -> None:
        self.path = path
        (path / "state").mkdir()
        (path / "Pulumi.yaml").write_text(_PROJECT.format(state=path / "state", root=ROOT))
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "PULUMI_"))
        } | {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(path / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        if endpoint is not None:
            self.environment["AWS_ENDPOINT_URL"] = endpoint
        self.write("")
        assert self.run("stack", "init", "dev").returncode == 0

    def write(self, program: str) -> None:
        """Set the program, which begins with a provider `mine` and `choose(NAME, default)`."""
        (self.path / "__main__.py").write_text(_HEAD + program)

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `pulumi` to its end.

        Args:
            arguments: Its arguments.
            variables: Environment variables besides the project's own.
        """
        return subprocess.run(
            ["pulumi", "--color", "never", "--non-interactive", *arguments],
            cwd=self.path,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )

    def up(self, *arguments: str, **variables: str) -> str:
        """Deploy; what the engine says."""
        return self.succeed("up", "--yes", "--skip-preview", *arguments, **variables)

    def destroy(self) -> str:
        """Take everything away."""
        return self.succeed("destroy", "--yes", "--skip-preview")

    def succeed(self, *arguments: str, **variables: str) -> str:
        """Run `pulumi`, which must succeed."""
        done = self.run(*arguments, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def fail(self, *arguments: str, **variables: str) -> str:
        """Deploy, which must fail; what the engine says, on one line."""
        done = self.run("up", "--yes", "--skip-preview", *arguments, **variables)
        assert done.returncode != 0, done.stdout
        return " ".join(done.stdout.split())

    def plan(self, **variables: str) -> dict[str, str]:
        """What a deployment would do, by resource name; what stays as it is is left out."""
        steps = json.loads(self.succeed("preview", "--json", **variables))["steps"]
        order = ("same", "update", "create", "import", "delete", "replace")
        plan: dict[str, str] = {}
        for step in steps:
            name, operation = step["urn"].rpartition("::")[2], step["op"].partition("-")[0]
            if step["op"] == "create-replacement":
                operation = "replace"
            if operation in order[1:]:
                before = plan.get(name, "same")
                plan[name] = max(before, operation, key=order.index)
        return plan

    def resources(self) -> dict[str, dict[str, Any]]:
        """What the engine has recorded, by `type::name`."""
        deployment = json.loads(self.succeed("stack", "export"))["deployment"]
        return {
            f"{item['type']}::{item['urn'].rpartition('::')[2]}": item
            for item in deployment.get("resources", [])
        }

    @contextlib.contextmanager
    def started(self, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
        """Run `pulumi` while the body does; it is killed if the body leaves it running."""
        process = subprocess.Popen(
            ["pulumi", "--color", "never", "--non-interactive", *arguments],
            cwd=self.path,
            env=self.environment | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)


def until(happened: Any, seconds: float = 30) -> None:
    """Wait until a function says yes."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
