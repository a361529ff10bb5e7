"""A whole cluster: network, control plane, add-ons and nodes."""

from collections.abc import Mapping
from typing import Any

import pulumi

from components import policies
from components.addons import Addons, AddonsArgs
from components.component import Component
from components.control_plane import ControlPlane, ControlPlaneArgs
from components.control_plane_logs import ControlPlaneLogs, ControlPlaneLogsArgs, log_group_name
from components.key import Key, KeyArgs
from components.network import Network, NetworkArgs
from components.node_group import NodeGroup, NodeGroupArgs
from components.order import Sequence, Step
from components.role import Role, RoleArgs
from spec import facts
from spec.model import ClusterSpec

NODE_POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly")
"""What a kubelet needs. The CNI's policy is not among them: its pods have a role of their own.

https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html
"""


class Cluster(Component):
    """An EKS cluster with its worker nodes.

    Its children are made in the order of `components.order` and destroyed in the reverse. Names of
    resources begin with the cluster's, so that one stack can hold several.

    Attributes:
        network: The VPC and its subnets.
        control_plane: The EKS cluster.
        node_groups: The node groups by their name in the stack file.
        outputs: What a stack exports, by output name.
    """

    network: Network
    control_plane: ControlPlane
    node_groups: dict[str, NodeGroup]
    outputs: Mapping[str, Any]

    def __init__(
        self, name: str, args: ClusterSpec, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("Cluster", name, opts)
        self._sequence = Sequence()
        key = self._key_and_logs(name, args)
        roles = self._roles(name, args)
        self.network = self._network(name, args)
        self.control_plane = self._control_plane(name, args, key)
        self._addons(Step.ADDONS_BEFORE_NODES, name, args, roles)
        self.node_groups = self._node_groups(name, args, roles["nodes"])
        self._addons(Step.ADDONS_AFTER_NODES, name, args, roles)
        self.outputs = self._outputs(args)
        self.register_outputs(dict(self.outputs))

    def _step(self, step: Step) -> pulumi.ResourceOptions:
        """The options of a component that is made in a step: after all that the step follows."""
        return self.child(depends_on=self._sequence.before(step))

    def _key_and_logs(self, name: str, args: ClusterSpec) -> Key:
        key = Key(
            name,
            KeyArgs(
                cluster_name=args.name,
                log_group_name=log_group_name(args.name),
                region=args.region,
                partition=args.partition,
            ),
            self._step(Step.KEY),
        )
        self._sequence.made(Step.KEY, key)
        logs = ControlPlaneLogs(
            name,
            ControlPlaneLogsArgs(cluster_name=args.name, key_arn=key.arn),
            self._step(Step.LOG_GROUP),
        )
        self._sequence.made(Step.LOG_GROUP, logs)
        return key

    def _roles(self, name: str, args: ClusterSpec) -> dict[str, Role]:
        """The nodes' role, and one for each add-on that calls AWS, by add-on name.

        Add-ons take theirs on through EKS Pod Identity, so that neither the nodes nor the other
        pods on them hold its rights.
        https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
        """
        roles = {
            "nodes": Role(
                f"{name}-nodes",
                RoleArgs(
                    trust=policies.trust("ec2.amazonaws.com"),
                    managed_policies=NODE_POLICIES,
                    partition=args.partition,
                    description=f"Worker nodes of the EKS cluster {args.name}",
                ),
                self._step(Step.IDENTITY),
            )
        }
        for addon in facts.addons().values():
            if addon.managed_policy:
                roles[addon.name] = Role(
                    f"{name}-{addon.name}",
                    RoleArgs(
                        trust=policies.trust("pods.eks.amazonaws.com", "sts:TagSession"),
                        managed_policies=[addon.managed_policy],
                        partition=args.partition,
                        description=f"Add-on {addon.name} of the EKS cluster {args.name}",
                    ),
                    self._step(Step.IDENTITY),
                )
        self._sequence.made(Step.IDENTITY, *roles.values())
        return roles

    def _network(self, name: str, args: ClusterSpec) -> Network:
        network = Network(
            name,
            NetworkArgs(
                cidr=args.network.cidr,
                subnets=args.subnets,
                single_nat_gateway=args.network.nat_gateways == "single",
                egress_after=self._sequence.before(Step.EGRESS),
            ),
            self._step(Step.NETWORK),
        )
        subnets = (*network.private_subnets.values(), *network.public_subnets.values())
        self._sequence.made(Step.NETWORK, network.vpc, *subnets)
        self._sequence.made(Step.EGRESS, *network.egress)
        return network

    def _control_plane(self, name: str, args: ClusterSpec, key: Key) -> ControlPlane:
        control_plane = ControlPlane(
            name,
            ControlPlaneArgs(
                cluster_name=args.name,
                kubernetes_version=args.kubernetes_version,
                vpc_id=self.network.vpc.id,
                subnet_ids=[subnet.id for subnet in self.network.private_subnets.values()],
                key_arn=key.arn,
                public_access_cidrs=[str(cidr) for cidr in args.endpoint.public_access_cidrs],
            ),
            self._step(Step.CONTROL_PLANE),
        )
        self._sequence.made(Step.CONTROL_PLANE, control_plane)
        return control_plane

    def _addons(self, step: Step, name: str, args: ClusterSpec, roles: Mapping[str, Role]) -> None:
        phase = {"before-nodes": Step.ADDONS_BEFORE_NODES, "after-nodes": Step.ADDONS_AFTER_NODES}
        names = tuple(addon.name for addon in facts.addons().values() if phase[addon.phase] is step)
        addons = Addons(
            name if step is Step.ADDONS_BEFORE_NODES else f"{name}-on-nodes",
            AddonsArgs(
                cluster_name=self.control_plane.cluster_name,
                names=names,
                kubernetes_version=args.kubernetes_version,
                roles=roles,
            ),
            self._step(step),
        )
        self._sequence.made(step, addons)

    def _node_groups(self, name: str, args: ClusterSpec, node_role: Role) -> dict[str, NodeGroup]:
        groups = {
            group_name: NodeGroup(
                f"{name}-{group_name}",
                NodeGroupArgs(
                    group_name=group_name,
                    spec=spec,
                    cluster_name=self.control_plane.cluster_name,
                    kubernetes_version=args.kubernetes_version,
                    role_arn=node_role.arn,
                    subnet_ids=[subnet.id for subnet in self.network.private_subnets.values()],
                    tags=args.tags,
                ),
                self._step(Step.NODE_GROUPS),
            )
            for group_name, spec in args.node_groups.items()
        }
        self._sequence.made(Step.NODE_GROUPS, *groups.values())
        return groups

    def _outputs(self, args: ClusterSpec) -> dict[str, Any]:
        cluster = self.control_plane.cluster
        return {
            "clusterName": self.control_plane.cluster_name,
            "clusterArn": cluster.apply(lambda it: it.arn),
            "region": args.region,
            "kubernetesVersion": cluster.apply(lambda it: it.version),
            "endpoint": cluster.apply(lambda it: it.endpoint),
            "kubeconfig": self.control_plane.kubeconfig,
            "oidcIssuer": self.control_plane.eks_cluster.oidc_issuer,
            "vpcId": self.network.vpc.id,
            "subnets": {
                "private": {zone: it.id for zone, it in self.network.private_subnets.items()},
                "public": {zone: it.id for zone, it in self.network.public_subnets.items()},
            },
            "nodeGroups": {
                group_name: {"name": group.name, "arn": group.arn, "status": group.status}
                for group_name, group in self.node_groups.items()
            },
        }
