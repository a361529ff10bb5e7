"""Where the images of EKS add-ons are pulled from."""

import functools
from collections.abc import Mapping

from spec.facts import tables


@functools.cache
def image_registries() -> Mapping[str, str]:
    """The account whose registry holds the images, by region, e.g. `eu-west-1`."""
    return {row["region"]: row["account"] for row in tables.read("image_registries")}
