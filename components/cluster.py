"""A whole cluster: network, control plane, access, add-ons and nodes."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from components import (
    cluster_addons,
    cluster_groups,
    cluster_roles,
    control_plane_logs,
    flow_logs,
    lookups,
    outputs,
    policies,
)
from components.access import Access, AccessArgs, role_or_user
from components.addons import Addons, AddonsArgs
from components.capabilities import Capabilities, CapabilitiesArgs
from components.component import Component
from components.control_plane import ControlPlane, ControlPlaneArgs
from components.control_plane_logs import ControlPlaneLogs, ControlPlaneLogsArgs
from components.existing_network import ExistingNetwork, ExistingNetworkArgs
from components.fargate import FargateProfiles, FargateProfilesArgs
from components.flow_logs import FlowLogs, FlowLogsArgs
from components.identity_providers import IdentityProviders, IdentityProvidersArgs
from components.interruption_queue import InterruptionQueue, InterruptionQueueArgs
from components.karpenter import Karpenter, KarpenterArgs
from components.key import Key, KeyArgs
from components.network import Network, NetworkArgs
from components.node_group import NodeGroup
from components.order import Sequence, Step
from components.places import Places, all_of
from components.role import Role
from components.security_group_rules import SecurityGroupRules, SecurityGroupRulesArgs
from components.self_managed_access import SelfManagedAccess, SelfManagedAccessArgs
from components.self_managed_node_group import SelfManagedNodeGroup
from components.service_accounts import ServiceAccounts, ServiceAccountsArgs
from components.vpc_endpoints import VpcEndpoints, VpcEndpointsArgs
from spec import facts, lock_out
from spec.model import ClusterSpec
from spec.model.broken import BrokenError
from spec.model.karpenter import DISCOVERY_TAG


class Cluster(Component):
    """An EKS cluster with its worker nodes.

    Its children are made in the order of `components.order` and destroyed in the reverse. Names of
    resources begin with the cluster's, so that one stack can hold several.

    Attributes:
        places: The VPC and its subnets.
        control_plane: The EKS cluster.
        node_groups: The node groups by their name in the stack file.
        self_managed_node_groups: The Auto Scaling groups of one's own, likewise.
        fargate_profiles: The Fargate profiles, likewise.
        outputs: What a stack exports, by output name.
    """

    places: Places
    control_plane: ControlPlane
    node_groups: dict[str, NodeGroup]
    self_managed_node_groups: dict[str, SelfManagedNodeGroup]
    fargate_profiles: dict[str, aws.eks.FargateProfile]
    outputs: Mapping[str, Any]

    def __init__(
        self,
        name: str,
        args: ClusterSpec,
        caller: aws.GetCallerIdentityResult,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Registers all that the cluster is made of.

        Args:
            name: What names of resources begin with.
            args: What the cluster shall be.
            caller: Who deploys, as `aws.get_caller_identity` tells.
            opts: Options of the component.

        Raises:
            BrokenError: What AWS says of the account does not fit: whoever deploys would be locked
                out, an existing network is not as EKS wants it, or there is no such image. Nothing
                has been made then.
        """
        super().__init__("Cluster", name, opts)
        self._name, self._spec, self._caller = name, args, caller
        self._sequence = Sequence()
        self._refuse_lock_out()
        # What is not there is refused before anything is made.
        images = lookups.images(args, pulumi.InvokeOptions(parent=self))
        existing = self._existing_network()
        if existing:
            lookups.subnets_of_groups(args, existing)
            lookups.subnets_of_profiles(args, existing)
        key_arn, logs_key_arn = self._keys()
        self._log_group(logs_key_arn)
        self.places = existing or self._network()
        self._flow_logs(logs_key_arn)
        queue = self._interruption_queue()
        roles = self._roles()
        self.control_plane = self._control_plane(roles, key_arn)
        self._access(roles)
        self._extras()
        service_accounts = self._service_accounts()
        karpenter = self._karpenter(roles, queue, service_accounts)
        trusted = service_accounts.addon_roles if service_accounts else {}
        roles = {**roles, **trusted}
        self._addons(Step.ADDONS_BEFORE_NODES, roles)
        self.node_groups = self._node_groups(roles)
        self.self_managed_node_groups = self._self_managed_node_groups(roles, images)
        self.fargate_profiles = self._fargate_profiles(roles)
        self._addons(Step.ADDONS_AFTER_NODES, roles)
        self._identity_providers()
        self.outputs = {
            **outputs.of_control_plane(self.control_plane, args.region, service_accounts),
            **outputs.of_places(self.places),
            **outputs.of_node_groups(self.node_groups),
            **outputs.of_self_managed(self.self_managed_node_groups),
            **outputs.of_profiles(self.fargate_profiles),
            **outputs.of_karpenter(karpenter, queue, roles),
            **outputs.of_hybrid_nodes(roles),
        }
        self.register_outputs(dict(self.outputs))

    def _step(self, step: Step) -> pulumi.ResourceOptions:
        """The options of a component that is made in a step: after all that the step follows."""
        return self.child(depends_on=self._sequence.before(step))

    def _refuse_lock_out(self) -> None:
        if broken := tuple(lock_out.broken(self._spec, self._caller.arn)):
            raise BrokenError(broken)

    def _existing_network(self) -> Places | None:
        spec = self._spec
        if spec.network.existing is None:
            return None
        existing = ExistingNetwork(
            self._name,
            ExistingNetworkArgs(cluster=spec, spec=spec.network.existing),
            self._step(Step.NETWORK),
        )
        self._sequence.made(Step.NETWORK, *existing.tags)
        self._sequence.made(Step.EGRESS)
        return existing.places

    def _network(self) -> Places:
        name, spec = self._name, self._spec
        zones = [zone.name for zone in facts.regions()[spec.region].zones]
        network = Network(
            name,
            NetworkArgs(
                spec=spec.network,
                subnets=spec.subnets,
                zone_indices={zone: index for index, zone in enumerate(zones)},
                pod_subnets=spec.pod_subnets,
                egress_after=self._sequence.before(Step.EGRESS),
                private_tags={DISCOVERY_TAG: spec.name} if spec.karpenter else {},
            ),
            self._step(Step.NETWORK),
        )
        self._sequence.made(Step.NETWORK, network.vpc, *network.subnets)
        self._sequence.made(Step.EGRESS, *network.egress)
        if spec.network.endpoint_services:
            pods = [spec.network.pods.cidr] if spec.network.pods.cidr else []
            endpoints = VpcEndpoints(
                name,
                VpcEndpointsArgs(
                    vpc_id=network.vpc.id,
                    region=spec.region,
                    services=spec.network.endpoint_services,
                    route_table_ids=[table.id for table in network.route_tables],
                    subnet_ids=network.places.nodes,
                    cidrs=[spec.network.cidr, *pods],
                ),
                self._step(Step.EGRESS),
            )
            self._sequence.made(Step.EGRESS, endpoints)
        return network.places

    def _roles(self) -> dict[str, Role]:
        """Roles of the control plane, of nodes, and of each add-on that calls AWS."""
        roles = {
            suffix: Role(f"{self._name}-{suffix}", args, self._step(Step.IDENTITY))
            for suffix, args in cluster_roles.roles(self._spec, self._caller.account_id)
        }
        self._sequence.made(Step.IDENTITY, *roles.values())
        return roles

    def _log_group(self, key_arn: pulumi.Input[str]) -> None:
        spec = self._spec
        self._sequence.made(Step.LOG_GROUP)
        if spec.logging.types:
            logs = ControlPlaneLogs(
                self._name,
                ControlPlaneLogsArgs(cluster_name=spec.name, key_arn=key_arn, spec=spec.logging),
                self._step(Step.LOG_GROUP),
            )
            self._sequence.made(Step.LOG_GROUP, logs)

    def _flow_logs(self, key_arn: pulumi.Input[str]) -> None:
        spec = self._spec
        if spec.has_flow_logs:
            FlowLogs(
                self._name,
                FlowLogsArgs(
                    cluster_name=spec.name,
                    vpc_id=self.places.vpc_id,
                    key_arn=key_arn,
                    region=spec.region,
                    partition=spec.partition,
                    account=self._caller.account_id,
                    iam=spec.iam,
                    spec=spec.network.flow_logs,
                ),
                self._step(Step.FLOW_LOGS),
            )

    def _interruption_queue(self) -> InterruptionQueue | None:
        spec = self._spec
        self._sequence.made(Step.INTERRUPTION_QUEUE)
        if spec.karpenter is None or not spec.karpenter.interruption_queue:
            return None
        queue = InterruptionQueue(
            self._name,
            InterruptionQueueArgs(
                label=spec.name,
                partition=spec.partition,
                region=spec.region,
                account=self._caller.account_id,
            ),
            self._step(Step.INTERRUPTION_QUEUE),
        )
        self._sequence.made(Step.INTERRUPTION_QUEUE, queue)
        return queue

    def _control_plane(self, roles: Mapping[str, Role], key_arn: pulumi.Input[str]) -> ControlPlane:
        name, spec = self._name, self._spec
        control_plane = ControlPlane(
            name,
            ControlPlaneArgs(
                spec=spec,
                vpc_id=self.places.vpc_id,
                subnet_ids=self.places.control_plane,
                key_arn=key_arn,
                role=roles["control-plane"],
                auto_mode_role=roles.get("auto-mode-nodes"),
            ),
            self._step(Step.CONTROL_PLANE),
        )
        # The component alone would not do: what waits for it could outlive the cluster inside it.
        self._sequence.made(Step.CONTROL_PLANE, control_plane, control_plane.cluster)
        return control_plane

    def _keys(self) -> tuple[pulumi.Input[str], pulumi.Input[str]]:
        """The keys of secrets and of logs: given ones, or the cluster's own."""
        spec = self._spec
        self._sequence.made(Step.KEY)
        secrets, logs = spec.encryption.key_arn, spec.logging.key_arn
        if secrets and not spec.makes_key:
            return secrets, logs or secrets  # without one of its own, there is no log
        groups: list[str] = []
        if not logs and spec.logging.types:
            groups.append(control_plane_logs.log_group_name(spec.name))
        if not logs and spec.has_flow_logs:
            groups.append(flow_logs.log_group_name(spec.name))
        invoke = pulumi.InvokeOptions(parent=self)
        key = Key(
            self._name,
            KeyArgs(
                description=f"Secrets and logs of the EKS cluster {spec.name}",
                alias=f"alias/eks/{spec.name}",
                policy=policies.cluster_key(
                    partition=spec.partition,
                    region=spec.region,
                    account=self._caller.account_id,
                    log_groups=groups,
                    administrators=[
                        role_or_user(it, invoke) for it in spec.encryption.administrators
                    ],
                ),
                spec=spec.encryption,
            ),
            self._step(Step.KEY),
        )
        self._sequence.made(Step.KEY, key)
        return secrets or key.arn, logs or key.arn

    def _access(self, roles: Mapping[str, Role]) -> None:
        access = Access(
            self._name,
            AccessArgs(
                cluster_name=self.control_plane.cluster_name,
                partition=self._spec.partition,
                caller=self._caller.arn,
                spec=self._spec.access,
                nodes={
                    it: (roles[it], kind)
                    for it, kind in cluster_roles.ENTRIES.items()
                    if it in roles
                },
            ),
            self._step(Step.ACCESS),
        )
        self._sequence.made(Step.ACCESS, access)

    def _identity_providers(self) -> None:
        if self._spec.access.identity_providers:
            IdentityProviders(
                self._name,
                IdentityProvidersArgs(
                    cluster_name=self.control_plane.cluster_name,
                    specs=self._spec.access.identity_providers,
                ),
                self._step(Step.IDENTITY_PROVIDERS),
            )

    def _extras(self) -> None:
        """What hangs on the control plane, and nothing waits for."""
        name, spec = self._name, self._spec
        if spec.control_plane.security_group_rules:
            SecurityGroupRules(
                name,
                SecurityGroupRulesArgs(
                    security_group_id=self.control_plane.security_group_id,
                    rules=spec.control_plane.security_group_rules,
                ),
                self._step(Step.CONTROL_PLANE_EXTRAS),
            )
        if spec.capabilities:
            Capabilities(
                name,
                CapabilitiesArgs(
                    cluster_name=self.control_plane.cluster_name,
                    label=spec.name,
                    partition=spec.partition,
                    iam=spec.iam,
                    specs=spec.capabilities,
                ),
                self._step(Step.CONTROL_PLANE_EXTRAS),
            )

    def _service_accounts(self) -> ServiceAccounts | None:
        spec = self._spec
        self._sequence.made(Step.SERVICE_ACCOUNTS)
        if not spec.iam.oidc_provider and not spec.service_accounts:
            return None
        rights = {
            addon_name: cluster_addons.rights(spec, addon_name, addon)
            for addon_name, addon in spec.all_addons.items()
            if addon.identity and addon.identity.type == "irsa"
        }
        accounts = ServiceAccounts(
            self._name,
            ServiceAccountsArgs(
                cluster_name=self.control_plane.cluster_name,
                label=spec.name,
                issuer=self.control_plane.eks_cluster.oidc_issuer,
                has_provider=spec.iam.oidc_provider,
                names=self._names,
                iam=spec.iam,
                specs=spec.service_accounts,
                addons={addon_name: it for addon_name, it in rights.items() if it},
            ),
            self._step(Step.SERVICE_ACCOUNTS),
        )
        self._sequence.made(Step.SERVICE_ACCOUNTS, accounts)
        return accounts

    @property
    def _names(self) -> dict[str, str]:
        """What policies of workloads are filled with."""
        return {
            "partition": self._spec.partition,
            "region": self._spec.region,
            "account": self._caller.account_id,
            "cluster": self._spec.name,
        }

    def _karpenter(
        self,
        roles: Mapping[str, Role],
        queue: InterruptionQueue | None,
        service_accounts: ServiceAccounts | None,
    ) -> Karpenter | None:
        spec = self._spec.karpenter
        if spec is None:
            return None
        irsa = service_accounts if spec.identity == "irsa" else None
        karpenter = Karpenter(
            self._name,
            KarpenterArgs(
                cluster_name=self.control_plane.cluster_name,
                cluster_security_group_id=self.control_plane.security_group_id,
                names=self._names,
                trust=irsa.trust(spec.namespace, spec.service_account)
                if irsa
                else policies.POD_IDENTITY_TRUST,
                node_role_arns=[
                    roles[it].arn for it in cluster_roles.KARPENTER_NODES.values() if it in roles
                ],
                queue_arn=queue.queue.arn if queue else None,
                iam=self._spec.iam,
                spec=spec,
            ),
            self._step(Step.SERVICE_ACCOUNTS),
        )
        self._sequence.made(Step.SERVICE_ACCOUNTS, karpenter)
        return karpenter

    def _addons(self, step: Step, roles: Mapping[str, Role]) -> None:
        """The add-ons of a phase."""
        self._sequence.made(step)
        specs = {
            addon_name: addon
            for addon_name, addon in self._spec.all_addons.items()
            if cluster_addons.phase(addon_name, addon) is step
        }
        if not specs:
            return
        given = {
            addon_name: addon.identity.role_arn
            for addon_name, addon in specs.items()
            if addon.identity and addon.identity.role_arn
        }
        names = self._name, f"{self._name}-on-nodes"
        name, other = names if step is Step.ADDONS_BEFORE_NODES else reversed(names)
        addons = Addons(
            name,
            AddonsArgs(
                other_phase=other,
                cluster_name=self.control_plane.cluster_name,
                specs=specs,
                role_arns={**{it: role.arn for it, role in roles.items()}, **given},
                configuration={
                    addon_name: values
                    for addon_name, addon in specs.items()
                    if (
                        values := cluster_addons.configuration(
                            self._spec, addon_name, addon, self.places, self.control_plane
                        )
                    )
                    is not None
                },
                timeouts=self._spec.timeouts.addons,
            ),
            self._step(step),
        )
        self._sequence.made(step, addons)

    def _node_groups(self, roles: Mapping[str, Role]) -> dict[str, NodeGroup]:
        wanted = cluster_groups.managed(
            self._spec,
            self.places,
            self.control_plane,
            roles,
            launch_template_after=self._sequence.before(Step.LAUNCH_TEMPLATES),
        )
        groups = {
            name: NodeGroup(f"{self._name}-{name}", args, self._step(Step.NODE_GROUPS))
            for name, args in wanted.items()
        }
        self._sequence.made(Step.NODE_GROUPS, *groups.values())
        return groups

    def _self_managed_node_groups(
        self, roles: Mapping[str, Role], images: Mapping[str, str]
    ) -> dict[str, SelfManagedNodeGroup]:
        spec = self._spec
        entries: dict[str, SelfManagedAccess] = {}
        groups: dict[str, SelfManagedNodeGroup] = {}
        for group_name, group in spec.self_managed_node_groups.items():
            suffix = cluster_roles.of_self_managed(group_name, group)
            if suffix not in entries:
                entries[suffix] = SelfManagedAccess(
                    f"{self._name}-{suffix}",
                    SelfManagedAccessArgs(
                        cluster_name=self.control_plane.cluster_name,
                        role=roles[suffix],
                        path=spec.iam.path,
                        is_windows=group.is_windows,
                    ),
                    self._step(Step.NODE_GROUPS),
                )
                self._sequence.made(Step.NODE_GROUPS, entries[suffix])
            wanted = cluster_groups.self_managed(
                spec,
                self.places,
                self.control_plane,
                group_name,
                image_id=images[group_name],
                instance_profile_arn=entries[suffix].instance_profile_arn,
            )
            for name, args in wanted.items():
                groups[name] = SelfManagedNodeGroup(
                    f"{self._name}-{name}",
                    args,
                    pulumi.ResourceOptions.merge(
                        self._step(Step.NODE_GROUPS),
                        pulumi.ResourceOptions(depends_on=[entries[suffix]]),
                    ),
                )
                self._sequence.made(Step.NODE_GROUPS, groups[name])
        return groups

    def _fargate_profiles(self, roles: Mapping[str, Role]) -> dict[str, aws.eks.FargateProfile]:
        spec, made = self._spec, dict[str, aws.eks.FargateProfile]()
        subnets = lookups.subnets_of_profiles(spec, self.places)
        last: aws.eks.FargateProfile | None = None
        for step, name in (
            (Step.FARGATE, self._name),
            (Step.OTHER_FARGATE, f"{self._name}-others"),
        ):
            self._sequence.made(step)
            specs = {
                profile_name: it
                for profile_name, it in spec.fargate_profiles.items()
                if spec.has_addons(it) is (step is Step.FARGATE)
            }
            if not specs:
                continue
            component = FargateProfiles(
                name,
                FargateProfilesArgs(
                    cluster_name=self.control_plane.cluster_name,
                    label=self._name,
                    specs=specs,
                    role_arns={
                        it: roles[cluster_roles.of_profile(it, specs[it])].arn for it in specs
                    },
                    subnet_ids={it: all_of(subnets[it]) for it in specs},
                    after=last,
                    timeouts=spec.timeouts.fargate_profiles,
                ),
                self._step(step),
            )
            self._sequence.made(step, component)
            made |= component.profiles
            last = component.last
        return made
