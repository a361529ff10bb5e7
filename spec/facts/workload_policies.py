"""IAM policies of well-known programs that run in clusters."""

import dataclasses
import functools
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from spec.facts import tables

_NAME = re.compile(r"\{([a-zA-Z]+)\}")


@dataclasses.dataclass(frozen=True, slots=True)
class WorkloadPolicy:
    """What a program needs of AWS.

    Attributes:
        name: As the stack file says it, e.g. `clusterAutoscaler`.
        needs: What else has to be said, by the names that stand for it in the document.
        document: The policy, with `{partition}`, `{region}`, `{account}` and `{cluster}` in it, and
            e.g. `{hostedZones}` in place of a list of resources.
        source: The public page that says so.
        date: The day on which it did, ISO.
    """

    name: str
    needs: tuple[str, ...]
    document: Mapping[str, Any]
    source: str
    date: str

    def filled(
        self,
        *,
        hosted_zones: Sequence[str] = (),
        buckets: Sequence[str] = (),
        node_roles: Sequence[str] = (),
        **names: str,
    ) -> str:
        """The policy of one cluster, as JSON.

        Args:
            hosted_zones: ARNs of hosted zones of Route 53.
            buckets: ARNs of buckets.
            node_roles: ARNs of roles that instances are given.
            names: `partition`, `region`, `account` and `cluster`, and what it `needs` besides.

        Raises:
            KeyError: It needs something that is not said.
        """
        lists = {
            "hostedZones": list(hosted_zones),
            "buckets": list(buckets),
            "bucketObjects": [f"{it}/*" for it in buckets],
            "nodeRoles": list(node_roles),
        }
        said = {name: it for name, it in lists.items() if it}
        return json.dumps(_filled(self.document, said, names))


def _filled(value: Any, lists: Mapping[str, list[str]], names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            _filled(key, lists, names): _filled(inner, lists, names)
            for key, inner in cast("dict[str, Any]", value).items()
        }
    if isinstance(value, list):
        return [_filled(inner, lists, names) for inner in cast("list[Any]", value)]
    text = str(value)
    whole = _NAME.fullmatch(text)
    if whole and whole[1] in lists:
        return lists[whole[1]]
    return _NAME.sub(lambda found: names[found[1]], text)


@functools.cache
def workload_policies() -> Mapping[str, WorkloadPolicy]:
    """Every policy that a stack file can name, by that name."""
    return _read(named=True)


@functools.cache
def controller_policies() -> Mapping[str, WorkloadPolicy]:
    """Policies that something else in the stack file brings along, by name."""
    return _read(named=False)


def _read(*, named: bool) -> Mapping[str, WorkloadPolicy]:
    return {
        row["name"]: WorkloadPolicy(
            row["name"],
            tuple(row["needs"].split()),
            json.loads(
                (tables.FOLDER / "policies" / f"{row['file']}.json").read_text(encoding="utf-8")
            ),
            row["source"],
            row["date"],
        )
        for row in tables.read("workload_policies")
        if (row["named"] == "yes") == named
    }
