"""`python -m ops bootstrap`: makes what a team needs once, and moves its state into it."""

from ops.bootstrap.command import Options, bootstrap

__all__ = ["Options", "bootstrap"]
