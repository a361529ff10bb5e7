"""Every way in which a stack file can be wrong, with the exact words that the user reads.

The same message comes from `python -m ops check` and from the program itself, where nothing has
been registered yet; the second is shown with the engine in `tests/rehearsal`.
"""

from pathlib import Path

import pytest

from spec.problems import StackFileError
from spec.stack_file import read_unpinned
from tests.stack_files import GOOD

NODES = "cluster:nodeGroups.general.nodes"
TYPES = "cluster:nodeGroups.general.instanceTypes"

# name: (what is written, what is written instead, the first lines of the messages)
CASES = {
    "unknown key": (
        "natGateways: single",
        "natGatways: single",
        ['7:5: cluster:network.natGatways: unknown key "natGatways"; did you mean "natGateways"?'],
    ),
    "unknown key of the cluster": (
        "cluster:network:",
        "cluster:netwrok:",
        ['4:3: cluster:netwrok: unknown key "netwrok"; did you mean "network"?'],
    ),
    "unknown key that resembles nothing": (
        "natGateways: single",
        "xyz: 1",
        [
            '7:5: cluster:network.xyz: unknown key "xyz"; known are existing, availabilityZones, '
            "natGateways, publicSubnets, intraSubnets, controlPlaneSubnets, localZones, "
            "vpcEndpoints, ipFamily, dualStack, serviceCidr, flowLogs, pods, cidr"
        ],
    ),
    "key without its namespace": (
        "cluster:nodeGroups:",
        "nodeGroups:",
        [
            "1:1: cluster:nodeGroups: is missing; a cluster needs at least one group of nodes, or "
            "autoMode: {}",
            '9:3: nodeGroups: unknown key "nodeGroups"; did you mean "cluster:nodeGroups"?',
        ],
    ),
    "misspelt namespace": (
        "cluster:network:",
        "clutser:network:",
        ['4:3: clutser:network: unknown key "clutser:network"; did you mean "cluster:network"?'],
    ),
    "unknown setting of aws": (
        "aws:region: ap-northeast-2",
        "aws:region: ap-northeast-2\n  aws:profil: x",
        ['3:3: aws:profil: unknown key "profil"; did you mean "profile"?'],
    ),
    "profile without a name": (
        "aws:region: ap-northeast-2",
        "aws:region: ap-northeast-2\n  aws:profile: ''",
        ["3:16: aws:profile: must not be empty"],
    ),
    "account that is none": (
        "aws:region: ap-northeast-2",
        "aws:region: ap-northeast-2\n  aws:allowedAccountIds: ['123456789012', 12345]",
        ['3:43: aws:allowedAccountIds[1]: must be in quotes: "12345"'],
    ),
    "account of letters": (
        "aws:region: ap-northeast-2",
        "aws:region: ap-northeast-2\n  aws:allowedAccountIds: [production]",
        [
            '3:27: aws:allowedAccountIds[0]: "production" is not an AWS account id, which is 12 '
            "digits"
        ],
    ),
    "unknown top-level key": (
        "config:",
        "confg:",
        ['1:1: confg: unknown key "confg"; did you mean "config"?'],
    ),
    "doubled key": (
        "nodes: 2",
        "nodes: 2\n      nodes: 3",
        [f'13:7: {NODES}: the key "nodes" is here twice; keep one'],
    ),
    "wrong type, text for a number": (
        "nodes: 2",
        "nodes: two",
        [
            f'12:14: {NODES}: must be a whole number or {{min: 2, desired: 2, max: 6}}, not "two"',
        ],
    ),
    "wrong type, list for a mapping": (
        "    general:\n      instanceTypes: [t3.medium]\n      nodes: 2\n",
        "    - general\n",
        ["9:3: cluster:nodeGroups: must be a mapping of keys and values, not a list"],
    ),
    "wrong type, text for a list": (
        "[t3.medium]",
        "t3.medium",
        [f'11:22: {TYPES}: must be a list, not "t3.medium"'],
    ),
    "wrong type, fraction of a node": (
        "nodes: 2",
        "nodes: {min: 1.5, desired: 2, max: 3}",
        [f"12:20: {NODES}.min: must be a whole number, not 1.5"],
    ),
    "wrong type, number for text": (
        "nodes: 2",
        "nodes: 2\n      labels: {tier: 1, ready: yes}",
        [
            '13:22: cluster:nodeGroups.general.labels.tier: must be in quotes: "1"',
            "13:32: cluster:nodeGroups.general.labels.ready: must be in quotes: YAML reads yes as "
            'true; write "yes"',
        ],
    ),
    "nothing where a mapping belongs": (
        "nodes: 2",
        "nodes:",
        [
            f"12:13: {NODES}: must be a whole number or {{min: 2, desired: 2, max: 6}}, "
            "not nothing",
        ],
    ),
    "min greater than max": (
        "nodes: 2",
        "nodes: {min: 4, desired: 4, max: 3}",
        [f"12:20: {NODES}.min: min 4 is greater than max 3"],
    ),
    "desired less than min": (
        "nodes: 2",
        "nodes: {min: 2, desired: 1, max: 3}",
        [f"12:32: {NODES}.desired: desired 1 is less than min 2"],
    ),
    "desired greater than max": (
        "nodes: 2",
        "nodes: {min: 2, desired: 4, max: 3}",
        [f"12:32: {NODES}.desired: desired 4 is greater than max 3"],
    ),
    "negative number of nodes": (
        "nodes: 2",
        "nodes: -1",
        [f"12:14: {NODES}: must be 0 or more, not -1"],
    ),
    "nodes left out": (
        "      nodes: 2\n",
        "",
        [f"10:5: {NODES}: is missing; say how many, e.g. 2 or {{min: 2, desired: 2, max: 6}}"],
    ),
    "no node for CoreDNS": (
        "nodes: 2",
        "nodes: 2\n      taints: [{key: a, effect: NoSchedule}]",
        [
            "9:3: cluster:nodeGroups: no group has a Linux node without a NoSchedule or NoExecute "
            "taint: CoreDNS would wait for one for ever; add a group without taints and with a "
            "desired size of 1 or more"
        ],
    ),
    "unknown instance type": (
        "t3.medium",
        "t3.medum",
        [
            f'11:23: {TYPES}[0]: "t3.medum" is not a known EC2 instance type; did you mean '
            '"t3.medium"?'
        ],
    ),
    "instance type that EKS has no image for": (
        "t3.medium",
        "mac2.metal",
        [
            f"11:23: {TYPES}[0]: mac2.metal cannot be an EKS node: EKS has no node image for mac "
            "instances"
        ],
    ),
    "instance type that would be without its drivers": (
        "t3.medium",
        "p3.2xlarge",
        [
            f"11:23: {TYPES}[0]: p3.2xlarge cannot be an EKS node: what accelerates it is not "
            "recorded here, so no node image is known to have its drivers"
        ],
    ),
    "arm and x86 in one group": (
        "[t3.medium]",
        "[t3.medium, t4g.medium]",
        [
            f"11:22: {TYPES}: mixes instance types that need different node images (t3.medium need "
            "AL2023_x86_64_STANDARD; t4g.medium need AL2023_ARM_64_STANDARD); make a node group "
            "for each"
        ],
    ),
    "no instance type": (
        "[t3.medium]",
        "[]",
        [f"11:22: {TYPES}: must name at least one instance type"],
    ),
    "CIDR too small for the zones": (
        "10.0.0.0/16",
        "10.0.0.0/24",
        [
            "5:11: cluster:network.cidr: 10.0.0.0/24 is too small for a public and a private "
            "subnet in each of 3 zones: use a /22 or larger, up to a /16"
        ],
    ),
    "CIDR too large": (
        "10.0.0.0/16",
        "10.0.0.0/8",
        [
            "5:11: cluster:network.cidr: 10.0.0.0/8 is larger than AWS allows: a VPC is a /16 at "
            "most"
        ],
    ),
    "CIDR with host bits": (
        "10.0.0.0/16",
        "10.0.1.0/16",
        [
            '5:11: cluster:network.cidr: "10.0.1.0/16" has bits set outside of its mask; did you '
            'mean "10.0.0.0/16"?'
        ],
    ),
    "CIDR that is none": (
        "10.0.0.0/16",
        "10.0.0/16",
        ['5:11: cluster:network.cidr: "10.0.0/16" is not an IPv4 CIDR block such as "10.0.0.0/16"'],
    ),
    "unknown region": (
        "ap-northeast-2",
        "ap-notheast-2",
        [
            '2:15: aws:region: EKS is not in a region "ap-notheast-2"; did you mean '
            '"ap-northeast-2"?'
        ],
    ),
    "region left out": (
        "  aws:region: ap-northeast-2\n",
        "",
        ["1:1: aws:region: is missing; name the AWS region, e.g. aws:region: ap-northeast-2"],
    ),
    "one zone": (
        "availabilityZones: 3",
        "availabilityZones: 1",
        [
            "6:24: cluster:network.availabilityZones: must be 2 to 6, not 1: EKS needs subnets in "
            "at least two zones"
        ],
    ),
    "more zones than the region has": (
        "availabilityZones: 3",
        "availabilityZones: 5",
        [
            "6:24: cluster:network.availabilityZones: must be 4 or less, not 5: ap-northeast-2 has "
            "the zones ap-northeast-2a, ap-northeast-2b, ap-northeast-2c, ap-northeast-2d"
        ],
    ),
    "zone of another region": (
        "availabilityZones: 3",
        "availabilityZones: [ap-northeast-2a, us-east-1a]",
        [
            '6:42: cluster:network.availabilityZones[1]: there is no zone "us-east-1a"; '
            "ap-northeast-2 has ap-northeast-2a, ap-northeast-2b, ap-northeast-2c, ap-northeast-2d"
        ],
    ),
    "unknown way out": (
        "natGateways: single",
        "natGateways: eachZone",
        [
            "7:18: cluster:network.natGateways: must be one of single, perZone, none, not "
            '"eachZone"; did you mean "perZone"?'
        ],
    ),
    "version not in the catalogue": (
        '"1.36"',
        '"1.21"',
        [
            '3:30: cluster:kubernetesVersion: "1.21" is not a Kubernetes version that is known '
            "here: 1.36, 1.35, 1.34"
        ],
    ),
    "1.30 after it lost its zero": (
        '"1.36"',
        '"1.3"',
        [
            '3:30: cluster:kubernetesVersion: "1.3" is not a Kubernetes version that is known '
            "here: 1.36, 1.35, 1.34; YAML reads 1.30 without quotes as 1.3"
        ],
    ),
    "unquoted 1.30": (
        '"1.36"',
        "1.30",
        [
            "3:30: cluster:kubernetesVersion: must be in quotes: YAML reads 1.30 as 1.3; write "
            '"1.30"'
        ],
    ),
    "unquoted 1.36": (
        '"1.36"',
        "1.36",
        ['3:30: cluster:kubernetesVersion: must be in quotes: "1.36"'],
    ),
    "bad node group name": (
        "general:",
        "general purpose:",
        [
            '10:5: cluster:nodeGroups.general purpose: "general purpose" is not a node group name: '
            "it has letters, digits, - and _, and begins with a letter or digit"
        ],
    ),
    "disk smaller than the image": (
        "nodes: 2",
        "nodes: 2\n      diskSize: 8",
        [
            "13:17: cluster:nodeGroups.general.diskSize: must be 20 or more: so large is "
            "AL2023_x86_64_STANDARD"
        ],
    ),
    "capacity type that EKS does not know": (
        "nodes: 2",
        "nodes: 2\n      capacityType: SPOTS",
        [
            "13:21: cluster:nodeGroups.general.capacityType: must be one of ON_DEMAND, SPOT, "
            'CAPACITY_BLOCK, not "SPOTS"; did you mean "SPOT"?'
        ],
    ),
    "label of Kubernetes's own": (
        "nodes: 2",
        "nodes: 2\n      labels: {kubernetes.io/role: db}",
        [
            "13:16: cluster:nodeGroups.general.labels.kubernetes.io/role: "
            '"kubernetes.io/role" begins with kubernetes.io, which Kubernetes keeps for itself; '
            "use a prefix of your own, e.g. example.com/"
        ],
    ),
    "taint effect that Kubernetes does not know": (
        "nodes: 2",
        "nodes: 2\n      taints: [{key: a, effect: NoSched}]",
        [
            "13:33: cluster:nodeGroups.general.taints[0].effect: must be one of NoSchedule, "
            'PreferNoSchedule, NoExecute, not "NoSched"; did you mean "NoSchedule"?'
        ],
    ),
    "more networks than EKS takes": (
        "  cluster:nodeGroups:",
        "  cluster:endpoint:\n    publicAccessCidrs: ["
        + ", ".join(f"198.51.100.{number}/32" for number in range(41))
        + "]\n  cluster:nodeGroups:",
        ["10:24: cluster:endpoint.publicAccessCidrs: must have 40 entries at most"],
    ),
    "several at once": (
        '"1.36"\n  cluster:network:\n    cidr: 10.0.0.0/16',
        "1.30\n  cluster:network:\n    cidr: 10.0.0.0/30",
        [
            "3:30: cluster:kubernetesVersion: must be in quotes: YAML reads 1.30 as 1.3; write "
            '"1.30"',
            "5:11: cluster:network.cidr: 10.0.0.0/30 is too small for a public and a private "
            "subnet in each of 3 zones: use a /22 or larger, up to a /16",
        ],
    ),
    "YAML syntax": (
        "[t3.medium]",
        "[t3.medium",
        ["12:12: is not YAML: while parsing a flow sequence did not find expected ',' or ']'"],
    ),
    "tab": (
        "      nodes: 2",
        "\tnodes: 2",
        ["12:1: is not YAML: a tab is used for indentation; use spaces"],
    ),
    "endless alias": (
        "nodes: 2",
        "nodes: &n [*n]",
        ["12:14: is not YAML: an alias repeats its own content without end"],
    ),
    "nested too deeply for the parser": (
        "nodes: 2",
        f"nodes: {'[' * 100_000}",
        ["12:60: is not YAML: lists and mappings are nested too deeply"],
    ),
    "character that YAML does not allow": (
        "nodes: 2",
        "nodes: '\x07'",
        ['12:15: is not YAML: the character "\\u0007" is not allowed in it'],
    ),
    "day that is not in the calendar": (
        "nodes: 2",
        "nodes: 2026-13-45",
        ['12:14: is not YAML: "2026-13-45" is not a value of the type timestamp; put it in quotes'],
    ),
    "switch that is none": (
        "nodes: 2",
        "nodes: !!bool maybe",
        ['12:14: is not YAML: "maybe" is not a value of the type bool; put it in quotes'],
    ),
    "number of many digits": (
        "nodes: 2",
        f"nodes: 0x{'f' * 5000}",
        [f"12:14: {NODES}: must be 100000 or less, not a number of many digits"],
    ),
    "number of too many digits": (
        "nodes: 2",
        f"nodes: {'9' * 5000}",
        [f'12:14: is not YAML: "{"9" * 120}..." is not a value of the type int; put it in quotes'],
    ),
    "very long word": (
        "t3.medium",
        "m" * 10_000,
        [f'11:23: {TYPES}[0]: "{"m" * 120}..." is not a known EC2 instance type'],
    ),
    "key of several lines": (
        "nodes: 2",
        'nodes: 2\n      labels: {"a\\nb": c}',
        [
            '13:16: cluster:nodeGroups.general.labels["a\\nb"]: "a\\nb" is not a label key: it '
            "has letters, digits, -, _ and ., and begins and ends with one of the first two"
        ],
    ),
    "empty file": (GOOD, "", [" is empty; it needs config: {aws:region: ap-northeast-2, ...}"]),
    "a list": (
        GOOD,
        "- a\n",
        ["1:1: must be a mapping that begins with config: {aws:region: ap-northeast-2, ...}"],
    ),
    "no config": (
        GOOD,
        "encryptionsalt: x\n",
        ["1:1: config: has no settings; it needs config: {aws:region: ap-northeast-2, ...}"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_refused_in_the_users_words(case, tmp_path, monkeypatch):
    written, instead, expected = CASES[case]
    assert written in GOOD, "the case changes nothing"
    monkeypatch.chdir(tmp_path)
    Path("Pulumi.dev.yaml").write_text(GOOD.replace(written, instead, 1))
    with pytest.raises(StackFileError) as raised:
        read_unpinned(Path("Pulumi.dev.yaml"))
    messages = [str(problem).splitlines()[0] for problem in raised.value.problems]
    assert messages == [f"Pulumi.dev.yaml:{message}" for message in expected]


def test_the_file_without_faults_is_accepted(tmp_path):
    (tmp_path / "Pulumi.dev.yaml").write_text(GOOD)
    assert read_unpinned(tmp_path / "Pulumi.dev.yaml").cluster.name == "dev"


def test_a_missing_file_names_those_that_are_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("Pulumi.dev.yaml").write_text(GOOD)
    with pytest.raises(StackFileError) as raised:
        read_unpinned(Path("Pulumi.prod.yaml"))
    assert str(raised.value) == (
        "Pulumi.prod.yaml: does not exist; stack files here: Pulumi.dev.yaml"
    )


def test_the_line_of_the_file_is_shown_and_marked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("Pulumi.dev.yaml").write_text(GOOD.replace("t3.medium", "t3.medum"))
    with pytest.raises(StackFileError) as raised:
        read_unpinned(Path("Pulumi.dev.yaml"))
    assert str(raised.value).splitlines()[1:] == [
        "    11 |       instanceTypes: [t3.medum]",
        "       |                       ^^^^^^^^",
    ]
