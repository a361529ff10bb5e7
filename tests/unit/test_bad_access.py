"""What a stack file says wrongly of who has access, with the exact words of the answer."""

import pytest

from tests.stack_files import Cases, messages, stack_file

CASES: Cases = {
    "administrators left out": (
        "  cluster:access: {}",
        [
            "5:3: cluster:access.admins: is missing; name who administers the cluster, e.g. "
            "[creator]: whoever runs the first up",
        ],
    ),
    "administrators that are a word": (
        "  cluster:access: {admins: creator}",
        [
            "5:28: cluster:access.admins: must be a list of ARNs of IAM roles and users, and "
            '"creator" for whoever runs the first `pulumi up`; or "nobody"; not "creator"',
        ],
    ),
    "no administrators": (
        "  cluster:access: {admins: []}",
        [
            "5:28: cluster:access.admins: is empty: nobody could administer the cluster; if "
            'that is meant, write "nobody"',
        ],
    ),
    "administrator that is no ARN": (
        "  cluster:access: {admins: [jane]}",
        [
            '5:29: cluster:access.admins[0]: "jane" is not the ARN of an IAM role or user such '
            "as arn:aws:iam::123456789012:role/Admin",
        ],
    ),
    "administrator that is a number": (
        "  cluster:access: {admins: [123456789012]}",
        [
            '5:29: cluster:access.admins[0]: must be in quotes: "123456789012"',
        ],
    ),
    "administrator twice": (
        "  cluster:access: {admins: ['arn:aws:iam::123456789012:role/A', "
        "'arn:aws:iam::123456789012:role/A']}",
        [
            '5:65: cluster:access.admins[1]: "arn:aws:iam::123456789012:role/A" is here twice; '
            "keep one",
        ],
    ),
    "administrator that is an account": (
        "  cluster:access: {admins: ['arn:aws:iam::123456789012:root']}",
        [
            '5:29: cluster:access.admins[0]: "arn:aws:iam::123456789012:root" is not the ARN '
            "of an IAM role or user such as arn:aws:iam::123456789012:role/Admin",
        ],
    ),
    "administrator by two spellings": (
        "  cluster:access: {admins: ['arn:aws:iam::123456789012:role/x/A', "
        "'arn:aws:sts::123456789012:assumed-role/A/jane']}",
        [
            "5:67: cluster:access.admins[1]: arn:aws:iam::123456789012:role/A has an access "
            "entry already, from access.admins[0]",
        ],
    ),
    "administrator of another partition": (
        "  cluster:access: {admins: ['arn:aws-cn:iam::123456789012:role/A']}",
        [
            "5:29: cluster:access.admins[0]: arn:aws-cn:iam::123456789012:role/A is in the "
            "partition aws-cn, but ap-northeast-2 is in aws: it begins with arn:aws:",
        ],
    ),
    "administrator and entry": (
        "  cluster:access: {admins: ['arn:aws:iam::123456789012:role/A'], entries: {a: "
        "{principal: 'arn:aws:iam::123456789012:role/A'}}}",
        [
            "5:91: cluster:access.entries.a.principal: arn:aws:iam::123456789012:role/A has an "
            "access entry already, from access.admins[0]",
        ],
    ),
    "nobody, and yet somebody": (
        "  cluster:access: {admins: nobody, entries: {a: {principal: "
        "'arn:aws:iam::123456789012:role/A', policies: [{policy: "
        "AmazonEKSClusterAdminPolicy}]}}}",
        [
            '5:28: cluster:access.admins: "nobody" is not true: entries has an administrator; '
            "name them here instead",
        ],
    ),
    "authentication mode": (
        "  cluster:access: {admins: [creator], authenticationMode: AWS_AUTH}",
        [
            "5:59: cluster:access.authenticationMode: must be one of API, API_AND_CONFIG_MAP, "
            'CONFIG_MAP, not "AWS_AUTH"',
        ],
    ),
    "ConfigMap with named administrators": (
        "  cluster:access: {admins: ['arn:aws:iam::123456789012:role/A'], authenticationMode: "
        "CONFIG_MAP}",
        [
            "5:28: cluster:access.admins: must be [creator] while authenticationMode is "
            "CONFIG_MAP: EKS lets in the principal that made the cluster; others are lines of "
            "the aws-auth ConfigMap",
        ],
    ),
    "ConfigMap with entries": (
        "  cluster:access: {admins: [creator], authenticationMode: CONFIG_MAP, entries: {a: "
        "{principal: 'arn:aws:iam::123456789012:role/A'}}}",
        [
            "5:80: cluster:access.entries: needs authenticationMode API_AND_CONFIG_MAP or API",
        ],
    ),
    "entries that are a list": (
        "  cluster:access: {admins: [creator], entries: [{principal: "
        "'arn:aws:iam::123456789012:role/A'}]}",
        [
            "5:48: cluster:access.entries: must be a mapping of keys and values, not a list",
        ],
    ),
    "entry's name": (
        "  cluster:access: {admins: [creator], entries: {'a b': {principal: "
        "'arn:aws:iam::123456789012:role/A'}}}",
        [
            '5:49: cluster:access.entries.a b: "a b" is not an entry\'s name: it has letters, '
            "digits, - and _, and begins with a letter or digit",
        ],
    ),
    "entry named like a number": (
        "  cluster:access: {admins: [creator], entries: {'2024': {principal: A}}}",
        [
            '5:69: cluster:access.entries.2024.principal: "A" is not the ARN of an IAM role or '
            "user such as arn:aws:iam::123456789012:role/Admin",
        ],
    ),
    "entry named like a mark of the checker": (
        "  cluster:access: {admins: [creator], entries: {'[key]': {principal: A}}}",
        [
            '5:49: cluster:access.entries.[key]: "[key]" is not an entry\'s name: it has '
            "letters, digits, - and _, and begins with a letter or digit",
            '5:70: cluster:access.entries.[key].principal: "A" is not the ARN of an IAM role '
            "or user such as arn:aws:iam::123456789012:role/Admin",
        ],
    ),
    "principal left out": (
        "  cluster:access: {admins: [creator], entries: {dev: {type: STANDARD}}}",
        [
            "5:49: cluster:access.entries.dev.principal: is missing; name an IAM role or user, "
            "e.g. arn:aws:iam::123456789012:role/Developer",
        ],
    ),
    "principal of another partition": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws-us-gov:iam::123456789012:role/A'}}}",
        [
            "5:66: cluster:access.entries.dev.principal: "
            "arn:aws-us-gov:iam::123456789012:role/A is in the partition aws-us-gov, but "
            "ap-northeast-2 is in aws: it begins with arn:aws:",
        ],
    ),
    "type of entry": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', type: EC2_LINUKS}}}",
        [
            '5:108: cluster:access.entries.dev.type: "EC2_LINUKS" is not a type of access '
            'entry; did you mean "EC2_LINUX"?',
        ],
    ),
    "groups of the system": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', kubernetesGroups: ['system:masters']}}}",
        [
            '5:121: cluster:access.entries.dev.kubernetesGroups[0]: "system:masters" begins '
            "with system:, which EKS keeps for itself",
        ],
    ),
    "group twice": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', kubernetesGroups: [a, a]}}}",
        [
            '5:124: cluster:access.entries.dev.kubernetesGroups[1]: "a" is here twice; keep one',
        ],
    ),
    "group without a name": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', kubernetesGroups: ['']}}}",
        [
            "5:121: cluster:access.entries.dev.kubernetesGroups[0]: must not be empty",
        ],
    ),
    "user name of AWS": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', username: 'aws:jane'}}}",
        [
            '5:112: cluster:access.entries.dev.username: "aws:jane" begins with aws:, which '
            "EKS keeps for itself",
        ],
    ),
    "what nodes are not given": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', type: EC2_LINUX, kubernetesGroups: [a], username: "
        "b, policies: [{policy: AmazonEKSViewPolicy}]}}}",
        [
            "5:137: cluster:access.entries.dev.kubernetesGroups: cannot be given for an entry "
            "of type EC2_LINUX",
            "5:152: cluster:access.entries.dev.username: cannot be given for an entry of type "
            "EC2_LINUX",
            "5:165: cluster:access.entries.dev.policies: cannot be given for an entry of type "
            "EC2_LINUX",
        ],
    ),
    "user as a node": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:user/jane', type: EC2_LINUX}}}",
        [
            "5:66: cluster:access.entries.dev.principal: arn:aws:iam::123456789012:user/jane "
            "is a user; an entry of type EC2_LINUX is for a role of nodes",
        ],
    ),
    "service-linked role": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSSe"
        "rviceRoleForAutoScaling'}}}",
        [
            "5:66: cluster:access.entries.dev.principal: "
            "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSSer"
            "viceRoleForAutoScaling is a service-linked role, which EKS gives no access entry",
        ],
    ),
    "policies that are names": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', policies: [AmazonEKSViewPolicy]}}}",
        [
            "5:113: cluster:access.entries.dev.policies[0]: must be a mapping of keys and "
            'values, not "AmazonEKSViewPolicy"',
        ],
    ),
    "policy of EKS": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', policies: [{policy: AmazonEKSViewerPolicy}]}}}",
        [
            '5:122: cluster:access.entries.dev.policies[0].policy: "AmazonEKSViewerPolicy" is '
            'not an EKS access policy; did you mean "AmazonEKSViewPolicy"?',
        ],
    ),
    "policy of IAM": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', policies: [{policy: "
        "'arn:aws:iam::aws:policy/AdministratorAccess'}]}}}",
        [
            "5:122: cluster:access.entries.dev.policies[0].policy: "
            '"arn:aws:iam::aws:policy/AdministratorAccess" is not an EKS access policy; known '
            "are AmazonEKSClusterAdminPolicy, AmazonEKSAdminPolicy, AmazonEKSAdminViewPolicy, "
            "AmazonEKSEditPolicy, AmazonEKSViewPolicy, AmazonEKSSecretAdminPolicy, "
            "AmazonEKSSecretReaderPolicy, AmazonEKSAutoNodePolicy, AmazonEKSACKPolicy, "
            "AmazonEKSArgoCDClusterPolicy, AmazonEKSArgoCDPolicy, AmazonEKSKROPolicy, "
            "AmazonEKSLoadBalancingPolicy, AmazonEKSLoadBalancingClusterPolicy, "
            "AmazonEKSNetworkingPolicy, AmazonEKSNetworkingClusterPolicy, "
            "AmazonEKSBlockStoragePolicy, AmazonEKSBlockStorageClusterPolicy, "
            "AmazonEKSComputePolicy, AmazonEKSComputeClusterPolicy, "
            "AmazonEKSPodIdentityPolicy, AmazonEKSHybridPolicy, "
            "AmazonEKSClusterInsightsPolicy, AWSBackupFullAccessPolicyForBackup, "
            "AWSBackupFullAccessPolicyForRestore, AmazonAIOpsAssistantPolicy, "
            "AmazonARCRegionSwitchScalingPolicy, AIDevOpsAgentAccessPolicy, "
            "AmazonEKSEventPolicy, AmazonEMRJobPolicy, AmazonSagemakerHyperpodClusterPolicy, "
            "AmazonSagemakerHyperpodControllerPolicy, AmazonSagemakerHyperpodSpacePolicy, "
            "AmazonSagemakerHyperpodSpaceTemplatePolicy, "
            "AmazonSagemakerHyperpodSystemNamespacePolicy, "
            "AmazonSagemakerHyperpodUserClusterPolicy",
        ],
    ),
    "policy twice": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', policies: [{policy: AmazonEKSViewPolicy}, "
        "{policy: AmazonEKSViewPolicy, namespaces: [a]}]}}}",
        [
            "5:144: cluster:access.entries.dev.policies[1]: AmazonEKSViewPolicy is here twice; "
            "name all namespaces in one",
        ],
    ),
    "policy of other entries": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', policies: [{policy: AmazonEKSAutoNodePolicy}]}}}",
        [
            "5:113: cluster:access.entries.dev.policies[0]: AmazonEKSAutoNodePolicy is for "
            "entries of type EC2",
        ],
    ),
    "policy that AWS keeps": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', policies: [{policy: AmazonEKSComputePolicy}]}}}",
        [
            "5:113: cluster:access.entries.dev.policies[0]: AmazonEKSComputePolicy is for "
            "entries that AWS makes itself",
        ],
    ),
    "namespace": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', policies: [{policy: AmazonEKSViewPolicy, "
        "namespaces: [Team]}]}}}",
        [
            '5:156: cluster:access.entries.dev.policies[0].namespaces[0]: "Team" is not a '
            "namespace: it has small letters, digits and -, and * for whatever may be there",
        ],
    ),
    "namespace twice": (
        "  cluster:access: {admins: [creator], entries: {dev: {principal: "
        "'arn:aws:iam::123456789012:role/A', policies: [{policy: AmazonEKSViewPolicy, "
        "namespaces: [a, a]}]}}}",
        [
            '5:159: cluster:access.entries.dev.policies[0].namespaces[1]: "a" is here twice; '
            "keep one",
        ],
    ),
    "more entries than EKS takes": (
        "  cluster:access: {admins: [creator], entries: {"
        + ", ".join(
            f"e{n}: {{principal: 'arn:aws:iam::123456789012:role/r{n}'}}" for n in range(3000)
        )
        + "}}",
        [
            "5:48: cluster:access.entries: 3001 access entries with admins, but EKS takes 3000 "
            "in a cluster",
        ],
    ),
    "deployer that is no ARN": (
        "  cluster:access: {admins: [creator], deployersWithoutAdmin: [ci]}",
        [
            '5:63: cluster:access.deployersWithoutAdmin[0]: "ci" is not the ARN of an IAM role '
            "or user such as arn:aws:iam::123456789012:role/Admin",
        ],
    ),
    "deployer who is an administrator": (
        "  cluster:access: {admins: ['arn:aws:iam::123456789012:role/A'], "
        "deployersWithoutAdmin: ['arn:aws:iam::123456789012:role/A']}",
        [
            "5:90: cluster:access.deployersWithoutAdmin[0]: arn:aws:iam::123456789012:role/A "
            "is an administrator; remove it here",
        ],
    ),
    "deployer of another partition": (
        "  cluster:access: {admins: [creator], deployersWithoutAdmin: "
        "['arn:aws-cn:iam::123456789012:role/A']}",
        [
            "5:63: cluster:access.deployersWithoutAdmin[0]: "
            "arn:aws-cn:iam::123456789012:role/A is in the partition aws-cn, but "
            "ap-northeast-2 is in aws: it begins with arn:aws:",
        ],
    ),
    "provider's name": (
        "  cluster:access: {admins: [creator], identityProviders: {'a b': {issuerUrl: "
        "'https://login.example.com', clientId: k8s}}}",
        [
            '5:59: cluster:access.identityProviders.a b: "a b" is not a name: it has letters, '
            "digits, - and _, and begins with a letter or digit",
        ],
    ),
    "more providers than EKS takes": (
        "  cluster:access: {admins: [creator], identityProviders: {"
        + ", ".join(
            f"p{n}: {{issuerUrl: 'https://{n}.example.com', clientId: a}}" for n in range(11)
        )
        + "}}",
        [
            "5:58: cluster:access.identityProviders: must have 10 entries at most",
        ],
    ),
    "issuer left out": (
        "  cluster:access: {admins: [creator], identityProviders: {main: {clientId: k8s}}}",
        [
            "5:59: cluster:access.identityProviders.main.issuerUrl: is missing; say the "
            "issuer, e.g. https://login.example.com/realms/main",
        ],
    ),
    "issuer without https": (
        "  cluster:access: {admins: [creator], identityProviders: {main: {issuerUrl: "
        "'http://login.example.com', clientId: k8s}}}",
        [
            '5:77: cluster:access.identityProviders.main.issuerUrl: "http://login.example.com" '
            "is not the address of an OpenID Connect issuer, without port and query, such as "
            "https://login.example.com/realms/main",
        ],
    ),
    "issuer twice": (
        "  cluster:access: {admins: [creator], identityProviders: {a: {issuerUrl: "
        "'https://login.example.com', clientId: k8s}, b: {issuerUrl: "
        "'https://login.example.com', clientId: k8s}}}",
        [
            "5:134: cluster:access.identityProviders.b.issuerUrl: https://login.example.com is "
            "the issuer of a already",
        ],
    ),
    "client id": (
        "  cluster:access: {admins: [creator], identityProviders: {main: {issuerUrl: "
        "'https://login.example.com', clientId: ''}}}",
        [
            "5:116: cluster:access.identityProviders.main.clientId: must not be empty",
        ],
    ),
    "user name's claim": (
        "  cluster:access: {admins: [creator], identityProviders: {main: {issuerUrl: "
        "'https://login.example.com', clientId: k8s, usernameClaim: ''}}}",
        [
            "5:136: cluster:access.identityProviders.main.usernameClaim: must not be empty",
        ],
    ),
    "user name's prefix": (
        "  cluster:access: {admins: [creator], identityProviders: {main: {issuerUrl: "
        "'https://login.example.com', clientId: k8s, usernamePrefix: 'system:'}}}",
        [
            '5:137: cluster:access.identityProviders.main.usernamePrefix: "system:" begins '
            "with system:, which EKS keeps for itself",
        ],
    ),
    "groups' claim": (
        "  cluster:access: {admins: [creator], identityProviders: {main: {issuerUrl: "
        "'https://login.example.com', clientId: k8s, groupsClaim: [groups]}}}",
        [
            "5:134: cluster:access.identityProviders.main.groupsClaim: must be text, not a list",
        ],
    ),
    "groups' prefix": (
        "  cluster:access: {admins: [creator], identityProviders: {main: {issuerUrl: "
        "'https://login.example.com', clientId: k8s, groupsPrefix: ''}}}",
        [
            "5:135: cluster:access.identityProviders.main.groupsPrefix: must not be empty",
        ],
    ),
    "claim that is no text": (
        "  cluster:access: {admins: [creator], identityProviders: {main: {issuerUrl: "
        "'https://login.example.com', clientId: k8s, requiredClaims: {hd: true}}}}",
        [
            "5:142: cluster:access.identityProviders.main.requiredClaims.hd: must be in "
            'quotes: "true"',
        ],
    ),
    "kubeconfig's role": (
        "  cluster:access: {admins: [creator], kubeconfig: {roleArn: Developer}}",
        [
            '5:61: cluster:access.kubeconfig.roleArn: "Developer" is not an IAM role\'s ARN '
            "such as arn:aws:iam::123456789012:role/Developer",
        ],
    ),
    "kubeconfig's profile": (
        "  cluster:access: {admins: [creator], kubeconfig: {profile: ''}}",
        [
            "5:61: cluster:access.kubeconfig.profile: must not be empty",
        ],
    ),
    "kubeconfig's role of another partition": (
        "  cluster:access: {admins: [creator], kubeconfig: {roleArn: "
        "'arn:aws-cn:iam::123456789012:role/A'}}",
        [
            "5:61: cluster:access.kubeconfig.roleArn: arn:aws-cn:iam::123456789012:role/A is "
            "in the partition aws-cn, but ap-northeast-2 is in aws: it begins with arn:aws:",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_the_users_words(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines, expected = CASES[case]
    assert messages(stack_file(lines)) == expected
