"""The node groups that a cluster makes, managed and self-managed: what each of them is given.

One in the stack file can become several, one for each zone.
"""

from collections.abc import Mapping, Sequence

import pulumi

from components import cluster_roles, lookups
from components.control_plane import ControlPlane
from components.node_group import NodeGroupArgs
from components.places import Ids, Places, all_of
from components.role import Role
from components.self_managed_node_group import SelfManagedNodeGroupArgs
from components.user_data import user_data
from spec.model import ClusterSpec, NodesSpec


def managed(
    spec: ClusterSpec,
    places: Places,
    control_plane: ControlPlane,
    roles: Mapping[str, Role],
    *,
    launch_template_after: Sequence[pulumi.Input[pulumi.Resource]],
) -> dict[str, NodeGroupArgs]:
    """All managed groups by name.

    Raises:
        BrokenError: A group names subnets that are not there.
    """
    subnets = lookups.subnets_of_groups(spec, places)
    return {
        part: NodeGroupArgs(
            group_name=part,
            spec=group,
            cluster_name=control_plane.cluster_name,
            kubernetes_version=spec.kubernetes_version,
            role_arn=roles[cluster_roles.of_node_group(group_name, group)].arn,
            vpc_id=places.vpc_id,
            subnet_ids=ids,
            cluster_security_group_id=control_plane.security_group_id,
            user_data=user_data(
                spec, group, control_plane.cluster, names_cluster=group.ami_id is not None
            ),
            launch_template_after=launch_template_after,
            tags=spec.all_tags,
            timeouts=spec.timeouts.node_groups,
        )
        for group_name, group in spec.node_groups.items()
        for part, ids in _parts(group_name, group, subnets[group_name]).items()
    }


def self_managed(
    spec: ClusterSpec,
    places: Places,
    control_plane: ControlPlane,
    group_name: str,
    *,
    image_id: str,
    instance_profile_arn: pulumi.Input[str],
) -> dict[str, SelfManagedNodeGroupArgs]:
    """What one self-managed group of the stack file becomes, by name.

    Raises:
        BrokenError: A group names subnets that are not there.
    """
    group = spec.self_managed_node_groups[group_name]
    subnets = lookups.subnets_of_groups(spec, places)
    return {
        part: SelfManagedNodeGroupArgs(
            group_name=part,
            spec=group,
            cluster_name=spec.name,
            image_id=image_id,
            instance_profile_arn=instance_profile_arn,
            vpc_id=places.vpc_id,
            subnet_ids=ids,
            cluster_security_group_id=control_plane.security_group_id,
            user_data=user_data(spec, group, control_plane.cluster, names_cluster=True),
            tags=spec.all_tags,
            timeouts=spec.timeouts.node_groups,
        )
        for part, ids in _parts(group_name, group, subnets[group_name]).items()
    }


def _parts(group_name: str, group: NodesSpec, zones: Mapping[str, Ids]) -> dict[str, Ids]:
    """The subnets of each group that is made of one in the stack file, by its name."""
    if group.per_zone:
        return {f"{group_name}-{zone}": ids for zone, ids in zones.items()}
    return {group_name: all_of(zones)}
