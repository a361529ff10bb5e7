"""What a stack file says wrongly of Fargate, with the exact words of the answer."""

import pytest

from tests.stack_files import Cases, messages, read, stack_file

_NO_NODES = "  cluster:nodeGroups: {}\n"
_DNS = "dns: {selectors: [{namespace: kube-system, labels: {k8s-app: kube-dns}}]}"
_ALONE = f"{_NO_NODES}  cluster:fargateProfiles: {{{_DNS}}}\n"


def _profile(fields: str) -> str:
    """A profile beside a node group, with other fields."""
    return f"  cluster:fargateProfiles: {{a: {{selectors: [{{namespace: a}}], {fields}}}}}"


def _selector(fields: str) -> str:
    return f"  cluster:fargateProfiles: {{a: {{selectors: [{{{fields}}}]}}}}"


CASES: Cases = {
    "no mapping": (
        "  cluster:fargateProfiles: batch",
        [
            '6:28: cluster:fargateProfiles: must be a mapping of keys and values, not "batch"',
        ],
    ),
    "name": (
        "  cluster:fargateProfiles: {a b: {selectors: [{namespace: a}]}}",
        [
            '6:29: cluster:fargateProfiles.a b: "a b" is not a Fargate profile\'s name: it '
            "has letters, digits, - and _, and begins with a letter or digit",
        ],
    ),
    "no profile": (
        "  cluster:fargateProfiles: {a: batch}",
        [
            '6:32: cluster:fargateProfiles.a: must be a mapping of keys and values, not "batch"',
        ],
    ),
    "without selectors": (
        "  cluster:fargateProfiles: {a: {}}",
        [
            "6:29: cluster:fargateProfiles.a.selectors: is missing",
        ],
    ),
    "no selectors": (
        "  cluster:fargateProfiles: {a: {selectors: []}}",
        [
            "6:44: cluster:fargateProfiles.a.selectors: must name at least one selector",
        ],
    ),
    "too many selectors": (
        "  cluster:fargateProfiles: {a: {selectors: ["
        + ", ".join(f"{{namespace: n{it}}}" for it in range(6))
        + "]}}",
        [
            "6:44: cluster:fargateProfiles.a.selectors: must have 5 entries at most",
        ],
    ),
    "too many labels": (
        _selector("namespace: a, labels: {a: a, b: b, c: c, d: d, e: e, f: f}"),
        [
            "6:68: cluster:fargateProfiles.a.selectors[0].labels: must have 5 entries at most",
        ],
    ),
    "no selector": (
        "  cluster:fargateProfiles: {a: {selectors: [batch]}}",
        [
            "6:45: cluster:fargateProfiles.a.selectors[0]: must be a mapping of keys and "
            'values, not "batch"',
        ],
    ),
    "selector without namespace": (
        _selector("labels: {a: b}"),
        [
            "6:45: cluster:fargateProfiles.a.selectors[0].namespace: is missing",
        ],
    ),
    "namespace": (
        _selector("namespace: Batch_1"),
        [
            '6:57: cluster:fargateProfiles.a.selectors[0].namespace: "Batch_1" is not a '
            "selector's namespace: it has small letters, digits and -, and * and ? for "
            "whatever may be there",
        ],
    ),
    "labels": (
        _selector("namespace: a, labels: [b]"),
        [
            "6:68: cluster:fargateProfiles.a.selectors[0].labels: must be a mapping of "
            "keys and values, not a list",
        ],
    ),
    "label key": (
        _selector('namespace: a, labels: {"a b": c}'),
        [
            '6:69: cluster:fargateProfiles.a.selectors[0].labels.a b: "a b" is not a '
            "selector's label key: it has letters, digits, -, _, . and /, and * and ? for "
            "whatever may be there",
        ],
    ),
    "label value": (
        _selector("namespace: a, labels: {b: c/d}"),
        [
            '6:72: cluster:fargateProfiles.a.selectors[0].labels.b: "c/d" is not a '
            "selector's label value: it has letters, digits, -, _ and ., and * and ? for "
            "whatever may be there",
        ],
    ),
    "empty label value": (
        _selector('namespace: a, labels: {b: ""}'),
        [
            "6:72: cluster:fargateProfiles.a.selectors[0].labels.b: a selector's label "
            "value must not be empty",
        ],
    ),
    "unknown field": (
        _profile("namespace: a"),
        [
            '6:62: cluster:fargateProfiles.a.namespace: unknown key "namespace"; known are '
            "selectors, subnets, policies, tags, timeouts",
        ],
    ),
    "subnets": (
        _profile("subnets: [subnet-0123abcd]"),
        [
            "6:71: cluster:fargateProfiles.a.subnets: must be a mapping of keys and "
            "values, not a list",
        ],
    ),
    "zones": (
        _profile("subnets: {zones: a}"),
        [
            '6:79: cluster:fargateProfiles.a.subnets.zones: must be a list, not "a"',
        ],
    ),
    "zone": (
        _profile("subnets: {zones: [ap-northeast-2z]}"),
        [
            "6:80: cluster:fargateProfiles.a.subnets.zones[0]: the cluster is not in "
            '"ap-northeast-2z"; did you mean "ap-northeast-2c"?',
        ],
    ),
    "zone twice": (
        _profile("subnets: {zones: [ap-northeast-2a, ap-northeast-2a]}"),
        [
            '6:97: cluster:fargateProfiles.a.subnets.zones[1]: "ap-northeast-2a" is here '
            "twice; keep one",
        ],
    ),
    "policy": (
        _profile("policies: [AmazonS3FullAccess]"),
        [
            '6:73: cluster:fargateProfiles.a.policies[0]: "AmazonS3FullAccess" is not an '
            "IAM policy's ARN such as arn:aws:iam::123456789012:policy/my-policy",
        ],
    ),
    "policy of another partition": (
        _profile("policies: ['arn:aws-cn:iam::aws:policy/AmazonS3FullAccess']"),
        [
            "6:73: cluster:fargateProfiles.a.policies[0]: "
            "arn:aws-cn:iam::aws:policy/AmazonS3FullAccess is in the partition aws-cn, but "
            "ap-northeast-2 is in aws: it begins with arn:aws:",
        ],
    ),
    "tags": (
        _profile("tags: {'aws:a': b}"),
        [
            '6:69: cluster:fargateProfiles.a.tags.aws:a: "aws:a" begins with aws:, which '
            "AWS keeps for itself",
        ],
    ),
    "tag of the cluster in another case": (
        "  cluster:tags: {Team: a}\n" + _profile("tags: {team: b}"),
        [
            '7:69: cluster:fargateProfiles.a.tags.team: "team" is "Team" of the cluster in '
            "another case, which IAM takes for the same",
        ],
    ),
    "timeouts": (
        _profile("timeouts: 20m"),
        [
            "6:72: cluster:fargateProfiles.a.timeouts: must be a mapping of keys and "
            'values, not "20m"',
        ],
    ),
    "time to make": (
        _profile("timeouts: {create: soon}"),
        [
            '6:81: cluster:fargateProfiles.a.timeouts.create: "soon" is not a duration '
            "such as 30s, 5m or 1h30m",
        ],
    ),
    "time to change": (
        _profile("timeouts: {update: soon}"),
        [
            '6:81: cluster:fargateProfiles.a.timeouts.update: "soon" is not a duration '
            "such as 30s, 5m or 1h30m",
        ],
    ),
    "time to delete": (
        _profile("timeouts: {delete: soon}"),
        [
            '6:81: cluster:fargateProfiles.a.timeouts.delete: "soon" is not a duration '
            "such as 30s, 5m or 1h30m",
        ],
    ),
    "times of all": (
        "  cluster:timeouts: {fargateProfiles: 20m}",
        [
            "6:39: cluster:timeouts.fargateProfiles: must be a mapping of keys and values, "
            'not "20m"',
        ],
    ),
    "times to make": (
        "  cluster:timeouts: {fargateProfiles: {create: soon}}",
        [
            '6:48: cluster:timeouts.fargateProfiles.create: "soon" is not a duration such '
            "as 30s, 5m or 1h30m",
        ],
    ),
    "times to change": (
        "  cluster:timeouts: {fargateProfiles: {update: soon}}",
        [
            '6:48: cluster:timeouts.fargateProfiles.update: "soon" is not a duration such '
            "as 30s, 5m or 1h30m",
        ],
    ),
    "times to delete": (
        "  cluster:timeouts: {fargateProfiles: {delete: soon}}",
        [
            '6:48: cluster:timeouts.fargateProfiles.delete: "soon" is not a duration such '
            "as 30s, 5m or 1h30m",
        ],
    ),
    "times of none": (
        "  cluster:timeouts: {fargateProfiles: {create: 20m}}",
        [
            "6:39: cluster:timeouts.fargateProfiles: is of no effect: there is no Fargate profile",
        ],
    ),
    "path of roles": (
        _profile("tags: {}") + "\n  cluster:iam: {path: /eks/}",
        [
            "7:23: cluster:iam.path: must be / with fargateProfiles: EKS takes no pod "
            "execution role with another path",
        ],
    ),
    "nobody takes CoreDNS": (
        _NO_NODES + "  cluster:fargateProfiles: {a: {selectors: [{namespace: default}]}}",
        [
            "6:28: cluster:fargateProfiles: no profile takes the pods of CoreDNS, and no "
            "node does; add the selector {namespace: kube-system, labels: {k8s-app: "
            "kube-dns}}, or a node group without taints and with a desired size of 1 or "
            "more",
        ],
    ),
    "another label than that of CoreDNS": (
        _NO_NODES + _selector("namespace: kube-system, labels: {tier: dns}"),
        [
            "6:28: cluster:fargateProfiles: no profile takes the pods of CoreDNS, and no "
            "node does; add the selector {namespace: kube-system, labels: {k8s-app: "
            "kube-dns}}, or a node group without taints and with a desired size of 1 or "
            "more",
        ],
    ),
    "tainted nodes alone": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, taints: [{key: a, "
        "effect: NoSchedule}]}}\n" + _profile("tags: {}"),
        [
            "6:28: cluster:fargateProfiles: no profile takes the pods of CoreDNS, and no "
            "node does; add the selector {namespace: kube-system, labels: {k8s-app: "
            "kube-dns}}, or a node group without taints and with a desired size of 1 or "
            "more",
        ],
    ),
    "CoreDNS on Fargate without a profile": (
        "  cluster:addons: {coredns: {configuration: {computeType: Fargate}}}",
        [
            "6:59: cluster:addons.coredns.configuration.computeType: needs a profile of "
            "fargateProfiles that takes its pods",
        ],
    ),
    "CoreDNS on nodes that are not there": (
        _ALONE + "  cluster:addons: {coredns: {configuration: {computeType: ec2}}}",
        [
            "7:59: cluster:addons.coredns.configuration.computeType: must be Fargate, or "
            "nothing: there are no other nodes",
        ],
    ),
    "CNI on Fargate": (
        _ALONE + "  cluster:addons: {vpc-cni: {}}",
        [
            "7:20: cluster:addons.vpc-cni: is a DaemonSet, and Fargate has none: the VPC "
            "CNI and kube-proxy are part of it; remove it",
        ],
    ),
    "settings of the CNI on Fargate": (
        _ALONE + "  cluster:network: {pods: {prefixDelegation: true}}",
        [
            "7:27: cluster:network.pods: are settings of the VPC CNI, but Fargate has all "
            "pods and brings its own; add a node group or remove them",
        ],
    ),
    "subnets of pods on Fargate": (
        _ALONE + "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: "
        "[subnet-0123abc1, subnet-0123abc2], podSubnets: [subnet-0123abc3]}}",
        [
            "7:115: cluster:network.existing.podSubnets: are settings of the VPC CNI, but "
            "Fargate has all pods and brings its own",
        ],
    ),
    "Pod Identity of an add-on on Fargate": (
        _ALONE + "  cluster:addons: {aws-ebs-csi-driver: {}}",
        [
            "7:20: cluster:addons.aws-ebs-csi-driver.identity.type: podIdentity is not to "
            "be had: pods on Fargate have none; say irsa",
        ],
    ),
    "Pod Identity that is said of an add-on on Fargate": (
        _ALONE + "  cluster:addons: {aws-ebs-csi-driver: {identity: {type: podIdentity}}}",
        [
            "7:58: cluster:addons.aws-ebs-csi-driver.identity.type: podIdentity is not to "
            "be had: pods on Fargate have none; say irsa",
        ],
    ),
    "Pod Identity of a service account on Fargate": (
        _ALONE + "  cluster:serviceAccounts: {a: {namespace: a, serviceAccount: a, policies: "
        "['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess']}}",
        [
            "7:29: cluster:serviceAccounts.a.identity: podIdentity is not to be had: pods "
            "on Fargate have none; say irsa",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_the_users_words(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines, expected = CASES[case]
    assert messages(stack_file(lines)) == expected


@pytest.mark.parametrize(
    "lines",
    [
        _ALONE,
        f"{_NO_NODES}  cluster:fargateProfiles: {{a: {{selectors: [{{namespace: kube-*}}]}}}}",
        _ALONE + "  cluster:addons: {coredns: {configuration: {computeType: Fargate}}}",
        _ALONE + "  cluster:addons: {coredns: {enabled: false}}",
        "  cluster:fargateProfiles: {a: {selectors: [{namespace: '*'}]}}",
    ],
)
def test_what_is_right_is_taken(lines, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cluster = read(stack_file(lines)).cluster
    assert cluster.fargate_profiles
    assert ("vpc-cni" in cluster.all_addons) is bool(cluster.node_groups)
