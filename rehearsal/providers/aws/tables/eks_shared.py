"""What the rows of EKS share: how an update is waited for, what health reports say, tags."""

from typing import Any, Final

from rehearsal.providers.aws.resource import Call, Read, Tagging, Wait

MISSING: Final = frozenset({"ResourceNotFoundException"})

TAGGING: Final = Tagging(
    add=Call(operation="tag_resource", parameters={"resourceArn": "arn", "tags": "tags"}),
    remove=Call(operation="untag_resource", parameters={"resourceArn": "arn", "tagKeys": "keys"}),
    read="tags",
)


def issues(item: Any) -> str:
    """What a health report says, one issue a line."""
    return "\n".join(
        f"{', '.join(issue.get('resourceIds') or [])}: {issue.get('code')}: "
        f"{issue.get('message', '')}"
        for issue in (item.get("health") or {}).get("issues") or []
    )


def _update_errors(item: Any) -> str:
    return "\n".join(
        f"{', '.join(error.get('resourceIds') or [])}: {error.get('errorCode')}: "
        f"{error.get('errorMessage', '')}"
        for error in item.get("errors") or []
    )


def updated(**names: str) -> Wait:
    """The end of an update that a call began.

    Args:
        names: What DescribeUpdate needs besides the update's id.
    """
    return Wait(
        status="status",
        pending=frozenset({"InProgress"}),
        target=frozenset({"Successful"}),
        problem=_update_errors,
        read=Read(
            call=Call(
                operation="describe_update", parameters={**names, "updateId": "answer.update.id"}
            ),
            item="update",
            missing=MISSING,
        ),
    )
