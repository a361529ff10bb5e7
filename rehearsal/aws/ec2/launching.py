"""Instances: launched with all that their launch template says, and gone with what they had."""

import copy
from typing import Any

from moto.core.types import Base64EncodedString
from moto.ec2.exceptions import EC2ClientError, OperationNotPermitted4
from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Instance, InstanceState, Reservation
from moto.ec2.utils import convert_tag_spec
from moto.iam.models import iam_backends
from moto.ssm.models import ssm_backends

from rehearsal.aws.ec2 import subnets
from rehearsal.aws.ec2.placement_groups import PlacementGroups
from rehearsal.aws.ec2.quotas import Quotas, has_few_groups
from rehearsal.aws.rules import rule

PARAMETER = "resolve:ssm:"


def no_image_of_parameter(name: str) -> EC2ClientError:
    """Only the code: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html."""
    return EC2ClientError(
        "InvalidAMIID.NotFound", f"The parameter {name} does not exist or names no image"
    )


@rule(no_image_of_parameter)
def names_an_image(name: str, value: str | None) -> None:
    """A parameter of Systems Manager that stands for an image names one.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html
    """
    if not value or not value.startswith("ami-"):
        raise no_image_of_parameter(name)


SPOT = "spot"
# Of images that do not say.
ROOT_GIB = 8


