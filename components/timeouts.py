"""Time-outs of the stack file as Pulumi takes them."""

import pulumi

from spec.model import TimeoutsSpec


def timeouts(spec: TimeoutsSpec) -> pulumi.ResourceOptions:
    """The options that say how long to wait for AWS; none where the provider finds it right.

    https://www.pulumi.com/docs/iac/concepts/resources/options/customtimeouts/
    """
    if spec == TimeoutsSpec():
        return pulumi.ResourceOptions()
    return pulumi.ResourceOptions(
        custom_timeouts=pulumi.CustomTimeouts(
            create=spec.create, update=spec.update, delete=spec.delete
        )
    )
