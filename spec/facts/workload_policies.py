"""IAM policies of well-known programs that run in clusters."""

import dataclasses
import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from spec.facts import tables


@dataclasses.dataclass(frozen=True, slots=True)
class WorkloadPolicy:
    """What a program needs of AWS.

    Attributes:
        name: As the stack file says it, e.g. `clusterAutoscaler`.
        needs: What else the stack file has to say: `hostedZones`, or nothing.
        document: The policy, with `{partition}`, `{region}`, `{account}` and `{cluster}` in it, and
            `{hostedZones}` in place of a list of resources.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    needs: str | None
    document: Mapping[str, Any]
    source: str
    date: str

    def filled(self, *, hosted_zones: Sequence[str] = (), **names: str) -> str:
        """The policy of one cluster, as JSON.

        Args:
            hosted_zones: ARNs of hosted zones of Route 53.
            names: `partition`, `region`, `account` and `cluster`.
        """
        return json.dumps(_filled(self.document, list(hosted_zones), names))


def _filled(value: Any, hosted_zones: list[str], names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            _filled(key, hosted_zones, names): _filled(inner, hosted_zones, names)
            for key, inner in cast("dict[str, Any]", value).items()
        }
    if isinstance(value, list):
        return [_filled(inner, hosted_zones, names) for inner in cast("list[Any]", value)]
    if value == "{hostedZones}":
        return hosted_zones
    text = str(value)
    for name, filling in names.items():
        text = text.replace(f"{{{name}}}", filling)
    return text


@functools.cache
def workload_policies() -> Mapping[str, WorkloadPolicy]:
    """Every policy by name."""
    return {
        row["name"]: WorkloadPolicy(
            row["name"],
            row["needs"] or None,
            json.loads(
                (tables.FOLDER / "policies" / f"{row['file']}.json").read_text(encoding="utf-8")
            ),
            row["source"],
            row["date"],
        )
        for row in tables.read("workload_policies")
    }
