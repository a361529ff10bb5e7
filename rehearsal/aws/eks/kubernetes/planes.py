"""The control planes of all clusters."""

import shutil
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from rehearsal.aws.clock import TIMELINE
from rehearsal.aws.eks.backend import all_clusters, find_cluster
from rehearsal.aws.eks.kubernetes import wanted
from rehearsal.aws.eks.kubernetes.keeper import Keeper
from rehearsal.aws.eks.kubernetes.wanted import Wanted
from rehearsal.aws.eks.records import Cluster, Document
from rehearsal.kubernetes.control_plane import HOST, ControlPlane, Settings
from rehearsal.kubernetes.programs import Programs


class Planes:
    """A keeper for each cluster, if there are programs to make control planes of."""

    def __init__(self) -> None:
        self._programs: Programs | None = None
        self._folder = Path()
        self._url = ""
        self._keep = False
        self._keepers: dict[str, Keeper] = {}

    def use(self, programs: Programs, folder: Path, url: str, *, keep: bool) -> None:
        """Make control planes from now on.

        Args:
            programs: What they are made of.
            folder: Where they keep what they have.
            url: Where this process answers their questions.
            keep: What they have is gone on with after this process.
        """
        self._programs, self._folder, self._url, self._keep = programs, folder, url, keep

    def look(self) -> None:
        """See which clusters there are, and what has become of them. The caller holds the lock."""
        if not self._programs:
            return
        there = {cluster.uid: cluster for _, cluster in all_clusters()}
        for uid, cluster in there.items():
            if uid not in self._keepers:
                self._keepers[uid] = self._keeper(self._programs, cluster)
                self._keepers[uid].start()
        for uid in self._keepers.keys() - there.keys():
            self._keepers.pop(uid).end(remove=True)
        for keeper in self._keepers.values():
            keeper.wake()

    def pending(self, uid: str) -> bool:
        """Whether a cluster has a control plane that does not answer yet."""
        keeper = self._keepers.get(uid)
        return keeper is not None and not keeper.ready and not keeper.failed

    def access(self, uid: str) -> Document | None:
        """How to reach a cluster's API, in the words of DescribeCluster; None if it has none."""
        keeper = self._keepers.get(uid)
        if keeper is None or keeper.failed or keeper.plane is None:
            return None
        plane = keeper.plane
        return {
            "endpoint": plane.endpoint,
            "certificateAuthority": {"data": plane.certificate_authority},
        }

    def aws_auth(self, uid: str) -> Document | None:
        """The data of a cluster's ConfigMap aws-auth; None if there is none."""
        keeper = self._keepers.get(uid)
        return keeper.aws_auth if keeper else None

    def stop(self) -> None:
        """End all of them."""
        keepers, self._keepers, self._programs = self._keepers, {}, None
        for keeper in keepers.values():
            keeper.end(remove=not self._keep)
        for keeper in keepers.values():
            keeper.join()
        if not self._keep:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _keeper(self, programs: Programs, cluster: Cluster) -> Keeper:
        uid = cluster.uid
        return Keeper(
            cluster.name,
            self._folder / uid,
            settings=partial(self._settings, uid),
            wanted=partial(_wanted, uid),
            make=partial(ControlPlane, programs),
            port=_port(cluster.document.get("endpoint", "")),
            when_ready=partial(self._answer_to, uid),
        )

    def _settings(self, uid: str) -> Settings | None:
        with TIMELINE.lock:
            found = find_cluster(uid)
            asked = f"{self._url}/_rehearsal/token-review/{uid}"
            return wanted.settings(*found, asked) if found else None

    def _answer_to(self, uid: str) -> None:
        """Let a cluster that is there already be reached where its API is now."""
        with TIMELINE.lock:
            found = find_cluster(uid)
            access = self.access(uid)
            if found and access and found[1].document["status"] != "CREATING":
                found[1].document.update(access)
                TIMELINE.when_carried_out()


def _wanted(uid: str, namespaces: Iterable[str]) -> Wanted | None:
    with TIMELINE.lock:
        found = find_cluster(uid)
        return wanted.wanted(*found, namespaces) if found else None


def _port(endpoint: str) -> int:
    """The port of an endpoint on this machine; 0 if it is elsewhere."""
    parts = urlsplit(endpoint)
    return (parts.port or 0) if parts.hostname == HOST else 0


PLANES = Planes()
