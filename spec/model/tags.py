"""Tags of resources."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

from spec.model.base import Check, maximum, text, wrong
from spec.model.broken import Broken, refuse
from spec.problems import quoted

MOST_TAGS = maximum("tags") - 10
"""AWS allows 50; ten are kept for our own and for those that EKS and Kubernetes add."""

OWN_TAGS = ("Cluster", "ManagedBy", "Name")
"""Tags that every resource of a cluster carries anyway."""


def _of_its_characters(value: str) -> str:
    """IAM takes fewer characters than most services, and roles carry the tags too.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
    """
    for character in value:
        if unicodedata.category(character)[0] not in "LZN" and character not in "_.:/=+-@":
            raise wrong(
                f"{quoted(value)} has {quoted(character)}, but a tag has letters, digits, spaces "
                "and _ . : / = + - @ only"
            )
    return value


def _not_reserved(key: str) -> str:
    if key.casefold().startswith("aws:"):
        raise wrong(f"{quoted(key)} begins with aws:, which AWS keeps for itself")
    if key.casefold() in {own.casefold() for own in OWN_TAGS} or key.startswith("pulumi:"):
        raise wrong(f"{quoted(key)} is a tag that the program sets itself; use another key")
    return key


def _unreserved() -> dict[str, str]:
    return {"pattern": f"^(?!(?:[Aa][Ww][Ss]|pulumi):|(?:{'|'.join(OWN_TAGS)})$)"}


def _distinct(tags: dict[str, str]) -> dict[str, str]:
    """To IAM, keys that differ in case alone are one.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
    """
    refuse(
        Broken(
            (key,),
            f"{quoted(key)} is {quoted(other)} in another case, which IAM takes for the same",
            at_key=True,
        )
        for at, key in enumerate(tags)
        for other in list(tags)[:at]
        if other.casefold() == key.casefold()
    )
    return tags


TagKey = Annotated[
    str,
    text("a tag key", "tag.key"),
    AfterValidator(_of_its_characters),
    Check(_not_reserved, _unreserved),
]
TagValue = Annotated[str, text("a tag value", "tag.value"), AfterValidator(_of_its_characters)]
Tags = Annotated[dict[TagKey, TagValue], Field(max_length=MOST_TAGS), AfterValidator(_distinct)]


def owner_tags(project: str, stack: str) -> dict[str, str]:
    """Tags that no resource of another stack carries: whose it is, when no state knows it.

    They are spelled as Pulumi Cloud spells its tags of stacks.
    https://www.pulumi.com/docs/iac/concepts/stacks/#stack-tags

    Args:
        project: The Pulumi project's name.
        stack: The stack's name.
    """
    return {"pulumi:project": project, "pulumi:stack": stack}
