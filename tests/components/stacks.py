"""Stacks of every kind, as their files would have them under `config`."""

from collections.abc import Mapping
from typing import Any

from tests.components.account import ACCOUNT, Account, Subnet

GENERAL = {"general": {"instanceTypes": ["t3.medium"], "nodes": 2}}

BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"


def iam(kind_and_name: str) -> str:
    """The ARN of a role or user of the account."""
    return f"arn:aws:iam::{ACCOUNT}:{kind_and_name}"


def key(name: str = "1234abcd") -> str:
    """The ARN of a KMS key that is there."""
    return f"arn:aws:kms:ap-northeast-2:{ACCOUNT}:key/{name}"


def merged(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping with another laid over it, level by level; None takes a key away."""
    result = dict(base)
    for name, value in change.items():
        there = result.get(name)
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping) and isinstance(there, Mapping):
            result[name] = merged(there, value)
        else:
            result[name] = value
    return result


def stack(aws: Mapping[str, Any] | None = None, **cluster: Any) -> dict[str, Any]:
    """A small stack with some keys of `cluster:` (and of `aws:`) laid over it."""
    settings = {"region": "ap-northeast-2"} | (aws or {})
    fields = merged(
        {
            "name": "dev",
            "kubernetesVersion": "1.36",
            "access": {"admins": ["creator"]},
            "nodeGroups": GENERAL,
        },
        cluster,
    )
    return {
        **{f"aws:{name}": value for name, value in settings.items()},
        **{f"cluster:{name}": value for name, value in fields.items()},
    }


_ZONES = {"a": "apne2-az1", "b": "apne2-az2", "c": "apne2-az3"}
_INTERNAL = "kubernetes.io/role/internal-elb"


def _subnets() -> dict[str, Subnet]:
    """Five tiers of subnets in three zones, and private ones of another VPC."""
    found: dict[str, Subnet] = {}
    for number, (zone, zone_id) in enumerate(_ZONES.items(), 1):
        place = {"zone": f"ap-northeast-2{zone}", "zone_id": zone_id}
        first = {"first": "yes"} if number < 3 else {}
        private = {"tier": "private", _INTERNAL: "1"} | first
        public = {"tier": "public", "kubernetes.io/role/elb": "1"} | first
        found |= {
            f"subnet-0000000{number}": Subnet(**place, tags=private),
            f"subnet-1000000{number}": Subnet(**place, tags=public, route="igw-0123abcd"),
            f"subnet-2000000{number}": Subnet(
                **place, tags={"tier": "intra"} | first, route="", own_table=False
            ),
            f"subnet-3000000{number}": Subnet(**place, tags={"tier": "pods"}),
            f"subnet-4000000{number}": Subnet(**place, tags={"tier": "more-pods"}),
            f"subnet-5000000{number}": Subnet(**place, tags=private, vpc_id="vpc-4567cdef"),
        }
    return found


ACCOUNT_WITH_VPC = Account(
    subnets=_subnets(),
    vpcs={"vpc-0123abcd": {"Name": "first"}, "vpc-4567cdef": {"Name": "second"}},
)
"""An account with a VPC of three zones: private, public, intra and pods' subnets in each."""

OTHER_VPC = "vpc-4567cdef"

EXISTING = {
    "vpc": "vpc-0123abcd",
    "privateSubnets": [f"subnet-0000000{number}" for number in (1, 2, 3)],
}

CAPABILITIES = {
    "argo": {
        "type": "ARGOCD",
        "argoCd": {
            "identityCenterArn": "arn:aws:sso:::instance/ssoins-1234567890abcdef",
            "roleMappings": [{"role": "ADMIN", "identities": [{"id": "a-b", "type": "SSO_GROUP"}]}],
        },
    },
    "ack": {"type": "ACK", "policies": ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]},
    "kro": {"type": "KRO"},
}

