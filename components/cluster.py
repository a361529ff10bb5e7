"""A whole cluster: network, control plane, access, add-ons and nodes."""

import dataclasses
import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import pulumi
import pulumi_aws as aws

from components import control_plane_logs, flow_logs, policies, vpc_cni
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
from components.node_group import NodeGroup, NodeGroupArgs
from components.order import Sequence, Step
from components.places import Ids, Places, all_of
from components.role import Role, RoleArgs
from components.security_group_rules import SecurityGroupRules, SecurityGroupRulesArgs
from components.self_managed_access import SelfManagedAccess, SelfManagedAccessArgs
from components.self_managed_node_group import (
    SelfManagedNodeGroup,
    SelfManagedNodeGroupArgs,
    image_of,
)
from components.service_accounts import ServiceAccounts, ServiceAccountsArgs, TrustedAddon
from components.user_data import user_data
from components.vpc_endpoints import VpcEndpoints, VpcEndpointsArgs
from spec import facts, lock_out
from spec.model import AddonSpec, ClusterSpec, FargateProfileSpec, NodesSpec, NodeSubnetsSpec
from spec.model.addons import account_of
from spec.model.broken import Broken, BrokenError
from spec.model.karpenter import DISCOVERY_TAG

_Found = TypeVar("_Found")
_PHASES = {
    "before-nodes": Step.ADDONS_BEFORE_NODES,
    "beforeNodes": Step.ADDONS_BEFORE_NODES,
    "after-nodes": Step.ADDONS_AFTER_NODES,
    "afterNodes": Step.ADDONS_AFTER_NODES,
}


_ENTRIES = {
    "karpenter-nodes": "EC2_LINUX",
    "karpenter-windows-nodes": "EC2_WINDOWS",
    "hybrid-nodes": "HYBRID_LINUX",
}
"""Types of the access entries of nodes that EKS does not let in by itself, by their roles."""

