"""Who tells which versions there are."""

from collections.abc import Iterator
from typing import Protocol

from spec import facts


class Source(Protocol):
    """Tells the newest versions."""

    def addon(self, name: str, kubernetes_version: str) -> str | None:
        """The version of an add-on to install; None: none is known."""
        ...

    def image(self, kind: facts.AmiType, kubernetes_version: str) -> str | None:
        """The newest release of a node image; None: none is known."""
        ...


class _Bundled:
    """The tables of `spec.facts`."""

    def addon(self, name: str, kubernetes_version: str) -> str | None:
        """The version that is known to be EKS's default, else the newest that is known."""
        return next(self._versions(name, kubernetes_version), None)

    @staticmethod
    def _versions(name: str, kubernetes_version: str) -> Iterator[str]:
        known = facts.known_addons().get(name)
        if known:
            if kubernetes_version in known.default:
                yield known.default[kubernetes_version]
            yield from known.versions.get(kubernetes_version, ())

    def image(self, kind: facts.AmiType, kubernetes_version: str) -> str | None:
        """The newest release that is known."""
        versions = facts.kubernetes_versions()
        return versions[kubernetes_version].ami_release.get(kind.name)


BUNDLED: Source = _Bundled()
