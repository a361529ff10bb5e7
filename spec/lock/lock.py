"""What a lock file says."""

from typing import Annotated

from spec import facts
from spec.model.addons import AddonName, AddonVersion
from spec.model.base import Model, matches, one_of
from spec.model.instances import InstanceTypes

Release = Annotated[
    str,
    matches("a release of a node image", r"[0-9]+(\.[0-9]+){1,2}-[0-9A-Za-z.]+", "1.36.2-20260714"),
]
"""`1.36.2-20260714` of Amazon Linux, `1.66.0-1ad6b4a4` of Bottlerocket, `1.36-2026.07.14` of
Windows: https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html (releaseVersion)"""

AmiTypeName = Annotated[str, one_of(facts.ami_types, "a kind of node image")]


class Lock(Model):
    """Versions that hold until they are told to move."""

    kubernetes_version: str
    """The version of Kubernetes that all of them are for."""
    addons: dict[AddonName, AddonVersion] = {}
    """The version of each add-on."""
    images: dict[AmiTypeName, Release] = {}
    """The release of each kind of node image."""
    instance_types: dict[str, InstanceTypes] = {}
    """The instance types of each group with an `instanceSelector`."""
