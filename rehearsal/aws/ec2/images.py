"""The images that EKS makes for nodes, registered in every region."""

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from rehearsal.aws import catalog


class Images(EC2Backend):
    """Images for EC2 instances."""

    def register_node_images(self) -> None:
        """Register every known release of every kind of node image."""
        zone = RegionsAndZonesBackend.zones[self.region_name][0].name
        for release in catalog.ami_releases():
            kind = catalog.ami_types()[release.ami_type]
            image: Any = Ami(
                self,
                catalog.image_id(
                    self.region_name,
                    release.ami_type,
                    release.kubernetes_version,
                    release.release,
                ),
                name=catalog.image_name(release),
                description=f"EKS-optimized {release.ami_type}, Kubernetes {release.kubelet}",
                owner_alias="amazon",
                public=True,
                virtualization_type="hvm",
                architecture=kind.architecture,
                image_location=f"amazon/{catalog.image_name(release)}",
                hypervisor="xen",
                root_device_type="ebs",
                root_device_name=kind.root_device,
                region_name=zone,
            )
            image.root_gib = kind.minimum_disk_gib
            self.amis[image.id] = image
