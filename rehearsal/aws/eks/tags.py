"""Tags of every EKS resource, by its ARN."""

from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.aws.eks import errors
from rehearsal.aws.eks.backend import EKS
from rehearsal.aws.eks.operations import Request, operation
from rehearsal.aws.eks.records import Cluster
from rehearsal.aws.eks.rules.tags import tags_are_allowed

Tags = dict[str, str]


@operation
def tag_resource(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_TagResource.html."""
    tags = _tags(request)
    tags_are_allowed({**tags, **request["tags"]})
    tags.update(request["tags"])
    return {}


@operation
def untag_resource(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_UntagResource.html."""
    tags = _tags(request)
    for key in request["tagKeys"]:
        tags.pop(key, None)
    return {}


@operation
def list_tags_for_resource(request: Request) -> Mapping[str, Any]:
    """https://docs.aws.amazon.com/eks/latest/APIReference/API_ListTagsForResource.html."""
    return {"tags": _tags(request)}


def _tags(request: Request) -> Tags:
    for arn, tags in _tagged(request.eks):
        if arn == request["resourceArn"]:
            return tags
    raise errors.no_resource(request["resourceArn"])


def _tagged(eks: EKS) -> Iterator[tuple[str, Tags]]:
    for cluster in eks.clusters.values():
        yield cluster.document["arn"], cluster.document["tags"]
        yield from _tagged_in(cluster)


def _tagged_in(cluster: Cluster) -> Iterator[tuple[str, Tags]]:
    for nodegroup in cluster.nodegroups.values():
        yield nodegroup.document["nodegroupArn"], nodegroup.document["tags"]
    for addon in cluster.addons.values():
        yield addon.document["addonArn"], addon.document["tags"]
    for entry in cluster.access_entries.values():
        yield entry.document["accessEntryArn"], entry.document["tags"]
    for capability in cluster.capabilities.values():
        yield capability.document["arn"], capability.document["tags"]
    for provider in cluster.identity_providers.values():
        yield provider["identityProviderConfigArn"], provider["tags"]
    for profile in cluster.fargate_profiles.values():
        yield profile["fargateProfileArn"], profile["tags"]
    for association in cluster.pod_identities.values():
        yield association["associationArn"], association["tags"]
