"""What is just right: the other side of each limit that test_bad_*.py crosses."""

import pytest

from tests.stack_files import read, stack_file

ROLE = "arn:aws:iam::123456789012:role"
KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd"
VPC = "vpc: vpc-0123abcd, privateSubnets: [subnet-0123abcd, subnet-0123456789abcdef0]"
IDP = "issuerUrl: 'https://login.example.com/realms/main_1', clientId: k"


def network(fields: str) -> str:
    return f"  cluster:network: {{{fields}}}"


def access(fields: str) -> str:
    return f"  cluster:access: {{admins: [creator], {fields}}}"


def plane(fields: str) -> str:
    return f"  cluster:controlPlane: {{{fields}}}"


def group(fields: str) -> str:
    return f"  cluster:nodeGroups: {{a: {{instanceTypes: [m7i.large], nodes: 1, {fields}}}}}"


EDGES = {
    "cluster name of 100 characters": f"  cluster:name: {'c' * 100}",
    "cluster name of one digit": "  cluster:name: '7'",
    "40 tags": "  cluster:tags: {" + ", ".join(f"k{n}: v" for n in range(40)) + "}",
    "longest tag": f"  cluster:tags: {{{'k' * 128}: {'v' * 256}}}",
    "tag of other alphabets": "  cluster:tags: {팀: 'Gäste = 1 + 2 @ a_b-c.d:/'}",
    "empty tag": "  cluster:tags: {a: ''}",
    "40 networks": "  cluster:endpoint: {publicAccessCidrs: ["
    + ", ".join(f"198.51.100.{n}/32" for n in range(40))
    + "]}",
    "open on purpose": "  cluster:endpoint: {private: false, publicAccessCidrs: [0.0.0.0/0], "
    "acknowledgeOpenToInternet: true}",
    "a network beside the private ones": "  cluster:endpoint: {publicAccessCidrs: [172.32.0.0/16]}",
    "IPv6 network of an IPv6 cluster": "  cluster:endpoint: "
    "{publicAccessCidrs: ['2001:db8::/32']}\n" + network("ipFamily: ipv6"),
    "no way out, private endpoint": network("natGateways: none"),
    "no way out, public subnets": network("natGateways: none, publicSubnets: true"),
    "event ttl, shortest": plane("apiServer: {eventTtl: 10m}"),
    "event ttl, longest": plane("apiServer: {eventTtl: 1h}"),
    "node ports, widest": plane("apiServer: {serviceNodePortRange: {min: 10260, max: 32767}}"),
    "node ports, one": plane("apiServer: {serviceNodePortRange: {min: 32767, max: 32767}}"),
    "weights": plane(
        "scheduler: {resources: [{name: cpu, weight: 1}, {name: memory, weight: 100}]}"
    ),
    "controller manager": plane(
        "scalingTier: tier-xl, controllerManager: {horizontalPodAutoscalerSyncPeriod: 10s, "
        "terminatedPodGcThreshold: 10000}"
    ),
    "rule of all protocols": plane(
        "securityGroupRules: {a: {description: All, protocol: all, direction: egress, "
        "prefixList: pl-0123abcd}}"
    ),
    "rule of ping": plane(
        "securityGroupRules: {a: {description: Ping, protocol: icmp, fromPort: 8, toPort: 0, "
        "cidr: 10.9.0.0/16}}"
    ),
    "rule of all ports": plane(
        "securityGroupRules: {a: {description: x, fromPort: 0, toPort: 65535, "
        "securityGroup: sg-0123456789abcdef0}}"
    ),
    "no logs": "  cluster:logging: {types: []}",
    "logs of a day": "  cluster:logging: {retentionDays: 1}",
    "key rotation, fastest": "  cluster:encryption: {rotationDays: 90, deletionWindowDays: 7}",
    "key rotation, slowest": "  cluster:encryption: {rotationDays: 2560, deletionWindowDays: 30}",
    "keys that are there": f"  cluster:encryption: {{keyArn: '{KEY}'}}\n"
    f"  cluster:logging: {{keyArn: '{KEY}'}}",
    "key for secrets, a new one for logs": f"  cluster:encryption: {{keyArn: '{KEY}', "
    "rotationDays: 90}",
    "Auto Mode alone": "  cluster:autoMode: {}\n  cluster:nodeGroups: {}",
    "Auto Mode with node pools of one's own beside groups": "  cluster:autoMode: {nodePools: []}",
    "Auto Mode and settings of the CNI for a group": "  cluster:autoMode: {}\n"
    + network("pods: {networkPolicy: true}"),
    "15 pod networks": "  cluster:hybridNodes: {nodeCidrs: [100.64.0.0/10], podCidrs: ["
    + ", ".join(f"10.81.{n}.0/24" for n in range(15))
    + "]}",
    "capabilities of each type": "  cluster:capabilities: {a: {type: kro}, b: {type: ack}, "
    "c: {type: ArgoCD, argoCd: {identityCenterArn: "
    "'arn:aws:sso:::instance/ssoins-1234567890abcdef'}}}",
    "longest path": f"  cluster:iam: {{path: '/{'p' * 510}/'}}",
    "time-outs": "  cluster:timeouts: {addons: {create: 60s, update: 1h30m, delete: 1m}}",
    "two zones by name": network("availabilityZones: [ap-northeast-2a, ap-northeast-2d]"),
    "all zones": network("availabilityZones: 4"),
    "the smallest VPC": network("cidr: 10.0.0.0/22"),
    "the smallest VPC with intra subnets": network("cidr: 10.0.0.0/21, intraSubnets: true"),
    "the control plane in intra subnets": network(
        "cidr: 10.0.0.0/21, intraSubnets: true, controlPlaneSubnets: intra"
    ),
    "the smallest VPC with subnets of the control plane's own": network(
        "cidr: 10.0.0.0/20, controlPlaneSubnets: dedicated"
    ),
    "the smallest subnets of a Local Zone": "  aws:region: us-west-2\n"
    + network("localZones: {us-west-2-lax-1a: 10.0.248.0/27, us-west-2-lax-1b: 10.0.248.32/27}"),
    "an endpoint that another region has": network("vpcEndpoints: [eks]"),
    "no endpoint": network("vpcEndpoints: []"),
    "services, largest": network("serviceCidr: 172.16.0.0/12"),
    "services, smallest": network("serviceCidr: 10.100.0.0/24"),
    "pods, largest": network("pods: {cidr: 100.64.0.0/16}"),
    "pods, smallest": network("pods: {cidr: 100.64.0.0/24}"),
    "pods of another block of 10.0.0.0/8": network("cidr: 10.0.0.0/16, pods: {cidr: 10.1.0.0/16}"),
    "warm prefixes": network("pods: {prefixDelegation: true, warmPrefixTarget: 0}"),
    "existing VPC": network(f"existing: {{{VPC}, controlPlaneSubnets: {{tags: {{a: '*'}}}}}}"),
    "existing VPC with pod subnets": network(f"existing: {{{VPC}, podSubnets: [subnet-1111aaaa]}}"),
    "one private subnet beside two of the control plane": network(
        "existing: {vpc: vpc-0123abcd, privateSubnets: [subnet-0123abcd], "
        "controlPlaneSubnets: [subnet-4567cdef, subnet-89abcdef]}"
    ),
    "nobody": "  cluster:access: {admins: nobody}",
    "nobody, and somebody of a namespace": f"  cluster:access: {{admins: nobody, entries: {{a: "
    f"{{principal: '{ROLE}/A', policies: [{{policy: AmazonEKSClusterAdminPolicy, "
    "namespaces: [a]}]}}}",
    "policy by its ARN": access(
        f"entries: {{a: {{principal: '{ROLE}/A', policies: [{{policy: "
        "'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy', namespaces: ['team-*']}]}}"
    ),
    "nodes of one's own": access(
        f"entries: {{'2024': {{principal: '{ROLE}/N', type: EC2_LINUX}}, b: {{principal: "
        f"'{ROLE}/M', type: EC2, policies: [{{policy: AmazonEKSAutoNodePolicy}}]}}}}"
    ),
    "10 providers": access(
        "identityProviders: {"
        + ", ".join(
            f"p{n}: {{issuerUrl: 'https://{n}.example.com', clientId: a}}" for n in range(10)
        )
        + "}"
    ),
    "provider": access(f"identityProviders: {{main: {{{IDP}, groupsPrefix: 'oidc:'}}}}"),
    "ConfigMap": access("authenticationMode: config-map"),
    "20 instance types": "  cluster:nodeGroups: {a: {nodes: 1, instanceTypes: ["
    + ", ".join(
        f"{family}.{size}"
        for family in ("m5", "m6i", "m7i", "c5")
        for size in ("large", "xlarge", "2xlarge", "4xlarge", "12xlarge")
    )
    + "]}}",
    "group name of 63 characters": f"  cluster:nodeGroups: {{{'g' * 63}: "
    "{instanceTypes: [m7i.large], nodes: 1}}",
    "disk, smallest": group("diskSize: 20"),
    "disk, largest": group("diskSize: 65536"),
    "50 taints": group(
        "taints: [" + ", ".join(f"{{key: k{n}, effect: PreferNoSchedule}}" for n in range(50)) + "]"
    ),
    "label of a domain": group("labels: {example.com/a_b.c: A-1}"),
    "tainted group beside one for CoreDNS": "  cluster:nodeGroups: {a: {nodes: 0, "
    "instanceTypes: [m7i.large], taints: [{key: a, effect: no-execute}]}, "
    "b: {instanceTypes: [m7i.large], nodes: 1}}",
}


@pytest.mark.parametrize("case", EDGES)
def test_it_is_taken(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert read(stack_file(EDGES[case])).cluster
