"""No silent field: another value of any field of the stack file changes what is registered.

Or the stack is refused: acknowledgements change nothing but that. What counts is what the engine is
asked for: inputs, options and dependencies of all resources, the provider's too, and outputs.
"""

import dataclasses
import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from policy import RULES, Finding, Resource
from policy.waivers import read as waivers_of
from policy.waivers import ruling
from tests.components.account import Account
from tests.components.fields import ANY, all_fields
from tests.components.program import RefusedError, run
from tests.components.stacks import (
    ACCOUNT_WITH_VPC,
    BOUNDARY,
    CAPABILITIES,
    EXISTING,
    OTHER_VPC,
    iam,
    key,
    stack,
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Change:
    """Another value of one field.

    Attributes:
        path: The field, with names and numbers of entries, e.g. `access.entries.it.principal`.
        value: The value.
        base: The `cluster:` keys of the stack in which it is changed; the field may be among them.
        account: The account.
    """

    path: str
    value: Any
    base: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    account: Account = ACCOUNT_WITH_VPC

    @property
    def field(self) -> str:
        """The field as `all_fields` names it."""
        return next(it for it in all_fields() if _pattern(it).fullmatch(self.path))

    @property
    def before(self) -> dict[str, Any]:
        """The stack as it was."""
        return stack(**self.base)

    @property
    def after(self) -> dict[str, Any]:
        """The stack with the other value."""
        return self.laid_over(self.before)

    def laid_over(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """A stack with the other value, in which the entries that it lies in are there."""
        namespace, rest = self.path.split(":")
        first, *steps = rest.split(".")
        key = f"{namespace}:{first}"
        return {**config, key: _with(config.get(key), steps, self.value)}


def _pattern(field: str) -> re.Pattern[str]:
    return re.compile(re.escape(field).replace(re.escape(ANY), r"[^.]+"))


def _with(there: Any, steps: list[str], value: Any) -> Any:
    """A value with another at a path below it."""
    if not steps:
        return value
    step, *rest = steps
    if isinstance(there, list):
        return [
            _with(it, rest, value) if str(index) == step else it for index, it in enumerate(there)
        ]
    inner = dict(there or {})
    inner[step] = _with(inner.get(step), rest, value)
    return inner


def _own(**fields: Any) -> dict[str, Any]:
    """A stack with a self-managed group."""
    group = {"instanceTypes": ["m7i.large"], "nodes": {"min": 1, "desired": 2, "max": 6}, **fields}
    return {"selfManagedNodeGroups": {"it": group}}


_QUEUE = "arn:aws:sqs:ap-northeast-2:123456789012:"
_HOOK = {"transition": "terminating", "targetArn": _QUEUE + "a", "roleArn": iam("role/It")}


def _cluster(base: Mapping[str, Any], **fields: Any) -> list[Change]:
    """Changes of fields below `cluster:`, whose dots are written as two underscores."""
    return [
        Change(path="cluster:" + name.replace("__", "."), value=value, base=base)
        for name, value in fields.items()
    ]


_ENTRY = {
    "access": {
        "entries": {
            "it": {
                "principal": iam("role/It"),
                "policies": [{"policy": "AmazonEKSViewPolicy"}],
            }
        }
    }
}
_PROVIDER = {
    "access": {
        "identityProviders": {"it": {"issuerUrl": "https://login.example.com", "clientId": "a"}}
    }
}
_RULE = {
    "controlPlane": {
        "securityGroupRules": {
            "it": {"description": "it", "fromPort": 443, "cidr": "10.200.0.0/16"}
        }
    }
}
_GROUP_RULE = {
    "controlPlane": {
        "securityGroupRules": {
            "it": {"description": "it", "fromPort": 443, "securityGroup": "sg-0123abcd"}
        }
    }
}
_LIST_RULE = {
    "controlPlane": {
        "securityGroupRules": {
            "it": {"description": "it", "fromPort": 443, "prefixList": "pl-0123abcd"}
        }
    }
}
_SCHEDULER = {"controlPlane": {"scheduler": {"resources": [{"name": "cpu", "weight": 1}]}}}
_TAINTED = {
    "nodeGroups": {
        "it": {
            "instanceTypes": ["t3.large"],
            "nodes": {"min": 1, "desired": 2, "max": 3},
            "taints": [{"key": "for", "value": "it", "effect": "NoSchedule"}],
        }
    }
}
_PROFILE = {"fargateProfiles": {"it": {"selectors": [{"namespace": "batch"}]}}}
_ZONE = {"subnets": {"zones": ["ap-northeast-2a"]}}


def _group(**fields: Any) -> dict[str, Any]:
    """A stack with a second group of nodes."""
    it = {"instanceTypes": ["m7i.large"], "nodes": 1, **fields}
    return {"nodeGroups": {"it": {key: value for key, value in it.items() if value is not None}}}


_SELECTOR = _group(
    instanceTypes=None, instanceSelector={"vcpus": {"min": 2, "max": 4}, "memoryGib": {"max": 32}}
)
_FAMILY = _group(
    instanceTypes=None,
    instanceSelector={"vcpus": {"max": 4}, "memoryGib": {"max": 16}, "families": ["m7i"]},
)
_KUBELET = _group(
    kubelet={
        "serializeImagePulls": False,
        "evictionSoft": {"memory.available": "10%"},
        "evictionSoftGracePeriod": {"memory.available": "90s"},
    }
)
_GPUS = _group(
    instanceTypes=None,
    instanceSelector={"vcpus": {"min": 1}, "memoryGib": {"min": 1}, "gpus": {"min": 4}},
)
_REPAIR = _group(
    repair={
        "overrides": [
            {
                "condition": "AcceleratedHardwareReady",
                "reason": "NvidiaXID64Error",
                "waitMinutes": 5,
                "action": "Replace",
            }
        ]
    }
)
_VOLUMES = _group(
    volume={"type": "io2", "iops": 3000},
    extraVolumes=[{"device": "/dev/sdf", "size": 200, "type": "io2", "iops": 3000}],
)
_POLICY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
_ANCHOR = (
    "arn:aws:rolesanywhere:ap-northeast-2:123456789012:"
    "trust-anchor/01234567-89ab-cdef-0123-456789abcdef"
)
_READ = {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
_VERSION = {"version": "v1.2.3-eksbuild.4"}
_ADDON = {
    "iam": {"oidcProvider": True},
    "addons": {
        "other": {
            **_VERSION,
            "identity": {"serviceAccount": "a", "policies": [_POLICY]},
            "namespace": "apps",
        }
    },
}
_METRICS = {"addons": {"metrics-server": _VERSION}}
_ACCOUNT = {
    "iam": {"oidcProvider": True},
    "serviceAccounts": {
        "it": {
            "namespace": "apps",
            "serviceAccount": "it",
            "wellKnown": ["externalDns"],
            "hostedZones": ["Z1"],
        }
    },
}
_GIVEN = {"namespace": "apps", "serviceAccount": "it", "roleArn": iam("role/It")}
_VPC = {"network": {"existing": EXISTING}}
_IDS = {tier: [f"subnet-{tier}000000{it}" for it in (1, 2, 3)] for tier in (0, 1, 2, 3)}
_BY_TAGS = {
    "network": {
        "existing": {
            **EXISTING,
            "privateSubnets": {"tags": {"tier": "private"}},
            "publicSubnets": {"tags": {"tier": "public"}},
            "controlPlaneSubnets": {"tags": {"tier": "intra"}},
            "podSubnets": {"tags": {"tier": "pods"}},
        }
    }
}
_ARGO = {"capabilities": CAPABILITIES}
_PODS = {"network": {"pods": {"prefixDelegation": True}}}
_TIMES = {"create": "71m", "update": "72m", "delete": "73m"}

CHANGES = [
    Change(path="aws:region", value="eu-central-1"),
    Change(path="aws:profile", value="work"),
    Change(path="aws:allowedAccountIds", value=["123456789012"]),
    *_cluster(
        {},
        name="other",
        kubernetesVersion="1.35",
        tags={"team": "a"},
        network__cidr="10.8.0.0/16",
        network__availabilityZones=2,
        network__natGateways="perZone",
        network__intraSubnets=True,
        network__controlPlaneSubnets="dedicated",
        network__vpcEndpoints=["s3", "sts"],
        network__ipFamily="ipv6",
        network__dualStack=True,
        network__serviceCidr="172.20.0.0/16",
        network__flowLogs__trafficType="ALL",
        network__flowLogs__retentionDays=30,
        network__flowLogs__aggregationSeconds=60,
        network__pods__cidr="100.64.0.0/16",
        network__pods__prefixDelegation=True,
        network__pods__warmIpTarget=5,
        network__pods__minimumIpTarget=10,
        network__pods__warmEniTarget=2,
        network__pods__networkPolicy=True,
        network__pods__securityGroups=True,
        endpoint__publicAccessCidrs=["198.51.100.0/24"],
        controlPlane__supportType="EXTENDED",
        controlPlane__deletionProtection=True,
        controlPlane__zonalShift=True,
        controlPlane__scalingTier="tier-xl",
        controlPlane__egressMode="CUSTOMER_ROUTED",
        controlPlane__forceUpdate=True,
        controlPlane__scheduler__scoringStrategy="MostAllocated",
        logging__types=["api"],
        logging__retentionDays=30,
        logging__class="INFREQUENT_ACCESS",
        logging__keyArn=key(),
        logging__keepOnDestroy=True,
        encryption__keyArn=key(),
        encryption__administrators=[iam("role/Keys")],
        encryption__rotationDays=90,
        encryption__deletionWindowDays=7,
        access__admins=["creator", iam("role/Admin")],
        access__authenticationMode="API_AND_CONFIG_MAP",
        access__kubeconfig__roleArn=iam("role/Kube"),
        access__kubeconfig__profile="kube",
        iam__permissionsBoundary=BOUNDARY,
        iam__path="/eks/",
        iam__oidcProvider=True,
        timeouts__controlPlane__create="45m",
        timeouts__controlPlane__update="45m",
        timeouts__controlPlane__delete="45m",
        timeouts__nodeGroups__create="45m",
        timeouts__nodeGroups__update="45m",
        timeouts__nodeGroups__delete="45m",
        timeouts__addons__create="45m",
        timeouts__addons__update="45m",
        timeouts__addons__delete="45m",
        nodeGroups__general__instanceTypes=["t3.medium", "t3.large"],
        nodeGroups__general__diskSize=100,
        nodeGroups__general__capacityType="SPOT",
        nodeGroups__general__labels={"tier": "web"},
    ),
    *_cluster(
        {"timeouts": dict.fromkeys(("controlPlane", "nodeGroups", "addons"), _TIMES)},
        timeouts__controlPlane__create="46m",
        timeouts__nodeGroups__update="46m",
        timeouts__addons__delete="46m",
    ),
    *_cluster(
        _PROFILE,
        fargateProfiles__it__selectors__0__namespace="jobs",
        fargateProfiles__it__selectors__0__labels={"size": "small"},
        fargateProfiles__it__subnets__zones=["ap-northeast-2a"],
        fargateProfiles__it__policies=["arn:aws:iam::aws:policy/CloudWatchLogsFullAccess"],
        fargateProfiles__it__tags={"cost-center": "42"},
        fargateProfiles__it__timeouts__create="20m",
        fargateProfiles__it__timeouts__update="20m",
        fargateProfiles__it__timeouts__delete="20m",
        timeouts__fargateProfiles__create="20m",
        timeouts__fargateProfiles__update="20m",
        timeouts__fargateProfiles__delete="20m",
    ),
    *_cluster({"network": {"natGateways": "none"}}, network__publicSubnets=True),
    *_cluster(_PODS, network__pods__warmPrefixTarget=2),
    *_cluster(
        {"endpoint": {"publicAccessCidrs": ["0.0.0.0/0"], "acknowledgeOpenToInternet": True}},
        endpoint__private=False,
    ),
    *_cluster({"nodeGroups": None, "autoMode": {}}, autoMode__nodePools=["system"]),
    *_cluster(
        {"hybridNodes": {"nodeCidrs": ["192.168.0.0/17"]}},
        hybridNodes__nodeCidrs=["192.168.0.0/18"],
        hybridNodes__podCidrs=["192.168.128.0/17"],
        hybridNodes__role__policies=[_POLICY],
        hybridNodes__role__trustAnchorArn=_ANCHOR,
    ),
    *_cluster(
        {"karpenter": {}, "iam": {"oidcProvider": True}},
        karpenter__namespace="karpenter",
        karpenter__serviceAccount="other",
        karpenter__identity="irsa",
        karpenter__policies=[_POLICY],
        karpenter__nodePolicies=[_POLICY],
        karpenter__ssm=True,
        karpenter__windows=True,
        karpenter__interruptionQueue=False,
    ),
    *_cluster(
        {"controlPlane": {"apiServer": {"serviceNodePortRange": {"min": 30000, "max": 31000}}}},
        controlPlane__apiServer__eventTtl="30m",
        controlPlane__apiServer__serviceNodePortRange__min=30100,
        controlPlane__apiServer__serviceNodePortRange__max=31100,
    ),
    *_cluster(
        {"controlPlane": {"scalingTier": "tier-xl"}},
        controlPlane__controllerManager__horizontalPodAutoscalerSyncPeriod="10s",
        controlPlane__controllerManager__terminatedPodGcThreshold=11000,
    ),
    *_cluster(
        _SCHEDULER,
        controlPlane__scheduler__resources__0__name="memory",
        controlPlane__scheduler__resources__0__weight=2,
    ),
    *_cluster(
        _RULE,
        controlPlane__securityGroupRules__it__description="other",
        controlPlane__securityGroupRules__it__direction="egress",
        controlPlane__securityGroupRules__it__protocol="udp",
        controlPlane__securityGroupRules__it__fromPort=80,
        controlPlane__securityGroupRules__it__toPort=8443,
        controlPlane__securityGroupRules__it__cidr="10.201.0.0/16",
    ),
    *_cluster(_GROUP_RULE, controlPlane__securityGroupRules__it__securityGroup="sg-4567cdef"),
    *_cluster(_LIST_RULE, controlPlane__securityGroupRules__it__prefixList="pl-4567cdef"),
    *_cluster(
        _ENTRY,
        access__entries__it__principal=iam("role/Other"),
        access__entries__it__kubernetesGroups=["a"],
        access__entries__it__username="it",
        access__entries__it__policies__0__policy="AmazonEKSEditPolicy",
        access__entries__it__policies__0__namespaces=["a"],
    ),
    *_cluster(
        {"access": {"entries": {"it": {"principal": iam("role/It")}}}},
        access__entries__it__type="EC2_LINUX",
    ),
    *_cluster(
        _PROVIDER,
        access__identityProviders__it__issuerUrl="https://login.example.org",
        access__identityProviders__it__clientId="b",
        access__identityProviders__it__usernameClaim="email",
        access__identityProviders__it__usernamePrefix="a:",
        access__identityProviders__it__groupsClaim="groups",
        access__identityProviders__it__groupsPrefix="a:",
        access__identityProviders__it__requiredClaims={"a": "b"},
    ),
    *_cluster(
        _ARGO,
        capabilities__argo__argoCd__identityCenterArn="arn:aws:sso:::instance/ssoins-abcdef1234567890",
        capabilities__argo__argoCd__identityCenterRegion="us-east-1",
        capabilities__argo__argoCd__namespace="cd",
        capabilities__argo__argoCd__vpcEndpointIds=["vpce-0123abcd"],
        capabilities__argo__argoCd__roleMappings__0__role="VIEWER",
        capabilities__argo__argoCd__roleMappings__0__identities__0__id="c-d",
        capabilities__argo__argoCd__roleMappings__0__identities__0__type="SSO_USER",
        capabilities__ack__policies=["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
    ),
    *_cluster({"capabilities": {"it": {"type": "KRO"}}}, capabilities__it__type="ACK"),
    *_cluster(
        _TAINTED,
        nodeGroups__it__nodes__min=2,
        nodeGroups__it__nodes__desired=3,
        nodeGroups__it__nodes__max=4,
        nodeGroups__it__taints__0__key="of",
        nodeGroups__it__taints__0__value="them",
        nodeGroups__it__taints__0__effect="NoExecute",
    ),
    *_cluster(
        _group(),
        nodeGroups__it__scaling="autoscaler",
        nodeGroups__it__imageFamily="BOTTLEROCKET",
        nodeGroups__it__amiId="ami-0123abcd",
        nodeGroups__it__imageRelease="1.36.2-20260625",
        nodeGroups__it__update__maxUnavailable=2,
        nodeGroups__it__update__maxUnavailablePercentage=33,
        nodeGroups__it__update__strategy="MINIMAL",
        nodeGroups__it__update__force=True,
        nodeGroups__it__repair__maxUnhealthy=2,
        nodeGroups__it__repair__maxUnhealthyPercentage=20,
        nodeGroups__it__repair__maxParallel=2,
        nodeGroups__it__repair__maxParallelPercentage=20,
        nodeGroups__it__warmPool__minSize=1,
        nodeGroups__it__warmPool__maxPrepared=3,
        nodeGroups__it__warmPool__state="RUNNING",
        nodeGroups__it__warmPool__reuseOnScaleIn=True,
        nodeGroups__it__subnets__tier="public",
        nodeGroups__it__subnets__zones=["ap-northeast-2a"],
        nodeGroups__it__perZone=True,
        nodeGroups__it__ssh__keyName="mine",
        nodeGroups__it__ssm=True,
        nodeGroups__it__rolePolicies=["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
        nodeGroups__it__tags={"cost-center": "42"},
        nodeGroups__it__timeouts__create="45m",
        nodeGroups__it__timeouts__update="45m",
        nodeGroups__it__timeouts__delete="45m",
        nodeGroups__it__volume__type="gp2",
        nodeGroups__it__volume__iops=4000,
        nodeGroups__it__volume__throughput=250,
        nodeGroups__it__volume__keyArn=key(),
        nodeGroups__it__metadata__hopLimit=2,
        nodeGroups__it__metadata__ipv6=True,
        nodeGroups__it__monitoring=True,
        nodeGroups__it__tenancy="dedicated",
        nodeGroups__it__placement__groupName="mine",
        nodeGroups__it__placement__strategy="spread",
        nodeGroups__it__capacityReservation__preference="none",
        nodeGroups__it__capacityReservation__id="cr-0123abcd",
        nodeGroups__it__capacityReservation__resourceGroupArn=(
            "arn:aws:resource-groups:ap-northeast-2:123456789012:group/gpus"
        ),
        nodeGroups__it__cpu__nestedVirtualization=True,
        nodeGroups__it__securityGroups=["sg-0123abcd"],
        nodeGroups__it__ebsOptimized=True,
    ),
    *_cluster(_group(imageFamily="BOTTLEROCKET"), nodeGroups__it__fips=True),
    *_cluster(_group(instanceTypes=["m7i.xlarge"]), nodeGroups__it__enclaves=True),
    *_cluster(
        _group(instanceTypes=["m6a.large"], cpu={"cores": 1, "threadsPerCore": 2}),
        nodeGroups__it__cpu__amdSevSnp=True,
        nodeGroups__it__cpu__threadsPerCore=1,
    ),
    *_cluster(
        _group(instanceTypes=["m6a.4xlarge"], cpu={"cores": 4, "threadsPerCore": 2}),
        nodeGroups__it__cpu__cores=8,
    ),
    *_cluster(_group(instanceTypes=["t3.large"]), nodeGroups__it__cpuCredits="standard"),
    *_cluster(
        _group(instanceTypes=["p4d.24xlarge"], **_ZONE, efa="efa"), nodeGroups__it__efa="efa-only"
    ),
    *_cluster(
        _group(placement={"strategy": "partition", "partitionCount": 3}),
        nodeGroups__it__placement__partitionCount=4,
    ),
    *_cluster(_group(ssh={"keyName": "mine"}), nodeGroups__it__ssh__securityGroups=["sg-0123abcd"]),
    *_cluster(
        _group(launchTemplate={"id": "lt-0123abcd", "version": "3"}),
        nodeGroups__it__launchTemplate__id="lt-4567cdef",
        nodeGroups__it__launchTemplate__version="4",
        nodeGroups__it__launchTemplate__customImage=True,
    ),
    *_cluster(
        _VOLUMES,
        nodeGroups__it__extraVolumes__0__device="/dev/sdg",
        nodeGroups__it__extraVolumes__0__size=300,
        nodeGroups__it__extraVolumes__0__type="io1",
        nodeGroups__it__extraVolumes__0__iops=4000,
        nodeGroups__it__extraVolumes__0__keyArn=key(),
        nodeGroups__it__extraVolumes__0__snapshotId="snap-0123abcd",
    ),
    *_cluster(
        _group(extraVolumes=[{"device": "/dev/sdf", "size": 200}]),
        nodeGroups__it__extraVolumes__0__throughput=250,
    ),
    *_cluster(
        _REPAIR,
        nodeGroups__it__repair__overrides__0__condition="KernelReady",
        nodeGroups__it__repair__overrides__0__reason="ForkFailedOutOfPIDs",
        nodeGroups__it__repair__overrides__0__waitMinutes=10,
        nodeGroups__it__repair__overrides__0__action="Reboot",
    ),
    *_cluster(
        _SELECTOR,
        nodeGroups__it__instanceSelector__vcpus__min=4,
        nodeGroups__it__instanceSelector__memoryGib__min=32,
        nodeGroups__it__instanceSelector__architecture="arm64",
        nodeGroups__it__instanceSelector__families=["m7i"],
        nodeGroups__it__instanceSelector__burstable=True,
        nodeGroups__it__instanceSelector__maxTypes=2,
        nodeGroups__it__instanceSelector__gpus__min=1,
    ),
    *_cluster(
        {},
        addons__coredns__enabled=False,
        addons__coredns__version="v1.14.3-eksbuild.1",
        addons__coredns__configuration={"replicaCount": 3},
        addons__coredns__conflictsOnCreate="NONE",
        addons__coredns__conflictsOnUpdate="OVERWRITE",
        addons__coredns__preserve=True,
    ),
    *_cluster(
        _METRICS,
        **{
            "addons__metrics-server__namespace": "metrics",
            "addons__metrics-server__phase": "beforeNodes",
        },
    ),
    *_cluster(
        _ADDON,
        addons__other__identity__type="irsa",
        addons__other__identity__policies=[_POLICY, iam("policy/other")],
        addons__other__identity__serviceAccount="b",
    ),
    *_cluster(
        {"addons": {"aws-ebs-csi-driver": _VERSION}},
        **{"addons__aws-ebs-csi-driver__identity__roleArn": iam("role/Ebs")},
    ),
    *_cluster(
        _ACCOUNT,
        serviceAccounts__it__namespace="tools",
        serviceAccounts__it__serviceAccount="other",
        serviceAccounts__it__identity="irsa",
        serviceAccounts__it__wellKnown=["externalDns", "certManager"],
        serviceAccounts__it__hostedZones=["Z2"],
        serviceAccounts__it__policies=[_POLICY],
        serviceAccounts__it__inlinePolicies={"read": _READ},
    ),
    *_cluster({"serviceAccounts": {"it": _GIVEN}}, serviceAccounts__it__roleArn=iam("role/Other")),
    *_cluster(
        _FAMILY,
        nodeGroups__it__instanceSelector__vcpus__max=2,
        nodeGroups__it__instanceSelector__memoryGib__max=8,
    ),
    *_cluster(
        _KUBELET,
        nodeGroups__it__kubelet__cpuManagerPolicy="static",
        nodeGroups__it__kubelet__topologyManagerPolicy="restricted",
        nodeGroups__it__kubelet__topologyManagerScope="pod",
        nodeGroups__it__kubelet__memoryManagerPolicy="Static",
        nodeGroups__it__kubelet__systemReserved={"memory": "200Mi"},
        nodeGroups__it__kubelet__kubeReserved={"cpu": "100m"},
        nodeGroups__it__kubelet__evictionHard={"memory.available": "5%"},
        nodeGroups__it__kubelet__evictionSoft={"memory.available": "15%"},
        nodeGroups__it__kubelet__evictionSoftGracePeriod={"memory.available": "2m"},
        nodeGroups__it__kubelet__imageGCHighThresholdPercent=80,
        nodeGroups__it__kubelet__imageGCLowThresholdPercent=60,
        nodeGroups__it__kubelet__containerLogMaxSize="20Mi",
        nodeGroups__it__kubelet__containerLogMaxFiles=4,
        nodeGroups__it__kubelet__registryPullQPS=10,
        nodeGroups__it__kubelet__registryBurst=20,
        nodeGroups__it__kubelet__serializeImagePulls=True,
        nodeGroups__it__kubelet__maxParallelImagePulls=4,
        nodeGroups__it__kubelet__podPidsLimit=1024,
        nodeGroups__it__kubelet__allowedUnsafeSysctls=["net.core.somaxconn"],
        nodeGroups__it__kubelet__shutdownGracePeriod="30s",
        nodeGroups__it__kubelet__shutdownGracePeriodCriticalPods="10s",
        nodeGroups__it__kubelet__extra={"logging": {"verbosity": 3}},
        nodeGroups__it__containerd__config="version = 3",
        nodeGroups__it__containerd__baseRuntimeSpec={"linux": {}},
        nodeGroups__it__maxPods=50,
        nodeGroups__it__registry__mirrors={"docker.io": ["https://mirror.example.com"]},
        nodeGroups__it__proxy__https="http://proxy.example.com:3128",
        nodeGroups__it__preBootstrap=["echo hello"],
        nodeGroups__it__localStorage__strategy="RAID0",
    ),
    *_cluster(
        _group(proxy={"https": "http://proxy.example.com:3128"}),
        nodeGroups__it__proxy__http="http://proxy.example.com:8080",
        nodeGroups__it__proxy__noProxy=[".example.com"],
    ),
    *_cluster(
        _group(imageFamily="BOTTLEROCKET"),
        nodeGroups__it__bottlerocket={"kernel": {"lockdown": "integrity"}},
    ),
    *_cluster(_GPUS, nodeGroups__it__instanceSelector__gpus__max=4),
    Change(
        path="cluster:network.localZones",
        value={"us-west-2-lax-1a": "10.0.254.0/23"},
        base={
            "aws": {"region": "us-west-2"},
            "network": {"localZones": {"us-west-2-lax-1a": "10.0.252.0/23"}},
        },
    ),
    *_cluster(
        _VPC,
        network__existing__privateSubnets=_IDS[0][:2],
        network__existing__publicSubnets=_IDS[1],
        network__existing__controlPlaneSubnets=_IDS[2],
        network__existing__podSubnets=_IDS[3],
        network__existing__tagSubnets=True,
    ),
    *_cluster(
        {
            "network": {
                "existing": {
                    "vpc": {"tags": {"Name": "first"}},
                    "privateSubnets": {"tags": {"tier": "private"}},
                }
            }
        },
        network__existing__vpc__tags={"Name": "second"},
    ),
    *_cluster(
        _BY_TAGS,
        network__existing__privateSubnets__tags={"tier": "private", "first": "yes"},
        network__existing__publicSubnets__tags={"tier": "public", "first": "yes"},
        network__existing__controlPlaneSubnets__tags={"tier": "intra", "first": "yes"},
        network__existing__podSubnets__tags={"tier": "more-pods"},
    ),
    *_cluster(
        {"network": {"existing": {**EXISTING, "privateSubnets": {"tags": {"tier": "private"}}}}},
        network__existing__vpc=OTHER_VPC,
    ),
    *_cluster(
        _own(),
        selfManagedNodeGroups__it__instanceTypes=["m6i.large"],
        selfManagedNodeGroups__it__labels={"a": "b"},
        selfManagedNodeGroups__it__diskSize=100,
        selfManagedNodeGroups__it__refresh__minHealthyPercentage=50,
        selfManagedNodeGroups__it__refresh__maxHealthyPercentage=150,
        selfManagedNodeGroups__it__refresh__warmupSeconds=60,
        selfManagedNodeGroups__it__refresh__checkpoints=[50, 100],
        selfManagedNodeGroups__it__refresh__skipMatching=True,
        selfManagedNodeGroups__it__refresh__autoRollback=True,
        selfManagedNodeGroups__it__refresh__protected="Refresh",
        selfManagedNodeGroups__it__refresh__standby="Terminate",
        selfManagedNodeGroups__it__distribution__onDemandBase=1,
        selfManagedNodeGroups__it__distribution__onDemandStrategy="lowest-price",
        selfManagedNodeGroups__it__weights={"m7i.large": 2},
        selfManagedNodeGroups__it__suspendedProcesses=["AZRebalance"],
        selfManagedNodeGroups__it__metrics=["GroupTotalInstances"],
        selfManagedNodeGroups__it__maxLifetimeDays=14,
        selfManagedNodeGroups__it__warmPool__minSize=1,
        selfManagedNodeGroups__it__warmPool__maxPrepared=3,
        selfManagedNodeGroups__it__warmPool__state="RUNNING",
        selfManagedNodeGroups__it__warmPool__reuseOnScaleIn=True,
        selfManagedNodeGroups__it__terminationPolicies=["OldestInstance"],
        selfManagedNodeGroups__it__healthCheckGraceSeconds=60,
        selfManagedNodeGroups__it__warmupSeconds=60,
        selfManagedNodeGroups__it__protectFromScaleIn=True,
    ),
    *_cluster(
        _own(refresh={"checkpoints": [50, 100]}),
        selfManagedNodeGroups__it__refresh__checkpointPause="30m",
    ),
    *_cluster(
        _own(distribution={"onDemandPercentage": 0}),
        selfManagedNodeGroups__it__distribution__onDemandPercentage=50,
        selfManagedNodeGroups__it__distribution__spotStrategy="capacity-optimized",
        selfManagedNodeGroups__it__distribution__spotMaxPrice="0.05",
        selfManagedNodeGroups__it__capacityRebalance=True,
    ),
    *_cluster(
        _own(distribution={"onDemandPercentage": 0, "spotStrategy": "lowest-price"}),
        selfManagedNodeGroups__it__distribution__spotPools=3,
    ),
    *_cluster(
        _own(maintenance={"minHealthyPercentage": 90, "maxHealthyPercentage": 110}),
        selfManagedNodeGroups__it__maintenance__minHealthyPercentage=80,
        selfManagedNodeGroups__it__maintenance__maxHealthyPercentage=120,
    ),
    *_cluster(
        _own(lifecycleHooks={"a": _HOOK}),
        selfManagedNodeGroups__it__lifecycleHooks__a__transition="launching",
        selfManagedNodeGroups__it__lifecycleHooks__a__heartbeat="10m",
        selfManagedNodeGroups__it__lifecycleHooks__a__defaultResult="ABANDON",
        selfManagedNodeGroups__it__lifecycleHooks__a__metadata="b",
        selfManagedNodeGroups__it__lifecycleHooks__a__targetArn=_QUEUE + "b",
        selfManagedNodeGroups__it__lifecycleHooks__a__roleArn=iam("role/Other"),
    ),
]
"""Another valid value of every field that describes something."""

_OF_GROUPS = "cluster:nodeGroups."


def _of_own(changes: Iterable[Change]) -> Iterator[Change]:
    """Changes of managed groups as those of self-managed ones, of fields that both have."""
    own = "cluster:selfManagedNodeGroups."
    patterns = [_pattern(it) for it in all_fields() if it.startswith(own)]
    said = {it.path for it in changes}
    for it in changes:
        path = it.path.replace(_OF_GROUPS, own)
        is_new = path not in said and "nodeGroups" in it.base
        if is_new and any(pattern.fullmatch(path) for pattern in patterns):
            base = {**it.base}
            base["selfManagedNodeGroups"] = base.pop("nodeGroups")
            yield dataclasses.replace(it, path=path, base=base)


CHANGES += [*_of_own(CHANGES)]

ACKNOWLEDGEMENTS = {
    "cluster:endpoint.acknowledgeOpenToInternet": (
        {"endpoint": {"publicAccessCidrs": ["0.0.0.0/0"], "acknowledgeOpenToInternet": True}},
        {"endpoint": {"publicAccessCidrs": ["0.0.0.0/0"]}},
        "acknowledgeOpenToInternet: true",
    ),
    "cluster:access.deployersWithoutAdmin": (
        {"access": {"admins": [iam("role/A")], "deployersWithoutAdmin": [iam("user/somebody")]}},
        {"access": {"admins": [iam("role/A")]}},
        "to deployersWithoutAdmin",
    ),
}
"""Fields without which a stack is refused: with and without them, and what is said then."""

WAIVER = {"rule": "tags", "resource": "it", "reason": "moves in spring", "until": "2027-03-31"}
WAIVED = {
    "cluster:policy.waivers.*.rule": {**WAIVER, "rule": "sg_egress"},
    "cluster:policy.waivers.*.resource": {**WAIVER, "resource": "other"},
    "cluster:policy.waivers.*.reason": {**WAIVER, "reason": "the vendor says so"},
    "cluster:policy.waivers.*.until": {**WAIVER, "until": "2027-04-30"},
}
"""Fields that the policy pack reads, which registers nothing: a waiver, with another value."""


def test_every_field_of_the_stack_file_is_changed():
    changed = {it.field for it in CHANGES} | ACKNOWLEDGEMENTS.keys() | WAIVED.keys()
    assert not set(all_fields()) - changed, "fields that no change here shows to be of effect"


@pytest.mark.parametrize("change", CHANGES, ids=lambda it: f"{it.path}={it.value}"[:90])
def test_another_value_changes_what_is_registered(change):
    before = run(change.before, account=change.account)
    after = run(change.after, account=change.account)
    assert before.snapshot() != after.snapshot()


def test_the_same_stack_is_registered_alike_twice():
    assert run(stack()).snapshot() == run(stack()).snapshot()


@pytest.mark.parametrize("field", ACKNOWLEDGEMENTS)
def test_what_is_to_be_acknowledged_is_refused_otherwise(field):
    acknowledged, plain, words = ACKNOWLEDGEMENTS[field]
    run(stack(**acknowledged))
    with pytest.raises(RefusedError, match=words):
        run(stack(**plain))


@pytest.mark.parametrize("field", WAIVED)
def test_another_waiver_changes_what_the_policy_pack_says(field):
    tags = next(it for it in RULES if it.id == "tags")
    resource = Resource(urn="urn:it", type="aws:ec2/vpc:Vpc", name="it", properties={})
    finding = Finding(rule=tags, resource=resource, fault="has no tags but a name")
    today = datetime.date(2027, 1, 1)

    def ruled(waiver):
        waivers = waivers_of(json.dumps({"waivers": [waiver]}))
        return ruling(finding, waivers, today)

    assert ruled(WAIVER).note
    assert ruled(WAIVER) != ruled(WAIVED[field])