PROFILES = {
    "coredns": {"selectors": [{"namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}}]},
    "batch": {
        "selectors": [{"namespace": "batch-*"}, {"namespace": "jobs", "labels": {"size": "s?"}}],
        "subnets": {"zones": ["ap-northeast-2a", "ap-northeast-2c"]},
        "policies": ["arn:aws:iam::aws:policy/CloudWatchLogsFullAccess"],
    },
}

_VERSION = {"version": "v1.2.3-eksbuild.1"}
"""Of add-ons of which none is known here."""

ADDONS = {
    "vpc-cni": {"configuration": {"env": {"AWS_VPC_K8S_CNI_LOGLEVEL": "INFO"}}},
    "coredns": {"configuration": {"replicaCount": 3}, "conflictsOnUpdate": "OVERWRITE"},
    "aws-ebs-csi-driver": _VERSION,
    "aws-efs-csi-driver": {**_VERSION, "identity": {"type": "irsa"}},
    "metrics-server": _VERSION,
    "vendor_agent": {
        **_VERSION,
        "namespace": "vendor",
        "identity": {"serviceAccount": "agent", "policies": [iam("policy/agent")]},
    },
    "eks-node-monitoring-agent": {**_VERSION, "phase": "beforeNodes"},
}

SERVICE_ACCOUNTS = {
    "autoscaler": {
        "namespace": "kube-system",
        "serviceAccount": "cluster-autoscaler",
        "wellKnown": ["clusterAutoscaler"],
    },
    "dns": {
        "namespace": "dns",
        "serviceAccount": "external-dns",
        "identity": "irsa",
        "wellKnown": ["externalDns"],
        "hostedZones": ["Z0123456789ABC"],
    },
    "app": {
        "namespace": "apps",
        "serviceAccount": "app",
        "policies": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
        "inlinePolicies": {
            "read": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "sqs:SendMessage",
                        "Resource": "arn:aws:sqs:*:*:q",
                    }
                ]
            }
        },
    },
    "given": {"namespace": "apps", "serviceAccount": "given", "roleArn": iam("role/Given")},
}

KARPENTER = {
    "policies": [iam("policy/volume-key")],
    "nodePolicies": [iam("policy/nodes")],
    "ssm": True,
    "windows": True,
}

HYBRID_NODES = {"nodeCidrs": ["10.80.0.0/16"], "role": {"policies": [iam("policy/hybrid")]}}

EVERYTHING = stack(
    name="all",
    tags={"team": "platform"},
    network={
        "natGateways": "perZone",
        "intraSubnets": True,
        "controlPlaneSubnets": "dedicated",
        "dualStack": True,
        "vpcEndpoints": ["s3", "dynamodb", "ecr.api", "ecr.dkr"],
        "serviceCidr": "172.20.0.0/16",
        "flowLogs": {"trafficType": "ALL", "aggregationSeconds": 60},
        "pods": {
            "cidr": "100.64.0.0/16",
            "prefixDelegation": True,
            "warmPrefixTarget": 1,
            "networkPolicy": True,
            "securityGroups": True,
        },
    },
    endpoint={"publicAccessCidrs": ["198.51.100.0/24"]},
    controlPlane={
        "zonalShift": True,
        "deletionProtection": True,
        "scalingTier": "tier-xl",
        "apiServer": {"eventTtl": "30m"},
        "scheduler": {"scoringStrategy": "MostAllocated"},
        "controllerManager": {"horizontalPodAutoscalerSyncPeriod": "10s"},
        "securityGroupRules": {
            "vpn": {"description": "VPN", "fromPort": 443, "cidr": "10.200.0.0/16"},
            "out": {
                "description": "out",
                "direction": "egress",
                "protocol": "all",
                "prefixList": "pl-0123abcd",
            },
        },
    },
    encryption={"administrators": [iam("role/Keys")]},
    capabilities=CAPABILITIES,
    hybridNodes={"nodeCidrs": ["192.168.0.0/17"], "podCidrs": ["192.168.128.0/17"]},
    access={
        "admins": ["creator", iam("role/Platform")],
        "entries": {
            "developers": {
                "principal": iam("role/Developer"),
                "kubernetesGroups": ["developers"],
                "policies": [{"policy": "AmazonEKSEditPolicy", "namespaces": ["team-a"]}],
            },
            "outside": {"principal": iam("role/Outside"), "type": "HYBRID_LINUX"},
        },
        "identityProviders": {
            "main": {"issuerUrl": "https://login.example.com", "clientId": "kubernetes"},
            "other": {"issuerUrl": "https://login.example.org", "clientId": "kubernetes"},
        },
    },
    iam={"permissionsBoundary": BOUNDARY, "path": "/eks/", "oidcProvider": True},
    timeouts={
        it: {"create": "50m", "delete": "51m"} for it in ("controlPlane", "nodeGroups", "addons")
    },
    nodeGroups={
        "spot": {"instanceTypes": ["m7i.large", "m6i.large"], "nodes": 1, "capacityType": "SPOT"}
    },
)
"""A stack that uses nearly every component."""

