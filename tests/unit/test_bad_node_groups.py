"""What a stack file says wrongly of node groups, with the exact words of the answer."""

import pytest

from tests.stack_files import Cases, messages, stack_file

CASES: Cases = {
    "instance type twice": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large, m7i.large], nodes: 2}}",
        [
            '5:55: cluster:nodeGroups.a.instanceTypes[1]: "m7i.large" is here twice; keep one',
        ],
    ),
    "more instance types than EKS takes": (
        "  cluster:nodeGroups: {a: {instanceTypes: ["
        + ", ".join(
            f"{family}.{size}"
            for family in ("m5", "m6i", "m7i")
            for size in ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge")
        )
        + "], nodes: 2}}",
        [
            "5:43: cluster:nodeGroups.a.instanceTypes: must have 20 entries at most",
        ],
    ),
    "instance type that is no text": (
        "  cluster:nodeGroups: {a: {instanceTypes: [5], nodes: 2}}",
        [
            '5:44: cluster:nodeGroups.a.instanceTypes[0]: must be in quotes: "5"',
        ],
    ),
    "group named like a number": (
        "  cluster:nodeGroups: {'2024': {instanceTypes: [m7i.lrge], nodes: 2}}",
        [
            '5:49: cluster:nodeGroups.2024.instanceTypes[0]: "m7i.lrge" is not a known EC2 '
            'instance type; did you mean "m7i.large"?',
        ],
    ),
    "more nodes than there can be": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 1000000}}",
        [
            "5:63: cluster:nodeGroups.a.nodes: must be 100000 or less, not 1000000",
        ],
    ),
    "most nodes": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: {min: 0, desired: 1, "
        "max: 0}}}",
        [
            "5:89: cluster:nodeGroups.a.nodes.max: must be 1 or more, not 0",
        ],
    ),
    "desired nodes left out": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: {min: 0, max: 2}}}",
        [
            "5:56: cluster:nodeGroups.a.nodes.desired: is missing",
        ],
    ),
    "disk too large": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, diskSize: 70000}}",
        [
            "5:82: cluster:nodeGroups.general.diskSize: must be 65536 or less, not 70000",
        ],
    ),
    "capacity": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, capacityType: 1}}",
        [
            "5:86: cluster:nodeGroups.general.capacityType: must be one of ON_DEMAND, SPOT, "
            "CAPACITY_BLOCK, not 1",
        ],
    ),
    "label's value": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, labels: {a: 'b "
        "c'}}}",
        [
            '5:84: cluster:nodeGroups.general.labels.a: "b c" is not a label value: it has '
            "letters, digits, -, _ and ., and begins and ends with one of the first two",
        ],
    ),
    "label's value empty": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, labels: {a: ''}}}",
        [
            "5:84: cluster:nodeGroups.general.labels.a: a label value must not be empty",
        ],
    ),
    "label's key": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, labels: {a b: c}}}",
        [
            '5:81: cluster:nodeGroups.general.labels.a b: "a b" is not a label key: it has '
            "letters, digits, -, _ and ., and begins and ends with one of the first two",
        ],
    ),
    "label's prefix": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, labels: {A_/b: "
        "c}}}",
        [
            '5:81: cluster:nodeGroups.general.labels.A_/b: "A_" is not the prefix of a label '
            "key: before the slash stands a DNS name such as example.com",
        ],
    ),
    "taints that are a mapping": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, taints: {key: a}}}",
        [
            "5:80: cluster:nodeGroups.general.taints: must be a list, not a mapping",
        ],
    ),
    "taint's key left out": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, taints: "
        "[{effect: NoSchedule}]}}",
        [
            "5:81: cluster:nodeGroups.general.taints[0].key: is missing",
        ],
    ),
    "taint's key": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, taints: [{key: "
        "kubernetes.io/a, effect: PreferNoSchedule}]}}",
        [
            '5:87: cluster:nodeGroups.general.taints[0].key: "kubernetes.io/a" begins with '
            "kubernetes.io, which Kubernetes keeps for itself; use a prefix of your own, e.g. "
            "example.com/",
        ],
    ),
    "taint's value": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, taints: [{key: "
        "a, value: 'b c', effect: PreferNoSchedule}]}}",
        [
            '5:97: cluster:nodeGroups.general.taints[0].value: "b c" is not a taint value: it '
            "has letters, digits, -, _ and ., and begins and ends with one of the first two",
        ],
    ),
    "taint's effect left out": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, taints: [{key: "
        "a}]}}",
        [
            "5:81: cluster:nodeGroups.general.taints[0].effect: is missing; say NoSchedule, "
            "PreferNoSchedule or NoExecute",
        ],
    ),
    "taint's effect": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, taints: [{key: "
        "a, effect: [NoSchedule]}]}}",
        [
            "5:98: cluster:nodeGroups.general.taints[0].effect: must be one of NoSchedule, "
            "PreferNoSchedule, NoExecute, not a list",
        ],
    ),
    "more taints than EKS takes": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, taints: ["
        + ", ".join(f"{{key: k{n}, effect: PreferNoSchedule}}" for n in range(51))
        + "]}}",
        [
            "5:80: cluster:nodeGroups.general.taints: must have 50 entries at most",
        ],
    ),
    "unknown key": (
        "  cluster:nodeGroups: {general: {instanceTypes: [m7i.large], nodes: 2, instanceType: "
        "m7i.large}}",
        [
            '5:72: cluster:nodeGroups.general.instanceType: unknown key "instanceType"; did '
            'you mean "instanceTypes"?',
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_the_users_words(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines, expected = CASES[case]
    assert messages(stack_file(lines)) == expected
