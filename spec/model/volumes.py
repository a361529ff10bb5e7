"""EBS volumes of nodes: always encrypted, and gone with their instance."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from spec import facts
from spec.model.base import Model, arn, matches, maximum, spelling
from spec.model.broken import Broken, refuse

VolumeType = Literal["gp3", "gp2", "io1", "io2", "st1", "sc1"]

KeyArn = Annotated[
    str, arn("the ARN of a KMS key", "kms", "key/[0-9A-Za-z-]+", "key/1234abcd-12ab-34cd-56ef")
]


class VolumeSpec(Model):
    """What a volume is like; its size stands elsewhere.

    https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
    """

    type: Annotated[VolumeType, spelling(VolumeType)] = "gp3"
    """`gp3`, `gp2`, `io1` or `io2`; a further volume may also be `st1` or `sc1`."""
    iops: Annotated[int, Field(ge=1, examples=[6000])] | None = None
    """Operations a second; needed for io1 and io2, of gp3 3000 by default."""
    throughput: Annotated[int, Field(ge=1, examples=[250])] | None = None
    """MiB/s, of gp3 alone. Default: 125."""
    key_arn: Annotated[KeyArn, Field(examples=["arn:aws:kms:eu-west-1:123456789012:key/12ab"])] | (
        None
    ) = None
    """The KMS key that encrypts it. Default: the account's own for EBS. The key's policy has to let
    the service-linked role of EC2 Auto Scaling use it.
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html"""

    def broken(self, gib: int) -> Iterator[Broken]:
        """What a volume of some size cannot be."""
        of = facts.volume_types()[self.type]
        if not of.gib[0] <= gib <= of.gib[1]:
            yield Broken(
                ("size",),
                f"a volume of type {self.type} has {of.gib[0]} to {of.gib[1]} GiB, not {gib}",
            )
        for name, value, allowed in (
            ("iops", self.iops, of.iops),
            ("throughput", self.throughput, of.throughput),
        ):
            if value is None:
                continue
            if allowed is None:
                yield Broken((name,), f"cannot be said of a {self.type} volume; remove it")
            elif not allowed[0] <= value <= allowed[1]:
                yield Broken(
                    (name,),
                    f"of a {self.type} volume must be {allowed[0]} to {allowed[1]}, not {value}",
                )
        if self.iops and of.iops_per_gib and self.iops > max(of.iops_per_gib * gib, 3000):
            yield Broken(
                ("iops",),
                f"{self.iops} need {-(-self.iops // of.iops_per_gib)} GiB or more: a {self.type} "
                f"volume has {of.iops_per_gib} at most for each GiB",
            )
        if self.type in {"io1", "io2"} and self.iops is None:
            yield Broken(("iops",), f"is missing: an {self.type} volume has no default")


class ExtraVolumeSpec(VolumeSpec):
    """A further volume of every node."""

    device: Annotated[
        str,
        matches("a device name", r"/dev/(?:sd|xvd)[b-z][a-z0-9]?|xvd[b-z][a-z]?", "/dev/sdf"),
    ]
    """Its device name, e.g. `/dev/sdf`; on Windows `xvdf`.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html"""
    size: Annotated[int, Field(ge=1, le=maximum("disk.size"))]
    """GiB."""
    snapshot_id: Annotated[str, matches("a snapshot id", "snap-[0-9a-f]+", "snap-0123abcd")] | (
        None
    ) = None
    """A snapshot that it is made from."""

    @model_validator(mode="after")
    def _of_its_type(self) -> Self:
        refuse(self.broken(self.size))
        return self
