"""Where changes are reviewed: comments on a pull or merge request, and issues."""

from ops.forge.forge import Forge, Note, RefusedError, forge

__all__ = ["Forge", "Note", "RefusedError", "forge"]
