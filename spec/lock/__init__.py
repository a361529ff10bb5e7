"""The lock file `locks/<stack>.yaml`: what AWS would otherwise choose, written down.

    kubernetesVersion: "1.36"
    addons: {vpc-cni: v1.22.4-eksbuild.3}
    images: {AL2023_x86_64_STANDARD: 1.36.2-20260714}
    instanceTypes: {burst: [m7i.large, m7a.large]}

`written` makes one, `applied` fills its versions into a cluster: from there on nothing knows that
there was a lock file. Nothing is newer after `pulumi up` than what stands in it.
"""

from spec.lock.apply import applied, lacking, newest
from spec.lock.changes import Change, Risk, changes
from spec.lock.file import lock_path, parse_lock, read_lock, rendered
from spec.lock.lock import Lock
from spec.lock.sources import BUNDLED, Source
from spec.lock.wanted import Wanted, wanted
from spec.lock.write import UnknownVersionError, written

__all__ = [
    "BUNDLED",
    "Change",
    "Lock",
    "Risk",
    "Source",
    "UnknownVersionError",
    "Wanted",
    "applied",
    "changes",
    "lacking",
    "lock_path",
    "newest",
    "parse_lock",
    "read_lock",
    "rendered",
    "wanted",
    "written",
]
