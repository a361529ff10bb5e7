"""Tags of resources."""

from typing import Annotated

from pydantic import Field

from spec.model.base import Check, maximum, text, wrong

OWN_TAGS = ("Cluster", "ManagedBy", "Name")
"""Tags that every resource of a cluster carries anyway."""


def _not_reserved(key: str) -> str:
    if key.casefold().startswith("aws:"):
        raise wrong(f'"{key}" begins with aws:, which AWS keeps for itself')
    if key in OWN_TAGS or key.startswith("pulumi:"):
        raise wrong(f'"{key}" is a tag that the program sets itself; use another key')
    return key


def _unreserved() -> dict[str, str]:
    return {"pattern": f"^(?!(?:[Aa][Ww][Ss]|pulumi):|(?:{'|'.join(OWN_TAGS)})$)"}


TagKey = Annotated[str, text("a tag key", "tag.key"), Check(_not_reserved, _unreserved)]
TagValue = Annotated[str, text("a tag value", "tag.value")]
Tags = Annotated[dict[TagKey, TagValue], Field(max_length=maximum("tags") - 10)]
"""AWS allows 50; ten are kept for our own and for those that EKS and Kubernetes add."""


def owner_tags(project: str, stack: str) -> dict[str, str]:
    """Tags that no resource of another stack carries: whose it is, when no state knows it.

    They are spelled as Pulumi Cloud spells its tags of stacks.
    https://www.pulumi.com/docs/iac/concepts/stacks/#stack-tags

    Args:
        project: The Pulumi project's name.
        stack: The stack's name.
    """
    return {"pulumi:project": project, "pulumi:stack": stack}
