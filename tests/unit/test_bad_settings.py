"""What a stack file says wrongly of logs, keys, Auto Mode, hybrid nodes, capabilities and roles."""

import pytest

from tests.stack_files import Cases, messages, stack_file

CASES: Cases = {
    "log types that are no list": (
        "  cluster:logging: {types: api}",
        [
            '6:28: cluster:logging.types: must be a list, not "api"',
        ],
    ),
    "log type": (
        "  cluster:logging: {types: [api, audits]}",
        [
            "6:34: cluster:logging.types[1]: must be one of api, audit, authenticator, "
            'controllerManager, scheduler, not "audits"; did you mean "audit"?',
        ],
    ),
    "log type twice": (
        "  cluster:logging: {types: [api, API]}",
        [
            '6:34: cluster:logging.types[1]: "api" is here twice; keep one',
        ],
    ),
    "retention": (
        "  cluster:logging: {retentionDays: 100}",
        [
            "6:36: cluster:logging.retentionDays: a retention must be one of 1, 3, 5, 7, 14, "
            "30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, "
            "3288, 3653, not 100",
        ],
    ),
    "log class": (
        "  cluster:logging: {class: COLD}",
        [
            '6:28: cluster:logging.class: must be one of STANDARD, INFREQUENT_ACCESS, not "COLD"',
        ],
    ),
    "log key": (
        "  cluster:logging: {keyArn: alias/logs}",
        [
            '6:29: cluster:logging.keyArn: "alias/logs" is not a KMS key\'s ARN such as '
            "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-...",
        ],
    ),
    "log key of another region": (
        "  cluster:logging: {keyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd'}",
        [
            "6:29: cluster:logging.keyArn: arn:aws:kms:eu-west-1:123456789012:key/1234abcd is "
            "in eu-west-1, but the cluster is in ap-northeast-2",
        ],
    ),
    "keep on destroy": (
        "  cluster:logging: {keepOnDestroy: 'yes'}",
        [
            '6:36: cluster:logging.keepOnDestroy: must be true or false, not "yes"',
        ],
    ),
    "policy that is a list": (
        "  cluster:policy: []",
        [
            "6:19: cluster:policy: must be a mapping of keys and values, not a list",
        ],
    ),
    "waivers that are no list": (
        "  cluster:policy: {waivers: all}",
        [
            '6:29: cluster:policy.waivers: must be a list, not "all"',
        ],
    ),
    "waiver of an unknown rule": (
        "  cluster:policy: {waivers: [{rule: kms_rotations, reason: x, until: 2027-03-31}]}",
        [
            '6:37: cluster:policy.waivers[0].rule: "kms_rotations" is not a rule; did you mean '
            '"kms_rotation"?',
        ],
    ),
    "waiver of a rule that is never waived": (
        "  cluster:policy: {waivers: [{rule: no_secret_userdata, reason: x, until: 2027-03-31}]}",
        [
            '6:37: cluster:policy.waivers[0].rule: "no_secret_userdata" is never waived: whoever '
            "is on a node reads it, and so does whoever may describe launch templates: no reason "
            "makes that right",
        ],
    ),
    "waiver that says nothing": (
        "  cluster:policy: {waivers: [{}]}",
        [
            "6:30: cluster:policy.waivers[0].rule: is missing; name a rule of docs/security.md, "
            "e.g. vpc_flow_logs",
            "6:30: cluster:policy.waivers[0].reason: is missing; say why",
            "6:30: cluster:policy.waivers[0].until: is missing; say the last day on which it "
            "holds, e.g. 2027-03-31",
        ],
    ),
    "waiver that says it wrongly": (
        "  cluster:policy: {waivers: [{rule: tags, resource: '', reason: ' ', until: soon}]}",
        [
            "6:53: cluster:policy.waivers[0].resource: must not be empty",
            "6:65: cluster:policy.waivers[0].reason: must not be empty",
            '6:77: cluster:policy.waivers[0].until: must be a day such as 2027-03-31, not "soon"',
        ],
    ),
    "waiver until a day that is none": (
        "  cluster:policy: {waivers: [{rule: tags, reason: x, until: '2027-02-30'}]}",
        [
            "6:61: cluster:policy.waivers[0].until: must be a day such as 2027-03-31, not "
            '"2027-02-30"',
        ],
    ),
    "waiver twice": (
        "  cluster:policy: {waivers: [{rule: tags, reason: x, until: 2027-03-31}, "
        "{rule: tags, reason: y, until: 2027-04-30}]}",
        [
            "6:81: cluster:policy.waivers[1].rule: tags is waived for the same resources "
            "already; keep one",
        ],
    ),
    "settings of logs that are not written": (
        "  cluster:network: {flowLogs: {trafficType: NONE}}\n"
        "  cluster:logging: {types: [], retentionDays: 30, class: STANDARD, keyArn: "
        "'arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd', keepOnDestroy: true}",
        [
            "7:47: cluster:logging.retentionDays: is of no effect: types is empty, so nothing "
            "is logged",
            "7:58: cluster:logging.class: is of no effect: types is empty, so nothing is logged",
            "7:76: cluster:logging.keyArn: is of no effect: types is empty, so nothing is logged",
            "7:147: cluster:logging.keepOnDestroy: is of no effect: types is empty, so nothing "
            "is logged",
        ],
    ),
    "key": (
        "  cluster:encryption: {keyArn: 'arn:aws:kms:ap-northeast-2:123456789012:alias/eks'}",
        [
            "6:32: cluster:encryption.keyArn: "
            '"arn:aws:kms:ap-northeast-2:123456789012:alias/eks" is not a KMS key\'s ARN such '
            "as arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-...",
        ],
    ),
    "key of another partition": (
        "  cluster:encryption: {keyArn: 'arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd'}",
        [
            "6:32: cluster:encryption.keyArn: "
            "arn:aws-cn:kms:cn-north-1:123456789012:key/1234abcd is in cn-north-1, but the "
            "cluster is in ap-northeast-2",
        ],
    ),
    "key administrator": (
        "  cluster:encryption: {administrators: [Admin]}",
        [
            '6:41: cluster:encryption.administrators[0]: "Admin" is not the ARN of an IAM role '
            "or user such as arn:aws:iam::123456789012:role/Admin",
        ],
    ),
    "key administrator twice": (
        "  cluster:encryption: {administrators: ['arn:aws:iam::123456789012:role/A', "
        "'arn:aws:iam::123456789012:role/A']}",
        [
            '6:77: cluster:encryption.administrators[1]: "arn:aws:iam::123456789012:role/A" is '
            "here twice; keep one",
        ],
    ),
    "rotation": (
        "  cluster:encryption: {rotationDays: 30}",
        [
            "6:38: cluster:encryption.rotationDays: a rotation period must be 90 or more, not 30",
        ],
    ),
    "deletion window": (
        "  cluster:encryption: {deletionWindowDays: 60}",
        [
            "6:44: cluster:encryption.deletionWindowDays: a window must be 30 or less, not 60",
        ],
    ),
    "administrators of a key that is not made": (
        "  cluster:encryption: {keyArn: "
        "'arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd', rotationDays: 90}\n"
        "  cluster:logging: {keyArn: 'arn:aws:kms:ap-northeast-2:123456789012:key/1234abcd'}",
        [
            "6:32: cluster:encryption.keyArn: names a key that is there, and no other is made "
            "for logs: administrators, rotationDays and deletionWindowDays have nothing to "
            "describe; remove them",
        ],
    ),
    "auto mode that is a switch": (
        "  cluster:autoMode: true",
        [
            "6:21: cluster:autoMode: must be a mapping of keys and values, not true",
        ],
    ),
    "node pool": (
        "  cluster:autoMode: {nodePools: [general]}",
        [
            '6:34: cluster:autoMode.nodePools[0]: "general" is not a node pool; did you mean '
            '"general-purpose"?',
        ],
    ),
    "node pool twice": (
        "  cluster:autoMode: {nodePools: [system, system]}",
        [
            '6:42: cluster:autoMode.nodePools[1]: "system" is here twice; keep one',
        ],
    ),
    "no node pool and no node group": (
        "  cluster:nodeGroups: {}\n  cluster:autoMode: {nodePools: []}",
        [
            "6:33: cluster:autoMode.nodePools: is empty and there is no node group: nothing "
            "would run until you make a node pool; keep general-purpose and system, or add a "
            "node group",
        ],
    ),
    "auto mode with the ConfigMap": (
        "  cluster:access: {admins: [creator], authenticationMode: CONFIG_MAP}\n"
        "  cluster:autoMode: {}",
        [
            "6:21: cluster:autoMode: needs access entries: authenticationMode is CONFIG_MAP",
        ],
    ),
    "settings of the CNI with Auto Mode": (
        "  cluster:nodeGroups: {}\n"
        "  cluster:autoMode: {}\n"
        "  cluster:network: {pods: {networkPolicy: true}}",
        [
            "7:27: cluster:network.pods: are settings of the VPC CNI, but Auto Mode has all "
            "nodes and brings its own; add a node group or remove them",
        ],
    ),
    "pod subnets with Auto Mode": (
        "  cluster:nodeGroups: {}\n"
        "  cluster:autoMode: {}\n"
        "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: [subnet-0123abcd, "
        "subnet-4567cdef], podSubnets: [subnet-1111aaaa]}}",
        [
            "7:115: cluster:network.existing.podSubnets: are settings of the VPC CNI, but Auto "
            "Mode has all nodes and brings its own",
        ],
    ),
    "no nodes at all": (
        "  cluster:nodeGroups: {}",
        [
            "5:23: cluster:nodeGroups: is missing; a cluster needs at least one group of "
            "nodes, or autoMode: {}",
        ],
    ),
    "node networks left out": (
        "  cluster:hybridNodes: {}",
        [
            "6:3: cluster:hybridNodes.nodeCidrs: is missing; name the networks of the nodes, "
            "e.g. [10.80.0.0/16]",
        ],
    ),
    "no node network": (
        "  cluster:hybridNodes: {nodeCidrs: []}",
        [
            "6:36: cluster:hybridNodes.nodeCidrs: must have at least one entry",
        ],
    ),
    "node network": (
        "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0]}",
        [
            '6:37: cluster:hybridNodes.nodeCidrs[0]: "10.80.0.0" is not an IPv4 CIDR block '
            'such as "10.0.0.0/16"',
        ],
    ),
    "public node network": (
        "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16, 8.8.8.0/24]}",
        [
            "6:51: cluster:hybridNodes.nodeCidrs[1]: 8.8.8.0/24 must lie within one of "
            "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10",
        ],
    ),
    "pod network": (
        "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16], podCidrs: 10.85.0.0/16}",
        [
            '6:62: cluster:hybridNodes.podCidrs: must be a list, not "10.85.0.0/16"',
        ],
    ),
    "more pod networks than EKS takes": (
        "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16], podCidrs: ["
        + ", ".join(f"10.81.{n}.0/24" for n in range(16))
        + "]}",
        [
            "6:62: cluster:hybridNodes.podCidrs: must have 15 entries at most",
        ],
    ),
    "node network twice": (
        "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16, 10.80.0.0/16]}",
        [
            "6:51: cluster:hybridNodes.nodeCidrs[1]: 10.80.0.0/16 is here twice; keep one",
        ],
    ),
    "pods and nodes share a network": (
        "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16], podCidrs: [10.80.1.0/24]}",
        [
            "6:63: cluster:hybridNodes.podCidrs[0]: 10.80.1.0/24 overlaps 10.80.0.0/16 of "
            "hybridNodes.nodeCidrs[0]",
        ],
    ),
    "hybrid nodes in the VPC's network": (
        "  cluster:hybridNodes: {nodeCidrs: [10.0.0.0/8]}",
        [
            "6:37: cluster:hybridNodes.nodeCidrs[0]: 10.0.0.0/8 overlaps 10.0.0.0/16 of "
            "network.cidr",
        ],
    ),
    "hybrid nodes with the ConfigMap": (
        "  cluster:access: {admins: [creator], authenticationMode: CONFIG_MAP}\n"
        "  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16]}",
        [
            "6:24: cluster:hybridNodes: need access entries: authenticationMode is CONFIG_MAP",
        ],
    ),
    "capability type": (
        "  cluster:capabilities: {c: {type: ARGO}}",
        [
            '6:36: cluster:capabilities.c.type: must be one of ARGOCD, ACK, KRO, not "ARGO"; '
            'did you mean "ARGOCD"?',
        ],
    ),
    "capability name": (
        "  cluster:capabilities: {'a b': {type: KRO}}",
        [
            '6:26: cluster:capabilities.a b: "a b" is not a capability\'s name: it has '
            "letters, digits, - and _, and begins with a letter or digit",
        ],
    ),
    "policy": (
        "  cluster:capabilities: {c: {type: ACK, policies: [AdministratorAccess]}}",
        [
            '6:52: cluster:capabilities.c.policies[0]: "AdministratorAccess" is not an IAM '
            "policy's ARN such as arn:aws:iam::123456789012:policy/my-policy",
        ],
    ),
    "policy twice": (
        "  cluster:capabilities: {c: {type: ACK, policies: "
        "['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::aws:policy/ReadOnlyAccess']}}",
        [
            "6:94: cluster:capabilities.c.policies[1]: "
            '"arn:aws:iam::aws:policy/ReadOnlyAccess" is here twice; keep one',
        ],
    ),
    "policy of another partition": (
        "  cluster:capabilities: {c: {type: ACK, policies: "
        "['arn:aws-cn:iam::aws:policy/ReadOnlyAccess']}}",
        [
            "6:52: cluster:capabilities.c.policies[0]: "
            "arn:aws-cn:iam::aws:policy/ReadOnlyAccess is in the partition aws-cn, but "
            "ap-northeast-2 is in aws: it begins with arn:aws:",
        ],
    ),
    "Argo CD without its settings": (
        "  cluster:capabilities: {c: {type: ARGOCD}}",
        [
            "6:26: cluster:capabilities.c.argoCd: is missing: Argo CD needs an Identity Center "
            "to sign in with",
        ],
    ),
    "settings of Argo CD elsewhere": (
        "  cluster:capabilities: {c: {type: KRO, argoCd: {identityCenterArn: "
        "'arn:aws:sso:::instance/ssoins-1234567890abcdef'}}}",
        [
            "6:49: cluster:capabilities.c.argoCd: belongs to the type ARGOCD, not to KRO",
        ],
    ),
    "two of a type": (
        "  cluster:capabilities: {a: {type: KRO}, b: {type: KRO}}",
        [
            "6:52: cluster:capabilities.b.type: KRO is what a is already; EKS runs one of each "
            "type",
        ],
    ),
    "identity center left out": (
        "  cluster:capabilities: {c: {type: ARGOCD, argoCd: {}}}",
        [
            "6:44: cluster:capabilities.c.argoCd.identityCenterArn: is missing; say the "
            "instance that Argo CD signs in with, e.g. "
            "arn:aws:sso:::instance/ssoins-1234567890abcdef",
        ],
    ),
    "identity center": (
        "  cluster:capabilities: {c: {type: ARGOCD, argoCd: {identityCenterArn: ssoins-1}}}",
        [
            '6:72: cluster:capabilities.c.argoCd.identityCenterArn: "ssoins-1" is not the ARN '
            "of an Identity Center instance such as "
            "arn:aws:sso:::instance/ssoins-1234567890abcdef",
        ],
    ),
    "identity center of another partition": (
        "  cluster:capabilities: {c: {type: ARGOCD, argoCd: {identityCenterArn: "
        "'arn:aws-us-gov:sso:::instance/ssoins-1234567890abcdef'}}}",
        [
            "6:72: cluster:capabilities.c.argoCd.identityCenterArn: "
            "arn:aws-us-gov:sso:::instance/ssoins-1234567890abcdef is in the partition "
            "aws-us-gov, but ap-northeast-2 is in aws: it begins with arn:aws:",
        ],
    ),
    "identity center region": (
        "  cluster:capabilities: {c: {type: ARGOCD, argoCd: {identityCenterArn: "
        "'arn:aws:sso:::instance/ssoins-1234567890abcdef', identityCenterRegion: us-east-11}}}",
        [
            '6:144: cluster:capabilities.c.argoCd.identityCenterRegion: "us-east-11" is not a '
            'region; did you mean "us-east-1"?',
        ],
    ),
    "namespace": (
        "  cluster:capabilities: {c: {type: ARGOCD, argoCd: {identityCenterArn: "
        "'arn:aws:sso:::instance/ssoins-1234567890abcdef', namespace: Argo_CD}}}",
        [
            '6:133: cluster:capabilities.c.argoCd.namespace: "Argo_CD" is not a namespace such '
            "as argocd",
        ],
    ),
    "role": (
        "  cluster:capabilities: {c: {type: ARGOCD, argoCd: {identityCenterArn: "
        "'arn:aws:sso:::instance/ssoins-1234567890abcdef', roleMappings: [{role: OWNER, "
        "identities: [{id: a, type: user}]}]}}}",
        [
            "6:144: cluster:capabilities.c.argoCd.roleMappings[0].role: must be one of ADMIN, "
            'EDITOR, VIEWER, not "OWNER"',
        ],
    ),
    "role of nobody": (
        "  cluster:capabilities: {c: {type: ARGOCD, argoCd: {identityCenterArn: "
        "'arn:aws:sso:::instance/ssoins-1234567890abcdef', roleMappings: [{role: ADMIN, "
        "identities: []}]}}}",
        [
            "6:163: cluster:capabilities.c.argoCd.roleMappings[0].identities: must have at "
            "least one entry",
        ],
    ),
    "identity without id": (
        "  cluster:capabilities: {c: {type: ARGOCD, argoCd: {identityCenterArn: "
        "'arn:aws:sso:::instance/ssoins-1234567890abcdef', roleMappings: [{role: ADMIN, "
        "identities: [{id: '', type: user}]}]}}}",
        [
            "6:169: cluster:capabilities.c.argoCd.roleMappings[0].identities[0].id: must not "
            "be empty",
        ],
    ),
    "identity type": (
        "  cluster:capabilities: {c: {type: ARGOCD, argoCd: {identityCenterArn: "
        "'arn:aws:sso:::instance/ssoins-1234567890abcdef', roleMappings: [{role: ADMIN, "
        "identities: [{id: a, type: robot}]}]}}}",
        [
            "6:178: cluster:capabilities.c.argoCd.roleMappings[0].identities[0].type: must be "
            'one of SSO_USER, SSO_GROUP, not "robot"',
        ],
    ),
    "unknown key of an identity": (
        "  cluster:capabilities: {c: {type: ARGOCD, argoCd: {identityCenterArn: "
        "'arn:aws:sso:::instance/ssoins-1234567890abcdef', roleMappings: [{role: ADMIN, "
        "identities: [{id: a, typ: user}]}]}}}",
        [
            "6:164: cluster:capabilities.c.argoCd.roleMappings[0].identities[0].type: is missing",
            "6:172: cluster:capabilities.c.argoCd.roleMappings[0].identities[0].typ: unknown "
            'key "typ"; did you mean "type"?',
        ],
    ),
    "VPC endpoint": (
        "  cluster:capabilities: {c: {type: ARGOCD, argoCd: {identityCenterArn: "
        "'arn:aws:sso:::instance/ssoins-1234567890abcdef', vpcEndpointIds: [vpc-1]}}}",
        [
            '6:139: cluster:capabilities.c.argoCd.vpcEndpointIds[0]: "vpc-1" is not a VPC '
            "endpoint id such as vpce-0123abcd",
        ],
    ),
    "permissions boundary": (
        "  cluster:iam: {permissionsBoundary: boundary}",
        [
            '6:38: cluster:iam.permissionsBoundary: "boundary" is not an IAM policy\'s ARN '
            "such as arn:aws:iam::123456789012:policy/my-policy",
        ],
    ),
    "path": (
        "  cluster:iam: {path: eks}",
        [
            '6:23: cluster:iam.path: "eks" is not an IAM path: it begins and ends with a '
            "slash, such as /eks/",
        ],
    ),
    "path too long": (
        f"  cluster:iam: {{path: '/{'p' * 511}/'}}",
        [
            "6:23: cluster:iam.path: an IAM path must have 512 characters at most; "
            '"/pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp'
            'ppppppppppppppppppppppppppppppppppppppppp..." has 513',
        ],
    ),
    "OIDC provider": (
        "  cluster:iam: {oidcProvider: on-demand}",
        [
            '6:31: cluster:iam.oidcProvider: must be true or false, not "on-demand"',
        ],
    ),
    "boundary of another partition": (
        "  cluster:iam: {permissionsBoundary: 'arn:aws-cn:iam::123456789012:policy/b'}",
        [
            "6:38: cluster:iam.permissionsBoundary: arn:aws-cn:iam::123456789012:policy/b is "
            "in the partition aws-cn, but ap-northeast-2 is in aws: it begins with arn:aws:",
        ],
    ),
    "time-out that is none": (
        "  cluster:timeouts: {nodeGroups: {update: 2 hours}}",
        [
            '6:43: cluster:timeouts.nodeGroups.update: "2 hours" is not a duration such as '
            "30s, 5m or 1h30m",
        ],
    ),
    "time-out that is a number": (
        "  cluster:timeouts: {addons: {delete: 20}}",
        [
            '6:39: cluster:timeouts.addons.delete: must be in quotes: "20"',
        ],
    ),
    "time-out too short": (
        "  cluster:timeouts: {controlPlane: {create: 45s}}",
        [
            "6:45: cluster:timeouts.controlPlane.create: must be a minute or more, not 45s: "
            "AWS takes minutes for it",
        ],
    ),
    "time-outs everywhere": (
        "  cluster:timeouts:\n"
        "    controlPlane: {update: x, delete: x}\n"
        "    nodeGroups: {create: x, delete: x}\n"
        "    addons: {create: x, update: x}",
        [
            '7:28: cluster:timeouts.controlPlane.update: "x" is not a duration such as 30s, 5m '
            "or 1h30m",
            '7:39: cluster:timeouts.controlPlane.delete: "x" is not a duration such as 30s, 5m '
            "or 1h30m",
            '8:26: cluster:timeouts.nodeGroups.create: "x" is not a duration such as 30s, 5m '
            "or 1h30m",
            '8:37: cluster:timeouts.nodeGroups.delete: "x" is not a duration such as 30s, 5m '
            "or 1h30m",
            '9:22: cluster:timeouts.addons.create: "x" is not a duration such as 30s, 5m or 1h30m',
            '9:33: cluster:timeouts.addons.update: "x" is not a duration such as 30s, 5m or 1h30m',
        ],
    ),
    "time-outs of what is not made": (
        "  cluster:nodeGroups: {}\n"
        "  cluster:autoMode: {}\n"
        "  cluster:timeouts: {nodeGroups: {create: 45m}, addons: {create: 45m}}",
        [
            "7:34: cluster:timeouts.nodeGroups: is of no effect: there is no node group",
            "7:57: cluster:timeouts.addons: is of no effect: Auto Mode has all nodes and "
            "brings what add-ons do",
        ],
    ),
    "capabilities with the ConfigMap": (
        "  cluster:access: {admins: [creator], authenticationMode: CONFIG_MAP}\n"
        "  cluster:capabilities: {a: {type: KRO}}",
        [
            "6:25: cluster:capabilities: need access entries: authenticationMode is CONFIG_MAP",
        ],
    ),
    "time-outs of something else": (
        "  cluster:timeouts: {nodegroups: {create: 45m}}",
        [
            '6:22: cluster:timeouts.nodegroups: unknown key "nodegroups"; did you mean '
            '"nodeGroups"?',
        ],
    ),
    "kind of time-out": (
        "  cluster:timeouts: {controlPlane: {destroy: 45m}}",
        [
            '6:37: cluster:timeouts.controlPlane.destroy: unknown key "destroy"; known are '
            "create, update, delete",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_the_users_words(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines, expected = CASES[case]
    assert messages(stack_file(lines)) == expected
