"""Settings of the kubelet, and what operating systems call them."""

import dataclasses
import functools
from collections.abc import Mapping

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class KubeletSetting:
    """A field of the kubelet's configuration.

    https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/

    Attributes:
        name: As the configuration spells it, e.g. `registryPullQPS`.
        bottlerocket: What Bottlerocket calls it; None: it has no such setting.
        argument: The kubelet's argument that says it on Windows; None: there is none.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    bottlerocket: str | None
    argument: str | None
    source: str
    date: str


@functools.cache
def kubelet_settings() -> Mapping[str, KubeletSetting]:
    """Every field by name."""
    return {
        row["kubelet"]: KubeletSetting(
            row["kubelet"],
            row["bottlerocket"] or None,
            row["argument"] or None,
            row["source"],
            row["date"],
        )
        for row in tables.read("kubelet_settings")
    }
