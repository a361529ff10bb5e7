"""From which version of an add-on a feature can be used."""

import dataclasses
import functools
import re

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class AddonFeature:
    """A feature of an add-on that not every version has.

    Attributes:
        addon: As the EKS API spells it, e.g. `vpc-cni`.
        feature: E.g. `ipv6`.
        minimum_version: The first version with it, or the oldest that is known to have it, without
            what EKS adds, e.g. `1.10.1`.
        note: What else the source says.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    addon: str
    feature: str
    minimum_version: str
    note: str
    source: str
    date: str

    def is_in(self, version: str) -> bool:
        """Whether a version of the add-on has it, e.g. `v1.22.4-eksbuild.3`.

        Raises:
            ValueError: That is no version.
        """
        return _numbers(version) >= _numbers(self.minimum_version)


@functools.cache
def addon_features() -> tuple[AddonFeature, ...]:
    """Every feature whose first version is public."""
    return tuple(
        AddonFeature(
            row["addon"],
            row["feature"],
            row["minimum_version"],
            row["note"],
            row["source"],
            row["date"],
        )
        for row in tables.read("addon_features")
    )


def _numbers(version: str) -> tuple[int, ...]:
    match = re.fullmatch(r"v?(\d+)\.(\d+)\.(\d+)(-\S+)?", version)
    if match is None:
        raise ValueError(f"{version!r} is no version like v1.22.4-eksbuild.3")
    return tuple(map(int, match.groups()[:3]))
