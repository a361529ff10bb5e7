"""`python -m ops report`: how long a run of Pulumi takes, and what it waits for."""

from ops.report.command import Options, after_run, keep_state, report

__all__ = ["Options", "after_run", "keep_state", "report"]
