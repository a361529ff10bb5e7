"""The typed model of a cluster: what a stack file may say, and what it then means.

It knows nothing of Pulumi, opens no connection, and is usable on its own:

    ClusterSpec(
        name="dev",
        region="ap-northeast-2",
        kubernetes_version="1.36",
        access=AccessSpec(admins=["creator"]),
        node_groups={"general": NodeGroupSpec(instance_types=["t3.medium"], nodes=2)},
    )

Each field checks itself against `spec.facts`, `spec.model.rules` checks what fields say together; a
value that AWS would refuse raises pydantic's `ValidationError`, which `spec.stack_file` turns into
messages with file and line. The text below a field is its description in the JSON Schema and in
docs/stack-file.md.
"""

from spec.model.access import (
    AccessEntrySpec,
    AccessPolicySpec,
    AccessSpec,
    IdentityProviderSpec,
    KubeconfigSpec,
)
from spec.model.addons import AddonIdentitySpec, AddonSpec
from spec.model.auto_mode import AutoModeSpec
from spec.model.base import said, wrong
from spec.model.capabilities import ArgoCdSpec, CapabilitySpec
from spec.model.cluster import ClusterSpec
from spec.model.control_plane import ControlPlaneSpec, SecurityGroupRuleSpec
from spec.model.encryption import EncryptionSpec
from spec.model.endpoint import EndpointSpec
from spec.model.fargate import FargateProfileSpec, FargateSelectorSpec, FargateSubnetsSpec
from spec.model.hybrid_nodes import HybridNodesRoleSpec, HybridNodesSpec
from spec.model.iam import IamSpec
from spec.model.karpenter import KarpenterSpec
from spec.model.logs import LoggingSpec
from spec.model.network import (
    ExistingNetworkSpec,
    FlowLogsSpec,
    NetworkSpec,
    PodsSpec,
    SubnetsSpec,
    VpcSpec,
)
from spec.model.node_groups import NodeGroupSpec
from spec.model.nodes import NodesSpec, NodeSubnetsSpec
from spec.model.policy import PolicySpec, WaiverSpec
from spec.model.scaling import ScalingSpec
from spec.model.self_managed import LifecycleHookSpec, SelfManagedNodeGroupSpec
from spec.model.service_accounts import ServiceAccountSpec
from spec.model.tags import owner_tags
from spec.model.taints import TaintSpec
from spec.model.timeouts import AllTimeoutsSpec, TimeoutsSpec
from spec.model.volumes import VolumeSpec

__all__ = [
    "AccessEntrySpec",
    "AccessPolicySpec",
    "AccessSpec",
    "AddonIdentitySpec",
    "AddonSpec",
    "AllTimeoutsSpec",
    "ArgoCdSpec",
    "AutoModeSpec",
    "CapabilitySpec",
    "ClusterSpec",
    "ControlPlaneSpec",
    "EncryptionSpec",
    "EndpointSpec",
    "ExistingNetworkSpec",
    "FargateProfileSpec",
    "FargateSelectorSpec",
    "FargateSubnetsSpec",
    "FlowLogsSpec",
    "HybridNodesRoleSpec",
    "HybridNodesSpec",
    "IamSpec",
    "IdentityProviderSpec",
    "KarpenterSpec",
    "KubeconfigSpec",
    "LifecycleHookSpec",
    "LoggingSpec",
    "NetworkSpec",
    "NodeGroupSpec",
    "NodeSubnetsSpec",
    "NodesSpec",
    "PodsSpec",
    "PolicySpec",
    "ScalingSpec",
    "SecurityGroupRuleSpec",
    "SelfManagedNodeGroupSpec",
    "ServiceAccountSpec",
    "SubnetsSpec",
    "TaintSpec",
    "TimeoutsSpec",
    "VolumeSpec",
    "VpcSpec",
    "WaiverSpec",
    "owner_tags",
    "said",
    "wrong",
]