class Launching(Quotas, PlacementGroups, EC2Backend):
    """Instances as EC2 launches and terminates them."""

    def run_instances(
        self,
        image_id: str | None,
        count: int,
        user_data: Base64EncodedString | None,
        security_group_names: list[str],
        **kwargs: Any,
    ) -> Reservation:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html.

        A parameter of the request overrides the same one of the launch template.
        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html
        """
        data: dict[str, Any] = {}
        if kwargs.get("launch_template"):
            data = self._get_template_from_args(kwargs["launch_template"]).data
        image_id = image_id or data.get("ImageId")
        if not image_id:
            raise EC2ClientError(
                "MissingParameter", "The request must contain the parameter ImageId"
            )
        image_id = self._resolved(image_id)
        profile = data.get("IamInstanceProfile", {})
        market = kwargs.get("instance_market_options") or data.get("InstanceMarketOptions", {}).get(
            "MarketType"
        )
        asked: dict[str, Any] = {
            **kwargs,
            "region_name": self.region_name,
            "nics": _interfaces(kwargs.get("nics") or data.get("NetworkInterfaces", [])),
            "metadata_options": kwargs.get("metadata_options") or data.get("MetadataOptions", {}),
            # moto takes whatever is not on demand for a spot instance.
            "instance_market_options": market if market == SPOT else None,
            "block_device_mappings": self._devices(
                image_id, data.get("BlockDeviceMappings", []), kwargs.get("block_device_mappings")
            ),
            "tags": _tags(data, kwargs.get("tags") or {}),
        }
        if data.get("Monitoring", {}).get("Enabled"):
            asked["monitoring_state"] = "enabled"
        asked["ebs_optimized"] = kwargs.get("ebs_optimized") or data.get("EbsOptimized", False)
        if not asked.get("security_group_ids") and not security_group_names:
            asked["security_group_ids"] = self._groups(asked, data)
        has_few_groups(len(set(asked.get("security_group_ids") or [])))
        subnet_id = asked.get("subnet_id")
        if subnet_id:
            subnets.has_free_addresses(self.get_subnet(subnet_id), count)
        placement = data.get("Placement", {})
        group = ""
        if subnet_id:
            zone = self.get_subnet(subnet_id).availability_zone
            group = self.placement_group_for(placement, zone)
        self.check_vcpus(_instance_type(kwargs, data), count, market == SPOT)
        if market == SPOT:
            iam: Any = iam_backends[self.account_id][self.partition]
            iam.use_service("spot.amazonaws.com")
        reservation = super().run_instances(
            image_id, count, user_data, security_group_names, **asked
        )
        for instance in reservation.instances:
            instance.lifecycle = market
            instance.placement.group_name = group
            instance.placement.tenancy = placement.get("Tenancy", "default")
            self._complete_volumes(instance, asked["block_device_mappings"])
            if profile and not kwargs.get("iam_instance_profile_name"):
                self.associate_iam_instance_profile(
                    instance.id, profile.get("Name"), profile.get("Arn")
                )
        return reservation

    def _resolved(self, image_id: str) -> str:
        """The image that a parameter of Systems Manager names, where one is named.

        https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html
        """
        if not image_id.startswith(PARAMETER):
            return image_id
        name = image_id.removeprefix(PARAMETER)
        ssm: Any = ssm_backends[self.account_id][self.region_name]
        found = ssm.get_parameter(name)
        names_an_image(name, found.value if found else None)
        return str(found.value)

    def terminate_instances(self, instance_ids: list[str]) -> list[tuple[Instance, InstanceState]]:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html."""
        instances = self.get_multi_instances_by_id(instance_ids)
        for instance in instances:
            if instance.disable_api_termination is True:
                raise OperationNotPermitted4(instance.id)
        before = {instance.id: copy.copy(instance.instance_state) for instance in instances}
        for instance in instances:
            # A network interface is in use as long as its instance runs.
            instance.instance_state.name = "shutting-down"
        ended = super().terminate_instances(instance_ids)
        return [(instance, before[instance.id]) for instance, _ in ended]

    def _groups(self, asked: dict[str, Any], data: dict[str, Any]) -> list[str]:
        """Those of the first interface, else the template's, else the VPC's default."""
        primary = next((nic for nic in asked["nics"] if nic["DeviceIndex"] == 0), {})
        named = primary.pop("Groups", None) or data.get("SecurityGroupIds")
        if named:
            return named
        subnet_id = asked.get("subnet_id") or primary.get("SubnetId")
        if not subnet_id or data.get("SecurityGroups"):
            return []
        default = self.get_default_security_group(self.get_subnet(subnet_id).vpc_id)
        return [default.id] if default else []

    def _devices(
        self,
        image_id: str,
        of_template: list[dict[str, Any]],
        of_request: list[dict[str, Any]] | None,
    ) -> list[dict[str, Any]]:
        """Volumes: what the image says, changed by the template, changed by the request."""
        image = self.describe_images(ami_ids=[image_id])[0]
        root: dict[str, Any] = {
            "VolumeSize": getattr(image, "root_gib", ROOT_GIB),
            "VolumeType": "gp2",
            "DeleteOnTermination": True,
        }
        devices: dict[str, dict[str, Any]] = {image.root_device_name: root}
        for device in [*of_template, *(of_request or [])]:
            name = device["DeviceName"]
            if device.get("NoDevice") is not None and device.get("NoDevice") is not False:
                devices.pop(name, None)
            elif device.get("Ebs"):
                devices[name] = {**devices.get(name, {}), **device["Ebs"]}
        return [{"DeviceName": name, "Ebs": ebs} for name, ebs in devices.items()]

    def _complete_volumes(self, instance: Instance, devices: list[dict[str, Any]]) -> None:
        """Set what moto does not carry from a block device to its volume."""
        settings = {device["DeviceName"]: device["Ebs"] for device in devices}
        for name, device in instance.get_block_device_mapping:
            volume = self.get_volume(device.volume_id)
            volume.iops = settings[name].get("Iops", volume.iops)
            volume.throughput = settings[name].get("Throughput", volume.throughput)


def _instance_type(asked: dict[str, Any], data: dict[str, Any]) -> str:
    """The request's own, else the template's, else moto's default."""
    said = asked["instance_type"]
    return (data.get("InstanceType") or said) if asked.get("is_instance_type_default") else said


def _interfaces(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One if none is asked for; new ones go with the instance unless told not to.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceNetworkInterfaceSpecification.html
    """
    interfaces = [{"DeviceIndex": 0, **nic} for nic in asked] or [{"DeviceIndex": 0}]
    for nic in interfaces:
        nic["DeviceIndex"] = int(nic["DeviceIndex"])
        if "NetworkInterfaceId" not in nic:
            nic.setdefault("DeleteOnTermination", True)
    return interfaces


def _tags(data: dict[str, Any], asked: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    of_template = convert_tag_spec(data.get("TagSpecifications", []))
    return {
        kind: {**of_template.get(kind, {}), **asked.get(kind, {})}
        for kind in (*of_template, *asked)
    }
