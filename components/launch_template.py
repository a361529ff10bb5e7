"""The EC2 launch template of a group of nodes."""

import base64
import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.node_security_group import (
    RDP_PORT,
    SSH_PORT,
    NodeSecurityGroup,
    NodeSecurityGroupArgs,
)
from spec import facts
from spec.model import NodesSpec, VolumeSpec


@dataclasses.dataclass(frozen=True, kw_only=True)
class LaunchTemplateArgs:
    """Arguments of `launch_template`.

    Attributes:
        group_name: The group's name in the stack file.
        spec: What its nodes shall be.
        vpc_id: The VPC.
        cluster_security_group_id: The security group that control plane and nodes share.
        user_data: User data, not encoded; None: there is none.
        tags: Tags of instances, volumes and network interfaces, which a provider's default tags
            do not reach.
        image_id: The image; None: EKS names it.
        instance_type: The only instance type; None: the group names them.
        market_type: E.g. `capacity-block`; None: on demand, or as the group says.
        instance_profile_arn: What gives instances their role; None: EKS makes one.
        names_security_groups: Whether security groups are named even if there are no others than
            the cluster's: EKS adds that one only to groups that it manages.
    """

    group_name: str
    spec: NodesSpec
    vpc_id: pulumi.Input[str]
    cluster_security_group_id: pulumi.Input[str]
    user_data: pulumi.Input[str] | None
    tags: Mapping[str, str]
    image_id: pulumi.Input[str] | None = None
    instance_type: str | None = None
    market_type: str | None = None
    instance_profile_arn: pulumi.Input[str] | None = None
    names_security_groups: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True)
class LaunchTemplate:
    """A launch template, as a group names it.

    Attributes:
        id: The template's id.
        version: Its newest version, as text.
    """

    id: pulumi.Output[str]
    version: pulumi.Output[str]


def launch_template(
    name: str, args: LaunchTemplateArgs, opts: pulumi.ResourceOptions
) -> LaunchTemplate:
    """A launch template, with the placement group and the security group that it names.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html

    Args:
        name: Its name in the program, and the beginning of that in AWS.
        args: What is in it.
        opts: The options of all that is made; the parent above all.
    """
    opts = _once_in_a_component(name, opts)
    spec, tags = args.spec, {**args.tags, "Name": name}
    security_groups = _security_groups(name, args, opts)
    interfaces = _interfaces(spec, security_groups or [args.cluster_security_group_id])
    template = aws.ec2.LaunchTemplate(
        name,
        description=f"Nodes of the group {args.group_name}",
        update_default_version=True,
        image_id=args.image_id,
        instance_type=args.instance_type,
        key_name=spec.ssh.key_name if spec.ssh else None,
        user_data=pulumi.Output.from_input(args.user_data).apply(_encoded)
        if args.user_data is not None
        else None,
        iam_instance_profile=aws.ec2.LaunchTemplateIamInstanceProfileArgs(
            arn=args.instance_profile_arn
        )
        if args.instance_profile_arn is not None
        else None,
        metadata_options=aws.ec2.LaunchTemplateMetadataOptionsArgs(
            http_endpoint="enabled",
            http_tokens="required",
            http_put_response_hop_limit=spec.metadata.hop_limit,
            http_protocol_ipv6="enabled" if spec.metadata.ipv6 else None,
        ),
        block_device_mappings=list(_volumes(spec)),
        network_interfaces=interfaces,
        vpc_security_group_ids=None if interfaces else security_groups or None,
        monitoring=aws.ec2.LaunchTemplateMonitoringArgs(enabled=True) if spec.monitoring else None,
        placement=_placement(name, spec, opts),
        capacity_reservation_specification=_reservation(spec),
        instance_market_options=aws.ec2.LaunchTemplateInstanceMarketOptionsArgs(
            market_type=args.market_type
        )
        if args.market_type
        else None,
        cpu_options=_cpu(spec),
        enclave_options=aws.ec2.LaunchTemplateEnclaveOptionsArgs(enabled=True)
        if spec.enclaves
        else None,
        ebs_optimized=None if spec.ebs_optimized is None else str(spec.ebs_optimized).lower(),
        credit_specification=aws.ec2.LaunchTemplateCreditSpecificationArgs(
            cpu_credits=spec.cpu_credits
        )
        if spec.cpu_credits
        else None,
        tag_specifications=[
            aws.ec2.LaunchTemplateTagSpecificationArgs(resource_type=kind, tags=tags)
            for kind in ("instance", "volume", "network-interface")
        ],
        tags={"Name": name},
        opts=opts,
    )
    return LaunchTemplate(id=template.id, version=template.latest_version.apply(str))


