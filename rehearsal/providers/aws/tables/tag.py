"""A single tag on an EC2 resource that somebody else has made."""

from typing import Any, Final

from rehearsal.providers.aws.properties import REGION, text
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope, Setting, joined
from rehearsal.providers.aws.session import Session

_ID: Final = joined(",", "resourceId", "key")

_SET: Final = Call(
    operation="create_tags",
    parameters={"Resources": "[resourceId]", "Tags": "[{Key: key, Value: value}]"},
)


def _find(session: Session, scope: Scope) -> Any:
    filters = [
        {"Name": "resource-id", "Values": [scope["resourceId"]]},
        {"Name": "key", "Values": [scope["key"]]},
    ]
    tags = session.api("describe_tags", Filters=filters)["Tags"]
    return next((tag for tag in tags if tag["Key"] == scope["key"]), None)


TAG: Final = Resource(
    type="aws:ec2/tag:Tag",
    title="EC2 resource",
    service="ec2",
    properties={
        "key": text(required=True, replaces=True),
        "resourceId": text(required=True, replaces=True),
        "value": text(required=True),
        **REGION,
    },
    create=_SET,
    labelled=lambda scope: f"{scope['resourceId']}) tag ({scope['key']}",
    identity=_ID[0],
    read=(
        Read(
            call=_find,
            outputs={"key": "Key", "resourceId": "ResourceId", "value": "Value"},
        ),
    ),
    settings=(Setting(watches=("value",), call=_SET),),
    delete=Call(
        operation="delete_tags",
        parameters={"Resources": "[resourceId]", "Tags": "[{Key: key, Value: value}]"},
    ),
    parts=_ID[1],
)

ROWS: Final = (TAG,)
