"""Moves the state of the bootstrap's stack from one place to another, and can be interrupted."""

from ops.bootstrap.project import Place, resources
from ops.user_error import UserError


def move(source: Place, target: Place, secrets_provider: str) -> None:
    """Has a target know what a source knows, whatever an interrupted move has left there.

    The source stays as it is; it may go once this has returned.

    Args:
        source: Where the state is.
        target: Where it is to be.
        secrets_provider: What encrypts secrets there.

    Raises:
        UserError: The target knows something else, or not the same afterwards.
    """
    there = source.deployment()
    target.init(secrets_provider)
    before = resources(target.deployment())
    if before and before != resources(there):
        raise UserError(
            f"the stack {target.name} is known in two places, and not in the same way: "
            f"{_where(source)} and {_where(target)}. If what is in the second is right, remove "
            "the first; nothing was changed"
        )
    if not before:
        target.take_over(there)
    if resources(target.deployment()) != resources(there):
        raise UserError(
            f"the state in {_where(target)} is not what was moved there; it still is in "
            f"{_where(source)}"
        )


def _where(place: Place) -> str:
    return place.environment["PULUMI_BACKEND_URL"]
