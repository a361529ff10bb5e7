"""What a way to get something is given to work with."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.toolchain.children import Children
from tools.toolchain.pins import Version
from tools.toolchain.progress import Task


class Unavailable(Exception):  # noqa: N818
    """It cannot be had in this way; the message says why."""


@dataclass(frozen=True)
class Work:
    """The order for an engine, or for the programs of Kubernetes.

    Attributes:
        version: The version that is wanted.
        folder: A temporary folder.
        variables: The user's environment variables.
        children: Runs commands.
        task: Shows how far it is.
    """

    version: Version
    folder: Path
    variables: Mapping[str, str]
    children: Children
    task: Task

    @property
    def finished(self) -> Path:
        """The folder that is kept; what can be run goes to `bin` in it."""
        return self.folder / "finished"
