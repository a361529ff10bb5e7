"""Placement groups.

What replaces and what waits is the official provider's: hashicorp/terraform-provider-aws
internal/service/ec2 (ec2_placement_group.go), which it bridges; read 2026-11-25. Their ids are
their names; tags are those of the id that EC2 gives.
"""

from typing import Any, Final

from rehearsal.providers.aws.properties import REGION, TAGS, all_replace, number, text
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Tagging, Wait
from rehearsal.providers.aws.session import Session
from rehearsal.providers.aws.tables.ec2 import tag_list, tag_map, tag_specification

MISSING: Final = frozenset({"InvalidPlacementGroup.Unknown"})

_ONLY_OF: Final = {"partitionCount": "partition", "spreadLevel": "spread"}
"""Properties that only one strategy has."""

_TERRAFORM: Final = {"partitionCount": "partition_count", "spreadLevel": "spread_level"}


def _other_strategy(old: Scope, new: Scope) -> str | None:
    """What the provider says of a new group with a property of another strategy."""
    strategy = new.get("strategy")
    for name, only in _ONLY_OF.items():
        if not old and new.get(name) and isinstance(strategy, str) and strategy != only:
            return f'{_TERRAFORM[name]} must not be set when strategy = "{strategy}"'
    return None


def _arn(scope: Scope) -> str:
    return scope["item"]["GroupArn"]


def _find(session: Session, scope: Scope) -> Any:
    found = session.api("describe_placement_groups", GroupNames=[scope["id"]])["PlacementGroups"]
    return found[0] if found else None


PLACEMENT_GROUP: Final = Resource(
    type="aws:ec2/placementGroup:PlacementGroup",
    title="EC2 Placement Group",
    service="ec2",
    properties={
        **all_replace(
            {
                "name": text(computed=True),
                "partitionCount": number(computed=True),
                "spreadLevel": text(computed=True),
                "strategy": text(required=True),
            }
        ),
        **REGION,
        **TAGS,
    },
    autoname="name",
    create=Call(
        operation="create_placement_group",
        parameters={
            "GroupName": "name",
            "PartitionCount": "partitionCount",
            "SpreadLevel": "spreadLevel",
            "Strategy": "strategy",
            "TagSpecifications": tag_specification("placement-group"),
        },
    ),
    labelled="name",
    identity="name",
    read=(
        Read(
            call=_find,
            missing=MISSING,
            outputs={
                "arn": _arn,
                "name": "GroupName",
                "partitionCount": "PartitionCount",
                "placementGroupId": "GroupId",
                "spreadLevel": "SpreadLevel",
                "strategy": "Strategy",
            },
            gone="State == 'deleted'",
        ),
    ),
    created=Wait(status="State", pending=frozenset({"pending"}), target=frozenset({"available"})),
    tagging=Tagging(
        add=Call(
            operation="create_tags",
            parameters={
                "Resources": "[placementGroupId]",
                "Tags": lambda scope: tag_list(scope["tags"]),
            },
        ),
        remove=Call(
            operation="delete_tags",
            parameters={"Resources": "[placementGroupId]", "Tags": "keys[].{Key: @}"},
        ),
        read=tag_map,
    ),
    delete=Call(operation="delete_placement_group", parameters={"GroupName": "id"}, ignore=MISSING),
    deleted=Wait(status="State", pending=frozenset({"available", "deleting"}), target=frozenset()),
    minutes=(5, 5, 5),
    contradiction=_other_strategy,
)

ROWS: Final = (PLACEMENT_GROUP,)
