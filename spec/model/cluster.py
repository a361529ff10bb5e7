"""The whole cluster: what a stack file may say, and what it then means."""

import re
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from spec import addresses, facts, max_pods
from spec.model import rules
from spec.model.access import AccessSpec
from spec.model.addons import AddonName, AddonSpec
from spec.model.auto_mode import AutoModeSpec
from spec.model.base import Check, Model, text, wrong
from spec.model.broken import Broken, refuse
from spec.model.capabilities import CapabilitySpec
from spec.model.control_plane import ControlPlaneSpec
from spec.model.encryption import EncryptionSpec
from spec.model.endpoint import EndpointSpec
from spec.model.fargate import FargateProfileSpec, ProfileName
from spec.model.hybrid_nodes import HybridNodesSpec
from spec.model.iam import IamSpec
from spec.model.karpenter import KarpenterSpec
from spec.model.logs import LoggingSpec
from spec.model.network import NetworkSpec
from spec.model.node_groups import NodeGroupSpec
from spec.model.nodes import NodesSpec
from spec.model.policy import PolicySpec
from spec.model.self_managed import SelfManagedNodeGroupSpec
from spec.model.service_accounts import ServiceAccountSpec
from spec.model.tags import Tags
from spec.model.timeouts import AllTimeoutsSpec
from spec.problems import did_you_mean, listed, quoted


def _region(value: str) -> str:
    if value not in facts.regions():
        raise wrong(
            f"EKS is not in a region {quoted(value)}"
            + (did_you_mean(value, facts.regions()) or f"; it is in {listed(facts.regions())}")
        )
    return value


def _kubernetes_version(value: str) -> str:
    known = facts.kubernetes_versions()
    if value not in known:
        # Pulumi's own commands write an unquoted 1.30 back as "1.3".
        cut = re.fullmatch(r"\d+\.\d", value)
        hint = f"; YAML reads {value}0 without quotes as {value}" if cut else ""
        raise wrong(
            f"{quoted(value)} is not a Kubernetes version that is known here: {listed(known)}{hint}"
        )
    return value


