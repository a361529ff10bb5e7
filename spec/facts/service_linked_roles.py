"""Roles that services of AWS make for themselves."""

import functools
from collections.abc import Mapping

from spec.facts import tables


@functools.cache
def service_linked_roles() -> Mapping[str, str]:
    """The name of each role by the service that it is linked to, e.g. `eks.amazonaws.com`."""
    return {row["service"]: row["role"] for row in tables.read("service_linked_roles")}
