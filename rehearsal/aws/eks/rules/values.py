"""What EKS demands of single values, whatever else there is: its own model of requests."""

from collections.abc import Collection

from rehearsal.aws.eks import errors
from rehearsal.aws.rules import rule


@rule(errors.value_not_known)
def word_is_known(member: str, value: str, known: Collection[str]) -> None:
    """A member of which the model lists the values has one of them.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html
    """
    if value not in known:
        raise errors.value_not_known(member, value, list(known))


@rule(errors.value_too_large)
def number_is_small_enough(member: str, value: int, most: int) -> None:
    """A member of which the model says a maximum, such as a percentage, is not above it.

    https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupUpdateConfig.html
    """
    if value > most:
        raise errors.value_too_large(member, str(value), str(most))
