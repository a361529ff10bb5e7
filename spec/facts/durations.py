"""How long the slow operations of AWS take."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class Duration:
    """What an operation takes as a rule; a single run can take half of it, or twice.

    Attributes:
        operation: E.g. `cluster.create`; `addon.create` is that of a DaemonSet,
            `addon.create.deployment` that of a Deployment.
        seconds: The median of the samples.
        samples: What public pages report, in seconds, in the order of `sources`.
        sources: The pages; one that reports more is repeated.
        date: The day on which the newest of them did, ISO.
        verified: Whether the pages report this very operation; if not, there are no samples and
            `note` says what `seconds` rests on.
        note: What was measured.
    """

    operation: str
    seconds: float
    samples: tuple[float, ...]
    sources: tuple[str, ...]
    date: str
    verified: bool
    note: str

    @property
    def source(self) -> str:
        """The first of `sources`."""
        return self.sources[0]


@functools.cache
def durations() -> Mapping[str, Duration]:
    """Every slow operation by name."""
    return {
        row["operation"]: Duration(
            row["operation"],
            float(row["seconds"]),
            tuple(float(sample) for sample in row["samples"].split()),
            tuple(row["source"].split()),
            row["date"],
            row["verified"] == "yes",
            row["note"],
        )
        for row in tables.read("durations")
    }
