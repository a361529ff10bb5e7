"""What IAM calls the operations of AWS's services."""

import functools
from collections.abc import Mapping

from spec.facts import tables


@functools.cache
def _others() -> Mapping[tuple[str, str], tuple[str, ...]]:
    return {
        (row["service"], row["operation"]): tuple(row["actions"].split())
        for row in tables.read("iam_actions")
    }


def iam_actions(service: str, operation: str) -> tuple[str, ...]:
    """Actions that whoever calls an operation must be allowed.

    Args:
        service: As it is signed for, e.g. `s3`.
        operation: E.g. `ListObjectsV2`.
    """
    return _others().get((service, operation), (f"{service}:{operation}",))
