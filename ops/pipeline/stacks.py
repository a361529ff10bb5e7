"""`python -m ops stacks`: the stacks of this folder, for a pipeline that visits each."""

import json
import os
from pathlib import Path

from spec.lock.file import stack_name


def stacks(*, as_json: bool) -> int:
    """Prints the names of the stacks whose files are here.

    Args:
        as_json: As a JSON list, on one line.

    Returns:
        0.
    """
    wanted = os.environ.get("STACKS", "").split()
    found = wanted or [stack_name(it) for it in sorted(Path().glob("Pulumi.*.yaml"))]
    print(json.dumps(found) if as_json else "\n".join(found))
    return 0
