"""What a stack file says wrongly of Karpenter and of the role of hybrid nodes, word by word."""

import pytest

from tests.stack_files import Cases, messages, stack_file

CASES: Cases = {
    "karpenter that is switched on": (
        "  cluster:karpenter: true",
        [
            "6:22: cluster:karpenter: must be a mapping of keys and values, not true",
        ],
    ),
    "namespace": (
        "  cluster:karpenter: {namespace: Kube_System}",
        [
            '6:34: cluster:karpenter.namespace: "Kube_System" is not a namespace such as '
            "kube-system",
        ],
    ),
    "service account": (
        "  cluster:karpenter: {serviceAccount: Karpenter}",
        [
            '6:39: cluster:karpenter.serviceAccount: "Karpenter" is not a service '
            "account's name such as my-app",
        ],
    ),
    "identity": (
        "  cluster:karpenter: {identity: kiam}",
        [
            '6:33: cluster:karpenter.identity: must be one of podIdentity, irsa, not "kiam"',
        ],
    ),
    "irsa without a provider": (
        "  cluster:karpenter: {identity: irsa}",
        [
            "6:33: cluster:karpenter.identity: irsa needs iam.oidcProvider: true",
        ],
    ),
    "pod identity without its agent": (
        "  cluster:iam: {oidcProvider: true}\n"
        "  cluster:addons: {eks-pod-identity-agent: {enabled: false}, vpc-cni: "
        "{identity: {type: irsa}}}\n"
        "  cluster:karpenter: {}",
        [
            "8:3: cluster:karpenter.identity: podIdentity needs the add-on eks-pod-identity-agent",
        ],
    ),
    "policy": (
        "  cluster:karpenter: {policies: [ReadOnlyAccess]}",
        [
            '6:34: cluster:karpenter.policies[0]: "ReadOnlyAccess" is not an IAM '
            "policy's ARN such as arn:aws:iam::123456789012:policy/my-policy",
        ],
    ),
    "policy twice": (
        "  cluster:karpenter: {policies: ['arn:aws:iam::123456789012:policy/a', "
        "'arn:aws:iam::123456789012:policy/a']}",
        [
            '6:72: cluster:karpenter.policies[1]: "arn:aws:iam::123456789012:policy/a" '
            "is here twice; keep one",
        ],
    ),
    "policy of nodes": (
        "  cluster:karpenter: {nodePolicies: [ReadOnlyAccess]}",
        [
            '6:38: cluster:karpenter.nodePolicies[0]: "ReadOnlyAccess" is not an IAM '
            "policy's ARN such as arn:aws:iam::123456789012:policy/my-policy",
        ],
    ),
    "policies of another partition": (
        "  cluster:karpenter: \n"
        "    policies: ['arn:aws-cn:iam::123456789012:policy/a']\n"
        "    nodePolicies: ['arn:aws-us-gov:iam::aws:policy/A']",
        [
            "7:16: cluster:karpenter.policies[0]: arn:aws-cn:iam::123456789012:policy/a "
            "is in the partition aws-cn, but ap-northeast-2 is in aws: it begins with "
            "arn:aws:",
            "8:20: cluster:karpenter.nodePolicies[0]: arn:aws-us-gov:iam::aws:policy/A "
            "is in the partition aws-us-gov, but ap-northeast-2 is in aws: it begins "
            "with arn:aws:",
        ],
    ),
    "Session Manager": (
        "  cluster:karpenter: {ssm: often}",
        [
            '6:28: cluster:karpenter.ssm: must be true or false, not "often"',
        ],
    ),
    "Windows": (
        "  cluster:karpenter: {windows: 2022}",
        [
            "6:32: cluster:karpenter.windows: must be true or false, not 2022",
        ],
    ),
    "Windows with IPv6": (
        "  cluster:network: {ipFamily: ipv6}\n  cluster:karpenter: {windows: true}",
        [
            "6:31: cluster:network.ipFamily: must be ipv4: Windows nodes have no IPv6",
        ],
    ),
    "queue": (
        "  cluster:karpenter: {interruptionQueue: my-queue}",
        [
            '6:42: cluster:karpenter.interruptionQueue: must be true or false, not "my-queue"',
        ],
    ),
    "service account that has a role": (
        "  cluster:serviceAccounts: {k: {namespace: kube-system, serviceAccount: "
        "karpenter, roleArn: 'arn:aws:iam::123456789012:role/a'}}\n"
        "  cluster:karpenter: {}",
        [
            "6:73: cluster:serviceAccounts.k.serviceAccount: kube-system/karpenter has a "
            "role already: karpenter",
        ],
    ),
    "Auto Mode alone": (
        "  cluster:nodeGroups: {}\n  cluster:autoMode: {}\n  cluster:karpenter: {}",
        [
            "7:22: cluster:karpenter: is part of Auto Mode, which has all nodes: make "
            "NodePools in Kubernetes, or add a node group",
        ],
    ),
    "the ConfigMap": (
        "  cluster:access: {admins: [creator], authenticationMode: CONFIG_MAP}\n"
        "  cluster:karpenter: {}",
        [
            "6:22: cluster:karpenter: needs access entries: authenticationMode is CONFIG_MAP",
        ],
    ),
    "Fargate without its namespace": (
        "  cluster:nodeGroups: {}\n"
        "  cluster:iam: {oidcProvider: true}\n"
        "  cluster:fargateProfiles: {dns: {selectors: [{namespace: kube-system}]}}\n"
        "  cluster:karpenter: {namespace: karpenter, identity: irsa}",
        [
            "8:34: cluster:karpenter.namespace: no Fargate profile takes pods of "
            "karpenter, and there is no node group: nothing would run Karpenter",
        ],
    ),
    "pod identity on Fargate": (
        "  cluster:nodeGroups: {}\n"
        "  cluster:fargateProfiles: {dns: {selectors: [{namespace: kube-system}]}}\n"
        "  cluster:karpenter: {}",
        [
            "7:3: cluster:karpenter.identity: podIdentity is not to be had: pods on "
            "Fargate have none; say irsa",
        ],
    ),
    "role of hybrid nodes": (
        "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16], role: "
        "'arn:aws:iam::123456789012:role/a'}",
        [
            "6:58: cluster:hybridNodes.role: must be a mapping of keys and values, not "
            '"arn:aws:iam::123456789012:role/a"',
        ],
    ),
    "trust anchor": (
        "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16], role: {trustAnchorArn: my-anchor}}",
        [
            '6:75: cluster:hybridNodes.role.trustAnchorArn: "my-anchor" is not the ARN '
            "of a trust anchor of IAM Roles Anywhere such as "
            "arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/01234567-89ab-cdef-0123-456789abcdef",
        ],
    ),
    "trust anchor of another partition": (
        "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16], role: {trustAnchorArn: "
        "'arn:aws-cn:rolesanywhere:cn-north-1:123456789012:trust-anchor/01234567-89ab-cdef-0123-456789abcdef'}}",
        [
            "6:75: cluster:hybridNodes.role.trustAnchorArn: "
            "arn:aws-cn:rolesanywhere:cn-north-1:123456789012:"
            "trust-anchor/01234567-89ab-cdef-0123-456789abcdef "
            "is in the partition aws-cn, but ap-northeast-2 is in aws: it begins with "
            "arn:aws:",
        ],
    ),
    "policy of hybrid nodes": (
        "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16], role: {policies: [ReadOnlyAccess]}}",
        [
            '6:70: cluster:hybridNodes.role.policies[0]: "ReadOnlyAccess" is not an IAM '
            "policy's ARN such as arn:aws:iam::123456789012:policy/my-policy",
        ],
    ),
    "policy of hybrid nodes of another partition": (
        "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16], role: {policies: "
        "['arn:aws-cn:iam::aws:policy/A']}}",
        [
            "6:70: cluster:hybridNodes.role.policies[0]: arn:aws-cn:iam::aws:policy/A is "
            "in the partition aws-cn, but ap-northeast-2 is in aws: it begins with "
            "arn:aws:",
        ],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES)
def test_what_is_said(lines, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert messages(stack_file(lines)) == expected
