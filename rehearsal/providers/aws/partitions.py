"""AWS partitions and regions, from the data file that botocore brings with it."""

import functools
import importlib.util
import json
import pathlib
import re
from typing import Any


@functools.cache
def _partitions() -> list[dict[str, Any]]:
    spec = importlib.util.find_spec("botocore")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("botocore is not installed")
    data = pathlib.Path(spec.submodule_search_locations[0], "data", "partitions.json")
    return list(json.loads(data.read_text(encoding="utf-8"))["partitions"])


def partition_of(region: str) -> dict[str, str]:
    """The partition of a region: its id and the suffix of its DNS names.

    Args:
        region: A region's name, `ap-northeast-2`; one that does not exist is taken for the standard
            partition's.
    """
    known = _partitions()
    found = next((item for item in known if region in item["regions"]), None)
    found = found or next(
        (item for item in known if re.match(item["regionRegex"], region)), known[0]
    )
    return {"partition": found["id"], "dnsSuffix": found["outputs"]["dnsSuffix"]}


def region_description(region: str) -> str:
    """A region's name in words; empty when unknown."""
    for partition in _partitions():
        if region in partition["regions"]:
            return str(partition["regions"][region].get("description", ""))
    return ""
