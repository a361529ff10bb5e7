"""What a stack file says wrongly of the control plane, with the exact words of the answer."""

import pytest

from tests.stack_files import Cases, messages, stack_file

CASES: Cases = {
    "support type": (
        "  cluster:controlPlane: {supportType: extendet}",
        [
            "6:39: cluster:controlPlane.supportType: must be one of STANDARD, EXTENDED, not "
            '"extendet"; did you mean "EXTENDED"?',
        ],
    ),
    "support type that is a number": (
        "  cluster:controlPlane: {supportType: 1}",
        [
            "6:39: cluster:controlPlane.supportType: must be one of STANDARD, EXTENDED, not 1",
        ],
    ),
    "deletion protection": (
        "  cluster:controlPlane: {deletionProtection: 'true'}",
        [
            '6:46: cluster:controlPlane.deletionProtection: must be true or false, not "true"',
        ],
    ),
    "zonal shift": (
        "  cluster:controlPlane: {zonalShift: 1}",
        [
            "6:38: cluster:controlPlane.zonalShift: must be true or false, not 1",
        ],
    ),
    "scaling tier": (
        "  cluster:controlPlane: {scalingTier: tier-xxl}",
        [
            '6:39: cluster:controlPlane.scalingTier: "tier-xxl" is not a control plane tier; '
            'did you mean "tier-xl"?',
        ],
    ),
    "scaling tier that resembles nothing": (
        "  cluster:controlPlane: {scalingTier: big}",
        [
            '6:39: cluster:controlPlane.scalingTier: "big" is not a control plane tier; known '
            "are standard, tier-xl, tier-2xl, tier-4xl, tier-8xl",
        ],
    ),
    "egress mode": (
        "  cluster:controlPlane: {egressMode: aws}",
        [
            "6:38: cluster:controlPlane.egressMode: must be one of AWS_MANAGED, "
            'CUSTOMER_ROUTED, not "aws"',
        ],
    ),
    "force update": (
        "  cluster:controlPlane: {forceUpdate: always}",
        [
            '6:39: cluster:controlPlane.forceUpdate: must be true or false, not "always"',
        ],
    ),
    "event ttl that is none": (
        "  cluster:controlPlane: {apiServer: {eventTtl: long}}",
        [
            '6:48: cluster:controlPlane.apiServer.eventTtl: "long" is not a duration such as '
            "30s, 5m or 1h30m",
        ],
    ),
    "event ttl too short": (
        "  cluster:controlPlane: {apiServer: {eventTtl: 5m}}",
        [
            "6:48: cluster:controlPlane.apiServer.eventTtl: eventTtl must be 10m or more, not 5m",
        ],
    ),
    "event ttl too long": (
        "  cluster:controlPlane: {apiServer: {eventTtl: 2h}}",
        [
            "6:48: cluster:controlPlane.apiServer.eventTtl: eventTtl must be 1h or less, not 2h",
        ],
    ),
    "node ports that are no mapping": (
        "  cluster:controlPlane: {apiServer: {serviceNodePortRange: 30000-32767}}",
        [
            "6:60: cluster:controlPlane.apiServer.serviceNodePortRange: must be a mapping of "
            'keys and values, not "30000-32767"',
        ],
    ),
    "node port too low": (
        "  cluster:controlPlane: {apiServer: {serviceNodePortRange: {min: 80, max: 32767}}}",
        [
            "6:66: cluster:controlPlane.apiServer.serviceNodePortRange.min: a port must be "
            "10260 or more, not 80",
        ],
    ),
    "node port too high": (
        "  cluster:controlPlane: {apiServer: {serviceNodePortRange: {min: 30000, max: 70000}}}",
        [
            "6:78: cluster:controlPlane.apiServer.serviceNodePortRange.max: a port must be "
            "32767 or less, not 70000",
        ],
    ),
    "node ports in the wrong order": (
        "  cluster:controlPlane: {apiServer: {serviceNodePortRange: {min: 31000, max: 30000}}}",
        [
            "6:66: cluster:controlPlane.apiServer.serviceNodePortRange.min: min 31000 is "
            "greater than max 30000",
        ],
    ),
    "node ports without an end": (
        "  cluster:controlPlane: {apiServer: {serviceNodePortRange: {min: 31000}}}",
        [
            "6:38: cluster:controlPlane.apiServer.serviceNodePortRange.max: is missing",
        ],
    ),
    "unknown key three levels down": (
        "  cluster:controlPlane: {apiServer: {serviceNodePortRange: {min: 30000, maximum: 31000}}}",
        [
            "6:38: cluster:controlPlane.apiServer.serviceNodePortRange.max: is missing",
            "6:73: cluster:controlPlane.apiServer.serviceNodePortRange.maximum: unknown key "
            '"maximum"; did you mean "max"?',
        ],
    ),
    "scoring strategy": (
        "  cluster:controlPlane: {scheduler: {scoringStrategy: MostAlocated}}",
        [
            "6:55: cluster:controlPlane.scheduler.scoringStrategy: must be one of "
            'LeastAllocated, MostAllocated, not "MostAlocated"; did you mean "MostAllocated"?',
        ],
    ),
    "resources that are no list": (
        "  cluster:controlPlane: {scheduler: {resources: {cpu: 1}}}",
        [
            "6:49: cluster:controlPlane.scheduler.resources: must be a list, not a mapping",
        ],
    ),
    "unknown resource": (
        "  cluster:controlPlane: {scheduler: {resources: [{name: nvidia.com/gpus, weight: 1}]}}",
        [
            '6:57: cluster:controlPlane.scheduler.resources[0].name: "nvidia.com/gpus" is not '
            'a resource that EKS lets count; did you mean "nvidia.com/gpu"?',
        ],
    ),
    "weight too large": (
        "  cluster:controlPlane: {scheduler: {resources: [{name: cpu, weight: 101}]}}",
        [
            "6:70: cluster:controlPlane.scheduler.resources[0].weight: a weight must be 100 or "
            "less, not 101",
        ],
    ),
    "resource without weight": (
        "  cluster:controlPlane: {scheduler: {resources: [{name: cpu}]}}",
        [
            "6:50: cluster:controlPlane.scheduler.resources[0].weight: is missing",
        ],
    ),
    "resource twice": (
        "  cluster:controlPlane: {scheduler: {resources: [{name: cpu, weight: 1}, {name: cpu, "
        "weight: 2}]}}",
        [
            "6:81: cluster:controlPlane.scheduler.resources[1].name: cpu is here twice; keep one",
        ],
    ),
    "controller manager without its tier": (
        "  cluster:controlPlane: {controllerManager: {}}",
        [
            "6:45: cluster:controlPlane.controllerManager: needs provisioned capacity: a "
            "scalingTier of tier-xl, tier-2xl, tier-4xl, tier-8xl",
        ],
    ),
    "sync period too long": (
        "  cluster:controlPlane: {scalingTier: tier-xl, controllerManager: "
        "{horizontalPodAutoscalerSyncPeriod: 20s}}",
        [
            "6:103: cluster:controlPlane.controllerManager.horizontalPodAutoscalerSyncPeriod: "
            "the period must be 15s or less, not 20s",
        ],
    ),
    "garbage threshold too low": (
        "  cluster:controlPlane: {scalingTier: tier-xl, controllerManager: "
        "{terminatedPodGcThreshold: 100}}",
        [
            "6:94: cluster:controlPlane.controllerManager.terminatedPodGcThreshold: the "
            "threshold must be 10000 or more, not 100",
        ],
    ),
    "rules that are no mapping": (
        "  cluster:controlPlane: {securityGroupRules: [a]}",
        [
            "6:46: cluster:controlPlane.securityGroupRules: must be a mapping of keys and "
            "values, not a list",
        ],
    ),
    "rule name": (
        "  cluster:controlPlane: {securityGroupRules: {'my rule': {description: VPN, fromPort: "
        "443, cidr: 10.200.0.0/16}}}",
        [
            '6:47: cluster:controlPlane.securityGroupRules.my rule: "my rule" is not a '
            "rule's name: it has letters, digits, - and _, and begins with a letter or digit",
        ],
    ),
    "rule without description": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {fromPort: 443, cidr: 10.200.0.0/16}}}",
        [
            "6:47: cluster:controlPlane.securityGroupRules.vpn.description: is missing; say "
            "what the rule is for",
        ],
    ),
    "description with a quote": (
        '  cluster:controlPlane: {securityGroupRules: {vpn: {description: "Jane\'s", '
        "fromPort: 443, cidr: 10.200.0.0/16}}}",
        [
            '6:66: cluster:controlPlane.securityGroupRules.vpn.description: "Jane\'s" is not '
            "a description: it has letters, digits, spaces and ._-:/()#,@[]+=&;{}!$* only",
        ],
    ),
    "direction": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {description: VPN, direction: "
        "sideways, fromPort: 443, cidr: 10.200.0.0/16}}}",
        [
            "6:82: cluster:controlPlane.securityGroupRules.vpn.direction: must be one of "
            'ingress, egress, not "sideways"',
        ],
    ),
    "protocol": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {description: VPN, protocol: sctp, "
        "fromPort: 443, cidr: 10.200.0.0/16}}}",
        [
            "6:81: cluster:controlPlane.securityGroupRules.vpn.protocol: must be one of tcp, "
            'udp, icmp, all, not "sctp"',
        ],
    ),
    "port too high": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {description: VPN, fromPort: "
        "65536, cidr: 10.200.0.0/16}}}",
        [
            "6:81: cluster:controlPlane.securityGroupRules.vpn.fromPort: must be 65535 or "
            "less, not 65536",
        ],
    ),
    "last port that is negative": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {description: VPN, fromPort: 443, "
        "toPort: -1, cidr: 10.200.0.0/16}}}",
        [
            "6:94: cluster:controlPlane.securityGroupRules.vpn.toPort: -1 stands for all types "
            "or codes of icmp only",
        ],
    ),
    "log-in from anywhere": (
        "  cluster:controlPlane: {securityGroupRules: {ssh: {description: SSH, fromPort: 20, "
        "toPort: 30, cidr: 0.0.0.0/0}}}",
        [
            "6:103: cluster:controlPlane.securityGroupRules.ssh.cidr: lets everybody try to log in "
            "to the nodes; name the networks that may, or use SSM Session Manager, which needs no "
            "rule",
        ],
    ),
    "everything from anywhere": (
        "  cluster:controlPlane: {securityGroupRules: {a: {description: A, protocol: all, "
        "cidr: 0.0.0.0/0}}}",
        [
            "6:88: cluster:controlPlane.securityGroupRules.a.cidr: lets everybody try to log in to "
            "the nodes; name the networks that may, or use SSM Session Manager, which needs no "
            "rule",
        ],
    ),
    "rule that says not what it is for": (
        "  cluster:controlPlane: {securityGroupRules: {a: {description: '', fromPort: 443, "
        "cidr: 10.9.0.0/16}}}",
        [
            "6:64: cluster:controlPlane.securityGroupRules.a.description: must not be empty",
        ],
    ),
    "events kept for a part of a minute": (
        "  cluster:controlPlane: {apiServer: {eventTtl: 601s}}",
        ["6:48: cluster:controlPlane.apiServer.eventTtl: eventTtl must be whole minutes, not 601s"],
    ),
    "ports in the wrong order": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {description: VPN, fromPort: 443, "
        "toPort: 80, cidr: 10.200.0.0/16}}}",
        [
            "6:94: cluster:controlPlane.securityGroupRules.vpn.toPort: 80 is less than "
            "fromPort 443",
        ],
    ),
    "no port": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {description: VPN, cidr: "
        "10.200.0.0/16}}}",
        [
            "6:47: cluster:controlPlane.securityGroupRules.vpn.fromPort: is missing; name the "
            "port, e.g. fromPort: 443",
        ],
    ),
    "ports of all protocols": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {description: VPN, protocol: all, "
        "fromPort: 1, toPort: 2, cidr: 10.200.0.0/16}}}",
        [
            "6:96: cluster:controlPlane.securityGroupRules.vpn.fromPort: must not be given "
            'with protocol "all"',
            "6:107: cluster:controlPlane.securityGroupRules.vpn.toPort: must not be given with "
            'protocol "all"',
        ],
    ),
    "no other side": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {description: VPN, fromPort: 443}}}",
        [
            "6:52: cluster:controlPlane.securityGroupRules.vpn: must name exactly one of cidr, "
            "securityGroup and prefixList",
        ],
    ),
    "two other sides": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {description: VPN, fromPort: 443, "
        "cidr: 10.200.0.0/16, prefixList: pl-0123abcd}}}",
        [
            "6:52: cluster:controlPlane.securityGroupRules.vpn: must name exactly one of cidr, "
            "securityGroup and prefixList",
        ],
    ),
    "cidr": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {description: VPN, fromPort: 443, "
        "cidr: 10.200.0.0/8}}}",
        [
            '6:92: cluster:controlPlane.securityGroupRules.vpn.cidr: "10.200.0.0/8" has bits '
            'set outside of its mask; did you mean "10.0.0.0/8"?',
        ],
    ),
    "security group": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {description: VPN, fromPort: 443, "
        "securityGroup: sg-1}}}",
        [
            '6:101: cluster:controlPlane.securityGroupRules.vpn.securityGroup: "sg-1" is not a '
            "security group id such as sg-0123abcd",
        ],
    ),
    "prefix list": (
        "  cluster:controlPlane: {securityGroupRules: {vpn: {description: VPN, fromPort: 443, "
        "prefixList: pl}}}",
        [
            '6:98: cluster:controlPlane.securityGroupRules.vpn.prefixList: "pl" is not a '
            "prefix list id such as pl-0123abcd",
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_the_users_words(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines, expected = CASES[case]
    assert messages(stack_file(lines)) == expected
