"""`python -m ops check`: everything that can be known about a stack file without AWS."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from spec.problems import Problem, StackFileError
from spec.stack_file import Stack, read_stack_file


def check(files: Sequence[Path], *, as_json: bool = False) -> int:
    """Checks stack files and prints what is wrong with them.

    Args:
        files: The files; none: every `Pulumi.<stack>.yaml` of the current folder.
        as_json: Print the problems as one JSON list on standard output.

    Returns:
        0 if all files can be used, else 1.
    """
    problems: list[Problem] = []
    for file in files or sorted(Path().glob("Pulumi.*.yaml")) or [Path("Pulumi.dev.yaml")]:
        try:
            stack = read_stack_file(file)
        except StackFileError as error:
            problems += error.problems
            if not as_json:
                print(error, file=sys.stderr)
        else:
            if not as_json:
                print(f"{file}: {summary(stack)}")
    if as_json:
        print(json.dumps([problem.as_json() for problem in problems], indent=2))
    return 1 if problems else 0


def summary(stack: Stack) -> str:
    """That a stack file can be used, and what it makes, in a line."""
    cluster = stack.cluster
    nodes = [
        f"{name} ({group.nodes.desired} x {group.instance_types[0]})"
        for name, group in cluster.node_groups.items()
    ]
    parts = [f"node groups: {', '.join(nodes)}"] if nodes else []
    if cluster.auto_mode:
        parts.append("Auto Mode")
    existing = cluster.network.existing
    where = (
        f"in {existing.vpc.id or 'a VPC with tags'}"
        if existing
        else f"in {len(cluster.zones)} zones"
    )
    return (
        f"ok: cluster {cluster.name}, Kubernetes {cluster.kubernetes_version}, "
        f"{cluster.region} {where}, {', '.join(parts)}"
    )
