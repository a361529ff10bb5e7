"""What a stack file says wrongly of add-ons, with the exact words of the answer."""

import pytest

from tests.stack_files import Cases, messages, stack_file

CASES: Cases = {
    "add-ons that are a list": (
        "  cluster:addons: [metrics-server]",
        [
            "6:19: cluster:addons: must be a mapping of keys and values, not a list",
        ],
    ),
    "name": (
        "  cluster:addons: {Metrics Server: {}}",
        [
            '6:20: cluster:addons.Metrics Server: "Metrics Server" is not an add-on\'s '
            "name such as aws-ebs-csi-driver",
        ],
    ),
    "misspelt field": (
        "  cluster:addons: {metrics-server: {versoin: v0.8.0-eksbuild.1}}",
        [
            '6:37: cluster:addons.metrics-server.versoin: unknown key "versoin"; did you '
            'mean "version"?',
        ],
    ),
    "switch that is text": (
        "  cluster:addons: {coredns: {enabled: 'no'}}",
        [
            '6:39: cluster:addons.coredns.enabled: must be true or false, not "no"',
        ],
    ),
    "version": (
        "  cluster:addons: {coredns: {version: 1.14.3}}",
        [
            '6:39: cluster:addons.coredns.version: "1.14.3" is not an add-on\'s version '
            "such as v1.22.4-eksbuild.3",
        ],
    ),
    "configuration that is text": (
        "  cluster:addons: {coredns: {configuration: '{}'}}",
        [
            "6:45: cluster:addons.coredns.configuration: must be a mapping of keys and "
            'values, not "{}"',
        ],
    ),
    "misspelt setting": (
        "  cluster:addons: {coredns: {configuration: {replicaCuont: 3}}}",
        [
            "6:46: cluster:addons.coredns.configuration.replicaCuont: is not known of "
            'the add-on; did you mean "replicaCount"?',
        ],
    ),
    "setting of another type": (
        "  cluster:addons: {coredns: {configuration: {replicaCount: '3'}}}",
        [
            "6:60: cluster:addons.coredns.configuration.replicaCount: must be a whole "
            'number, not "3"',
        ],
    ),
    "setting out of bounds": (
        "  cluster:addons: {coredns: {configuration: {autoScaling: {enabled: true, "
        "maxReplicas: 1}}}}",
        [
            "6:88: cluster:addons.coredns.configuration.autoScaling.maxReplicas: must be "
            "a whole number from 2 to 1000, not 1",
        ],
    ),
    "setting below another": (
        "  cluster:addons:\n"
        "    coredns:\n"
        "      configuration:\n"
        "        autoScaling:\n"
        "          enabeld: true\n"
        "        resources: small",
        [
            "10:11: cluster:addons.coredns.configuration.autoScaling.enabeld: is not "
            'known of the add-on; did you mean "enabled"?',
            '11:20: cluster:addons.coredns.configuration.resources: must be a mapping, not "small"',
        ],
    ),
    "variable that is no text": (
        "  cluster:addons: {vpc-cni: {configuration: {env: "
        "{AWS_VPC_K8S_CNI_EXTERNALSNAT: true, MAX_ENI: many}}}}",
        [
            "6:82: "
            "cluster:addons.vpc-cni.configuration.env.AWS_VPC_K8S_CNI_EXTERNALSNAT: must "
            'be "true" or "false", in quotes, not true',
            "6:97: cluster:addons.vpc-cni.configuration.env.MAX_ENI: must be a number in "
            'quotes, not "many"',
        ],
    ),
    "mode": (
        "  cluster:addons: {kube-proxy: {configuration: {mode: nftables}}}",
        [
            "6:55: cluster:addons.kube-proxy.configuration.mode: must be one of "
            'iptables, ipvs, not "nftables"',
        ],
    ),
    "date in a configuration": (
        "  cluster:addons: {other: {configuration: {since: 2026-11-25, 1: {2: a}, most: .inf}}}",
        [
            "6:51: cluster:addons.other.configuration.since: must be in quotes: 2026-11-25",
            "6:80: cluster:addons.other.configuration.most: is no number that JSON has: inf",
        ],
    ),
    "what network.pods says": (
        "  cluster:addons: {vpc-cni: {configuration: {enableNetworkPolicy: 'true', env: "
        "{WARM_IP_TARGET: '5'}}}}",
        [
            "6:46: cluster:addons.vpc-cni.configuration.enableNetworkPolicy: is said by "
            "network.pods.networkPolicy; say it there",
            "6:81: cluster:addons.vpc-cni.configuration.env.WARM_IP_TARGET: is said by "
            "network.pods.warmIpTarget; say it there",
        ],
    ),
    "conflicts": (
        "  cluster:addons: {coredns: {conflictsOnCreate: preserve, conflictsOnUpdate: overwrit}}",
        [
            "6:49: cluster:addons.coredns.conflictsOnCreate: must be one of OVERWRITE, "
            'NONE, not "preserve"',
            "6:78: cluster:addons.coredns.conflictsOnUpdate: must be one of PRESERVE, "
            'OVERWRITE, NONE, not "overwrit"; did you mean "OVERWRITE"?',
        ],
    ),
    "preserve": (
        "  cluster:addons: {coredns: {preserve: 1}}",
        [
            "6:40: cluster:addons.coredns.preserve: must be true or false, not 1",
        ],
    ),
    "phase": (
        "  cluster:addons: {metrics-server: {phase: later}}",
        [
            "6:44: cluster:addons.metrics-server.phase: must be one of beforeNodes, "
            'afterNodes, not "later"',
        ],
    ),
    "what nodes wait for after them": (
        "  cluster:addons: {vpc-cni: {phase: afterNodes}}",
        [
            "6:37: cluster:addons.vpc-cni.phase: must be beforeNodes: nodes wait for it",
        ],
    ),
    "CoreDNS before nodes": (
        "  cluster:addons: {coredns: {phase: beforeNodes}}",
        [
            "6:37: cluster:addons.coredns.phase: must be afterNodes: it is DEGRADED "
            "until a node takes its pods",
        ],
    ),
    "namespace": (
        "  cluster:addons: {metrics-server: {namespace: Metrics}}",
        [
            '6:48: cluster:addons.metrics-server.namespace: "Metrics" is not a namespace '
            "such as kube-system",
        ],
    ),
    "namespace of one of EKS's": (
        "  cluster:addons: {coredns: {namespace: dns}}",
        [
            "6:41: cluster:addons.coredns.namespace: is that of EKS: kube-system",
        ],
    ),
    "no network plugin": (
        "  cluster:addons: {vpc-cni: {enabled: false}}",
        [
            "6:39: cluster:addons.vpc-cni.enabled: must be true: nodes are not Ready "
            "without a network plugin, and they wait for it",
        ],
    ),
    "switched off and described": (
        "  cluster:addons: {kube-proxy: {enabled: false, preserve: true}}",
        [
            "6:42: cluster:addons.kube-proxy.enabled: false goes with nothing else",
        ],
    ),
    "switched off without being on": (
        "  cluster:addons: {metrics-server: {enabled: false}}",
        [
            "6:46: cluster:addons.metrics-server.enabled: false is the same as no "
            "add-on; remove it",
        ],
    ),
    "what Auto Mode brings": (
        "  cluster:nodeGroups: {}\n"
        "  cluster:autoMode: {}\n"
        "  cluster:addons: {coredns: {}, vpc-cni: {enabled: false}}",
        [
            "7:20: cluster:addons.coredns: Auto Mode has all nodes and brings what it "
            "does along; remove it",
            "7:33: cluster:addons.vpc-cni: Auto Mode has all nodes and brings what it "
            "does along; remove it",
        ],
    ),
    "identity that is text": (
        "  cluster:addons: {aws-ebs-csi-driver: {identity: irsa}}",
        [
            "6:51: cluster:addons.aws-ebs-csi-driver.identity: must be a mapping of keys "
            'and values, not "irsa"',
        ],
    ),
    "identity": (
        "  cluster:addons: {aws-ebs-csi-driver: {identity: {type: pod}}}",
        [
            "6:58: cluster:addons.aws-ebs-csi-driver.identity.type: must be one of "
            'podIdentity, irsa, none, not "pod"',
        ],
    ),
    "irsa without a provider": (
        "  cluster:addons: {aws-ebs-csi-driver: {identity: {type: irsa}}}",
        [
            "6:58: cluster:addons.aws-ebs-csi-driver.identity.type: irsa needs "
            "iam.oidcProvider: true",
        ],
    ),
    "role": (
        "  cluster:addons: {aws-ebs-csi-driver: {identity: {roleArn: my-role}}}",
        [
            '6:61: cluster:addons.aws-ebs-csi-driver.identity.roleArn: "my-role" is not '
            "an IAM role's ARN such as arn:aws:iam::123456789012:role/my-role",
        ],
    ),
    "role and policies": (
        "  cluster:addons: {aws-ebs-csi-driver: {identity: {roleArn: "
        "'arn:aws:iam::123456789012:role/a', policies: ['arn:aws:iam::aws:policy/A']}}}",
        [
            "6:107: cluster:addons.aws-ebs-csi-driver.identity.policies: are of a role "
            "that is made; roleArn names one that is there",
        ],
    ),
    "policy": (
        "  cluster:addons: {aws-ebs-csi-driver: {identity: {policies: [AmazonS3FullAccess]}}}",
        [
            "6:63: cluster:addons.aws-ebs-csi-driver.identity.policies[0]: "
            '"AmazonS3FullAccess" is not an IAM policy\'s ARN such as '
            "arn:aws:iam::123456789012:policy/my-policy",
        ],
    ),
    "policies of another partition": (
        "  cluster:addons:\n"
        "    aws-ebs-csi-driver: {identity: {policies: "
        "['arn:aws-cn:iam::aws:policy/A']}}\n"
        "    aws-efs-csi-driver: {identity: {roleArn: "
        "'arn:aws-cn:iam::123456789012:role/a'}}",
        [
            "7:48: cluster:addons.aws-ebs-csi-driver.identity.policies[0]: "
            "arn:aws-cn:iam::aws:policy/A is in the partition aws-cn, but ap-northeast-2 "
            "is in aws: it begins with arn:aws:",
            "8:46: cluster:addons.aws-efs-csi-driver.identity.roleArn: "
            "arn:aws-cn:iam::123456789012:role/a is in the partition aws-cn, but "
            "ap-northeast-2 is in aws: it begins with arn:aws:",
        ],
    ),
    "no identity, and a role": (
        "  cluster:addons: {vpc-cni: {identity: {type: none, serviceAccount: aws-node}}}",
        [
            "6:47: cluster:addons.vpc-cni.identity.type: none goes with nothing else",
        ],
    ),
    "service account": (
        "  cluster:addons: {other: {identity: {serviceAccount: My_App, policies: "
        "['arn:aws:iam::aws:policy/A']}}}",
        [
            '6:55: cluster:addons.other.identity.serviceAccount: "My_App" is not a '
            "service account's name such as my-app",
        ],
    ),
    "service account of one of EKS's": (
        "  cluster:addons: {aws-ebs-csi-driver: {identity: {serviceAccount: mine}}}",
        [
            "6:68: cluster:addons.aws-ebs-csi-driver.identity.serviceAccount: is that of "
            "EKS: ebs-csi-controller-sa",
        ],
    ),
    "service account that is not known": (
        "  cluster:addons: {other: {identity: {policies: ['arn:aws:iam::aws:policy/A']}}}",
        [
            "6:28: cluster:addons.other.identity.serviceAccount: is missing: it is not "
            "known which one it has",
        ],
    ),
    "identity without rights": (
        "  cluster:addons: {other: {identity: {serviceAccount: a}}}",
        [
            "6:38: cluster:addons.other.identity: has no rights: name policies, or a roleArn",
        ],
    ),
    "irsa in an unknown namespace": (
        "  cluster:iam: {oidcProvider: true}\n"
        "  cluster:addons: {other: {identity: {type: irsa, serviceAccount: a, policies: "
        "['arn:aws:iam::aws:policy/A']}}}",
        [
            "7:20: cluster:addons.other.namespace: is missing: irsa trusts it by name",
        ],
    ),
    "network plugin without a role": (
        "  cluster:addons: {vpc-cni: {identity: {type: none}}}",
        [
            "6:47: cluster:addons.vpc-cni.identity.type: must be podIdentity or irsa: it "
            "gives nodes and pods their addresses, and the role of nodes does not let it",
        ],
    ),
    "pod identity without its agent": (
        "  cluster:addons: {eks-pod-identity-agent: {enabled: false}, "
        "aws-ebs-csi-driver: {identity: {}}}",
        [
            "6:54: cluster:addons.eks-pod-identity-agent.enabled: must be true: vpc-cni "
            "has its role through it",
            "6:83: cluster:addons.aws-ebs-csi-driver.identity.type: podIdentity needs "
            "the add-on eks-pod-identity-agent",
        ],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES)
def test_what_is_said(lines, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert messages(stack_file(lines)) == expected
