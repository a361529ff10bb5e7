"""`python -m tests.rehearsal.another_day`: the embedded AWS as it will be, or was, on another day.

EKS offers seven versions of Kubernetes, of which the oldest two are in extended support: what it
demands of versions far apart can be seen. With `TOO_LATE` in the environment, no update is recent
enough to be rolled back.
"""

import dataclasses
import datetime
import os
import sys

from rehearsal.aws import catalog
from rehearsal.aws.__main__ import main
from rehearsal.aws.eks.rules import cluster
from spec import facts

OLDER, NEWER = ("1.32", "1.33"), ("1.37", "1.38")
LONG_AGO = datetime.date(2020, 1, 1)


def _change_facts() -> None:
    """To the versions of today come some that differ from the newest in little but their name."""
    today, releases = facts.kubernetes_versions(), facts.ami_releases()
    newest = today[max(today, key=catalog.minor)]

    def renamed(release: str, version: str) -> str:
        return release.replace(newest.version, version)

    versions = {
        version: dataclasses.replace(
            newest,
            version=version,
            standard_support_ends=LONG_AGO if version in OLDER else newest.standard_support_ends,
            ami_release={kind: renamed(it, version) for kind, it in newest.ami_release.items()},
        )
        for version in (*OLDER, *NEWER)
    }
    images = [
        dataclasses.replace(
            image, kubernetes_version=version, release=renamed(image.release, version)
        )
        for image in releases
        if image.kubernetes_version == newest.version
        for version in versions
    ]
    facts.kubernetes_versions = lambda: {**today, **versions}
    facts.ami_releases = lambda: (*releases, *images)


if __name__ == "__main__":
    _change_facts()
    if "TOO_LATE" in os.environ:
        cluster.ROLLBACK_WINDOW = datetime.timedelta(0)
    sys.exit(main(sys.argv[1:]))
