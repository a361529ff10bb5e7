"""Zones that have no instances left of a type, because a fault says so.

https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshooting-launch.html
"""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend

from rehearsal.aws.faults import FAULTS, Launch

# https://github.com/eksctl-io/eksctl/issues/4732
NO_INSTANCE = (
    "We currently do not have sufficient {instance_type} capacity in the Availability Zone you "
    "requested ({zone}). Our system will be working on provisioning additional capacity. You can "
    "currently get {instance_type} capacity by not specifying an Availability Zone in your request "
    "or choosing {others}."
)
# https://github.com/mludvig/aws-ethereum-miner/issues/23
NO_SPOT_INSTANCE = (
    "Unable to fulfill capacity due to your request configuration. Please adjust your request and "
    "try again."
)


class Shortages(EC2Backend):
    """Launches that fail for want of capacity."""

    def run_instances(self, *args: Any, **kwargs: Any) -> Any:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html.

        Raises:
            EC2ClientError: InsufficientInstanceCapacity, or UnfulfillableCapacity of spot ones.
        """
        subnet = kwargs.get("subnet_id")
        if subnet:
            zone = self.get_subnet(subnet).availability_zone
            spot = kwargs.get("instance_market_options") == "spot"
            kind = str(kwargs.get("instance_type"))
            launch = Launch(self.region_name, zone, kind, spot)
            if FAULTS.judge_launch(launch):
                raise _shortage(self, launch)
        return super().run_instances(*args, **kwargs)


def as_group_tells(error: EC2ClientError, capacity_type: str) -> str:
    """A refused launch as an Auto Scaling group tells it, and EKS after it.

    https://github.com/eksctl-io/eksctl/issues/4732
    """
    kind = "Spot" if capacity_type == "SPOT" else "On-Demand"
    return (
        f"Could not launch {kind} Instances. {error.code} - {error.message} "
        "Launching EC2 instance failed."
    )


def _shortage(ec2: EC2Backend, launch: Launch) -> EC2ClientError:
    if launch.spot:
        return EC2ClientError("UnfulfillableCapacity", NO_SPOT_INSTANCE)
    zones = sorted(zone.name for zone in ec2.describe_availability_zones())
    others = ", ".join(zone for zone in zones if zone != launch.zone)
    message = NO_INSTANCE.format(
        instance_type=launch.instance_type, zone=launch.zone, others=others
    )
    return EC2ClientError("InsufficientInstanceCapacity", message)