_KARPENTER_NODES = {
    "nodeRoleName": "karpenter-nodes",
    "windowsNodeRoleName": "karpenter-windows-nodes",
}
"""Roles of nodes that Karpenter launches, by the outputs that name them."""


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
        self, name: str, args: ClusterSpec, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Registers all that the cluster is made of.

        Raises:
            BrokenError: What AWS says of the account does not fit: whoever deploys would be locked
                out, an existing network is not as EKS wants it, or there is no such image. Nothing
                has been made then.
        """
        super().__init__("Cluster", name, opts)
        self._name, self._spec = name, args
        self._sequence = Sequence()
        self._caller = aws.get_caller_identity(opts=pulumi.InvokeOptions(parent=self))
        self._refuse_lock_out()
        images = self._images()
        existing = self._existing_network()
        if existing:
            self._subnets_of_groups(existing)  # refuses what is not there before anything is made
            self._subnets_of_profiles(existing)
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
            **self._outputs(service_accounts),
            **_of_karpenter(karpenter, queue, roles),
            **_of_hybrid_nodes(roles),
        }
        self.register_outputs(dict(self.outputs))

    def _step(self, step: Step) -> pulumi.ResourceOptions:
        """The options of a component that is made in a step: after all that the step follows."""
        return self.child(depends_on=self._sequence.before(step))

    def _refuse_lock_out(self) -> None:
        if broken := tuple(lock_out.broken(self._spec, self._caller.arn)):
            raise BrokenError(broken)

    def _images(self) -> dict[str, str]:
        """The images of self-managed groups; of others, EKS knows them.

        Raises:
            BrokenError: Some are not there.
        """
        invoke, version = pulumi.InvokeOptions(parent=self), self._spec.kubernetes_version
        return _gathered(
            {
                ("selfManagedNodeGroups", name): functools.partial(image_of, it, version, invoke)
                for name, it in self._spec.self_managed_node_groups.items()
            }
        )

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

    def _role(
        self,
        suffix: str,
        trust: str,
        *managed: str,
        policy_arns: Iterable[str] = (),
        **inline: str,
    ) -> Role:
        """A role of a service or add-on."""
        return Role(
            f"{self._name}-{suffix}",
            RoleArgs(
                trust=trust,
                managed_policies=managed,
                policy_arns=tuple(policy_arns),
                inline_policies=inline,
                partition=self._spec.partition,
                description=f"{suffix} of the EKS cluster {self._spec.name}",
                iam=self._spec.iam,
            ),
            self._step(Step.IDENTITY),
        )

    def _roles(self) -> dict[str, Role]:
        """Roles of the control plane, of nodes, and of each add-on that calls AWS.

        Add-ons take theirs on through EKS Pod Identity, so that neither the nodes nor the other
        pods on them hold its rights.
        https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
        """
        spec = self._spec
        reasons = {
            "auto-mode": spec.auto_mode is not None,
            "security-groups-for-pods": spec.network.pods.security_groups,
            "windows": spec.has_windows,
        }
        roles = {
            "control-plane": self._role(
                "control-plane",
                policies.trust("eks.amazonaws.com", "sts:TagSession"),
                *_managed("cluster", *(it for it, holds in reasons.items() if holds)),
            )
        }
        if spec.auto_mode and spec.auto_mode.node_pools:
            roles["auto-mode-nodes"] = self._role(
                "auto-mode-nodes", policies.NODE_TRUST, *_managed("auto-mode-node")
            )
        roles |= self._node_roles()
        roles |= self._karpenter_node_roles()
        roles |= self._hybrid_node_role()
        roles |= self._pod_execution_roles()
        for addon_name, addon in spec.all_addons.items():
            rights = self._rights(addon_name, addon)
            if rights and not (addon.identity and addon.identity.type == "irsa"):
                roles[addon_name] = self._role(
                    addon_name,
                    policies.POD_IDENTITY_TRUST,
                    *rights.managed_policies,
                    policy_arns=rights.policy_arns,
                    **rights.inline_policies,
                )
        self._sequence.made(Step.IDENTITY, *roles.values())
        return roles

    def _rights(self, addon_name: str, addon: AddonSpec) -> TrustedAddon | None:
        """What the role of an add-on may do that is made for it; None: none is made."""
        known, identity = facts.known_addons().get(addon_name), addon.identity
        if identity and (identity.type == "none" or identity.role_arn):
            return None
        managed = known.managed_policies if known else ()
        inline: dict[str, str] = {}
        if addon_name == "vpc-cni" and self._spec.network.ip_family == "ipv6":
            managed, inline = (), {"ipv6": policies.cni_of_ipv6(self._spec.partition)}
        arns = identity.policies if identity else ()
        account = account_of(addon_name, addon)
        if account is None:
            return None
        namespace, service_account = account
        return TrustedAddon(
            namespace=namespace,
            service_account=service_account,
            managed_policies=managed,
            policy_arns=arns,
            inline_policies=inline,
        )

    def _node_roles(self) -> dict[str, Role]:
        """The role that nodes share, and those of groups that have one of their own."""
        roles: dict[str, Role] = {}
        for group_name, group in self._spec.node_groups.items():
            if not group.has_own_role:
                if "nodes" not in roles:
                    roles["nodes"] = self._role("nodes", policies.NODE_TRUST, *_managed("node"))
                continue
            reasons = ["session-manager"] if group.ssm else []
            roles[f"nodes-{group_name}"] = self._role(
                f"nodes-{group_name}",
                policies.NODE_TRUST,
                *_managed("node", *reasons),
                policy_arns=group.role_policies,
            )
        for group_name, group in self._spec.self_managed_node_groups.items():
            suffix = _self_managed(group_name, group)
            if suffix not in roles:
                reasons = ["session-manager"] if group.ssm else []
                roles[suffix] = self._role(
                    suffix,
                    policies.NODE_TRUST,
                    *_managed("node", *reasons),
                    policy_arns=group.role_policies,
                )
        return roles

    def _karpenter_node_roles(self) -> dict[str, Role]:
        """The role of nodes that Karpenter launches, and that of those with Windows.

        They are two, because a role has one access entry, of one type.
        """
        spec = self._spec.karpenter
        if spec is None:
            return {}
        suffixes = ["karpenter-nodes", *(["karpenter-windows-nodes"] if spec.windows else [])]
        reasons = ["session-manager"] if spec.ssm else []
        return {
            suffix: self._role(
                suffix,
                policies.NODE_TRUST,
                *_managed("node", *reasons),
                policy_arns=spec.node_policies,
            )
            for suffix in suffixes
        }

    def _hybrid_node_role(self) -> dict[str, Role]:
        """The role of nodes outside of AWS, if one is made."""
        spec = self._spec
        wanted = spec.hybrid_nodes.role if spec.hybrid_nodes else None
        if wanted is None:
            return {}
        ssm = wanted.trust_anchor_arn is None
        names = {
            "partition": spec.partition,
            "region": spec.region,
            "account": self._caller.account_id,
        }
        return {
            "hybrid-nodes": self._role(
                "hybrid-nodes",
                policies.hybrid_node_trust(trust_anchor_arn=wanted.trust_anchor_arn, **names),
                *_managed("hybrid-node", *(["ssm-activation"] if ssm else [])),
                policy_arns=wanted.policies,
                cluster=policies.hybrid_node(cluster=spec.name, ssm=ssm, **names),
            )
        }

    def _pod_execution_roles(self) -> dict[str, Role]:
        """The role that Fargate profiles share, and those of profiles with policies of their own.

        Pods do not have its rights: Fargate pulls images and writes logs with it.
        """
        spec = self._spec
        trust = policies.fargate_trust(
            partition=spec.partition,
            region=spec.region,
            account=self._caller.account_id,
            cluster=spec.name,
        )
        return {
            suffix: self._role(suffix, trust, *_managed("pod-execution"), policy_arns=arns)
            for suffix, arns in {
                _pod_execution(name, it): it.policies for name, it in spec.fargate_profiles.items()
            }.items()
        }

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
                nodes={it: (roles[it], kind) for it, kind in _ENTRIES.items() if it in roles},
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
            addon_name: self._rights(addon_name, addon)
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
                node_role_arns=[roles[it].arn for it in _KARPENTER_NODES.values() if it in roles],
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
            if _phase(addon_name, addon) is step
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
                    if (values := self._configuration(addon_name, addon)) is not None
                },
                timeouts=self._spec.timeouts.addons,
            ),
            self._step(step),
        )
        self._sequence.made(step, addons)

    def _configuration(self, addon_name: str, addon: AddonSpec) -> pulumi.Output[str] | None:
        """An add-on's configuration values, as JSON whose keys are in order."""
        values = dict(addon.configuration)
        if addon_name == "vpc-cni":
            ours = vpc_cni.configuration(
                self._spec.network.pods,
                region=self._spec.region,
                subnets=self.places.pods,
                security_group_id=self.control_plane.security_group_id,
                windows=self._spec.has_windows,
            )
            variables = {**values.get("env", {}), **ours.get("env", {})}
            values |= ours | ({"env": variables} if variables else {})
        if addon_name == "coredns" and self._spec.has_coredns_on_fargate:
            values["computeType"] = "Fargate"
        return pulumi.Output.json_dumps(values, sort_keys=True) if values else None

    def _subnets_of_groups(self, places: Places) -> dict[str, Mapping[str, Ids]]:
        """The subnets of each node group by zone.

        Raises:
            BrokenError: A group names subnets that are not there.
        """
        return _subnets(places, {path: it.subnets for path, it in self._spec.all_groups.items()})

    def _subnets_of_profiles(self, places: Places) -> dict[str, Mapping[str, Ids]]:
        """The private subnets of each Fargate profile by zone; Fargate takes no others.

        Raises:
            BrokenError: A profile names subnets that are not there.
        """
        return _subnets(
            places,
            {
                ("fargateProfiles", name): NodeSubnetsSpec(zones=it.subnets.zones)
                for name, it in self._spec.fargate_profiles.items()
            },
        )

    def _node_groups(self, roles: Mapping[str, Role]) -> dict[str, NodeGroup]:
        spec = self._spec
        subnets = self._subnets_of_groups(self.places)
        groups: dict[str, NodeGroup] = {}
        self._sequence.made(Step.NODE_GROUPS)
        for group_name, group in spec.node_groups.items():
            role = roles.get(f"nodes-{group_name}") or roles["nodes"]
            for part, ids in _parts(group_name, group, subnets[group_name]).items():
                groups[part] = NodeGroup(
                    f"{self._name}-{part}",
                    NodeGroupArgs(
                        group_name=part,
                        spec=group,
                        cluster_name=self.control_plane.cluster_name,
                        kubernetes_version=spec.kubernetes_version,
                        role_arn=role.arn,
                        vpc_id=self.places.vpc_id,
                        subnet_ids=ids,
                        cluster_security_group_id=self.control_plane.security_group_id,
                        user_data=user_data(
                            spec,
                            group,
                            self.control_plane.cluster,
                            names_cluster=group.ami_id is not None,
                        ),
                        tags=spec.all_tags,
                        timeouts=spec.timeouts.node_groups,
                    ),
                    self._step(Step.NODE_GROUPS),
                )
                self._sequence.made(Step.NODE_GROUPS, groups[part])
        return groups

    def _self_managed_node_groups(
        self, roles: Mapping[str, Role], images: Mapping[str, str]
    ) -> dict[str, SelfManagedNodeGroup]:
        spec = self._spec
        subnets = self._subnets_of_groups(self.places)
        entries: dict[str, SelfManagedAccess] = {}
        groups: dict[str, SelfManagedNodeGroup] = {}
        for group_name, group in spec.self_managed_node_groups.items():
            suffix = _self_managed(group_name, group)
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
            for part, ids in _parts(group_name, group, subnets[group_name]).items():
                groups[part] = SelfManagedNodeGroup(
                    f"{self._name}-{part}",
                    SelfManagedNodeGroupArgs(
                        group_name=part,
                        spec=group,
                        cluster_name=spec.name,
                        image_id=images[group_name],
                        instance_profile_arn=entries[suffix].instance_profile_arn,
                        vpc_id=self.places.vpc_id,
                        subnet_ids=ids,
                        cluster_security_group_id=self.control_plane.security_group_id,
                        user_data=user_data(
                            spec, group, self.control_plane.cluster, names_cluster=True
                        ),
                        tags=spec.all_tags,
                        timeouts=spec.timeouts.node_groups,
                    ),
                    pulumi.ResourceOptions.merge(
                        self._step(Step.NODE_GROUPS),
                        pulumi.ResourceOptions(depends_on=[entries[suffix]]),
                    ),
                )
                self._sequence.made(Step.NODE_GROUPS, groups[part])
        return groups

    def _fargate_profiles(self, roles: Mapping[str, Role]) -> dict[str, aws.eks.FargateProfile]:
        spec, made = self._spec, dict[str, aws.eks.FargateProfile]()
        subnets = self._subnets_of_profiles(self.places)
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
                    role_arns={it: roles[_pod_execution(it, specs[it])].arn for it in specs},
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

    def _outputs(self, service_accounts: ServiceAccounts | None) -> dict[str, Any]:
        cluster = self.control_plane.cluster
        return {
            "clusterName": self.control_plane.cluster_name,
            "clusterArn": cluster.apply(lambda it: it.arn),
            "region": self._spec.region,
            "kubernetesVersion": cluster.apply(lambda it: it.version),
            "endpoint": cluster.apply(lambda it: it.endpoint),
            "kubeconfig": self.control_plane.kubeconfig,
            "oidcIssuer": self.control_plane.eks_cluster.oidc_issuer,
            **_of_service_accounts(service_accounts),
            "clusterSecurityGroupId": self.control_plane.security_group_id,
            "vpcId": self.places.vpc_id,
            "subnets": self.places.outputs,
            "nodeGroups": {
                group_name: {"name": group.name, "arn": group.arn, "status": group.status}
                for group_name, group in self.node_groups.items()
            },
            **_of_self_managed(self.self_managed_node_groups),
            **_of_profiles(self.fargate_profiles),
        }


