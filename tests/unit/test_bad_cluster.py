"""What a stack file says wrongly of the cluster itself, with the exact words of the answer."""

import pytest

from tests.stack_files import Cases, messages, stack_file

CASES: Cases = {
    "name that is no text": (
        "  cluster:name: 12",
        [
            '6:17: cluster:name: must be in quotes: "12"',
        ],
    ),
    "name with other characters": (
        "  cluster:name: my.cluster",
        [
            '6:17: cluster:name: "my.cluster" is not a cluster name: it has letters, digits, - '
            "and _, and begins with a letter or digit",
        ],
    ),
    "name too long": (
        f"  cluster:name: {'c' * 101}",
        [
            "6:17: cluster:name: a cluster name must have 100 characters at most; "
            '"ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc'
            'cccccccccccccccccccccc" has 101',
        ],
    ),
    "region among the cluster's keys": (
        "  cluster:region: eu-west-1",
        [
            '6:3: cluster:region: unknown key "cluster:region"; did you mean "aws:region"?',
        ],
    ),
    "version that is no text": (
        "  cluster:kubernetesVersion: [1]",
        [
            "5:30: cluster:kubernetesVersion: must be text, not a list",
        ],
    ),
    "version with a misprint": (
        '  cluster:kubernetesVersion: "1.63"',
        [
            '5:30: cluster:kubernetesVersion: "1.63" is not a Kubernetes version that is known '
            "here: 1.36, 1.35, 1.34",
        ],
    ),
    "tags that are no mapping": (
        "  cluster:tags: [a]",
        [
            "6:17: cluster:tags: must be a mapping of keys and values, not a list",
        ],
    ),
    "tag value that is no text": (
        "  cluster:tags: {cost: 12}",
        [
            '6:24: cluster:tags.cost: must be in quotes: "12"',
        ],
    ),
    "tag key of AWS": (
        "  cluster:tags: {'AWS:x': a}",
        [
            '6:18: cluster:tags.AWS:x: "AWS:x" begins with aws:, which AWS keeps for itself',
        ],
    ),
    "tag key of the program": (
        "  cluster:tags: {name: a}",
        [
            '6:18: cluster:tags.name: "name" is a tag that the program sets itself; use '
            "another key",
        ],
    ),
    "tag key of Pulumi": (
        "  cluster:tags: {'pulumi:stack': a}",
        [
            '6:18: cluster:tags.pulumi:stack: "pulumi:stack" is a tag that the program sets '
            "itself; use another key",
        ],
    ),
    "tag keys that differ in case": (
        "  cluster:tags: {team: a, Team: b}",
        [
            '6:27: cluster:tags.Team: "Team" is "team" in another case, which IAM takes for '
            "the same",
        ],
    ),
    "tag with a comma": (
        "  cluster:tags: {teams: 'a,b'}",
        [
            '6:25: cluster:tags.teams: "a,b" has ",", but a tag has letters, digits, spaces '
            "and _ . : / = + - @ only",
        ],
    ),
    "tag key with a bracket": (
        "  cluster:tags: {'a[0]': b}",
        [
            '6:18: cluster:tags.a[0]: "a[0]" has "[", but a tag has letters, digits, spaces '
            "and _ . : / = + - @ only",
        ],
    ),
    "tag key empty": (
        "  cluster:tags: {'': b}",
        [
            '6:18: cluster:tags[""]: a tag key must not be empty',
        ],
    ),
    "tag value too long": (
        f"  cluster:tags: {{a: {'v' * 257}}}",
        [
            "6:21: cluster:tags.a: a tag value must have 256 characters at most; "
            '"vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv'
            'vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv..." has 257',
        ],
    ),
    "more tags than there is room for": (
        "  cluster:tags: {" + ", ".join(f"k{n}: v" for n in range(41)) + "}",
        [
            "6:17: cluster:tags: must have 40 entries at most",
        ],
    ),
    "no value": (
        "  cluster:autoMode:",
        [
            "6:3: cluster:autoMode: has no value: write one, or remove the key; {} stands for "
            "all defaults",
        ],
    ),
    "no value deep inside": (
        "  cluster:logging: {keyArn: }",
        [
            "6:21: cluster:logging.keyArn: has no value: write one, or remove the key",
        ],
    ),
    "endpoint: private that is no switch": (
        "  cluster:endpoint: {private: 'no'}",
        [
            '6:31: cluster:endpoint.private: must be true or false, not "no"',
        ],
    ),
    "endpoint: acknowledgement that is no switch": (
        "  cluster:endpoint: {acknowledgeOpenToInternet: 1}",
        [
            "6:49: cluster:endpoint.acknowledgeOpenToInternet: must be true or false, not 1",
        ],
    ),
    "endpoint: networks that are no list": (
        "  cluster:endpoint: {publicAccessCidrs: 198.51.100.0/24}",
        [
            '6:41: cluster:endpoint.publicAccessCidrs: must be a list, not "198.51.100.0/24"',
        ],
    ),
    "endpoint: network that is no text": (
        "  cluster:endpoint: {publicAccessCidrs: [12]}",
        [
            "6:42: cluster:endpoint.publicAccessCidrs[0]: must be a CIDR block such as "
            '"10.0.0.0/16", not 12',
        ],
    ),
    "endpoint: network that is none": (
        "  cluster:endpoint: {publicAccessCidrs: [office]}",
        [
            '6:42: cluster:endpoint.publicAccessCidrs[0]: "office" is not a CIDR block such as '
            '"10.0.0.0/16"',
        ],
    ),
    "endpoint: network with host bits": (
        "  cluster:endpoint: {publicAccessCidrs: ['2001:db8::1/32']}",
        [
            '6:42: cluster:endpoint.publicAccessCidrs[0]: "2001:db8::1/32" has bits set '
            'outside of its mask; did you mean "2001:db8::/32"?',
        ],
    ),
    "endpoint: network twice": (
        "  cluster:endpoint: {publicAccessCidrs: [198.51.100.0/24, 198.51.100.0/24]}",
        [
            "6:59: cluster:endpoint.publicAccessCidrs[1]: 198.51.100.0/24 is here twice; keep one",
        ],
    ),
    "endpoint: open to the internet": (
        "  cluster:endpoint: {publicAccessCidrs: [198.51.100.0/24, 0.0.0.0/0]}",
        [
            "6:59: cluster:endpoint.publicAccessCidrs[1]: 0.0.0.0/0 opens the Kubernetes API "
            "to the whole internet; name the networks that you use, e.g. your office's as "
            "198.51.100.0/24, or say acknowledgeOpenToInternet: true beside it",
        ],
    ),
    "endpoint: open to the internet over IPv6": (
        "  cluster:endpoint: {publicAccessCidrs: ['::/0']}\n  cluster:network: {ipFamily: ipv6}",
        [
            "6:42: cluster:endpoint.publicAccessCidrs[0]: ::/0 opens the Kubernetes API to the "
            "whole internet; name the networks that you use, e.g. your office's as "
            "198.51.100.0/24, or say acknowledgeOpenToInternet: true beside it",
        ],
    ),
    "endpoint: private networks on the public endpoint": (
        "  cluster:endpoint: {publicAccessCidrs: [10.0.0.0/8, 192.168.1.0/24]}",
        [
            "6:42: cluster:endpoint.publicAccessCidrs[0]: 10.0.0.0/8 is private: nobody comes "
            "from there over the internet; name public addresses, or leave it to the private "
            "endpoint",
            "6:54: cluster:endpoint.publicAccessCidrs[1]: 192.168.1.0/24 is private: nobody "
            "comes from there over the internet; name public addresses, or leave it to the "
            "private endpoint",
        ],
    ),
    "endpoint: acknowledged for nothing": (
        "  cluster:endpoint: {acknowledgeOpenToInternet: true}",
        [
            "6:49: cluster:endpoint.acknowledgeOpenToInternet: nothing is open to the "
            "internet: publicAccessCidrs has no 0.0.0.0/0; remove this",
        ],
    ),
    "endpoint: no endpoint": (
        "  cluster:endpoint: {private: false}",
        [
            "6:31: cluster:endpoint.private: nobody would reach the Kubernetes API: there is "
            "neither a private nor a public endpoint; keep the private one or name "
            "publicAccessCidrs",
        ],
    ),
    "endpoint: nodes that are not let in": (
        "  cluster:endpoint: {private: false, publicAccessCidrs: [198.51.100.0/24]}",
        [
            "6:31: cluster:endpoint.private: nodes would reach the Kubernetes API over the "
            "internet only, from the addresses of NAT gateways, which publicAccessCidrs does "
            "not have; keep the private endpoint",
        ],
    ),
    "endpoint: two at once": (
        "  cluster:endpoint: {private: false, publicAccessCidrs: [10.0.0.0/8], "
        "acknowledgeOpenToInternet: true}",
        [
            "6:31: cluster:endpoint.private: nodes would reach the Kubernetes API over the "
            "internet only, from the addresses of NAT gateways, which publicAccessCidrs does "
            "not have; keep the private endpoint",
            "6:58: cluster:endpoint.publicAccessCidrs[0]: 10.0.0.0/8 is private: nobody comes "
            "from there over the internet; name public addresses, or leave it to the private "
            "endpoint",
            "6:98: cluster:endpoint.acknowledgeOpenToInternet: nothing is open to the "
            "internet: publicAccessCidrs has no 0.0.0.0/0; remove this",
        ],
    ),
    "endpoint: IPv6 network of an IPv4 cluster": (
        "  cluster:endpoint: {publicAccessCidrs: ['2001:db8::/32']}",
        [
            "6:42: cluster:endpoint.publicAccessCidrs[0]: 2001:db8::/32 is of IPv6, but the "
            'endpoint of a cluster with ipFamily "ipv4" is not',
        ],
    ),
    "endpoint: nodes without a way to the public endpoint": (
        "  cluster:endpoint: {private: false, publicAccessCidrs: [0.0.0.0/0], "
        "acknowledgeOpenToInternet: true}\n"
        "  cluster:network: {natGateways: none}",
        [
            '6:31: cluster:endpoint.private: must be true with natGateways "none": nodes have '
            "no way to the public endpoint",
        ],
    ),
    "endpoint: unknown key": (
        "  cluster:endpoint: {publicCidrs: []}",
        [
            '6:22: cluster:endpoint.publicCidrs: unknown key "publicCidrs"; did you mean '
            '"publicAccessCidrs"?',
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_in_the_users_words(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines, expected = CASES[case]
    assert messages(stack_file(lines)) == expected
