"""Time-outs of the stack file as Pulumi takes them."""

import pulumi

from spec.model import TimeoutsSpec


def custom_timeouts(spec: TimeoutsSpec) -> pulumi.CustomTimeouts | None:
    """How long to wait for AWS; None: as the provider finds right.

    https://www.pulumi.com/docs/iac/concepts/resources/options/customtimeouts/
    """
    if spec == TimeoutsSpec():
        return None
    return pulumi.CustomTimeouts(create=spec.create, update=spec.update, delete=spec.delete)
