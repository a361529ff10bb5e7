"""VPC flow logs."""

from typing import Any, Final

from rehearsal.providers.aws.properties import REGION, TAGS, number, text
from rehearsal.providers.aws.resource import Call, Read, Resource, Scope
from rehearsal.providers.aws.session import AwsError, Session
from rehearsal.providers.aws.tables.ec2 import TAGGING, tag_list

_LOGGED: Final = {
    "vpcId": ("VPC", "vpc-"),
    "subnetId": ("Subnet", "subnet-"),
    "eniId": ("NetworkInterface", "eni-"),
}
"""What traffic is logged of: EC2's resource type, and how its ids begin, by property."""

ROLE_NOT_SEEN_YET: Final = "Unable to assume given IAM role"


def _logged(scope: Scope) -> tuple[str, str]:
    """EC2's resource type and the id of what is logged."""
    return next((kind, scope[name]) for name, (kind, _) in _LOGGED.items() if scope.get(name))


def _raise_unsuccessful(answer: Any) -> None:
    for item in answer.get("Unsuccessful") or []:
        error = item["Error"]
        raise AwsError(
            f"1 error occurred:\n\t* {item.get('ResourceId', '')}: {error['Code']}: "
            f"{error['Message']}\n\n",
            error["Code"],
            error["Message"],
        )


def _create(session: Session, scope: Scope) -> Any:
    kind, resource = _logged(scope)
    tags = tag_list(scope.get("tagsAll"))
    call = Call(
        operation="create_flow_logs",
        parameters={
            "DeliverLogsPermissionArn": "iamRoleArn",
            "LogDestination": lambda it: (
                (it.get("logDestination") or "").removesuffix(":*") or None
            ),
            "LogDestinationType": "logDestinationType",
            "LogFormat": "logFormat",
            "MaxAggregationInterval": "maxAggregationInterval",
            "ResourceIds": lambda _: [resource],
            "ResourceType": lambda _: kind,
            "TagSpecifications": lambda _: (
                [{"ResourceType": "vpc-flow-log", "Tags": tags}] if tags else None
            ),
            "TrafficType": "trafficType",
        },
        retry=frozenset({ROLE_NOT_SEEN_YET}),
    )
    answer = session.run(call, scope)
    _raise_unsuccessful(answer)
    return answer


def _delete(session: Session, scope: Scope) -> None:
    try:
        _raise_unsuccessful(session.api("delete_flow_logs", FlowLogIds=[scope["id"]]))
    except AwsError as error:
        if error.code != "InvalidFlowLogId.NotFound":
            raise


def _of(name: str) -> Any:
    prefix = _LOGGED[name][1]

    def read(scope: Scope) -> Any:
        resource = scope["item"]["ResourceId"]
        return resource if resource.startswith(prefix) else None

    return read


FLOW_LOG: Final = Resource(
    type="aws:ec2/flowLog:FlowLog",
    title="Flow Log",
    service="ec2",
    properties={
        **{name: text(replaces=True) for name in _LOGGED},
        "iamRoleArn": text(replaces=True),
        "logDestination": text(computed=True, replaces=True),
        "logDestinationType": text(default="cloud-watch-logs", replaces=True),
        "logFormat": text(computed=True, replaces=True),
        "maxAggregationInterval": number(default=600, replaces=True),
        "trafficType": text(replaces=True),
        **REGION,
        **TAGS,
    },
    create=_create,
    labelled=lambda scope: _logged(scope)[1],
    identity="answer.FlowLogIds[0]",
    read=(
        Read(
            call=Call(operation="describe_flow_logs", parameters={"FlowLogIds": "[id]"}),
            item="FlowLogs[0]",
            missing=frozenset({"InvalidFlowLogId.NotFound"}),
            outputs={
                **{name: _of(name) for name in _LOGGED},
                "iamRoleArn": "DeliverLogsPermissionArn",
                "logDestination": "LogDestination",
                "logDestinationType": "LogDestinationType",
                "logFormat": "LogFormat",
                "maxAggregationInterval": "MaxAggregationInterval",
                "trafficType": "TrafficType",
            },
        ),
        Read(
            call=Call(operation="sts.get_caller_identity"),
            outputs={
                "arn": lambda scope: (
                    f"arn:{scope['partition']}:ec2:{scope['region']}:{scope['item']['Account']}:"
                    f"vpc-flow-log/{scope['id']}"
                )
            },
        ),
    ),
    tagging=TAGGING,
    delete=_delete,
)

ROWS: Final = (FLOW_LOG,)