def _parts(group_name: str, group: NodesSpec, zones: Mapping[str, Ids]) -> dict[str, Ids]:
    """The subnets of each group that is made of one in the stack file, by its name."""
    if group.per_zone:
        return {f"{group_name}-{zone}": ids for zone, ids in zones.items()}
    return {group_name: all_of(zones)}


def _self_managed(group_name: str, group: NodesSpec) -> str:
    """What the name of a self-managed group's role ends in.

    It is never that of managed groups: EKS makes the access entry of those, and takes it away.
    """
    if group.has_own_role:
        return f"nodes-{group_name}"
    return "self-managed-windows" if group.is_windows else "self-managed-linux"


def _managed(role: str, *reasons: str) -> list[str]:
    """Names of AWS's own policies that a role needs: always, and for further reasons."""
    return [
        it.name
        for it in facts.role_policies()
        if it.role == role and {"always", *reasons} & {*it.needed_for}
    ]


def _pod_execution(profile_name: str, profile: FargateProfileSpec) -> str:
    """What the name of a profile's pod execution role ends in."""
    return f"fargate-{profile_name}" if profile.has_own_role else "fargate"


def _subnets(
    places: Places, wished: Mapping[tuple[str, str], NodeSubnetsSpec]
) -> dict[str, Mapping[str, Ids]]:
    """Subnets by zone, of each entry of the stack file by its name.

    Raises:
        BrokenError: Some are not there.
    """
    return _gathered(
        {(*path, "subnets"): functools.partial(places.of, it) for path, it in wished.items()}
    )


