"""`python -m ops check`: everything that can be known about a stack file without AWS."""

import datetime
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from spec import lock_out
from spec.advice import advice
from spec.model import ClusterSpec
from spec.model.rules import administrators
from spec.problems import Problem, StackFileError
from spec.stack_file import Stack, read_stack_file


def check(files: Sequence[Path], *, deployer: str | None = None, as_json: bool = False) -> int:
    """Checks stack files and prints what is wrong with them, and what is worth knowing.

    Args:
        files: The files; none: every `Pulumi.<stack>.yaml` of the current folder.
        deployer: The ARN of the principal that would run Pulumi: whether it would administer the
            cluster is checked too.
        as_json: Print the problems as one JSON list on standard output.

    Returns:
        0 if all files can be used, else 1; what is only worth knowing makes no difference.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for file in files or sorted(Path().glob("Pulumi.*.yaml")) or [Path("Pulumi.dev.yaml")]:
        try:
            stack = read_stack_file(file)
            if locked_out := _locked_out(stack, deployer):
                raise locked_out
        except StackFileError as error:
            problems += error.problems
            if not as_json:
                print(error, file=sys.stderr)
            continue
        today = datetime.datetime.now(tz=datetime.UTC).date()
        known = stack.told(advice(stack.cluster, today)).problems
        warnings += known
        if not as_json:
            print(f"{file}: {summary(stack)}")
            for problem in known:
                print(f"warning: {problem}", file=sys.stderr)
    if as_json:
        both = [("error", it) for it in problems] + [("warning", it) for it in warnings]
        told = [{"severity": severity, **it.as_json()} for severity, it in both]
        print(json.dumps(told, indent=2))
    return 1 if problems else 0


def _locked_out(stack: Stack, deployer: str | None) -> StackFileError | None:
    broken = tuple(lock_out.broken(stack.cluster, deployer)) if deployer else ()
    return stack.told(broken) if broken else None


def summary(stack: Stack) -> str:
    """That a stack file can be used, and what it makes, in a line."""
    cluster = stack.cluster
    return ", ".join(
        [
            f"ok: cluster {cluster.name}",
            f"Kubernetes {cluster.kubernetes_version}",
            f"{cluster.region} in {_place(cluster)}",
            *_nodes(cluster),
            f"administrators: {', '.join(administrators(cluster)) or 'nobody'}",
        ]
    )


def _place(cluster: ClusterSpec) -> str:
    existing = cluster.network.existing
    if existing:
        return existing.vpc.id or "a VPC found by tags"
    return f"{len(cluster.zones)} zones"


def _nodes(cluster: ClusterSpec) -> Iterator[str]:
    if cluster.auto_mode:
        pools = ", ".join(cluster.auto_mode.node_pools) or "node pools of your own"
        yield f"Auto Mode: {pools}"
    if cluster.hybrid_nodes:
        cidrs = ", ".join(str(it) for it in cluster.hybrid_nodes.node_cidrs)
        yield f"hybrid nodes: {cidrs}"
    groups = ", ".join(
        f"{name} ({group.nodes.desired} x {group.instance_types[0]})"
        for (_, name), group in cluster.all_groups.items()
    )
    if groups:
        yield f"node groups: {groups}"
    if cluster.fargate_profiles:
        yield f"Fargate profiles: {', '.join(cluster.fargate_profiles)}"
