"""Volumes: detached from whatever they are attached to."""

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_block_store import VolumeAttachment


class Volumes(EC2Backend):
    """EBS volumes of a region."""

    def detach_volume(
        self, volume_id: str, instance_id: str | None, device_path: Any
    ) -> VolumeAttachment:
        """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html.

        The instance need not be named: a volume is attached to one.
        """
        attachment: Any = self.get_volume(volume_id).attachment
        if not instance_id and attachment:
            instance_id = attachment.instance.id
        return super().detach_volume(volume_id, instance_id or "", device_path)
