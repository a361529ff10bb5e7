"""What a stack file says wrongly of groups of nodes, with the exact words of the answer."""

import pytest

from tests.stack_files import Cases, messages, stack_file

CASES: Cases = {
    "neither types nor selector": (
        "  cluster:nodeGroups: {a: {nodes: 2}}",
        [
            "5:24: cluster:nodeGroups.a.instanceTypes: is missing; name some, or give an "
            "instanceSelector",
        ],
    ),
    "types and selector": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, instanceSelector: "
        "{vcpus: 2, memoryGib: 8}}}",
        [
            "5:84: cluster:nodeGroups.a.instanceSelector: and instanceTypes exclude each other; "
            "keep one",
        ],
    ),
    "selector that is no mapping": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, instanceSelector: "
        "small}}",
        [
            "5:84: cluster:nodeGroups.a.instanceSelector: must be a mapping of keys and values, "
            'not "small"',
        ],
    ),
    "selector that nothing fits": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: 3, memoryGib: 1}, nodes: 2}}",
        [
            "5:46: cluster:nodeGroups.a.instanceSelector: no known instance type is so; widen "
            "vcpus or memoryGib",
        ],
    ),
    "selector without processors": (
        "  cluster:nodeGroups: {a: {instanceSelector: {memoryGib: 8}, nodes: 2}}",
        [
            "5:28: cluster:nodeGroups.a.instanceSelector.vcpus: is missing",
        ],
    ),
    "selector's processors": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: many, memoryGib: 8}, nodes: 2}}",
        [
            "5:54: cluster:nodeGroups.a.instanceSelector.vcpus: must be a whole number or {min: "
            '2, max: 8}, not "many"',
        ],
    ),
    "selector's fewest processors": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: {min: -1}, memoryGib: 8}, nodes: 2}}",
        [
            "5:60: cluster:nodeGroups.a.instanceSelector.vcpus.min: must be 0 or more, not -1",
        ],
    ),
    "selector's most processors": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: {min: 4, max: many}, memoryGib: 8}, "
        "nodes: 2}}",
        [
            "5:68: cluster:nodeGroups.a.instanceSelector.vcpus.max: must be a whole number, not "
            '"many"',
        ],
    ),
    "selector's bounds the wrong way round": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: {min: 8, max: 4}, memoryGib: 8}, "
        "nodes: 2}}",
        [
            "5:60: cluster:nodeGroups.a.instanceSelector.vcpus.min: min 8 is greater than max 4",
        ],
    ),
    "selector's memory": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: 2, memoryGib: -8}, nodes: 2}}",
        [
            "5:68: cluster:nodeGroups.a.instanceSelector.memoryGib: must be 0 or more, not -8",
        ],
    ),
    "selector's least memory": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: 2, memoryGib: {min: a}}, nodes: 2}}",
        [
            "5:74: cluster:nodeGroups.a.instanceSelector.memoryGib.min: must be a whole number, "
            'not "a"',
        ],
    ),
    "selector's most memory": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: 2, memoryGib: {max: a}}, nodes: 2}}",
        [
            "5:74: cluster:nodeGroups.a.instanceSelector.memoryGib.max: must be a whole number, "
            'not "a"',
        ],
    ),
    "selector's GPUs": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: 2, memoryGib: 8, gpus: a100}, "
        "nodes: 2}}",
        [
            "5:77: cluster:nodeGroups.a.instanceSelector.gpus: must be a whole number or {min: 2, "
            'max: 8}, not "a100"',
        ],
    ),
    "selector's fewest GPUs": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: 2, memoryGib: 8, gpus: {min: a}}, "
        "nodes: 2}}",
        [
            '5:83: cluster:nodeGroups.a.instanceSelector.gpus.min: must be a whole number, not "a"',
        ],
    ),
    "selector's most GPUs": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: 2, memoryGib: 8, gpus: {max: a}}, "
        "nodes: 2}}",
        [
            '5:83: cluster:nodeGroups.a.instanceSelector.gpus.max: must be a whole number, not "a"',
        ],
    ),
    "selector's architecture": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: 2, memoryGib: 8, architecture: "
        "sparc}, nodes: 2}}",
        [
            "5:85: cluster:nodeGroups.a.instanceSelector.architecture: must be one of x86_64, "
            'arm64, not "sparc"',
        ],
    ),
    "selector's family": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: 2, memoryGib: 8, families: [m7x]}, "
        "nodes: 2}}",
        [
            '5:82: cluster:nodeGroups.a.instanceSelector.families[0]: "m7x" is not a known '
            'instance family; did you mean "m7i"?',
        ],
    ),
    "selector's families": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: 2, memoryGib: 8, families: m7i}, "
        "nodes: 2}}",
        [
            '5:81: cluster:nodeGroups.a.instanceSelector.families: must be a list, not "m7i"',
        ],
    ),
    "selector's burstable types": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: 2, memoryGib: 8, burstable: some}, "
        "nodes: 2}}",
        [
            "5:82: cluster:nodeGroups.a.instanceSelector.burstable: must be true or false, not "
            '"some"',
        ],
    ),
    "selector's number of types": (
        "  cluster:nodeGroups: {a: {instanceSelector: {vcpus: 2, memoryGib: 8, maxTypes: 50}, "
        "nodes: 2}}",
        [
            "5:81: cluster:nodeGroups.a.instanceSelector.maxTypes: must be 20 or less, not 50",
        ],
    ),
    "scaling": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, scaling: karpenter}}",
        [
            "5:75: cluster:nodeGroups.a.scaling: must be one of pulumi, autoscaler, not "
            '"karpenter"',
        ],
    ),
    "image family": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: ubuntu}}",
        [
            "5:79: cluster:nodeGroups.a.imageFamily: must be one of AL2023, BOTTLEROCKET, "
            "WINDOWS_CORE_2019, WINDOWS_CORE_2022, WINDOWS_CORE_2025, WINDOWS_FULL_2019, "
            'WINDOWS_FULL_2022, WINDOWS_FULL_2025, not "ubuntu"',
        ],
    ),
    "image family without such images": (
        "  cluster:nodeGroups: {a: {nodes: 2, imageFamily: BOTTLEROCKET, instanceTypes: "
        "[inf2.xlarge]}}",
        [
            "5:51: cluster:nodeGroups.a.imageFamily: EKS has no image of BOTTLEROCKET for x86_64 "
            "with neuron",
        ],
    ),
    "FIPS": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, fips: maybe}}",
        [
            '5:72: cluster:nodeGroups.a.fips: must be true or false, not "maybe"',
        ],
    ),
    "FIPS of another system": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, fips: true}}",
        [
            "5:72: cluster:nodeGroups.a.fips: EKS has no image of AL2023 with FIPS for x86_64",
        ],
    ),
    "image id": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, amiId: my-image}}",
        [
            '5:73: cluster:nodeGroups.a.amiId: "my-image" is not an image id such as ami-0123abcd',
        ],
    ),
    "release of an image of one's own": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, amiId: ami-0123abcd, "
        "imageRelease: 1.36.2-20260714}}",
        [
            "5:101: cluster:nodeGroups.a.imageRelease: and amiId exclude each other; keep one",
        ],
    ),
    "release": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageRelease: 20260714}}",
        [
            '5:80: cluster:nodeGroups.a.imageRelease: must be in quotes: "20260714"',
        ],
    ),
    "update": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, update: slowly}}",
        [
            '5:74: cluster:nodeGroups.a.update: must be a mapping of keys and values, not "slowly"',
        ],
    ),
    "nodes taken away": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, update: "
        "{maxUnavailable: 101}}}",
        [
            "5:91: cluster:nodeGroups.a.update.maxUnavailable: must be 100 or less, not 101",
        ],
    ),
    "nodes taken away in percent": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, update: "
        "{maxUnavailablePercentage: 0}}}",
        [
            "5:101: cluster:nodeGroups.a.update.maxUnavailablePercentage: must be 1 or more, not 0",
        ],
    ),
    "nodes taken away, twice": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, update: "
        "{maxUnavailable: 1, maxUnavailablePercentage: 10}}}",
        [
            "5:120: cluster:nodeGroups.a.update.maxUnavailablePercentage: and maxUnavailable "
            "exclude each other; keep one",
        ],
    ),
    "update's strategy": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, update: {strategy: "
        "fast}}}",
        [
            "5:85: cluster:nodeGroups.a.update.strategy: must be one of DEFAULT, MINIMAL, not "
            '"fast"',
        ],
    ),
    "update by force": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, update: {force: "
        "always}}}",
        [
            '5:82: cluster:nodeGroups.a.update.force: must be true or false, not "always"',
        ],
    ),
    "repair": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, repair: often}}",
        [
            '5:74: cluster:nodeGroups.a.repair: must be a mapping of keys and values, not "often"',
        ],
    ),
    "unhealthy nodes": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, repair: {maxUnhealthy: "
        "0}}}",
        [
            "5:89: cluster:nodeGroups.a.repair.maxUnhealthy: must be 1 or more, not 0",
        ],
    ),
    "unhealthy nodes in percent": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, repair: "
        "{maxUnhealthyPercentage: 200}}}",
        [
            "5:99: cluster:nodeGroups.a.repair.maxUnhealthyPercentage: must be 100 or less, not "
            "200",
        ],
    ),
    "unhealthy nodes, twice": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, repair: {maxUnhealthy: "
        "1, maxUnhealthyPercentage: 20}}}",
        [
            "5:116: cluster:nodeGroups.a.repair.maxUnhealthyPercentage: and maxUnhealthy exclude "
            "each other; keep one",
        ],
    ),
    "nodes repaired at once": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, repair: {maxParallel: "
        "0}}}",
        [
            "5:88: cluster:nodeGroups.a.repair.maxParallel: must be 1 or more, not 0",
        ],
    ),
    "nodes repaired at once in percent": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, repair: "
        "{maxParallelPercentage: 0}}}",
        [
            "5:98: cluster:nodeGroups.a.repair.maxParallelPercentage: must be 1 or more, not 0",
        ],
    ),
    "what is done about a condition": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, repair: {overrides: "
        "[{condition: '', reason: '', waitMinutes: 0, action: Explode}]}}}",
        [
            "5:99: cluster:nodeGroups.a.repair.overrides[0].condition: must not be empty",
            "5:111: cluster:nodeGroups.a.repair.overrides[0].reason: must not be empty",
            "5:128: cluster:nodeGroups.a.repair.overrides[0].waitMinutes: must be 1 or more, not 0",
            "5:139: cluster:nodeGroups.a.repair.overrides[0].action: must be one of Replace, "
            'Reboot, NoAction, not "Explode"',
        ],
    ),
    "conditions that are no list": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, repair: {overrides: "
        "{}}}}",
        [
            "5:86: cluster:nodeGroups.a.repair.overrides: must be a list, not a mapping",
        ],
    ),
    "warm pool": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, warmPool: true}}",
        [
            "5:76: cluster:nodeGroups.a.warmPool: must be a mapping of keys and values, not true",
        ],
    ),
    "warm pool's least": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, warmPool: {minSize: "
        "-1}}}",
        [
            "5:86: cluster:nodeGroups.a.warmPool.minSize: must be 0 or more, not -1",
        ],
    ),
    "warm pool's most": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, warmPool: {maxPrepared: "
        "0}}}",
        [
            "5:90: cluster:nodeGroups.a.warmPool.maxPrepared: must be 1 or more, not 0",
        ],
    ),
    "warm pool's state": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, warmPool: {state: "
        "LUKEWARM}}}",
        [
            "5:84: cluster:nodeGroups.a.warmPool.state: must be one of STOPPED, RUNNING, "
            'HIBERNATED, not "LUKEWARM"',
        ],
    ),
    "warm pool's reuse": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, warmPool: "
        "{reuseOnScaleIn: often}}}",
        [
            "5:93: cluster:nodeGroups.a.warmPool.reuseOnScaleIn: must be true or false, not "
            '"often"',
        ],
    ),
    "warm pool of Bottlerocket": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "BOTTLEROCKET, warmPool: {state: HIBERNATED, reuseOnScaleIn: true}}}",
        [
            "5:111: cluster:nodeGroups.a.warmPool.state: is not supported with Bottlerocket",
            "5:139: cluster:nodeGroups.a.warmPool.reuseOnScaleIn: is not supported with "
            "Bottlerocket",
        ],
    ),
    "warm pool of spot instances": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, capacityType: SPOT, "
        "warmPool: {}}}",
        [
            "5:96: cluster:nodeGroups.a.warmPool: does not go with capacityType SPOT",
        ],
    ),
    "subnets": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, subnets: private}}",
        [
            "5:75: cluster:nodeGroups.a.subnets: must be a mapping of keys and values, not "
            '"private"',
        ],
    ),
    "tier of subnets": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, subnets: {tier: "
        "secret}}}",
        [
            "5:82: cluster:nodeGroups.a.subnets.tier: must be one of private, public, intra, not "
            '"secret"',
        ],
    ),
    "tier that is not there": (
        "  cluster:network: {publicSubnets: false, natGateways: none}\n  cluster:nodeGroups: {a: "
        "{instanceTypes: [m7i.large], nodes: 2, subnets: {tier: public}}}",
        [
            "6:82: cluster:nodeGroups.a.subnets.tier: there are no public subnets: "
            "network.publicSubnets is false",
        ],
    ),
    "tier without a way out": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, subnets: {tier: intra}}}",
        [
            "5:82: cluster:nodeGroups.a.subnets.tier: needs network.intraSubnets: true and "
            'natGateways: "none", with which the VPC endpoints are made that nodes need there',
        ],
    ),
    "zones of subnets": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, subnets: {zones: "
        "ap-northeast-2a}}}",
        [
            '5:83: cluster:nodeGroups.a.subnets.zones: must be a list, not "ap-northeast-2a"',
        ],
    ),
    "zone that the cluster is not in": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, subnets: {zones: "
        "[ap-northeast-2x]}}}",
        [
            "5:84: cluster:nodeGroups.a.subnets.zones[0]: the cluster is not in "
            '"ap-northeast-2x"; did you mean "ap-northeast-2c"?',
        ],
    ),
    "zone twice": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, subnets: {zones: "
        "[ap-northeast-2a, ap-northeast-2a]}}}",
        [
            '5:101: cluster:nodeGroups.a.subnets.zones[1]: "ap-northeast-2a" is here twice; keep '
            "one",
        ],
    ),
    "one group in each zone": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, perZone: both}}",
        [
            '5:75: cluster:nodeGroups.a.perZone: must be true or false, not "both"',
        ],
    ),
    "remote access": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, ssh: true}}",
        [
            "5:71: cluster:nodeGroups.a.ssh: must be a mapping of keys and values, not true",
        ],
    ),
    "remote access without a key": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, ssh: {}}}",
        [
            "5:66: cluster:nodeGroups.a.ssh.keyName: is missing",
        ],
    ),
    "remote access from nowhere": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, ssh: {keyName: mine, "
        "securityGroups: [web]}}}",
        [
            '5:104: cluster:nodeGroups.a.ssh.securityGroups[0]: "web" is not a security group id '
            "such as sg-0123abcd",
        ],
    ),
    "Session Manager": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, ssm: 1}}",
        [
            "5:71: cluster:nodeGroups.a.ssm: must be true or false, not 1",
        ],
    ),
    "policies of nodes": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, rolePolicies: "
        "[ReadOnlyAccess]}}",
        [
            '5:81: cluster:nodeGroups.a.rolePolicies[0]: "ReadOnlyAccess" is not an IAM policy\'s '
            "ARN such as arn:aws:iam::123456789012:policy/my-policy",
        ],
    ),
    "tags": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, tags: {Name: mine}}}",
        [
            '5:73: cluster:nodeGroups.a.tags.Name: "Name" is a tag that the program sets itself; '
            "use another key",
        ],
    ),
    "tag that the cluster has in another case": (
        "  cluster:tags: {Team: a}\n  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: "
        "2, tags: {team: b}}}",
        [
            '6:73: cluster:nodeGroups.a.tags.team: "team" is "Team" of the cluster in another '
            "case, which IAM takes for the same",
        ],
    ),
    "more tags than AWS takes": (
        "  cluster:tags: {c0: x, c1: x, c2: x, c3: x, c4: x, c5: x, c6: x, c7: x, c8: x, c9: x, "
        "c10: x, c11: x, c12: x, c13: x, c14: x, c15: x, c16: x, c17: x, c18: x, c19: x, c20: x, "
        "c21: x, c22: x, c23: x, c24: x, c25: x, c26: x, c27: x, c28: x, c29: x}\n  "
        "cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, tags: {t0: x, t1: x, t2: "
        "x, t3: x, t4: x, t5: x, t6: x, t7: x, t8: x, t9: x, t10: x, t11: x, t12: x, t13: x, t14: "
        "x, t15: x, t16: x, t17: x, t18: x, t19: x}}}",
        [
            "6:72: cluster:nodeGroups.a.tags: are 50 together with the cluster's; 40 are possible",
        ],
    ),
    "time-outs of a group": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, timeouts: long}}",
        [
            '5:76: cluster:nodeGroups.a.timeouts: must be a mapping of keys and values, not "long"',
        ],
    ),
    "time-outs of a group, each": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, timeouts: {create: 5s, "
        "update: 1x, delete: 3}}}",
        [
            "5:85: cluster:nodeGroups.a.timeouts.create: must be a minute or more, not 5s: AWS "
            "takes minutes for it",
            '5:97: cluster:nodeGroups.a.timeouts.update: "1x" is not a duration such as 30s, 5m '
            "or 1h30m",
            '5:109: cluster:nodeGroups.a.timeouts.delete: must be in quotes: "3"',
        ],
    ),
    "launch template": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, launchTemplate: "
        "lt-0123abcd}}",
        [
            "5:82: cluster:nodeGroups.a.launchTemplate: must be a mapping of keys and values, not "
            '"lt-0123abcd"',
        ],
    ),
    "launch template's id and version": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, launchTemplate: {id: "
        "mine, version: '0'}}}",
        [
            '5:87: cluster:nodeGroups.a.launchTemplate.id: "mine" is not a launch template\'s id '
            "such as lt-0123abcd",
            '5:102: cluster:nodeGroups.a.launchTemplate.version: "0" is not a version such as "3"',
        ],
    ),
    "launch template's image": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, launchTemplate: {id: "
        "lt-0123abcd, version: '3', customImage: 1}}}",
        [
            "5:127: cluster:nodeGroups.a.launchTemplate.customImage: must be true or false, not 1",
        ],
    ),
    "what belongs to a launch template": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, launchTemplate: {id: "
        "lt-0123abcd, version: '3'}, diskSize: 80, ssh: {keyName: mine}, monitoring: true}}",
        [
            "5:125: cluster:nodeGroups.a.diskSize: belongs to the launch template, which is one "
            "of your own; say it there",
            "5:134: cluster:nodeGroups.a.ssh: belongs to the launch template, which is one of "
            "your own; say it there",
            "5:163: cluster:nodeGroups.a.monitoring: belongs to the launch template, which is one "
            "of your own; say it there",
        ],
    ),
    "volume": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, volume: gp3}}",
        [
            '5:74: cluster:nodeGroups.a.volume: must be a mapping of keys and values, not "gp3"',
        ],
    ),
    "volume's type": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, volume: {type: floppy}}}",
        [
            "5:81: cluster:nodeGroups.a.volume.type: must be one of gp3, gp2, io1, io2, st1, sc1, "
            'not "floppy"',
        ],
    ),
    "volume that cannot be a root volume": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, diskSize: 200, volume: "
        "{type: st1}}}",
        [
            "5:96: cluster:nodeGroups.a.volume.type: st1 cannot be a root volume",
        ],
    ),
    "volume's operations": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, volume: {iops: 100}}}",
        [
            "5:81: cluster:nodeGroups.a.volume.iops: of a gp3 volume must be 3000 to 80000, not "
            "100",
        ],
    ),
    "volume's operations for its size": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, diskSize: 20, volume: "
        "{iops: 16000}}}",
        [
            "5:95: cluster:nodeGroups.a.volume.iops: 16000 need 32 GiB or more: a gp3 volume has "
            "500 at most for each GiB",
        ],
    ),
    "volume that needs operations": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, volume: {type: io2}}}",
        [
            "5:66: cluster:nodeGroups.a.volume.iops: is missing: an io2 volume has no default",
        ],
    ),
    "volume's throughput": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, volume: {type: gp2, "
        "throughput: 250}}}",
        [
            "5:98: cluster:nodeGroups.a.volume.throughput: cannot be said of a gp2 volume; remove "
            "it",
        ],
    ),
    "volume's key": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, volume: {keyArn: mine}}}",
        [
            '5:83: cluster:nodeGroups.a.volume.keyArn: "mine" is not the ARN of a KMS key such as '
            "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef",
        ],
    ),
    "volume too small": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, diskSize: 10}}",
        [
            "5:76: cluster:nodeGroups.a.diskSize: must be 20 or more: so large is "
            "AL2023_x86_64_STANDARD",
        ],
    ),
    "further volumes": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, extraVolumes: {device: "
        "/dev/sdf}}}",
        [
            "5:80: cluster:nodeGroups.a.extraVolumes: must be a list, not a mapping",
        ],
    ),
    "further volume of nothing": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, extraVolumes: [{device: "
        "sdf, size: 0, type: gp4, iops: 0, throughput: 0, keyArn: a, snapshotId: b}]}}",
        [
            '5:90: cluster:nodeGroups.a.extraVolumes[0].device: "sdf" is not a device name such '
            "as /dev/sdf",
            "5:101: cluster:nodeGroups.a.extraVolumes[0].size: must be 1 or more, not 0",
            "5:110: cluster:nodeGroups.a.extraVolumes[0].type: must be one of gp3, gp2, io1, io2, "
            'st1, sc1, not "gp4"; did you mean "gp3"?',
            "5:121: cluster:nodeGroups.a.extraVolumes[0].iops: must be 1 or more, not 0",
            "5:136: cluster:nodeGroups.a.extraVolumes[0].throughput: must be 1 or more, not 0",
            '5:147: cluster:nodeGroups.a.extraVolumes[0].keyArn: "a" is not the ARN of a KMS key '
            "such as arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef",
            '5:162: cluster:nodeGroups.a.extraVolumes[0].snapshotId: "b" is not a snapshot id '
            "such as snap-0123abcd",
        ],
    ),
    "further volume of another size": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, extraVolumes: [{device: "
        "/dev/sdf, size: 100, type: st1}]}}",
        [
            "5:106: cluster:nodeGroups.a.extraVolumes[0].size: a volume of type st1 has 125 to "
            "16384 GiB, not 100",
        ],
    ),
    "further volume on the root device": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, extraVolumes: [{device: "
        "/dev/sdf, size: 1}, {device: /dev/sdf, size: 1}]}}",
        [
            "5:119: cluster:nodeGroups.a.extraVolumes[1].device: /dev/sdf is taken already; use "
            "another one",
        ],
    ),
    "metadata": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, metadata: off}}",
        [
            "5:76: cluster:nodeGroups.a.metadata: must be a mapping of keys and values, not false",
        ],
    ),
    "metadata's hops and protocol": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, metadata: {hopLimit: "
        "65, ipv6: maybe}}}",
        [
            "5:87: cluster:nodeGroups.a.metadata.hopLimit: must be 64 or less, not 65",
            '5:97: cluster:nodeGroups.a.metadata.ipv6: must be true or false, not "maybe"',
        ],
    ),
    "monitoring": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, monitoring: basic}}",
        [
            '5:78: cluster:nodeGroups.a.monitoring: must be true or false, not "basic"',
        ],
    ),
    "tenancy": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, tenancy: shared}}",
        [
            "5:75: cluster:nodeGroups.a.tenancy: must be one of default, dedicated, host, not "
            '"shared"',
        ],
    ),
    "tenancy of spot instances": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, tenancy: host, "
        "capacityType: SPOT}}",
        [
            "5:75: cluster:nodeGroups.a.tenancy: host does not go with capacityType SPOT",
        ],
    ),
    "placement": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, placement: cluster}}",
        [
            "5:77: cluster:nodeGroups.a.placement: must be a mapping of keys and values, not "
            '"cluster"',
        ],
    ),
    "placement of nothing": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, placement: {}}}",
        [
            "5:77: cluster:nodeGroups.a.placement: must say either groupName or strategy",
        ],
    ),
    "placement's name": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, placement: {groupName: "
        "''}}}",
        [
            "5:89: cluster:nodeGroups.a.placement.groupName: must not be empty",
        ],
    ),
    "placement's strategy": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, placement: {strategy: "
        "near}}}",
        [
            "5:88: cluster:nodeGroups.a.placement.strategy: must be one of cluster, spread, "
            'partition, not "near"',
        ],
    ),
    "placement in several zones": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, placement: {strategy: "
        "cluster}}}",
        [
            "5:88: cluster:nodeGroups.a.placement.strategy: cluster lies in one zone: say "
            "subnets.zones with one name, or perZone: true",
        ],
    ),
    "placement's partitions": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, placement: {strategy: "
        "partition, partitionCount: 8}}}",
        [
            "5:115: cluster:nodeGroups.a.placement.partitionCount: must be 7 or less, not 8",
        ],
    ),
    "partitions of another strategy": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, placement: {strategy: "
        "spread, partitionCount: 2}}}",
        [
            "5:112: cluster:nodeGroups.a.placement.partitionCount: belongs to the strategy "
            "partition",
        ],
    ),
    "reservation": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, capacityReservation: "
        "open}}",
        [
            "5:87: cluster:nodeGroups.a.capacityReservation: must be a mapping of keys and "
            'values, not "open"',
        ],
    ),
    "reservation of nothing": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, capacityReservation: "
        "{}}}",
        [
            "5:87: cluster:nodeGroups.a.capacityReservation: must say preference, id or "
            "resourceGroupArn",
        ],
    ),
    "reservation's preference": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, capacityReservation: "
        "{preference: maybe}}}",
        [
            "5:100: cluster:nodeGroups.a.capacityReservation.preference: must be one of open, "
            'none, capacity-reservations-only, not "maybe"',
        ],
    ),
    "reservation's id and group": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, capacityReservation: "
        "{id: mine, resourceGroupArn: ours}}}",
        [
            '5:92: cluster:nodeGroups.a.capacityReservation.id: "mine" is not a reservation\'s id '
            "such as cr-0123abcd",
            '5:116: cluster:nodeGroups.a.capacityReservation.resourceGroupArn: "ours" is not the '
            "ARN of a resource group such as "
            "arn:aws:resource-groups:eu-west-1:123456789012:group/gpus",
        ],
    ),
    "two reservations": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, capacityReservation: "
        "{id: cr-0123abcd, preference: open, resourceGroupArn: "
        "'arn:aws:resource-groups:eu-west-1:123456789012:group/gpus'}}}",
        [
            '5:117: cluster:nodeGroups.a.capacityReservation.preference: must not be "open" '
            "beside a reservation that is named",
            "5:141: cluster:nodeGroups.a.capacityReservation.resourceGroupArn: and id exclude "
            "each other; keep one",
        ],
    ),
    "reservation of spot instances": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, capacityType: SPOT, "
        "capacityReservation: {id: cr-0123abcd}}}",
        [
            "5:107: cluster:nodeGroups.a.capacityReservation: is of on-demand capacity, not of "
            "SPOT",
        ],
    ),
    "capacity block that is not named": (
        "  cluster:nodeGroups: {a: {nodes: 2, capacityType: CAPACITY_BLOCK, instanceTypes: "
        "[p5.48xlarge, p5en.48xlarge]}}",
        [
            "5:24: cluster:nodeGroups.a.capacityReservation: is missing: name the reservation of "
            "the capacity block",
            "5:24: cluster:nodeGroups.a.subnets: must name the one zone of the capacity block as "
            "zones",
            "5:83: cluster:nodeGroups.a.instanceTypes: must be the one type of the capacity block",
        ],
    ),
    "warm pool of a capacity block": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, capacityType: "
        "CAPACITY_BLOCK, warmPool: {}, capacityReservation: {id: cr-0123abcd}, subnets: {zones: "
        "[ap-northeast-2a]}}}",
        [
            "5:106: cluster:nodeGroups.a.warmPool: does not go with capacityType CAPACITY_BLOCK",
        ],
    ),
    "processor": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, cpu: fast}}",
        [
            '5:71: cluster:nodeGroups.a.cpu: must be a mapping of keys and values, not "fast"',
        ],
    ),
    "processor of nothing": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, cpu: {}}}",
        [
            "5:71: cluster:nodeGroups.a.cpu: says nothing; remove it",
        ],
    ),
    "processor's cores and threads": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, cpu: {cores: 0, "
        "threadsPerCore: 3}}}",
        [
            "5:79: cluster:nodeGroups.a.cpu.cores: must be 1 or more, not 0",
            "5:98: cluster:nodeGroups.a.cpu.threadsPerCore: must be 2 or less, not 3",
        ],
    ),
    "processor's cores alone": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, cpu: {cores: 1}}}",
        [
            "5:71: cluster:nodeGroups.a.cpu: cores and threadsPerCore are said together",
        ],
    ),
    "more cores than there are": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, cpu: {cores: 2, "
        "threadsPerCore: 1}}}",
        [
            "5:79: cluster:nodeGroups.a.cpu.cores: must be 1 or less: so many has m7i.large",
        ],
    ),
    "processor's features": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, cpu: {amdSevSnp: maybe, "
        "nestedVirtualization: maybe}}}",
        [
            '5:83: cluster:nodeGroups.a.cpu.amdSevSnp: must be true or false, not "maybe"',
            "5:112: cluster:nodeGroups.a.cpu.nestedVirtualization: must be true or false, not "
            '"maybe"',
        ],
    ),
    "processor without these features": (
        "  cluster:nodeGroups: {a: {nodes: 2, cpu: {amdSevSnp: true, nestedVirtualization: true}, "
        "instanceTypes: [m7g.large]}}",
        [
            "5:43: cluster:nodeGroups.a.cpu: m7g.large has no AMD SEV-SNP",
            "5:43: cluster:nodeGroups.a.cpu: m7g.large has no nested virtualization",
        ],
    ),
    "enclaves": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, enclaves: many}}",
        [
            '5:76: cluster:nodeGroups.a.enclaves: must be true or false, not "many"',
        ],
    ),
    "enclaves of types that have none": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, enclaves: true}}",
        [
            "5:76: cluster:nodeGroups.a.enclaves: m7i.large has no Nitro Enclaves",
        ],
    ),
    "fabric adapters": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, efa: maybe}}",
        [
            '5:71: cluster:nodeGroups.a.efa: must be one of efa, efa-only, not "maybe"',
        ],
    ),
    "fabric adapters of types that have none": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, efa: efa}}",
        [
            "5:71: cluster:nodeGroups.a.efa: m7i.large has no Elastic Fabric Adapter",
        ],
    ),
    "fabric adapters in several zones": (
        "  cluster:nodeGroups: {a: {nodes: 2, efa: efa, instanceTypes: [p5.48xlarge]}}",
        [
            "5:43: cluster:nodeGroups.a.efa: needs one zone: say subnets.zones with one name, or "
            "perZone: true",
        ],
    ),
    "security groups": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, securityGroups: "
        "[default]}}",
        [
            '5:83: cluster:nodeGroups.a.securityGroups[0]: "default" is not a security group id '
            "such as sg-0123abcd",
        ],
    ),
    "volumes' own way": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, ebsOptimized: maybe}}",
        [
            '5:80: cluster:nodeGroups.a.ebsOptimized: must be true or false, not "maybe"',
        ],
    ),
    "credits": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, cpuCredits: many}}",
        [
            '5:78: cluster:nodeGroups.a.cpuCredits: must be one of standard, unlimited, not "many"',
        ],
    ),
    "credits of types that have none": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, cpuCredits: unlimited}}",
        [
            "5:78: cluster:nodeGroups.a.cpuCredits: m7i.large has no CPU credits",
        ],
    ),
    "Windows in an IPv6 cluster": (
        "  cluster:network: {ipFamily: ipv6}\n  cluster:nodeGroups: {a: {instanceTypes: "
        "[m7i.large], nodes: 2}, w: {instanceTypes: [m7i.large], nodes: 1, imageFamily: "
        "WINDOWS_CORE_2022}}",
        [
            "5:31: cluster:network.ipFamily: must be ipv4: Windows nodes have no IPv6",
        ],
    ),
    "Windows with custom networking": (
        "  cluster:network: {pods: {cidr: 100.64.0.0/16}}\n  cluster:nodeGroups: {a: "
        "{instanceTypes: [m7i.large], nodes: 2}, w: {instanceTypes: [m7i.large], nodes: 1, "
        "imageFamily: WINDOWS_CORE_2022}}",
        [
            "5:34: cluster:network.pods.cidr: custom networking does not go with Windows nodes",
        ],
    ),
    "Windows told what EKS tells it": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2}, w: {instanceTypes: "
        "[m7i.large], nodes: 1, imageFamily: WINDOWS_CORE_2022, maxPods: 50}}",
        [
            "5:122: cluster:nodeGroups.w.imageFamily: EKS tells its own Windows images all they "
            "need; kubelet, maxPods and preBootstrap need an amiId",
        ],
    ),
    "Windows alone": (
        "  cluster:nodeGroups: {a: {instanceTypes: [m7i.large], nodes: 2, imageFamily: "
        "WINDOWS_CORE_2022}}",
        [
            "5:23: cluster:nodeGroups: no group has a Linux node without a NoSchedule or "
            "NoExecute taint: CoreDNS would wait for one for ever; add a group without taints and "
            "with a desired size of 1 or more",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_the_users_words(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines, expected = CASES[case]
    assert messages(stack_file(lines)) == expected
