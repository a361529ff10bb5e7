"""User data of nodes, compiled from one model for each operating system.

    compiled(image, spec, node) -> str | None

The same input always gives the same bytes: another byte is another version of the launch template,
which replaces every node of the group.
"""

from spec.user_data.compiled import MOST_BYTES, compiled, size_of
from spec.user_data.node import Coordinates, Node

__all__ = ["MOST_BYTES", "Coordinates", "Node", "compiled", "size_of"]
