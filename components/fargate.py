"""Fargate profiles: which pods run without nodes of one's own."""

import dataclasses
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.component import Component
from components.timeouts import timeouts
from spec import facts
from spec.model import FargateProfileSpec, TimeoutsSpec
from spec.names import AUTONAME_LENGTH, fitting


@dataclasses.dataclass(frozen=True, kw_only=True)
class FargateProfilesArgs:
    """Arguments of `FargateProfiles`.

    Attributes:
        cluster_name: The EKS cluster, as an output of it.
        label: Its name, with which the profiles' names begin.
        specs: The profiles by their names in the stack file.
        role_arns: Their pod execution roles, likewise.
        subnet_ids: Private subnets of each, likewise.
        after: A profile that is made before all of these.
        timeouts: How long to wait for each.
    """

    cluster_name: pulumi.Input[str]
    label: str
    specs: Mapping[str, FargateProfileSpec]
    role_arns: Mapping[str, pulumi.Input[str]]
    subnet_ids: Mapping[str, Sequence[pulumi.Input[str]]]
    after: aws.eks.FargateProfile | None = None
    timeouts: TimeoutsSpec = TimeoutsSpec()


class FargateProfiles(Component):
    """Fargate profiles, made one after the other and deleted in the reverse order.

    While one is made or deleted, EKS refuses to begin with another.
    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateFargateProfile.html

    Nothing of a profile can be changed. Their physical names end in a random part, so that a new
    one is there before the old one goes, and takes over its pods.

    Attributes:
        profiles: The profiles by their names in the stack file.
        last: The last one that is made.
    """

    profiles: dict[str, aws.eks.FargateProfile]
    last: aws.eks.FargateProfile | None

    def __init__(
        self, name: str, args: FargateProfilesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("FargateProfiles", name, opts)
        self.profiles, self.last = {}, args.after
        for profile_name, spec in args.specs.items():
            full_name = _allowed(f"{args.label}-{profile_name}")
            self.last = self.profiles[profile_name] = aws.eks.FargateProfile(
                full_name,
                cluster_name=args.cluster_name,
                pod_execution_role_arn=args.role_arns[profile_name],
                subnet_ids=list(args.subnet_ids[profile_name]),
                selectors=[
                    aws.eks.FargateProfileSelectorArgs(
                        namespace=it.namespace, labels=dict(it.labels) or None
                    )
                    for it in spec.selectors
                ],
                tags={**spec.tags, "Name": full_name},
                opts=self.child(
                    depends_on=[self.last] if self.last else [],
                    also=timeouts(spec.timeouts or args.timeouts),
                ),
            )
        self.register_outputs({})


def _allowed(name: str) -> str:
    """A name that AWS lets a profile have, which no other has."""
    longest = (facts.limits()["fargate-profile.name"].maximum or 0) - AUTONAME_LENGTH
    reserved = facts.limits()["fargate-profile.reserved-prefixes"].values
    return fitting(f"fargate-{name}" if name.startswith(reserved) else name, longest)