KINDS: Mapping[str, tuple[dict[str, Any], Account]] = {
    name: (config, ACCOUNT_WITH_VPC)
    for name, config in {
        "development": stack(),
        "everything": EVERYTHING,
        "private": stack(network={"natGateways": "none"}),
        "private-with-public-subnets": stack(
            network={
                "natGateways": "none",
                "publicSubnets": True,
                "intraSubnets": True,
                "controlPlaneSubnets": "intra",
            }
        ),
        "ipv6": stack(network={"ipFamily": "ipv6"}),
        "dual-stack": stack(network={"dualStack": True, "natGateways": "perZone"}),
        "pods-block": stack(network={"pods": {"cidr": "100.64.0.0/16"}}),
        "local-zones": stack(
            aws={"region": "us-west-2"},
            network={"localZones": {"us-west-2-lax-1a": "10.0.252.0/23"}},
        ),
        "workloads": stack(
            iam={"oidcProvider": True}, addons=ADDONS, serviceAccounts=SERVICE_ACCOUNTS
        ),
        "storage": stack(
            iam={"oidcProvider": True},
            addons={
                "aws-ebs-csi-driver": {"identity": {"policies": [iam("policy/ebs-key")]}},
                "metrics-server": {},
            },
            serviceAccounts=SERVICE_ACCOUNTS,
        ),
        "few-addons": stack(
            addons={"kube-proxy": {"enabled": False}, "coredns": {"enabled": False}}
        ),
        "auto-mode": stack(autoMode={}, nodeGroups=None),
        "auto-mode-with-workloads": stack(
            autoMode={},
            nodeGroups=None,
            addons={"metrics-server": _VERSION},
            serviceAccounts={"given": SERVICE_ACCOUNTS["given"]},
        ),
        "auto-mode-with-groups": stack(autoMode={"nodePools": ["system"]}),
        "auto-mode-own-pools": stack(autoMode={"nodePools": []}),
        "capabilities": stack(capabilities=CAPABILITIES),
        "fargate": stack(
            fargateProfiles=PROFILES,
            nodeGroups={
                "dedicated": {
                    "instanceTypes": ["t3.medium"],
                    "nodes": 1,
                    "taints": [{"key": "dedicated", "effect": "NoSchedule"}],
                }
            },
        ),
        "fargate-alone": stack(fargateProfiles=PROFILES, nodeGroups=None),
        "karpenter": stack(karpenter=KARPENTER, hybridNodes=HYBRID_NODES),
        "karpenter-on-fargate": stack(
            iam={"oidcProvider": True},
            karpenter={"identity": "irsa", "interruptionQueue": False},
            fargateProfiles={"system": {"selectors": [{"namespace": "kube-system"}]}},
            nodeGroups=None,
        ),
        "config-map": stack(access={"authenticationMode": "CONFIG_MAP"}),
        "given-keys": stack(encryption={"keyArn": key()}, logging={"keyArn": key("5678cdef")}),
        "silent": stack(logging={"types": []}, network={"flowLogs": {"trafficType": "NONE"}}),
        "nobody": stack(
            access={"admins": "nobody", "deployersWithoutAdmin": [iam("user/somebody")]}
        ),
        "existing": stack(network={"existing": EXISTING}),
        "existing-by-tags": stack(
            network={
                "existing": {
                    "vpc": "vpc-0123abcd",
                    "privateSubnets": {"tags": {"tier": "private"}},
                    "publicSubnets": {"tags": {"tier": "public"}},
                    "controlPlaneSubnets": {"tags": {"tier": "intra"}},
                    "podSubnets": {"tags": {"tier": "pods"}},
                    "tagSubnets": True,
                }
            }
        ),
    }.items()
}
"""A stack of every kind, by name, and the account that it is for."""