class ClusterSpec(Model):
    """A whole cluster: the keys of the `cluster:` namespace, and the region."""

    region: Annotated[
        str,
        Check(_region, lambda: {"enum": list(facts.regions())}),
        Field(examples=["eu-central-1"]),
    ]
    """The AWS region, e.g. `ap-northeast-2`."""
    name: Annotated[str, text("a cluster name", "cluster.name")]
    """The EKS cluster's name. Another name is another cluster. Default: the stack's name."""
    kubernetes_version: Annotated[
        str,
        Check(_kubernetes_version, lambda: {"enum": list(facts.kubernetes_versions())}),
        Field(examples=["1.36"]),
    ]
    """`MAJOR.MINOR` in quotes, e.g. `"1.36"`."""
    tags: Annotated[Tags, Field(examples=[{"team": "platform"}])] = {}
    """Tags of everything that is made, instances and volumes of node groups included."""
    network: NetworkSpec = NetworkSpec()
    """The VPC: a new one, or one that is there."""
    endpoint: EndpointSpec = EndpointSpec()
    """Who reaches the Kubernetes API from where."""
    control_plane: ControlPlaneSpec = ControlPlaneSpec()
    """What EKS runs, and how."""
    logging: LoggingSpec = LoggingSpec()
    """Logs of the control plane."""
    encryption: EncryptionSpec = EncryptionSpec()
    """Encryption of Kubernetes secrets."""
    auto_mode: AutoModeSpec | None = None
    """EKS Auto Mode; `{}` switches it on with AWS's node pools."""
    hybrid_nodes: HybridNodesSpec | None = None
    """Networks of nodes that are not in AWS."""
    karpenter: KarpenterSpec | None = None
    """What Karpenter needs of AWS; `{}` makes it. Its chart is installed by whatever installs
    yours."""
    capabilities: dict[
        Annotated[str, text("a capability's name", "cluster.name")], CapabilitySpec
    ] = {}
    """EKS Capabilities (Argo CD, AWS Controllers for Kubernetes, kro), by a name of yours."""
    addons: dict[AddonName, AddonSpec] = {}
    """EKS add-ons by AWS's names: further ones, and what is to be different of those that are
    always installed."""
    service_accounts: Annotated[
        dict[Annotated[str, text("a name", "cluster.name")], ServiceAccountSpec],
        Field(
            examples=[
                {
                    "autoscaler": {
                        "namespace": "kube-system",
                        "serviceAccount": "cluster-autoscaler",
                        "wellKnown": ["clusterAutoscaler"],
                    }
                }
            ]
        ),
    ] = {}
    """Kubernetes service accounts whose pods have a role, by a name of yours."""
    access: AccessSpec
    """Who may use the cluster, and as what."""
    iam: IamSpec = IamSpec()
    """What holds for every IAM role that is made."""
    timeouts: AllTimeoutsSpec = AllTimeoutsSpec()
    """How long to wait for AWS."""
    policy: PolicySpec = PolicySpec()
    """What the policy pack is told."""
    fargate_profiles: Annotated[
        dict[ProfileName, FargateProfileSpec],
        Field(examples=[{"batch": {"selectors": [{"namespace": "batch"}]}}]),
    ] = {}
    """Which pods run on Fargate, without nodes, by a name of yours. A cluster without nodes needs a
    profile that takes CoreDNS: `{namespace: kube-system, labels: {k8s-app: kube-dns}}`."""
    self_managed_node_groups: dict[
        Annotated[str, text("a node group name", "node-group.name")], SelfManagedNodeGroupSpec
    ] = {}
    """Auto Scaling groups of your own whose instances are nodes, by a name of yours. They mix
    on-demand and spot nodes, and can be told much that EKS decides for `nodeGroups`."""
    node_groups: dict[
        Annotated[str, text("a node group name", "node-group.name")], NodeGroupSpec
    ] = {}
    """Groups of worker nodes, by a name of yours. At least one, unless there are self-managed
    ones, Auto Mode has node pools or Fargate takes CoreDNS."""

    @field_validator("network")
    @classmethod
    def _zones_of_the_region(cls, network: NetworkSpec, info: ValidationInfo) -> NetworkSpec:
        region = facts.regions().get(info.data.get("region", ""))
        if region is None or network.existing:  # said already, or of no meaning
            return network
        usable = [zone.name for zone in region.zones if zone.eks_supported]
        chosen = network.availability_zones
        if isinstance(chosen, int):
            if chosen > len(usable):
                raise wrong(
                    f"must be {len(usable)} or less, not {chosen}: {region.name} has the zones "
                    f"{listed(usable)}",
                    "availabilityZones",
                )
            return network
        there = {zone.name for zone in region.zones}
        refuse(
            Broken(
                ("availabilityZones", index),
                f"{'EKS has no control plane in' if name in there else 'there is no'} zone "
                f"{quoted(name)}; {region.name} has {listed(usable)}",
            )
            for index, name in enumerate(chosen)
            if name not in usable
        )
        return network

    @field_validator("node_groups")
    @classmethod
    def _room_for_any_pod(
        cls, groups: dict[str, NodeGroupSpec], info: ValidationInfo
    ) -> dict[str, NodeGroupSpec]:
        others = ("auto_mode", "fargate_profiles", "self_managed_node_groups")
        if any(info.data.get(it) for it in others) or not groups:
            return groups
        if not any(group.takes_any_pod for group in groups.values()):
            raise wrong(
                "no group has a Linux node without a NoSchedule or NoExecute taint: CoreDNS "
                "would wait for one for ever; add a group without taints and with a desired size "
                "of 1 or more"
            )
        return groups

    @model_validator(mode="after")
    def _fields_that_fit_together(self) -> Self:
        refuse(rules.broken(self))
        return self

    @property
    def partition(self) -> str:
        """The AWS partition of the region: `aws`, `aws-cn` or `aws-us-gov`."""
        return facts.regions()[self.region].partition

    @property
    def zones(self) -> tuple[str, ...]:
        """The chosen zones of a new VPC."""
        chosen = self.network.availability_zones
        known = facts.regions()[self.region].zones
        if isinstance(chosen, int):
            return tuple([zone.name for zone in known if zone.eks_supported][:chosen])
        return tuple(zone.name for zone in known if zone.name in chosen)

    @property
    def subnets(self) -> dict[str, addresses.ZoneSubnets]:
        """The blocks of the subnets in each chosen zone of a new VPC, by zone name."""
        return {
            zone.name: addresses.plan(self.network.cidr, index)
            for index, zone in enumerate(facts.regions()[self.region].zones)
            if zone.name in self.zones
        }

    @property
    def pod_subnets(self) -> dict[str, addresses.Block]:
        """The blocks of pods' subnets in each chosen zone of a new VPC, by zone name."""
        cidr = self.network.pods.cidr
        if cidr is None:
            return {}
        return {
            zone.name: addresses.pods(cidr, index)
            for index, zone in enumerate(facts.regions()[self.region].zones)
            if zone.name in self.zones
        }

    @property
    def all_addons(self) -> dict[str, AddonSpec]:
        """Every add-on that is installed, in order.

        Auto Mode brings what ours do elsewhere. Fargate has no DaemonSets, and on it are the VPC
        CNI and kube-proxy already.
        """
        always = {
            name: AddonSpec()
            for name, it in facts.addons().items()
            if not (self.is_all_auto or (self.is_all_fargate and it.kind == "DaemonSet"))
        }
        return {name: it for name, it in {**always, **self.addons}.items() if it.enabled}

    @property
    def has_pod_identity(self) -> bool:
        """Whether EKS Pod Identity is to be had: by its agent, or on nodes of Auto Mode alone."""
        return self.is_all_auto or "eks-pod-identity-agent" in self.all_addons

    @property
    def all_groups(self) -> dict[tuple[str, str], NodesSpec]:
        """All groups of EC2 instances by their place in the stack file."""
        own = self.self_managed_node_groups.items()
        return {
            **{("nodeGroups", name): group for name, group in self.node_groups.items()},
            **{("selfManagedNodeGroups", name): group for name, group in own},
        }

    @property
    def has_windows(self) -> bool:
        """Whether any nodes run Windows."""
        groups = any(group.is_windows for group in self.all_groups.values())
        return groups or (self.karpenter is not None and self.karpenter.windows)

    @property
    def has_custom_networking(self) -> bool:
        """Whether pods have subnets of their own."""
        existing = self.network.existing
        return bool(self.network.pods.cidr or (existing and existing.pod_subnets))

    def max_pods_of(self, group: NodesSpec) -> int | None:
        """How many pods a node of a group takes, where its image cannot work it out by itself."""
        prefixes = self.network.pods.prefix_delegation or self.network.ip_family == "ipv6"
        if group.is_windows or not (prefixes or self.has_custom_networking):
            return None
        return max_pods.of_group(
            group.candidates, prefixes=prefixes, custom_networking=self.has_custom_networking
        )

    @property
    def no_proxy(self) -> tuple[str, ...]:
        """What nodes always reach without a proxy, as far as the stack file tells."""
        networks = [] if self.network.existing else [str(self.network.cidr)]
        networks += [str(it) for it in (self.network.pods.cidr, self.network.service_cidr) if it]
        return (
            "localhost",
            "127.0.0.1",
            "169.254.169.254",
            ".internal",
            ".svc",
            ".cluster.local",
            ".eks.amazonaws.com.cn" if self.partition == "aws-cn" else ".eks.amazonaws.com",
            *networks,
        )

    @property
    def is_all_auto(self) -> bool:
        """Whether Auto Mode has all nodes, and brings what add-ons do elsewhere."""
        return self.auto_mode is not None and not self.all_groups

    @property
    def is_all_fargate(self) -> bool:
        """Whether there are no nodes but those of Fargate."""
        return bool(self.fargate_profiles) and not (
            self.all_groups or self.auto_mode or self.karpenter
        )

    @property
    def has_coredns_on_fargate(self) -> bool:
        """Whether CoreDNS runs on Fargate: where no node takes it, or where it is told to."""
        coredns = self.all_addons.get("coredns")
        if coredns is None or not self.fargate_profiles:
            return False
        said = coredns.configuration.get("computeType")
        if said is not None:
            return str(said).casefold() == "fargate"
        has_nodes = self.auto_mode or any(it.takes_any_pod for it in self.all_groups.values())
        return not has_nodes

    def has_addons(self, profile: FargateProfileSpec) -> bool:
        """Whether a profile may take pods of add-ons."""
        known = facts.known_addons()
        return any(
            profile.may_take(it.namespace or (known[name].namespace if name in known else ""))
            for name, it in self.all_addons.items()
        )

    @property
    def makes_key(self) -> bool:
        """Whether a KMS key is made: for secrets, for logs, or for both."""
        has_logs = bool(self.logging.types) or self.has_flow_logs
        return self.encryption.key_arn is None or (has_logs and self.logging.key_arn is None)

    @property
    def has_flow_logs(self) -> bool:
        """Whether a new VPC's traffic is written down."""
        return self.network.existing is None and self.network.flow_logs.traffic_type != "NONE"

    @property
    def all_tags(self) -> dict[str, str]:
        """Tags of every resource."""
        return {**self.tags, "Cluster": self.name, "ManagedBy": "pulumi"}
