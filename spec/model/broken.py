"""What is broken where: several things at once, of one part of the stack file."""

import dataclasses
from collections.abc import Iterable, Sequence

from pydantic_core import PydanticCustomError

from spec.problems import PathKey, shown_path


@dataclasses.dataclass(frozen=True)
class Broken:
    """What is broken.

    Attributes:
        path: Where, in the names of the stack file, below what is checked: a key of a mapping as
            text, an index of a list as a number.
        message: What is wrong and what would be right.
        at_key: Whether the key is wrong, not its value.
    """

    path: tuple[PathKey, ...]
    message: str
    at_key: bool = False


class BrokenError(ValueError):
    """What a cluster breaks is found only where AWS is asked.

    Attributes:
        broken: All of it.
    """

    def __init__(self, broken: Sequence[Broken]) -> None:
        self.broken = broken
        super().__init__("; ".join(f"{shown_path(it.path)}: {it.message}" for it in broken))


def refuse(broken: Iterable[Broken]) -> None:
    """Ends a check where anything is broken; `spec.stack_file` takes the error apart again.

    Raises:
        PydanticCustomError: All that is broken.
    """
    if all_of_it := tuple(broken):
        raise PydanticCustomError(
            "stack_file_rules",
            "{message}",
            {"message": str(BrokenError(all_of_it)), "broken": all_of_it},
        )
