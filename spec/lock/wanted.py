"""What a cluster needs of its lock file."""

import dataclasses
from collections.abc import Mapping

from spec.model import ClusterSpec
from spec.model.instances import InstanceSelectorSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wanted:
    """What has to be pinned, as far as the stack file itself does not.

    Attributes:
        addons: Names of add-ons, in the order in which they are installed.
        images: The node groups that use each kind of image, by its name.
        selectors: What instances have to be like, by node group.
    """

    addons: tuple[str, ...]
    images: Mapping[str, tuple[str, ...]]
    selectors: Mapping[str, InstanceSelectorSpec]


def wanted(spec: ClusterSpec) -> Wanted:
    """What the lock file of a cluster has to say."""
    images: dict[str, tuple[str, ...]] = {}
    for (_, name), group in spec.all_groups.items():
        if not group.has_custom_image and group.image_release is None:
            images[group.image.name] = (*images.get(group.image.name, ()), name)
    return Wanted(
        addons=tuple(name for name, it in spec.all_addons.items() if it.version is None),
        images=images,
        selectors={
            name: group.instance_selector
            for (_, name), group in spec.all_groups.items()
            if group.instance_selector
        },
    )
