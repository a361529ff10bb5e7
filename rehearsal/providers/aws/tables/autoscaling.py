"""A single tag on an Auto Scaling group that somebody else has made.

What replaces is the official provider's: hashicorp/terraform-provider-aws
internal/service/autoscaling (group_tag.go), which it bridges; read 2026-11-25.
"""

from typing import Any, Final

from rehearsal.providers.aws.properties import REGION, block, flag, text
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting
from rehearsal.providers.aws.session import Session

_GROUP: Final = "auto-scaling-group"


def _parts(resource_id: str) -> dict[str, Any]:
    """Of an id as `pulumi import` takes it: the group's name, a comma, the tag's key."""
    return {"autoscalingGroupName": resource_id.partition(",")[0]}


def _tags(scope: Scope) -> list[dict[str, Any]]:
    tag = scope["tag"]
    return [
        {
            "ResourceId": scope["autoscalingGroupName"],
            "ResourceType": _GROUP,
            "Key": tag["key"],
            "Value": tag["value"],
            "PropagateAtLaunch": tag["propagateAtLaunch"],
        }
    ]


_SET: Final = Call(operation="create_or_update_tags", parameters={"Tags": _tags})


def _find(session: Session, scope: Scope) -> Any:
    group, _, key = scope["id"].partition(",")
    filters = [{"Name": _GROUP, "Values": [group]}, {"Name": "key", "Values": [key]}]
    tags = session.api("describe_tags", Filters=filters)["Tags"]
    return next((tag for tag in tags if tag["Key"] == key), None)


TAG: Final = Resource(
    type="aws:autoscaling/tag:Tag",
    title="AutoScaling Group",
    service="autoscaling",
    properties={
        "autoscalingGroupName": text(required=True, replaces=True),
        "tag": block(
            {
                "key": text(required=True, replaces=True),
                "propagateAtLaunch": flag(required=True),
                "value": text(required=True),
            },
            required=True,
        ),
        **REGION,
    },
    create=_SET,
    labelled=lambda scope: f"{scope['autoscalingGroupName']}) tag ({scope['tag']['key']}",
    identity="join(',', [autoscalingGroupName, tag.key])",
    parts=_parts,
    read=(
        Read(
            call=_find,
            outputs={
                "autoscalingGroupName": "ResourceId",
                "tag": "{key: Key, propagateAtLaunch: PropagateAtLaunch, value: Value}",
            },
        ),
    ),
    settings=(Setting(watches=("tag",), call=_SET),),
    delete=Call(operation="delete_tags", parameters={"Tags": _tags}),
)

ROWS: Final = (TAG,)
