"""What is publicly known of AWS and EKS: regions, versions, add-ons, types, limits, quotas, times.

The facts are the `.tsv` tables beside this module; the modules read them into frozen dataclasses.
Every fact has a `source`, the URL of the public page that says so, and a `date`, the day on which
that page said it. A fact without such a page is left out, or, in `durations`, `verified` is False.
"""

from spec.facts.access_policies import (
    AccessEntryType,
    AccessPolicy,
    access_entry_types,
    access_policies,
)
from spec.facts.addon_features import AddonFeature, addon_features
from spec.facts.addon_pods import (
    AddonPods,
    AddonSetting,
    addon_pods,
    addon_settings,
    known_addons,
    other_addons,
)
from spec.facts.addons import Addon, AddonVersion, addon_version, addon_versions, addons
from spec.facts.ami_types import AmiType, ami_types, image_for
from spec.facts.auto_mode import AutoModeNodePool, auto_mode_node_pools
from spec.facts.control_plane_tiers import ControlPlaneTier, control_plane_tiers
from spec.facts.durations import Duration, durations
from spec.facts.fault_codes import FaultCode, fault_code, fault_codes, health_issue_codes
from spec.facts.guardrails import Guardrail, guardrails
from spec.facts.iam_actions import iam_actions
from spec.facts.image_registries import image_registries
from spec.facts.instance_types import InstanceType, instance_types
from spec.facts.interruption_events import InterruptionEvent, interruption_events
from spec.facts.kubelet_settings import KubeletSetting, kubelet_settings
from spec.facts.kubernetes import AmiRelease, KubernetesVersion, ami_releases, kubernetes_versions
from spec.facts.limits import Limit, limits
from spec.facts.local_zones import LocalZone, local_zones
from spec.facts.prices import Price, price
from spec.facts.published_interfaces import PublishedInterfaces, published_interfaces
from spec.facts.quotas import Quota, quotas
from spec.facts.regions import Region, Zone, regions
from spec.facts.role_policies import RolePolicy, role_policies
from spec.facts.secondary_cidrs import (
    SecondaryCidrRule,
    refused_secondary_cidr,
    secondary_cidr_rules,
)
from spec.facts.service_linked_roles import service_linked_roles
from spec.facts.volume_types import VolumeType, volume_types
from spec.facts.vpc_endpoints import VpcEndpoint, vpc_endpoints
from spec.facts.workload_policies import (
    WorkloadPolicy,
    controller_policies,
    workload_policies,
)

__all__ = [
    "AccessEntryType",
    "AccessPolicy",
    "Addon",
    "AddonFeature",
    "AddonPods",
    "AddonSetting",
    "AddonVersion",
    "AmiRelease",
    "AmiType",
    "AutoModeNodePool",
    "ControlPlaneTier",
    "Duration",
    "FaultCode",
    "Guardrail",
    "InstanceType",
    "InterruptionEvent",
    "KubeletSetting",
    "KubernetesVersion",
    "Limit",
    "LocalZone",
    "Price",
    "PublishedInterfaces",
    "Quota",
    "Region",
    "RolePolicy",
    "SecondaryCidrRule",
    "VolumeType",
    "VpcEndpoint",
    "WorkloadPolicy",
    "Zone",
    "access_entry_types",
    "access_policies",
    "addon_features",
    "addon_pods",
    "addon_settings",
    "addon_version",
    "addon_versions",
    "addons",
    "ami_releases",
    "ami_types",
    "auto_mode_node_pools",
    "control_plane_tiers",
    "controller_policies",
    "durations",
    "fault_code",
    "fault_codes",
    "guardrails",
    "health_issue_codes",
    "iam_actions",
    "image_for",
    "image_registries",
    "instance_types",
    "interruption_events",
    "known_addons",
    "kubelet_settings",
    "kubernetes_versions",
    "limits",
    "local_zones",
    "other_addons",
    "price",
    "published_interfaces",
    "quotas",
    "refused_secondary_cidr",
    "regions",
    "role_policies",
    "secondary_cidr_rules",
    "service_linked_roles",
    "volume_types",
    "vpc_endpoints",
    "workload_policies",
]
