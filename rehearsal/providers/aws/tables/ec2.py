"""What all EC2 resources have in common: tags, and how a resource is found by its id."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from rehearsal.providers.aws.resource import Call, Scope, Setting, Tagging
from rehearsal.providers.aws.session import Session, WaitError, go_duration


def tag_list(tags: Mapping[str, str] | None) -> list[dict[str, str]] | None:
    """Tags as EC2, IAM and others take them; None when there are none."""
    return [{"Key": key, "Value": value} for key, value in sorted((tags or {}).items())] or None


def tag_map(item: Any, key: str = "Tags") -> dict[str, str]:
    """Tags as a mapping, from an item that lists them."""
    return {tag["Key"]: tag["Value"] for tag in (item or {}).get(key) or []}


def tag_specification(kind: str) -> Callable[[Scope], Any]:
    """The parameter that tags a new EC2 resource.

    Args:
        kind: EC2's name of the resource type, such as `subnet`.
    """

    def specification(scope: Scope) -> Any:
        tags = tag_list(scope.get("tagsAll"))
        return [{"ResourceType": kind, "Tags": tags}] if tags else None

    return specification


TAGGING: Final = Tagging(
    add=Call(
        operation="create_tags",
        parameters={"Resources": "[id]", "Tags": lambda scope: tag_list(scope["tags"])},
    ),
    remove=Call(
        operation="delete_tags",
        parameters={"Resources": "[id]", "Tags": "keys[].{Key: @}"},
    ),
    read=tag_map,
)
"""Tags of any EC2 resource."""


def arn(path: str, key: str, owner: str = "OwnerId") -> Callable[[Scope], str]:
    """The ARN of an EC2 resource, which its description does not tell.

    Args:
        path: The resource type in the ARN.
        key: The item's key that has its id.
        owner: The item's key that has its account.
    """

    def build(scope: Scope) -> str:
        item, place = scope["item"], f"{scope['partition']}:ec2:{scope['region']}"
        return f"arn:{place}:{item.get(owner, '')}:{path}/{item[key]}"

    return build


def each_attribute(operation: str, target: str, attributes: Mapping[str, str]) -> dict[str, Call]:
    """Calls that set one boolean attribute each.

    Args:
        operation: The operation.
        target: The parameter that takes the id.
        attributes: The API's name of the attribute, by property.
    """
    return {
        name: Call(
            operation=operation,
            parameters={target: "id", attribute: f"{{Value: {name} || `false`}}"},
        )
        for name, attribute in attributes.items()
    }


def attributes(
    operation: str, target: str, names: dict[str, str], **initial: bool
) -> tuple[Setting, ...]:
    """Settings of one boolean each, left to calls of their own by creation as well."""
    return tuple(
        Setting(
            watches=(name,),
            call=call,
            title=name,
            on_create=True,
            initial={name: initial.get(name, False)},
        )
        for name, call in each_attribute(operation, target, names).items()
    )


IPV6_BLOCKS: Final = "Ipv6CidrBlockAssociationSet[?Ipv6CidrBlockState.State == 'associated']"
"""The IPv6 blocks of a VPC or subnet: AWS remembers those that were taken away for a while."""


def await_association(
    session: Session, association: str, target: str, look: Callable[[], Any]
) -> None:
    """Wait until a block is associated, or is not any more.

    Args:
        session: What calls AWS.
        association: Its id.
        target: `associated` or `disassociated`.
        look: The associations that there are, by id: their states.
    """

    def arrived() -> bool | None:
        state = look().get(association, "disassociated")
        if state in {"failing", "failed"}:
            raise WaitError(f"unexpected state '{state}', wanted target '{target}'")
        return True if state == target else None

    session.poll(
        arrived,
        lambda seconds: WaitError(
            f"timeout while waiting for state to become '{target}' "
            f"(timeout: {go_duration(seconds)})"
        ),
    )
