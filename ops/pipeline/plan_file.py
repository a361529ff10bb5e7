"""Makes the engine's plan one that the engine can carry out.

A component made by another program hands resources over as its outputs: `eks:index:Cluster` its
cluster. As long as such a resource is not made, its id is unknown. The engine takes it for another
one once it is known, and refuses its own plan:

    resource violates plan: properties changed: ++eksCluster[{{urn:... output<string>{} }}!=...

So an output of a component that holds a resource whose id is not known is written into the plan
as unknown. What is done to resources, and with which inputs, is constrained as before.
https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/resource/deploy/plan.go (checkDiff)
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from ops.recover.state import UNKNOWN

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
"""https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/properties.go"""


def make_usable(plan: Path) -> None:
    """Writes what the engine cannot compare as unknown."""
    told: Any = json.loads(plan.read_text(encoding="utf-8"))
    found = False
    for it in told["resourcePlans"].values():
        goal: Mapping[str, Any] = it.get("goal") or {}
        diff: Mapping[str, Any] = goal.get("outputDiff") or {}
        for part in ("adds", "updates"):
            outputs: dict[str, Any] = diff.get(part) or {}
            for name, value in outputs.items():
                if not goal["custom"] and _holds_unknown_resource(value):
                    outputs[name] = UNKNOWN
                    found = True
    if found:
        plan.write_text(json.dumps(told, indent=4), encoding="utf-8")


def _holds_unknown_resource(value: Any) -> bool:
    if isinstance(value, list):
        return any(_holds_unknown_resource(it) for it in cast("list[Any]", value))
    if not isinstance(value, dict):
        return False
    of_object = cast("Mapping[str, Any]", value)
    if of_object.get(_SIGNATURE) == _RESOURCE:
        return of_object.get("id") in {"", None, UNKNOWN}
    return any(_holds_unknown_resource(it) for it in of_object.values())
