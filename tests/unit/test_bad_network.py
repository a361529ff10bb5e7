"""What a stack file says wrongly of the network, with the exact words of the answer."""

import pytest

from tests.stack_files import Cases, messages, stack_file

CASES: Cases = {
    "zones that are text": (
        "  cluster:network: {availabilityZones: three}",
        [
            "6:40: cluster:network.availabilityZones: must be a number of zones or a list of "
            'zone names, not "three"',
        ],
    ),
    "one zone": (
        "  cluster:network: {availabilityZones: [ap-northeast-2a]}",
        [
            "6:40: cluster:network.availabilityZones: must name two zones or more: EKS needs "
            "subnets in at least two zones",
        ],
    ),
    "zone that is no text": (
        "  cluster:network: {availabilityZones: [ap-northeast-2a, 2]}",
        [
            "6:58: cluster:network.availabilityZones[1]: must be the name of a zone such as "
            "eu-west-1a, not 2",
        ],
    ),
    "zone twice": (
        "  cluster:network: {availabilityZones: [ap-northeast-2a, ap-northeast-2a]}",
        [
            '6:58: cluster:network.availabilityZones[1]: "ap-northeast-2a" is here twice; keep one',
        ],
    ),
    "zones of another region": (
        "  cluster:network: {availabilityZones: [us-east-1a, ap-northeast-2a, ap-northeast-2e]}",
        [
            '6:41: cluster:network.availabilityZones[0]: there is no zone "us-east-1a"; '
            "ap-northeast-2 has ap-northeast-2a, ap-northeast-2b, ap-northeast-2c, "
            "ap-northeast-2d",
            '6:70: cluster:network.availabilityZones[2]: there is no zone "ap-northeast-2e"; '
            "ap-northeast-2 has ap-northeast-2a, ap-northeast-2b, ap-northeast-2c, "
            "ap-northeast-2d",
        ],
    ),
    "zone without control planes": (
        "  aws:region: us-east-1\n  cluster:network: {availabilityZones: [us-east-1a, us-east-1e]}",
        [
            "6:53: cluster:network.availabilityZones[1]: EKS has no control plane in zone "
            '"us-east-1e"; us-east-1 has us-east-1a, us-east-1b, us-east-1c, us-east-1d, '
            "us-east-1f",
        ],
    ),
    "huge number of zones": (
        f"  cluster:network: {{availabilityZones: 1{'0' * 60}}}",
        [
            "6:40: cluster:network.availabilityZones: must be 2 to 6, not a number of many "
            "digits: EKS needs subnets in at least two zones",
        ],
    ),
    "CIDR that is reserved": (
        "  cluster:network: {cidr: 127.0.0.0/16}",
        [
            "6:27: cluster:network.cidr: 127.0.0.0/16 is reserved and cannot be a VPC; use a "
            "private block such as 10.0.0.0/16",
        ],
    ),
    "CIDR that is multicast": (
        "  cluster:network: {cidr: 224.0.0.0/16}",
        [
            "6:27: cluster:network.cidr: 224.0.0.0/16 is reserved and cannot be a VPC; use a "
            "private block such as 10.0.0.0/16",
        ],
    ),
    "CIDR that is a number": (
        "  cluster:network: {cidr: 10}",
        [
            '6:27: cluster:network.cidr: must be a CIDR block such as "10.0.0.0/16", not 10',
        ],
    ),
    "way out that is a switch": (
        "  cluster:network: {natGateways: false}",
        [
            "6:34: cluster:network.natGateways: must be one of single, perZone, none, not false",
        ],
    ),
    "public subnets": (
        "  cluster:network: {publicSubnets: 'yes'}",
        [
            '6:36: cluster:network.publicSubnets: must be true or false, not "yes"',
        ],
    ),
    "NAT gateways without public subnets": (
        "  cluster:network: {publicSubnets: false}",
        [
            "6:36: cluster:network.publicSubnets: must be true: NAT gateways lie in public "
            'subnets; or say natGateways: "none"',
        ],
    ),
    "intra subnets": (
        "  cluster:network: {intraSubnets: 2}",
        [
            "6:35: cluster:network.intraSubnets: must be true or false, not 2",
        ],
    ),
    "no room for intra subnets": (
        "  cluster:network: {cidr: 10.0.0.0/22, intraSubnets: true}",
        [
            "6:54: cluster:network.intraSubnets: has no room in 10.0.0.0/22; it needs a cidr "
            "of /21 or larger",
        ],
    ),
    "no room for the control plane's": (
        "  cluster:network: {cidr: 10.0.0.0/21, controlPlaneSubnets: dedicated}",
        [
            "6:61: cluster:network.controlPlaneSubnets: has no room in 10.0.0.0/21; it needs a "
            "cidr of /20 or larger",
        ],
    ),
    "control plane in subnets that are not there": (
        "  cluster:network: {controlPlaneSubnets: intra}",
        [
            '6:42: cluster:network.controlPlaneSubnets: "intra" needs intraSubnets: true',
        ],
    ),
    "subnets of the control plane": (
        "  cluster:network: {controlPlaneSubnets: public}",
        [
            "6:42: cluster:network.controlPlaneSubnets: must be one of private, intra, "
            'dedicated, not "public"',
        ],
    ),
    "local zone of no region": (
        "  aws:region: us-west-2\n"
        "  cluster:network: {localZones: {us-west-2-lax-1: 10.0.248.0/22}}",
        [
            "6:34: cluster:network.localZones.us-west-2-lax-1: us-west-2 has no Local Zone "
            '"us-west-2-lax-1"; did you mean "us-west-2-lax-1b"?',
        ],
    ),
    "local zone of a region without": (
        "  cluster:network: {localZones: {ap-northeast-2-x-1a: 10.0.248.0/22}}",
        [
            "6:34: cluster:network.localZones.ap-northeast-2-x-1a: ap-northeast-2 has no Local "
            'Zone "ap-northeast-2-x-1a"; it has none that is known here',
        ],
    ),
    "local zones that are a list": (
        "  cluster:network: {localZones: [us-west-2-lax-1a]}",
        [
            "6:33: cluster:network.localZones: must be a mapping of keys and values, not a list",
        ],
    ),
    "local zone outside of its part": (
        "  aws:region: us-west-2\n  cluster:network: {localZones: {us-west-2-lax-1a: 10.0.0.0/22}}",
        [
            "6:52: cluster:network.localZones.us-west-2-lax-1a: 10.0.0.0/22 must lie in "
            "10.0.248.0/21, which is kept free for Local Zones",
        ],
    ),
    "local zone too small": (
        "  aws:region: us-west-2\n"
        "  cluster:network: {localZones: {us-west-2-lax-1a: 10.0.248.0/28}}",
        [
            "6:52: cluster:network.localZones.us-west-2-lax-1a: 10.0.248.0/28 must be a /27 or "
            "larger: it is halved",
        ],
    ),
    "local zones that overlap": (
        "  aws:region: us-west-2\n"
        "  cluster:network: {localZones: {us-west-2-lax-1a: 10.0.248.0/22, us-west-2-lax-1b: "
        "10.0.248.0/23}}",
        [
            "6:85: cluster:network.localZones.us-west-2-lax-1b: 10.0.248.0/23 overlaps "
            "10.0.248.0/22 of us-west-2-lax-1a",
        ],
    ),
    "local zones without public subnets": (
        "  aws:region: us-west-2\n"
        "  cluster:network: {natGateways: none, localZones: {us-west-2-lax-1a: 10.0.248.0/22}}",
        [
            "6:52: cluster:network.localZones: each has a public subnet: publicSubnets must be "
            "true",
        ],
    ),
    "endpoint service": (
        "  cluster:network: {vpcEndpoints: [s3, ecr.dk]}",
        [
            '6:40: cluster:network.vpcEndpoints[1]: "ecr.dk" is not a VPC endpoint service; '
            'did you mean "ecr.dkr"?',
        ],
    ),
    "endpoint service twice": (
        "  cluster:network: {vpcEndpoints: [s3, s3]}",
        [
            '6:40: cluster:network.vpcEndpoints[1]: "s3" is here twice; keep one',
        ],
    ),
    "endpoint service that the region has not": (
        "  aws:region: ap-southeast-5\n  cluster:network: {vpcEndpoints: [eks]}",
        [
            "6:36: cluster:network.vpcEndpoints[0]: ap-southeast-5 has no VPC endpoint for "
            "eks; remove it",
        ],
    ),
    "IP family": (
        "  cluster:network: {ipFamily: IPv5}",
        [
            '6:31: cluster:network.ipFamily: must be one of ipv4, ipv6, not "IPv5"; did you '
            'mean "ipv6"?',
        ],
    ),
    "dual stack": (
        "  cluster:network: {dualStack: both}",
        [
            '6:32: cluster:network.dualStack: must be true or false, not "both"',
        ],
    ),
    "dual stack of IPv6": (
        "  cluster:network: {ipFamily: ipv6, dualStack: true}",
        [
            '6:48: cluster:network.dualStack: is implied by ipFamily: "ipv6"; remove one of '
            "the two",
        ],
    ),
    "service CIDR of IPv6": (
        "  cluster:network: {ipFamily: ipv6, serviceCidr: 172.20.0.0/16}",
        [
            "6:50: cluster:network.serviceCidr: is of IPv4; EKS chooses the block of an IPv6 "
            "cluster",
        ],
    ),
    "pods' CIDR with IPv6": (
        "  cluster:network: {ipFamily: ipv6, pods: {cidr: 100.64.0.0/16}}",
        [
            "6:50: cluster:network.pods.cidr: custom networking is of IPv4 only; pods have "
            "IPv6 addresses",
        ],
    ),
    "pod subnets with IPv6": (
        "  cluster:network: {ipFamily: ipv6, existing: {vpc: vpc-0123abcd, privateSubnets: "
        "{tags: {tier: private}}, podSubnets: {tags: {tier: pods}}}}",
        [
            "6:120: cluster:network.existing.podSubnets: custom networking is of IPv4 only; "
            "pods have IPv6 addresses",
        ],
    ),
    "pods' security groups with IPv6": (
        "  cluster:network: {ipFamily: ipv6, pods: {securityGroups: true}}",
        [
            "6:60: cluster:network.pods.securityGroups: is of IPv4 only",
        ],
    ),
    "hybrid nodes with IPv6": (
        "  cluster:network: {ipFamily: ipv6}\n  cluster:hybridNodes: {nodeCidrs: [10.80.0.0/16]}",
        [
            "7:24: cluster:hybridNodes: are of IPv4 only",
        ],
    ),
    "IPv6 in China": (
        "  aws:region: cn-north-1\n  cluster:network: {ipFamily: ipv6, availabilityZones: 2}",
        [
            "6:31: cluster:network.ipFamily: EKS has no IPv6 clusters in China",
        ],
    ),
    "old instances with IPv6": (
        "  cluster:network: {ipFamily: ipv6}\n"
        "  cluster:nodeGroups: {general: {instanceTypes: [m4.large], nodes: 2}}",
        [
            "6:49: cluster:nodeGroups.general.instanceTypes: m4.large are not of the Nitro "
            "system, which IPv6 needs",
        ],
    ),
    "service CIDR too small": (
        "  cluster:network: {serviceCidr: 172.20.0.0/28}",
        [
            "6:34: cluster:network.serviceCidr: 172.20.0.0/28 must be a /12 to /24",
        ],
    ),
    "service CIDR that is public": (
        "  cluster:network: {serviceCidr: 8.8.0.0/16}",
        [
            "6:34: cluster:network.serviceCidr: 8.8.0.0/16 must lie within one of 10.0.0.0/8, "
            "172.16.0.0/12, 192.168.0.0/16",
        ],
    ),
    "service CIDR in the VPC": (
        "  cluster:network: {serviceCidr: 10.0.0.0/16}",
        [
            "6:34: cluster:network.serviceCidr: 10.0.0.0/16 overlaps 10.0.0.0/16 of network.cidr",
        ],
    ),
    "service CIDR that is none": (
        "  cluster:network: {serviceCidr: 172.20.0.0}",
        [
            '6:34: cluster:network.serviceCidr: "172.20.0.0" is not an IPv4 CIDR block such as '
            '"10.0.0.0/16"',
        ],
    ),
    "traffic": (
        "  cluster:network: {flowLogs: {trafficType: REJECTED}}",
        [
            "6:45: cluster:network.flowLogs.trafficType: must be one of REJECT, ACCEPT, ALL, "
            'NONE, not "REJECTED"; did you mean "REJECT"?',
        ],
    ),
    "flow logs that are a word": (
        "  cluster:network: {flowLogs: none}",
        [
            '6:31: cluster:network.flowLogs: must be a mapping of keys and values, not "none"',
        ],
    ),
    "flow logs' retention": (
        "  cluster:network: {flowLogs: {retentionDays: 2}}",
        [
            "6:47: cluster:network.flowLogs.retentionDays: a retention must be one of 1, 3, 5, "
            "7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, "
            "2922, 3288, 3653, not 2",
        ],
    ),
    "flow logs' aggregation": (
        "  cluster:network: {flowLogs: {aggregationSeconds: 300}}",
        [
            "6:52: cluster:network.flowLogs.aggregationSeconds: it must be one of 60, 600, not 300",
        ],
    ),
    "flow logs' aggregation as text": (
        "  cluster:network: {flowLogs: {aggregationSeconds: 60s}}",
        [
            '6:52: cluster:network.flowLogs.aggregationSeconds: must be a whole number, not "60s"',
        ],
    ),
    "flow logs that are not written": (
        "  cluster:network: {flowLogs: {trafficType: NONE, retentionDays: 7, "
        "aggregationSeconds: 60}}",
        [
            "6:66: cluster:network.flowLogs.retentionDays: is of no effect: trafficType is "
            "NONE; remove it",
            "6:89: cluster:network.flowLogs.aggregationSeconds: is of no effect: trafficType "
            "is NONE; remove it",
        ],
    ),
    "pods' CIDR that is too small": (
        "  cluster:network: {pods: {cidr: 100.64.0.0/26}}",
        [
            "6:34: cluster:network.pods.cidr: 100.64.0.0/26 must be a /16 to /24: it is "
            "divided between the zones",
        ],
    ),
    "pods' CIDR that is none": (
        "  cluster:network: {pods: {cidr: pods}}",
        [
            '6:34: cluster:network.pods.cidr: "pods" is not an IPv4 CIDR block such as '
            '"10.0.0.0/16"',
        ],
    ),
    "pods' CIDR that AWS refuses beside the VPC's": (
        "  cluster:network: {pods: {cidr: 172.16.0.0/16}}",
        [
            "6:34: cluster:network.pods.cidr: 172.16.0.0/16 cannot be added to a VPC of "
            "10.0.0.0/16: AWS refuses blocks of 172.16.0.0/12; use one of 100.64.0.0/10",
        ],
    ),
    "pods' CIDR in the VPC's": (
        "  cluster:network: {pods: {cidr: 10.0.0.0/18}}",
        [
            "6:34: cluster:network.pods.cidr: 10.0.0.0/18 overlaps 10.0.0.0/16 of network.cidr",
        ],
    ),
    "prefix delegation": (
        "  cluster:network: {pods: {prefixDelegation: 'on'}}",
        [
            '6:46: cluster:network.pods.prefixDelegation: must be true or false, not "on"',
        ],
    ),
    "prefix delegation on old instances": (
        "  cluster:network: {pods: {prefixDelegation: true}}\n"
        "  cluster:nodeGroups: {general: {instanceTypes: [m4.large], nodes: 2}}",
        [
            "6:49: cluster:nodeGroups.general.instanceTypes: m4.large are not of the Nitro "
            "system, which prefixDelegation needs",
        ],
    ),
    "warm prefixes without prefixes": (
        "  cluster:network: {pods: {warmPrefixTarget: 1}}",
        [
            "6:46: cluster:network.pods.warmPrefixTarget: needs prefixDelegation: true",
        ],
    ),
    "warm prefixes": (
        "  cluster:network: {pods: {prefixDelegation: true, warmPrefixTarget: -1}}",
        [
            "6:70: cluster:network.pods.warmPrefixTarget: must be 0 or more, not -1",
        ],
    ),
    "warm addresses": (
        "  cluster:network: {pods: {warmIpTarget: many}}",
        [
            '6:42: cluster:network.pods.warmIpTarget: must be a whole number, not "many"',
        ],
    ),
    "least addresses": (
        "  cluster:network: {pods: {minimumIpTarget: 5000}}",
        [
            "6:45: cluster:network.pods.minimumIpTarget: must be 1000 or less, not 5000",
        ],
    ),
    "warm interfaces": (
        "  cluster:network: {pods: {warmEniTarget: 1.5}}",
        [
            "6:43: cluster:network.pods.warmEniTarget: must be a whole number, not 1.5",
        ],
    ),
    "network policy": (
        "  cluster:network: {pods: {networkPolicy: 'off'}}",
        [
            '6:43: cluster:network.pods.networkPolicy: must be true or false, not "off"',
        ],
    ),
    "pods' security groups": (
        "  cluster:network: {pods: {securityGroups: [sg-0123abcd]}}",
        [
            "6:44: cluster:network.pods.securityGroups: must be true or false, not a list",
        ],
    ),
    "existing VPC left out": (
        "  cluster:network: {existing: {privateSubnets: [subnet-0123abcd, subnet-4567cdef]}}",
        [
            "6:21: cluster:network.existing.vpc: is missing; name the VPC, e.g. vpc-0123abcd",
        ],
    ),
    "existing subnets left out": (
        "  cluster:network: {existing: {vpc: vpc-0123abcd}}",
        [
            "6:21: cluster:network.existing.privateSubnets: is missing; name the nodes' "
            "subnets, e.g. [subnet-0123abcd, subnet-4567cdef]",
        ],
    ),
    "existing VPC's id": (
        "  cluster:network: {existing: {vpc: my-vpc, privateSubnets: [subnet-0123abcd, "
        "subnet-4567cdef]}}",
        [
            '6:37: cluster:network.existing.vpc: "my-vpc" is not a VPC id such as '
            "vpc-0123abcd; to find the VPC by its tags, write {tags: {key: value}}",
        ],
    ),
    "existing VPC by a list": (
        "  cluster:network: {existing: {vpc: [vpc-0123abcd], privateSubnets: {tags: {a: b}}}}",
        [
            "6:37: cluster:network.existing.vpc: a list is not a VPC id such as vpc-0123abcd; "
            "to find the VPC by its tags, write {tags: {key: value}}",
        ],
    ),
    "existing VPC by something else": (
        "  cluster:network: {existing: {vpc: {tag: shared}, privateSubnets: {tags: {a: b}}}}",
        [
            "6:37: cluster:network.existing.vpc: must be a VPC id or {tags: {key: value}}",
        ],
    ),
    "existing VPC by a tag that is no text": (
        "  cluster:network: {existing: {vpc: {tags: {shared: true}}, privateSubnets: {tags: "
        "{a: b}}}}",
        [
            "6:53: cluster:network.existing.vpc.tags.shared: must be text in quotes, not true",
        ],
    ),
    "subnet ids": (
        "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: [subnet-1, "
        "subnet-0123abcd, subnet-0123abcd]}}",
        [
            '6:68: cluster:network.existing.privateSubnets[0]: "subnet-1" is not a subnet id '
            "such as subnet-0123abcd",
            '6:95: cluster:network.existing.privateSubnets[2]: "subnet-0123abcd" is here '
            "twice; keep one",
        ],
    ),
    "no subnets": (
        "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: []}}",
        [
            "6:67: cluster:network.existing.privateSubnets: must be a list of subnet ids or "
            "{tags: {key: value}}",
        ],
    ),
    "subnets by something else": (
        "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: {tag: {a: b}}}}",
        [
            "6:67: cluster:network.existing.privateSubnets: must be a list of subnet ids or "
            "{tags: {key: value}}",
        ],
    ),
    "subnets by a tag that is no text": (
        "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: {tags: {tier: 1, "
        "zone: 2}}}}",
        [
            "6:81: cluster:network.existing.privateSubnets.tags.tier: must be text in quotes, "
            "not 1",
            "6:90: cluster:network.existing.privateSubnets.tags.zone: must be text in quotes, "
            "not 2",
        ],
    ),
    "one subnet": (
        "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: [subnet-0123abcd]}}",
        [
            "6:67: cluster:network.existing.privateSubnets: names one subnet, but EKS puts the "
            "control plane into two zones or more; name a subnet in each",
        ],
    ),
    "one subnet of the control plane": (
        "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: [subnet-0123abcd, "
        "subnet-4567cdef], controlPlaneSubnets: [subnet-0123abcd]}}",
        [
            "6:124: cluster:network.existing.controlPlaneSubnets: names one subnet, but EKS "
            "puts the control plane into two zones or more; name a subnet in each",
        ],
    ),
    "public subnets of an existing VPC": (
        "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: [subnet-0123abcd, "
        "subnet-4567cdef], publicSubnets: subnet-0123abcd}}",
        [
            "6:118: cluster:network.existing.publicSubnets: must be a list of subnet ids or "
            "{tags: {key: value}}",
        ],
    ),
    "control plane subnets of an existing VPC": (
        "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: [subnet-0123abcd, "
        "subnet-4567cdef], controlPlaneSubnets: 1}}",
        [
            "6:124: cluster:network.existing.controlPlaneSubnets: must be a list of subnet ids "
            "or {tags: {key: value}}",
        ],
    ),
    "pod subnets of an existing VPC": (
        "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: [subnet-0123abcd, "
        "subnet-4567cdef], podSubnets: {}}}",
        [
            "6:115: cluster:network.existing.podSubnets: must be a list of subnet ids or "
            "{tags: {key: value}}",
        ],
    ),
    "tag subnets": (
        "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: [subnet-0123abcd, "
        "subnet-4567cdef], tagSubnets: {a: b}}}",
        [
            "6:115: cluster:network.existing.tagSubnets: must be true or false, not a mapping",
        ],
    ),
    "a new VPC and an existing one": (
        "  cluster:network: {existing: {vpc: vpc-0123abcd, privateSubnets: {tags: {tier: "
        "private}}}, cidr: 10.0.0.0/16, natGateways: single, pods: {cidr: 100.64.0.0/16}}",
        [
            "6:99: cluster:network.cidr: describes a new VPC, but network.existing names one "
            "that is there; remove one of the two",
            "6:125: cluster:network.natGateways: describes a new VPC, but network.existing "
            "names one that is there; remove one of the two",
            "6:146: cluster:network.pods.cidr: describes a new VPC; with network.existing name "
            "the subnets of pods as podSubnets",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_the_users_words(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines, expected = CASES[case]
    assert messages(stack_file(lines)) == expected
