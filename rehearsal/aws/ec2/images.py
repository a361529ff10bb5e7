"""The images that EKS makes for nodes, registered in every region."""

from typing import Any

from moto.ec2.models import EC2Backend
from moto.ec2.models.amis import Ami
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from rehearsal.aws import catalog
from rehearsal.aws.account import ACCOUNT


class Images(EC2Backend):
    """Images for EC2 instances."""

    def register_node_images(self) -> None:
        """Register every known release of every kind of node image."""
        for release in catalog.ami_releases():
            known = release.ami_type, release.kubernetes_version, release.release
            self._register(
                catalog.image_id(self.region_name, *known),
                release.ami_type,
                f"amazon/{catalog.image_name(release)}",
                name=catalog.image_name(release),
                description=f"EKS-optimized {release.ami_type}, Kubernetes {release.kubelet}",
                owner_alias="amazon",
                public=True,
            )

    def register_own_image(self, image_id: str, ami_type: str) -> None:
        """Register an image of the account's own, made from one of EKS's."""
        self._register(
            image_id,
            ami_type,
            f"{ACCOUNT}/{image_id}",
            name=f"own-{image_id}",
            description="Was there before the stack.",
            owner_id=ACCOUNT,
        )

    def _register(self, image_id: str, ami_type: str, location: str, **more: Any) -> None:
        kind = catalog.ami_types()[ami_type]
        image: Any = Ami(
            self,
            image_id,
            virtualization_type="hvm",
            architecture=kind.architecture,
            image_location=location,
            hypervisor="xen",
            root_device_type="ebs",
            root_device_name=kind.root_device,
            region_name=RegionsAndZonesBackend.zones[self.region_name][0].name,
            **more,
        )
        image.root_gib = kind.minimum_disk_gib
        self.amis[image.id] = image
