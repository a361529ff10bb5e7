"""The official download: Pulumi's own installer, which `pulumi.automation` uses too."""

import shutil

from tools.toolchain import hints
from tools.toolchain.children import CommandError
from tools.toolchain.engine import PULUMI, in_folder
from tools.toolchain.pins import Version
from tools.toolchain.work import Unavailable, Work

# https://www.pulumi.com/docs/iac/download-install/
_INSTALLER = "https://get.pulumi.com/install.sh"
_CONNECT_TIMEOUT = 5  # seconds: a machine without a way there is not held up
_SCRIPT_TIMEOUT = 30  # seconds
_TIMEOUT = 900  # seconds, for a hundred megabytes or two


def install(work: Work) -> None:
    """Downloads an engine.

    Raises:
        Unavailable: There is no way to the download, or it does not work here.
    """
    curl = shutil.which("curl", path=work.variables.get("PATH"))
    if curl is None:
        raise Unavailable(f"it needs curl, and there is none. {hints.curl()}")
    work.task.say("trying the official download")
    script = work.folder / "install.sh"
    fetch = [curl, "--fail", "--silent", "--show-error", "--location", "--output", str(script)]
    fetch += ["--connect-timeout", str(_CONNECT_TIMEOUT), "--max-time", str(_SCRIPT_TIMEOUT)]
    try:
        work.children.run([*fetch, _INSTALLER], environment=work.variables, folder=work.folder)
    except CommandError as error:
        raise Unavailable(f"not reached: {error.last_words or error}") from error

    work.task.say(f"downloading {work.version}")
    command = ["sh", str(script), "--no-edit-path", "--version", str(work.version)]
    command += ["--install-root", str(work.finished)]
    try:
        work.children.run(command, environment=work.variables, folder=work.folder, timeout=_TIMEOUT)
        told = work.children.run(
            [work.finished / "bin" / PULUMI, "version"],
            environment={**work.variables, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            folder=work.folder,
        )
    except CommandError as error:
        raise Unavailable(f"{error}\n{error.last_words}") from error
    complete = in_folder(work.finished / "bin", work.version)
    if complete is None or Version.find(" ".join(told)) != work.version:
        raise Unavailable(f"it did not bring a complete pulumi {work.version}")
