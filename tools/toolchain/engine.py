"""The engine: the `pulumi` command with its Python language host."""

import os
from dataclasses import dataclass
from pathlib import Path

from tools.toolchain.pins import Version

PULUMI = "pulumi"
HOST = "pulumi-language-python"
EXECUTOR = "pulumi-language-python-exec"  # lies beside the host, which starts programs with it


@dataclass(frozen=True)
class Engine:
    """An engine that can run Python programs.

    Attributes:
        pulumi: The command.
        host: Its Python language host.
        version: Its version.
    """

    pulumi: Path
    host: Path
    version: Version

    def __str__(self) -> str:
        return f"{self.version}, {self.pulumi}"

    def link(self, folder: Path) -> None:
        """Makes `folder` hold it: one look at PATH then finds command and host together."""
        for link, target in self._links(folder):
            new = link.with_name(f"{link.name}.new")
            new.unlink(missing_ok=True)
            new.symlink_to(target)
            new.replace(link)

    def is_linked(self, folder: Path) -> bool:
        """Whether `folder` holds it."""
        return all(
            link.is_symlink() and link.readlink() == target for link, target in self._links(folder)
        )

    def _links(self, folder: Path) -> tuple[tuple[Path, Path], ...]:
        return (
            (folder / PULUMI, self.pulumi),
            (folder / HOST, self.host),
            (folder / EXECUTOR, self.host.parent / EXECUTOR),
        )


def in_folder(folder: Path, version: Version) -> Engine | None:
    """The engine whose files all lie in one folder, if they do."""
    if all(os.access(folder / name, os.X_OK) for name in (PULUMI, HOST, EXECUTOR)):
        return Engine(folder / PULUMI, folder / HOST, version)
    return None
