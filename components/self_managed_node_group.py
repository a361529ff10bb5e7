"""A group of worker nodes that EKS does not manage: an Auto Scaling group of one's own."""

import dataclasses
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_aws as aws

from components.component import Component
from components.launch_template import LaunchTemplate, LaunchTemplateArgs, launch_template
from components.scale_from_zero import template_tags
from components.timeouts import timeouts
from spec import facts
from spec.model import LifecycleHookSpec, SelfManagedNodeGroupSpec, TimeoutsSpec, owner_tags
from spec.model.broken import Broken, BrokenError
from spec.names import AUTONAME_LENGTH, fitting
from spec.problems import quoted

_TRANSITIONS = {
    "launching": "autoscaling:EC2_INSTANCE_LAUNCHING",
    "terminating": "autoscaling:EC2_INSTANCE_TERMINATING",
}
_POOL_STATES = {"STOPPED": "Stopped", "RUNNING": "Running", "HIBERNATED": "Hibernated"}


@dataclasses.dataclass(frozen=True, kw_only=True)
class SelfManagedNodeGroupArgs:
    """Arguments of `SelfManagedNodeGroup`.

    Attributes:
        group_name: The group's name in the stack file.
        spec: What the group shall be.
        cluster_name: The name of the EKS cluster.
        image_id: The image that nodes start from.
        instance_profile_arn: What gives nodes their role.
        vpc_id: The VPC.
        subnet_ids: Where nodes are launched.
        cluster_security_group_id: The security group that control plane and nodes share.
        user_data: What nodes are told, their cluster first of all.
        tags: Tags of group, instances, volumes and network interfaces, which a provider's default
            tags do not reach.
        timeouts: How long to wait for the group.
    """

    group_name: str
    spec: SelfManagedNodeGroupSpec
    cluster_name: str
    image_id: str
    instance_profile_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    cluster_security_group_id: pulumi.Input[str]
    user_data: pulumi.Input[str] | None
    tags: Mapping[str, str]
    timeouts: TimeoutsSpec = TimeoutsSpec()


def image_of(
    spec: SelfManagedNodeGroupSpec, kubernetes_version: str, opts: pulumi.InvokeOptions
) -> str:
    """The id of a group's image: its own, or that of its release.

    AWS is asked at preview, so that a release that a region does not have is found before anything
    is made. The launch template could name the parameter instead; Auto Scaling then takes nothing
    back when a refresh fails (`refresh.autoRollback`).
    https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html
    https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html

    Args:
        spec: The group, whose release is said.
        kubernetes_version: `MAJOR.MINOR`.
        opts: Options of the look-up.

    Raises:
        BrokenError: The region has no image of that release.
    """
    if spec.ami_id:
        return spec.ami_id
    release = spec.image_release or ""
    parameter = spec.image.image_parameter_of(kubernetes_version, release)
    try:
        return aws.ssm.get_parameter(name=parameter, opts=opts).insecure_value
    except Exception as error:  # Pulumi has no class for what AWS answers
        if "couldn't find resource" not in str(error):
            raise
        message = (
            f"AWS has no image {spec.image.name} of the release {quoted(release)} here: there is "
            f"no parameter {parameter}; name another release"
        )
        raise BrokenError([Broken(("imageRelease",), message)]) from error


