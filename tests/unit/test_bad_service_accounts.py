"""What a stack file says wrongly of service accounts, with the exact words of the answer."""

import pytest

from tests.stack_files import Cases, messages, stack_file

CASES: Cases = {
    "service accounts that are a list": (
        "  cluster:serviceAccounts: [app]",
        [
            "6:28: cluster:serviceAccounts: must be a mapping of keys and values, not a list",
        ],
    ),
    "name": (
        "  cluster:serviceAccounts: {my app: {namespace: a, serviceAccount: b, roleArn: "
        "'arn:aws:iam::123456789012:role/a'}}",
        [
            '6:29: cluster:serviceAccounts.my app: "my app" is not a name: it has '
            "letters, digits, - and _, and begins with a letter or digit",
        ],
    ),
    "nothing of it": (
        "  cluster:serviceAccounts: {app: {}}",
        [
            "6:29: cluster:serviceAccounts.app.namespace: is missing",
            "6:29: cluster:serviceAccounts.app.serviceAccount: is missing",
        ],
    ),
    "namespace": (
        "  cluster:serviceAccounts: {app: {namespace: Web, serviceAccount: b, roleArn: "
        "'arn:aws:iam::123456789012:role/a'}}",
        [
            '6:46: cluster:serviceAccounts.app.namespace: "Web" is not a namespace such '
            "as kube-system",
        ],
    ),
    "service account": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: my_app, "
        "roleArn: 'arn:aws:iam::123456789012:role/a'}}",
        [
            '6:65: cluster:serviceAccounts.app.serviceAccount: "my_app" is not a service '
            "account's name such as my-app",
        ],
    ),
    "identity": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, identity: "
        "kiam, roleArn: 'arn:aws:iam::123456789012:role/a'}}",
        [
            "6:78: cluster:serviceAccounts.app.identity: must be one of podIdentity, "
            'irsa, not "kiam"',
        ],
    ),
    "irsa without a provider": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, identity: "
        "irsa, policies: ['arn:aws:iam::aws:policy/A']}}",
        [
            "6:78: cluster:serviceAccounts.app.identity: irsa needs iam.oidcProvider: true",
        ],
    ),
    "irsa with a given role": (
        "  cluster:iam: {oidcProvider: true}\n"
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, identity: "
        "irsa, roleArn: 'arn:aws:iam::123456789012:role/a'}}",
        [
            "7:93: cluster:serviceAccounts.app.roleArn: does not go with irsa: the role "
            "itself says who has it",
        ],
    ),
    "no rights": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b}}",
        [
            "6:34: cluster:serviceAccounts.app: has no rights: say wellKnown, policies, "
            "inlinePolicies, or name a roleArn",
        ],
    ),
    "well-known program": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, wellKnown: "
        "[clusterAutoscalar]}}",
        [
            '6:80: cluster:serviceAccounts.app.wellKnown[0]: "clusterAutoscalar" is not '
            'a well-known program; did you mean "clusterAutoscaler"?',
        ],
    ),
    "well-known program twice": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, wellKnown: "
        "[clusterAutoscaler, clusterAutoscaler]}}",
        [
            '6:99: cluster:serviceAccounts.app.wellKnown[1]: "clusterAutoscaler" is here '
            "twice; keep one",
        ],
    ),
    "no hosted zones": (
        "  cluster:serviceAccounts: {dns: {namespace: a, serviceAccount: b, wellKnown: "
        "[externalDns]}}",
        [
            "6:29: cluster:serviceAccounts.dns.hostedZones: is missing: externalDns "
            "changes those zones and no others",
        ],
    ),
    "hosted zone": (
        "  cluster:serviceAccounts: {dns: {namespace: a, serviceAccount: b, wellKnown: "
        "[externalDns], hostedZones: [example.com]}}",
        [
            '6:108: cluster:serviceAccounts.dns.hostedZones[0]: "example.com" is not a '
            "hosted zone's id such as Z0123456789ABC",
        ],
    ),
    "hosted zones of nobody": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, wellKnown: "
        "[clusterAutoscaler], hostedZones: [Z0123456789ABC]}}",
        [
            '6:113: cluster:serviceAccounts.app.hostedZones: belong to "externalDns" and '
            '"certManager"',
        ],
    ),
    "policy": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, policies: "
        "[ReadOnlyAccess]}}",
        [
            '6:79: cluster:serviceAccounts.app.policies[0]: "ReadOnlyAccess" is not an '
            "IAM policy's ARN such as arn:aws:iam::123456789012:policy/my-policy",
        ],
    ),
    "policy of another partition": (
        "  cluster:serviceAccounts:\n"
        "    app: {namespace: a, serviceAccount: b, policies: "
        "['arn:aws-us-gov:iam::aws:policy/A']}\n"
        "    web: {namespace: a, serviceAccount: c, roleArn: "
        "'arn:aws-cn:iam::123456789012:role/a'}",
        [
            "7:55: cluster:serviceAccounts.app.policies[0]: "
            "arn:aws-us-gov:iam::aws:policy/A is in the partition aws-us-gov, but "
            "ap-northeast-2 is in aws: it begins with arn:aws:",
            "8:53: cluster:serviceAccounts.web.roleArn: "
            "arn:aws-cn:iam::123456789012:role/a is in the partition aws-cn, but "
            "ap-northeast-2 is in aws: it begins with arn:aws:",
        ],
    ),
    "name of a policy": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, "
        "inlinePolicies: {read bucket: {Statement: [{}]}}}}",
        [
            '6:85: cluster:serviceAccounts.app.inlinePolicies.read bucket: "read bucket" '
            "is not a policy's name such as read-bucket",
        ],
    ),
    "policy without statements": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, "
        "inlinePolicies: {read: {Version: '2012-10-17'}}}}",
        [
            "6:85: cluster:serviceAccounts.app.inlinePolicies.read.Statement: is "
            "missing: a policy document has statements",
        ],
    ),
    "policy with a misspelt element": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, "
        "inlinePolicies: {read: {Statment: []}}}}",
        [
            "6:85: cluster:serviceAccounts.app.inlinePolicies.read.Statement: is "
            "missing: a policy document has statements",
            "6:92: cluster:serviceAccounts.app.inlinePolicies.read.Statment: is not of a "
            'policy document; did you mean "Statement"?',
        ],
    ),
    "policy with the name of another": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, wellKnown: "
        "[clusterAutoscaler], inlinePolicies: {clusterAutoscaler: {Statement: [{}]}}}}",
        [
            "6:117: cluster:serviceAccounts.app.inlinePolicies.clusterAutoscaler: is the name of "
            "the policy that wellKnown brings; choose another",
        ],
    ),
    "policies that are too long": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, inlinePolicies: "
        "{read: {Statement: [{Sid: '" + "a" * 10200 + "'}]}}}}",
        [
            "6:84: cluster:serviceAccounts.app.inlinePolicies: have 10249 characters together, "
            "spaces not counted; a role takes 10240. Make policies of them, and name those in "
            "policies",
        ],
    ),
    "policy with a date": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, "
        "inlinePolicies: {read: {Version: 2012-10-17, Statement: [{}]}}}}",
        [
            "6:101: cluster:serviceAccounts.app.inlinePolicies.read.Version: must be in "
            "quotes: 2012-10-17",
        ],
    ),
    "role": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, roleArn: my-role}}",
        [
            '6:77: cluster:serviceAccounts.app.roleArn: "my-role" is not an IAM role\'s '
            "ARN such as arn:aws:iam::123456789012:role/my-role",
        ],
    ),
    "role that is there and one that is made": (
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, roleArn: "
        "'arn:aws:iam::123456789012:role/a', policies: ['arn:aws:iam::aws:policy/A'], "
        "inlinePolicies: {read: {Statement: [{}]}}, wellKnown: [clusterAutoscaler]}}",
        [
            "6:123: cluster:serviceAccounts.app.policies: is of a role that is made; "
            "roleArn names one that is there",
            "6:170: cluster:serviceAccounts.app.inlinePolicies: is of a role that is "
            "made; roleArn names one that is there",
            "6:208: cluster:serviceAccounts.app.wellKnown: is of a role that is made; "
            "roleArn names one that is there",
        ],
    ),
    "one service account twice": (
        "  cluster:serviceAccounts:\n"
        "    app: {namespace: a, serviceAccount: b, roleArn: "
        "'arn:aws:iam::123456789012:role/a'}\n"
        "    web: {namespace: a, serviceAccount: b, roleArn: "
        "'arn:aws:iam::123456789012:role/b'}",
        [
            "8:41: cluster:serviceAccounts.web.serviceAccount: a/b has a role already: "
            "serviceAccounts.app",
        ],
    ),
    "service account of an add-on": (
        "  cluster:serviceAccounts: {cni: {namespace: kube-system, serviceAccount: "
        "aws-node, roleArn: 'arn:aws:iam::123456789012:role/a'}}",
        [
            "6:75: cluster:serviceAccounts.cni.serviceAccount: kube-system/aws-node has "
            "a role already: addons.vpc-cni",
        ],
    ),
    "pod identity without its agent": (
        "  cluster:iam: {oidcProvider: true}\n"
        "  cluster:addons: {eks-pod-identity-agent: {enabled: false}, vpc-cni: "
        "{identity: {type: irsa}}}\n"
        "  cluster:serviceAccounts: {app: {namespace: a, serviceAccount: b, roleArn: "
        "'arn:aws:iam::123456789012:role/a'}}",
        [
            "8:29: cluster:serviceAccounts.app.identity: podIdentity needs the add-on "
            "eks-pod-identity-agent",
        ],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), CASES.values(), ids=CASES)
def test_what_is_said(lines, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert messages(stack_file(lines)) == expected
