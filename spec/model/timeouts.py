"""How long to wait for AWS."""

from spec.model.base import Model
from spec.model.durations import Timeout


class TimeoutsSpec(Model):
    """How long to wait for AWS, e.g. `45m`. Default: what the provider finds right."""

    create: Timeout | None = None
    """For a creation."""
    update: Timeout | None = None
    """For a change, a new version included."""
    delete: Timeout | None = None
    """For a deletion."""


class AllTimeoutsSpec(Model):
    """Time-outs of what takes long.

    https://www.pulumi.com/docs/iac/concepts/resources/options/customtimeouts/
    """

    control_plane: TimeoutsSpec = TimeoutsSpec()
    """Of the control plane. The provider's: 30m, 60m, 15m."""
    node_groups: TimeoutsSpec = TimeoutsSpec()
    """Of each node group. The provider's: 60m each. Nodes that drain slowly need more."""
    addons: TimeoutsSpec = TimeoutsSpec()
    """Of each add-on. The provider's: 20m, 20m, 40m."""
    fargate_profiles: TimeoutsSpec = TimeoutsSpec()
    """Of each Fargate profile. The provider's: 10m to make and to delete. Tags change at once."""
