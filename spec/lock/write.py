"""Makes a lock file's content.

Exceptions:
    UnknownVersionError(LookupError)
        Who was asked does not know a version of something.
"""

from collections.abc import Sequence

from spec import facts
from spec.lock.lock import Lock
from spec.lock.sources import BUNDLED, Source
from spec.lock.wanted import wanted
from spec.model import ClusterSpec


class UnknownVersionError(LookupError):
    """Who was asked does not know a version of something.

    Attributes:
        what: What has none, e.g. `addons.metrics-server`.
    """

    def __init__(self, what: Sequence[str]) -> None:
        self.what = what
        super().__init__(", ".join(what))


def written(
    spec: ClusterSpec, old: Lock | None = None, source: Source = BUNDLED, *, update: bool = False
) -> Lock:
    """The lock of a cluster.

    Args:
        spec: The cluster, as its stack file says it.
        old: The lock that there is. What stands in it stays as it is, unless it is of no use any
            more, or for another version of Kubernetes.
        source: Who tells the newest versions.
        update: Whether everything moves to the newest. Instance types do as well.

    Raises:
        UnknownVersionError: A version is known to nobody who was asked.
    """
    version, needs = spec.kubernetes_version, wanted(spec)
    keeps = old if old and not update else None
    chosen = keeps.instance_types if keeps else {}
    if keeps and keeps.kubernetes_version != version:
        keeps = None
    known_addons = keeps.addons if keeps else {}
    known_images = keeps.images if keeps else {}
    addons = {name: known_addons.get(name) or source.addon(name, version) for name in needs.addons}
    images = {
        name: known_images.get(name) or source.image(facts.ami_types()[name], version)
        for name in needs.images
    }
    unknown = [f"addons.{name}" for name, it in addons.items() if it is None]
    unknown += [f"images.{name}" for name, it in images.items() if it is None]
    if unknown:
        raise UnknownVersionError(unknown)
    return Lock(
        kubernetes_version=version,
        addons={name: it for name, it in addons.items() if it},
        images={name: it for name, it in images.items() if it},
        instance_types={name: chosen.get(name) or it.found for name, it in needs.selectors.items()},
    )