def _once_in_a_component(name: str, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    """Options by which stacks keep what they had in a component `LaunchTemplate` of its own."""
    component = pulumi.create_urn(name, "eks-cluster:index:LaunchTemplate", opts.parent)
    alias = pulumi.ResourceOptions(aliases=[pulumi.Alias(parent=component)])
    return pulumi.ResourceOptions.merge(opts, alias)


def _security_groups(
    name: str, args: LaunchTemplateArgs, opts: pulumi.ResourceOptions
) -> list[pulumi.Input[str]]:
    """The security groups of nodes; none: EKS puts them into the cluster's."""
    spec = args.spec
    groups: list[pulumi.Input[str]] = list(spec.security_groups)
    if spec.ssh or spec.efa:
        sources: Sequence[pulumi.Input[str]] = spec.ssh.security_groups if spec.ssh else ()
        port = RDP_PORT if spec.is_windows else SSH_PORT
        own = NodeSecurityGroup(
            name,
            NodeSecurityGroupArgs(
                group_name=args.group_name,
                vpc_id=args.vpc_id,
                remote_port=port if spec.ssh else None,
                remote_sources=sources or [args.cluster_security_group_id],
                efa=spec.efa is not None,
            ),
            opts,
        )
        groups.append(own.id)
    if groups or args.names_security_groups:
        # With others named, EKS no longer adds its own, without which no node joins.
        groups.insert(0, args.cluster_security_group_id)
    return groups


def _placement(
    name: str, spec: NodesSpec, opts: pulumi.ResourceOptions
) -> aws.ec2.LaunchTemplatePlacementArgs | None:
    tenancy = spec.tenancy if spec.tenancy != "default" else None
    wished = spec.placement
    if wished is None:
        return aws.ec2.LaunchTemplatePlacementArgs(tenancy=tenancy) if tenancy else None
    if wished.group_name:
        return aws.ec2.LaunchTemplatePlacementArgs(group_name=wished.group_name, tenancy=tenancy)
    group = aws.ec2.PlacementGroup(
        name,
        strategy=wished.strategy,
        partition_count=wished.partition_count,
        tags={"Name": name},
        opts=opts,
    )
    return aws.ec2.LaunchTemplatePlacementArgs(group_name=group.name, tenancy=tenancy)


def _encoded(user_data: str) -> str:
    return base64.b64encode(user_data.encode()).decode()


def _volumes(spec: NodesSpec) -> Iterator[aws.ec2.LaunchTemplateBlockDeviceMappingArgs]:
    """The volumes of a node, all encrypted."""
    image = spec.image
    if image.data_device:
        # Of the size that the image has; without a mapping it would not be encrypted.
        yield _volume(image.root_device, VolumeSpec(), None)
    yield _volume(image.data_device or image.root_device, spec.volume, spec.disk_size)
    for extra in spec.extra_volumes:
        yield _volume(extra.device, extra, extra.size, extra.snapshot_id)


def _volume(
    device: str, spec: VolumeSpec, size: int | None, snapshot_id: str | None = None
) -> aws.ec2.LaunchTemplateBlockDeviceMappingArgs:
    return aws.ec2.LaunchTemplateBlockDeviceMappingArgs(
        device_name=device,
        ebs=aws.ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
            volume_size=size,
            volume_type=spec.type,
            iops=spec.iops,
            throughput=spec.throughput,
            kms_key_id=spec.key_arn,
            snapshot_id=snapshot_id,
            encrypted="true",
            delete_on_termination="true",
        ),
    )


def _interfaces(
    spec: NodesSpec, security_groups: Sequence[pulumi.Input[str]]
) -> list[aws.ec2.LaunchTemplateNetworkInterfaceArgs] | None:
    """The network interfaces, where they are not as EC2 makes them by itself.

    The first is on the first card; each further card has one, whose device index is 1.
    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/efa-acc-inst-types.html
    """
    public = "true" if spec.subnets.tier == "public" else None
    if not spec.efa and not public:
        return None
    cards = 1
    if spec.efa:
        cards = min(facts.instance_types()[it].efa_interfaces or 1 for it in spec.instance_types)
    # The first one carries the node's own traffic, which an efa-only interface cannot.
    kinds = ["efa" if spec.efa else None, *([spec.efa] * (cards - 1))]
    return [
        aws.ec2.LaunchTemplateNetworkInterfaceArgs(
            network_card_index=card if spec.efa else None,
            device_index=min(card, 1),
            interface_type=kind,
            associate_public_ip_address=public if card == 0 else None,
            security_groups=list(security_groups),
            delete_on_termination="true",
        )
        for card, kind in enumerate(kinds)
    ]


def _reservation(
    spec: NodesSpec,
) -> aws.ec2.LaunchTemplateCapacityReservationSpecificationArgs | None:
    wished = spec.capacity_reservation
    if wished is None:
        return None
    target = aws.ec2.LaunchTemplateCapacityReservationSpecificationCapacityReservationTargetArgs
    return aws.ec2.LaunchTemplateCapacityReservationSpecificationArgs(
        capacity_reservation_preference=wished.preference,
        capacity_reservation_target=target(
            capacity_reservation_id=wished.id,
            capacity_reservation_resource_group_arn=wished.resource_group_arn,
        )
        if wished.id or wished.resource_group_arn
        else None,
    )


def _cpu(spec: NodesSpec) -> aws.ec2.LaunchTemplateCpuOptionsArgs | None:
    wished = spec.cpu
    if wished is None:
        return None
    return aws.ec2.LaunchTemplateCpuOptionsArgs(
        core_count=wished.cores,
        threads_per_core=wished.threads_per_core,
        amd_sev_snp="enabled" if wished.amd_sev_snp else None,
        nested_virtualization="enabled" if wished.nested_virtualization else None,
    )