def _gathered(wished: Mapping[tuple[str, ...], Callable[[], _Found]]) -> dict[str, _Found]:
    """What is looked up for each entry of the stack file by its name, which is second in its path.

    Raises:
        BrokenError: Some is not there; all of it is told.
    """
    found: dict[str, _Found] = {}
    broken: list[Broken] = []
    for path, look in wished.items():
        try:
            found[path[1]] = look()
        except BrokenError as error:
            broken += (dataclasses.replace(it, path=(*path, *it.path)) for it in error.broken)
    if broken:
        raise BrokenError(broken)
    return found


def _phase(addon_name: str, addon: AddonSpec) -> Step:
    """When an add-on is installed: one that is not known waits for nodes."""
    known = facts.known_addons().get(addon_name)
    return _PHASES[addon.phase or (known.phase if known else "after-nodes")]


def _of_self_managed(groups: Mapping[str, SelfManagedNodeGroup]) -> dict[str, Any]:
    """Outputs about self-managed groups."""
    found = {group_name: {"name": it.name, "arn": it.arn} for group_name, it in groups.items()}
    return {"selfManagedNodeGroups": found} if found else {}


def _of_profiles(profiles: Mapping[str, aws.eks.FargateProfile]) -> dict[str, Any]:
    """Outputs about Fargate profiles."""
    found = {
        name: {"name": it.fargate_profile_name, "arn": it.arn, "status": it.status}
        for name, it in profiles.items()
    }
    return {"fargateProfiles": found} if found else {}


def _of_service_accounts(made: ServiceAccounts | None) -> dict[str, Any]:
    """Outputs about service accounts."""
    outputs: dict[str, Any] = {}
    if made and made.provider_arn:
        outputs["oidcProviderArn"] = made.provider_arn
    if made and made.role_arns:
        outputs["serviceAccountRoleArns"] = made.role_arns
    return outputs


def _of_karpenter(
    made: Karpenter | None, queue: InterruptionQueue | None, roles: Mapping[str, Role]
) -> dict[str, Any]:
    """Outputs for Karpenter's chart and its EC2NodeClasses."""
    if made is None:
        return {}
    names = {it: roles[role].role.name for it, role in _KARPENTER_NODES.items() if role in roles}
    queue_name = {"queueName": queue.queue.name} if queue else {}
    return {"karpenter": {"controllerRoleArn": made.role.arn, **names, **queue_name}}


def _of_hybrid_nodes(roles: Mapping[str, Role]) -> dict[str, Any]:
    """Outputs about nodes outside of AWS."""
    role = roles.get("hybrid-nodes")
    return {"hybridNodeRoleArn": role.arn} if role else {}
