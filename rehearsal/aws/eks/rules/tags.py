"""What EKS demands of tags."""

from collections.abc import Mapping

from rehearsal.aws.eks import errors
from rehearsal.aws.rules import rule
from spec import facts


@rule(errors.too_many_tags, errors.tag_too_long, errors.reserved_tag)
def tags_are_allowed(tags: Mapping[str, str]) -> None:
    """A resource has at most 50 tags: keys of 128 characters, not AWS's own, and values of 256.

    https://docs.aws.amazon.com/eks/latest/userguide/eks-using-tags.html
    """
    limits = facts.limits()
    most = limits["tags"].maximum or 0
    if len(tags) > most:
        raise errors.too_many_tags(str(most))
    for key, value in tags.items():
        if key.lower().startswith("aws:"):
            raise errors.reserved_tag(key)
        longest = (limits["tag.key"].maximum or 0), (limits["tag.value"].maximum or 0)
        if len(key) > longest[0] or len(value) > longest[1]:
            raise errors.tag_too_long(key)