class SelfManagedNodeGroup(Component):
    """An Auto Scaling group whose instances join a cluster, with its launch template.

    https://docs.aws.amazon.com/eks/latest/userguide/worker.html

    `pulumi up` waits until its instances are in service, and not until they are nodes; what
    needs nodes, such as CoreDNS, waits for those. It is deleted with its instances at once
    (`force_delete`): no lifecycle hook, protection or suspended process keeps `pulumi destroy` from
    its end.

    Attributes:
        name: The group's name as AWS knows it.
        arn: Its ARN.
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: SelfManagedNodeGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        longest = facts.limits()["launch-template.name"].maximum or 0
        name = fitting(name, longest - AUTONAME_LENGTH)
        super().__init__("SelfManagedNodeGroup", name, opts)
        spec, waits = args.spec, args.spec.timeouts or args.timeouts
        one_type = spec.instance_types[0] if _has_one_type(spec) else None
        template = launch_template(
            name,
            LaunchTemplateArgs(
                group_name=args.group_name,
                spec=spec,
                vpc_id=args.vpc_id,
                cluster_security_group_id=args.cluster_security_group_id,
                user_data=args.user_data,
                tags={**args.tags, **spec.tags},
                image_id=args.image_id,
                instance_type=one_type,
                instance_profile_arn=args.instance_profile_arn,
                names_security_groups=True,
            ),
            self.child(),
        )
        group = aws.autoscaling.Group(
            name,
            min_size=spec.nodes.min,
            desired_capacity=spec.nodes.desired,
            max_size=spec.nodes.max,
            vpc_zone_identifiers=list(args.subnet_ids),
            launch_template=aws.autoscaling.GroupLaunchTemplateArgs(
                id=template.id, version=template.version
            )
            if one_type
            else None,
            mixed_instances_policy=None if one_type else _policy(spec, template),
            instance_refresh=_refresh(spec),
            instance_maintenance_policy=aws.autoscaling.GroupInstanceMaintenancePolicyArgs(
                min_healthy_percentage=spec.maintenance.min_healthy_percentage,
                max_healthy_percentage=spec.maintenance.max_healthy_percentage,
            )
            if spec.maintenance
            else None,
            warm_pool=_warm_pool(spec),
            capacity_rebalance=spec.capacity_rebalance or None,
            suspended_processes=list(spec.suspended_processes) or None,
            enabled_metrics=[aws.autoscaling.Metric(it) for it in spec.metrics] or None,
            max_instance_lifetime=spec.max_lifetime_seconds,
            termination_policies=list(spec.termination_policies) or None,
            health_check_type="EC2",
            health_check_grace_period=spec.health_check_grace_seconds,
            default_instance_warmup=spec.warmup_seconds,
            protect_from_scale_in=spec.protect_from_scale_in or None,
            wait_for_capacity_timeout=waits.create,
            force_delete=True,
            tags=_tags(name, args),
            opts=self.child(
                also=pulumi.ResourceOptions.merge(
                    timeouts(waits),
                    pulumi.ResourceOptions(
                        ignore_changes=["desiredCapacity"] if spec.scaling == "autoscaler" else None
                    ),
                )
            ),
        )
        for hook_name, hook in spec.lifecycle_hooks.items():
            self._hook(f"{name}-{hook_name}", hook_name, group, hook)
        self.name = group.name
        self.arn = group.arn
        self.register_outputs({"name": self.name, "arn": self.arn})

    def _hook(
        self, name: str, hook_name: str, group: aws.autoscaling.Group, spec: LifecycleHookSpec
    ) -> None:
        """A hook of its own: one inside the group would replace the group when it changes."""
        aws.autoscaling.LifecycleHook(
            name,
            name=hook_name,
            autoscaling_group_name=group.name,
            lifecycle_transition=_TRANSITIONS[spec.transition],
            heartbeat_timeout=spec.heartbeat_seconds,
            default_result=spec.default_result,
            notification_metadata=spec.metadata,
            notification_target_arn=spec.target_arn,
            role_arn=spec.role_arn,
            opts=self.child(),
        )


def _has_one_type(spec: SelfManagedNodeGroupSpec) -> bool:
    """Whether nothing is mixed, so that the launch template says it all."""
    return len(spec.instance_types) == 1 and not spec.distribution and not spec.weights


def _policy(
    spec: SelfManagedNodeGroupSpec, template: LaunchTemplate
) -> aws.autoscaling.GroupMixedInstancesPolicyArgs:
    # Pulumi names members of blocks by where they are.
    of_template = aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateArgs
    specification = (
        aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateLaunchTemplateSpecificationArgs
    )
    override = aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateOverrideArgs
    wished = spec.distribution
    return aws.autoscaling.GroupMixedInstancesPolicyArgs(
        launch_template=of_template(
            launch_template_specification=specification(
                launch_template_id=template.id, version=template.version
            ),
            overrides=[
                override(
                    instance_type=it,
                    weighted_capacity=str(spec.weights[it]) if spec.weights else None,
                )
                for it in spec.instance_types
            ],
        ),
        instances_distribution=aws.autoscaling.GroupMixedInstancesPolicyInstancesDistributionArgs(
            on_demand_base_capacity=wished.on_demand_base,
            on_demand_percentage_above_base_capacity=wished.on_demand_percentage,
            on_demand_allocation_strategy=wished.on_demand_strategy,
            spot_allocation_strategy=wished.spot_strategy,
            spot_instance_pools=wished.spot_pools,
            spot_max_price=wished.spot_max_price,
        )
        if wished
        else None,
    )


def _refresh(spec: SelfManagedNodeGroupSpec) -> aws.autoscaling.GroupInstanceRefreshArgs | None:
    wished = spec.refresh
    if wished is None:
        return None
    return aws.autoscaling.GroupInstanceRefreshArgs(
        strategy="Rolling",
        preferences=aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
            min_healthy_percentage=wished.min_healthy_percentage,
            max_healthy_percentage=wished.max_healthy_percentage,
            instance_warmup=_said(wished.warmup_seconds),
            checkpoint_percentages=list(wished.checkpoints) or None,
            checkpoint_delay=_said(wished.pause_seconds),
            skip_matching=wished.skip_matching or None,
            auto_rollback=wished.auto_rollback or None,
            scale_in_protected_instances=wished.protected,
            standby_instances=wished.standby,
        ),
    )


def _said(value: int | None) -> str | None:
    """A number as the provider takes it where none and 0 differ."""
    return None if value is None else str(value)


def _warm_pool(spec: SelfManagedNodeGroupSpec) -> aws.autoscaling.GroupWarmPoolArgs | None:
    wished = spec.warm_pool
    if wished is None:
        return None
    return aws.autoscaling.GroupWarmPoolArgs(
        min_size=wished.min_size,
        max_group_prepared_capacity=wished.max_prepared,
        pool_state=_POOL_STATES[wished.state],
        instance_reuse_policy=aws.autoscaling.GroupWarmPoolInstanceReusePolicyArgs(
            reuse_on_scale_in=True
        )
        if wished.reuse_on_scale_in
        else None,
    )


def _tags(name: str, args: SelfManagedNodeGroupArgs) -> list[aws.autoscaling.GroupTagArgs]:
    """Tags of the group and its instances, and those that the Cluster Autoscaler reads.

    https://docs.aws.amazon.com/eks/latest/userguide/launch-workers.html
    https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md
    """
    spec, cluster = args.spec, args.cluster_name
    of_instances = {
        **args.tags,
        **owner_tags(pulumi.get_project(), pulumi.get_stack()),
        **spec.tags,
        "Name": name,
        f"kubernetes.io/cluster/{cluster}": "owned",
    }
    of_group: dict[str, str] = {}
    if spec.scaling == "autoscaler":
        of_group = {
            "k8s.io/cluster-autoscaler/enabled": "true",
            f"k8s.io/cluster-autoscaler/{cluster}": "owned",
            **template_tags(spec.labels, spec.taints),
        }
    return [
        aws.autoscaling.GroupTagArgs(key=key, value=value, propagate_at_launch=propagates)
        for tags, propagates in ((of_instances, True), (of_group, False))
        for key, value in tags.items()
    ]
