"""What runs pods without nodes, and what gives pods a role: Fargate profiles and pod identity.

What replaces and what waits is the official provider's: hashicorp/terraform-provider-aws
internal/service/eks (fargate_profile.go, pod_identity_association.go), which it bridges; read
2026-11-25. It makes and deletes the Fargate profiles of a cluster one after the other.
"""

from typing import Any, Final

from rehearsal.providers.aws.properties import (
    REGION,
    TAGS,
    all_replace,
    block_set,
    flag,
    mapping,
    policy_document,
    text,
    text_set,
)
from rehearsal.providers.aws.resource import (
    Call,
    Read,
    Resource,
    Setting,
    Tagging,
    Wait,
    joined,
)
from rehearsal.providers.aws.tables.eks_shared import MISSING, TAGGING, issues

_PROFILE_ID: Final = joined(":", "clusterName", "fargateProfileName")
_PROFILE_KEYS: Final = {"clusterName": "clusterName", "fargateProfileName": "fargateProfileName"}
_NO_TRUST_YET: Final = frozenset({"Misconfigured PodExecutionRole Trust Policy"})
_NO_ROLE_YET: Final = frozenset({"Role provided in the request does not exist"})

FARGATE_PROFILE: Final = Resource(
    type="aws:eks/fargateProfile:FargateProfile",
    title="EKS Fargate Profile",
    service="eks",
    properties={
        **all_replace(
            {
                "clusterName": text(required=True),
                "fargateProfileName": text(computed=True),
                "podExecutionRoleArn": text(required=True),
                "selectors": block_set(
                    all_replace({"labels": mapping(), "namespace": text(required=True)}),
                    required=True,
                ),
                "subnetIds": text_set(),
            }
        ),
        **REGION,
        **TAGS,
    },
    autoname="fargateProfileName",
    create=Call(
        operation="create_fargate_profile",
        parameters={
            **_PROFILE_KEYS,
            "podExecutionRoleArn": "podExecutionRoleArn",
            "selectors": lambda scope: [
                {name: value for name, value in selector.items() if value}
                for selector in scope["selectors"]
            ],
            "subnets": "subnetIds",
            "tags": "tagsAll",
        },
        retry=_NO_TRUST_YET,
    ),
    labelled=_PROFILE_ID[0],
    identity=_PROFILE_ID[0],
    parts=_PROFILE_ID[1],
    read=(
        Read(
            call=Call(operation="describe_fargate_profile", parameters=_PROFILE_KEYS),
            item="fargateProfile",
            missing=MISSING,
            outputs={
                "arn": "fargateProfileArn",
                "clusterName": "clusterName",
                "fargateProfileName": "fargateProfileName",
                "podExecutionRoleArn": "podExecutionRoleArn",
                "selectors": "selectors",
                "status": "status",
                "subnetIds": "subnets",
            },
        ),
    ),
    created=Wait(
        status="status",
        pending=frozenset({"CREATING"}),
        target=frozenset({"ACTIVE"}),
        problem=issues,
    ),
    tagging=TAGGING,
    delete=Call(operation="delete_fargate_profile", parameters=_PROFILE_KEYS),
    deleted=Wait(
        status="status",
        pending=frozenset({"ACTIVE", "DELETING"}),
        target=frozenset(),
        problem=issues,
    ),
    minutes=(10, 20, 10),
)


def _association_parts(resource_id: str) -> dict[str, Any]:
    """Of an id as `pulumi import` takes it: the cluster's name, a comma, the association's id."""
    cluster, comma, association = resource_id.partition(",")
    return {"clusterName": cluster, "associationId": association} if comma else {}


_ASSOCIATION_KEYS: Final = {"associationId": "associationId || id", "clusterName": "clusterName"}

POD_IDENTITY_ASSOCIATION: Final = Resource(
    type="aws:eks/podIdentityAssociation:PodIdentityAssociation",
    title="EKS Pod Identity Association",
    service="eks",
    properties={
        "clusterName": text(required=True, replaces=True),
        "disableSessionTags": flag(default=False),
        "namespace": text(required=True, replaces=True),
        "policy": text(canonical=policy_document),
        "roleArn": text(required=True),
        "serviceAccount": text(required=True, replaces=True),
        "targetRoleArn": text(),
        **REGION,
        **TAGS,
    },
    create=Call(
        operation="create_pod_identity_association",
        parameters={
            "clusterName": "clusterName",
            "disableSessionTags": "disableSessionTags",
            "namespace": "namespace",
            "policy": "policy",
            "roleArn": "roleArn",
            "serviceAccount": "serviceAccount",
            "tags": "tagsAll",
            "targetRoleArn": "targetRoleArn",
        },
        retry=_NO_ROLE_YET,
    ),
    identity="answer.association.associationId",
    parts=_association_parts,
    read=(
        Read(
            call=Call(operation="describe_pod_identity_association", parameters=_ASSOCIATION_KEYS),
            item="association",
            missing=MISSING,
            outputs={
                "associationArn": "associationArn",
                "associationId": "associationId",
                "clusterName": "clusterName",
                "disableSessionTags": "disableSessionTags",
                "externalId": "externalId",
                "namespace": "namespace",
                "policy": "policy",
                "roleArn": "roleArn",
                "serviceAccount": "serviceAccount",
                "targetRoleArn": "targetRoleArn",
            },
        ),
    ),
    settings=(
        Setting(
            watches=("disableSessionTags", "policy", "roleArn", "targetRoleArn"),
            call=Call(
                operation="update_pod_identity_association",
                parameters={
                    **_ASSOCIATION_KEYS,
                    "disableSessionTags": "disableSessionTags",
                    "policy": "policy",
                    "roleArn": "roleArn",
                    "targetRoleArn": "targetRoleArn",
                },
                retry=_NO_ROLE_YET,
            ),
        ),
    ),
    tagging=Tagging(
        add=Call(
            operation="tag_resource", parameters={"resourceArn": "associationArn", "tags": "tags"}
        ),
        remove=Call(
            operation="untag_resource",
            parameters={"resourceArn": "associationArn", "tagKeys": "keys"},
        ),
        read="tags",
    ),
    delete=Call(
        operation="delete_pod_identity_association", parameters=_ASSOCIATION_KEYS, ignore=MISSING
    ),
)

ROWS: Final = (FARGATE_PROFILE, POD_IDENTITY_ASSOCIATION)
