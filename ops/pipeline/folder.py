"""Where a plan is written, and how its parts are called."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PlanFolder:
    """The folder of a stack's plan.

    Attributes:
        path: The folder.
    """

    path: Path

    @classmethod
    def of(cls, stack: str, given: Path | None) -> "PlanFolder":
        """The folder that is given, or `.plan/<stack>`."""
        return cls(given or Path(".plan") / stack)

    @property
    def plan(self) -> Path:
        """What `pulumi up --plan` reads. Secrets in it are encrypted as in the stack's state."""
        return self.path / "plan.json"

    @property
    def events(self) -> Path:
        """The engine's events of the preview, one a line. Has inputs in it: stays where it is."""
        return self.path / "events.json"

    @property
    def display(self) -> Path:
        """What the engine shows of the preview."""
        return self.path / "preview.log"

    @property
    def summary(self) -> Path:
        """What changes, for machines, and what the plan is of."""
        return self.path / "summary.json"

    @property
    def comment(self) -> Path:
        """What changes, as Markdown."""
        return self.path / "comment.md"
